"""Find what would make a live cell differ between Excel, LibreOffice, R7 and Google Sheets.

The rules are those of METRICS section 12, and what differed when measured: a comparison alone in
SUMPRODUCT (0 in Excel, counted in LibreOffice), IF inside SUMPRODUCT (an array formula in Excel),
TEXT with a group mark (`#,##0` means decimals in a Russian Excel), COUNTIFS whose first test is met
by blank cells (LibreOffice 7.4 cuts all ranges where the first one ends, and misses the last rows).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from formulas.cells.environment import FormulaError
from formulas.cells.parsing import parse
from formulas.cells.signatures import LISTED, SIGNATURES
from formulas.cells.syntax import (
    Binary,
    Call,
    CellNode,
    Literal,
    NameNode,
    Node,
    RangeNode,
    children,
)
from formulas.cells.tokens import Kind, Token, tokenise

CLOCKS = frozenset({"NOW", "TODAY"})
CRITERIA = frozenset({"SUMIFS", "COUNTIFS", "AVERAGEIFS", "COUNTIF", "SUMIF"})
OURS = frozenset(LISTED) | {"ROW", "SUBSTITUTE"}
"""What our own formulas may use: the list; ROW, which tells apart the steps of one moment; and
SUBSTITUTE, which finds a word in a text without a pattern."""
LAZY = frozenset({"IF", "IFERROR"})
COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
REFERENCES = CellNode | RangeNode | NameNode
WILD = re.compile(r"(?<!~)[*?]|~(?![*?~])")
SPELLED_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d")


def lint(formula: str, *, allow_now: bool = False) -> tuple[str, ...]:
    """Why a formula is not portable; empty for a good one.

    `allow_now` is for the one cell `now` that may ask the clock.
    """
    reasons = list(_foreign(tokenise(formula)))
    if not allow_now:
        reasons += [
            f"{name} outside the cell now" for name in _functions(formula) if name in CLOCKS
        ]
    if not reasons:
        try:
            tree = parse(formula).tree
        except FormulaError as error:
            return (f"{error.reason} at {error.position}",)
        reasons += _unlike(tree, ())
    return tuple(dict.fromkeys(reasons))


def _functions(formula: str) -> Iterator[str]:
    return (t.text.upper() for t in tokenise(formula) if t.kind is Kind.FUNCTION)


def _foreign(tokens: tuple[Token, ...]) -> Iterator[str]:
    for token in tokens:
        if token.kind is Kind.FUNCTION and token.text.upper() not in OURS:
            yield f"{token.text.upper()} is not on the list"
        elif token.kind in {Kind.COLUMNS, Kind.ROWS}:
            yield f"{token.text} is a whole column or row"
        elif token.kind is Kind.FOREIGN:
            yield _foreign_sign(token.text)


def _foreign_sign(text: str) -> str:
    if text in "{}":
        return "an array constant"
    if "[" in text or "]" in text:
        return f"{text} refers to a table or another workbook"
    if text in "#@":
        return "a spilled range"
    return f"{text} is not portable"


def _unlike(node: Node, above: tuple[Node, ...]) -> Iterator[str]:
    """The reasons in a part of a formula that stands inside others, the nearest last."""
    match node:
        case Literal(str() as text) if SPELLED_DAY.fullmatch(text):
            yield f'"{text}" is a day spelled as text'
        case Binary("+", left, right):
            yield from _sum_of_cells(left, right)
        case Call():
            yield from _unlike_call(node, above)
    for child in children(node):
        yield from _unlike(child, (*above, node))


def _sum_of_cells(left: Node, right: Node) -> Iterator[str]:
    both_cells = _ends_with_cell(left) and isinstance(right, REFERENCES)
    if both_cells or _may_be_empty(left) or _may_be_empty(right):
        yield "+ over what may hold an empty text; use SUM"


def _ends_with_cell(node: Node) -> bool:
    if isinstance(node, Binary) and node.sign == "+":
        return isinstance(node.right, REFERENCES)
    return isinstance(node, REFERENCES)


def _may_be_empty(node: Node) -> bool:
    if isinstance(node, Literal):
        return node.value == ""
    return isinstance(node, Call) and node.name in LAZY and any(map(_may_be_empty, node.args[1:]))


def _unlike_call(call: Call, above: tuple[Node, ...]) -> Iterator[str]:
    callers = [node.name for node in above if isinstance(node, Call)]
    if call.name == "AVERAGEIFS" and "IFERROR" not in callers:
        yield "AVERAGEIFS outside IFERROR"
    if call.name == "FIXED" and not any(isinstance(n, Binary) and n.sign == "&" for n in above):
        yield "FIXED outside a sentence"
    if call.name in LAZY and "SUMPRODUCT" in callers:
        yield f"{call.name} inside SUMPRODUCT"
    if call.name == "TEXT":
        yield from _text_pattern(call.args[1])
    if call.name == "SUMPRODUCT" and any(map(_is_comparison, call.args)):
        yield "a comparison alone in SUMPRODUCT; multiply it by 1"
    if call.name in {"MATCH", "INDEX"}:
        searched = call.args[1 if call.name == "MATCH" else 0]
        if not isinstance(searched, REFERENCES):
            yield f"{call.name} over what is no range"
    if call.name in CRITERIA:
        yield from _criteria(call)


def _text_pattern(pattern: Node) -> Iterator[str]:
    if not isinstance(pattern, Literal):
        yield "TEXT with a calculated pattern"
    elif "#" in str(pattern.value):
        yield "TEXT with a group mark depends on the language"


def _is_comparison(node: Node) -> bool:
    return isinstance(node, Binary) and node.sign in COMPARISONS


def _criteria(call: Call) -> Iterator[str]:
    if call.name == "COUNTIFS" and len(call.args) > 2 and _blanks_meet(call.args[1]):
        yield "COUNTIFS starts with a test that blank cells meet; put it second"
    kinds = [SIGNATURES[call.name].kind(index) for index in range(len(call.args))]
    for kind, arg in zip(kinds, call.args, strict=True):
        if kind == "s" and isinstance(arg, Literal) and WILD.search(str(arg.value)):
            yield f'"{arg.value}" is a pattern, not a value'


def _blanks_meet(criterion: Node) -> bool:
    if isinstance(criterion, Binary) and criterion.sign == "&":
        return criterion.left == Literal("<>")
    if not isinstance(criterion, Literal):
        return False
    text = str(criterion.value)
    return text in {"", "="} or (text.startswith("<>") and text != "<>")
