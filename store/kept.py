"""Contents of the workbooks from which a later save may descend: written by us, or seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from model.records import Kept, KeptKind
from store.schema import kept_contents


def of_book(
    connection: Connection, book: str, *, token: str | None, generation: int | None
) -> tuple[Kept, ...]:
    """Known contents of a book, newest first; of one fingerprint or generation when it is named."""
    columns = kept_contents.c
    wanted = select(kept_contents).where(columns.book == book).order_by(columns.number.desc())
    if token is not None:
        wanted = wanted.where(columns.token == token)
    if generation is not None:
        wanted = wanted.where(columns.generation == generation)
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
