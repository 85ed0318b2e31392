"""Statements that every subject needs: portions of ids, numbered lines, one line per key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, bindparam, insert
from sqlalchemy.dialects import sqlite

T = TypeVar("T")
PORTION = 500
"""Ids in one statement; well under the limit of every database and driver."""


def chunks(ids: Iterable[T]) -> Iterator[list[T]]:
    """The ids in lists of at most PORTION."""
    rest = iter(ids)
    while portion := list(islice(rest, PORTION)):
        yield portion


def add_numbered(connection: Connection, table: Table, line: Mapping[str, object]) -> int:
    """Number that the database gave to a new line."""
    done = connection.execute(insert(table).values(line))
    return int(done.inserted_primary_key[0])  # type: ignore[index]  # None is for many lines


def upsert(table: Table) -> sqlite.Insert:
    """An insert that can update instead; PostgreSQL's has the same method."""
    return sqlite.insert(table)


def put_line(connection: Connection, table: Table, line: Mapping[str, object]) -> None:
    """Writes a line in place of the one with the same primary key."""
    connection.execute(_put(table, tuple(line)), line)


@cache
def _put(table: Table, names: tuple[str, ...]) -> sqlite.Insert:
    """The statement that writes such a line, made once."""
    keys = {column.name for column in table.primary_key}
    fresh = upsert(table).values({name: bindparam(name) for name in names})
    content = {name: fresh.excluded[name] for name in names if name not in keys}
    return fresh.on_conflict_do_update(index_elements=sorted(keys), set_=content)
