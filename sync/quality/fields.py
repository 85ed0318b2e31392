"""Rows of «Полнота карточек» as rules, the rows that a team begins with, and what is unclear.

A rule asks for one cell of a card or a deal. «Для кого» names kinds of client (юрлицо, ИП, физлицо)
or segments, apart by commas; empty: all. «С этапа» asks from that stage of a deal on, and of a
client whose deal got so far; a stage that ends a deal asks for that stage alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from model.blueprint import Blueprint, Kind, Owner
from model.records import Record
from model.values import Value
from sync.assigning.rules import alternatives
from sync.scene import Stage, amount, fold, text

TABLE = "card_fields"
CLIENTS, DEALS = "clients", "deals"
OPEN_ONLY = frozenset({"next_step", "step_on", "step_at", "expected_on"})
"""Cells of a deal that mean something only while it is open."""
_CLIENT_ROWS = (
    ("Телефон", 25, None, None, "без него не позвонить"),
    ("Контакт", 15, None, None, "с кем говорить"),
    ("ИНН", 20, "юрлицо, ИП", None, "по нему узнаём оплату и дубль"),
    ("E-mail", 10, None, None, "куда слать КП и счёт"),
    ("Город", 10, None, None, None),
    ("Отрасль", 10, "юрлицо, ИП", None, "от неё зависит, кому что предлагать"),
    ("Источник", 10, None, None, "без него не посчитать рекламу"),
    ("Адрес", 5, "юрлицо, ИП", "Договор", "для договора и доставки"),
    ("КПП", 5, "юрлицо", "Договор", "для договора"),
)
_DEAL_ROWS = (
    ("Следующий шаг", 25, None, None, "сделка без шага стоит"),
    ("Когда", 20, None, None, "шаг без дня забывается"),
    ("Сумма, руб.", 25, None, "КП отправлено", "без суммы нет прогноза"),
    ("Ждём оплату", 20, None, "Счёт выставлен", "от этой даты зависит прогноз"),
    ("Источник", 5, None, None, "без него не посчитать рекламу"),
    ("Причина отказа", 20, None, "Отказ", "из них видно, что теряем"),
)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One cell that is asked for; words are folded."""

    row_id: str
    table: str
    field: str
    heading: str
    kind: Kind
    weight: Decimal
    kinds: frozenset[str] = frozenset()
    since: Stage | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """The rules that can be meant, and what is unclear about the other rows."""

    rules: tuple[FieldRule, ...]
    doubts: Mapping[str, str]

    def of(self, table: str) -> tuple[FieldRule, ...]:
        """What is asked of the rows of a table."""
        return tuple(rule for rule in self.rules if rule.table == table)


def seed_rows(blueprint: Blueprint, stages: Iterable[str]) -> Iterator[Mapping[str, Value]]:
    """The rows that a team begins with; a stage that it does not have is left out of the row."""
    known = {fold(name) for name in stages}
    for table, rows in ((CLIENTS, _CLIENT_ROWS), (DEALS, _DEAL_ROWS)):
        for field, weight, kinds, stage, note in rows:
            yield {
                "of": blueprint.tables[table].title.ru,
                "field": field,
                "weight": Decimal(weight),
                "kinds": kinds,
                "stage": stage if fold(stage) in known else None,
                "note": note,
            }


def read_fields(
    rows: Iterable[Record], blueprint: Blueprint, stages: Mapping[str, Stage]
) -> Fields:
    """The rules of the sheet; a row with a doubt asks for nothing."""
    rules: list[FieldRule] = []
    doubts: dict[str, str] = {}
    for row in rows:
        found = _rule(row, blueprint, stages)
        if isinstance(found, FieldRule):
            rules.append(found)
        elif found:
            doubts[row.row_id] = found
    return Fields(tuple(rules), doubts)


def _rule(row: Record, blueprint: Blueprint, stages: Mapping[str, Stage]) -> FieldRule | str:
    """The rule of a row; else what is unclear, empty for a row that asks for nothing."""
    titles = {fold(blueprint.tables[key].title.ru): key for key in (CLIENTS, DEALS)}
    table = titles.get(fold(text(row, "of")))
    if table is None:
        return f"«Где»: {text(row, 'of') or 'пусто'}. Выберите: Клиенты или Сделки"
    named = fold(text(row, "field"))
    column = next(
        (
            c
            for c in blueprint.tables[table].columns
            if named in {fold(c.title.ru), c.key} and c.owner in {Owner.PERSON, Owner.IMPORT}
        ),
        None,
    )
    if column is None:
        return f"«Столбец»: {text(row, 'field')}. Такого столбца для заполнения на листе нет"
    weight = amount(row, "weight")
    if weight is None or weight < 0:
        return f"«Вес»: {text(row, 'weight') or 'пусто'}. Впишите число, например 10"
    stage = text(row, "stage")
    if stage and fold(stage) not in stages:
        return f"«С этапа»: {stage}. Такого этапа нет"
    if not weight:
        return ""
    return FieldRule(
        row_id=row.row_id,
        table=table,
        field=column.key,
        heading=column.title.ru,
        kind=column.kind,
        weight=weight,
        kinds=frozenset(alternatives(text(row, "kinds"))),
        since=stages.get(fold(stage)) if stage else None,
    )
