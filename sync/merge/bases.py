"""From which content a save descends (MERGE_SPEC section 7): never simply the last write.

The stamp says which write of ours the program had opened; what was written then, and every save
seen since under the same stamp, are kept. Order comes from generations and journal numbers; the
clock is asked for one thing only: whether an old file came back three times within an hour.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from model.blueprint import Column, Identity, Table
from model.canon import canon
from model.records import Kept, KeptKind
from model.snapshot import RowRead, Stamp, TableRead
from model.values import Fault, Value
from sync.merge.brake import limit_of
from sync.merge.result import Edit
from sync.merge.rows import Loose, by_text, found_again, reattach
from sync.merge.sides import AT, MARKS, SHOWN, Row, content_fields, is_content, moved

RETURNS = 3
WITHIN = timedelta(hours=1)
"""The same old file so often in so short a time: another program fights us."""
MOST = 12
"""So many kept contents are compared with a file that lost its stamp."""
SECOND_EDITOR = 3
"""So many cells of the last save that all went back are another program's doing."""


class Descent(Enum):
    """What a save descends from."""

    NEWEST = "newest"
    """The current write: the base is the newest save seen since, else what was written."""
    RESTORED = "restored"
    """Byte for byte an older content: nothing in it is an edit."""
    FIGHT = "fight"
    """The same old content again and again: held."""
    OLDER = "older"
    """An older write, edited: the base is among the contents kept for its stamp."""
    LOST = "lost"
    """The stamp is gone or its contents are: the base is searched among all that are kept."""
    STRANGER = "stranger"
    """Another team's file, or another book of ours: never merged."""


def descent(
    stamp: Stamp | None, token: str, kept: Sequence[Kept], *, home: Stamp, now: datetime
) -> Descent:
    """What a save with this stamp and fingerprint is; `home` is the book as it stands."""
    if stamp is not None and (stamp.family, stamp.book) != (home.family, home.book):
        return Descent.STRANGER
    if is_known_content(token, kept):
        return Descent.FIGHT if is_fight(token, kept, now) else Descent.RESTORED
    if stamp is None:
        return Descent.LOST
    if stamp.generation >= home.generation:
        return Descent.NEWEST
    return Descent.OLDER if contents_of(stamp.generation, kept) else Descent.LOST


def is_known_content(token: str, kept: Sequence[Kept]) -> bool:
    """Whether these very bytes stood in the book's place before."""
    return any(k.token == token and k.kind is not KeptKind.COPY for k in kept)


def is_fight(token: str, kept: Sequence[Kept], now: datetime) -> bool:
    """Whether the same old file came back too often within the hour, this time included."""
    back = [k for k in kept if k.token == token and k.kind is KeptKind.RETURNED]
    return sum(abs(now - k.at) <= WITHIN for k in back) + 1 >= RETURNS


