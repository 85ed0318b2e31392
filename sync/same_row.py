"""A row typed over another one that a person calls the same client: one row again, ids and all.

The older id stays, since calls and deals hang on it. The row keeps its place on each sheet: there
the newer id gives way to the older one with the next write.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from model.blueprint import Table
from model.records import Question, Stamped
from model.values import Value, decode
from store import Writer
from sync.merge.sides import AT, SHOWN, content_fields


def make_same(writer: Writer, table: Table, old: str, new: str, *, by: Stamped) -> None:
    """The old row takes what was typed over it; the new one stands for it from now on."""
    typed = writer.get(table.key, new)
    if typed is None:
        return
    telling = [c.key for c in content_fields(table) if c.strong or c.likeness]
    writer.revive(table.key, old, by=by)
    values = {**dict.fromkeys(telling), **typed.values}
    writer.put(table.key, old, values, links=dict(typed.links), by=by)
    writer.bury(table.key, new, by=by)
    writer.join(table.key, new, old, by=by)


def take_back(writer: Writer, question: Question, *, by: Stamped) -> None:
    """Each cell that another program saved over gets back what stood there."""
    for table, row_id, field, value in json.loads(question.payload["cells"]):
        writer.put(table, row_id, {field: decode(value)}, by=by)


def renamed(
    writer: Writer, book: str, places: Mapping[str, Mapping[str, int]]
) -> dict[str, Mapping[str, int]]:
    """Where each row stands, rows that were made one under their older id."""
    return {table: _renamed(writer, book, table, rows) for table, rows in places.items()}


def _renamed(writer: Writer, book: str, table: str, rows: Mapping[str, int]) -> Mapping[str, int]:
    living = writer.rows(table)
    pairs = {
        new: old
        for new, old in writer.joined(table).items()
        if new in rows and new not in living and old not in rows and old in living
    }
    if not pairs:
        return rows
    base = writer.bases(book).get(table, {})
    order = [pairs.get(row_id, row_id) for row_id in writer.base_order(book, table)]
    for new, old in pairs.items():
        kept: dict[str, Value] = {**base.get(new, {}), AT: Decimal(rows[new]), SHOWN: new}
        writer.set_base(book, table, {old: kept, new: None}, order)
    return {pairs.get(row_id, row_id): row for row_id, row in rows.items()}
