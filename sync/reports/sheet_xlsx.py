"""The pages of a report as sheets of a workbook, with native charts and «Строки» by link."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import PurePath
from typing import Any

import xlsxwriter

from sync.reports.looks import (
    DELTA,
    FACT,
    GREY,
    LINE,
    MONEY,
    PERCENT,
    PLAN,
    TENTHS,
    TEXT,
    Looks,
    percent_pattern,
)
from sync.reports.pages import write_bytes
from sync.reports.paper import ROW_POINTS, sheet_names
from sync.reports.rows import cut_short
from sync.reports.sheet import (
    Behind,
    Cell,
    Chart,
    Document,
    Form,
    Listed,
    Shape,
    Sheet,
    Table,
)
from sync.world import Disk

ROWS_NAME = "Строки"
ROWS_SHOWN = 5_000
ROWS_PRINTED = 120
"""Rows are for looking up: printed whole they are hundreds of pages behind a report of a few."""
NAME_WIDTH, CELL_WIDTH = 34, 13
ROW_WIDTHS = (11, 12, 34, 24, 40, 16)
CHARS = 118
CHART_ROWS, CHART_WIDTH = 12, 900
PATTERNS = {Form.MONEY: MONEY, Form.PERCENT: PERCENT, Form.DELTA: DELTA}
Places = Mapping[Behind, str]
"""Where the rows of a figure begin: «internal:'Строки'!A17»."""


def write_document(disk: Disk, path: PurePath, document: Document, *, at: datetime) -> bool:
    """True when the workbook was written; an equal one is left as it lies."""
    return write_bytes(disk, path, workbook(document, at=at))


def workbook(document: Document, *, at: datetime) -> bytes:
    """The bytes of the workbook: a sheet a page, then the rows."""
    stream = io.BytesIO()
    texts_stay = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    options = {"in_memory": True, **dict.fromkeys(texts_stay, False)}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": document.title, "created": at})
        add_document(book, Looks(book), document)
    return stream.getvalue()


def add_document(book: Any, looks: Looks, document: Document, taken: Sequence[str] = ()) -> Places:
    """Adds the pages and their rows to a workbook; gives where each list of rows begins."""
    wanted = [*taken, *(sheet.title for sheet in document.sheets), ROWS_NAME]
    *names, rows_name = sheet_names(wanted)[len(taken) :]
    lists = {one: cut_short(found, ROWS_SHOWN) for one, found in document.listed.items()}
    places = _places(rows_name, lists)
    for name, sheet in zip(names, document.sheets, strict=True):
        _Page(book, name, looks, places).fill(sheet, document.footer)
    if lists:
        _rows(book.add_worksheet(rows_name), looks, lists)
    return places


def _places(name: str, lists: Mapping[Behind, Listed]) -> Places:
    places, row = {}, 3
    for one, found in lists.items():
        places[one] = f"internal:'{name}'!A{row}"
        row += len(found.lines) + 2
    return places


def _rows(sheet: Any, looks: Looks, lists: Mapping[Behind, Listed]) -> None:
    """Each list under its words, with a sum that the workbook itself adds up."""
    for column, width in enumerate(ROW_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.freeze_panes(1, 0)
    titles = ("№", "Дата", "Клиент", "Менеджер", "Что", "Сколько")
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, looks.head(left=column < 5))
    row = 2
    plain, text = looks.cell(TEXT, left=True), looks.block()
    for found in lists.values():
        last, sums = (
            row + len(found.lines),
            looks.cell(_pattern(found.form, found.total), bold=True),
        )
        sheet.write_string(row, 0, found.title, text)
        sheet.write_formula(row, 5, f"=SUM(F{row + 2}:F{last + 1})", sums, float(found.total))
        for line in found.lines:
            row += 1
            day = "" if line.day is None else f"{line.day:%d.%m.%Y}"
            for column, words in enumerate((line.number, day, line.client, line.who, line.what)):
                sheet.write_string(row, column, words, plain)
            style = looks.cell(_pattern(found.form, line.amount))
            sheet.write_number(row, 5, float(line.amount), style)
        row += 2
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, min(row, ROWS_PRINTED), 5)


class _Page:
    """One sheet, filled from top to bottom."""

    def __init__(self, book: Any, name: str, looks: Looks, places: Places) -> None:
        self.book, self.name, self.looks, self.places, self.row = book, name, looks, places, 0
        self.width = 8
        self.sheet: Any = book.add_worksheet(name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 1)
        self.sheet.set_footer("&R&9&P")
        self.sheet.set_default_row(ROW_POINTS)

    def fill(self, sheet: Sheet, footer: Sequence[str]) -> None:
        """Cards, tables with their charts, notes."""
        self.width = max(6, *(len(table.titles) for table in sheet.tables))
        self.sheet.set_column(0, 0, NAME_WIDTH)
        self.sheet.set_column(1, self.width - 1, CELL_WIDTH)
        if self.width > 9:
            self.sheet.set_landscape()
        self.sheet.set_row(0, 28)
        self.sheet.write_string(0, 0, sheet.title, self.looks.title())
        right = self.looks.make(font_color=GREY, align="right")
        self.sheet.write_string(0, self.width - 1, sheet.days, right)
        self.row = 2
        self._cards(sheet)
        for table in sheet.tables:
            self._table(table)
        self.row += 1
        for note in (*sheet.notes, " ".join(footer)):
            self._note(note)
        self.sheet.print_area(0, 0, max(self.row - 1, 0), self.width - 1)

    def _cards(self, sheet: Sheet) -> None:
        """The large figures as a table of two columns: a card wants more width than a cell has."""
        for card in sheet.cards:
            self.sheet.write_string(self.row, 0, card.title, self.looks.cell(TEXT, left=True))
            self._figure(1, card.cell, bold=True)
            note = self.looks.quiet(indent=1)
            self.sheet.merge_range(self.row, 2, self.row, self.width - 1, card.note, note)
            self.row += 1

    def _table(self, table: Table) -> None:
        self.row += 1
        self.sheet.write_string(self.row, 0, table.title, self.looks.block())
        self.row += 1
        head = self.looks.make(
            bold=True, bg_color="#E6E9ED", font_color="#4A5560", text_wrap=True, align="right"
        )
        self.sheet.set_row(self.row, 2 * ROW_POINTS)
        for column, title in enumerate(table.titles):
            style = head if column else self.looks.head(left=True)
            self.sheet.write_string(self.row, column, title, style)
        first = self.row + 1
        for line in table.lines:
            self.row += 1
            name = self.looks.cell(TEXT, left=True, bold=line.total)
            self.sheet.write_string(self.row, 0, line.name, name)
            for column, cell in enumerate(line.cells, start=1):
                self._figure(column, cell, bold=line.total)
        drawn = sum(not line.total for line in table.lines)
        self.row += 1
        if table.note:
            self._note(table.note)
        if table.chart is not None and drawn > 1:
            self._chart(table, table.chart, first, first + drawn - 1)

    def _figure(self, column: int, cell: Cell, *, bold: bool) -> None:
        pattern = _pattern(cell.form, cell.value)
        style = self.looks.cell(pattern, bold=bold, light=cell.light)
        place = None if cell.behind is None else self.places.get(cell.behind)
        if cell.value is None:
            self.sheet.write_string(self.row, column, cell.shown, style)
            return
        if place is not None:  # the link first: the number written over it stays a number
            self.sheet.write_url(self.row, column, place, style, cell.shown, "Показать строки")
        self.sheet.write_number(self.row, column, _float(cell), style)

    def _note(self, text: str) -> None:
        lines = max(1, -(-len(text) // CHARS))
        self.sheet.set_row(self.row, ROW_POINTS + 15 * (lines - 1))
        style = self.looks.quiet()
        self.sheet.merge_range(self.row, 0, self.row, self.width - 1, text, style)
        self.row += 1

    def _chart(self, table: Table, chart: Chart, first: int, last: int) -> None:
        lying = chart.shape is Shape.BARS
        drawn: Any = self.book.add_chart({"type": "bar" if lying else "column"})
        colours = (PLAN, FACT) if len(chart.columns) > 1 else (FACT,)
        for at, colour in zip(chart.columns, colours, strict=True):
            drawn.add_series(
                {
                    "name": table.titles[at + 1],
                    "categories": [self.name, first, 0, last, 0],
                    "values": [self.name, first, at + 1, last, at + 1],
                    "fill": {"color": colour},
                    "gap": 45,
                    "overlap": 0,
                }
            )
        rows = max(CHART_ROWS, (last - first + 1) * len(chart.columns) + 4) if lying else CHART_ROWS
        self._dress(drawn, chart.title, lying=lying, legend=len(chart.columns) > 1)
        drawn.set_size({"width": CHART_WIDTH, "height": rows * ROW_POINTS * 4 // 3 - 6})
        self.sheet.insert_chart(self.row, 0, drawn, {"x_offset": 2, "y_offset": 4})
        self.row += rows

    def _dress(self, drawn: Any, title: str, *, lying: bool, legend: bool) -> None:
        font = {"name": "Calibri", "size": 9, "color": GREY}
        axis: dict[str, Any] = {"num_font": font, "line": {"color": LINE}}
        grid = {"major_gridlines": {"visible": True, "line": {"color": LINE}}, "num_format": MONEY}
        drawn.set_x_axis({**axis, **grid} if lying else axis)
        drawn.set_y_axis({**axis, "reverse": True} if lying else {**axis, **grid})
        drawn.set_title({"name": title, "name_font": {**font, "size": 11}, "overlay": False})
        drawn.set_legend({"position": "top", "font": font} if legend else {"none": True})
        drawn.set_chartarea({"border": {"none": True}})


def _pattern(form: Form, value: Decimal | None) -> str:
    if form in PATTERNS:
        return PATTERNS[form]
    if form is Form.ATTAINMENT:
        return percent_pattern(value)
    whole = value is None or value == value.to_integral_value()
    return MONEY if whole else TENTHS


def _float(cell: Cell) -> float:
    """The number as it is written; a deviation in whole percent, or Excel would print «-0»."""
    value = cell.value or Decimal(0)
    if cell.form is Form.DELTA:
        value = value.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return float(value)
