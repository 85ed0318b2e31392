"""A person's plan down to calls a day, by own conversions pulled to those of the team.

The chain has the steps whose source is connected: a figure without a source is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from formulas.decompose import CHECK_PULL, STEP_PULL, Decomposition, Own, Step, decompose
from model.figures import Measure, Period
from store import Reader
from sync.figures.plans import TEAM
from sync.plans.past import months_before, total_of
from sync.scene import fold

MONTHS = 3
"""Full months whose conversions count."""
CHAIN = ((Measure.OFFERS, Measure.DEALS), (Measure.CALLS, Measure.OFFERS))
"""Back from the deal: tries, and what a try turns into."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan to take apart: whose, of which month, and how far it is."""

    who: str
    month: Period
    plan: Decimal | None
    fact: Decimal
    days_left: int


def taken_apart(reader: Reader, plan: Plan) -> Decomposition:
    """Deals, offers and calls that the rest of a plan takes, in all and on each day left."""
    window = months_before(plan.month.start, MONTHS)
    mine = None if fold(plan.who) == fold(TEAM) else (plan.who,)
    return decompose(
        plan.plan,
        plan.fact,
        plan.days_left,
        _check(reader, mine, window),
        [
            _step(reader, tries, got, mine, window)
            for tries, got in CHAIN
            if total_of(reader, tries, None, window)
        ],
    )


def window_of(month: date) -> Period:
    """The months whose conversions a plan is taken apart by."""
    return months_before(month, MONTHS)


def _check(reader: Reader, mine: tuple[str, ...] | None, window: Period) -> Own:
    """Average payment of a deal: money of won deals by their number."""
    return _own(reader, (Measure.WON, Measure.DEALS), mine, window, CHECK_PULL)


def _step(
    reader: Reader, tries: Measure, got: Measure, mine: tuple[str, ...] | None, window: Period
) -> Step:
    return Step(tries.value, _own(reader, (got, tries), mine, window, STEP_PULL))


def _own(
    reader: Reader,
    pair: tuple[Measure, Measure],
    mine: tuple[str, ...] | None,
    window: Period,
    pull: int,
) -> Own:
    """Own results by own tries, with those of the whole team as the norm."""
    got, tries = pair
    everyone = total_of(reader, tries, None, window)
    norm = total_of(reader, got, None, window) / everyone if everyone else None
    return Own(
        total_of(reader, got, mine, window),
        total_of(reader, tries, mine, window),
        norm,
        Decimal(pull),
    )
