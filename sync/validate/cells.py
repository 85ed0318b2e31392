"""Findings about one cell: what its kind asks for and what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from rapidfuzz import fuzz, process

from model.blueprint import Column, Kind
from model.canon import canon
from model.emails import read_email
from model.human_dates import understand
from model.identity import Reading, Status, read_inn, read_kpp
from model.phones import pretty_phone
from model.problems import Code, Severity
from model.spoken import make_day
from model.values import Fault, Value, plain
from sync.identity import read_any_phone
from sync.scene import fold
from sync.validate.context import Context

ALIKE = 75
"""Ratio from which a text of a list is proposed for a misspelt one."""
STEP_DATES = frozenset({"step_on", "expected_on", "due", "next_at"})
"""Dates of what people plan: never years away."""
_YEARS_AHEAD, _YEARS_BACK = 2, 3
_FIRST_YEAR, _LAST_YEARS = 1930, 20
_SHOWN = 60
"""Longest quotation of a cell in a remark."""
_SCALE = (
    ("млн", 1_000_000),
    ("м", 1_000_000),
    ("тыс", 1000),
    ("т", 1000),
    ("к", 1000),
    ("k", 1000),
)
_SHORTHAND = re.compile(r"(\d+(?:[.,]\d+)?)\s*(млн|тыс|т|к|k|м)\.?\s*(?:р\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its place is known."""

    code: Code
    values: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING


def check_cell(column: Column, value: Value, context: Context) -> Iterator[Finding]:
    """What is wrong in one cell that is not empty."""
    if isinstance(value, Fault):
        yield Finding(Code.FORMULA_FAULT, (value.text,))
        return
    check = _CHECKS.get(column.kind)
    if check is not None:
        yield from check(column, value, context)


def shown(value: Value) -> str:
    """A value as a remark quotes it: short, on one line, days as 15.03.2026."""
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    text = " ".join((plain(value) if isinstance(value, Decimal) else str(value)).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(text: str, names: tuple[str, ...]) -> str:
    """The name most like a text, '' when none is."""
    folded = {fold(name): name for name in names}
    found = process.extractOne(fold(text), list(folded), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return folded[found[0]] if found else ""


def _inn(_: Column, value: Value, __: Context) -> Iterator[Finding]:
    reading = read_inn(value)
    if reading.code is Code.INN_LOST_ZERO:
        digits = str(len(reading.values[0]) - 1)
        yield Finding(Code.INN_LOST_ZERO, (shown(value), reading.values[0], digits))
    elif reading.code:
        yield _read(reading.code, reading, value)


def _kpp(_: Column, value: Value, __: Context) -> Iterator[Finding]:
    reading = read_kpp(value)
    if reading.code:
        yield Finding(reading.code, (shown(value),))


def _phone(_: Column, value: Value, context: Context) -> Iterator[Finding]:
    reading = read_any_phone(value, city=context.city)
    if reading.code is Code.PHONE_NO_CODE:
        yield Finding(Code.PHONE_NO_CODE, (shown(value), context.city))
    elif reading.code:
        yield _read(reading.code, reading, value, pretty_phone)


def _email(_: Column, value: Value, __: Context) -> Iterator[Finding]:
    reading = read_email(value)
    if reading.code:
        yield _read(reading.code, reading, value)


def _read(code: Code, reading: Reading, value: Value, spell: Callable[[str], str] = str) -> Finding:
    proposed = reading.values[0] if len(reading.values) == 1 else ""
    offer = spell(proposed) if proposed and reading.status is Status.ASK else ""
    return Finding(code, (shown(value), offer) if offer else (shown(value),))


def _money(column: Column, value: Value, _: Context) -> Iterator[Finding]:
    number = canon(column.kind, value)
    if isinstance(number, Decimal) and number < 0:
        yield Finding(Code.AMOUNT_NEGATIVE, (shown(value),))
    elif not isinstance(number, Decimal):
        yield Finding(Code.AMOUNT_TEXT, (shown(value), _meant(value)), Severity.BLOCKING)


def _number(column: Column, value: Value, _: Context) -> Iterator[Finding]:
    if not isinstance(canon(column.kind, value), Decimal):
        yield Finding(Code.NUMBER_TEXT, (shown(value), _meant(value), column.title.ru))


def _meant(value: Value) -> str:
    """The number that «300т» or «1,5 млн» likely means, '' when unclear."""
    match = _SHORTHAND.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return ""
    scale = dict(_SCALE)[match[2].casefold()]
    return plain(Decimal(match[1].replace(",", ".")) * scale)


def _date(column: Column, value: Value, context: Context) -> Iterator[Finding]:
    day = as_day(column.kind, value, context.asof)
    if day is None:
        example = context.asof.strftime("%d.%m")
        yield Finding(Code.DATE_TEXT, (shown(value), example))
    elif _is_strange(column, day, context.asof):
        better = _likely_day(day, context.asof) if column.key in STEP_DATES else None
        offer = "" if better is None else shown(better)
        yield Finding(Code.DATE_STRANGE, (shown(day), offer, column.title.ru))


def as_day(kind: Kind, value: Value, today: date) -> date | None:
    """The day that a date cell means, None when it cannot be told."""
    known = canon(kind, value)
    if isinstance(known, datetime):
        return known.date()
    if isinstance(known, date):
        return known
    understood = understand(known, today) if isinstance(known, str) else None
    return understood.day if understood else None


def _is_strange(column: Column, day: date, asof: date) -> bool:
    if column.key in STEP_DATES:
        return not asof.year - _YEARS_BACK <= day.year <= asof.year + _YEARS_AHEAD
    return not _FIRST_YEAR <= day.year <= asof.year + _LAST_YEARS


def _likely_day(day: date, asof: date) -> date | None:
    """The same day of this year, or of the next when it has long passed."""
    this = make_day(asof.year, day.month, day.day)
    if this is None or (asof - this).days <= 183:
        return this
    return make_day(asof.year + 1, day.month, day.day)


def _time(column: Column, value: Value, context: Context) -> Iterator[Finding]:
    known = canon(column.kind, value)
    if isinstance(known, str | Decimal) and not _hour(known, context.asof):
        yield Finding(Code.TIME_TEXT, (shown(value),), Severity.NOTICE)


def _hour(value: str | Decimal, today: date) -> bool:
    understood = understand(value, today) if isinstance(value, str) else None
    return understood is not None and understood.at is not None


def _choice(column: Column, value: Value, context: Context) -> Iterator[Finding]:
    names = context.lists.get(column.choices or "", ())
    typed = canon(column.kind, value)
    if not names or not column.closed or fold(typed) in {fold(name) for name in names}:
        return
    severity = Severity.BLOCKING if column.key == "stage" else Severity.WARNING
    offer = nearest(str(typed), names)
    yield Finding(Code.NOT_IN_LIST, (shown(value), offer, column.title.ru), severity)


_CHECKS: Mapping[Kind, Callable[[Column, Value, Context], Iterator[Finding]]] = {
    Kind.INN: _inn,
    Kind.KPP: _kpp,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.MONEY: _money,
    Kind.NUMBER: _number,
    Kind.COUNT: _number,
    Kind.PERCENT: _number,
    Kind.DATE: _date,
    Kind.MOMENT: _date,
    Kind.TIME: _time,
    Kind.CHOICE: _choice,
}
