"""The merge base: what each book was last known to hold, row by row, and in which order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from model.values import Value
from store.codec import Unpacker, dump, pack
from store.schema import base_orders, bases
from store.statements import chunks, put_line

Base = dict[str, dict[str, dict[str, Value]]]
"""Table, row id, field: value."""


def of_book(connection: Connection, book: str) -> Base:
    """The base of a book; empty before its first pass."""
    unpacker = Unpacker()
    wanted = select(bases.c.table_key, bases.c.row_id, bases.c.cells).where(bases.c.book == book)
    found: Base = {}
    for table, row_id, cells in connection.execute(wanted):
        found.setdefault(table, {})[row_id] = unpacker.values(cells)
    return found


def order(connection: Connection, book: str, table: str) -> list[str]:
    """Row ids of a table in the order in which the book last showed them."""
    wanted = select(base_orders.c.row_ids).where(
        base_orders.c.book == book, base_orders.c.table_key == table
    )
    text = connection.scalar(wanted)
    return list(json.loads(text)) if text is not None else []


def put(
    connection: Connection, book: str, table: str, rows: Mapping[str, Mapping[str, Value] | None]
) -> None:
    """Replaces the base of the given rows; None takes a row out of the base."""
    for portion in chunks(rows):
        connection.execute(
            delete(bases).where(
                bases.c.book == book, bases.c.table_key == table, bases.c.row_id.in_(portion)
            )
        )
    lines = [
        {"book": book, "table_key": table, "row_id": row_id, "cells": pack(values)}
        for row_id, values in rows.items()
        if values is not None
    ]
    if lines:
        connection.execute(insert(bases), lines)


def put_order(connection: Connection, book: str, table: str, row_ids: Sequence[str]) -> None:
    """Remembers the order of a table's rows."""
    line = {"book": book, "table_key": table, "row_ids": dump(list(row_ids))}
    put_line(connection, base_orders, line)
