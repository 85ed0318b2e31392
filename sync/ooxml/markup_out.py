"""The markup of a cell that we write.

Text goes in as an inline string, so nothing that came from outside can turn into a formula and no
shared string is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from model.values import Fault, Value, plain, to_serial
from sync.ooxml.reasons import Reason
from sync.ooxml.xmltext import escape, escape_cell, legal, too_long

ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
)
_LARGEST = Decimal("9.99999999999999E+307")
_PLAIN_UP_TO = 20
"""Numbers with more digits before the point are written with an exponent."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value as a cell holds it: the type attribute, the inner markup, and what was cleaned."""

    kind: str
    inner: str
    value: Value
    notice: str = ""


def written(value: Value, *, prefix: str, date1904: bool, cached: bool) -> Written | Reason:
    """The markup of a value, of a formula's result when `cached`; or why there is none."""
    match value:
        case None | "":
            return _nothing(prefix, cached=cached)
        case bool():
            return Written("b", _v(prefix, str(int(value))), value)
        case Decimal():
            return _number(value, prefix)
        case datetime() | date() | time():
            return _moment(value, prefix, date1904=date1904)
        case Fault():
            return _fault(value, prefix, cached=cached)
        case str():
            return _text(value, prefix, cached=cached)


def formula_markup(formula: str, *, prefix: str) -> str:
    """The element of an ordinary formula."""
    return f"<{prefix}f>{escape(formula.removeprefix('='))}</{prefix}f>"


def _v(prefix: str, text: str) -> str:
    return f"<{prefix}v>{text}</{prefix}v>"


def _nothing(prefix: str, *, cached: bool) -> Written:
    return Written("str", _v(prefix, ""), "") if cached else Written("", "", None)


def _number(value: Decimal, prefix: str) -> Written | Reason:
    if not value.is_finite() or abs(value) > _LARGEST:
        return Reason.NOT_A_NUMBER
    short = abs(value.adjusted()) < _PLAIN_UP_TO
    return Written("", _v(prefix, plain(value) if short else str(value)), value)


def _moment(value: date | time, prefix: str, *, date1904: bool) -> Written | Reason:
    serial = to_serial(value, date1904=date1904)
    if serial < 0:
        return Reason.TOO_EARLY
    return Written("", _v(prefix, plain(serial)), value)


def _fault(value: Fault, prefix: str, *, cached: bool) -> Written | Reason:
    if value.text in ERRORS:
        return Written("e", _v(prefix, value.text), value)
    return Written("", "", value) if cached and value.text == "?" else Reason.NOT_AN_ERROR


def _text(value: str, prefix: str, *, cached: bool) -> Written | Reason:
    clean, dropped = legal(value)
    if too_long(clean):
        return Reason.TOO_LONG
    notice = Reason.BAD_CHARACTERS.value if dropped else ""
    text = escape_cell(clean)
    if cached:
        return Written("str", _v(prefix, text), clean, notice)
    p = prefix
    inner = f'<{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is>'
    return Written("inlineStr", inner, clean, notice)
