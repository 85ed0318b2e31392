"""What one read of a workbook gave: values and places, nothing derived.

Values are typed by the field they stand in (a number in a date column is a date already). The
`token` is the SHA-256 of the bytes read; a write plan carries it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.values import Value


@dataclass(frozen=True, slots=True)
class CellRead:
    """One cell: its value (a formula's cached result) and its formula without the equals sign."""

    value: Value
    formula: str | None = None


EMPTY = CellRead(None)


@dataclass(frozen=True, slots=True)
class RowRead:
    """One non-empty row of a table; `cells` holds the non-empty declared fields only."""

    row: int
    row_id: str | None
    cells: Mapping[str, CellRead]

    def value(self, field_key: str) -> Value:
        """The value of a field, None when its cell is empty."""
        return self.cells.get(field_key, EMPTY).value


@dataclass(frozen=True, slots=True)
class TableRead:
    """A table as it stands on its sheet. `places` maps each present field to its column number."""

    table: str
    sheet: str
    places: Mapping[str, int]
    titles: Mapping[str, str]
    rows: tuple[RowRead, ...]
    last_row: int
    """Last row that holds anything in a declared column; the header row when empty."""
    header_row: int
    native: str | None = None
    """Name of the spreadsheet's own table object over it, if any."""
    native_last: int = 0
    foreign_rows: tuple[int, ...] = ()
    """Rows inside the table that are notes or totals (R13): kept, reported, never imported."""
    styled_to: int = 0
    """Last row that carries cell styles: spare rows end here."""
    regained: Mapping[str, int] = field(default_factory=dict)
    """Fields without their key that were known by their heading; by column number."""
    copies: Mapping[int, str] = field(default_factory=dict)
    """Columns with the key of a field that stands elsewhere: copied by a person."""


@dataclass(frozen=True, slots=True)
class GridRead:
    """A grid sheet: where each row key and column key stands, and the cells at the crossings."""

    sheet: str
    rows: Mapping[str, int]
    cols: Mapping[str, int]
    cells: Mapping[tuple[str, str], CellRead]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who wrote a workbook last: team, book and generation (MERGE_SPEC section 2)."""

    family: str
    book: str
    generation: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything read from one workbook at one moment."""

    book: str
    token: str
    stamp: Stamp | None
    tables: Mapping[str, TableRead]
    grids: Mapping[str, GridRead] = field(default_factory=dict)
