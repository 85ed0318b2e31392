"""Rows of «Правила распределения» as rules, and what in a row cannot be meant.

A rule is looked at in the order of «Очерёдность», then of the sheet; the first whose filled cells
all fit decides. Alternatives stand in one cell apart by commas.

    Источник, Сегмент    the same word, in any case
    Город                the town, a phone code (495) or the first two digits of the INN (77)
    Товар                the product of the row, else a word in what the client wants
    График               «пн-пт 9:00-18:00», «сб, вс», «18:00-9:00»: the rule sleeps otherwise
    Кому                 «все», «отдел Опт», names; a number behind a name is its weight
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from enum import Enum

from formulas.assignment import Why
from formulas.rounding import ONE, ZERO
from model.records import Record
from sync.scene import amount, fold, text

TABLE = "routing"
LAST = 1_000_000
"""Order of a rule that names none: behind those that do."""
EVERYONE = frozenset({"", "все", "всем", "everyone"})
DEPARTMENT = "отдел "
WEEK = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_DAYS = re.compile(r"(пн|вт|ср|чт|пт|сб|вс)(?:\s*[-–—]\s*(пн|вт|ср|чт|пт|сб|вс))?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")
_WEIGHED = re.compile(r"(.+?)[\s:=x×]+(\d+(?:[.,]\d+)?)")
CONDITIONS = ("source", "region", "product", "segment", "language")


class Given(Enum):
    """What a rule gives out."""

    LEAD = "заявка"
    BASE = "база"


WAYS: Mapping[str, Why] = {
    "": Why.ROUND_ROBIN,
    "по очереди": Why.ROUND_ROBIN,
    "по весам": Why.WEIGHTED,
    "наименее занятый": Why.LOAD,
}


@dataclass(frozen=True, slots=True)
class Shift:
    """Days and hours in which a rule is awake; hours may run over midnight."""

    days: frozenset[int] = frozenset(range(7))
    start: time = time.min
    end: time = time.min
    """Excluded; equal to the start: round the clock."""

    def __contains__(self, at: datetime) -> bool:
        now, day = at.time(), at.weekday()
        if self.start == self.end:
            return day in self.days
        if self.start < self.end:
            return day in self.days and self.start <= now < self.end
        before = (day - 1) % len(WEEK)
        return (day in self.days and now >= self.start) or (before in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that can be meant; names and words are folded."""

    name: str
    given: Given = Given.LEAD
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Alternatives by condition; only filled ones."""
    least: Decimal | None = None
    shift: Shift = Shift()
    everyone: bool = True
    departments: tuple[str, ...] = ()
    names: tuple[tuple[str, Decimal], ...] = ()
    """Beginnings of names with their weights."""
    way: Why = Why.ROUND_ROBIN
    limit: int | None = None
    spare: str = ""
    row_id: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The rules in their order, and by row what is unclear about the others."""

    rules: tuple[Rule, ...]
    doubts: Mapping[str, str]

    def of(self, given: Given) -> tuple[Rule, ...]:
        """Rules that give out leads, or the base."""
        return tuple(rule for rule in self.rules if rule.given is given)


def read_rules(rows: Iterable[Record], people: Sequence[str]) -> Read:
    """The rules of the sheet; a row with a doubt takes no part."""
    order: list[tuple[Decimal, Rule]] = []
    doubts: dict[str, str] = {}
    for row in rows:
        if not text(row, "name") or fold(text(row, "active")) in {"нет", "no"}:
            continue
        found = _rule(row, people)
        if isinstance(found, Rule):
            order.append((amount(row, "order") or Decimal(LAST), found))
        else:
            doubts[row.row_id] = found
    return Read(tuple(rule for _, rule in sorted(order, key=lambda pair: pair[0])), doubts)


