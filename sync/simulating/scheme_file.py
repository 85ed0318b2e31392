"""A file with the columns of «Мотивация» as rows of a scheme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from formulas.pay.rules import RuleRow
from model.blueprint import Table
from model.canon import canon
from model.errors import UnreadableInput
from model.records import Record
from model.values import Value
from sync.figures.rules import TABLE, rule_row
from sync.imports import RawTable, read_table
from sync.scene import fold
from sync.world import Disk

NEEDED = ("component", "rate")


def scheme_rows(disk: Disk, path: PurePath, shape: Table) -> tuple[RuleRow, ...]:
    """The rows of the file; raises UnreadableInput when it has no such columns."""
    table = read_table(disk, path)
    fields, rows = _columns(table, shape)
    if any(key not in fields for key in NEEDED):
        reason = "нет столбцов «Компонент» и «Ставка», как на листе «Мотивация»"
        raise UnreadableInput(name=path.name, reason=reason)
    found = (_row(shape, f"строка {number}", fields, cells) for number, cells in rows)
    return tuple(row for row in found if row.component)


def _columns(
    table: RawTable, shape: Table
) -> tuple[dict[str, int], list[tuple[int, tuple[Value, ...]]]]:
    """Where each field stands, and the rows below the headings, wherever those are."""
    lines: list[tuple[int, tuple[Value, ...]]] = [(0, tuple(table.headers))]
    lines += [(row.number, row.cells) for row in table.rows]
    for at, (_, cells) in enumerate(lines):
        fields = _fields(cells, shape)
        if all(key in fields for key in NEEDED):
            return fields, lines[at + 1 :]
    return {}, []


def _fields(cells: Sequence[Value], shape: Table) -> dict[str, int]:
    names = {
        fold(name): column.key
        for column in shape.typed
        for name in (column.title.ru, column.title.en, column.key)
    }
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        key = names.get(fold(cell))
        if key is not None:
            found.setdefault(key, at)
    return found


def _row(shape: Table, name: str, fields: dict[str, int], cells: Sequence[Value]) -> RuleRow:
    values = {
        key: canon(shape.column(key).kind, cells[at])
        for key, at in fields.items()
        if at < len(cells)
    }
    return rule_row(name, Record(TABLE, name, None, values))
