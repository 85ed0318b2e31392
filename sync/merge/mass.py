"""Damage that a program or one wrong move does to a whole column, recognised by what it did.

Each kind explains the new values by the old ones: a factor of ten, another encoding, two columns
changed places, codes turned into numbers, one value over all rows. Typing never looks like that in
so many rows, so these are held before the counts of the brake are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from model.blueprint import Column, Kind
from model.canon import canon
from model.values import Fault, Value
from sync.merge.damage import is_damaged
from sync.merge.result import Mass, MassKind
from sync.merge.sides import Resolved, Sides, content_fields

MANY = 20
"""So many rows in one column are no typing: the rows that the brake allows in a small table."""
NEARLY_ALL = Decimal("0.9")
SEVERAL = 3
"""A column that held so many different values and holds one was written over."""
_NUMBERS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.PERCENT})
_POWERS = frozenset(Decimal(10) ** n for n in (-6, -4, -3, -2, -1, 1, 2, 3, 4, 6))
_ENCODINGS = ("utf-8", "cp1251", "latin-1", "cp866", "koi8-r", "cp1252")
Moves = Mapping[str, Sequence[tuple[int, Value, Value]]]
"""By field: place of the row, what was, what is, canonical and filled before."""


def mass_damage(sides: Sides, resolved: Sequence[Resolved]) -> Mass | None:
    """What happened to a whole column; None when nothing of the kind did."""
    columns = {c.key: c for c in content_fields(sides.table) if c.key in sides.read.places}
    moves = _moves(sides, resolved, columns)
    many = {key: found for key, found in moves.items() if len(found) > MANY}
    if not many:
        return None
    swapped = _swapped(many)
    if swapped is not None:
        return swapped
    tests: tuple[tuple[MassKind, Callable[[Column, Sequence[tuple[int, Value, Value]]], int]], ...]
    tests = (
        (MassKind.NUMBERS, _coded),
        (MassKind.SCALED, _scaled),
        (MassKind.GARBLED, _garbled),
    )
    for kind, test in tests:
        hurt = {key: n for key, m in many.items() if (n := test(columns[key], m)) > MANY}
        if hurt:
            return Mass(kind, tuple(hurt), max(hurt.values()))
    flat = {k: len(m) for k, m in many.items() if _is_flat(sides, resolved, columns[k], m)}
    return Mass(MassKind.FLAT, tuple(flat), max(flat.values())) if flat else None


def _moves(sides: Sides, resolved: Sequence[Resolved], columns: Mapping[str, Column]) -> Moves:
    found: dict[str, list[tuple[int, Value, Value]]] = {key: [] for key in columns}
    for place, one in enumerate(resolved):
        before = None if one.quiet else sides.base.get(one.row_id)
        if not before:
            continue
        for key, column in columns.items():
            was, now = before.get(key), one.row.value(key)
            if was is None or was == now or isinstance(now, Fault):
                continue
            pair = canon(column.kind, was), canon(column.kind, now)
            if pair[0] != pair[1]:
                found[key].append((place, was, now))
    return found


def _swapped(moves: Moves) -> Mass | None:
    """Two columns of which each holds what the other held, row by row."""
    keys = list(moves)
    for at, first in enumerate(keys):
        mine = {place: (was, now) for place, was, now in moves[first]}
        for second in keys[at + 1 :]:
            both = sum(
                _same(now, mine[place][0]) and _same(mine[place][1], was)
                for place, was, now in moves[second]
                if place in mine
            )
            if both > MANY:
                return Mass(MassKind.SWAPPED, (first, second), both)
    return None


def _same(a: Value, b: Value) -> bool:
    return a is not None and str(a).strip() == str(b).strip()


def _coded(column: Column, moves: Sequence[tuple[int, Value, Value]]) -> int:
    """Phones, INNs and codes that became numbers or days."""
    return sum(_became_a_number(column, was, now) for _, was, now in moves)


def _became_a_number(column: Column, was: Value, now: Value) -> bool:
    if is_damaged(column, was, now):
        return True
    zero = column.kind in {Kind.INN, Kind.KPP} and isinstance(was, str) and was.startswith("0")
    return zero and str(now).strip() == str(was).lstrip("0")


def _scaled(column: Column, moves: Sequence[tuple[int, Value, Value]]) -> int:
    """Rows of the most common factor that is a power of ten: a decimal comma was lost."""
    if column.kind not in _NUMBERS:
        return 0
    factors: Counter[Decimal] = Counter()
    for _, was, now in moves:
        old, new = canon(column.kind, was), canon(column.kind, now)
        if isinstance(old, Decimal) and isinstance(new, Decimal) and old:
            factors[new / old] += 1
    return max((n for factor, n in factors.items() if factor in _POWERS), default=0)


def _garbled(_: Column, moves: Sequence[tuple[int, Value, Value]]) -> int:
    """Texts read in another encoding than they were written in."""
    texts = [(a, b) for _, a, b in moves if isinstance(a, str) and isinstance(b, str)]
    return max(
        (
            sum(_recoded(a, source, target) == b for a, b in texts)
            for source in _ENCODINGS
            for target in _ENCODINGS
            if source != target
        ),
        default=0,
    )


def _recoded(text: str, source: str, target: str) -> str:
    return text.encode(source, "replace").decode(target, "replace")


def _is_flat(
    sides: Sides,
    resolved: Sequence[Resolved],
    column: Column,
    moves: Sequence[tuple[int, Value, Value]],
) -> bool:
    """Whether nearly the whole column says one thing, and said many before."""
    now = Counter(str(value) for _, _, value in moves if value not in (None, ""))
    if not now:
        return False
    one, count = now.most_common(1)[0]
    olds = {str(was) for _, was, _ in moves} | {one}
    stands = sum(
        sides.base[one_row.row_id].get(column.key) is not None
        for one_row in resolved
        if one_row.row_id in sides.base
    )
    already = sum(
        str(row.row.value(column.key)) == one for row in resolved if row.row_id in sides.base
    )
    return count > MANY and len(olds) > SEVERAL and already >= NEARLY_ALL * stands
