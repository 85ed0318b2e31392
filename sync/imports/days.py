"""Days in foreign files: which of two numbers is the month is proved by the column, not assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import Enum

from model.spoken import clock_of, day_of, make_day
from model.values import Value

_PARTS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ T,]+(.+))?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(.+))?", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(am|pm)?\s*(?:z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_NOT_YET = frozenset({"не закрыта", "не закрыто", "нет", "-", "--", "null", "none", "не указана"})


class Order(Enum):
    """Which number of 3/4/2026 is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def order_of(columns: Iterable[Iterable[Value]]) -> Order:
    """Month first when a column proves it and none proves the other; else day first."""
    proofs = [_proof(cells) for cells in columns]
    if Order.MONTH_FIRST in proofs and Order.DAY_FIRST not in proofs:
        return Order.MONTH_FIRST
    return Order.DAY_FIRST


def is_no_day(value: Value) -> bool:
    """Whether a text stands for a blank: «не закрыта»."""
    return isinstance(value, str) and value.strip().casefold() in _NOT_YET


def moment_in(value: Value, order: Order) -> datetime | None:
    """The moment of a cell, at midnight where it names a day only; None when unreadable."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if not isinstance(value, str):
        return None
    text = value.strip()
    match = _ISO.fullmatch(text) or _PARTS.fullmatch(text)
    if match is None:
        return None
    day, clock = _day(match, order), _clock(match[4])
    return datetime.combine(day, clock) if day and clock is not None else None


def _day(match: re.Match[str], order: Order) -> date | None:
    if len(match[1]) == 4:
        return day_of("-".join(match.group(1, 2, 3)))
    first, second = int(match[1]), int(match[2])
    day, month = (second, first) if order is Order.MONTH_FIRST else (first, second)
    year = int(match[3])
    return make_day(year if year > 99 else 2000 + year, month, day)


def _clock(text: str | None) -> time | None:
    if not text:
        return time()
    match = _CLOCK.fullmatch(text.strip())
    clock = clock_of(match[1]) if match else None
    if match is None or clock is None or not match[2]:
        return clock
    hour = clock.hour % 12 + (12 if match[2].casefold() == "pm" else 0)
    return clock.replace(hour=hour)


def _proof(cells: Iterable[Value]) -> Order | None:
    pairs = [
        (int(match[1]), int(match[2]))
        for cell in cells
        if isinstance(cell, str) and (match := _PARTS.fullmatch(cell.strip()))
    ]
    first, second = (any(p[at] > 12 for p in pairs) for at in (0, 1))
    if first == second:
        return None
    return Order.DAY_FIRST if first else Order.MONTH_FIRST
