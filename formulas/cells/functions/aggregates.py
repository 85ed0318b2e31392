"""Sums, counts and order over ranges.

In a range only numbers count: texts, truth values and blanks are passed over, an error is the
result. LibreOffice also counts TRUE in a range as 1; live cells keep truth values out of ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, DecimalException
from functools import reduce

from formulas.cells.criteria import criterion
from formulas.cells.environment import CellValue, Plain
from formulas.cells.operands import Area, Frame, Function, Grid, Operand, loaded
from formulas.cells.values import (
    DIVIDED_BY_ZERO,
    EXACT,
    NOT_AVAILABLE,
    WRONG_NUMBER,
    WRONG_VALUE,
    ZERO,
    Failure,
    divide,
    seen_as,
    whole,
)
from model.values import Fault


def total(frame: Frame, *operands: Operand) -> Decimal:
    """SUM."""
    return _sum(_numbers(frame, operands))


def count(frame: Frame, *operands: Operand) -> Decimal:
    """COUNT: numbers in ranges, and what spells one among the values given directly."""
    return Decimal(sum(_counts(frame, operand) for operand in operands))


def count_filled(frame: Frame, *operands: Operand) -> Decimal:
    """COUNTA: all that is not blank, empty texts and errors included."""
    filled = (value is not None for op in operands for value in _values(frame, op))
    return Decimal(sum(filled))


def smallest(frame: Frame, *operands: Operand) -> Decimal:
    """MIN: 0 without numbers."""
    return min(_numbers(frame, operands), default=ZERO)


def largest(frame: Frame, *operands: Operand) -> Decimal:
    """MAX: 0 without numbers."""
    return max(_numbers(frame, operands), default=ZERO)


def median(frame: Frame, *operands: Operand) -> Decimal:
    """MEDIAN: of an even count the mean of the two in the middle."""
    numbers = sorted(_numbers(frame, operands))
    if not numbers:
        raise Failure(WRONG_NUMBER)
    half = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[half]
    return divide(_sum(numbers[half - 1 : half + 1]), Decimal(2))


def nth_largest(frame: Frame, operand: Operand, place: Plain) -> Decimal:
    """LARGE."""
    return _nth(sorted(_numbers(frame, (operand,)), reverse=True), frame, place)


def nth_smallest(frame: Frame, operand: Operand, place: Plain) -> Decimal:
    """SMALL."""
    return _nth(sorted(_numbers(frame, (operand,))), frame, place)


def place_among(frame: Frame, number: Plain, operand: Operand, ascending: Plain = None) -> Decimal:
    """RANK: 1 for the largest, or for the smallest when `ascending`; equals share a place."""
    read = frame.book.regional.number
    wanted = seen_as(read(number))
    others = [seen_as(other) for other in _numbers(frame, (operand,))]
    if wanted not in others:
        raise Failure(NOT_AVAILABLE)
    before = [other < wanted if read(ascending) else other > wanted for other in others]
    return Decimal(1 + sum(before))


def sum_product(_frame: Frame, *arrays: CellValue | Grid) -> Decimal:
    """SUMPRODUCT: texts, truth values and blanks count as 0; all ranges have one shape."""
    grids = [array if isinstance(array, Grid) else Grid(1, 1, [array]) for array in arrays]
    if len({(grid.height, grid.width) for grid in grids}) > 1:
        raise Failure(WRONG_VALUE)
    columns = [[_factor(value) for value in grid.cells] for grid in grids]
    if len(columns) == 1:
        return _sum(columns[0])
    return _sum(reduce(EXACT.multiply, factors) for factors in zip(*columns, strict=True))


def sum_ifs(frame: Frame, summed: Operand, *tests: Operand) -> Decimal:
    """SUMIFS."""
    return _sum(_chosen(frame, summed, tests))


def count_ifs(frame: Frame, *tests: Operand) -> Decimal:
    """COUNTIFS."""
    return Decimal(len(_places(frame, tests[0], tests)))


def average_ifs(frame: Frame, averaged: Operand, *tests: Operand) -> Decimal:
    """AVERAGEIFS: #DIV/0! when nothing is found."""
    numbers = _chosen(frame, averaged, tests)
    if not numbers:
        raise Failure(DIVIDED_BY_ZERO)
    return divide(_sum(numbers), Decimal(len(numbers)))


def sum_if(frame: Frame, tested: Operand, wanted: Plain, summed: Operand = None) -> Decimal:
    """SUMIF: SUMIFS with the sum last; both ranges have one shape."""
    return sum_ifs(frame, tested if summed is None else summed, tested, wanted)


def _chosen(frame: Frame, target: Operand, tests: tuple[Operand, ...]) -> list[Decimal]:
    places = _places(frame, target, tests)
    cells = frame.book.cells(target) if isinstance(target, Area) else ()
    return list(_plain_numbers(cells[place] for place in places))


def _places(frame: Frame, target: Operand, tests: tuple[Operand, ...]) -> frozenset[int]:
    """The places that meet all criteria; the smallest set is narrowed first."""
    found = []
    for tested, wanted in zip(tests[::2], tests[1::2], strict=True):
        if not isinstance(target, Area) or not isinstance(tested, Area):
            raise Failure(WRONG_VALUE)
        if isinstance(wanted, Area | Grid | Fault) or (tested.height, tested.width) != (
            target.height,
            target.width,
        ):
            raise Failure(WRONG_VALUE)
        found.append(frame.book.matching(tested, criterion(wanted, frame.book.regional)))
    found.sort(key=len)
    return found[0].intersection(*found[1:])


def _numbers(frame: Frame, operands: tuple[Operand, ...]) -> Iterator[Decimal]:
    for operand in operands:
        if isinstance(operand, Area | Grid):
            yield from _plain_numbers(_values(frame, operand))
        else:
            yield frame.book.regional.number(operand)


def _plain_numbers(values: Iterable[CellValue]) -> Iterator[Decimal]:
    for value in values:
        if type(value) is Decimal:
            yield value
        elif type(value) is Fault:
            raise Failure(value)


def _values(frame: Frame, operand: Operand) -> Sequence[CellValue]:
    values = loaded(frame, operand)
    return values.cells if isinstance(values, Grid) else [values]


def _counts(frame: Frame, operand: Operand) -> int:
    if isinstance(operand, Area | Grid):
        return sum(type(value) is Decimal for value in _values(frame, operand))
    if isinstance(operand, str):
        return int(frame.book.regional.spelled(operand) is not None)
    return int(not isinstance(operand, Fault))


def _nth(numbers: list[Decimal], frame: Frame, place: Plain) -> Decimal:
    number = whole(frame.book.regional.number(place))
    if not 1 <= number <= len(numbers):
        raise Failure(WRONG_NUMBER)
    return numbers[number - 1]


def _factor(value: CellValue) -> Decimal:
    if isinstance(value, Fault):
        raise Failure(value)
    return value if isinstance(value, Decimal) else ZERO


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    try:
        return reduce(EXACT.add, numbers, ZERO)
    except DecimalException as error:
        raise Failure(WRONG_NUMBER) from error


FUNCTIONS: Mapping[str, Function] = {
    "SUM": total,
    "COUNT": count,
    "COUNTA": count_filled,
    "MIN": smallest,
    "MAX": largest,
    "MEDIAN": median,
    "LARGE": nth_largest,
    "SMALL": nth_smallest,
    "RANK": place_among,
    "SUMPRODUCT": sum_product,
    "SUMIFS": sum_ifs,
    "SUMIF": sum_if,
    "COUNTIFS": count_ifs,
    "COUNTIF": count_ifs,
    "AVERAGEIFS": average_ifs,
}