def contents_of(generation: int, kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """What was written as a generation and every save seen with its stamp, newest first."""
    return distinct(k for k in kept if k.generation == generation)


def distinct(kept: Iterable[Kept]) -> tuple[Kept, ...]:
    """Contents that may be a base, newest first, each once."""
    found: dict[str, Kept] = {}
    for one in kept:
        if one.kind in {KeptKind.WROTE, KeptKind.SEEN}:
            found.setdefault(one.token, one)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Content:
    """One table as a kept content held it, by row id, and in which order."""

    rows: Mapping[str, Row]
    order: tuple[str, ...]


def content_of(
    table: Table,
    read: TableRead,
    stored: Mapping[str, Row],
    is_ours: Callable[[str], bool] = bool,
    given: Mapping[int, str] = MappingProxyType({}),
) -> Content:
    """A kept table as a base.

    Rows without an id then, and rows of an id that says nothing to us, are known by the ids that
    were `given` to them, by row number, else by what the store holds now; and in later saves by the
    place where they stood.
    """
    fields = {c.key for c in table.columns if c.live is None and c.key in read.places}
    named: dict[str, RowRead] = {}
    nameless: dict[str, RowRead] = {}
    if table.identity is Identity.TEXT:
        named = {one.row_id: one.row for one in by_text(table, read.rows)}
    else:
        typed = [c for c in content_fields(table) if c.key in read.places]
        loose = []
        for row in read.rows:
            if row.row in given:
                nameless[given[row.row]] = row  # a copy, too, that shows the id of its original
            elif row.row_id and is_ours(row.row_id):
                named.setdefault(row.row_id, row)
            elif is_content(row, typed):
                loose.append(row)
        absent = [i for i in stored if i not in named and i not in nameless]
        found = reattach(table, loose, absent, stored, typed)
        nameless |= {found[id(row)]: row for row in loose if id(row) in found}
        named |= nameless
    rows = {row_id: _cells(row, fields) for row_id, row in named.items()}
    for row_id, row in nameless.items():
        rows[row_id][AT] = Decimal(row.row)
        if row.row_id and is_ours(row.row_id) and row.row_id not in named:
            rows[row_id][SHOWN] = row.row_id
    order = sorted(named, key=lambda row_id: named[row_id].row)
    return Content(rows, tuple(order))


def as_joined(content: Content, joined: Mapping[str, str]) -> Content:
    """A content whose nameless rows go by the ids of those that they were made one with since.

    «Вписан другой» answered with «Тот же»: the id that the content shows is the row's own again.
    """
    pairs = {
        new: old
        for new, old in joined.items()
        if AT in content.rows.get(new, {}) and old not in content.rows
    }
    if not pairs:
        return content
    rows = {pairs.get(i, i): row for i, row in content.rows.items()}
    for old in pairs.values():
        if rows[old].get(SHOWN) == old:
            rows[old] = {k: v for k, v in rows[old].items() if k not in MARKS}
    return Content(rows, tuple(pairs.get(i, i) for i in content.order))


def _cells(row: RowRead, fields: set[str]) -> dict[str, Value]:
    return {
        key: cell.value
        for key, cell in row.cells.items()
        if key in fields and not isinstance(cell.value, Fault) and cell.value != ""
    }


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a save is from a content: cells and rows that differ, rows in all.

    `own` are rows that both show alike, and without the id that they go by.
    """

    cells: int = 0
    rows: int = 0
    total: int = 0
    own: int = 0

    def __add__(self, other: Distance) -> Distance:
        return Distance(
            self.cells + other.cells,
            self.rows + other.rows,
            self.total + other.total,
            self.own + other.own,
        )


def distance(table: Table, read: TableRead, content: Content) -> Distance:
    """What a person would have done to one table if the save descended from the content.

    A row that was typed anew counts with its cells, but not as a row that differs.
    """
    fields = [c for c in content_fields(table) if c.key in read.places]
    typed = own = 0
    if table.identity is Identity.TEXT:
        named = {one.row_id: one.row for one in by_text(table, read.rows)}
    else:
        named, loose = _parted(read, content.rows, fields)
        over = [row for row_id, row in named.items() if row.row_id != row_id]
        mine = [row for row in content.rows.values() if AT in row]
        own = _equal(fields, [*(row for row, _ in loose), *over], mine)
        found = _found(table, loose, named, content.rows, fields)
        named |= {found[id(row)]: row for row, _ in loose if id(row) in found}
        typed = sum(_differing(fields, row, {}) for row, _ in loose if id(row) not in found)
    per_row = [_differing(fields, row, content.rows.get(i, {})) for i, row in named.items()]
    per_row += [_filled(fields, row) for i, row in content.rows.items() if i not in named]
    return Distance(sum(per_row) + typed, sum(n > 0 for n in per_row), len(content.rows), own)


def with_nameless(
    table: Table, base: Content, others: Sequence[Content], read: TableRead
) -> Content:
    """A base with the loose rows of the save that stand in other contents without an id, too."""
    if table.identity is Identity.TEXT:
        return base
    fields = [c for c in content_fields(table) if c.key in read.places]
    named, loose = _parted(read, base.rows, fields)
    known = _found(table, loose, named, base.rows, fields)
    left = [(row, copied) for row, copied in loose if id(row) not in known]
    rows = dict(base.rows)
    for other in others if left else ():
        there = {i: row for i, row in other.rows.items() if AT in row and i not in rows}
        found = _found(table, left, named, there, fields)
        rows |= {row_id: there[row_id] for row_id in found.values()}
        left = [(row, copied) for row, copied in left if id(row) not in found]
    return Content(rows, (*base.order, *(i for i in rows if i not in base.rows)))


def standing(table: Table, rows: Mapping[str, Row], read: TableRead) -> set[str]:
    """The ids of the rows that a save shows, of those among `rows`, too, that it shows nameless."""
    fields = [c for c in content_fields(table) if c.key in read.places]
    named, loose = _parted(read, rows, fields)
    nameless = {i: row for i, row in rows.items() if AT in row}
    if not nameless:
        return {*named}
    return named.keys() | {*_found(table, loose, named, nameless, fields).values()}


def _parted(
    read: TableRead, rows: Mapping[str, Row], fields: Sequence[Column]
) -> tuple[dict[str, RowRead], Loose]:
    """The rows of a save by the ids that they go by among `rows` (R9), and those without one.

    Of several with one id the most alike has it (R2); the others are copies.
    """
    over = {row[SHOWN]: row_id for row_id, row in rows.items() if SHOWN in row}
    groups: dict[str, list[RowRead]] = defaultdict(list)
    loose: Loose = []
    for row in read.rows:
        if row.row_id:
            groups[over.get(row.row_id, row.row_id)].append(row)
        elif is_content(row, fields):
            loose.append((row, None))
    named = {i: _most_alike(same, rows.get(i, {}), fields) for i, same in groups.items()}
    for row_id, same in groups.items():
        loose += [(row, row_id) for row in same if row is not named[row_id]]
    return named, loose


def _most_alike(same: Sequence[RowRead], before: Row, fields: Sequence[Column]) -> RowRead:
    if len(same) == 1:
        return same[0]
    return min(same, key=lambda row: _differing(fields, row, before))


def _found(
    table: Table,
    loose: Loose,
    named: Collection[str],
    rows: Mapping[str, Row],
    fields: Sequence[Column],
) -> dict[int, str]:
    """The ids of loose rows among those that the save does not name, by the row objects."""
    absent = [row_id for row_id in rows if row_id not in named]
    return found_again(table, loose, absent, rows, fields)


def _equal(fields: Sequence[Column], loose: Sequence[RowRead], nameless: Sequence[Row]) -> int:
    """How many of the loose rows hold just what a nameless one held."""
    if not nameless or not loose:
        return 0
    held = Counter(tuple(canon(c.kind, row.get(c.key)) for c in fields) for row in nameless)
    shown = Counter(tuple(canon(c.kind, row.value(c.key)) for c in fields) for row in loose)
    return (held & shown).total()


def _differing(fields: Sequence[Column], row: RowRead, before: Row) -> int:
    return sum(moved(c, before.get(c.key), row.value(c.key)) for c in fields)


def _filled(fields: Sequence[Column], row: Row) -> int:
    return sum(row.get(c.key) is not None for c in fields)


Ranked = Sequence[tuple[Kept, Distance]]
"""Contents newest first, each with how far the save is from it."""


def nearest(ranked: Ranked, *, newest: bool = True) -> Kept | None:
    """The content with the fewest differing cells; on a tie the newest, or the oldest.

    Before that, the one with most of the rows that only a program which saved it can show.
    """
    sign = -1 if newest else 1
    order = sorted(ranked, key=lambda p: (-p[1].own, p[1].cells, sign * p[0].number))
    return order[0][0] if order else None


def sure(ranked: Ranked, alike: Sequence[frozenset[int]]) -> Kept | None:
    """The content a file without a stamp descends from; None when it is not certain.

    It must be nearer than any other and within the brake. `alike` groups the numbers of contents
    that hold the same: those do not compete.
    """
    best = nearest(ranked)
    if best is None:
        return None
    if not _within(ranked, best):  # whatever rows of its own it shows
        best = nearest([(kept, replace(d, own=0)) for kept, d in ranked])
        assert best is not None  # noqa: S101  # as before
    near = next(d for kept, d in ranked if kept is best)
    same = next((group for group in alike if best.number in group), frozenset({best.number}))
    rivals = [k for k, d in ranked if d.cells == near.cells and k.number not in same]
    return best if not rivals and _within(ranked, best) else None


def _within(ranked: Ranked, one: Kept) -> bool:
    """Whether the brake would let a save through that descends from the content."""
    return any(kept is one and d.rows <= limit_of(d.total) for kept, d in ranked)


def alike(
    contents: Sequence[tuple[Kept, Mapping[str, Content]]], tables: Mapping[str, Table]
) -> list[frozenset[int]]:
    """Contents that hold the same typed cells, as groups of their numbers."""
    typed = {key: {c.key for c in content_fields(table)} for key, table in tables.items()}
    groups: list[tuple[object, set[int]]] = []
    for kept, content in contents:
        cells = {key: _typed(one, typed[key]) for key, one in content.items()}
        for known, numbers in groups:
            if known == cells:
                numbers.add(kept.number)
                break
        else:
            groups.append((cells, {kept.number}))
    return [frozenset(numbers) for _, numbers in groups]


def _typed(content: Content, fields: set[str]) -> dict[str, dict[str, Value]]:
    rows = content.rows.items()
    return {row_id: {k: v for k, v in row.items() if k in fields} for row_id, row in rows}


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell of the last save: what it was before and what that save made it."""

    table: str
    row_id: str
    field: str
    before: Value
    after: Value


def second_editor(last: Sequence[Moved], now: Mapping[str, Sequence[Edit]]) -> tuple[Moved, ...]:
    """Cells of the last save that another program took back without knowing of them.

    Every one of them is back and other cells moved; a person who undoes moves nothing else.
    """
    edits = {(table, e.row_id, e.field): e.after for table, es in now.items() for e in es}
    back = [m for m in last if _is_back(m, edits)]
    others = len(edits) > len(back)
    return tuple(back) if len(last) == len(back) >= SECOND_EDITOR and others else ()


def _is_back(cell: Moved, edits: Mapping[tuple[str, str, str], Value]) -> bool:
    key = (cell.table, cell.row_id, cell.field)
    return key in edits and edits[key] == cell.before
