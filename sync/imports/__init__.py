"""Files of others: read as a table, columns guessed, rows prepared, refused ones handed back."""

from __future__ import annotations

from sync.imports.columns import Guess, guess_columns, sure_kinds
from sync.imports.files import read_table, table_of
from sync.imports.headings import ImportKind
from sync.imports.prepare import ImportContext, Incoming, Prepared, Refused, prepare
from sync.imports.raw import RawRow, RawTable
from sync.imports.refused import refused_csv

__all__ = [
    "Guess",
    "ImportContext",
    "ImportKind",
    "Incoming",
    "Prepared",
    "RawRow",
    "RawTable",
    "Refused",
    "guess_columns",
    "prepare",
    "read_table",
    "refused_csv",
    "sure_kinds",
    "table_of",
]
