"""Truth values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from formulas.cells.environment import CellValue
from formulas.cells.operands import Area, Frame, Function, Grid, Operand, loaded
from formulas.cells.values import WRONG_VALUE, Failure, truth
from model.values import Fault


def all_true(frame: Frame, *operands: Operand) -> bool:
    """AND: texts and blanks in ranges do not count."""
    return all(list(_truths(frame, operands)))


def any_true(frame: Frame, *operands: Operand) -> bool:
    """OR: texts and blanks in ranges do not count."""
    return any(list(_truths(frame, operands)))


def negation(_frame: Frame, value: CellValue) -> bool:
    """NOT."""
    return not truth(value)


def is_number(_frame: Frame, value: CellValue) -> bool:
    """ISNUMBER."""
    return isinstance(value, Decimal)


def is_blank(_frame: Frame, value: CellValue) -> bool:
    """ISBLANK: an empty text is not blank."""
    return value is None


def choose(_frame: Frame, condition: CellValue, yes: CellValue, no: CellValue = False) -> CellValue:  # noqa: FBT002  # the value of a left-out branch
    """IF for one cell of a range."""
    return yes if truth(condition) else no


def rescue(_frame: Frame, value: CellValue, instead: CellValue) -> CellValue:
    """IFERROR for one cell of a range."""
    return instead if isinstance(value, Fault) else value


def always(_frame: Frame) -> bool:
    """TRUE()."""
    return True


def never(_frame: Frame) -> bool:
    """FALSE()."""
    return False


def _truths(frame: Frame, operands: tuple[Operand, ...]) -> Iterator[bool]:
    found = False
    for operand in operands:
        for value in _counted(frame, operand):
            found = True
            yield truth(value)
    if not found:
        raise Failure(WRONG_VALUE)


def _counted(frame: Frame, operand: Operand) -> list[CellValue]:
    if not isinstance(operand, Area | Grid):
        return [operand]
    values = loaded(frame, operand)
    cells = values.cells if isinstance(values, Grid) else [values]
    return [value for value in cells if value is not None and not isinstance(value, str)]


FUNCTIONS: Mapping[str, Function] = {
    "AND": all_true,
    "OR": any_true,
    "NOT": negation,
    "ISNUMBER": is_number,
    "ISBLANK": is_blank,
    "TRUE": always,
    "FALSE": never,
}
