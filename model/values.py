"""What a cell can hold, and how it travels through the store.

A value keeps its type: text is `str`, a number is `Decimal`, a day is `date`, a moment is
`datetime`, an hour is `time`, a tick is `bool`, an empty cell is `None`, and an error or a formula
without a result is a `Fault`. Floats stop at the adapters. The text form (`encode`) is what the
store keeps: a letter for the type, a colon, the value; it is stable and sorts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of the 1900 system, as Excel counts from 1 March 1900 on."""
SHIFT_1904 = 1462
"""Days between the two date systems of Excel."""
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell whose value is unknown: an error (`#N/A`), or a formula nobody has calculated."""

    text: str


Value = None | str | bool | Decimal | datetime | date | time | Fault


_READERS: Final[Mapping[str, Callable[[str], Value]]] = MappingProxyType(
    {
        "s:": str,
        "n:": Decimal,
        "b:": "1".__eq__,
        "d:": date.fromisoformat,
        "m:": datetime.fromisoformat,
        "t:": time.fromisoformat,
        "e:": Fault,
    }
)
"""What reads the body of each type; kept outside `decode`, which runs for every cell of a pass."""


def encode(value: Value) -> str | None:
    """Text form of a value for the store; None stays None."""
    match value:
        case None:
            return None
        case bool():
            return f"b:{int(value)}"
        case Decimal():
            return f"n:{plain(value)}"
        case datetime():
            return f"m:{value.isoformat(timespec='seconds')}"
        case date():
            return f"d:{value.isoformat()}"
        case time():
            return f"t:{value.isoformat(timespec='seconds')}"
        case Fault():
            return f"e:{value.text}"
        case str():
            return f"s:{value}"


def decode(text: str | None) -> Value:
    """The value that `encode` wrote; raises ValueError for anything else."""
    if text is None:
        return None
    read = _READERS.get(text[:2])
    if read is None:
        raise ValueError(text)
    return read(text[2:])


def plain(number: Decimal) -> str:
    """A number without exponent or trailing zeros: 1E+3 -> 1000, 1.50 -> 1.5, -0 -> 0."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def to_serial(value: date | datetime | time, *, date1904: bool = False) -> Decimal:
    """Excel's number of a day, moment or hour; seconds are kept to the ninth decimal."""
    if isinstance(value, time):
        return _day_share(value)
    day = value.date() if isinstance(value, datetime) else value
    number = Decimal((day - EXCEL_EPOCH).days - (SHIFT_1904 if date1904 else 0))
    return number + (_day_share(value.time()) if isinstance(value, datetime) else 0)


def from_serial(number: Decimal, *, date1904: bool = False) -> datetime | None:
    """The moment, to the second, that a serial number means; None outside Excel's range."""
    days = number + (SHIFT_1904 if date1904 else 0)
    if not 0 <= days < 2_958_466:  # 9999-12-31
        return None
    seconds = int((days * DAY_SECONDS).to_integral_value())
    return datetime.combine(EXCEL_EPOCH, time()) + timedelta(seconds=seconds)


def _day_share(value: time) -> Decimal:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return (Decimal(seconds) / DAY_SECONDS).quantize(Decimal("0.000000001")).normalize()
