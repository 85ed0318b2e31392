"""A plan taken apart into deals, offers, meetings and calls; a plan suggested from the past."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.averages import mean
from formulas.periods import MONTHS_IN_YEAR
from formulas.rounding import ZERO, Number, ceil, r2_or_none, r4

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

CHECK_PULL = 5
"""How many deals the norm of the average payment weighs."""
STEP_PULL = 20
"""How many attempts the norm of a conversion weighs."""
RECENT_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Own:
    """Own result `got` out of `tries`, pulled to the norm as if `pull` more tries had met it."""

    got: Decimal
    tries: Decimal
    norm: Decimal | None
    pull: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One step back from the deal: its name and how much of it turns into the next one."""

    name: str
    own: Own


@dataclass(frozen=True, slots=True)
class Need:
    """Conversion of a step, and how many of it are needed in all and on each day left."""

    conv: Decimal | None
    need: int | None
    per_day: int | None


@dataclass(frozen=True, slots=True)
class Decomposition:
    """What is left of the plan in deals and in every step before them."""

    check: Decimal | None
    deals: int | None
    deals_per_day: int | None
    steps: dict[str, Need]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A plan suggested in grey: recent mean, season of the month, and the two together."""

    mean3: Decimal | None
    season: Decimal | None
    suggest: Decimal | None


def decompose(
    plan: Decimal | None, fact: Decimal, days_left: int, check: Own, chain: Sequence[Step]
) -> Decomposition:
    """What is needed to reach the plan; the chain keeps unrounded values, needs are rounded up."""
    average = pulled(check)
    raw = raw_deals(plan, fact, average)
    deals, deals_per_day = whole_need(raw, days_left)
    steps = {}
    for step in chain:
        conv = conversion(step.own)
        raw = raw / conv if raw is not None and conv else None
        printed = None if conv is None else r4(conv)
        steps[step.name] = Need(printed, *whole_need(raw, days_left))
    return Decomposition(r2_or_none(average), deals, deals_per_day, steps)


def suggest(history: Mapping[tuple[int, int], Decimal], month: tuple[int, int]) -> Suggestion:
    """A plan for (year, month) from the months before it; blank months are left out."""
    mean3 = mean(_before(history, month, RECENT_MONTHS))
    season = mean(_seasons(history, month))
    if season is None:
        return Suggestion(r2_or_none(mean3), None, r2_or_none(mean3))
    year_mean = mean(_before(history, month, MONTHS_IN_YEAR))
    plan = None if year_mean is None else year_mean * season
    return Suggestion(r2_or_none(mean3), r4(season), r2_or_none(plan))


def pulled(own: Own) -> Fraction | None:
    """The own result pulled to the norm; None when there is nothing to divide by."""
    weight = Fraction(own.tries) + Fraction(own.pull)
    if weight <= 0 or (own.norm is None and own.pull):
        return None
    return (Fraction(own.got) + Fraction(own.pull) * Fraction(own.norm or 0)) / weight


def conversion(own: Own) -> Fraction | None:
    """The own share pulled to the norm, never more than all."""
    share = pulled(own)
    return None if share is None else min(Fraction(1), share)


def raw_deals(plan: Decimal | None, fact: Decimal, average: Fraction | None) -> Fraction | None:
    """Deals that the rest of the plan takes, unrounded."""
    if plan is None or average is None or average <= 0:
        return None
    return Fraction(max(plan - fact, ZERO)) / average


def whole_need(raw: Number | None, days_left: int) -> tuple[int | None, int | None]:
    """Whole number needed, and on each day left; None where a day is lacking."""
    if raw is None:
        return None, None
    need = ceil(raw)
    if need == 0:
        return 0, 0
    return need, ceil(Fraction(need, days_left)) if days_left else None


def _before(
    history: Mapping[tuple[int, int], Decimal], month: tuple[int, int], count: int
) -> list[Decimal]:
    """Known values of the `count` months before a month."""
    number = month[0] * MONTHS_IN_YEAR + month[1] - 1
    earlier = (divmod(number - back, MONTHS_IN_YEAR) for back in range(1, count + 1))
    return [history[year, place + 1] for year, place in earlier if (year, place + 1) in history]


def _seasons(history: Mapping[tuple[int, int], Decimal], month: tuple[int, int]) -> list[Fraction]:
    """The month's value by that year's mean month, for every full year before."""
    seasons = []
    for year in sorted({year for year, _ in history if year < month[0]}):
        values = _before(history, (year + 1, 1), MONTHS_IN_YEAR)
        average = mean(values)
        if len(values) == MONTHS_IN_YEAR and average:
            seasons.append(Fraction(history[year, month[1]]) / average)
    return seasons
