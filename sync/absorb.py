"""A person's save goes into the store: every table of one workbook is merged and remembered.

The next base is what was seen, at once; what the daemon writes afterwards is added to it when the
write is confirmed. So a crash in between only means that our own cells are planned again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from model.blueprint import Blueprint, Identity, Owner, Role, RowMaker, Table
from model.records import Record, Stamped
from model.row_ids import belongs
from model.snapshot import RowRead, Snapshot, TableRead
from model.values import Value
from store import Writer
from sync.merge import (
    Author,
    Clash,
    ClashKind,
    Mixed,
    Outside,
    Replaced,
    Sides,
    TableMerge,
    merge_table,
)
from sync.merge.bases import Content, standing
from sync.merge.known import KnownTable
from sync.merge.rows import by_text
from sync.merge.sides import content_fields, is_content
from sync.outside import keep_outside, within
from sync.remembered import Once, same
from sync.rights import Access, plain_access

ORIGIN_MARK = "~from"
"""In history, the id with which a row came: of the row it was copied from, or a foreign one."""
Base = Mapping[str, Mapping[str, Mapping[str, Value]]]
Merges = Sequence[tuple[Table, TableMerge]]
NOTHING: Mapping[str, Mapping[str, Value]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What one workbook brought: places of its rows, clashes and findings, touched rows."""

    places: Mapping[str, Mapping[str, int]]
    touched: Mapping[str, frozenset[str]] = field(default_factory=dict)
    clashes: Mapping[str, tuple[Clash, ...]] = field(default_factory=dict)
    deleted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replaced: Mapping[str, tuple[Replaced, ...]] = field(default_factory=dict)
    mixed: Mapping[str, tuple[Mixed, ...]] = field(default_factory=dict)
    outside: Mapping[str, tuple[Outside, ...]] = field(default_factory=dict)
    """What the person may not do and what therefore was put back."""
    answers: tuple[tuple[str, str], ...] = ()
    """(row id of «Вопросы», what was typed)."""
    edits: int = 0


@dataclass(slots=True)
class KnownBook:
    """What was found out about the rows of one book, for its next save."""

    tables: dict[str, KnownTable] = field(default_factory=dict)
    recognised: Once[Absorbed | None] = field(default_factory=Once)

    def table(self, key: str) -> KnownTable:
        """One table of the book."""
        return self.tables.setdefault(key, KnownTable())


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose workbook is merged and how new rows are named."""

    blueprint: Blueprint
    role: Role
    person: str
    family: str
    new_id: Callable[[], str]
    brake: bool = True
    older: Mapping[str, Content] | None = None
    """By table, the content that the save descends from, when it is not the newest one."""
    scoped: bool = True
    """Whether ids of colleagues' rows are foreign (R4); rows that the book once had are not."""
    known: KnownBook = field(default_factory=KnownBook)
    access: Access | None = None
    """What the person may see and do; as by default when nobody says."""

    @property
    def rights(self) -> Access:
        """What the person may see and do."""
        return self.access or plain_access(self.role, self.person)


def merge_all(
    writer: Writer, snapshot: Snapshot, reader: Reader, me: str
) -> list[tuple[Table, TableMerge]]:
    """What the save means, table by table; nothing is remembered yet."""
    bases = writer.bases(snapshot.book)
    return [
        (t, _merged(writer, snapshot, reader, t, bases.get(t.key, NOTHING), me))
        for t in _tables(reader, snapshot)
    ]


