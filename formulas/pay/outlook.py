"""What the month pays already, most likely, and if everybody pays (METRICS.md 6.13-6.16).

The three columns are the whole scheme on three sums: paid; paid plus rest times probability; paid
plus all rest. Only deals with a dated next step and a payment date from asof to the end of the
month take part; a payment due today is still expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.pay.lines import CommissionRule, Line, MonthPay, Notes, pay_on
from formulas.pay.scheme import Given, OpenDeal, Scheme, StepState, notes_of, tally_of
from formulas.pay.tiers import tiered
from formulas.rounding import ZERO, pct, r2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from formulas.pay.total import Tally

COMMIT = Decimal("0.9")
"""Probability from which a payment is counted in the pessimistic forecast."""
UPSIDE = Decimal("0.5")
"""Probability from which a payment is counted whole in the optimistic forecast."""


class LeftOut(Enum):
    """Why an open deal is not in the forecast; the first reason that holds."""

    NO_AMOUNT = "no_amount"
    NO_DATE = "no_date"
    PAST_DATE = "past_date"
    AFTER_PERIOD = "after_period"
    NO_STEP = "no_step"
    UNDATED_STEP = "undated_step"


@dataclass(frozen=True, slots=True)
class Three:
    """A sum in the three columns."""

    now: Decimal
    likely: Decimal
    all: Decimal


@dataclass(frozen=True, slots=True)
class Awaited:
    """Payments still expected this month: how many, in all, and with their probability."""

    count: int
    rest: Decimal
    weighted: Decimal


@dataclass(frozen=True, slots=True)
class ThreeLine:
    """A line of pay in the three columns; basis and facts are those of now."""

    code: str
    rate: Decimal | None
    now: Decimal
    likely: Decimal
    all: Decimal
    basis: Decimal | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What «Мой прогноз» shows; the lines add up to `pay` in every column."""

    basis: Three
    pay: Three
    lines: tuple[ThreeLine, ...]
    awaited: Awaited


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Pay before and after one more payment."""

    before: Decimal
    after: Decimal

    @property
    def gain(self) -> Decimal:
        """What the payment adds."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Forecast:
    """Basis or pay, from the careful to the hopeful."""

    pess: Decimal
    likely: Decimal
    opt: Decimal


@dataclass(frozen=True, slots=True)
class Engine:
    """A scheme ready to pay on any basis."""

    plan: Decimal | None
    rule: CommissionRule
    tally: Tally
    notes: Notes

    def pay(self, basis: Decimal) -> MonthPay:
        """Pay of the month on this basis."""
        return pay_on(basis, self.plan, self.rule, self.tally, self.notes)

    def simple_pay(self, basis: Decimal) -> Decimal:
        """Base and commission times multiplier only, without the other steps of a month."""
        earned = tiered(basis, self.plan, self.rule.scale).commission
        factor = self.rule.multiplier_at(basis, self.plan)
        return self.tally.base + r2(Fraction(earned) * Fraction(factor))


def engine_of(scheme: Scheme, given: Given) -> Engine:
    """The scheme as it stands for this person in this month."""
    notes = notes_of(scheme, given)
    return Engine(given.plan, scheme.rule, tally_of(scheme, given), notes)


def month_pay(scheme: Scheme, given: Given) -> MonthPay:
    """Pay of the month on what has been counted so far."""
    return engine_of(scheme, given).pay(given.fact)


def outlook(scheme: Scheme, given: Given) -> Outlook:
    """The three columns of a person's month."""
    awaited = awaited_of(given.deals, given.asof, given.to)
    return three_columns(engine_of(scheme, given), given.fact, awaited)


def what_if(scheme: Scheme, given: Given, add: Decimal) -> WhatIf:
    """What one more payment would change, by the whole scheme."""
    engine = engine_of(scheme, given)
    return WhatIf(engine.pay(given.fact).pay, engine.pay(given.fact + add).pay)


def three_columns(engine: Engine, fact: Decimal, awaited: Awaited) -> Outlook:
    """The whole scheme on what is paid, on what is likely, and on everything awaited."""
    sums = (fact, fact + awaited.weighted, fact + awaited.rest)
    now, likely, everything = map(engine.pay, sums)
    return columns(now, likely, everything, awaited)


def columns(now: MonthPay, likely: MonthPay, everything: MonthPay, awaited: Awaited) -> Outlook:
    """Three pays of a month side by side, line by line."""
    rows = zip(now.steps, likely.steps, everything.steps, strict=True)
    return Outlook(
        basis=Three(now.basis, likely.basis, everything.basis),
        pay=Three(now.pay, likely.pay, everything.pay),
        lines=tuple(_three(*row) for row in rows if any(line.amount or line.facts for line in row)),
        awaited=awaited,
    )


def awaited_of(deals: Iterable[OpenDeal], asof: date, to: date) -> Awaited:
    """Payments that take part in the forecast."""
    known = [
        (deal.rest, deal.p)
        for deal in deals
        if deal.rest is not None and why_left_out(deal, asof, to) is None
    ]
    weighted = sum((Fraction(rest) * Fraction(p) for rest, p in known), Fraction(0))
    return Awaited(len(known), sum((rest for rest, _ in known), ZERO), r2(weighted))


def why_left_out(deal: OpenDeal, asof: date, to: date) -> LeftOut | None:
    """The first reason why the deal is not in the forecast; None when it is."""
    if deal.rest is None:
        return LeftOut.NO_AMOUNT
    if deal.expected_on is None:
        return LeftOut.NO_DATE
    if not asof <= deal.expected_on <= to:
        return LeftOut.PAST_DATE if deal.expected_on < asof else LeftOut.AFTER_PERIOD
    if deal.step_on is None:
        return LeftOut.NO_STEP
    return LeftOut.UNDATED_STEP if deal.step_on is StepState.UNDATED else None


def forecast_basis(
    fact: Decimal,
    deals: Sequence[tuple[Decimal, Decimal]],
    commit: Decimal = COMMIT,
    upside: Decimal = UPSIDE,
) -> Forecast:
    """Three sums from (rest, probability): near-certain payments, weighted, all that are likely."""
    likely = fact + r2(sum((Fraction(rest) * Fraction(p) for rest, p in deals), Fraction(0)))
    sure = fact + sum((rest for rest, p in deals if p >= commit), ZERO)
    hoped = fact + sum((rest for rest, p in deals if p >= upside), ZERO)
    return Forecast(min(likely, sure), likely, max(likely, hoped))


def pay_fund(pays: Iterable[Decimal], payments: Decimal | None) -> tuple[Decimal, Decimal | None]:
    """Fund of pay, and its share in the payments received."""
    fund = sum(pays, ZERO)
    return fund, pct(fund, payments)


def _three(now: Line, likely: Line, everything: Line) -> ThreeLine:
    return ThreeLine(
        code=now.code,
        rate=now.rate,
        now=now.amount,
        likely=likely.amount,
        all=everything.amount,
        basis=now.basis,
        facts=now.facts,
    )