def _rule(row: Record, people: Sequence[str]) -> Rule | str:
    """The rule of a row, or what is unclear about it."""
    kind, way = fold(text(row, "kind")), fold(text(row, "way"))
    if kind not in {"", *(one.value for one in Given)}:
        return f"«Что раздаём»: {text(row, 'kind')}. Выберите из списка: заявка или база"
    if way not in WAYS:
        return f"«Как делить»: {text(row, 'way')}. Выберите из списка"
    shift = read_shift(text(row, "hours"))
    if shift is None:
        return f"«График»: {text(row, 'hours')}. Впишите, например, пн-пт 9:00-18:00"
    for field_, heading in (("amount", "Сумма от"), ("limit", "Не больше в работе")):
        if text(row, field_) and amount(row, field_) is None:
            return f"«{heading}»: {text(row, field_)}. Впишите число"
    departments, names = _whom(text(row, "whom"))
    spare = text(row, "spare")
    unknown = [n for n in (*(n for n, _ in names), *filter(None, [spare])) if not meant(n, people)]
    if unknown:
        return f"«{unknown[0]}»: такого имени нет в «Сотрудниках» или подходят несколько"
    limit = amount(row, "limit")
    return Rule(
        name=text(row, "name"),
        given=Given(kind or Given.LEAD.value),
        when={key: words for key in CONDITIONS if (words := alternatives(text(row, key)))},
        least=amount(row, "amount"),
        shift=shift,
        everyone=not departments and not names,
        departments=departments,
        names=names,
        way=WAYS[way],
        limit=None if limit is None else int(limit),
        spare=fold(spare),
        row_id=row.row_id,
    )


def alternatives(typed: str) -> tuple[str, ...]:
    """The words of a cell, apart by commas or semicolons, folded."""
    return tuple(word for part in re.split(r"[,;]", typed) if (word := fold(part)))


def _whom(typed: str) -> tuple[tuple[str, ...], tuple[tuple[str, Decimal], ...]]:
    """Departments and weighed names of «Кому»; neither: everybody."""
    departments: list[str] = []
    names: list[tuple[str, Decimal]] = []
    for word in alternatives(typed):
        if word in EVERYONE:
            return (), ()
        weighed = _WEIGHED.fullmatch(word)
        if word.startswith(DEPARTMENT):
            departments.append(word.removeprefix(DEPARTMENT).strip(' «»"'))
        elif weighed is not None:
            names.append((weighed[1].strip(), Decimal(weighed[2].replace(",", "."))))
        else:
            names.append((word, ONE))
    return tuple(departments), tuple(pair for pair in names if pair[1] > ZERO)


def meant(name: str, people: Iterable[str]) -> str | None:
    """The one person whose name is this or begins so; None when nobody or several."""
    known = [person for person in people if fold(person) == fold(name)]
    known = known or [person for person in people if fold(person).startswith(fold(name))]
    return known[0] if len(known) == 1 else None


def read_shift(typed: str) -> Shift | None:
    """Days and hours of «График»; None when they cannot be read."""
    words = fold(typed).replace("будни", "пн-пт").replace("выходные", "сб-вс")
    if words in {"", "всегда", "круглосуточно"}:
        return Shift()
    clock = _CLOCK.search(words)
    said = words if clock is None else words[: clock.start()] + words[clock.end() :]
    days = set[int]()
    for first, last in _DAYS.findall(said):
        since, until = WEEK.index(first), WEEK.index(last or first)
        span = (until - since) % len(WEEK)
        days |= {(since + step) % len(WEEK) for step in range(span + 1)}
    if _DAYS.sub("", said).strip(" ,;и") or not (days or clock):
        return None
    hours = (time.min, time.min) if clock is None else _hours(clock)
    if hours is None:
        return None
    return Shift(frozenset(days or range(len(WEEK))), *hours)


def _hours(clock: re.Match[str]) -> tuple[time, time] | None:
    numbers = [int(part or 0) for part in clock.groups()]
    if numbers[0] > 23 or numbers[2] > 24 or max(numbers[1], numbers[3]) > 59:
        return None
    return time(numbers[0], numbers[1]), time(numbers[2] % 24, numbers[3])
