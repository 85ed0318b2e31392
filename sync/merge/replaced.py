"""R9: another record typed or pasted over a row. The text stays, the row gets an id of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from model.blueprint import Column, Identity, Kind, RowMaker
from model.canon import canon
from model.keys import company_key
from model.snapshot import RowRead
from model.values import Fault, Value
from sync.merge.result import Replaced
from sync.merge.sides import Resolved, Row, Sides, content_fields

MANY_KEYS = 3
"""Tables without a name are told by this many strong keys that all changed."""


def split_replaced(
    sides: Sides, resolved: Sequence[Resolved]
) -> tuple[tuple[Resolved, ...], tuple[Replaced, ...]]:
    """The rows with fresh ids where another record stands, and what stood there before."""
    telling = _telling(sides)
    if not any(c.strong for c in telling) or sides.table.makes_rows is RowMaker.DAEMON:
        return tuple(resolved), ()
    out: list[Resolved] = []
    gone: list[Replaced] = []
    for one in resolved:
        before = None if one.quiet or one.fresh else sides.base.get(one.row_id)
        if before and one.row_id in sides.store and is_another(one.row, before, telling):
            fresh = sides.new_id()
            gone.append(Replaced(one.row_id, fresh, one.row.row))
            out.append(replace(one, row_id=fresh, fresh=True))
        else:
            out.append(one)
    return tuple(out), tuple(gone)


def _telling(sides: Sides) -> list[Column]:
    if sides.table.identity is Identity.TEXT:
        return []
    fields = content_fields(sides.table)
    return [c for c in fields if (c.strong or c.likeness) and c.key in sides.read.places]


def is_another(row: RowRead, before: Row, telling: Sequence[Column]) -> bool:
    """Whether every key and the name that the base row had are others now."""
    filled = [c for c in telling if before.get(c.key) is not None]
    strong = sum(c.strong for c in filled)
    if not strong or not (strong < len(filled) or strong >= MANY_KEYS):
        return False
    if all(row.value(c.key) in (None, "") for c in telling):
        return False
    return all(is_other(c, before[c.key], row.value(c.key)) for c in filled)


def is_other(column: Column, before: Value, after: Value) -> bool:
    """Whether a key means something else; a name in another spelling does not."""
    if isinstance(after, Fault):
        return False
    if column.kind in {Kind.NAME, Kind.REF} and isinstance(before, str) and isinstance(after, str):
        return company_key(before).core != company_key(after).core
    return canon(column.kind, before) != canon(column.kind, after)
