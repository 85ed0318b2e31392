"""Rows that are no longer on the sheet (MERGE_SPEC section 6, deletions)."""

from __future__ import annotations

from dataclasses import dataclass

from model.blueprint import Column, Owner
from model.records import Source
from sync.merge.result import Clash, ClashKind
from sync.merge.sides import Sides, content_fields, moved

_BY_HAND = frozenset({Source.PERSON, Source.ANSWER, Source.UNDO, Source.RESTORE})
"""Sources whose value is a person's word."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What becomes of a vanished row: buried or kept, and what to ask about it."""

    bury: bool
    clash: Clash | None = None


def leave(sides: Sides, row_id: str) -> Leaving:
    """A person's edit elsewhere wins against the deletion; a fact or a computation does not."""
    before, stored = sides.base[row_id], sides.store[row_id]
    touched = [
        c
        for c in content_fields(sides.table)
        if (c.key in before or c.key in sides.read.places)
        and moved(c, before.get(c.key), stored.get(c.key))
        and not _is_own_name(sides, row_id, c)
    ]
    by_person = [c for c in touched if _source(sides, row_id, c) in _BY_HAND]
    if by_person:
        return Leaving(bury=False, clash=_saved(sides, row_id, by_person[0]))
    by_fact = [c for c in touched if _source(sides, row_id, c) is Source.IMPORT]
    return Leaving(bury=True, clash=_fact(sides, row_id, by_fact[0]) if by_fact else None)


def _is_own_name(sides: Sides, row_id: str, column: Column) -> bool:
    """Whether a cell says whose row it is only because that one typed the row."""
    if column.key != sides.table.scope or sides.base[row_id].get(column.key) is not None:
        return False
    author = sides.author(row_id, column.key)
    return author is not None and author.who == sides.me


def _source(sides: Sides, row_id: str, column: Column) -> Source:
    """Who moved the store's side; the owner of the column tells where history does not."""
    author = sides.author(row_id, column.key)
    if author is not None:
        return author.source
    return Source.PERSON if column.owner is Owner.PERSON else Source.IMPORT


def _saved(sides: Sides, row_id: str, column: Column) -> Clash:
    """The edit of another person that keeps the row."""
    key = column.key
    was, now = sides.base[row_id].get(key), sides.store[row_id].get(key)
    by = sides.author(row_id, key)
    return Clash(ClashKind.EDIT_AND_DELETION, row_id, key, base=was, live=now, other=None, by=by)


def _fact(sides: Sides, row_id: str, column: Column) -> Clash:
    """The fact that came for a row that its person took away."""
    key = column.key
    was, now = sides.base[row_id].get(key), sides.store[row_id].get(key)
    by = sides.author(row_id, key)
    return Clash(ClashKind.FACT_AND_DELETION, row_id, key, base=was, live=None, other=now, by=by)
