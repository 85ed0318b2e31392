"""What a merge of one table of one workbook says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from model.values import Value
from sync.merge.sides import Author


class ClashKind(Enum):
    """Why two values compete for one cell or row."""

    TWO_PEOPLE = "two_people"
    CAME_SECOND = "came_second"
    """Another person's edit was merged first and stays live; `other` is what this save holds."""
    FACT = "fact"
    TYPED_OVER = "typed_over"
    EDIT_AND_DELETION = "edit_and_deletion"
    FACT_AND_DELETION = "fact_and_deletion"
    DAMAGED = "damaged"
    """A program turned a code into a number or a day; `other` is what it was."""


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
    came_as: str | None = None
    """The id that stood beside it and is not of this table; for history only."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A base row that lost its place to another record; `row` is where, as the person sees it."""

    old: str
    new: str
    row: int


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides moved one cell; `live` stands, `other` is kept for the person to choose."""

    kind: ClashKind
    row_id: str
    field: str
    base: Value
    live: Value
    other: Value
    by: Author | None = None
    """Who moved the store's side."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Fields of one group of which each side moved some: the mix may make no sense."""

    row_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that the person may not do: it is put back, kept in history and told."""

    row_id: str
    field: str
    """The cell; `ROW_MARK` for a whole row."""
    stands: Value
    """What stands there again."""
    tried: Value
    """What was typed; None for a row that was taken away."""
    row: Mapping[str, Value] | None = None
    """The cells of a row that was added."""


class MassKind(Enum):
    """What was done to a whole column."""

    SWAPPED = "swapped"
    NUMBERS = "numbers"
    """Codes became numbers or days."""
    SCALED = "scaled"
    """Every number is ten, a hundred, a thousand times what it was, or so many times less."""
    GARBLED = "garbled"
    FLAT = "flat"
    """One value stands where many stood."""


@dataclass(frozen=True, slots=True)
class Mass:
    """Damage to whole columns; `rows` of the column that it hit most."""

    kind: MassKind
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Hold:
    """The brake: nothing of this workbook is merged until a person answers. Counts are of rows."""

    table: str
    deleted: int = 0
    changed: int = 0
    """Rows of which a key became another, or that another record stands over."""
    cleared: int = 0
    total: int = 0
    copied: int = 0
    spoilt: int = 0
    """Rows of which a number or a day became a text that says neither."""
    apart: tuple[str, ...] = ()
    """Columns that were sorted away from the rest (R10)."""
    mass: Mass | None = None
    keys: tuple[str, ...] = ()
    """Columns whose keys became others, those of most rows first."""


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
    replaced: tuple[Replaced, ...] = ()
    """Rows whose place another record took (R9); those that are not kept are in `deleted`."""
    mixed: tuple[Mixed, ...] = ()
    strange: Mapping[str, str] = field(default_factory=dict)
    """Known rows that came with an id that is not theirs (R4), for history."""
    seen: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """The next base: what the person's file holds now, by row id."""
    waiting: bool = False
    """Whether the id of a row is still to be written beside it."""
    hold: Hold | None = None
    outside: tuple[Outside, ...] = ()
    """What was left out of all of the above, since the person may not do it."""

    @property
    def is_still(self) -> bool:
        """Whether nobody moved, added or took away anything."""
        moved = self.edits or self.new or self.deleted or self.revived or self.replaced
        asked = self.clashes or self.mixed or self.strange or self.hold
        return not moved and not asked
