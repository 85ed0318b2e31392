"""A person's save goes into the store: every table of one workbook is merged and remembered.

The next base is what was seen, at once; what the daemon writes afterwards is added to it when the
write is confirmed. So a crash in between only means that our own cells are planned again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from model.blueprint import Blueprint, Identity, Owner, Role, RowMaker, Table
from model.problems import Problem
from model.records import Stamped
from model.row_ids import belongs
from model.snapshot import RowRead, Snapshot
from model.values import Value
from store import Writer
from sync.merge import Clash, Hold, Sides, TableMerge, merge_table
from sync.merge.rows import by_text
from sync.merge.sides import content_fields, is_content


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What one workbook brought: places of its rows, clashes and findings, touched rows."""

    places: Mapping[str, Mapping[str, int]]
    touched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    clashes: Mapping[str, tuple[Clash, ...]] = field(default_factory=dict)
    deleted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    """(row id of «Вопросы», what was typed)."""
    edits: int = 0
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose workbook is merged and how new rows are named."""

    blueprint: Blueprint
    role: Role
    person: str
    family: str
    new_id: Callable[[], str]
    brake: bool = True


def absorb(writer: Writer, snapshot: Snapshot, reader: Reader, by: Stamped) -> Absorbed:
    """Merge every table of a workbook into the store; nothing is changed when the brake holds."""
    bases = writer.bases(snapshot.book)
    merges = [
        (table, _merge(writer, snapshot, reader, table, bases.get(table.key, {})))
        for table in _tables(reader, snapshot)
    ]
    hold = next((m.hold for _, m in merges if m.hold is not None), None)
    if hold is not None:
        return Absorbed(places={t.key: _places(m) for t, m in merges}, hold=hold)
    for table, merge in merges:
        if table.makes_rows is RowMaker.PERSON and not _is_copy(reader, table):
            _remember(writer, table, merge, reader, by)
        _rebase(writer, snapshot.book, table, merge, bases.get(table.key, {}))
    return _summary(merges)


def recognise(snapshot: Snapshot, reader: Reader) -> Absorbed | None:
    """Where each row stands in a book that nobody has saved since it was last seen.

    None when a row carries no id of its own yet: then the book must be merged to know which it is.
    """
    places: dict[str, dict[str, int]] = {}
    for table in _tables(reader, snapshot):
        fields = content_fields(table)
        every = snapshot.tables[table.key].rows
        rows = [row for row in every if is_content(row, fields)]
        if table.identity is Identity.TEXT:
            places[table.key] = {one.row_id: one.row.row for one in by_text(table, rows)}
        elif table.makes_rows is RowMaker.DAEMON:
            places[table.key] = {row.row_id: row.row for row in every if row.row_id}
        elif _named(rows):
            places[table.key] = {row.row_id: row.row for row in rows if row.row_id}
        else:
            return None
    return Absorbed(places)


def _named(rows: Sequence[RowRead]) -> bool:
    ids = {row.row_id for row in rows if row.row_id}
    return len(ids) == len(rows)


def accept_as_seen(writer: Writer, snapshot: Snapshot, reader: Reader) -> Absorbed:
    """Nothing of the save is taken: the store stands and will be written over it.

    The person answered «Да» to a hold: «вернуть как было». The save itself is kept as a copy.
    """
    bases = writer.bases(snapshot.book)
    merges = [
        (table, _merge(writer, snapshot, reader, table, bases.get(table.key, {})))
        for table in _tables(reader, snapshot)
    ]
    for table, merge in merges:
        _rebase(writer, snapshot.book, table, merge, bases.get(table.key, {}))
    return Absorbed(places={t.key: _places(m) for t, m in merges})


def _tables(reader: Reader, snapshot: Snapshot) -> list[Table]:
    keys = reader.blueprint.tables_of(reader.role)
    return [reader.blueprint.tables[key] for key in keys if key in snapshot.tables]


def _merge(
    writer: Writer,
    snapshot: Snapshot,
    reader: Reader,
    table: Table,
    base: Mapping[str, Mapping[str, Value]],
) -> TableMerge:
    records = writer.rows(table.key, deleted=True)
    live = {i: r.values for i, r in records.items() if not r.deleted}
    dead = {i: r.values for i, r in records.items() if r.deleted}
    if table.makes_rows is RowMaker.DAEMON:
        live = dict(base)  # its rows live in the book only; answers come as edits
    sides = Sides(
        table=table,
        read=snapshot.tables[table.key],
        base=base,
        store=live,
        dead=dead,
        known=lambda row_id: belongs(reader.family, row_id) and row_id in records,
        new_id=reader.new_id,
        brake=reader.brake,
        order=writer.base_order(snapshot.book, table.key),
    )
    return merge_table(sides)


def _is_copy(reader: Reader, table: Table) -> bool:
    """Lists in a salesperson's book are a copy of «Настройки»: nothing is taken from there."""
    sheets = reader.blueprint.sheets
    return any(
        sheets[key].service and table.key in sheets[key].tables
        for key in reader.blueprint.books[reader.role].sheets
    )


