"""Periods and fair comparison with an earlier one (METRICS.md section 2).

A period is half-open: its first day is in, its `end` is the first day after it. `last` is the day
that people see. A day is a local date of the workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.calendar import DAY, Calendar
from formulas.rounding import HUNDRED, r2

if TYPE_CHECKING:
    from decimal import Decimal

MONTHS_IN_YEAR = 12


class PeriodType(Enum):
    """How long a period is; a week starts on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class BaseMode(Enum):
    """What a period is compared with."""

    PREV = "prev"
    LAST_YEAR = "last_year"


MONTHS = {
    PeriodType.MONTH: 1,
    PeriodType.QUARTER: 3,
    PeriodType.HALF: 6,
    PeriodType.YEAR: MONTHS_IN_YEAR,
}


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open range of dates: `start` is in, `end` is out."""

    start: date
    end: date

    @classmethod
    def between(cls, first: date, last: date) -> Period:
        """The period from its first to its last day, both included."""
        return cls(first, last + DAY)

    @property
    def last(self) -> date:
        """Last day that belongs to the period."""
        return self.end - DAY

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def workdays(self, calendar: Calendar) -> int:
        """Working days of the period."""
        return calendar.workdays(self.start, self.last)


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day of a fair comparison; no last day means an empty window."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """Difference from the base, in units and in percent of it."""

    delta: Decimal | None
    delta_pct: Decimal | None


def bounds(kind: PeriodType, day: date) -> Period:
    """The period of this type that contains the day."""
    if kind is PeriodType.WEEK:
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=7))
    length = MONTHS[kind]
    first_month = (day.month - 1) // length * length + 1
    start = date(day.year, first_month, 1)
    return Period(start, _months_later(start, length))


def previous(kind: PeriodType, period: Period) -> Period:
    """The period of the same type just before."""
    return bounds(kind, period.start - DAY)


def base(kind: PeriodType, asof: date, mode: BaseMode, calendar: Calendar) -> Window:
    """Part of the base period with as many working days as have passed up to asof.

    The whole base when asof is the last day of its period; empty before the first working day.
    A week has no year-ago base: raises ValueError.
    """
    current = bounds(kind, asof)
    earlier = _base_period(kind, current, mode)
    if asof == current.last:
        return Window(earlier.start, earlier.last)
    passed = calendar.workdays(current.start, asof)
    if passed == 0:
        return Window(earlier.start, None)
    return Window(earlier.start, calendar.nth_workday(passed, earlier.start, earlier.last))


def compare(current: Decimal | None, base_value: Decimal | None) -> Change:
    """How far the current value is from the base one; undefined when either is missing."""
    if current is None or base_value is None:
        return Change(None, None)
    delta = current - base_value
    if base_value == 0:
        return Change(delta, None)
    return Change(delta, r2(HUNDRED * Fraction(delta) / abs(Fraction(base_value))))


def _base_period(kind: PeriodType, current: Period, mode: BaseMode) -> Period:
    if mode is BaseMode.PREV:
        return previous(kind, current)
    if kind is PeriodType.WEEK:
        raise ValueError(mode)
    return bounds(kind, current.start.replace(year=current.start.year - 1))


def _months_later(first_of_month: date, months: int) -> date:
    years, month = divmod(first_of_month.month - 1 + months, MONTHS_IN_YEAR)
    return date(first_of_month.year + years, month + 1, 1)
