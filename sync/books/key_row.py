"""The hidden row of keys: fields known by their heading get their key back, copies lose it."""

from __future__ import annotations

from collections.abc import Mapping

from model.blueprint import KEY_ROW
from model.snapshot import TableRead
from sync.ooxml import ANY, SetValue, col_letter


def key_edits(tables: Mapping[str, TableRead]) -> tuple[SetValue, ...]:
    """Edits of the key row of every table; none where each key stands once."""
    edits = []
    for key, read in tables.items():
        for field, col in read.regained.items():
            cell = f"{col_letter(col)}{KEY_ROW}"
            edits.append(SetValue(read.sheet, cell, ANY, f"{key}.{field}"))
        for col, field in read.copies.items():
            cell = f"{col_letter(col)}{KEY_ROW}"
            edits.append(SetValue(read.sheet, cell, f"{key}.{field}", None))
    return tuple(edits)