def _merged(
    writer: Writer,
    snapshot: Snapshot,
    reader: Reader,
    table: Table,
    base: Mapping[str, Mapping[str, Value]],
    me: str,
) -> TableMerge:
    """What the save means for one table; where nobody moved anything it means what it meant."""
    known = reader.known.table(table.key)
    things = (
        *(table, snapshot.tables[table.key], base),
        *(
            writer.rows(table.key, deleted=True),
            writer.base_order(snapshot.book, table.key) or None,
        ),
        *(reader.role, reader.person, reader.family, me, reader.brake, reader.scoped),
        reader.access,
    )
    if known.still is not None and reader.older is None and same(known.still[0], things):
        return known.still[1]
    merge = merge_table(sides_of(writer, snapshot, reader, table, base, me), known)
    merge = within(merge, table, reader.rights)
    if not merge.is_still or reader.older is not None:
        known.still = None
        return merge
    if len(base) == len(merge.seen) and all(base.get(i) is row for i, row in merge.seen.items()):
        merge = replace(merge, seen=base)
    known.still = (things, merge)
    return merge


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

    The person answered «Да» to a hold, «вернуть как было», or an old file was put back. The save
    itself is kept as a copy.
    """
    merges = merge_all(writer, snapshot, reader, "")
    rebase(writer, snapshot.book, merges)
    return Absorbed(places_of(merges))


def roll_back(writer: Writer, old: Snapshot, reader: Reader, by: Stamped) -> Absorbed:
    """An old content becomes that person's edits; the book itself still shows today's."""
    merges = merge_all(writer, old, reader, by.who)
    remember_all(writer, merges, reader, by)
    return summary(merges)


def _tables(reader: Reader, snapshot: Snapshot) -> list[Table]:
    keys = reader.blueprint.tables_of(reader.role)
    return [reader.blueprint.tables[key] for key in keys if key in snapshot.tables]


def sides_of(  # what every save is compared with
    writer: Writer,
    snapshot: Snapshot,
    reader: Reader,
    table: Table,
    base: Mapping[str, Mapping[str, Value]],
    me: str,
) -> Sides:
    """The sides of one table of a save: as read, as both knew it, as the store has it."""
    every = writer.rows(table.key, deleted=True)
    order: Sequence[str] = writer.base_order(snapshot.book, table.key)
    older = reader.older.get(table.key) if reader.older is not None else None
    read = snapshot.tables[table.key]
    records = _known(table, reader, every, base)
    if older is not None:
        given = _given(writer, table, older.rows, reader.family)
        rows = {given.get(i, i): v for i, v in older.rows.items()}
        order = [given.get(i, i) for i in older.order]
        read = _as_given(read, given)
        stands = standing(table, rows, read)
        base = {i: v for i, v in rows.items() if i in records or i in stands or i not in every}
        records |= {i: every[i] for i in base if i in every}
    as_shown = _as_shown(reader, table)
    live = {i: as_shown(r.values) for i, r in records.items() if not r.deleted}
    if table.makes_rows is RowMaker.DAEMON:
        live = dict(base)  # its rows live in the book only; answers come as edits
    return Sides(
        table=table,
        read=read,
        base=base,
        store=live,
        dead={i: as_shown(r.values) for i, r in records.items() if r.deleted},
        known=lambda row_id: belongs(reader.family, row_id) and row_id in records,
        new_id=reader.new_id,
        brake=reader.brake,
        order=order,
        me=me,
        author=_author(writer, table),
    )


def _as_shown(reader: Reader, table: Table) -> Callable[[Mapping[str, Value]], Mapping[str, Value]]:
    """How the book shows a row of the store: hidden cells stand empty on both sides."""
    rights = reader.rights
    if rights.rights.of(table.key).is_whole or table.makes_rows is RowMaker.DAEMON:
        return lambda values: values
    return lambda values: rights.shown(table, values)


def _given(writer: Writer, table: Table, row_ids: Iterable[str], family: str) -> dict[str, str]:
    """Foreign ids that an older content shows, with the ids that its rows were given since."""
    found = {i: writer.meta(came_as(table, i)) for i in row_ids if not belongs(family, i)}
    return {i: given for i, given in found.items() if given}


def _as_given(read: TableRead, given: Mapping[str, str]) -> TableRead:
    """The table with the rows of foreign ids under those that they were given."""
    there = {row.row_id for row in read.rows}
    if not there & given.keys():
        return read
    rows = tuple(
        replace(row, row_id=own)
        if (own := given.get(row.row_id or "")) is not None and own not in there
        else row
        for row in read.rows
    )
    return replace(read, rows=rows)


def came_as(table: Table, foreign: str) -> str:
    """Where it is remembered which row a foreign id stood beside."""
    return f"came:{table.key}:{foreign}"


def _known(
    table: Table, reader: Reader, every: Mapping[str, Record], base: Mapping[str, object]
) -> dict[str, Record]:
    """Rows that the book may move: those it has, and those that are its person's."""
    everything = table.makes_rows is RowMaker.DAEMON or reader.rights.whose(table) is None
    if everything or not reader.scoped:
        return dict(every)
    return {i: r for i, r in every.items() if i in base or _in_scope(table, reader, r)}


def _in_scope(table: Table, reader: Reader, record: Record) -> bool:
    """Whether a row may stand in the book: the id of a colleague's row is a foreign one (R4)."""
    return reader.rights.sees(table, record.values)


def _author(writer: Writer, table: Table) -> Callable[[str, str], Author | None]:
    def author(row_id: str, key: str) -> Author | None:
        last = next(iter(writer.history(table.key, row_id, key, limit=1)), None)
        return None if last is None else Author(last.who, last.source, last.at)

    return author


def _is_copy(reader: Reader, table: Table) -> bool:
    """Lists in a salesperson's book are a copy of «Настройки»: nothing is taken from there."""
    sheets = reader.blueprint.sheets
    return any(
        sheets[key].service and table.key in sheets[key].tables
        for key in reader.blueprint.books[reader.role].sheets
    )


