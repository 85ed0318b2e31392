"""Finding a place in a range, and the cell at a place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from formulas.cells.environment import Plain
from formulas.cells.operands import Area, Frame, Function, Grid, Operand
from formulas.cells.values import (
    NOT_AVAILABLE,
    ONE,
    WRONG_REFERENCE,
    WRONG_VALUE,
    Failure,
    whole,
)


def match(frame: Frame, wanted: Plain, operand: Operand, kind: Plain = ONE) -> Decimal:
    """MATCH: exact (0), the last not above in ascending order (1), not below in descending (-1).

    The range is one row or column. For 1 and -1 it must be sorted.
    """
    if not isinstance(operand, Area) or min(operand.height, operand.width) > 1:
        raise Failure(NOT_AVAILABLE)
    index = frame.book.index(operand)
    order = frame.book.regional.number(kind)
    if order == 0:
        place = index.first(wanted)
    else:
        place = index.last_below(wanted) if order > 0 else index.last_above(wanted)
    if place is None:
        raise Failure(NOT_AVAILABLE)
    return Decimal(place + 1)


def at_place(frame: Frame, operand: Operand, row: Plain, col: Plain = None) -> Area:
    """INDEX: the cell at a row and column of a range, all of them for 0; a reference.

    One number counts along a range of one row or one column.
    """
    if not isinstance(operand, Area):
        raise Failure(WRONG_VALUE)
    read = frame.book.regional.number
    down = whole(read(row))
    if col is not None:
        return _cut(operand, down, whole(read(col)))
    if operand.height == 1:
        return _cut(operand, 1, down)
    if operand.width == 1:
        return _cut(operand, down, 1)
    raise Failure(WRONG_REFERENCE)


def row(frame: Frame, operand: Operand = None) -> Decimal:
    """ROW: of the range, or of the formula's cell."""
    return Decimal(_area(operand).top if operand is not None else frame.row)


def column(frame: Frame, operand: Operand = None) -> Decimal:
    """COLUMN: of the range, or of the formula's cell."""
    return Decimal(_area(operand).left if operand is not None else frame.col)


def rows(_frame: Frame, operand: Operand) -> Decimal:
    """ROWS: how many a range has."""
    return Decimal(_area(operand).height)


def rows_of(frame: Frame, operand: Operand = None) -> Grid | Decimal:
    """ROW inside SUMPRODUCT: the row of each cell of a range."""
    if operand is None:
        return Decimal(frame.row)
    area = _area(operand)
    return Grid(area.height, 1, [Decimal(n) for n in range(area.top, area.bottom + 1)])


def columns_of(frame: Frame, operand: Operand = None) -> Grid | Decimal:
    """COLUMN inside SUMPRODUCT: the column of each cell of a range."""
    if operand is None:
        return Decimal(frame.col)
    area = _area(operand)
    return Grid(1, area.width, [Decimal(n) for n in range(area.left, area.right + 1)])


def _area(operand: Operand) -> Area:
    if not isinstance(operand, Area):
        raise Failure(WRONG_VALUE)
    return operand


def _cut(area: Area, down: int, right: int) -> Area:
    if down < 0 or right < 0:
        raise Failure(WRONG_VALUE)
    if down > area.height or right > area.width:
        raise Failure(WRONG_REFERENCE)
    top, bottom = (area.top + down - 1,) * 2 if down else (area.top, area.bottom)
    left, last = (area.left + right - 1,) * 2 if right else (area.left, area.right)
    return Area(area.sheet, top, left, bottom, last)


FUNCTIONS: Mapping[str, Function] = {
    "MATCH": match,
    "INDEX": at_place,
    "ROW": row,
    "COLUMN": column,
    "ROWS": rows,
}
