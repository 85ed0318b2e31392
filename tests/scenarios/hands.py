"""A script that loads a book with openpyxl, changes and saves it: results of formulas are lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, KEY_ROW


@dataclass(frozen=True, slots=True)
class Script:
    """An open book and where its fields are."""

    book: Workbook

    def sheet(self, title: str) -> Worksheet:
        """A sheet by its title."""
        found = self.book[title]
        assert isinstance(found, Worksheet)
        return found

    def columns(self, title: str) -> dict[str, int]:
        """Column of each field, by the hidden keys."""
        keys = self.sheet(title)[KEY_ROW]
        return {str(c.value).partition(".")[2]: c.column for c in keys if c.value}

    def put(self, title: str, row: int, /, **cells: object) -> None:
        """Fill cells of a row."""
        places = self.columns(title)
        for key, value in cells.items():
            self.sheet(title).cell(row, places[key]).value = value  # type: ignore[assignment]

    def turn_over(self, title: str, last: int) -> None:
        """Put the rows of a table upside down, values only."""
        sheet = self.sheet(title)
        typed = [c for c in range(1, sheet.max_column + 1) if not _is_formula(sheet, c)]
        lines = [[sheet.cell(r, c).value for c in typed] for r in range(FIRST_ROW, last + 1)]
        for row, line in enumerate(reversed(lines), start=FIRST_ROW):
            for col, value in zip(typed, line, strict=True):
                sheet.cell(row, col).value = value


def _is_formula(sheet: Worksheet, col: int) -> bool:
    return str(sheet.cell(FIRST_ROW, col).value or "").startswith("=")


@contextmanager
def script(path: Path) -> Iterator[Script]:
    """The book, saved in its place at the end."""
    book = openpyxl.load_workbook(path)
    yield Script(book)
    book.save(path)
    book.close()
