"""A month's pay as lines that add up to it exactly (METRICS.md section 6, opening and 6.15).

A line names its code and its numbers; the words are made from them in the text catalogue. Codes:
base, tier_1.., no_plan, multiplier, kpi, gate, new_clients, spiff, team, clawback, carry_in, cap,
penalty, carry_out, topup, recovered, regional, correction_2026-02...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.pay.tiers import (
    Commission,
    MultiplierMode,
    Point,
    Scale,
    attainment,
    bound_in_money,
    multiplier,
    tiered,
)
from formulas.pay.total import Tally, Total, total
from formulas.rounding import ONE, ZERO, r2
from model.values import plain

if TYPE_CHECKING:
    from decimal import Decimal


CORRECTION = "correction_"
"""Code of the line that corrects a closed month begins so; the month follows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pay statement: what it is counted from, at what rate, and what it gives."""

    code: str
    basis: Decimal | None
    rate: Decimal | None
    amount: Decimal
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommissionRule:
    """How commission is counted: the scale, then the multiplier for attainment, if any."""

    scale: Scale
    points: tuple[Point, ...] = ()
    mode: MultiplierMode = MultiplierMode.STEP

    def multiplier_at(self, amount: Decimal, plan: Decimal | None) -> Decimal:
        """The multiplier of this amount; 1 in a scheme without one."""
        if not self.points:
            return ONE
        return multiplier(attainment(amount, plan), self.points, self.mode)


@dataclass(frozen=True, slots=True)
class MonthPay:
    """One person's pay of a month on one basis, before income tax.

    `steps` are all lines in their order, those of nothing too; they add up to `pay`.
    """

    basis: Decimal
    pay: Decimal
    commission: Commission
    total: Total
    steps: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines worth showing: the rest are zero and have nothing to say."""
        return tuple(step for step in self.steps if step.amount or step.facts)


Notes = Mapping[str, tuple[str, ...]]
"""Facts of a line by its code; a line with facts is shown even when it is zero."""


def pay_on(
    basis: Decimal, plan: Decimal | None, rule: CommissionRule, tally: Tally, notes: Notes
) -> MonthPay:
    """Pay on a basis; `tally.multiplier` stands where the rule has no points of its own."""
    commission = tiered(basis, plan, rule.scale)
    factor = rule.multiplier_at(basis, plan) if rule.points else tally.multiplier
    result = total(commission.commission, replace(tally, multiplier=factor))
    steps = (
        Line("base", None, None, tally.base, notes.get("base", ())),
        *_scale_lines(basis, plan, rule.scale, commission),
        *_other_lines(commission, factor, tally, result, notes),
    )
    corrections = tuple(
        Line(f"{CORRECTION}{one.month}", None, None, one.amount) for one in tally.corrections
    )
    pay = result.gross + sum((one.amount for one in tally.corrections), ZERO)
    return MonthPay(basis, pay, commission, result, (*steps, *corrections))


def _scale_lines(
    basis: Decimal, plan: Decimal | None, scale: Scale, commission: Commission
) -> Iterator[Line]:
    """A line per tier; its facts: where it starts, where the next one does, how far it still is."""
    by_tier = {piece.tier: piece for piece in commission.slices}
    bounds = [bound_in_money(tier, plan, scale.by) for tier in scale.tiers]
    for number, (tier, low, high) in enumerate(
        zip(scale.tiers, bounds, [*bounds[1:], None], strict=True)
    ):
        gap = None if low is None else max(low - Fraction(basis), Fraction(0))
        facts = tuple("" if edge is None else plain(r2(edge)) for edge in (low, high, gap))
        piece = by_tier.get(number)
        share = ZERO if piece is None else r2(piece.basis)
        amount = ZERO if piece is None else piece.amount
        yield Line(f"tier_{number + 1}", share, tier.rate, amount, facts)
    piece = by_tier.get(None)
    if piece is not None:
        yield Line("no_plan", r2(piece.basis), piece.rate, piece.amount)
    elif scale.no_plan_rate is not None:
        yield Line("no_plan", ZERO, scale.no_plan_rate, ZERO)


def _other_lines(
    commission: Commission, factor: Decimal, tally: Tally, result: Total, notes: Notes
) -> Iterator[Line]:
    """What every step of the total adds or takes, in the order of the steps."""
    earned = commission.commission
    yield Line("multiplier", earned, factor, result.com - earned, notes.get("multiplier", ()))
    gate = result.gated - result.com - tally.kpi
    amounts = {
        "kpi": tally.kpi,
        "gate": gate,
        "new_clients": tally.new_clients,
        "spiff": tally.spiff,
        "team": tally.team,
        "clawback": -tally.clawback,
        "carry_in": -tally.carry_in,
        "cap": result.capped,
        "penalty": -result.penalty,
        "carry_out": result.carry_out,
        "topup": result.topup,
        "recovered": -result.recovered,
        "regional": result.regional_amount,
    }
    rates = {"gate": tally.gate_factor, "regional": tally.regional}
    for code, amount in amounts.items():
        yield Line(code, None, rates.get(code), amount, notes.get(code, ()))
