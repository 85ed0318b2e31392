"""Every moved cell: one line per row and batch step, each cell with what was and what became.

Beside the fields of people a line may hold marks of the row itself, whose names start with a
tilde: born, buried or revived (`ROW_MARK`), the target of a reference, the main row of a merge.
With the marks, replaying the lines of a row gives its present state exactly.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, insert, select

from model.records import ROW_MARK, Change, Source, Stamped
from model.values import decode
from store.codec import dump
from store.schema import changes

LINK_MARK = "~link:"
"""Followed by the reference field: the row id that it was resolved to."""
JOINED_MARK = "~joined"
"""Row id of the main row that this one was joined under."""

Moves = Mapping[str, tuple[str | None, str | None]]
"""Cell to its encoded values before and after."""


def last(connection: Connection) -> int:
    """Number of the newest line; 0 in an empty history."""
    return int(connection.scalar(select(func.max(changes.c.seq))) or 0)


def moved_since(connection: Connection, tables: Collection[str], seq: int) -> dict[str, set[str]]:
    """Rows of tables that have a line after one, by table."""
    wanted = select(changes.c.table_key, changes.c.row_id).where(
        changes.c.seq > seq, changes.c.table_key.in_(tables)
    )
    found: dict[str, set[str]] = {table: set() for table in tables}
    for row in connection.execute(wanted.distinct()):
        found[row.table_key].add(row.row_id)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one row that moved together, encoded."""

    seq: int
    table: str
    row_id: str
    moves: Moves
    stamped: Stamped


def remember(
    connection: Connection, table: str, moved: Mapping[str, Moves], *, by: Stamped
) -> None:
    """Adds a line for every row that moved."""
    lines = [
        {
            "table_key": table,
            "row_id": row_id,
            "cells": dump(moves),
            "at": by.at,
            "who": by.who,
            "source": by.source.value,
            "book": by.book,
            "batch": by.batch,
        }
        for row_id, moves in moved.items()
    ]
    if lines:
        connection.execute(insert(changes), lines)


def of_row(
    connection: Connection, table: str, row_id: str, field: str | None, limit: int | None
) -> tuple[Change, ...]:
    """Changes of a row or of one of its fields, newest first."""
    found = list[Change]()
    wanted = (
        select(changes)
        .where(changes.c.table_key == table, changes.c.row_id == row_id)
        .order_by(changes.c.seq.desc())
    )
    for line in _lines(connection, wanted):
        found.extend(_shown(line, field))
        if limit is not None and len(found) >= limit:
            return tuple(found[:limit])
    return tuple(found)


def of_table(connection: Connection, table: str, field: str) -> Iterator[Change]:
    """Changes of one field in all rows of a table, oldest first."""
    wanted = select(changes).where(changes.c.table_key == table).order_by(changes.c.seq)
    for line in _lines(connection, wanted):
        yield from _shown(line, field)


def table_lines(connection: Connection, table: str) -> Iterator[Line]:
    """Everything that moved in a table, marks included, oldest first."""
    return _lines(
        connection, select(changes).where(changes.c.table_key == table).order_by(changes.c.seq)
    )


def of_batch(connection: Connection, batch: int) -> tuple[Change, ...]:
    """Changes that a batch made, oldest first."""
    return tuple(change for line in batch_lines(connection, batch) for change in _shown(line, None))


def newest(connection: Connection, limit: int) -> tuple[Change, ...]:
    """The last changes of all tables, newest first."""
    found = list[Change]()
    for line in _lines(connection, select(changes).order_by(changes.c.seq.desc()).limit(limit)):
        found.extend(_shown(line, None))
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def between(connection: Connection, since: datetime, until: datetime) -> Iterator[Change]:
    """Changes from a moment on and before another one, oldest first, as they were committed."""
    wanted = select(changes).where(changes.c.at >= since, changes.c.at < until)
    for line in _lines(connection, wanted.order_by(changes.c.seq)):
        yield from _shown(line, None)


def batch_lines(connection: Connection, batch: int) -> Iterator[Line]:
    """Everything that a batch moved, marks included, oldest first."""
    return _lines(
        connection, select(changes).where(changes.c.batch == batch).order_by(changes.c.seq)
    )


def _lines(connection: Connection, wanted: Select[tuple[object, ...]]) -> Iterator[Line]:
    for row in connection.execute(wanted):
        yield _line(row)


def _line(row: Row[tuple[object, ...]]) -> Line:
    seen = row._mapping  # noqa: SLF001  # the public name of a row's columns in SQLAlchemy
    moves = {cell: (before, after) for cell, (before, after) in json.loads(seen["cells"]).items()}
    return Line(
        seq=seen["seq"],
        table=seen["table_key"],
        row_id=seen["row_id"],
        moves=moves,
        stamped=Stamped(
            seen["at"], seen["who"], Source(seen["source"]), seen["book"], seen["batch"]
        ),
    )


def _shown(line: Line, field: str | None) -> Iterator[Change]:
    for cell, (before, after) in line.moves.items():
        if cell != field and (field is not None or _is_inner(cell)):
            continue
        by = line.stamped
        yield Change(
            table=line.table,
            row_id=line.row_id,
            field=cell,
            before=decode(before),
            after=decode(after),
            at=by.at,
            who=by.who,
            source=by.source,
            book=by.book,
            batch=by.batch,
        )


def _is_inner(cell: str) -> bool:
    return cell.startswith("~") and cell != ROW_MARK
