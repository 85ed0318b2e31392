"""Rows whose id could not be written yet, found in later saves (R3).

A program that has the book open shows them without it: moved, typed on, copied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter

from model.blueprint import Column, Table
from model.canon import canon
from model.snapshot import RowRead
from model.values import Value
from sync.merge.sides import AT, Row

MANY = 50
"""A cell of so many rows tells none of them."""


def unwritten(
    table: Table,
    rows: Sequence[RowRead],
    absent: Sequence[str],
    base: Mapping[str, Row],
    fields: Sequence[Column],
) -> dict[int, str]:
    """Rows whose id could not be written yet.

    One that holds in its place all that it held is itself. Else rows may have moved, and another
    may stand there by now: a single row that holds all is sought first, then what stands there, and
    last the row that holds most of it. What stands there gives way to who held more of it.
    """
    waiting = {row_id: base[row_id] for row_id in absent if AT in base[row_id]}
    telling = [c for c in fields if c.key != table.scope]  # all may have one owner
    found: dict[int, str] = {}
    for pick in (_whole_there, _whole_elsewhere, _mostly_there, _mostly_elsewhere):
        if not waiting:
            break
        left = [row for row in rows if id(row) not in found]
        wanted: dict[int, list[str]] = defaultdict(list)
        for row_id, row in pick(left, waiting, telling):
            wanted[id(row)].append(row_id)
        found |= {row: claims[0] for row, claims in wanted.items() if len(claims) == 1}
        known = {*found.values()}
        waiting = {row_id: row for row_id, row in waiting.items() if row_id not in known}
    return found


Picked = Iterator[tuple[str, RowRead]]
"""Ids with the rows that they claim."""


def _whole_there(
    rows: Sequence[RowRead], waiting: Mapping[str, Row], fields: Sequence[Column]
) -> Picked:
    """The row in the old place, if it holds all it held."""
    for row_id, row in _there(rows, waiting, fields):
        if _is_whole(row, waiting[row_id], fields):
            yield row_id, row


def _whole_elsewhere(
    rows: Sequence[RowRead], waiting: Mapping[str, Row], fields: Sequence[Column]
) -> Picked:
    """The one row that holds all it held."""
    index = _by_cell(rows, fields)
    for row_id, before in waiting.items():
        rarest = min(_alike(index, before, fields), key=len, default=())
        whole = [row for row in rarest if _is_whole(row, before, fields)]
        if len(whole) == 1:
            yield row_id, whole[0]


def _there(rows: Sequence[RowRead], waiting: Mapping[str, Row], fields: Sequence[Column]) -> Picked:
    """What stands in the old place, if it holds anything of it."""
    places = {Decimal(row.row): row for row in rows}
    for row_id, before in waiting.items():
        at = before[AT]
        row = places.get(at) if isinstance(at, Decimal) else None
        if row is not None and _shared(row, before, fields):
            yield row_id, row


def _mostly_there(
    rows: Sequence[RowRead], waiting: Mapping[str, Row], fields: Sequence[Column]
) -> Picked:
    """What stands in the old place, unless another one held more of it."""
    held: dict[tuple[str, Value], list[str]] = defaultdict(list)
    for row_id, before in waiting.items():
        for column in fields:
            if (value := before.get(column.key)) is not None:
                held[column.key, canon(column.kind, value)].append(row_id)
    for row_id, row in _there(rows, waiting, fields):
        mine = _shared(row, waiting[row_id], fields)
        alike = (held.get((c.key, canon(c.kind, row.value(c.key))), ()) for c in fields)
        rivals = {other for some in alike if len(some) < MANY for other in some}
        if all(_shared(row, waiting[other], fields) <= mine for other in rivals):
            yield row_id, row


def _mostly_elsewhere(
    rows: Sequence[RowRead], waiting: Mapping[str, Row], fields: Sequence[Column]
) -> Picked:
    """The row that holds most of its cells, among those with a strong key or half of them.

    What shares most goes together first; of equals the nearest to the old place, as when a row and
    its copy were both typed on: a row for none of them would stand twice.
    """
    index, strong = _by_cell(rows, fields), [column for column in fields if column.strong]
    pairs: list[tuple[int, Decimal, int, str, RowRead]] = []
    for row_id, before in waiting.items():
        held = sum(before.get(column.key) is not None for column in fields)
        near = {
            id(r): r for some in _alike(index, before, fields) if len(some) < MANY for r in some
        }
        for row in near.values():
            shared = _shared(row, before, fields)
            if 2 * shared >= held or _shared(row, before, strong):
                pairs.append((-shared, _steps(before[AT], row), row.row, row_id, row))
    free, left = {id(row) for row in rows}, {*waiting}
    for _, _, _, row_id, row in sorted(pairs, key=itemgetter(0, 1, 2)):
        if row_id in left and id(row) in free:
            left.remove(row_id)
            free.remove(id(row))
            yield row_id, row


def _steps(place: Value, row: RowRead) -> Decimal:
    """How far a row is from an old place."""
    return abs(Decimal(row.row) - place) if isinstance(place, Decimal) else Decimal(0)


ByCell = Mapping[tuple[str, Value], Sequence[RowRead]]


def _by_cell(rows: Sequence[RowRead], fields: Sequence[Column]) -> ByCell:
    index: dict[tuple[str, Value], list[RowRead]] = defaultdict(list)
    for row in rows:
        for column in fields:
            value = canon(column.kind, row.value(column.key))
            if value is not None:
                index[column.key, value].append(row)
    return index


def _alike(index: ByCell, before: Row, fields: Sequence[Column]) -> Iterator[Sequence[RowRead]]:
    """For each cell that a row held, the rows that hold the same."""
    for column in fields:
        value = before.get(column.key)
        if value is not None:
            yield index.get((column.key, canon(column.kind, value)), ())


def _is_whole(row: RowRead, before: Row, fields: Sequence[Column]) -> bool:
    held = sum(before.get(column.key) is not None for column in fields)
    return _shared(row, before, fields) == held > 0


def _shared(row: RowRead, before: Row, fields: Sequence[Column]) -> int:
    """Number of filled cells of the base row that the row still holds."""
    return sum(
        before.get(column.key) is not None
        and canon(column.kind, row.value(column.key)) == canon(column.kind, before[column.key])
        for column in fields
    )
