"""Days as serial numbers, in the 1900 system from 1 March 1900 on (before it programs differ)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from formulas.cells.environment import Plain
from formulas.cells.operands import Frame, Function
from formulas.cells.values import WRONG_NUMBER, Failure, floor, whole
from model.values import EXCEL_EPOCH

LAST_SERIAL = 2_958_465
"""31 December 9999."""
SHORT_YEARS = 1900
"""A year below this one is counted from it, as in Excel."""
LATEST_YEAR = 9999
WEEK_STARTS = {1: 6, 2: 0, 11: 0, 12: 1, 13: 2, 14: 3, 15: 4, 16: 5, 17: 6}
"""The weekday (Monday is 0) that a type of WEEKDAY counts as 1."""
FROM_ZERO = 3
"""The type of WEEKDAY in which Monday is 0."""


def today(frame: Frame) -> Decimal:
    """TODAY: the day of NOW."""
    return floor(frame.book.now())


def now(frame: Frame) -> Decimal:
    """NOW."""
    return frame.book.now()


def day_of(frame: Frame, year: Plain, month: Plain, day: Plain) -> Decimal:
    """DATE: months and days past the end of the year or month run on."""
    read = frame.book.regional.number
    years = whole(read(year))
    years += SHORT_YEARS if 0 <= years < SHORT_YEARS else 0
    first = _month_start(years, whole(read(month)))
    return _serial(_days(first) + whole(read(day)) - 1)


def year(frame: Frame, day: Plain) -> Decimal:
    """YEAR."""
    return Decimal(_date(frame, day).year)


def month(frame: Frame, day: Plain) -> Decimal:
    """MONTH."""
    return Decimal(_date(frame, day).month)


def day_of_month(frame: Frame, day: Plain) -> Decimal:
    """DAY."""
    return Decimal(_date(frame, day).day)


def edate(frame: Frame, day: Plain, months: Plain) -> Decimal:
    """EDATE: the same day so many months later, or the last one of a shorter month."""
    start = _date(frame, day)
    first = _month_start(start.year, start.month + whole(frame.book.regional.number(months)))
    return _serial(_days(first) + min(start.day, _month_end(first).day) - 1)


def eomonth(frame: Frame, day: Plain, months: Plain) -> Decimal:
    """EOMONTH: the last day of the month so many months later."""
    start = _date(frame, day)
    first = _month_start(start.year, start.month + whole(frame.book.regional.number(months)))
    return _serial(_days(_month_end(first)))


def weekday(frame: Frame, day: Plain, kind: Plain = Decimal(1)) -> Decimal:
    """WEEKDAY: Sunday is 1 unless another type is given."""
    number = whole(frame.book.regional.number(kind))
    found = _date(frame, day).weekday()
    if number == FROM_ZERO:
        return Decimal(found)
    if number not in WEEK_STARTS:
        raise Failure(WRONG_NUMBER)
    return Decimal((found - WEEK_STARTS[number]) % 7 + 1)


def _date(frame: Frame, value: Plain) -> date:
    days = int(floor(frame.book.regional.number(value)))
    if not 0 <= days <= LAST_SERIAL:
        raise Failure(WRONG_NUMBER)
    return EXCEL_EPOCH + timedelta(days=days)


def _days(day: date) -> int:
    return (day - EXCEL_EPOCH).days


def _serial(days: int) -> Decimal:
    if not 0 <= days <= LAST_SERIAL:
        raise Failure(WRONG_NUMBER)
    return Decimal(days)


def _month_start(year: int, month: int) -> date:
    years, months = divmod(month - 1, 12)
    if not EXCEL_EPOCH.year <= year + years <= LATEST_YEAR:
        raise Failure(WRONG_NUMBER)
    return date(year + years, months + 1, 1)


def _month_end(first: date) -> date:
    if (first.year, first.month) == (LATEST_YEAR, 12):
        return date(LATEST_YEAR, 12, 31)
    return _month_start(first.year, first.month + 1) - timedelta(days=1)


FUNCTIONS: Mapping[str, Function] = {
    "TODAY": today,
    "NOW": now,
    "DATE": day_of,
    "YEAR": year,
    "MONTH": month,
    "DAY": day_of_month,
    "EDATE": edate,
    "EOMONTH": eomonth,
    "WEEKDAY": weekday,
}
