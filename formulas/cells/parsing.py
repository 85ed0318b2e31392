"""Parse a formula of the portable subset into its tree.

Precedence as in Excel, loosest first: comparison, &, + -, * /, ^, percent, sign, range. A sign
binds tighter than ^ (-2^2 is 4), and ^ goes from left to right.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from formulas.cells.environment import CellValue, FormulaError
from formulas.cells.signatures import DIGITS, SIGNATURES
from formulas.cells.syntax import (
    Binary,
    Call,
    CellNode,
    Formula,
    Literal,
    NameNode,
    Node,
    RangeNode,
    Unary,
)
from formulas.cells.tokens import Kind, Token, corner, sheet_name, tokenise
from formulas.cells.values import is_too_large
from model.values import Fault

LEVELS = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}
"""How tight an operator binds."""
REFERENCE_FUNCTIONS = frozenset({"INDEX"})
"""Functions whose result may stand beside the range operator."""
DEEPEST = 40
MOST_OPERATORS = 200
"""More than any live cell has; a stranger's formula past them would exhaust Python's stack."""


@lru_cache(maxsize=4096)
def parse(formula: str) -> Formula:
    """The tree of a formula, with or without its equals sign; raises FormulaError."""
    parser = _Parser(formula, tokenise(formula))
    tree = parser.expression(0)
    parser.end()
    return Formula(formula.removeprefix("="), tree)


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, formula: str, tokens: tuple[Token, ...]) -> None:
        self._formula = formula
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._operators = 0

    def expression(self, level: int) -> Node:
        """An expression whose operators bind tighter than `level`."""
        node = self._percent()
        while LEVELS.get(self._sign() or "", 0) > level:
            sign = self._next().text
            self._count_operator()
            node = Binary(sign, node, self.expression(LEVELS[sign]))
        return node

    def end(self) -> None:
        """Make sure that nothing is left."""
        if self._at < len(self._tokens):
            raise self._wrong("something is left over")

    def _percent(self) -> Node:
        node = self._signed()
        while self._sign() == "%":
            self._next()
            self._count_operator()
            node = Unary("%", node)
        return node

    def _signed(self) -> Node:
        if self._sign() in {"+", "-"}:
            sign = self._next().text
            self._enter()
            node = Unary(sign, self._signed())
            self._depth -= 1
            return node
        return self._range()

    def _range(self) -> Node:
        node = self._primary()
        while self._sign() == ":":
            self._refuse_unless_reference(node)
            self._next()
            self._count_operator()
            last = self._primary()
            self._refuse_unless_reference(last)
            node = RangeNode(node, last)
        return node

    def _refuse_unless_reference(self, node: Node) -> None:
        named = isinstance(node, Call) and node.name in REFERENCE_FUNCTIONS
        if not named and not isinstance(node, CellNode | RangeNode | NameNode):
            raise self._wrong("a range needs a reference on both sides")

    def _primary(self) -> Node:
        if self._at >= len(self._tokens):
            raise self._wrong("the formula ends too early")
        token = self._next()
        match token.kind:
            case Kind.SIGN if token.text == "(":
                self._enter()
                node = self.expression(0)
                self._expect(")")
                self._depth -= 1
                return node
            case Kind.FUNCTION:
                return self._call(token)
            case Kind.SHEET:
                return self._qualified(token)
            case Kind.CELL:
                return _cell(None, token)
            case Kind.NAME:
                return self._name(token)
        return Literal(self._constant(token))

    def _constant(self, token: Token) -> CellValue:
        match token.kind:
            case Kind.NUMBER:
                if is_too_large(number := Decimal(token.text)):
                    raise self._wrong("too large a number", back=1)
                return number
            case Kind.TEXT:
                return token.text[1:-1].replace('""', '"')
            case Kind.FAULT:
                return Fault(token.text)
            case Kind.COLUMNS | Kind.ROWS:
                raise self._wrong("a whole column or row", back=1)
        raise self._wrong(f"{token.text} is not portable", back=1)

    def _name(self, token: Token) -> Node:
        truth = {"TRUE": True, "FALSE": False}.get(token.text.upper())
        return NameNode(token.text) if truth is None else Literal(truth)

    def _qualified(self, prefix: Token) -> Node:
        sheet = sheet_name(prefix.text)
        if "[" in sheet:
            raise self._wrong("another workbook", back=1)
        token = self._next() if self._at < len(self._tokens) else prefix
        if token.text == "#REF!":
            return Literal(Fault(token.text))
        if token.kind is not Kind.CELL:
            raise self._wrong("a sheet needs a cell", back=1)
        return _cell(sheet, token)

    def _call(self, token: Token) -> Node:
        name = token.text.upper()
        signature = SIGNATURES.get(name)
        if signature is None:
            raise self._wrong(f"{name} is not on the list", back=1)
        self._enter()
        args = self._arguments()
        self._depth -= 1
        if not signature.accepts(len(args)):
            raise self._wrong(f"{name} does not take {len(args)} arguments")
        if name == "TEXT" and isinstance(args[1], Literal) and not _digits(args[1]):
            raise self._wrong("TEXT knows patterns of digits only")
        return Call(name, args)

    def _arguments(self) -> tuple[Node, ...]:
        self._expect("(")
        if self._sign() == ")":
            self._next()
            return ()
        args = [self._argument()]
        while self._sign() == ",":
            self._next()
            args.append(self._argument())
        self._expect(")")
        return tuple(args)

    def _argument(self) -> Node:
        return Literal(None) if self._sign() in {",", ")"} else self.expression(0)

    def _sign(self) -> str | None:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.text if token is not None and token.kind is Kind.SIGN else None

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._sign() != sign:
            raise self._wrong(f"{sign} is missing")
        self._next()

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong("nested too deep")

    def _count_operator(self) -> None:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise self._wrong("too many operators")

    def _wrong(self, reason: str, *, back: int = 0) -> FormulaError:
        index = self._at - back
        position = self._tokens[index].start if index < len(self._tokens) else len(self._formula)
        return FormulaError(self._formula, reason, position)


def _digits(pattern: Literal) -> bool:
    return isinstance(pattern.value, str) and DIGITS.fullmatch(pattern.value) is not None


def _cell(sheet: str | None, token: Token) -> CellNode:
    row, col, row_fixed, col_fixed = corner(token.text)
    return CellNode(sheet, row, col, row_fixed, col_fixed)
