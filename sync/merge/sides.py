"""What is merged: the workbook as read, the base both sides knew, the store as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from model.blueprint import Column, Owner, Table
from model.canon import canon
from model.records import Source
from model.snapshot import RowRead, TableRead
from model.values import Fault, Value

Row = Mapping[str, Value]

TYPED = frozenset({Owner.PERSON, Owner.IMPORT})
AT = "~at"
"""Mark in the base of a row whose id is not on the sheet yet: the row it stood in. A book that is
open, or a write that failed, leaves such rows, and the next save shows them without their id."""
SHOWN = "~shown"
"""Beside `AT`: the id of another row that the sheet still shows there (R9)."""
MARKS = (AT, SHOWN)
COVERED = Fault("merged")
"""What is read from a cell under a merged range: unknown, and nothing to remark."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who moved a cell of the store last."""

    who: str
    source: Source
    at: datetime | None = None


def nobody(_row_id: str, _field: str) -> Author | None:
    """No cell of the store has an author that is known."""
    return None


@dataclass(frozen=True, slots=True)
class Sides:
    """One table of one save.

    `store` holds live rows, `dead` the tombstones; both carry person's and fact's fields only.
    `base` may hold computed fields too: what the daemon last wrote there, for «вписано в серое».
    """

    table: Table
    read: TableRead
    base: Mapping[str, Row]
    store: Mapping[str, Row]
    dead: Mapping[str, Row]
    known: Callable[[str], bool]
    new_id: Callable[[], str]
    brake: bool = True
    order: Sequence[str] = ()
    """Row ids as the book last showed them."""
    me: str = ""
    """Whose save it is."""
    author: Callable[[str, str], Author | None] = nobody
    """Who moved a cell (row id, field) of the store since the base."""

    def is_known(self, row_id: str) -> bool:
        """Whether a row id on the sheet is one of ours (R4)."""
        return (
            row_id in self.base or row_id in self.store or row_id in self.dead or self.known(row_id)
        )


def content_fields(table: Table) -> tuple[Column, ...]:
    """Columns that make a row a row: what people type and facts bring."""
    return table.typed


def is_content(row: RowRead, fields: Sequence[Column]) -> bool:
    """Whether any person's or fact's cell of the row holds something."""
    return any(row.value(column.key) not in (None, "") for column in fields)


def moved(column: Column, before: Value, after: Value) -> bool:
    """Whether a cell is no longer what it was; an unknown value has not moved."""
    if before == after or isinstance(after, Fault):
        return False
    return canon(column.kind, before) != canon(column.kind, after)


@dataclass(frozen=True, slots=True)
class Resolved:
    """One content row with its identity."""

    row: RowRead
    row_id: str
    fresh: bool = False
    copied_from: str | None = None
    quiet: bool = False
    """Every cell is the very one of the base: nothing in it needs a look."""
