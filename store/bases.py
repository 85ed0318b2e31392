"""The merge base: what each book was last known to hold, row by row, and in which order."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from sys import intern

from sqlalchemy import Connection, delete, insert, select

from model.values import Value
from store.codec import Unpacker, dump, pack
from store.notes import count_up
from store.schema import base_orders, bases
from store.statements import chunks, put_line

Base = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Table, row id, field: value; tables and rows in the order of their keys."""
Orders = Mapping[str, list[str]]
"""Table: row ids in the order in which a book last showed them."""


def of_book(connection: Connection, book: str) -> Base:
    """The base of a book; empty before its first pass."""
    unpacker = Unpacker()
    wanted = select(bases.c.table_key, bases.c.row_id, bases.c.cells).where(bases.c.book == book)
    found: dict[str, dict[str, dict[str, Value]]] = {}
    for table, row_id, cells in connection.execute(
        wanted.order_by(bases.c.table_key, bases.c.row_id)
    ):
        found.setdefault(table, {})[intern(row_id)] = unpacker.values(cells)
    return found


def brought_up(
    connection: Connection, book: str, base: Base, dirty: Mapping[str, Collection[str]]
) -> Base:
    """The base after some of its rows were changed; the others are the very ones."""
    unpacker = Unpacker()
    found = dict(base)
    for table, row_ids in dirty.items():
        wanted = select(bases.c.row_id, bases.c.cells)
        fresh: dict[str, Mapping[str, Value]] = {}
        for portion in chunks(row_ids):
            which = (bases.c.book == book, bases.c.table_key == table, bases.c.row_id.in_(portion))
            for row_id, cells in connection.execute(wanted.where(*which)):
                fresh[intern(row_id)] = unpacker.values(cells)
        found[table] = _put_in(found.get(table, {}), row_ids, fresh)
    return {table: found[table] for table in sorted(found) if found[table]}


def _put_in(
    old: Mapping[str, Mapping[str, Value]],
    row_ids: Collection[str],
    fresh: Mapping[str, Mapping[str, Value]],
) -> Mapping[str, Mapping[str, Value]]:
    rows = {**old, **fresh}
    for row_id in row_ids:
        if row_id not in fresh:
            rows.pop(row_id, None)
    return rows if fresh.keys() <= old.keys() else dict(sorted(rows.items()))


def mark_key(book: str) -> str:
    """Meta key of the mark that is another one after every change of a book's base."""
    return f"base:{book}"


def orders_of_book(connection: Connection, book: str) -> Orders:
    """The orders of all tables of a book."""
    wanted = select(base_orders.c.table_key, base_orders.c.row_ids)
    found = connection.execute(wanted.where(base_orders.c.book == book))
    return {table: _order(text) for table, text in found}


def orders_brought_up(
    connection: Connection, book: str, orders: Orders, dirty: Mapping[str, Collection[str]]
) -> Orders:
    """The orders after those of some tables were changed; the others are the very ones."""
    wanted = select(base_orders.c.table_key, base_orders.c.row_ids).where(
        base_orders.c.book == book, base_orders.c.table_key.in_(sorted(dirty))
    )
    fresh = {table: _order(text) for table, text in connection.execute(wanted)}
    return {**orders, **fresh}


def _order(text: str) -> list[str]:
    return [intern(row_id) for row_id in json.loads(text)]


def orders_mark_key(book: str) -> str:
    """Meta key of the mark that is another one after every change of a book's orders."""
    return f"order:{book}"


def put(
    connection: Connection, book: str, table: str, rows: Mapping[str, Mapping[str, Value] | None]
) -> None:
    """Replaces the base of the given rows; None takes a row out of the base."""
    if rows:
        count_up(connection, mark_key(book))
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
    count_up(connection, orders_mark_key(book))
    line = {"book": book, "table_key": table, "row_ids": dump(list(row_ids))}
    put_line(connection, base_orders, line)
