"""What was found out about the rows of a table when they were merged last, for the next save.

A row that nobody touched is read as the very same object, and its base row is one, too: nothing
about it needs a second look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from model.problems import Problem
from model.snapshot import RowRead
from sync.merge.result import TableMerge
from sync.merge.sides import Resolved, Row
from sync.remembered import Kept, Once


class Standing(Enum):
    """What a row of a sheet is to us."""

    RECORD = "record"
    FOREIGN = "foreign"
    """A total, a note or a heading among the records."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a row is, and what is wrong in it whatever was merged."""

    standing: Standing
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class KnownTable:
    """One table of one book."""

    looked: Kept[int, RowRead, Looked] = field(default_factory=Kept)
    """By row of the sheet."""
    by_number: Once[Mapping[int, RowRead]] = field(default_factory=Once)
    around: object = None
    """The fields that were compared with the base."""
    quiet: dict[str, tuple[Resolved, Row]] = field(default_factory=dict)
    """Rows that equal their base rows, by id, and the base rows."""
    still: tuple[tuple[object, ...], TableMerge] | None = None
    """A merge that found nothing moved, and all that it was made of."""
