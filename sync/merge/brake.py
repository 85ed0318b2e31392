"""The brake: damage to many rows in one save waits for a person's word (MERGE_SPEC section 2).

What ordinary days bring is no damage: keys filled in, a stage or a manager given to many rows, a
column gone, a name in another spelling, an error value. What counts is counted by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from model.blueprint import Column, Identity, Kind, RowMaker
from model.canon import canon
from model.values import Value
from sync.merge.mass import mass_damage
from sync.merge.replaced import is_other
from sync.merge.result import Hold, Replaced
from sync.merge.sides import Resolved, Sides, content_fields
from sync.merge.sorts import sorted_alone, sorted_apart

BRAKE_ROWS = 20
BRAKE_SHARE = 4
"""One save may not touch more than max(20 rows, a quarter of the table)."""
_READABLE = frozenset(
    {Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.PERCENT, Kind.DATE, Kind.MOMENT, Kind.TIME}
)

_Test = Callable[[Column, Value, Value], bool]


def limit_of(total: int) -> int:
    """Rows that one save may delete or change the keys of, in a table of so many rows."""
    return max(BRAKE_ROWS, total // BRAKE_SHARE)


def brake(
    sides: Sides,
    resolved: Sequence[Resolved],
    gone: Sequence[str],
    replaced: Sequence[Replaced],
    visible: Sequence[Column],
) -> Hold | None:
    """Set when a save deletes, re-keys, clears, doubles or spoils too many rows or mixes them."""
    if not sides.brake or sides.table.makes_rows is RowMaker.DAEMON:
        return None
    total = len(sides.base)
    loud = [one for one in resolved if not one.quiet]
    mixed = _mixed(sides, resolved, visible)
    if mixed:
        return Hold(sides.table.key, total=total, apart=mixed)
    mass = mass_damage(sides, resolved)
    if mass is not None:
        return Hold(sides.table.key, total=total, mass=mass)
    found = Hold(
        sides.table.key,
        deleted=len(gone) - len(replaced),
        changed=len(replaced) + _count(sides, loud, is_rekeyed),
        cleared=_count(sides, loud, is_cleared),
        copied=sum(one.copied_from is not None for one in loud),
        spoilt=_count(sides, loud, is_spoilt),
        total=total,
    )
    if not is_too_much(found, limit_of(total)):
        return None
    return replace(found, keys=_rekeyed(sides, resolved)) if found.changed else found


def _rekeyed(sides: Sides, resolved: Sequence[Resolved]) -> tuple[str, ...]:
    """The columns whose keys became others, those of most rows first."""
    count: Counter[str] = Counter()
    for one in resolved:
        before = None if one.quiet else sides.base.get(one.row_id)
        for column in content_fields(sides.table) if before else ():
            was = before.get(column.key) if before else None
            if was is not None and is_rekeyed(column, was, one.row.value(column.key)):
                count[column.key] += 1
    return tuple(key for key, _ in count.most_common())


def is_too_much(seen: Hold, limit: int) -> bool:
    """Whether a save goes past what the brake allows."""
    return max(seen.deleted + seen.changed, seen.cleared, seen.copied, seen.spoilt) > limit


def _mixed(
    sides: Sides, resolved: Sequence[Resolved], visible: Sequence[Column]
) -> tuple[str, ...]:
    """R10: the columns that were sorted alone."""
    if sides.table.identity is Identity.TEXT:
        return ()
    apart = sorted_apart(resolved, sides.base, visible)
    if not apart:
        return ()
    columns = [c for c in visible if c.key in apart]
    if sorted_alone(resolved, sides.base, sides.order, columns):
        return apart
    return tuple(c.key for c in visible if c.key not in apart) or apart


def _count(sides: Sides, loud: Sequence[Resolved], test: _Test) -> int:
    """Rows in which a cell that held something passes a test of what it was and what it is."""
    fields = [c for c in content_fields(sides.table) if c.key in sides.read.places]
    count = 0
    for one in loud:
        before = sides.base.get(one.row_id)
        if before:
            count += any(
                before.get(c.key) is not None and test(c, before[c.key], one.row.value(c.key))
                for c in fields
            )
    return count


def is_rekeyed(column: Column, before: Value, after: Value) -> bool:
    """Whether a key, or the name of a row, means something else now."""
    named = column.likeness and column.kind is Kind.NAME
    return (column.strong or named) and before != after and is_other(column, before, after)


def is_cleared(_: Column, __: Value, after: Value) -> bool:
    """Whether a cell that held something is empty."""
    return after in (None, "")


def is_spoilt(column: Column, before: Value, after: Value) -> bool:
    """Whether a number or a day became a text that says neither."""
    if column.kind not in _READABLE or not isinstance(after, str):
        return False
    was, now = canon(column.kind, before), canon(column.kind, after)
    return isinstance(now, str) and not isinstance(was, str)
