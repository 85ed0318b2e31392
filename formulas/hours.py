"""Working minutes between two local moments (METRICS.md section 1).

Hours are counted from midnight. On a short day the working day ends one hour earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from formulas.calendar import DAY, Calendar

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MIDNIGHT = timedelta()
NOTHING = timedelta()
LONGEST_WAIT = 366
"""Days in which a deadline is looked for."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When the team works; the lunch, if any, is not working time."""

    start: timedelta = 9 * HOUR
    end: timedelta = 18 * HOUR
    lunch: tuple[timedelta, timedelta] | None = None


def minutes(start: datetime, end: datetime, calendar: Calendar, hours: Hours) -> int:
    """Whole working minutes from start to end, rounded down; 0 when end is not after start."""
    if end <= start:
        return 0
    first, last = start.date(), end.date()
    since, until = _from_midnight(start), _from_midnight(end)
    if first == last:
        return _within(first, since, until, calendar, hours) // MINUTE
    head = _within(first, since, DAY, calendar, hours)
    tail = _within(last, MIDNIGHT, until, calendar, hours)
    return (head + _whole_days(first + DAY, last - DAY, calendar, hours) + tail) // MINUTE


def deadline(start: datetime, promised: int, calendar: Calendar, hours: Hours) -> datetime | None:
    """The moment at which so many working minutes since `start` have passed.

    None when a year has not enough of them: a calendar without working days.
    """
    left, day, since = promised * MINUTE, start.date(), _from_midnight(start)
    for _ in range(LONGEST_WAIT):
        time = _within(day, since, DAY, calendar, hours)
        if time >= left and time:
            today = _early(hours) if day in calendar.short else hours
            midnight = datetime.combine(day, datetime.min.time(), start.tzinfo)
            return midnight + _after(max(since, today.start), left, today)
        left, day, since = left - time, day + DAY, MIDNIGHT
    return None


def _after(since: timedelta, left: timedelta, hours: Hours) -> timedelta:
    """When so much working time of a day has passed since a moment of it."""
    if hours.lunch is None or since >= hours.lunch[1]:
        return since + left
    before = max(hours.lunch[0] - since, NOTHING)
    return since + left if left <= before else hours.lunch[1] + left - before


def _whole_days(first: date, last: date, calendar: Calendar, hours: Hours) -> timedelta:
    short = sum(first <= day <= last and calendar.working(day) for day in calendar.short)
    usual = calendar.workdays(first, last) - short
    return usual * _clipped(MIDNIGHT, DAY, hours) + short * _clipped(MIDNIGHT, DAY, _early(hours))


def _within(
    day: date, since: timedelta, until: timedelta, calendar: Calendar, hours: Hours
) -> timedelta:
    if not calendar.working(day):
        return NOTHING
    return _clipped(since, until, _early(hours) if day in calendar.short else hours)


def _early(hours: Hours) -> Hours:
    return Hours(hours.start, hours.end - HOUR, hours.lunch)


def _clipped(since: timedelta, until: timedelta, hours: Hours) -> timedelta:
    """Working time of one day between two moments of it."""
    opened, closed = max(since, hours.start), min(until, hours.end)
    worked = max(closed - opened, NOTHING)
    if hours.lunch is None:
        return worked
    lunch = min(closed, hours.lunch[1]) - max(opened, hours.lunch[0])
    return worked - max(lunch, NOTHING)


def _from_midnight(moment: datetime) -> timedelta:
    return moment - datetime.combine(moment.date(), datetime.min.time(), moment.tzinfo)
