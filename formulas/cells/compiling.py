"""Turn the tree of a formula into Python closures, once for all cells of the same shape.

References are kept relative to the cell the formula stands in. A part of a formula is compiled in
one of three ways: for one value (`scalar`), for a reference or value (`operand`), and, inside
SUMPRODUCT, for all values of a range at once (`array`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat

from formulas.cells.environment import CellValue, Plain
from formulas.cells.functions import ARRAY_FUNCTIONS, FUNCTIONS
from formulas.cells.operands import (
    Area,
    Expression,
    Frame,
    Function,
    Grid,
    Operand,
    OperandExpression,
    loaded,
    single,
)
from formulas.cells.signatures import SIGNATURES
from formulas.cells.syntax import (
    MAX_COL,
    MAX_ROW,
    Binary,
    Call,
    CellNode,
    Literal,
    NameNode,
    Node,
    RangeNode,
    Unary,
    height,
)
from formulas.cells.values import (
    ARITHMETIC,
    HUNDRED,
    NOT_AVAILABLE,
    WRONG_REFERENCE,
    WRONG_VALUE,
    Failure,
    calculate,
    compare,
    divide,
    same,
    truth,
)
from model.values import Fault

Operator = Callable[..., Plain]
COMPARISONS: dict[str, Callable[[int], bool]] = {
    "<": lambda side: side < 0,
    ">": lambda side: side > 0,
    "<=": lambda side: side <= 0,
    ">=": lambda side: side >= 0,
}
BOTH = "ss"
FRAMES_OF_A_CELL = 10
FRAMES_OF_A_NODE = 3
"""Python calls, at most, between a part of a formula and the part inside it."""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled formula, and how many Python calls deep it may go."""

    run: OperandExpression
    frames: int


def compiled(tree: Node, row: int, col: int) -> Program:
    """The program of a formula that stands at a row and column."""
    frames = FRAMES_OF_A_CELL + FRAMES_OF_A_NODE * height(tree)
    return Program(_Compiler(row, col).operand(tree), frames)


class _Compiler:
    """Compiles for one cell; the result serves every cell with the same relative references."""

    def __init__(self, row: int, col: int) -> None:
        self._row = row
        self._col = col

    def scalar(self, node: Node) -> Expression:
        """One value; raises `Failure` for an error."""
        match node:
            case Literal(value):
                return _constant(value)
            case CellNode():
                return self._one_cell(node)
            case Unary(sign, body):
                return _applied(_unary(sign), [self.scalar(body)])
            case Binary(sign, left, right):
                return _applied(_binary(sign), [self.scalar(left), self.scalar(right)])
        operand = self.operand(node)
        return lambda frame: single(frame, operand(frame))

    def operand(self, node: Node) -> OperandExpression:
        """A reference as an area, anything else as its value."""
        match node:
            case CellNode():
                return self._area(node)
            case RangeNode(first, last):
                return _spanned(self.operand(first), self.operand(last))
            case NameNode(name):
                return lambda frame: frame.book.named(name, frame)
            case Call("IF", args):
                return self._if(args)
            case Call("IFERROR", (value, instead)):
                return _rescued(self.scalar(value), self.operand(instead))
            case Call(name, args):
                kinds = [SIGNATURES[name].kind(index) for index in range(len(args))]
                parts = [self._argument(kind, arg) for kind, arg in zip(kinds, args, strict=True)]
                return _applied_to_operands(FUNCTIONS[name], parts)
        return self.scalar(node)

    def array(self, node: Node) -> OperandExpression:
        """All values of a range as a grid; one cell or a value as a value."""
        match node:
            case Unary(sign, body):
                return _lifted(_unary(sign), "s", [self.array(body)])
            case Binary(sign, left, right):
                return _lifted(_binary(sign), BOTH, [self.array(left), self.array(right)])
            case Call(name, args) if name != "INDEX":
                kinds = _array_kinds(name, len(args))
                parts = [self._array_part(kind, arg) for kind, arg in zip(kinds, args, strict=True)]
                function = ARRAY_FUNCTIONS.get(name) or FUNCTIONS[name]
                return _lifted(function, kinds, parts)
        operand = self.operand(node)
        return lambda frame: loaded(frame, operand(frame))

    def _argument(self, kind: str, node: Node) -> OperandExpression:
        match kind:
            case "s":
                return self.scalar(node)
            case "v":
                return _guarded(self.scalar(node))
            case "a":
                return self.array(node)
            case "e":
                return _guarded(self.operand(node))
        return self.operand(node)

    def _array_part(self, kind: str, node: Node) -> OperandExpression:
        reference = isinstance(node, CellNode | RangeNode | NameNode)
        part = self.operand(node) if kind in "re" and reference else self.array(node)
        return _guarded(part) if kind in "ev" else part

    def _if(self, args: tuple[Node, ...]) -> OperandExpression:
        condition, yes = self.scalar(args[0]), self.operand(args[1])
        no = self.operand(args[2]) if len(args) > 2 else _no
        return lambda frame: yes(frame) if truth(condition(frame)) else no(frame)

    def _one_cell(self, node: CellNode) -> Expression:
        place = self._place(node)
        sheet = node.sheet

        def value(frame: Frame) -> Plain:
            row, col = place(frame)
            found = frame.book.read(frame.sheet if sheet is None else sheet, row, col)
            if isinstance(found, Fault):
                raise Failure(found)
            return found

        return value

    def _area(self, node: CellNode) -> OperandExpression:
        place = self._place(node)
        sheet = node.sheet

        def area(frame: Frame) -> Area:
            row, col = place(frame)
            return Area(frame.sheet if sheet is None else sheet, row, col, row, col)

        return area

    def _place(self, node: CellNode) -> Callable[[Frame], tuple[int, int]]:
        if node.row_fixed and node.col_fixed:
            fixed = (node.row, node.col)
            return lambda _frame: fixed
        down, right = node.row - self._row, node.col - self._col

        def place(frame: Frame) -> tuple[int, int]:
            row = node.row if node.row_fixed else frame.row + down
            col = node.col if node.col_fixed else frame.col + right
            if not (0 < row <= MAX_ROW and 0 < col <= MAX_COL):
                raise Failure(WRONG_REFERENCE)
            return row, col

        return place


