"""Row formulas by their shape: which ones in a book are the program's own, now or before.

A shape is the formula with fields of its row in the place of cells: it is the same in every
row, wherever columns stand and whichever program saved it. Digests of every shape that the program
has ever written stand in `FORMER`; a formula of another shape is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from formulas.cells.tokens import Kind, Token, corner, sheet_name, tokenise
from model.blueprint import Column
from templates.former import FORMER
from templates.live import cell_formula

Places = Mapping[str, int]
"""Where the fields of a table stand, by column number."""
_WORDS = re.compile(r"\b(TRUE|FALSE)\(\)")
_ROW = 1_000_003
"""A row of templates: no number of a formula is it by chance."""


def shape(formula: str, row: int, places: Places) -> str:
    """The formula with `{field}` for cells of its row; it can be written for any row again."""
    fields = {col: key for key, col in places.items()}
    parts: list[str] = []
    sheet = False
    for token in tokenise(formula):
        parts.append(_word(token, row, fields, away=sheet))
        sheet = token.kind is Kind.SHEET
    return _WORDS.sub(r"\1", "".join(parts))


def shape_of(column: Column, places: Places) -> str:
    """The shape of a live column of the blueprint."""
    return shape(cell_formula(column, places, _ROW), _ROW, places)


def digest(text: str) -> str:
    """A shape in few letters."""
    return sha256(text.encode()).hexdigest()[:16]


def is_former(table: str, column: Column, text: str) -> bool:
    """Whether the program has ever written formulas of a shape into a column."""
    return digest(text) in FORMER.get(f"{table}.{column.key}", ())


def _word(token: Token, row: int, fields: Mapping[int, str], *, away: bool) -> str:
    match token.kind:
        case Kind.FUNCTION:
            return token.text.upper()
        case Kind.SHEET:
            return f"'{sheet_name(token.text)}'!"
        case Kind.CELL if not away:
            at, col, fixed, _ = corner(token.text)
            return f"{{{fields[col]}}}" if at == row and not fixed and col in fields else token.text
        case _:
            return token.text


@lru_cache(maxsize=65_536)
def _row_mark(row: int) -> re.Pattern[str]:
    return re.compile(rf"(?<=[A-Z]){row}(?!\d)")


def likeness(formula: str, row: int) -> str:
    """What formulas of one shape in several rows have in common: told faster than their shape."""
    return _row_mark(row).sub("#", formula)
