"""Facts that arrived: each source and key once, in the transaction of its effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, and_, delete, func, or_, select

from model.records import Fact
from store.schema import changes, facts, rows
from store.statements import chunks, put_line, upsert

_CONTENT = ("kind", "payload", "row_id", "batch", "at")
_FIELDS = ("source", "key", *_CONTENT)


HIDDEN = "стёрто:"
"""Start of the key of a fact whose client was erased: only who knows the key finds it."""


def hidden_key(source: str, key: str) -> str:
    """The key of a fact that tells nothing of it."""
    return HIDDEN + sha256(f"{source}\0{key}".encode()).hexdigest()


def one(connection: Connection, source: str, key: str) -> Fact | None:
    """A fact as it last arrived."""
    wanted = select(facts).where(facts.c.source == source, facts.c.key == key)
    row = connection.execute(wanted).mappings().first()
    return Fact(**row) if row is not None else None


def add(connection: Connection, fact: Fact) -> None:
    """Remembers a fact; the same key again brings its new content."""
    put_line(connection, facts, asdict(fact))


def some(connection: Connection, source: str, keys: Iterable[str]) -> dict[str, Fact]:
    """The known facts of a source among some keys."""
    found: dict[str, Fact] = {}
    erased = facts.c.key.between(HIDDEN, f"{HIDDEN}g")
    veiled = connection.execute(select(facts.c.key).where(facts.c.source == source, erased)).first()
    for portion in chunks(keys):
        wanted = select(facts).where(facts.c.source == source, facts.c.key.in_(portion))
        found |= {row["key"]: Fact(**row) for row in connection.execute(wanted).mappings()}
        if veiled:
            found |= _veiled(connection, source, [key for key in portion if key not in found])
    return found


def _veiled(connection: Connection, source: str, keys: Iterable[str]) -> dict[str, Fact]:
    """The facts of erased clients among some keys, under the keys that they had."""
    plain = {hidden_key(source, key): key for key in keys}
    wanted = select(facts).where(facts.c.source == source, facts.c.key.in_(plain))
    lines = connection.execute(wanted).mappings()
    return {plain[row["key"]]: Fact(**{**row, "key": plain[row["key"]]}) for row in lines}


def rows_of(connection: Connection, source: str, row_ids: Iterable[str]) -> set[str]:
    """Rows among some that stand for a fact of a source."""
    found: set[str] = set()
    for portion in chunks(row_ids):
        wanted = select(facts.c.row_id).where(facts.c.source == source, facts.c.row_id.in_(portion))
        found.update(connection.scalars(wanted))
    return found


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
    """Number of facts forgotten because their rows are buried: they may come again.

    Those of the batch, and those of others that stood for a row which the batch had made. Facts of
    the batch that never made a row go as well.
    """
    buried = select(rows.c.row_id).where(rows.c.deleted)
    made = select(changes.c.row_id).where(changes.c.batch == batch)
    rowless = or_(facts.c.row_id.in_(buried), facts.c.row_id == "")
    theirs = and_(facts.c.batch != batch, facts.c.row_id.in_(made), facts.c.row_id.in_(buried))
    gone = delete(facts).where(or_(and_(facts.c.batch == batch, rowless), theirs))
    return connection.execute(gone).rowcount


def last_arrivals(connection: Connection) -> dict[str, datetime]:
    """When the newest fact of each source arrived."""
    newest = select(facts.c.source, func.max(facts.c.at).label("at")).group_by(facts.c.source)
    return {row.source: row.at for row in connection.execute(newest.order_by(facts.c.source))}
