"""What `diff` says: what became of clients, deals and money between two days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from model.blueprint import Table
from model.canon import canon
from model.records import Record
from model.texts.numbers import counted, day_year, money
from model.values import Value
from sync.commands.said import Said, cell_words, plain_letters
from sync.difference import RowMoves, difference
from sync.scene import StageKind, fold, make_scene
from sync.team import Team

SHOWN = 20
NAMES = {"clients": "name", "deals": "client_id", "leads": "name", "payments": "payer"}
TABLES = ("deals", "clients", "leads", "payments")
MONEY = {"deals": "amount", "payments": "amount"}
NOUNS = {
    "clients": ("клиент", "клиента", "клиентов"),
    "deals": ("сделка", "сделки", "сделок"),
    "leads": ("заявка", "заявки", "заявок"),
    "payments": ("оплата", "оплаты", "оплат"),
}
Rows = list[RowMoves]


@dataclass(frozen=True, slots=True)
class _Period:
    """The rows that moved, and how to name them."""

    team: Team
    records: dict[str, dict[str, Record]]
    stages: dict[str, StageKind]

    def name(self, row: RowMoves) -> str:
        record = self.records[row.table].get(row.row_id)
        if record is None:
            return row.row_id
        called = record.values.get(NAMES[row.table])
        number = f"{self._table(row).prefix}-{record.number}"
        return f"{number} {called}" if called else number

    def priced(self, row: RowMoves) -> str:
        """The name, with the money where a row has some."""
        if row.table not in MONEY:
            return self.name(row)
        return f"{self.name(row)}, {money(self.sum([row]))} руб."

    def _table(self, row: RowMoves) -> Table:
        return self.team.blueprint.tables[row.table]

    def after(self, row: RowMoves, field: str) -> Value:
        """The field as the period left it."""
        if field in row.cells:
            return row.cells[field][1]
        record = self.records[row.table].get(row.row_id)
        return None if record is None else record.values.get(field)

    def sum(self, rows: Rows) -> Decimal:
        """Money of rows of one table as the period left it."""
        total = Decimal(0)
        for row in rows:
            column = self._table(row).column(MONEY[row.table])
            value = canon(column.kind, self.after(row, column.key))
            total += value if isinstance(value, Decimal) else 0
        return total

    def stage(self, value: Value) -> StageKind:
        return self.stages.get(fold(value), StageKind.OPEN)


def diff(team: Team, first: date, last: date, *, now: datetime, everything: bool) -> Said:
    """What changed from the first day to the last one, both included."""
    zone = now.tzinfo
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    with team.store.read() as reader:
        moved = [r for r in difference(reader.changes(since, until)) if r.table in TABLES]
        scene = make_scene(
            reader,
            team.blueprint,
            now=now,
            owner=team.settings.owner,
            helper=team.settings.helper,
        )
        period = _Period(
            team,
            {key: dict(reader.rows(key, deleted=True)) for key in TABLES},
            {name: stage.kind for name, stage in scene.stages.items()},
        )
    limit = len(moved) if everything else SHOWN
    lines = [f"Изменения с {day_year(first)} по {day_year(last)}."]
    for key in TABLES:
        rows = [row for row in moved if row.table == key]
        told = list(_told(period, key, rows, limit))
        if told:
            lines += ["", f"{team.blueprint.tables[key].title.ru}:", *told]
    if len(lines) == 1:
        lines.append("Ничего не изменилось.")
    return Said(
        tuple(map(plain_letters, lines)),
        {"since": since, "until": until, "rows": [_facts(row) for row in moved]},
    )


def _facts(row: RowMoves) -> dict[str, object]:
    return {
        "table": row.table,
        "row_id": row.row_id,
        "was": row.was,
        "now": row.now,
        "cells": {name: list(pair) for name, pair in row.cells.items()},
    }


def _told(period: _Period, key: str, rows: Rows, limit: int) -> Iterator[str]:
    fresh = [row for row in rows if row.born]
    gone = [row for row in rows if row.gone]
    back = [row for row in rows if row.returned]
    yield from _group(period, "Новых", key, fresh, limit=0)
    if key == "deals":
        yield from _stages(period, rows, limit)
        yield from _moved(period, "Сумма изменилась", rows, "amount", limit)
    if key in {"clients", "deals"}:
        yield from _moved(period, "Сменили менеджера", rows, "owner", limit)
    if key == "clients":
        yield from _moved(period, "Переименованы", rows, "name", limit)
    yield from _group(period, "В корзине", key, gone, limit=limit)
    yield from _group(period, "Возвращены из корзины", key, back, limit=limit)


def _stages(period: _Period, rows: Rows, limit: int) -> Iterator[str]:
    moved = [row for row in rows if "stage" in row.cells and row.now]
    for kind, title in ((StageKind.WON, "Выиграно"), (StageKind.LOST, "Проиграно")):
        closed = [row for row in moved if _became(period, row) is kind]
        yield from _group(period, title, "deals", closed, limit=limit)
    still = [row for row in moved if row.stayed and _became(period, row) is None]
    yield from _moved(period, "Перешли на другой этап", still, "stage", limit)


def _became(period: _Period, row: RowMoves) -> StageKind | None:
    """The kind that a deal has reached within the period; None when it only moved on."""
    before, after = (period.stage(value) for value in row.cells["stage"])
    fresh = row.was is None or before is not after
    return after if fresh and after is not StageKind.OPEN else None


def _group(period: _Period, title: str, key: str, rows: Rows, *, limit: int) -> Iterator[str]:
    if not rows:
        return
    line = f"  {title}: {counted(len(rows), *NOUNS[key])}"
    if key in MONEY:
        line += f" на {money(period.sum(rows))} руб."
    yield line
    yield from _list(rows, period.priced, limit)


def _moved(
    period: _Period, title: str, rows: Sequence[RowMoves], field: str, limit: int
) -> Iterator[str]:
    moved = [row for row in rows if row.stayed and field in row.cells]
    if not moved:
        return
    yield f"  {title}: {len(moved)}"

    def line(row: RowMoves) -> str:
        before, after = row.cells[field]
        return f"{period.name(row)}: {cell_words(before)} -> {cell_words(after)}"

    yield from _list(moved, line, limit)


def _list(rows: Sequence[RowMoves], line: Callable[[RowMoves], str], limit: int) -> Iterator[str]:
    for row in rows[:limit]:
        yield f"    {line(row)}"
    if limit and len(rows) > limit:
        yield f"    и ещё {len(rows) - limit}; все: --all"
