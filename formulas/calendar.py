"""The working calendar of the team (METRICS.md section 1).

A day is working if it is listed in `work`, or is Monday to Friday and not listed in `off`; a day in
both lists is working. The table in the workbook is the only truth: `calendar_of` reads it,
`formulas.russia.seed` makes its first contents. The calendar in force is always an argument.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORKING_WEEK = 5
"""Monday to Friday."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One row of the calendar table."""

    day: date
    working: bool
    short: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off, working weekends, days one hour shorter, and years without a published decree."""

    off: frozenset[date] = field(default_factory=frozenset)
    work: frozenset[date] = field(default_factory=frozenset)
    short: frozenset[date] = field(default_factory=frozenset)
    draft_years: frozenset[int] = field(default_factory=frozenset)

    def working(self, day: date) -> bool:
        """Whether people work that day."""
        return day in self.work or (_is_weekday(day) and day not in self.off)

    def workdays(self, first: date, last: date) -> int:
        """Working days in [first..last], both included; 0 when first is after last."""
        if first > last:
            return 0
        lost, won = _moved(self.off, self.work)
        return _weekdays(first, last) - _within(lost, first, last) + _within(won, first, last)

    def nth_workday(self, number: int, first: date, last: date) -> date:
        """The number-th working day of [first..last]; the last day when there are fewer."""
        for day in days(first, last):
            number -= self.working(day)
            if number == 0:
                return day
        return last

    def draft(self, first: date, last: date) -> bool:
        """Whether a figure over [first..last] rests on a year without a published decree."""
        return any(first.year <= year <= last.year for year in self.draft_years)


def days(first: date, last: date) -> Iterator[date]:
    """Every day of [first..last], both included."""
    day = first
    while day <= last:
        yield day
        day += DAY


def table(calendar: Calendar, first: date, last: date) -> tuple[CalendarDay, ...]:
    """Rows of the calendar table for [first..last]."""
    return tuple(
        CalendarDay(day, calendar.working(day), day in calendar.short) for day in days(first, last)
    )


def calendar_of(rows: Iterable[CalendarDay], draft_years: frozenset[int] = frozenset()) -> Calendar:
    """The calendar that the rows of the workbook's table describe."""
    known = tuple(rows)
    return Calendar(
        off=frozenset(row.day for row in known if not row.working),
        work=frozenset(row.day for row in known if row.working and not _is_weekday(row.day)),
        short=frozenset(row.day for row in known if row.short),
        draft_years=draft_years,
    )


@lru_cache(maxsize=64)
def _moved(
    off: frozenset[date], work: frozenset[date]
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Weekdays that are off and weekend days that are worked, in order."""
    lost = sorted(day for day in off - work if _is_weekday(day))
    won = sorted(day for day in work if not _is_weekday(day))
    return tuple(lost), tuple(won)


def _within(some: tuple[date, ...], first: date, last: date) -> int:
    """How many of the ordered days lie in [first..last]."""
    return bisect_right(some, last) - bisect_left(some, first)


def _is_weekday(day: date) -> bool:
    return day.weekday() < WORKING_WEEK


def _weekdays(first: date, last: date) -> int:
    weeks, rest = divmod((last - first).days + 1, 7)
    tail = sum((first.weekday() + step) % 7 < WORKING_WEEK for step in range(rest))
    return weeks * WORKING_WEEK + tail
