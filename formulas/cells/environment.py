"""What the evaluator is given: cells of a book, its defined names, one moment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from model.values import Fault

if TYPE_CHECKING:
    from model.values import Value

CellValue = None | str | Decimal | bool | Fault
"""A value inside a formula; days, moments and hours are serial numbers there."""

Plain = None | str | Decimal | bool
"""A value that is no error."""


class FormulaError(Exception):
    """The text is no formula of the portable subset."""

    def __init__(self, formula: str, reason: str, position: int) -> None:
        super().__init__(f"{reason} at {position} in {formula}")
        self.formula = formula
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class CellContent:
    """A cell as the book holds it: the value (of a formula: the cached one) and the formula.

    A part of an array formula or of a data table is given without its formula: its cached value is
    all that can be known of it.
    """

    value: Value = None
    formula: str | None = None
    shape: str | None = None
    """Equal for cells of one column whose formulas differ by their own row only; None: unknown."""


class Sheets(Protocol):
    """The book around a formula; rows and columns count from 1.

    Sheets and names come spelled as the formula spells them; programs ignore their case.
    """

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        """The content of a cell; an empty `CellContent` where nothing stands."""
        ...

    def name(self, name: str) -> str | None:
        """The formula text of a defined name, as the file holds it; None when not defined."""
        ...

    def now(self) -> Decimal:
        """The serial number of the moment that NOW() means."""
        ...
