"""What may be asked of a workbook, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.values import Value


class AnyValue(Enum):
    """The wish to write whatever the cell holds now."""

    ANY = "any"


ANY: Final = AnyValue.ANY


@dataclass(frozen=True, slots=True)
class SetValue:
    """Put a value into a cell, if the cell still holds `expected`.

    A formula is left alone unless `over_formula`. `style_from` names a cell of the same sheet
    whose look a new cell takes.
    """

    sheet: str
    cell: str
    expected: Value | AnyValue
    new: Value
    over_formula: bool = field(default=False, kw_only=True)
    style_from: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class SetFormula:
    """Put a formula (without equals sign) and its result into a cell."""

    sheet: str
    cell: str
    formula: str
    cached: Value
    style_from: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class SetCache:
    """Replace the stored result of a formula and keep the formula."""

    sheet: str
    cell: str
    cached: Value


@dataclass(frozen=True, slots=True)
class GrowTable:
    """Let a table, and the filter that belongs to it, end at `last_row`."""

    sheet: str
    table: str
    last_row: int


@dataclass(frozen=True, slots=True)
class NameColumn:
    """Give the column of a table a heading: its cell and the table's own list say it alike."""

    sheet: str
    table: str
    col: int
    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A validation of a column: its kind (`list`, `custom`…), formula, and words of a refusal."""

    kind: str
    formula: str
    title: str = ""
    error: str = ""
    warns: bool = field(default=False, kw_only=True)
    """Whether it only warns and lets the value in."""


@dataclass(frozen=True, slots=True)
class AppendColumn:
    """Put a column at the right edge of a table, its cells looking like those of column `like`.

    `looks` are the numbers of the looks of the heading and of the cells, where they have their own.
    `key` goes into row `key_row` above. `formula` is a template with `{row}` for a live column,
    `results` are its stored results by row. Free rows below the table get their cells too.
    """

    sheet: str
    table: str
    heading: str
    like: int
    key: str = field(default="", kw_only=True)
    key_row: int = field(default=1, kw_only=True)
    width: float = field(default=16.0, kw_only=True)
    hidden: bool = field(default=False, kw_only=True)
    formula: str = field(default="", kw_only=True)
    results: Mapping[int, Value] = field(default_factory=dict, kw_only=True)
    rule: Rule | None = field(default=None, kw_only=True)
    looks: tuple[int, int] | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class SetReach:
    """Let the validation that reaches over `old` (as the sheet writes it) reach over `new`."""

    sheet: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SpareRows:
    """Make empty rows that look like `like_row` where they are absent.

    `formulas` maps column numbers to templates with `{row}`. Validations and conditional formats
    that reach down to the row before the first new one are drawn on over the new rows.
    """

    sheet: str
    like_row: int
    rows: range
    formulas: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AppendRows:
    """Put whole rows below the last row that the sheet holds, looking like `like_row`.

    `rows` map column numbers to values, from row `first` on; `formulas` are templates with
    `{row}` for live columns and `results` their stored results, row by row.
    """

    sheet: str
    like_row: int
    first: int
    rows: tuple[Mapping[int, Value], ...]
    formulas: Mapping[int, str] = field(default_factory=dict)
    results: tuple[Mapping[int, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class SetProperty:
    """Set a custom text property of the document."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SetName:
    """Define a name for the whole book."""

    name: str
    formula: str
    hidden: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class SetSheetState:
    """Show or hide a sheet: visible, hidden or veryHidden."""

    sheet: str
    state: str


CellEdit = SetValue | SetFormula | SetCache
Edit = (
    SetValue
    | SetFormula
    | SetCache
    | GrowTable
    | NameColumn
    | AppendColumn
    | SetReach
    | SpareRows
    | AppendRows
    | SetProperty
    | SetName
    | SetSheetState
)


class Result(Enum):
    """What came of an edit: SAME had nothing to do, CONFLICT found another value."""

    APPLIED = "applied"
    SAME = "same"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one edit. `reason` says why it was refused, or what was changed in the text."""

    edit: Edit
    result: Result
    reason: str = ""
    found: Value = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Every edit with its fate, in the order asked; hashes of the file before and after."""

    outcomes: tuple[Outcome, ...]
    parts_rewritten: tuple[str, ...]
    sha_before: str
    sha_after: str


@dataclass(frozen=True, slots=True)
class Patched:
    """The new bytes of the workbook; the old ones when nothing was applied."""

    raw: bytes
    receipt: Receipt