def _array_kinds(name: str, count: int) -> str:
    kinds = "".join(SIGNATURES[name].kind(index) for index in range(count))
    return kinds.replace("l", "v")


def _unary(sign: str) -> Operator:
    match sign:
        case "-":
            return lambda frame, value: frame.book.regional.number(value).copy_negate()
        case "%":
            return lambda frame, value: divide(frame.book.regional.number(value), HUNDRED)
    return lambda _frame, value: value


def _binary(sign: str) -> Operator:
    if sign == "&":
        return lambda frame, left, right: (
            frame.book.regional.text(left) + frame.book.regional.text(right)
        )
    if sign in ARITHMETIC:

        def arithmetic(frame: Frame, left: Plain, right: Plain) -> Plain:
            read = frame.book.regional.number
            return calculate(sign, read(left), read(right))

        return arithmetic
    if sign == "=":
        return lambda _frame, left, right: same(left, right)
    if sign == "<>":
        return lambda _frame, left, right: not same(left, right)
    holds = COMPARISONS[sign]
    return lambda _frame, left, right: holds(compare(left, right))


def _no(_frame: Frame) -> bool:
    return False


def _constant(value: CellValue) -> Expression:
    if not isinstance(value, Fault):
        return lambda _frame: value

    def fail(_frame: Frame) -> Plain:
        raise Failure(value)

    return fail


def _applied(function: Operator, parts: Sequence[Expression]) -> Expression:
    if len(parts) == 1:
        body = parts[0]
        return lambda frame: function(frame, body(frame))
    left, right = parts
    return lambda frame: function(frame, left(frame), right(frame))


def _applied_to_operands(
    function: Function, parts: Sequence[OperandExpression]
) -> OperandExpression:
    return lambda frame: function(frame, *[part(frame) for part in parts])


def _guarded(part: OperandExpression) -> OperandExpression:
    """The part with its error as a value."""

    def guarded(frame: Frame) -> Operand:
        try:
            return part(frame)
        except Failure as failure:
            return failure.fault

    return guarded


def _rescued(value: Expression, instead: OperandExpression) -> OperandExpression:
    def rescued(frame: Frame) -> Operand:
        try:
            return value(frame)
        except Failure:
            return instead(frame)

    return rescued


def _spanned(first: OperandExpression, last: OperandExpression) -> OperandExpression:
    """The rectangle around two areas; the second may leave out the sheet."""

    def spanned(frame: Frame) -> Area:
        one, other = first(frame), last(frame)
        if not isinstance(one, Area) or not isinstance(other, Area):
            raise Failure(WRONG_VALUE)
        if other.sheet not in {one.sheet, frame.sheet}:
            raise Failure(WRONG_VALUE)
        return Area(
            one.sheet,
            min(one.top, other.top),
            min(one.left, other.left),
            max(one.bottom, other.bottom),
            max(one.right, other.right),
        )

    return spanned


def _lifted(
    function: Function, kinds: str, parts: Sequence[OperandExpression]
) -> OperandExpression:
    """The function for each cell of the grids among its single values."""

    def lifted(frame: Frame) -> Operand:
        operands = [part(frame) for part in parts]
        grids = [
            operand
            for kind, operand in zip(kinds, operands, strict=True)
            if kind in "sv" and isinstance(operand, Grid)
        ]
        if not grids:
            return _checked(function, frame, kinds, operands)
        height = max(grid.height for grid in grids)
        width = max(grid.width for grid in grids)
        columns = [
            _spread(operand, height, width) if kind in "sv" else repeat(operand, height * width)
            for kind, operand in zip(kinds, operands, strict=True)
        ]
        cells = [_element(function, frame, kinds, args) for args in zip(*columns, strict=True)]
        return Grid(height, width, cells)

    return lifted


def _checked(function: Function, frame: Frame, kinds: str, operands: Sequence[Operand]) -> Operand:
    """The result of one call; an error among the values that may hold none is the result."""
    for kind, operand in zip(kinds, operands, strict=True):
        if kind == "s" and type(operand) is Fault:
            raise Failure(operand)
    return function(frame, *operands)


def _element(
    function: Function, frame: Frame, kinds: str, operands: Sequence[Operand]
) -> CellValue:
    try:
        return single(frame, _checked(function, frame, kinds, operands))
    except Failure as failure:
        return failure.fault


def _spread(operand: Operand, height: int, width: int) -> Sequence[CellValue]:
    """A value or grid stretched to a shape; what lies outside a grid is #N/A."""
    if not isinstance(operand, Grid):
        return [operand] * (height * width)  # type: ignore[list-item]  # an array part gives no area
    if (operand.height, operand.width) == (height, width):
        return operand.cells
    return [_cell_of(operand, row, col) for row in range(height) for col in range(width)]


def _cell_of(grid: Grid, row: int, col: int) -> CellValue:
    row = 0 if grid.height == 1 else row
    col = 0 if grid.width == 1 else col
    if row >= grid.height or col >= grid.width:
        return NOT_AVAILABLE
    return grid.cells[row * grid.width + col]
