"""The tree of a parsed formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formulas.cells.environment import CellValue

MAX_ROW = 1_048_576
MAX_COL = 16_384


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, truth value or error written in the formula; None is a left-out argument."""

    value: CellValue


@dataclass(frozen=True, slots=True)
class CellNode:
    """One cell; a fixed row or column carries the $ mark."""

    sheet: str | None
    row: int
    col: int
    row_fixed: bool
    col_fixed: bool


@dataclass(frozen=True, slots=True)
class RangeNode:
    """The smallest rectangle around two references."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class NameNode:
    """A defined name."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary:
    """A sign before, or a percent sign after, an expression."""

    sign: str
    body: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions and the operator between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    args: tuple[Node, ...]


Node = Literal | CellNode | RangeNode | NameNode | Unary | Binary | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that parsed: its text without the leading equals sign, and its tree."""

    text: str
    tree: Node


def children(node: Node) -> tuple[Node, ...]:
    """The parts right inside a part."""
    match node:
        case Unary(_, body):
            return (body,)
        case Binary(_, left, right):
            return left, right
        case RangeNode(first, last):
            return first, last
        case Call(_, args):
            return args
    return ()


def height(node: Node) -> int:
    """How many parts stand inside one another."""
    return 1 + max(map(height, children(node)), default=0)
