"""Sorts of a part of the columns: rows that went past their ids, cells that stayed behind.

A sort of the whole table, and of all visible columns from the number on, takes the hidden ids
along. A sort of the columns to the right of it does not: then the ids follow the content (R10a).
Either way the hidden columns to the right stay where they were; nobody sees them, so nobody meant
it, and their cells count as they stood with their rows. Visible columns that were sorted away from
the rest are held (R10): whose value is whose, only a person can say.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from model.blueprint import Column, Kind
from model.canon import canon
from model.snapshot import CellRead, RowRead
from model.values import Fault, Value
from sync.merge.sides import Resolved, Row

Content = tuple[Value, ...]

EVIDENCE = 2
"""Fields that must agree before a row without an id is taken for a known one."""
MANY = 5
"""So many rows or cells that moved together are a sort, not a coincidence (R10)."""
FARTHEST = 3
"""Deleting or inserting so many cells in one column is looked for."""
_TELLING = frozenset({Kind.NAME, Kind.INN, Kind.KPP, Kind.PHONE, Kind.EMAIL, Kind.REF, Kind.CODE})
"""Kinds whose values belong to one row: a column of them is known as sorted despite a few edits."""


def _content(value: Callable[[str], Value], fields: Sequence[Column]) -> Content:
    return tuple(canon(column.kind, value(column.key)) for column in fields)


def follow_content(
    claims: Mapping[str, RowRead],
    touched: Sequence[str],
    strangers: Sequence[RowRead],
    base: Mapping[str, Row],
    fields: Sequence[Column],
) -> dict[str, RowRead]:
    """R10a: where all visible cells moved together past standing ids, the ids follow.

    `touched` are the claims whose cells are not the very ones of the base. `strangers` are rows
    without an id of ours; a sort may have left known content on them. Rows that found no home are
    no longer claimed.
    """
    now = {i: _content(claims[i].value, fields) for i in touched if i in base}
    moved = [i for i in now if now[i] != _content(base[i].get, fields)]
    if len(moved) < EVIDENCE:
        return dict(claims)
    free = [*moved, *(i for i in base if i not in claims)]
    was = {i: _content(base[i].get, fields) for i in free}
    seats = [(now[i], claims[i]) for i in moved]
    found, left = _matched(seats, {i: was[i] for i in free})
    if len(found) < EVIDENCE or len(found) < len(left):
        return dict(claims)
    if len(found) >= MANY:
        seats = [(_content(row.value, fields), row) for row in strangers]
        more, _ = _matched(seats, {i: was[i] for i in free if i not in found})
        found |= more
    sure = len(found)
    left = _alike(left, found, {i: was[i] for i in free if i not in found})
    if left and (sure < MANY or sure < 3 * len(left)):
        return dict(claims)
    rest = {id(row) for _, row in left}
    kept = {i: row for i, row in claims.items() if i not in moved}
    own = {i: claims[i] for i in moved if id(claims[i]) in rest and i not in found}
    return kept | own | found


def _matched(
    seats: Iterable[tuple[Content, RowRead]], homes: Mapping[str, Content]
) -> tuple[dict[str, RowRead], list[tuple[Content, RowRead]]]:
    """Rows by the home whose content they hold exactly, and the rows without one."""
    vacant: dict[Content, list[str]] = defaultdict(list)
    for home, content in homes.items():
        vacant[content].append(home)
    found: dict[str, RowRead] = {}
    left = []
    for content, row in seats:
        if vacant.get(content):
            found[vacant[content].pop(0)] = row
        else:
            left.append((content, row))
    return found, left


def _alike(
    left: list[tuple[Content, RowRead]], found: dict[str, RowRead], homes: dict[str, Content]
) -> list[tuple[Content, RowRead]]:
    """Rows that were moved and edited in one save go to the free home they resemble most."""
    homeless = []
    for content, row in left:
        score = {
            home: sum(a == b is not None for a, b in zip(content, known, strict=True))
            for home, known in homes.items()
        }
        best = max(sorted(score), key=lambda home: score[home], default="")
        if score.get(best, 0) >= EVIDENCE:
            found[best] = row
            del homes[best]
        else:
            homeless.append((content, row))
    return homeless


def put_back(
    resolved: Sequence[Resolved],
    base: Mapping[str, Row],
    order: Sequence[str],
    hidden: Sequence[Column],
) -> tuple[Resolved, ...]:
    """The rows with the hidden cells that a sort left behind as they stood with their rows.

    `order` holds the row ids as the book last showed them; without a new order nothing was sorted.
    """
    ranks = {row_id: rank for rank, row_id in enumerate(order)}
    shown = [ranks[one.row_id] for one in resolved if one.row_id in ranks]
    if all(a < b for a, b in itertools.pairwise(shown)):
        return tuple(resolved)
    stayed: dict[int, set[str]] = defaultdict(set)
    for column in hidden:
        for place in _left_behind(resolved, base, column):
            stayed[place].add(column.key)
    return tuple(
        _with_base(one, base.get(one.row_id, {}), stayed[place]) if place in stayed else one
        for place, one in enumerate(resolved)
    )


def _displaced(
    resolved: Sequence[Resolved], base: Mapping[str, Row], column: Column
) -> dict[int, tuple[Value, Value]]:
    """Rows whose cell is not what it was: by place, what was and what is."""
    found = {}
    for place, one in enumerate(resolved):
        if one.quiet:
            continue
        was, now = base.get(one.row_id, {}).get(column.key), one.row.value(column.key)
        if was == now or isinstance(now, Fault):
            continue
        pair = canon(column.kind, was), canon(column.kind, now)
        if pair[0] != pair[1]:
            found[place] = pair
    return found


def _left_behind(
    resolved: Sequence[Resolved], base: Mapping[str, Row], column: Column
) -> list[int]:
    """Places whose cell holds what another displaced row held; none when that explains too few."""
    displaced = _displaced(resolved, base, column)
    spare = Counter(was for was, _ in displaced.values())
    left = []
    for place, (_, now) in displaced.items():
        if spare[now] > 0:
            spare[now] -= 1
            left.append(place)
    return left if len(left) >= EVIDENCE and len(left) * 5 >= len(displaced) * 4 else []


def _with_base(one: Resolved, before: Row, keys: Iterable[str]) -> Resolved:
    cells = {key: cell for key, cell in one.row.cells.items() if key not in keys}
    cells |= {key: CellRead(before[key]) for key in keys if before.get(key) is not None}
    return replace(one, row=replace(one.row, cells=cells))


def sorted_apart(
    resolved: Sequence[Resolved], base: Mapping[str, Row], visible: Sequence[Column]
) -> tuple[str, ...]:
    """R10: columns that hold the values they held, but at other rows: sorted or shifted alone."""
    if sum(not one.quiet for one in resolved) < MANY:
        return ()
    known = [one for one in resolved if one.row_id in base]
    if sum(not one.quiet for one in known) < MANY:
        return ()
    apart = []
    for column in visible:
        displaced = _displaced(known, base, column)
        if len({now for _, now in displaced.values()}) >= MANY and (
            is_permuted(column, displaced) or _is_shifted(known, base, column, displaced)
        ):
            apart.append(column.key)
    return tuple(apart)


def is_permuted(column: Column, displaced: Mapping[int, tuple[Value, Value]]) -> bool:
    """Whether the cells that moved hold what the others of them held.

    Values that many rows share must fit to the last one, else a day of ordinary edits looks like a
    sort; names, phones and INNs tell a sort even when a few of them were edited too.
    """
    was = Counter(before for before, _ in displaced.values())
    now = Counter(after for _, after in displaced.values())
    if was == now:
        return True
    telling = column.kind in _TELLING and max(now.values()) <= EVIDENCE
    return telling and (was & now).total() >= max(MANY, 0.8 * len(displaced))


def _is_shifted(
    known: Sequence[Resolved],
    base: Mapping[str, Row],
    column: Column,
    displaced: Mapping[int, tuple[Value, Value]],
) -> bool:
    """Whether cells were deleted or inserted in one column and all below them went up or down."""
    if len(displaced) < 2 * MANY:
        return False
    was = [canon(column.kind, base[one.row_id].get(column.key)) for one in known]
    filled = max((place for place, value in enumerate(was) if value is not None), default=0)
    if max(displaced) < filled - FARTHEST:
        return False
    steps = (step for n in range(1, FARTHEST + 1) for step in (n, -n))
    return any(_explained(displaced, was, step) >= 0.9 * len(displaced) for step in steps)


def _explained(
    displaced: Mapping[int, tuple[Value, Value]], was: Sequence[Value], step: int
) -> int:
    return sum(
        now == was[place + step]
        for place, (_, now) in displaced.items()
        if 0 <= place + step < len(was)
    )


def sorted_alone(
    resolved: Sequence[Resolved],
    base: Mapping[str, Row],
    order: Sequence[str],
    apart: Sequence[Column],
) -> bool:
    """Whether the columns were sorted; else they stood still and the rest was sorted past them."""
    if len(order) != len(resolved):
        return True
    stood = sum(
        canon(c.kind, one.row.value(c.key)) == canon(c.kind, base.get(was, {}).get(c.key))
        for c in apart
        for one, was in zip(resolved, order, strict=True)
    )
    return stood < 0.9 * len(apart) * len(order)
