"""Numbers, days and hours that stand in a cell as text, read only where they can mean one thing."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:[ ']\d{3})+|\d+)(?:([.,])(\d+))?", re.ASCII)
_WESTERN = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+)\.(\d{1,2})", re.ASCII)
_GERMAN = re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+),(\d{1,2})", re.ASCII)
_CURRENCY = re.compile(r"\s*(?:руб(?:лей|ля|ль)?|р|₽|rub)\.?$", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:\s*г\.?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2}))?", re.ASCII)
_CENTURY = 2000


def number_of(text: str) -> Decimal | None:
    """The number of «300 000,50» or «300 000 руб.»; None for «300т» and for the unclear 300.000."""
    tidy = re.sub(r"[\u00a0\u202f\u2009]", " ", text).replace("−", "-").strip()
    tidy = _CURRENCY.sub("", tidy)
    for shape, comma in ((_WESTERN, ","), (_GERMAN, ".")):
        match = shape.fullmatch(tidy)
        if match:
            return Decimal(f"{match[1]}{match[2].replace(comma, '')}.{match[3]}")
    match = _NUMBER.fullmatch(tidy)
    if match is None:
        return None
    whole = re.sub("[ ']", "", match[2])
    if match[4] and len(match[4]) == 3 and match[2] == whole and whole.strip("0"):
        return None
    return Decimal(f"{match[1]}{whole}" + (f".{match[4]}" if match[4] else ""))


def day_of(text: str) -> date | None:
    """The day of 15.03.2026, 15/03/26 or 2026-03-15; None for anything else."""
    match = _DAY_FIRST.fullmatch(text)
    if match:
        year = int(match[3])
        return make_day(year if year > 99 else _CENTURY + year, int(match[2]), int(match[1]))
    match = _ISO.fullmatch(text)
    return make_day(int(match[1]), int(match[2]), int(match[3])) if match else None


def moment_of(text: str) -> datetime | None:
    """The moment of «15.03.2026 10:00», «2026-03-15T10:00:05» or of a bare day, at midnight."""
    head, _, tail = text.replace("T", " ", 1).partition(" ")
    day = day_of(head)
    clock = clock_of(tail.strip()) if tail.strip() else time()
    return datetime.combine(day, clock) if day and clock is not None else None


def clock_of(text: str) -> time | None:
    """The hour of 10:00, 10.30 or 10:00:05; None for anything else."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None


def make_day(year: int, month: int, day: int) -> date | None:
    """A day of the calendar, None for the 31st of February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
