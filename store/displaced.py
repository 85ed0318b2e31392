"""Files that writes displaced: what they held, and for how long nothing has moved in them."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import Connection, delete, select

from model.records import Displaced
from store.codec import dump
from store.schema import displaced
from store.statements import put_line


def every(connection: Connection) -> tuple[Displaced, ...]:
    """Every file that is still looked after, by book and name."""
    wanted = select(displaced).order_by(displaced.c.book, displaced.c.name)
    return tuple(
        Displaced(**{**row, "named": tuple((t, int(n), i) for t, n, i in json.loads(row["named"]))})
        for row in connection.execute(wanted).mappings()
    )


def put(connection: Connection, file: Displaced) -> None:
    """Remembers a file in place of what was known of it."""
    put_line(connection, displaced, asdict(file) | {"named": dump([list(n) for n in file.named])})


def forget(connection: Connection, book: str, name: str) -> None:
    """Looks after a file no more."""
    connection.execute(delete(displaced).where(displaced.c.book == book, displaced.c.name == name))
