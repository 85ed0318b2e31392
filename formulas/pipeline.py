"""Forecast of the pipeline to the end of a period (METRICS.md section 4, `pf.weighted`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.facts import WON
from formulas.rounding import ONE, ZERO, r2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

LOST = "lost"


class Place(Enum):
    """Where a deal stands in the forecast, in the order of the checks."""

    IGNORED = "ignored"
    NO_AMOUNT = "no_amount"
    NO_DATE = "no_date"
    OVERDUE = "overdue"
    NO_STEP = "no_step"
    INCLUDED = "included"


@dataclass(frozen=True, slots=True)
class PipelineDeal:
    """What the forecast needs to know of a deal."""

    amount: Decimal | None
    expected_on: date | None
    stage: str | None
    status: str
    paid: Decimal = ZERO
    probability: Decimal | None = None
    stepless: bool = False

    @property
    def rest(self) -> Decimal:
        """What is still to be paid."""
        return max((self.amount or ZERO) - self.paid, ZERO)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Fact plus the weighted rest of the deals that pay before the end of the period."""

    weighted: Decimal
    forecast: Decimal
    included: int
    no_date: int
    overdue: int
    no_amount: int
    no_step: int


def weighted(
    fact: Decimal,
    deals: Iterable[PipelineDeal],
    stage_probability: Mapping[str, Decimal],
    asof: date,
    to: date,
) -> Forecast:
    """The forecast, and how many deals are left out for each reason."""
    placed = [(place(deal, asof, to), deal) for deal in deals]
    counts = Counter(where for where, _ in placed)
    total = sum(
        (
            Fraction(deal.rest) * Fraction(probability(deal, stage_probability))
            for where, deal in placed
            if where is Place.INCLUDED
        ),
        Fraction(0),
    )
    return Forecast(
        weighted=r2(total),
        forecast=fact + r2(total),
        included=counts[Place.INCLUDED],
        no_date=counts[Place.NO_DATE],
        overdue=counts[Place.OVERDUE],
        no_amount=counts[Place.NO_AMOUNT],
        no_step=counts[Place.NO_STEP],
    )


def place(deal: PipelineDeal, asof: date, to: date) -> Place:
    """Where the deal stands; the first check that it fails names it."""
    if deal.status == LOST:
        return Place.IGNORED
    if deal.amount is None:
        return Place.NO_AMOUNT
    if deal.rest == 0:
        return Place.IGNORED
    if deal.expected_on is None:
        return Place.NO_DATE
    if deal.expected_on <= asof:
        return Place.OVERDUE
    return _place_by_step(deal) if deal.expected_on <= to else Place.IGNORED


def probability(deal: PipelineDeal, stage_probability: Mapping[str, Decimal]) -> Decimal:
    """The deal's own probability, else its stage's, else 0; a won deal pays unless it says no."""
    if deal.probability is not None:
        return deal.probability
    if deal.status == WON:
        return stage_probability.get(WON, ONE)
    return stage_probability.get(deal.stage or "", ZERO)


def _place_by_step(deal: PipelineDeal) -> Place:
    return Place.NO_STEP if deal.stepless else Place.INCLUDED
