"""Contents of the workbooks from which a later save may descend: written by us, or seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from model.records import Kept, KeptKind
from store.schema import kept_contents


def of_book(connection: Connection, book: str) -> tuple[Kept, ...]:
    """Known contents of a book, newest first."""
    wanted = (
        select(kept_contents)
        .where(kept_contents.c.book == book)
        .order_by(kept_contents.c.number.desc())
    )
    return tuple(
        Kept(row.number, row.book, row.generation, row.token, KeptKind(row.kind), row.at)
        for row in connection.execute(wanted)
    )


def add(  # the facts of one content
    connection: Connection, book: str, generation: int, token: str, kind: KeptKind, at: datetime
) -> None:
    """Remembers a content as the newest one of its book."""
    line = {
        "book": book,
        "generation": generation,
        "token": token,
        "kind": kind.value,
        "at": at,
    }
    connection.execute(insert(kept_contents).values(line))
