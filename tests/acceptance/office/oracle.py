"""What a session left in the document, and where each value must be found after the pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from model.blueprint import FIRST_ROW, KEY_ROW, Column, Kind, Table
from model.canon import canon
from model.records import Question, Record
from model.values import Value
from sync.books.read import Loaded
from tests.acceptance.office.plan import TYPED
from tests.scenarios.story import EPOCH

DIGITS = 9
"""Doubles of LibreOffice and decimals of the store agree to so many digits behind the comma."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table of the document at the moment of saving: row number -> field -> value."""

    rows: Mapping[int, Mapping[str, Value]]
    ids: Mapping[int, str]


def shown(values: Sequence[Sequence[Any]], table: Table) -> Shown:
    """The document's own cells read by the hidden keys."""
    keys = {
        str(key).partition(".")[2]: col
        for col, key in enumerate(values[KEY_ROW - 1])
        if str(key).startswith(f"{table.key}.")
    }
    rows: dict[int, dict[str, Value]] = {}
    ids: dict[int, str] = {}
    first = "name" if table.key == "clients" else "client_id"
    wanted = {first, *TYPED[table.key]} & keys.keys()
    for number, line in enumerate(values[FIRST_ROW - 1 :], start=FIRST_ROW):
        cells = {k: _typed(table.column(k), line[keys[k]]) for k in wanted}
        if any(value is not None for value in cells.values()):
            rows[number] = cells
            ids[number] = str(line[keys["row_id"]])
    return Shown(rows, ids)


def _typed(column: Column, value: object) -> Value:
    if value == "" or value is None:
        return None
    if isinstance(value, float):
        if column.kind is Kind.DATE:
            return EPOCH + timedelta(days=int(value))
        return Decimal(str(value))
    return str(value)


def lost(
    seen: Shown,
    table: Table,
    loaded: Loaded,
    store: Mapping[str, Record],
    questions: Sequence[Question],
) -> list[str]:
    """What stood in the document and is neither in the store nor asked about."""
    read = loaded.snapshot.tables[table.key]
    named = {row.row: row for row in read.rows}
    asked = {(q.row_id, q.column) for q in questions} | {(q.row_id, "") for q in questions}
    out = []
    for number, cells in seen.rows.items():
        row = named.get(number)
        record = store.get(row.row_id or "") if row is not None else None
        if row is None or record is None:
            out.append(f"{table.key} row {number}: no record for {dict(cells)}")
            continue
        for key, value in cells.items():
            column = table.column(key)
            for where, found in (("store", record.values.get(key)), ("book", row.value(key))):
                if not _agree(column, value, found) and (record.row_id, key) not in asked:
                    out.append(f"{table.key} row {number} {key}: {value!r}, {where} has {found!r}")
    return out


def not_told(
    before: Iterable[str], loaded: Loaded, table: Table, every: Mapping[str, Record]
) -> list[str]:
    """Rows that the book lost and that the store neither shows there nor keeps in its basket."""
    standing = {row.row_id for row in loaded.snapshot.tables[table.key].rows}
    out = []
    for row_id in sorted(set(before) - standing):
        record = every.get(row_id)
        if record is None:
            out.append(f"{table.key} {row_id}: gone without a trace")
        elif not record.deleted:
            out.append(f"{table.key} {row_id}: alive, but on no row of the book")
    return out


def _agree(column: Column, a: Value, b: Value) -> bool:
    one, other = canon(column.kind, a), canon(column.kind, b)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return round(one, DIGITS) == round(other, DIGITS)
    return one == other
