"""A foreign cell as a value of its field, and why it cannot be one.

What people would check stays as it stood: a phone keeps its spelling, an INN is text, never a
number. What cannot be read as its kind stays text, to be asked about where the row is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal

from model.blueprint import Kind
from model.canon import canon, tidy_text
from model.identity import read_inn
from model.problems import Code
from model.values import Value, plain
from sync.imports.days import Order, is_no_day, moment_in

_RISKY = tuple("=+-@\t\r＝＋－＠0123456789")
STAGES: Mapping[str, str] = {
    "won": "Успешно",
    "closed won": "Успешно",
    "успешно реализовано": "Успешно",
    "выиграна": "Успешно",
    "оплачено": "Успешно",
    "lost": "Отказ",
    "closed lost": "Отказ",
    "закрыто и не реализовано": "Отказ",
    "проиграна": "Отказ",
    "engaging": "Переговоры",
    "negotiation": "Переговоры",
    "принимают решение": "Переговоры",
    "prospecting": "Новая",
    "new": "Новая",
    "первичный контакт": "Новая",
    "неразобранное": "Новая",
    "proposal": "КП отправлено",
    "согласование договора": "Договор",
}
"""Stages of other programs in our words; a team's own stage is never renamed."""


def value_of(kind: Kind, cell: Value, order: Order) -> Value:
    """The value of a filled cell; a text that is no number or day stays a text."""
    if isinstance(cell, str):
        if kind is Kind.TEXT and cell.strip():
            return without_mark(_one_kind_of_lines(cell))
        cell = without_mark(tidy_text(cell))
    if kind in {Kind.INN, Kind.KPP, Kind.PHONE, Kind.CODE} and isinstance(cell, Decimal):
        return _identity(kind, cell)
    if kind in {Kind.MONEY, Kind.NUMBER, Kind.COUNT}:
        return canon(kind, cell)
    if kind in {Kind.DATE, Kind.MOMENT}:
        return _moment(kind, cell, order)
    if isinstance(cell, Decimal):
        return plain(cell) if kind is not Kind.TIME else cell
    return cell or None


def _one_kind_of_lines(text: str) -> str:
    """What people wrote stays as they wrote it, but a cell knows line feeds only."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def without_mark(text: str) -> str:
    """A text without the one apostrophe that an export put before a risky start."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_RISKY) else text


def stage_name(text: str, own: frozenset[str]) -> str:
    """The stage in the team's words; `own` are its stages, folded."""
    folded = " ".join(text.casefold().split())
    return text if folded in own else STAGES.get(folded, text)


def _identity(kind: Kind, cell: Decimal) -> Value:
    """Digits as text; a number that lost a zero stays a number, so that it is asked about."""
    if kind is Kind.INN and read_inn(cell).code is Code.INN_LOST_ZERO:
        return cell
    return plain(cell)


def _moment(kind: Kind, cell: Value, order: Order) -> Value:
    if is_no_day(cell):
        return None
    moment = moment_in(cell, order)
    if moment is None:
        return canon(kind, cell) if isinstance(cell, Decimal) else cell or None
    return moment if kind is Kind.MOMENT or moment.time() != time() else moment.date()
