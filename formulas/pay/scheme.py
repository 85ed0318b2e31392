"""A person's pay scheme, and what happened to the person in a month.

`Scheme` is what the owner decides, one version per month; `Given` is what the month brought. Both
are turned into a commission rule, a tally of the other components and notes for the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from formulas.pay.basis import BasisRule
from formulas.pay.kpi import CAP
from formulas.pay.lines import CommissionRule, Notes
from formulas.pay.parts import (
    MAX_DROP_PCT,
    PenaltyItem,
    TeamMode,
    base_pay,
    new_client_bonus,
)
from formulas.pay.tiers import MultiplierMode, Point, Scale, ScaleBy, ScaleMode, Tier
from formulas.pay.total import Correction, Draw, Tally
from formulas.rounding import ONE, ZERO
from model.values import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


class StepState(Enum):
    """Why a deal has no day of a next step."""

    NOT_NEEDED = "not_needed"
    UNDATED = "undated"


NO_STEP_NEEDED = StepState.NOT_NEEDED
"""A won deal only waits for its money: nobody asks for a next step."""


LATE_STEP = "late_step"
"""The kind of what is missed: a next step whose day has passed."""
CARD_QUALITY = "quality"
"""A measure that is no sum: how full the person's cards and deals are, in per cent."""


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """What each missed thing of a kind costs, after some are forgiven."""

    kind: str
    each: Decimal
    free: int = 0


@dataclass(frozen=True, slots=True)
class KpiRule:
    """An indicator of the bonus: roubles at the whole plan, weight, least and most part counted."""

    measure: str
    fund: Decimal
    weight: Decimal
    floor: Decimal = ZERO
    cap: Decimal = CAP


@dataclass(frozen=True, slots=True)
class GateRule:
    """What must be reached, else commission and indicators are multiplied; late steps: at most."""

    measure: str
    minimum: Decimal
    factor: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PrizeRule:
    """A sum, or with a measure a sum for each unit above a number of them."""

    measure: str
    rate: Decimal
    above: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TeamRule:
    """A part of the team's money, as a fraction, and how it is shared."""

    rate: Decimal
    mode: TeamMode = TeamMode.EQUAL


@dataclass(frozen=True, slots=True)
class Scheme:
    """Everything the owner decides about one person's pay; rates are fractions (0.03)."""

    base: Decimal
    scale: tuple[Tier, ...]
    by: ScaleBy = ScaleBy.AMOUNT
    mode: ScaleMode = ScaleMode.MARGINAL
    no_plan_rate: Decimal | None = None
    multiplier: tuple[Point, ...] = ()
    multiplier_mode: MultiplierMode = MultiplierMode.STEP
    new_client_bonus: Decimal = ZERO
    new_client_min: Decimal = ZERO
    penalty: tuple[PenaltyRule, ...] = ()
    max_drop_pct: Decimal = MAX_DROP_PCT
    cap: Decimal | None = None
    guarantee: Decimal = ZERO
    draw: Draw = Draw.NONE
    regional: Decimal = ONE
    basis: BasisRule | None = None
    """What commission is counted from; None: what stands as money for the whole team."""
    kpis: tuple[KpiRule, ...] = ()
    gates: tuple[GateRule, ...] = ()
    prizes: tuple[PrizeRule, ...] = ()
    team: TeamRule | None = None
    clawback_days: int | None = None
    """None: a refund lowers the basis of its own month."""
    carry: bool = False
    """Whether a negative bonus is taken from the next month."""

    @property
    def rule(self) -> CommissionRule:
        """How commission is counted."""
        scale = Scale(self.scale, self.by, self.mode, self.no_plan_rate)
        return CommissionRule(scale, self.multiplier, self.multiplier_mode)


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """Money still to come: None as a rest means a blank amount, as a step that there is none."""

    rest: Decimal | None
    p: Decimal
    expected_on: date | None
    step_on: date | StepState | None = NO_STEP_NEEDED


@dataclass(frozen=True, slots=True)
class Extras:
    """Components that are entered by hand or carried from earlier months."""

    kpi: Decimal = ZERO
    gate_factor: Decimal = ONE
    spiff: Decimal = ZERO
    team: Decimal = ZERO
    clawback: Decimal = ZERO
    carry_in: Decimal = ZERO
    draw_balance: Decimal = ZERO
    corrections: tuple[Correction, ...] = ()
    """Of months that were closed."""


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class Given:
    """What happened for one person in one month: `fact` is the basis counted so far."""

    fact: Decimal
    plan: Decimal | None
    worked: int
    norm: int
    asof: date
    to: date
    first_payments: tuple[Decimal, ...] = ()
    penalty_counts: Mapping[str, int] = field(default_factory=dict)
    deals: tuple[OpenDeal, ...] = ()
    extras: Extras = NO_EXTRAS
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facts of the lines of the extras, by code."""


def tally_of(scheme: Scheme, given: Given) -> Tally:
    """Every component but the commission, as the month stands."""
    _, new_clients = _new_clients(scheme, given)
    extras = given.extras
    return Tally(
        base=base_pay(scheme.base, given.worked, given.norm),
        gate_factor=extras.gate_factor,
        kpi=extras.kpi,
        new_clients=new_clients,
        spiff=extras.spiff,
        team=extras.team,
        clawback=extras.clawback,
        carry_in=extras.carry_in,
        cap=scheme.cap,
        penalties=tuple(_charge(rule, given) for rule in scheme.penalty),
        max_drop_pct=scheme.max_drop_pct,
        guarantee=base_pay(scheme.guarantee, given.worked, given.norm),
        draw=scheme.draw,
        draw_balance=extras.draw_balance,
        regional=scheme.regional,
        corrections=extras.corrections,
    )


def notes_of(scheme: Scheme, given: Given) -> Notes:
    """Facts of the lines, by code.

    base: days worked, working days, salary. new_clients: count, bonus, least payment. penalty:
    kind, count, forgiven, charged, price - five for each rule. multiplier: plan.
    """
    notes: dict[str, tuple[str, ...]] = {
        "base": (str(given.worked), str(given.norm), plain(scheme.base)),
    }
    if scheme.multiplier:
        notes["multiplier"] = ("" if given.plan is None else plain(given.plan),)
    if scheme.new_client_bonus:
        count, _ = _new_clients(scheme, given)
        bonus = plain(scheme.new_client_bonus)
        notes["new_clients"] = (str(count), bonus, plain(scheme.new_client_min))
    if scheme.penalty:
        charges = [(rule.kind, _charge(rule, given)) for rule in scheme.penalty]
        notes["penalty"] = tuple(
            fact for kind, charge in charges for fact in _penalty_facts(kind, charge)
        )
    return notes | dict(given.notes)


def _new_clients(scheme: Scheme, given: Given) -> tuple[int, Decimal]:
    return new_client_bonus(given.first_payments, scheme.new_client_bonus, scheme.new_client_min)


def _charge(rule: PenaltyRule, given: Given) -> PenaltyItem:
    return PenaltyItem(given.penalty_counts.get(rule.kind, 0), rule.each, rule.free)


def _penalty_facts(kind: str, charge: PenaltyItem) -> tuple[str, ...]:
    return kind, str(charge.count), str(charge.free), str(charge.charged), plain(charge.each)
