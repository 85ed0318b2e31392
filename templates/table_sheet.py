"""A sheet of rows: hidden keys, the strip, headings, spare rows, lists, colours, a native table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as NativeTable
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import (
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    SPARE_ROWS,
    STRIP_ROW,
    Column,
    Kind,
    Owner,
    RowMaker,
    Table,
)
from templates.live import cell_formula
from templates.screens import faces

ROW_HEIGHT, HEADER_HEIGHT, STRIP_HEIGHT = 19.0, 24.0, 26.0
LAST_RULED_ROW = 20_000
"""Validations and conditional looks reach this far, so that growing never needs to extend them."""
NAMED_ROWS = 500
GREY_FILL, GREY_INK = "F6F7F9", "4A5560"
FORMATS = {
    Kind.MONEY: faces.SUM,
    Kind.NUMBER: "#,##0.##",
    Kind.COUNT: "#,##0",
    Kind.PERCENT: '0" %"',
    Kind.DATE: "dd.mm.yy",
    Kind.TIME: "hh:mm",
    Kind.MOMENT: "dd.mm.yy hh:mm",
    Kind.INN: "@",
    Kind.KPP: "@",
    Kind.PHONE: "@",
    Kind.CODE: "@",
}
RIGHT = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.PERCENT})
SIGNAL_COLOURS = {
    1: (faces.RED_FILL, faces.RED_INK),
    2: (faces.YELLOW_FILL, faces.YELLOW_INK),
    3: (faces.BLUE_FILL, faces.BLUE_INK),
}
WRAPPED = frozenset({"wrong", "proposal"})


@dataclass(frozen=True, slots=True)
class Placed:
    """A table on a sheet: its columns and where the first one stands."""

    table: Table
    columns: tuple[Column, ...]
    left: int = 1

    @property
    def places(self) -> dict[str, int]:
        """Column number of each field."""
        return {c.key: self.left + i for i, c in enumerate(self.columns)}

    def area(self, key: str, last: int, *, first: int = FIRST_ROW) -> str:
        """Address of a column's cells."""
        letter = get_column_letter(self.places[key])
        return f"${letter}${first}:${letter}${last}"


def draw_table(ws: Worksheet, placed: Placed, lists: Mapping[str, str], *, spare: int) -> None:
    """Paint a table: keys, headings, spare rows, validations, names."""
    ws.sheet_format.defaultRowHeight = ROW_HEIGHT
    ws.sheet_format.customHeight = True
    ws.row_dimensions[KEY_ROW].hidden = True
    ws.row_dimensions[HEADER_ROW].height = HEADER_HEIGHT
    ws.row_dimensions[STRIP_ROW].height = STRIP_HEIGHT
    for column, number in zip(placed.columns, placed.places.values(), strict=True):
        _heading(ws, placed.table, column, number)
        _spare_cells(ws, column, number, placed.places, spare)
        _validation(ws, placed, column, lists)
        _name(ws, placed, column)


def _heading(ws: Worksheet, table: Table, column: Column, number: int) -> None:
    ws.cell(KEY_ROW, number, f"{table.key}.{column.key}")
    cell = ws.cell(HEADER_ROW, number, column.title.ru)
    person = column.owner in {Owner.PERSON, Owner.IMPORT}
    cell.font = Font(
        name="Calibri",
        size=11,
        bold=True,
        color=faces.PERSON_INK if person else faces.HEAD_INK,
    )
    fill = faces.PERSON_FILL if person else faces.HEAD_FILL
    cell.fill = PatternFill("solid", start_color=fill, end_color=fill)
    cell.alignment = Alignment(
        horizontal="right" if column.kind in RIGHT else "left",
        vertical="center",
        indent=1,
    )
    dimension = ws.column_dimensions[get_column_letter(number)]
    dimension.width = column.width
    dimension.hidden = column.hidden


def _spare_cells(
    ws: Worksheet, column: Column, number: int, places: Mapping[str, int], spare: int
) -> None:
    grey = locked = column.owner in {Owner.COMPUTED, Owner.SYSTEM}
    font = Font(name="Calibri", size=11, color=GREY_INK if grey else faces.INK)
    fill = PatternFill("solid", start_color=GREY_FILL, end_color=GREY_FILL) if grey else None
    alignment = Alignment(
        horizontal="right" if column.kind in RIGHT else "left",
        vertical="center",
        indent=1,
        wrap_text=column.key in WRAPPED,
    )
    border = Border(bottom=Side("thin", color=faces.LINE))
    look = column.format or FORMATS.get(column.kind, "General")
    first = ws.cell(FIRST_ROW, number)
    first.font, first.alignment, first.border = font, alignment, border
    if fill is not None:
        first.fill = fill
    first.number_format = look
    if not locked:
        first.protection = Protection(locked=False)
    for row in range(FIRST_ROW, FIRST_ROW + spare):
        cell = ws.cell(row, number)
        cell._style = copy(first._style)  # type: ignore[union-attr]  # noqa: SLF001  # one look a column
        if column.live is not None:
            cell.value = "=" + cell_formula(column, places, row)


