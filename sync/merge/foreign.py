"""R13: totals, notes and second headings inside a table, recognised by what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal

from model.blueprint import Column, Kind
from model.canon import canon
from model.snapshot import RowRead
from model.values import Value

TOTALS = ("итого", "всего", "total", "сумма итого")
SAME_TITLES = 2
"""So many cells that repeat their own heading make a second heading."""
_ENOUGH_DIGITS = 5
"""Fewer digits are no phone, INN or KPP: a remark that stands in their column."""


def is_foreign(row: RowRead, fields: Sequence[Column], titles: Mapping[str, str]) -> bool:
    """Whether a row is nobody's record: a total, a note or a heading; a row with an id never is."""
    if row.row_id:
        return False
    return _is_total(row, fields) or _is_heading(row, fields, titles) or _is_note(row, fields)


def _texts(row: RowRead, fields: Sequence[Column]) -> dict[str, str]:
    return {c.key: v for c in fields if isinstance(v := row.value(c.key), str)}


def _is_total(row: RowRead, fields: Sequence[Column]) -> bool:
    first = next(iter(_texts(row, fields).values()), "").strip().casefold().rstrip(":")
    return first in TOTALS


def _is_heading(row: RowRead, fields: Sequence[Column], titles: Mapping[str, str]) -> bool:
    texts = _texts(row, fields).items()
    same = sum(1 for key, text in texts if text.strip() == titles.get(key, "").strip() != "")
    return same >= SAME_TITLES


def _is_note(row: RowRead, fields: Sequence[Column]) -> bool:
    """Every value fails the type of its column."""
    cells = [(c.kind, v) for c in fields if (v := row.value(c.key)) not in (None, "")]
    return all(kind in _FITS and not _FITS[kind](canon(kind, value)) for kind, value in cells)


def _has_digits(value: Value) -> bool:
    return sum(c.isdigit() for c in str(value)) >= _ENOUGH_DIGITS


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal)


def _is_day(value: Value) -> bool:
    return isinstance(value, date)


_FITS: Mapping[Kind, Callable[[Value], bool]] = {
    **dict.fromkeys((Kind.INN, Kind.KPP, Kind.PHONE), _has_digits),
    **dict.fromkeys((Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.PERCENT), _is_number),
    **dict.fromkeys((Kind.DATE, Kind.MOMENT), _is_day),
    Kind.TIME: lambda value: isinstance(value, time),
}
"""Kinds whose text can fail them; a name, a note or a list takes any text."""
