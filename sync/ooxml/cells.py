"""What one read of a sheet gives: cells in file order, values as the file holds them.

Dates are numbers here: the style says so (`BookFile.is_date_style`), the reader of a field decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from model.values import Fault, Value

UNKNOWN = Fault("?")
"""Value of a formula that nobody has calculated."""
NOISE_LENGTH = 16
"""Excel shows 15 digits but writes 17; longer numbers are rounded to what a person sees."""


class CellKind(Enum):
    """Type of a cell's value."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    ERROR = "error"


class CellScan(NamedTuple):
    """One cell. `text` is resolved for strings and stands as in the file for numbers.

    A named tuple: a book has a million of them, and a frozen dataclass takes three times as long.
    `formula` has no equals sign; a child of a shared formula carries its own, translated text.
    `cached` is False for a formula without a stored result.
    """

    col: int
    kind: CellKind
    text: str
    formula: str | None = None
    style: int | None = None
    cached: bool = True

    def value(self) -> Value:
        """The typed value; a formula without a stored result is `Fault("?")`."""
        if self.formula is not None and not self.cached:
            return UNKNOWN
        match self.kind:
            case CellKind.TEXT:
                return self.text
            case CellKind.NUMBER:
                return number_of(self.text)
            case CellKind.EMPTY:
                return None
            case CellKind.BOOL:
                return self.text in {"1", "true"}
            case CellKind.ERROR:
                return Fault(self.text)


@dataclass(frozen=True, slots=True)
class RowScan:
    """One row that the sheet holds, styled empty cells included."""

    row: int
    cells: tuple[CellScan, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SheetRef:
    """A tab of the book; `state` is visible, hidden or veryHidden."""

    name: str
    part: str
    state: str = "visible"


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table object of the spreadsheet program and where it lies."""

    name: str
    part: str
    sheet: str
    ref: str
    has_filter: bool
    columns: tuple[str, ...]
    totals: bool
    headed: bool = True


def number_of(text: str) -> Value:
    """The number of a cell without float noise: 0.30000000000000004 is 0.3."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return Fault(text)
    if len(text) < NOISE_LENGTH or not number.is_finite():
        return number if number.is_finite() else Fault(text)
    return Decimal(format(float(number), ".15g"))
