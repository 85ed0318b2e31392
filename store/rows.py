"""Rows as they stand now, buried ones included: a row is never removed from the store."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from sys import intern

from sqlalchemy import ColumnElement, Connection, bindparam, select

from model.records import Record
from model.values import encode
from store.codec import Unpacker
from store.schema import IS_PAYMENT, PAID, PAID_INDEX, PAYMENTS, rows
from store.statements import chunks

NO_LINKS = "{}"
"""What most rows hold; not worth a call of the parser."""
_JOINED = (
    select(rows.c.row_id, rows.c.joined)
    .where(rows.c.table_key == bindparam("table_key"), rows.c.joined.is_not(None))
    .order_by(rows.c.number)
)


def all_rows(connection: Connection, table: str) -> dict[str, Record]:
    """Rows of a table by id, in the order of their numbers, buried ones too."""
    return {record.row_id: record for record in _records(connection, rows.c.table_key == table)}


def some(connection: Connection, table: str, row_ids: Iterable[str]) -> dict[str, Record]:
    """Rows with the given ids, buried or not, in the order of their numbers."""
    found = [
        record
        for portion in chunks(row_ids)
        for record in _records(connection, rows.c.table_key == table, rows.c.row_id.in_(portion))
    ]
    return {record.row_id: record for record in sorted(found, key=lambda r: r.number or 0)}


def since(connection: Connection, table: str, moment: datetime) -> dict[str, Record]:
    """Rows that came into the table from a moment on, in the order of their numbers."""
    fresh = rows.c.created_at >= moment
    return {r.row_id: r for r in _records(connection, rows.c.table_key == table, fresh)}


def linking(
    connection: Connection, table: str, field: str, targets: Collection[str]
) -> dict[str, Record]:
    """Living rows of which a reference leads to one of some rows; of others no cell is read."""
    if not targets:
        return {}
    linked = select(rows.c.row_id, rows.c.links).where(
        rows.c.table_key == table, rows.c.links != NO_LINKS, ~rows.c.deleted
    )
    fits = [i for i, links in connection.execute(linked) if json.loads(links).get(field) in targets]
    return some(connection, table, fits)


def paid(connection: Connection, whens: Collection[tuple[date, Decimal]]) -> dict[str, Record]:
    """Living payments of some days with the sum of each; of others nothing is read."""
    keys = {f"{encode(day)} {encode(amount)}" for day, amount in whens}
    payments = select(rows.c.row_id).with_hint(rows, f"INDEXED BY {PAID_INDEX}")
    payments = payments.where(IS_PAYMENT, ~rows.c.deleted)
    fits = [
        row_id
        for portion in chunks(keys)
        for row_id in connection.scalars(payments.where(PAID.in_(portion)))
    ]
    return some(connection, PAYMENTS, fits)


def one(connection: Connection, table: str, row_id: str) -> Record | None:
    """A row, buried or not."""
    return next(_records(connection, rows.c.table_key == table, rows.c.row_id == row_id), None)


def by_number(connection: Connection, table: str, number: int) -> Record | None:
    """The row with a visible number, buried or not."""
    return next(_records(connection, rows.c.table_key == table, rows.c.number == number), None)


def joined(connection: Connection, table: str) -> dict[str, str]:
    """Each row that was joined under another one, with the row at the end of the chain."""
    main = direct_joins(connection, table)
    return {row_id: list(chain(main, row_id))[-1] for row_id in main}


def direct_joins(connection: Connection, table: str) -> dict[str, str]:
    """Each row that was joined under another one, with that one."""
    found = connection.execute(_JOINED, {"table_key": table})
    return {row.row_id: row.joined for row in found}


def chain(main: Mapping[str, str], row_id: str) -> Iterator[str]:
    """The row, the one it was joined under, and so on to the one it stands for."""
    yield row_id
    while row_id in main:
        row_id = main[row_id]
        yield row_id


def _records(connection: Connection, *which: ColumnElement[bool]) -> Iterator[Record]:
    unpacker, moments = Unpacker(), dict[datetime | None, datetime | None]()
    wanted = select(
        rows.c.table_key,
        rows.c.row_id,
        rows.c.number,
        rows.c.cells,
        rows.c.links,
        rows.c.deleted,
        rows.c.created_at,
        rows.c.changed_at,
    )
    found = connection.execute(wanted.where(*which).order_by(rows.c.number))
    for table, row_id, number, cells, links, deleted, created_at, changed_at in found:
        yield Record(
            table=intern(table),
            row_id=intern(row_id),
            number=number,
            values=unpacker.values(cells),
            links=_links(links),
            deleted=deleted,
            created_at=moments.setdefault(created_at, created_at),
            changed_at=moments.setdefault(changed_at, changed_at),
        )


def _links(text: str) -> Mapping[str, str]:
    if text == NO_LINKS:
        return {}
    return {intern(field): intern(row_id) for field, row_id in json.loads(text).items()}
