"""What passes between the parts of a formula: values, areas of cells, grids of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from formulas.cells.environment import CellValue, Plain
from formulas.cells.values import WRONG_VALUE, Failure
from model.values import Fault

if TYPE_CHECKING:
    from decimal import Decimal

    from formulas.cells.criteria import Criterion, Index
    from formulas.cells.values import Regional


class Area(NamedTuple):
    """A rectangle of cells; a tuple, since the evaluator looks it up very often."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """The number of rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """The number of columns."""
        return self.right - self.left + 1


@dataclass(frozen=True, slots=True)
class Grid:
    """Values in rows and columns, row after row."""

    height: int
    width: int
    cells: Sequence[CellValue]


Operand = CellValue | Area | Grid


class Book(Protocol):
    """What expressions and functions ask of the evaluator."""

    @property
    def regional(self) -> Regional:
        """How numbers become text."""
        ...

    def read(self, sheet: str, row: int, col: int) -> CellValue:
        """The value of one cell."""
        ...

    def cells(self, area: Area) -> Sequence[CellValue]:
        """The values of an area, row after row."""
        ...

    def index(self, area: Area) -> Index:
        """The values of an area by value."""
        ...

    def matching(self, area: Area, criterion: Criterion) -> frozenset[int]:
        """The places in an area that meet a criterion."""
        ...

    def named(self, name: str, frame: Frame) -> Operand:
        """What a defined name stands for."""
        ...

    def now(self) -> Decimal:
        """The serial number of the moment."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """The cell a formula stands in."""

    book: Book
    sheet: str
    row: int
    col: int


Expression = Callable[[Frame], Plain]
"""A calculated part of a formula with one value; its error is raised as `Failure`."""
OperandExpression = Callable[[Frame], Operand]
"""A calculated part of a formula that may be an area or a grid."""

Function = Callable[..., Operand]
"""A function of a live cell: takes the frame and its arguments, raises `Failure` for an error."""


def single(frame: Frame, operand: Operand) -> Plain:
    """The one value of an operand: of an area, the cell beside or above the formula."""
    if isinstance(operand, Area):
        operand = frame.book.read(operand.sheet, *_beside(frame, operand))
    if isinstance(operand, Fault | Grid):
        raise Failure(operand if isinstance(operand, Fault) else WRONG_VALUE)
    return operand


def _beside(frame: Frame, area: Area) -> tuple[int, int]:
    if area.height == area.width == 1:
        return area.top, area.left
    if area.width == 1 and area.top <= frame.row <= area.bottom:
        return frame.row, area.left
    if area.height == 1 and area.left <= frame.col <= area.right:
        return area.top, frame.col
    raise Failure(WRONG_VALUE)


def loaded(frame: Frame, operand: Operand) -> CellValue | Grid:
    """The values of an operand; one cell is its value."""
    if not isinstance(operand, Area):
        return operand
    if operand.height == operand.width == 1:
        return frame.book.read(operand.sheet, operand.top, operand.left)
    return Grid(operand.height, operand.width, frame.book.cells(operand))