def _validation(ws: Worksheet, placed: Placed, column: Column, lists: Mapping[str, str]) -> None:
    area = placed.area(column.key, LAST_RULED_ROW).replace("$", "")
    if column.owner in {Owner.COMPUTED, Owner.SYSTEM}:
        if placed.table.makes_rows is RowMaker.PERSON and not column.hidden:
            _refuse_typing(ws, area)
        return
    source = lists.get(column.choices or "")
    if source is None:
        return
    rule = DataValidation(type="list", formula1=source, allow_blank=True)
    rule.showErrorMessage = column.closed
    rule.errorTitle = "Нет в списке"
    rule.error = "Выберите из списка. Новый вариант добавляют на листе «Настройки»."
    rule.add(area)
    ws.add_data_validation(rule)


def _refuse_typing(ws: Worksheet, area: str) -> None:
    rule = DataValidation(type="custom", formula1="FALSE", allow_blank=True)
    rule.showErrorMessage = True
    rule.errorTitle = "Серый столбец"
    rule.error = "Эту клетку считает программа. Нажмите «Отмена»."
    rule.add(area)
    ws.add_data_validation(rule)


def _name(ws: Worksheet, placed: Placed, column: Column) -> None:
    """A name over the column, header left out, with room below (METRICS section 12)."""
    book = ws.parent
    if book is None:
        raise ValueError(ws.title)
    last = FIRST_ROW + SPARE_ROWS + NAMED_ROWS
    target = f"{quote_sheetname(ws.title)}!{placed.area(column.key, last)}"
    name = f"{placed.table.key}_{column.key}"
    book.defined_names[name] = DefinedName(name, attr_text=target)


def add_native(ws: Worksheet, placed: Placed) -> None:
    """Excel's own table over the headings and the first row: it grows with the content."""
    right = get_column_letter(placed.left + len(placed.columns) - 1)
    left = get_column_letter(placed.left)
    native = NativeTable(
        displayName=f"tbl_{placed.table.key}", ref=f"{left}{HEADER_ROW}:{right}{FIRST_ROW}"
    )
    fill: Any = native  # the stubs do not know the method; names are filled only while saving
    fill._initialise_columns()  # noqa: SLF001
    for made, column in zip(native.tableColumns, placed.columns, strict=True):
        made.name = column.title.ru
    ws.add_table(native)


def colour_rows(ws: Worksheet, placed: Placed, upto: str) -> None:
    """The frozen part takes the colour of the hidden code; the cell to fill turns yellow."""
    places = placed.places
    if "code" not in places:
        return
    code = get_column_letter(places["code"])
    area = f"A{FIRST_ROW}:{get_column_letter(places[upto])}{LAST_RULED_ROW}"
    for value, (fill, ink) in SIGNAL_COLOURS.items():
        _rule(ws, area, f"${code}{FIRST_ROW}={value}", fill, ink)


def yellow_where(ws: Worksheet, placed: Placed, key: str, condition: str) -> None:
    """«Впишите сюда»: a cell turns yellow where the condition over `{field}` holds."""
    formula = condition
    for name, number in placed.places.items():
        formula = formula.replace(f"{{{name}}}", f"${get_column_letter(number)}{FIRST_ROW}")
    area = placed.area(key, LAST_RULED_ROW).replace("$", "")
    _rule(ws, area, formula, faces.YOURS_FILL, faces.INK)


def grey_where(ws: Worksheet, placed: Placed, condition: str) -> None:
    """Rows that are over fade."""
    formula = condition
    for name, number in placed.places.items():
        formula = formula.replace(f"{{{name}}}", f"${get_column_letter(number)}{FIRST_ROW}")
    last = get_column_letter(placed.left + len(placed.columns) - 1)
    _rule(ws, f"A{FIRST_ROW}:{last}{LAST_RULED_ROW}", formula, None, faces.GREY)


def _rule(ws: Worksheet, area: str, formula: str, fill: str | None, ink: str) -> None:
    ws.conditional_formatting.add(
        area,
        FormulaRule(  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            formula=[formula],
            fill=PatternFill(bgColor=fill, fill_type="solid") if fill else None,
            font=Font(color=ink),
        ),
    )


def strip(ws: Worksheet, left: tuple[int, str], right: tuple[int, str]) -> None:
    """The frozen line above the headings: (column, text or formula) on both sides."""
    for (number, text), bold in ((left, True), (right, False)):
        cell = ws.cell(STRIP_ROW, number, text)
        cell.font = Font(
            name="Calibri", size=11, bold=bold, color=faces.INK if bold else faces.GREY
        )
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)


def set_view(ws: Worksheet, freeze: str, columns: Sequence[Column]) -> None:
    """Freeze, zoom and print: A4 across, one sheet wide, headings on every page."""
    ws.freeze_panes = freeze
    ws.sheet_view.showGridLines = False
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    ws.page_margins.left = ws.page_margins.right = 0.4
    visible = [i for i, c in enumerate(columns, start=1) if not c.hidden]
    if visible:
        ws.print_title_cols = None
