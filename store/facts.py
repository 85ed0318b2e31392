"""Facts that arrived: each source and key once, in the transaction of its effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from model.records import Fact
from store.schema import facts, rows
from store.statements import put_line, upsert

_CONTENT = ("kind", "payload", "row_id", "batch", "at")
_FIELDS = ("source", "key", *_CONTENT)


def one(connection: Connection, source: str, key: str) -> Fact | None:
    """A fact as it last arrived."""
    wanted = select(facts).where(facts.c.source == source, facts.c.key == key)
    row = connection.execute(wanted).mappings().first()
    return Fact(**row) if row is not None else None


def add(connection: Connection, fact: Fact) -> None:
    """Remembers a fact; the same key again brings its new content."""
    put_line(connection, facts, asdict(fact))


def of_source(connection: Connection, source: str) -> dict[str, Fact]:
    """Every fact of a source by its key."""
    wanted = select(facts).where(facts.c.source == source)
    return {row["key"]: Fact(**row) for row in connection.execute(wanted).mappings()}


def add_many(connection: Connection, arrived: Sequence[Fact]) -> None:
    """Remembers many facts; the same key again brings its new content."""
    if not arrived:
        return
    statement = upsert(facts)
    content = {name: statement.excluded[name] for name in _CONTENT}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["source", "key"], set_=content),
        [{name: getattr(fact, name) for name in _FIELDS} for fact in arrived],
    )


def forget_buried(connection: Connection, batch: int) -> int:
    """Number of facts of a batch forgotten because their rows are buried: they may come again."""
    buried = select(rows.c.row_id).where(rows.c.deleted)
    gone = delete(facts).where(facts.c.batch == batch, facts.c.row_id.in_(buried))
    return connection.execute(gone).rowcount


def last_arrivals(connection: Connection) -> dict[str, datetime]:
    """When the newest fact of each source arrived."""
    newest = select(facts.c.source, func.max(facts.c.at).label("at")).group_by(facts.c.source)
    return {row.source: row.at for row in connection.execute(newest.order_by(facts.c.source))}
