"""«Похожие клиенты.html»: cards that are one or may be, side by side, for the owner alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from model.blueprint import Table
from model.phones import pretty_phone
from model.records import Change, Record
from model.texts import duplicates as words
from model.texts.numbers import day_year
from model.values import Value, plain
from sync.duplicates import Proposal, Side, Standing, Tie, Why, seniority, standing
from sync.reports.html import render

SHOWN = 100
"""Groups and pairs that one page shows; a longer one nobody reads."""


@dataclass(frozen=True, slots=True)
class Cards:
    """What is known of the clients: cards, number of deals by row, last changes of a row."""

    table: Table
    clients: Mapping[str, Record]
    deals: Mapping[str, int]
    last: Callable[[str], Mapping[str, Change]]

    def number(self, row: str) -> str:
        """К-204."""
        return f"{self.table.prefix}-{self.clients[row].number}"


@dataclass(frozen=True, slots=True)
class Head:
    """One card's column: its number, name and deals."""

    number: str
    name: str
    deals: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what each card says, what stands for all, why; `tone` of a difference."""

    title: str
    said: tuple[str, ...]
    value: str
    why: str
    tone: str

    @property
    def is_mains(self) -> bool:
        """Whether what stands is just what the main card says."""
        return self.value == self.said[0]


@dataclass(frozen=True, slots=True)
class Twins:
    """Cards that are one client or may be."""

    reasons: tuple[str, ...]
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    action: str


def render_twins(found: Proposal, cards: Cards, now: datetime) -> str:
    """The page as one self-contained text."""
    groups = [_twins((one.main, *one.others), one.reasons, cards) for one in found.clients[:SHOWN]]
    asked = [
        _twins(_ranked(pair.left, pair.right, cards), pair.reasons, cards, is_asked=True)
        for pair in found.asked[:SHOWN]
        if pair.tie is not Tie.BRANCH
    ]
    branches = [
        (" и ".join(map(cards.number, _ranked(p.left, p.right, cards))), ", ".join(p.reasons))
        for p in found.asked
        if p.tie is Tie.BRANCH
    ]
    return render(
        "twins.html",
        words=words,
        now=now,
        groups=groups,
        asked=asked,
        branches=branches,
        crowds=[_crowd(contact, rows, cards) for contact, rows in found.crowds.items()],
        more=max(0, len(found.clients) - SHOWN) + max(0, len(found.asked) - SHOWN),
    )


def lines_of(rows: Sequence[str], cards: Cards) -> tuple[Line, ...]:
    """Every field that the cards fill, the first card being the main one."""
    sides = [Side(cards.clients[row], cards.last(row)) for row in rows]
    return tuple(_line(one) for one in standing(cards.table, sides))


def _ranked(left: str, right: str, cards: Cards) -> tuple[str, ...]:
    return tuple(sorted((left, right), key=lambda r: seniority(cards.clients[r], cards.deals)))


def _twins(
    rows: tuple[str, ...], reasons: tuple[str, ...], cards: Cards, *, is_asked: bool = False
) -> Twins:
    numbers = tuple(map(cards.number, rows))
    action = words.how_to_join(numbers[0], numbers[1:]) if is_asked else ""
    heads = tuple(_head(row, cards) for row in rows)
    return Twins(reasons, heads, lines_of(rows, cards), action)


def _head(row: str, cards: Cards) -> Head:
    name = cards.clients[row].values.get("name")
    return Head(cards.number(row), shown(name), words.deals_text(cards.deals.get(row, 0)))


def _line(one: Standing) -> Line:
    why = "" if one.why is Why.SAME else words.WHY[one.why.value]
    if one.by is not None:
        why = f"{why}: {one.by.who}, {day_year(one.by.at)}"
    value = words.CHOOSE if one.why is Why.ASK else shown(one.value)
    tone = {Why.SAME: "same", Why.ONLY: "only", Why.ASK: "ask"}.get(one.why, "differ")
    return Line(one.column.title.ru, tuple(map(shown, one.said)), value, why, tone)


def _crowd(contact: str, rows: tuple[str, ...], cards: Cards) -> tuple[str, str]:
    title = contact if "@" in contact else pretty_phone(contact)
    return title, ", ".join(cards.number(row) for row in rows[:SHOWN])


def shown(value: Value) -> str:
    """A value in full, as the book shows it."""
    if isinstance(value, date):
        return day_year(value)
    return "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
