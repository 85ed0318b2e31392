"""What people did month by month, from the sums of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from formulas.periods import MONTHS_IN_YEAR, PeriodType, bounds
from model.figures import Measure, Period
from store import Reader
from sync.figures.plans import TEAM
from sync.scene import fold

HUNDRED = Decimal(100)
DAY = timedelta(days=1)
MonthKey = tuple[int, int]
LOOK_BACK = 36
"""Months of history behind a suggestion: three seasons."""


def by_month(reader: Reader, measure: Measure, who: str, period: Period) -> dict[MonthKey, Decimal]:
    """Sums of the months that hold anything; `who` may be the whole team."""
    person = None if fold(who) == fold(TEAM) else who
    out: dict[MonthKey, Decimal] = {}
    for day, total in reader.sums_by_day(measure, person, period).items():
        key = day.year, day.month
        out[key] = out.get(key, Decimal(0)) + Decimal(total) / HUNDRED
    return out


def months_before(month: date, count: int) -> Period:
    """So many whole months before the one that begins on a day."""
    number = month.year * MONTHS_IN_YEAR + month.month - 1 - count
    year, place = divmod(number, MONTHS_IN_YEAR)
    return Period(date(year, place + 1, 1), month)


def total_of(
    reader: Reader, measure: Measure, people: Iterable[str] | None, period: Period
) -> Decimal:
    """Sum of a measure over people; of everybody for None."""
    sums: Mapping[str, int] = reader.sums(measure, period)
    names = sums if people is None else people
    return sum((Decimal(sums.get(name, 0)) for name in names), Decimal(0)) / HUNDRED


def month_after(day: date) -> Period:
    """The month after the one that holds a day."""
    found = bounds(PeriodType.MONTH, bounds(PeriodType.MONTH, day).end)
    return Period(found.start, found.end)
