"""Tables of the store, in words that SQLite and PostgreSQL share but for one index over cells.

Times are aware UTC. Cells travel as the text of `model.values.encode`, a row's cells as one JSON
object, so that a new field of the blueprint needs no migration. A change of these tables does: a
test compares them with what the migrations build.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

HEAD = "0009"
"""Revision that the migrations end at; a test compares."""


class NaiveMoment(DontWrapMixin, ValueError):
    """A time without a zone came to the store; a programming mistake."""


class Moment(TypeDecorator[datetime]):
    """An aware time, kept and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC time to be stored; raises NaiveMoment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(value.isoformat())
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC time that was stored (SQLite itself keeps no zone)."""
        return value.replace(tzinfo=UTC) if value is not None else None


class Words(TypeDecorator[str]):
    """Text to be shown; halves of a surrogate pair, which no database takes, become «?»."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Text that can be stored."""
        return value.encode(errors="replace").decode() if value is not None else None


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

batches = Table(
    "batches",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("who", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("book", Text),
    Column("note", Words, nullable=False),
    sqlite_autoincrement=True,
)

_SUM = """substr(cells, instr(cells, '"amount":"') + 10)"""
PAID: ColumnElement[str] = literal_column(
    """substr(cells, instr(cells, '"date":"') + 8, 12) || ' ' || """
    f"""substr({_SUM}, 1, instr({_SUM}, '"') - 1)"""
)
"""Day and sum of a payment, as they are encoded. A quote in a value is escaped, so each heading
stands once; functions for JSON are no part of a schema that is not trusted."""
PAYMENTS, PAID_INDEX = "payments", "ix_rows_paid"
IS_PAYMENT = text(f"table_key = '{PAYMENTS}'")

rows = Table(
    "rows",
    metadata,
    Column("table_key", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("cells", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("joined", Text),
    Column("deleted", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("table_key", "number"),
    Index(PAID_INDEX, PAID, sqlite_where=IS_PAYMENT),
)

counters = Table(
    "counters",
    metadata,
    Column("table_key", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("table_key", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("cells", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("source", Text, nullable=False),
    Column("book", Text),
    Column("batch", Integer, ForeignKey("batches.number"), nullable=False, index=True),
    ForeignKeyConstraint(["table_key", "row_id"], ["rows.table_key", "rows.row_id"]),
    Index(None, "table_key", "row_id", "seq"),
    sqlite_autoincrement=True,
)

bases = Table(
    "bases",
    metadata,
    Column("book", Text, primary_key=True),
    Column("table_key", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("cells", Text, nullable=False),
)

base_orders = Table(
    "base_orders",
    metadata,
    Column("book", Text, primary_key=True),
    Column("table_key", Text, primary_key=True),
    Column("row_ids", Text, nullable=False),
)

books = Table(
    "books",
    metadata,
    Column("book", Text, primary_key=True),
    Column("path", Words, nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Words, nullable=False),
    Column("token", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("seen_at", Moment),
    Column("written_at", Moment),
    Column("waiting", Integer, nullable=False),
    Column("held", Words, nullable=False),
    Column("holder", Words, nullable=False),
)

kept_contents = Table(
    "kept_contents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("book", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("token", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "book", "number"),
    Index(None, "book", "token"),
    Index(None, "book", "generation"),
    sqlite_autoincrement=True,
)

questions = Table(
    "questions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("about", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("wrong", Words, nullable=False),
    Column("proposal", Words, nullable=False),
    Column("whom", Words, nullable=False),
    Column("red", Boolean, nullable=False),
    Column("money", Text),
    Column("table_key", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("stance", Text, nullable=False, index=True),
    Column("answer", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("shown_on", Date, index=True),
    Column("answered_at", Moment, index=True),
    Column("outcome", Words, nullable=False),
    sqlite_autoincrement=True,
)

facts = Table(
    "facts",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Words, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("batch", Integer, ForeignKey("batches.number"), nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "source", "at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Words, nullable=False),
    Column("received", Moment, nullable=False),
    Column("media", Words, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Words, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("settled_at", Moment),
    UniqueConstraint("source", "key"),
    Index(None, "state", "number"),
    sqlite_autoincrement=True,
)

contributions = Table(
    "contributions",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("table_key", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("manager", Words, nullable=False),
    Column("day", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("cuts", Words, nullable=False, server_default=""),
    Index(None, "table_key", "row_id"),
    Index(None, "measure", "day"),
)

rollups = Table(
    "rollups",
    metadata,
    Column("measure", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("manager", Words, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

cut_rollups = Table(
    "cut_rollups",
    metadata,
    Column("cut", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("manager", Words, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
outlooks = Table(
    "outlooks",
    metadata,
    Column("person", Words, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("now", Text, nullable=False),
    Column("likely", Text, nullable=False),
    Column("everything", Text, nullable=False),
    Column("lines", Text, nullable=False),
)

intents = Table(
    "intents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("book", Text, nullable=False),
    Column("base_token", Text, nullable=False),
    Column("new_token", Text, nullable=False),
    Column("temp_name", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("done", Text, nullable=False, index=True),
    sqlite_autoincrement=True,
)

displaced = Table(
    "displaced",
    metadata,
    Column("book", Text, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("was", Text, nullable=False),
    Column("ours", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("quiet", Integer, nullable=False),
    Column("named", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("who", Words, nullable=False),
    Column("host", Words, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("beat", Integer, nullable=False),
    Column("beat_at", Moment, nullable=False),
    Column("free", Boolean, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Words, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)
