"""What a merge of one table of one workbook says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from model.problems import Problem
from model.values import Value


class ClashKind(Enum):
    """Why two values compete for one cell or row."""

    TWO_PEOPLE = "two_people"
    FACT = "fact"
    TYPED_OVER = "typed_over"
    EDIT_AND_DELETION = "edit_and_deletion"
    FACT_AND_DELETION = "fact_and_deletion"


@dataclass(frozen=True, slots=True)
class Edit:
    """A person moved one cell: the value goes into the store."""

    row_id: str
    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row typed, pasted or copied by a person; it got a fresh id."""

    row_id: str
    values: Mapping[str, Value]
    copied_from: str | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides moved one cell; `live` stands, `other` is kept for the person to choose."""

    kind: ClashKind
    row_id: str
    field: str
    base: Value
    live: Value
    other: Value


@dataclass(frozen=True, slots=True)
class Hold:
    """The brake: nothing of this workbook is merged until a person answers."""

    table: str
    deleted: int = 0
    changed: int = 0
    cleared: int = 0
    total: int = 0
    apart: tuple[str, ...] = ()
    """Columns that were sorted away from the rest (R10)."""


@dataclass(frozen=True, slots=True)
class TableMerge:
    """The outcome for one table. `rows` gives the id of every content row, in the order read."""

    table: str
    rows: tuple[tuple[int, str], ...]
    edits: tuple[Edit, ...] = ()
    new: tuple[NewRow, ...] = ()
    deleted: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()
    seen: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """The next base: what the person's file holds now, by row id."""
    problems: tuple[Problem, ...] = ()
    hold: Hold | None = None