def _remember(writer: Writer, table: Table, merge: TableMerge, reader: Reader, by: Stamped) -> None:
    """Edits, new rows and deletions go into the store."""
    for row_id in merge.revived:
        writer.revive(table.key, row_id, by=by)
    edits = _grouped(merge)
    edits |= {new.row_id: _owned(table, reader, new.values) for new in merge.new}
    if edits:
        writer.put_many(table.key, edits, by=by)
    for row_id in merge.deleted:
        writer.bury(table.key, row_id, by=by)


def _rebase(
    writer: Writer,
    book: str,
    table: Table,
    merge: TableMerge,
    base: Mapping[str, Mapping[str, Value]],
) -> None:
    """What was seen is the next base."""
    seen: dict[str, Mapping[str, Value] | None] = {
        row_id: values for row_id, values in merge.seen.items() if base.get(row_id) != values
    }
    seen |= {row_id: None for row_id in base if row_id not in merge.seen}
    order = [row_id for _, row_id in merge.rows]
    moved = order != writer.base_order(book, table.key)
    if seen or moved:
        writer.set_base(book, table.key, seen, order if moved else None)


def _grouped(merge: TableMerge) -> dict[str, dict[str, Value]]:
    rows: dict[str, dict[str, Value]] = {}
    for edit in merge.edits:
        rows.setdefault(edit.row_id, {})[edit.field] = edit.after
    return rows


def _owned(table: Table, reader: Reader, values: Mapping[str, Value]) -> dict[str, Value]:
    """A row typed into a person's own book is that person's."""
    owned: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
    scope = table.scope
    if scope and reader.role is Role.MANAGER and table.column(scope).owner in _TYPED:
        owned.setdefault(scope, reader.person)
    return owned


_TYPED = {Owner.PERSON, Owner.IMPORT}


def _places(merge: TableMerge) -> dict[str, int]:
    return {row_id: row for row, row_id in merge.rows}


def _summary(merges: list[tuple[Table, TableMerge]]) -> Absorbed:
    people = [(t, m) for t, m in merges if t.makes_rows is RowMaker.PERSON]
    return Absorbed(
        places={t.key: _places(m) for t, m in merges},
        touched={
            t.key: frozenset(
                {e.row_id for e in m.edits} | {n.row_id for n in m.new} | {*m.deleted, *m.revived}
            )
            for t, m in people
        },
        clashes={t.key: m.clashes for t, m in people if m.clashes},
        deleted={t.key: m.deleted for t, m in people if m.deleted},
        problems=tuple(p for _, m in merges for p in m.problems),
        answers=tuple(
            (e.row_id, "" if e.after is None else str(e.after))
            for t, m in merges
            if t.key == "questions"
            for e in m.edits
            if e.field == "answer"
        ),
        edits=sum(len(m.edits) + len(m.new) + len(m.deleted) for _, m in people),
    )
