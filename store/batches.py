"""Batches: every action is one, and the number of the newest is the version of the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from model.records import Batch, BatchKind, Change, Source
from store.schema import batches
from store.statements import add_numbered

RIGHT = ("access", "", "export")
"""Table, row and field under which an export stands in history: the right by which rows leave."""


def start(
    connection: Connection, kind: BatchKind, who: str, at: datetime, book: str | None, note: str
) -> int:
    """Number of a new batch."""
    line = {"kind": kind.value, "who": who, "at": at, "book": book, "note": note}
    return add_numbered(connection, batches, line)


def newest(connection: Connection, limit: int) -> tuple[Batch, ...]:
    """The last batches, newest first."""
    wanted = select(batches).order_by(batches.c.number.desc()).limit(limit)
    return tuple(
        Batch(row.number, BatchKind(row.kind), row.who, row.at, row.book, row.note)
        for row in connection.execute(wanted)
    )


def exports(connection: Connection, limit: int) -> tuple[Change, ...]:
    """The last exports as lines of history, newest first: to whom the rights gave which rows."""
    wanted = (
        select(batches)
        .where(batches.c.kind == BatchKind.EXPORT.value)
        .order_by(batches.c.number.desc())
        .limit(limit)
    )
    return tuple(
        Change(*RIGHT, None, row.note, row.at, row.who, Source.RULE, row.book, row.number)
        for row in connection.execute(wanted)
    )


def one(connection: Connection, number: int) -> Batch | None:
    """A batch by its number."""
    row = connection.execute(select(batches).where(batches.c.number == number)).first()
    if row is None:
        return None
    return Batch(row.number, BatchKind(row.kind), row.who, row.at, row.book, row.note)


def version(connection: Connection) -> int:
    """Number of the newest batch; 0 in an empty store."""
    return connection.scalar(select(func.max(batches.c.number))) or 0
