"""Formula text moved by rows and columns, as a child of a shared formula reads."""

from __future__ import annotations

import re

from sync.ooxml.a1 import MAX_COLUMN, MAX_ROW, col_letter, col_number

# Texts, quoted sheet names and structured references are stepped over, then come whole columns,
# whole rows and cells; a name that merely starts like a cell (LOG10(, A1_x) is none.
_TOKEN = re.compile(
    r"""(?P<skip>"[^"]*"|'[^']*'!?|\[(?:[^\[\]]|\[[^\[\]]*\])*\])"""
    r"""|(?<![\w.$])(?P<c1>\$?[A-Za-z]{1,3}):(?P<c2>\$?[A-Za-z]{1,3})(?![\w.(!])"""
    r"""|(?<![\w.$])(?P<r1>\$?[0-9]{1,7}):(?P<r2>\$?[0-9]{1,7})(?![\w.(!])"""
    r"""|(?<![\w.$])(?P<col>\$?[A-Za-z]{1,3})(?P<row>\$?[0-9]{1,7})(?![\w.(!])"""
)
_LOST = "#REF!"


def translate(formula: str, *, rows: int, cols: int) -> str:
    """The formula with its relative references moved; one that leaves the sheet is `#REF!`."""
    if not rows and not cols:
        return formula

    def moved(match: re.Match[str]) -> str:
        if match["skip"] is not None:
            return match[0]
        try:
            if match["col"]:
                return _col(match["col"], cols) + _row(match["row"], rows)
            if match["c1"]:
                return f"{_col(match['c1'], cols)}:{_col(match['c2'], cols)}"
            return f"{_row(match['r1'], rows)}:{_row(match['r2'], rows)}"
        except ValueError:
            return _LOST

    return _TOKEN.sub(moved, formula)


def _col(text: str, by: int) -> str:
    if text[0] == "$":
        return text
    number = col_number(text) + by
    # Excel wraps references of shared formulas around the edge of the sheet.
    return col_letter((number - 1) % MAX_COLUMN + 1)


def _row(text: str, by: int) -> str:
    if text[0] == "$":
        return text
    number = int(text)
    if not 1 <= number <= MAX_ROW:
        raise ValueError(text)
    return str((number + by - 1) % MAX_ROW + 1)
