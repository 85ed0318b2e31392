"""Fields that make sense together: when both sides moved some of them, the mix is worth a note."""

from __future__ import annotations

from collections.abc import Iterator

from model.records import Source
from sync.merge.result import Mixed
from sync.merge.sides import Row, Sides, moved


def mixed(sides: Sides, row_id: str, base: Row, work: Row, store: Row) -> Iterator[Mixed]:
    """A note for each group of which the person and another side moved different fields."""
    for group in sides.table.groups:
        columns = [sides.table.column(key) for key in group if key in work]
        here = {c.key for c in columns if moved(c, base.get(c.key), work[c.key])}
        there = {
            c.key
            for c in columns
            if moved(c, base.get(c.key), store.get(c.key)) and not _computed(sides, row_id, c.key)
        }
        if here - there and there - here:
            yield Mixed(row_id, tuple(c.key for c in columns if c.key in here | there))


def _computed(sides: Sides, row_id: str, field: str) -> bool:
    author = sides.author(row_id, field)
    return author is not None and author.source is Source.RULE
