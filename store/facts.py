"""Facts that arrived: each source and key once, in the transaction of its effect."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, func, select

from model.records import Fact
from store.schema import facts
from store.statements import put_line


def one(connection: Connection, source: str, key: str) -> Fact | None:
    """A fact as it last arrived."""
    wanted = select(facts).where(facts.c.source == source, facts.c.key == key)
    row = connection.execute(wanted).mappings().first()
    return Fact(**row) if row is not None else None


def add(connection: Connection, fact: Fact) -> None:
    """Remembers a fact; the same key again brings its new content."""
    put_line(connection, facts, asdict(fact))


def last_arrivals(connection: Connection) -> dict[str, datetime]:
    """When the newest fact of each source arrived."""
    newest = select(facts.c.source, func.max(facts.c.at).label("at")).group_by(facts.c.source)
    return {row.source: row.at for row in connection.execute(newest.order_by(facts.c.source))}
