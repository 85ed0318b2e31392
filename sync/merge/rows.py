"""Which row of the workbook is which row of the base (MERGE_SPEC section 4, R1-R4, R10a).

Rows are known by their id; content decides only where ids are doubled, blank or foreign.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from model.blueprint import NUMBER_FIELD, Column, Identity, Owner, Table
from model.canon import canon
from model.row_ids import text_id
from model.snapshot import RowRead
from model.values import Fault, Value
from sync.merge.known import KnownTable
from sync.merge.sides import SHOWN, Resolved, Row, Sides, content_fields
from sync.merge.sorts import EVIDENCE, follow_content
from sync.merge.unwritten import unwritten

Loose = list[tuple[RowRead, str | None]]
"""Rows that no id claims, copies with the id of their original."""


def resolve(
    sides: Sides, rows: Sequence[RowRead], visible: Sequence[Column], known: KnownTable
) -> tuple[Resolved, ...]:
    """Every content row with its id, in the order read.

    `visible` are the content columns that the sheet has and shows.
    """
    if sides.table.identity is Identity.TEXT:
        return by_text(sides.table, rows)
    claims, loose = _by_id(sides, rows)
    quiet = _quiet(sides, claims, known)
    strangers = [row for row, copied in loose if copied is None]
    touched = [row_id for row_id, row in claims.items() if id(row) not in quiet]
    claims = follow_content(claims, touched, strangers, sides.base, visible)
    loose = _unclaimed(rows, claims, loose)
    absent = [row_id for row_id in sides.base if row_id not in claims]
    found = found_again(sides.table, loose, absent, sides.base, _read(sides))
    resolved = {
        id(row): still
        if (still := quiet.get(id(row))) is not None and still.row_id == row_id
        else Resolved(row, row_id, quiet=still is not None)
        for row_id, row in claims.items()
    }
    for row, copied in loose:
        if id(row) in found:
            resolved[id(row)] = Resolved(row, found[id(row)])
        else:
            resolved[id(row)] = Resolved(row, sides.new_id(), fresh=True, copied_from=copied)
    return tuple(resolved[id(row)] for row in rows)


def by_text(table: Table, rows: Sequence[RowRead]) -> tuple[Resolved, ...]:
    """Rows known by their text; a text that stands twice counts by order."""
    seen: Counter[str] = Counter()
    out = []
    for row in rows:
        key = text_id(table.key_of(_said(row)))
        seen[key] += 1
        out.append(Resolved(row, key if seen[key] == 1 else f"{key}#{seen[key]}"))
    return tuple(out)


def _said(row: RowRead) -> Callable[[str], str]:
    return lambda field: _text(row.value(field))


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, Fault) else str(value)


def _quiet(sides: Sides, claims: Mapping[str, RowRead], known: KnownTable) -> dict[int, Resolved]:
    """The rows that equal their base rows, by the identity of the row object."""
    keys = _compared(sides)
    around = sides.table, keys
    old = known.quiet if known.around == around else {}
    known.around, known.quiet = around, {}
    for row_id, row in claims.items():
        before = sides.base.get(row_id)
        pair = old.get(row_id)
        if pair is None or pair[0].row is not row or pair[1] is not before:
            if before is None or not _is_quiet(before, row, keys):
                continue
            pair = Resolved(row, row_id, quiet=True), before
        known.quiet[row_id] = pair
    return {id(one.row): one for one, _ in known.quiet.values()}


def _is_quiet(before: Row, row: RowRead, keys: frozenset[str]) -> bool:
    """Whether every cell is the very one of the base and none is a person's formula: most rows."""
    if SHOWN in before:
        return False
    held = 0
    for key, cell in row.cells.items():
        if key in keys:
            if cell.formula is not None or cell.value != before.get(key):
                return False
            held += 1
    return len(before) == held or sum(key in keys for key in before) == held


def _compared(sides: Sides) -> frozenset[str]:
    return frozenset(
        c.key
        for c in sides.table.columns
        if c.key in sides.read.places and c.live is None and c.owner is not Owner.SYSTEM
    )


def _by_id(sides: Sides, rows: Sequence[RowRead]) -> tuple[dict[str, RowRead], Loose]:
    """R1, R2, R4: one claim per known id; copies, rows without an id and foreign ids are loose."""
    shown_for = {row[SHOWN]: row_id for row_id, row in sides.base.items() if SHOWN in row}
    plain = {row.row_id: row for row in rows if row.row_id}
    if len(plain) == len(rows) and not shown_for and plain.keys() <= sides.base.keys():
        return plain, []  # as on most days: each row with a known id of its own
    groups: dict[str, list[int]] = defaultdict(list)
    loose: Loose = []
    for place, row in enumerate(rows):
        if row.row_id and sides.is_known(row.row_id):
            groups[shown_for.get(row.row_id, row.row_id)].append(place)
        else:
            loose.append((row, None))
    claims: dict[str, RowRead] = {}
    order = sides.order or tuple(sides.base)
    for row_id, places in groups.items():
        best = places[0] if len(places) == 1 else keeper(sides, rows, places, row_id, order)
        claims[row_id] = rows[best]
        loose += [(rows[place], row_id) for place in places if place != best]
    return claims, loose


