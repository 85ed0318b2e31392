"""Which functions a live cell may use, and what each takes.

The list is the portable one of the figures' definitions (METRICS section 12). ADDITIONS are ours:
NOT ISNUMBER ISBLANK SUBSTITUTE TRUE FALSE ROW ROWS COLUMN COUNTIF SUMIF stand in Excel 2007 and
later, LibreOffice, R7 and Google Sheets alike. Formulas of people may use them and are calculated;
of ours the linter accepts the list, ROW and SUBSTITUTE alone.

The kinds of arguments, one letter each, the last group in brackets repeating:
`s` one value, an error in it is the result; `v` one value, errors included; `r` a reference, or
whatever stands there; `e` the same, errors included; `l` not calculated until asked; `a` an array.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 255
DIGITS = re.compile(r"(#,##)?(0+)")
"""The patterns of TEXT that are known: `0`, `00`, `#,##0`; the last one is not portable."""


@dataclass(frozen=True, slots=True)
class Signature:
    """How many arguments a function takes and of which kinds."""

    kinds: str
    least: int
    repeat: int = 0

    def accepts(self, count: int) -> bool:
        """Whether a call with that many arguments is well formed."""
        if count < self.least:
            return False
        if not self.repeat:
            return count <= len(self.kinds)
        return count <= MOST and (count - len(self.kinds)) % self.repeat == 0

    def kind(self, index: int) -> str:
        """The kind of the argument at an index, counted from 0."""
        if index < len(self.kinds):
            return self.kinds[index]
        return self.kinds[len(self.kinds) - self.repeat + (index - len(self.kinds)) % self.repeat]


LISTED = {
    "SUMIFS": Signature("rrs", 3, 2),
    "COUNTIFS": Signature("rs", 2, 2),
    "AVERAGEIFS": Signature("rrs", 3, 2),
    "SUMPRODUCT": Signature("a", 1, 1),
    "INDEX": Signature("rss", 2),
    "MATCH": Signature("srs", 2),
    "IF": Signature("sll", 2),
    "AND": Signature("r", 1, 1),
    "OR": Signature("r", 1, 1),
    "IFERROR": Signature("vl", 2),
    "ROUND": Signature("ss", 2),
    "ROUNDUP": Signature("ss", 2),
    "MIN": Signature("r", 1, 1),
    "MAX": Signature("r", 1, 1),
    "ABS": Signature("s", 1),
    "DATE": Signature("sss", 3),
    "YEAR": Signature("s", 1),
    "MONTH": Signature("s", 1),
    "DAY": Signature("s", 1),
    "EDATE": Signature("ss", 2),
    "EOMONTH": Signature("ss", 2),
    "WEEKDAY": Signature("ss", 1),
    "INT": Signature("s", 1),
    "MOD": Signature("ss", 2),
    "RANK": Signature("srs", 2),
    "MEDIAN": Signature("r", 1, 1),
    "LARGE": Signature("rs", 2),
    "SMALL": Signature("rs", 2),
    "SUM": Signature("r", 1, 1),
    "COUNT": Signature("e", 1, 1),
    "COUNTA": Signature("e", 1, 1),
    "TEXT": Signature("ss", 2),
    "LEFT": Signature("ss", 1),
    "RIGHT": Signature("ss", 1),
    "MID": Signature("sss", 3),
    "LEN": Signature("s", 1),
    "TRIM": Signature("s", 1),
    "HYPERLINK": Signature("ss", 1),
    "REPT": Signature("ss", 2),
    "FIXED": Signature("sss", 1),
    "NOW": Signature("", 0),
    "TODAY": Signature("", 0),
}
ADDITIONS = {
    "NOT": Signature("s", 1),
    "ISNUMBER": Signature("v", 1),
    "ISBLANK": Signature("v", 1),
    "SUBSTITUTE": Signature("ssss", 3),
    "TRUE": Signature("", 0),
    "FALSE": Signature("", 0),
    "ROW": Signature("r", 0),
    "ROWS": Signature("r", 1),
    "COLUMN": Signature("r", 0),
    "COUNTIF": Signature("rs", 2),
    "SUMIF": Signature("rsr", 2),
}
SIGNATURES = LISTED | ADDITIONS
