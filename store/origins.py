"""Where each present value of a table came from: a person, a file, a rule.

History is read once, oldest first. A value that `undo` put back is of whoever wrote it first.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from model.records import Source
from store.history import table_lines

Origins = Mapping[str, Mapping[str, Source]]
"""By row and field, of cells that hold something."""


def of_table(connection: Connection, table: str) -> Origins:
    """The origin of every filled cell, of buried rows too."""
    now: dict[str, dict[str, Source]] = {}
    wrote: dict[tuple[str, str, str], Source] = {}
    for line in table_lines(connection, table):
        row = now.setdefault(line.row_id, {})
        source = line.stamped.source
        for cell, (_, after) in line.moves.items():
            if cell.startswith("~"):
                continue
            if after is None:
                row.pop(cell, None)
                continue
            key = line.row_id, cell, after
            row[cell] = wrote.get(key, source) if source is Source.UNDO else source
            wrote.setdefault(key, source)
    return now
