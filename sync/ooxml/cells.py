"""What one read of a sheet gives: cells in file order, values as the file holds them.

Dates are numbers here: the style says so (`BookFile.is_date_style`), the reader of a field decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from typing_extensions import override

from model.values import Fault, Value

UNKNOWN = Fault("?")
"""Value of a formula that nobody has calculated."""
DIGITS = 15
NOISE_LENGTH = DIGITS + 1
"""Excel shows 15 digits but writes 17; longer numbers are rounded to what a person sees."""


class CellKind(Enum):
    """Type of a cell's value."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    ERROR = "error"


ROW = "\0"
"""Stands for the number of a formula's own row; no formula can hold it."""


@dataclass(frozen=True, slots=True, eq=False)
class RowFormula:
    """The formula of one row of a column: the cells of the column share its text.

    A column of five thousand formulas is one text and not ten megabytes.
    """

    template: str
    """With `ROW` wherever the row's number stands."""
    row: int

    @override
    def __str__(self) -> str:
        return self.template.replace(ROW, str(self.row))

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowFormula | str) and str(self) == str(other)

    @override
    def __hash__(self) -> int:
        return hash(str(self))


class CellScan(NamedTuple):
    """One cell. `text` is resolved for strings and stands as in the file for numbers.

    A named tuple: a book has a million of them, and a frozen dataclass takes three times as long.
    A child of a shared formula carries its own, translated text. `cached` is False for a formula
    without a stored result.
    """

    col: int
    kind: CellKind
    text: str
    written: str | RowFormula | None = None
    """The formula without its equals sign."""
    style: int | None = None
    cached: bool = True

    @property
    def formula(self) -> str | None:
        """The text of the formula; where only its being there matters `written` is cheaper."""
        return None if self.written is None else str(self.written)

    def value(self) -> Value:
        """The typed value; a formula without a stored result is `Fault("?")`."""
        if self.written is not None and not self.cached:
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
    return digits_kept(number)


def digits_kept(number: Decimal | float) -> Decimal:
    """What spreadsheet programs keep of a number: fifteen digits."""
    return Decimal(format(float(number), f".{DIGITS}g"))