def remember_all(writer: Writer, merges: Merges, reader: Reader, by: Stamped) -> None:
    """Edits, new rows and deletions go into the store."""
    for table, merge in merges:
        if table.makes_rows is RowMaker.PERSON and not _is_copy(reader, table):
            _remember(writer, table, merge, reader, by)


def _remember(writer: Writer, table: Table, merge: TableMerge, reader: Reader, by: Stamped) -> None:
    for row_id in merge.revived:
        writer.revive(table.key, row_id, by=by)
    edits = _grouped(merge)
    edits |= {new.row_id: _owned(table, reader, new.values) for new in merge.new}
    for row_id, origin in _origins(merge).items():
        edits.setdefault(row_id, {})[ORIGIN_MARK] = origin
    if edits:
        writer.put_many(table.key, edits, by=by)
    given = {new.came_as: new.row_id for new in merge.new if new.came_as}
    given |= {foreign: row_id for row_id, foreign in merge.strange.items()}
    for foreign, row_id in given.items():
        writer.set_meta(came_as(table, foreign), row_id)
    for row_id in merge.deleted:
        writer.bury(table.key, row_id, by=by)
    if merge.outside:
        keep_outside(writer, table, merge, by)
    for clash in merge.clashes:
        if clash.kind is ClashKind.CAME_SECOND:
            _came_second(writer, table, clash, by)


def _came_second(writer: Writer, table: Table, clash: Clash, by: Stamped) -> None:
    """History keeps the value that came second; the first one stands as its author's."""
    first = by if clash.by is None else replace(by, who=clash.by.who, source=clash.by.source)
    writer.put(table.key, clash.row_id, {clash.field: clash.other}, by=by)
    writer.put(table.key, clash.row_id, {clash.field: clash.live}, by=replace(first, book=None))


def _origins(merge: TableMerge) -> dict[str, str]:
    """Ids that history keeps: whose copy a row is, and the foreign id it came with."""
    origins = {new.row_id: came for new in merge.new if (came := new.copied_from or new.came_as)}
    return origins | dict(merge.strange)


def rebase(writer: Writer, book: str, merges: Merges) -> None:
    """What was seen is the next base; only rows that moved are written."""
    bases = writer.bases(book)
    for table, merge in merges:
        base = bases.get(table.key, NOTHING)
        order = [row_id for _, row_id in merge.rows]
        moved = order != writer.base_order(book, table.key)
        if merge.seen is base and not moved:
            continue
        seen: dict[str, Mapping[str, Value] | None] = {
            row_id: values
            for row_id, values in merge.seen.items()
            if (was := base.get(row_id)) is not values and was != values
        }
        seen |= {row_id: None for row_id in base if row_id not in merge.seen}
        if seen or moved:
            writer.set_base(book, table.key, seen, order if moved else None)


def is_waiting(merges: Merges) -> bool:
    """Whether a row still waits for its id to be written beside it."""
    return any(merge.waiting for _, merge in merges)


def _grouped(merge: TableMerge) -> dict[str, dict[str, Value]]:
    rows: dict[str, dict[str, Value]] = {}
    for edit in merge.edits:
        rows.setdefault(edit.row_id, {})[edit.field] = edit.after
    return rows


def _owned(table: Table, reader: Reader, values: Mapping[str, Value]) -> dict[str, Value]:
    """A row typed into a person's own book is that person's."""
    owned: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
    scope = table.scope
    if scope and reader.role in _SELLS and table.column(scope).owner in _TYPED:
        owned.setdefault(scope, reader.person)
    return owned


_TYPED = {Owner.PERSON, Owner.IMPORT}
_SELLS = {Role.MANAGER, Role.HEAD}


def places_of(merges: Merges) -> dict[str, dict[str, int]]:
    """Where each row stands, by table and row id."""
    return {t.key: {row_id: row for row, row_id in m.rows} for t, m in merges}


def summary(merges: Merges) -> Absorbed:
    """What a merged workbook brought."""
    people = [(t, m) for t, m in merges if t.makes_rows is RowMaker.PERSON]
    return Absorbed(
        places=places_of(merges),
        touched={
            t.key: frozenset(
                {e.row_id for e in m.edits} | {n.row_id for n in m.new} | {*m.deleted, *m.revived}
            )
            for t, m in people
        },
        clashes={t.key: m.clashes for t, m in people if m.clashes},
        deleted={t.key: m.deleted for t, m in people if m.deleted},
        replaced={t.key: m.replaced for t, m in people if m.replaced},
        mixed={t.key: m.mixed for t, m in people if m.mixed},
        outside={t.key: m.outside for t, m in people if m.outside},
        answers=tuple(
            (e.row_id, "" if e.after is None else str(e.after))
            for t, m in merges
            if t.key == "questions"
            for e in m.edits
            if e.field == "answer"
        ),
        edits=sum(len(m.edits) + len(m.new) + len(m.deleted) for _, m in people),
    )
