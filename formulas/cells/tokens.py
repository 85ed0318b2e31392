"""Cut a formula into tokens that know where they stood.

Nothing is refused here: what the portable subset does not know comes out as FOREIGN, so that
references can be found and moved in any formula.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from formulas.cells.syntax import MAX_COL, MAX_ROW


class Kind(Enum):
    """What a token is."""

    TEXT = auto()
    FAULT = auto()
    SHEET = auto()
    COLUMNS = auto()
    ROWS = auto()
    CELL = auto()
    NUMBER = auto()
    FUNCTION = auto()
    NAME = auto()
    SIGN = auto()
    FOREIGN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula, from `start` up to `end`."""

    kind: Kind
    text: str
    start: int
    end: int


TOKENS = re.compile(
    r"""
    (?P<TEXT>"(?:[^"]|"")*")
  | (?P<FAULT>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A))
  | (?P<SHEET>'(?:[^']|'')+'!|[^\W\d][\w.]*!)
  | (?P<COLUMNS>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!$]))
  | (?P<ROWS>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}(?![\w.]))
  | (?P<CELL>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}(?![\w.(!\[]))
  | (?P<NUMBER>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?(?!\w))
  | (?P<FUNCTION>[^\W\d][\w.]*(?=\())
  | (?P<NAME>[^\W\d][\w.]*(?![\w.\[!]))
  | (?P<SIGN><>|<=|>=|[-+*/^&=<>%(),:])
  | (?P<SPACE>\s+)
  | (?P<FOREIGN>[^\W\d][\w.]*(?:\[[^\]]*\]+)?|[\w.]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
ADDRESS = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d*)")


@lru_cache(maxsize=4096)
def tokenise(formula: str) -> tuple[Token, ...]:
    """The tokens of a formula without its blanks and its leading equals sign."""
    start = 1 if formula.startswith("=") else 0
    found = TOKENS.finditer(formula, start)
    return tuple(_token(match) for match in found if match.lastgroup != "SPACE")


def _token(match: re.Match[str]) -> Token:
    kind = Kind[match.lastgroup or ""]
    text = match.group()
    if kind is Kind.CELL and not _exists(text):
        kind = Kind.FOREIGN if "$" in text else Kind.NAME
    return Token(kind, text, match.start(), match.end())


def _exists(address: str) -> bool:
    row, col, _, _ = corner(address)
    return row <= MAX_ROW and col <= MAX_COL


def corner(address: str) -> tuple[int, int, bool, bool]:
    """Row and column of an address such as `$B7`, and which of them carries the $ mark."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    col_mark, letters, row_mark, digits = match.groups()
    return int(digits), column_number(letters), bool(row_mark), bool(col_mark)


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 is A, 26 is Z, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sheet_name(prefix: str) -> str:
    """The name of the sheet in a prefix such as `'План-факт'!`."""
    bare = prefix[:-1]
    return bare[1:-1].replace("''", "'") if bare.startswith("'") else bare
