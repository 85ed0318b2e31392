"""A kept copy as tables: its rows by id, with what people typed in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from backups import Copy
from model.blueprint import Blueprint, Kind, Role, Table
from model.errors import SheetGone, WrongPlace
from model.records import BookState
from model.row_ids import belongs
from model.snapshot import Snapshot, TableRead
from model.texts import Text
from model.values import Value, encode
from store import Reader
from sync.absorb import came_as
from sync.books.google.content import GoogleFile
from sync.books.read import Loaded
from sync.merge.bases import Content, content_of
from sync.online import EXPORT
from sync.team import Team

Rows = Mapping[str, Mapping[str, Value]]
"""Typed values by row id and field; an empty cell is None."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A copy that was read: of which book, and what stands in it."""

    copy: Copy
    state: BookState
    loaded: Loaded

    @property
    def snapshot(self) -> Snapshot:
        """What stands in it."""
        return self.loaded.snapshot

    @property
    def is_online(self) -> bool:
        """Whether it is of a spreadsheet, where numbers of private persons may be missing."""
        return isinstance(self.loaded.file, GoogleFile) or self.copy.why == EXPORT


def copy_numbered(team: Team, number: int) -> Copy:
    """The copy of a number; raises WrongPlace."""
    found = next((copy for copy in team.backups.list() if copy.id == number), None)
    if found is None:
        raise WrongPlace(what=Text.A_COPY, value=number)
    return found


def copy_at(team: Team, book: str, moment: datetime) -> Copy:
    """The newest copy of a book that was taken by a moment; raises WrongPlace."""
    for copy in team.backups.list(book):
        if copy.at <= moment:
            return copy
    raise WrongPlace(what=Text.A_COPY, value=f"{moment:%d.%m.%Y %H:%M}")


def opened_copy(team: Team, copy: Copy) -> Opened:
    """What stands in a copy; raises BackupDamaged or what a workbook that cannot be read raises."""
    with team.store.read() as reader:
        state = reader.book(copy.book)
    if state is None:
        raise WrongPlace(what=Text.A_BOOK, value=copy.book)
    return Opened(copy, state, loaded_of(team, state, team.backups.read(copy.id)))


def loaded_of(team: Team, state: BookState, raw: bytes) -> Loaded:
    """The bytes of a book, understood; sheets that came with later versions are not missed."""
    name, blueprint, role = state.path.rpartition("/")[2], team.blueprint, Role(state.role)
    file = team.books.open(raw, name=name)
    for _ in blueprint.books[role].sheets:
        try:
            return team.books.load(file, book=state.book, name=name, blueprint=blueprint, role=role)
        except SheetGone as gone:
            blueprint = _without(blueprint, role, str(gone.facts["sheet"]))
    raise SheetGone(name=name, sheet=name)


def _without(blueprint: Blueprint, role: Role, title: str) -> Blueprint:
    """The shape of the books before a sheet was added."""
    plan = blueprint.books[role]
    left = tuple(key for key in plan.sheets if blueprint.sheets[key].title.ru != title)
    return replace(blueprint, books={**blueprint.books, role: replace(plan, sheets=left)})


def rows_of(team: Team, reader: Reader, table: str, read: TableRead) -> Rows:
    """Rows of a table of a copy, as people typed them."""
    shape = team.blueprint.tables[table]
    fields = typed_fields(shape, read)
    rows = _content(team, reader, shape, read).rows
    return {row_id: {field: row.get(field) for field in fields} for row_id, row in rows.items()}


def typed_fields(shape: Table, read: TableRead) -> tuple[str, ...]:
    """Fields of people and facts that stood on the sheet."""
    return tuple(c.key for c in shape.typed if c.live is None and c.key in read.places)


def _content(team: Team, reader: Reader, shape: Table, read: TableRead) -> Content:
    stored = {number: record.values for number, record in reader.rows(shape.key).items()}

    def is_ours(row_id: str) -> bool:
        family = team.settings.family
        return belongs(family, row_id) or bool(reader.meta(came_as(shape, row_id)))

    return content_of(shape, read, stored, is_ours)


def report_of(snapshot: Snapshot, blueprint: Blueprint) -> str:
    """Rows, sums of money and a digest of everything typed, table by table."""
    told: dict[str, object] = {"shape": shape_of(blueprint)}
    for key, read in sorted(snapshot.tables.items()):
        shape = blueprint.tables[key]
        fields = sorted(typed_fields(shape, read))
        money = [c.key for c in shape.columns if c.kind is Kind.MONEY and c.key in fields]
        digest = sha256()
        for row in read.rows:
            digest.update(repr([row.row_id, *(encode(row.value(f)) for f in fields)]).encode())
        sums = {f: str(sum(_number(row.value(f)) for row in read.rows)) for f in money}
        told[key] = {"rows": len(read.rows), "sums": sums, "digest": digest.hexdigest()}
    return json.dumps(told, sort_keys=True)


def shape_of(blueprint: Blueprint) -> str:
    """A digest of all that may be typed: reports of one shape may be compared."""
    fields = [[key, [c.key for c in t.typed]] for key, t in sorted(blueprint.tables.items())]
    return sha256(repr(fields).encode()).hexdigest()


def _number(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
