"""Codes that a spreadsheet turned into numbers or dates: lost zeros, 1.23E+11, 1-2 as a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from model.blueprint import Column, Kind
from model.identity import read_inn
from model.values import Value, plain

CODES = frozenset({Kind.INN, Kind.KPP, Kind.PHONE, Kind.CODE, Kind.TEXT, Kind.NAME})
"""Kinds whose digits are a name, not an amount."""
_NOT_DIGITS = re.compile(r"\D")
_EXPONENT = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE | re.ASCII)
_LIKE_A_DAY = re.compile(r"\d{1,4}[-./]\d{1,2}([-./]\d{1,4})?", re.ASCII)
_ROUNDED = 3
"""So many zeros at the end, where other digits stood, are an exponent's."""


def is_damaged(column: Column, before: Value, after: Value) -> bool:
    """Whether the new value is what a program made of the old one, not what a person typed."""
    if (
        column.kind not in CODES
        or not isinstance(before, str)
        or _told_anyway(column, before, after)
    ):
        return False
    return any(test(before, after) for test in DAMAGES)


def lost_zero(before: str, after: Value) -> bool:
    """0977001232 became 977001232."""
    shown = _shown(after)
    return before.startswith("0") and shown != "" and shown == before.lstrip("0")


def rounded(before: str, after: Value) -> bool:
    """79161234567 became 7.91612E+10."""
    digits = _NOT_DIGITS.sub("", before)
    shown = _shown(after)
    kept = shown.rstrip("0")
    return (
        len(shown) == len(digits)
        and shown != digits
        and len(shown) - len(kept) >= _ROUNDED
        and digits.startswith(kept)
    )


def became_a_day(before: str, after: Value) -> bool:
    """The code 1-2 became the first of February."""
    return isinstance(after, date) and _LIKE_A_DAY.fullmatch(before) is not None


DAMAGES: tuple[Callable[[str, Value], bool], ...] = (lost_zero, rounded, became_a_day)


def _shown(value: Value) -> str:
    """A whole number without an exponent; '' for anything else."""
    if isinstance(value, str):
        if _EXPONENT.fullmatch(value.strip()) is None:
            return value.strip() if value.strip().isdecimal() else ""
        value = Decimal(value.strip().replace(",", "."))
    return plain(value) if isinstance(value, Decimal) and value == int(value) else ""


def _told_anyway(column: Column, before: str, after: Value) -> bool:
    """An INN tells its lost zero by itself: it is asked about with the same proposal."""
    return column.kind is Kind.INN and before in read_inn(after).values
