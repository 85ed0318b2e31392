"""A printed sheet of the report's workbook, filled from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from model.figures import Light
from model.texts.numbers import DASH
from sync.reports.looks import GREY, MONEY, TEXT, Looks

WIDTHS = (30, 15, 15, 17, 14, 15, 14)
"""Widths of the seven columns that every sheet shares."""
LAST = len(WIDTHS) - 1
HOW_COLUMN = 4
ROW_POINTS, LINE_POINTS = 19, 15
A4 = 9
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
NAME_LIMIT = 31
RESERVED = "history"
"""Excel keeps this sheet name for itself."""


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that Excel accepts: short, without its signs, no two alike."""
    taken = {RESERVED}
    names = []
    for text in wanted:
        base = " ".join(text.translate(FORBIDDEN).split()).strip("' ") or "Лист"
        name, count = base[:NAME_LIMIT].strip("' "), 1
        while name.casefold() in taken:
            count += 1
            tail = f" {count}"
            name = f"{base[: NAME_LIMIT - len(tail)]}{tail}"
        taken.add(name.casefold())
        names.append(name)
    return names


@dataclass(frozen=True, slots=True)
class Block:
    """Where a table lies: the rows a chart reads, counted from 0."""

    sheet: str
    first: int
    last: int

    def column(self, column: int) -> list[str | int]:
        """One column of the block as a chart takes it."""
        return [self.sheet, self.first, column, self.last, column]


class Paper:
    """A sheet that is filled from top to bottom; `row` is the next free line."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, looks: Looks) -> None:
        self.book, self.name, self.looks, self.row = book, name, looks, 0
        self.chart_row = 0
        self.sheet: Any = book.add_worksheet(name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(A4)
        self.sheet.set_portrait()
        self.sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 1)
        self.sheet.set_footer("&R&9&P")
        self.sheet.set_default_row(ROW_POINTS)
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width)

    def text(self, column: int, text: str, style: Any) -> None:
        """A text as it is, also when it begins with «=»."""
        self.sheet.write_string(self.row, column, text, style)

    def name_cell(self, text: str, *, bold: bool = False) -> None:
        """The first cell of a table row."""
        self.text(0, text, self.looks.cell(TEXT, left=True, bold=bold))

    def number(
        self,
        column: int,
        value: Decimal | None,
        pattern: str = MONEY,
        *,
        bold: bool = False,
        light: Light | None = None,
    ) -> None:
        """A number in its pattern, or a dash where the number is undefined."""
        style = self.looks.cell(pattern, bold=bold, light=light)
        if value is None:
            self.text(column, DASH, style)
        else:
            self.sheet.write_number(self.row, column, float(value), style)

    def title(self, text: str, note: str) -> None:
        """Heading of the sheet with a note at its right edge."""
        self.sheet.set_row(self.row, 28)
        self.text(0, text, self.looks.title())
        self.text(LAST, note, self.looks.make(font_color=GREY, align="right"))
        self.row += 1

    def heading(self, text: str) -> None:
        """Heading of a block after a free line."""
        self.row += 1
        self.text(0, text, self.looks.block())
        self.row += 1

    def header(self, *titles: str) -> None:
        """The grey line over a table."""
        for column, title in enumerate(titles):
            left = column == 0 or (column == HOW_COLUMN and title.startswith("Как "))
            self.text(column, title, self.looks.head(left=left))
        self.row += 1

    def across(self, text: str, style: Any, *, chars: int, first: int = 0) -> None:
        """A text over the columns from `first` to the last, the row as high as it needs."""
        lines = max(1, -(-len(text) // chars))
        if lines > 1:
            self.sheet.set_row(self.row, ROW_POINTS + LINE_POINTS * (lines - 1))
        self.sheet.merge_range(self.row, first, self.row, LAST, "", style)
        self.text(first, text, style)

    def finish(self) -> None:
        """What is filled is what prints."""
        self.sheet.print_area(0, 0, max(self.row - 1, 0), LAST)
