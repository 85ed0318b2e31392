"""What is remembered of each workbook, and the journal of writes into it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from model.records import BookState, Intent
from store.schema import books, intents
from store.statements import add_numbered, put_line


def all_books(connection: Connection) -> tuple[BookState, ...]:
    """Every known workbook, by key."""
    wanted = select(books).order_by(books.c.book)
    return tuple(BookState(**row) for row in connection.execute(wanted).mappings())


def one(connection: Connection, key: str) -> BookState | None:
    """A workbook by its key."""
    row = connection.execute(select(books).where(books.c.book == key)).mappings().first()
    return BookState(**row) if row is not None else None


def put(connection: Connection, state: BookState) -> None:
    """Remembers the state of a workbook in place of the earlier one."""
    put_line(connection, books, asdict(state))


def drop(connection: Connection, key: str) -> None:
    """Forgets a workbook that the program keeps no more."""
    connection.execute(delete(books).where(books.c.book == key))


def intend(  # the facts of one journal line
    connection: Connection,
    book: str,
    base_token: str,
    new_token: str,
    temp_name: str,
    at: datetime,
) -> int:
    """Number of a journal line: a write that begins now."""
    line = {
        "book": book,
        "base_token": base_token,
        "new_token": new_token,
        "temp_name": temp_name,
        "at": at,
        "done": "",
    }
    return add_numbered(connection, intents, line)


def finish(connection: Connection, number: int, how: str) -> None:
    """Writes down how a write ended."""
    connection.execute(update(intents).where(intents.c.number == number).values(done=how))


def pending(connection: Connection) -> tuple[Intent, ...]:
    """Writes that began and did not end, oldest first."""
    wanted = select(intents).where(intents.c.done == "").order_by(intents.c.number)
    return tuple(Intent(**row) for row in connection.execute(wanted).mappings())
