"""Parts of a kept copy put into the store as one batch, which `undo` takes back.

The books follow with the next pass, where each cell is written while it still holds what was
agreed on: what somebody types meanwhile is asked about, not overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from model.blueprint import NUMBER_FIELD, Table
from model.errors import WrongPlace
from model.records import BatchKind, Record, Source, Stamped
from model.texts import Text
from model.values import Value
from store import Reader, Writer
from sync.copies.reading import Opened, Rows, rows_of
from sync.scene import fold
from sync.team import Team
from sync.withholding import is_business, private_fields

CLIENTS = "clients"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to come back: whole tables, or some rows, or one field of them."""

    rows: Mapping[str, Collection[str] | None]
    """Ids by table; None for all of a table, with the rows that came since going away."""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """What moves so that the store holds again what the copy held."""

    values: Mapping[str, Rows] = field(default_factory=dict)
    """Only cells that differ."""
    was: Mapping[str, Rows] = field(default_factory=dict)
    """The same cells as they stand now."""
    revived: tuple[tuple[str, str], ...] = ()
    buried: tuple[tuple[str, str], ...] = ()
    batch: int = 0

    @property
    def cells(self) -> int:
        """How many cells differ."""
        return sum(len(row) for rows in self.values.values() for row in rows.values())

    @property
    def is_empty(self) -> bool:
        """Whether everything stands as it stood then."""
        return not (self.cells or self.revived or self.buried)


def sheet_wanted(opened: Opened, name: str) -> Wanted:
    """All tables of a sheet; raises WrongPlace."""
    tables = [key for key, read in opened.snapshot.tables.items() if fold(read.sheet) == fold(name)]
    if not tables:
        raise WrongPlace(what=Text.A_SHEET, value=name)
    return Wanted(dict.fromkeys(tables))


def book_wanted(opened: Opened) -> Wanted:
    """All tables of a book."""
    return Wanted(dict.fromkeys(opened.snapshot.tables))


def client_wanted(team: Team, reader: Reader, opened: Opened, client: Record) -> Wanted:
    """A client with everything that points to it, then or now."""
    rows: dict[str, Collection[str] | None] = {CLIENTS: {client.row_id}}
    shape = team.blueprint.tables[CLIENTS]
    names = {fold(client.values.get("name")), fold(f"{shape.prefix}-{client.number}")}
    for key, read in opened.snapshot.tables.items():
        refs = [c.key for c in team.blueprint.tables[key].columns if c.ref == CLIENTS]
        if key == CLIENTS or not refs:
            continue
        then = rows_of(team, reader, key, read)
        now = reader.rows(key, deleted=True)
        rows[key] = {
            row_id
            for row_id, values in then.items()
            if any(fold(values.get(ref)) in names for ref in refs)
            or (row_id in now and any(now[row_id].links.get(r) == client.row_id for r in refs))
        }
    return Wanted(rows)


def returned(team: Team, reader: Reader, opened: Opened, wanted: Wanted) -> Returned:
    """What differs from the copy; raises WrongPlace when the copy has none of the wanted rows."""
    values, was = dict[str, Rows](), dict[str, Rows]()
    revived, buried, found = list[tuple[str, str]](), list[tuple[str, str]](), False
    for key, ids in wanted.rows.items():
        read = opened.snapshot.tables.get(key)
        if read is None:
            continue
        every = rows_of(team, reader, key, read)
        then = every if ids is None else {i: every[i] for i in ids if i in every}
        now = reader.some(key, list(then))
        found = found or bool(then) or ids is None
        shape = team.blueprint.tables[key]
        if opened.is_online:
            then = {i: _seen(shape, row, now.get(i)) for i, row in then.items()}
        values[key] = {
            row_id: moved
            for row_id, row in then.items()
            if (moved := dict(_moved(shape, row, now.get(row_id), wanted.field)))
        }
        was[key] = {i: {f: _value(now.get(i), f) for f in row} for i, row in values[key].items()}
        revived += [(key, i) for i in then if i in now and now[i].deleted]
        if ids is None:
            here = reader.bases(opened.copy.book).get(key, {})
            gone = reader.some(key, [row_id for row_id in here if row_id not in then])
            buried += [(key, i) for i, record in gone.items() if not record.deleted]
    if not found:
        raise WrongPlace(what=Text.A_ROW_OF_COPY, value=opened.copy.id)
    return Returned(values, was, tuple(revived), tuple(buried))


def put(writer: Writer, back: Returned, *, who: str, at: datetime, note: str) -> int:
    """Number of the batch that did it."""
    batch = writer.start_batch(BatchKind.RESTORE, who, at, note=note)
    by = Stamped(at, who, Source.RESTORE, None, batch)
    for table, row_id in back.revived:
        writer.revive(table, row_id, by=by)
    for table, rows in back.values.items():
        if rows:
            writer.put_many(table, rows, by=by)
    for table, row_id in back.buried:
        writer.bury(table, row_id, by=by)
    return batch


def _seen(shape: Table, then: Mapping[str, Value], now: Record | None) -> Mapping[str, Value]:
    """A row of a spreadsheet without the fields that were kept out of Google, not cleared there."""
    if now is None or is_business(now.values):
        return then
    hidden = {name for name in private_fields(shape) if then.get(name) is None}
    return {name: value for name, value in then.items() if name not in hidden}


def _moved(
    shape: Table, then: Mapping[str, Value], now: Record | None, only: str | None
) -> Iterator[tuple[str, Value]]:
    for name, value in then.items():
        if only in {None, name} and name != NUMBER_FIELD and _value(now, name) != value:
            yield name, value
    if only is not None and not shape.has(only):
        raise WrongPlace(what=Text.A_COLUMN, value=only)


def _value(record: Record | None, name: str) -> Value:
    return None if record is None else record.values.get(name)