def keeper(
    sides: Sides, rows: Sequence[RowRead], places: Sequence[int], row_id: str, order: Sequence[str]
) -> int:
    """R2: place of the copy that keeps the id: most like base, then neighbours, then first."""
    before, fields = sides.base.get(row_id, {}), content_fields(sides.table)
    beside = _neighbours(order, row_id)

    def rank(place: int) -> tuple[int, int, int]:
        ids = [rows[n].row_id for n in (place - 1, place + 1) if 0 <= n < len(rows)]
        return likeness(rows[place], before, fields), sum(i in beside for i in ids), -place

    return max(places, key=rank)


def likeness(row: RowRead, before: Row, fields: Sequence[Column]) -> int:
    """How much a row looks like the base row: equal cells, strong fields twice."""
    return sum(
        (2 if column.strong else 1)
        for column in fields
        if canon(column.kind, row.value(column.key)) == canon(column.kind, before.get(column.key))
    )


def _neighbours(order: Sequence[str], row_id: str) -> set[str | None]:
    at = order.index(row_id) if row_id in order else -len(order)
    return {order[n] for n in (at - 1, at + 1) if 0 <= n < len(order)}


def _unclaimed(rows: Sequence[RowRead], claims: Mapping[str, RowRead], loose: Loose) -> Loose:
    """Rows that no id claims, copies with their original."""
    claimed = {id(row) for row in claims.values()}
    copies = {id(row): copied for row, copied in loose}
    return [(row, copies.get(id(row))) for row in rows if id(row) not in claimed]


def found_again(
    table: Table,
    loose: Loose,
    absent: Sequence[str],
    base: Mapping[str, Row],
    fields: Sequence[Column],
) -> dict[int, str]:
    """R3: loose rows that are known all the same, by the identity of the row object."""
    found = unwritten(table, [row for row, _ in loose], absent, base, fields)
    known = {*found.values()}
    absent = [row_id for row_id in absent if row_id not in known]
    nameless = [r for r, copied in loose if copied is None and id(r) not in found]
    return found | reattach(table, nameless, absent, base, fields)


def _read(sides: Sides) -> list[Column]:
    """The content columns that the sheet has; one that was taken away says nothing of a row."""
    return [c for c in content_fields(sides.table) if c.key in sides.read.places]


def reattach(
    table: Table,
    rows: Sequence[RowRead],
    absent: Sequence[str],
    base: Mapping[str, Row],
    fields: Sequence[Column],
) -> dict[int, str]:
    """R3, R4: a row without an id is a lost base row if one alone fits and no other claims it.

    `fields` are the content columns that were read. A row that equals an absent base row in every
    cell is that row: it was seen before while its book was open, and its id could not be written
    yet. Keys are the identities of the row objects.
    """
    if not rows or not absent:
        return {}
    found = _unchanged(fields, rows, absent, base)
    index = _Evidence(table, {i: base[i] for i in set(absent) - set(found.values())})
    wanted: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if id(row) not in found:
            fits = index.fits(row)
            if len(fits) == 1:
                wanted[fits[0]].append(id(row))
    return found | {claims[0]: row_id for row_id, claims in wanted.items() if len(claims) == 1}


def _unchanged(
    fields: Sequence[Column],
    rows: Sequence[RowRead],
    absent: Sequence[str],
    base: Mapping[str, Row],
) -> dict[int, str]:
    """Rows whose whole content an absent base row holds, in the order of both."""
    waiting: dict[tuple[Value, ...], list[str]] = defaultdict(list)
    for row_id in absent:
        waiting[tuple(canon(c.kind, base[row_id].get(c.key)) for c in fields)].append(row_id)
    found: dict[int, str] = {}
    for row in rows:
        same = waiting.get(tuple(canon(c.kind, row.value(c.key)) for c in fields))
        if same:
            found[id(row)] = same.pop(0)
    return found


class _Evidence:
    """Base rows by what tells them apart: the visible number, the strong and likeness fields."""

    def __init__(self, table: Table, base: Mapping[str, Row]) -> None:
        self.fields = [c for c in table.columns if c.strong or c.likeness]
        self.by_value: dict[tuple[str, Value], list[str]] = defaultdict(list)
        self.by_number: dict[Value, list[str]] = defaultdict(list)
        for row_id, row in base.items():
            self.by_number[row.get(NUMBER_FIELD)].append(row_id)
            for column in self.fields:
                self.by_value[column.key, canon(column.kind, row.get(column.key))].append(row_id)

    def fits(self, row: RowRead) -> list[str]:
        """Base rows that agree on the number, or on enough of the telling fields."""
        number = row.value(NUMBER_FIELD)
        found = set(self.by_number.get(number, ())) if number not in (None, "") else set()
        votes: Counter[str] = Counter()
        for column in self.fields:
            value = canon(column.kind, row.value(column.key))
            if value not in (None, ""):
                votes.update(self.by_value.get((column.key, value), ()))
        return sorted(found | {row_id for row_id, count in votes.items() if count >= EVIDENCE})
