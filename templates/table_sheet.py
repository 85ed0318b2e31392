"""A sheet of rows: hidden keys, the strip, headings, spare rows, lists, colours, a native table."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    Table,
)
from templates.lists import PickList, validation
from templates.live import cell_formula
from templates.looks import Look
from templates.screens import faces

ROW_HEIGHT, HEADER_HEIGHT, STRIP_HEIGHT = 19.0, 24.0, 26.0
LAST_RULED_ROW = 20_000
"""Validations and conditional looks reach this far, so that growing never needs to extend them."""
NAMED_ROWS = 500
GREY_FILL, GREY_INK = "F6F7F9", "4A5560"
TYPED_SUM = "#,##0;-#,##0;0;@"
"""A typed «300т» must stay visible, so texts are shown as they are."""
MIXED_NUMBER = "[>=1000]#,##0;General"
FORMATS = {
    Kind.MONEY: TYPED_SUM,
    Kind.NUMBER: MIXED_NUMBER,
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
BUTTON_INDENT = 2
"""Keeps a heading on the right clear of Excel's filter button."""
DAEMON = frozenset({Owner.COMPUTED, Owner.SYSTEM})
SIGNAL_COLOURS = {
    1: (faces.RED_FILL, faces.RED_INK),
    2: (faces.YELLOW_FILL, faces.YELLOW_INK),
    3: (faces.BLUE_FILL, faces.BLUE_INK),
}
WRAPPED = frozenset({"wrong", "proposal"})
REFUSED = "Серое считает программа, вписанное здесь не останется. Нажмите «Отмена»."
_FIELD = re.compile(r"\{(\w+)\}")


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

    @property
    def right(self) -> int:
        """Number of the last column."""
        return self.left + len(self.columns) - 1

    @property
    def last_visible(self) -> int:
        """Number of the last column that is not hidden."""
        return max(
            n for c, n in zip(self.columns, self.places.values(), strict=True) if not c.hidden
        )

    def area(self, first: str, last: str) -> str:
        """Address of all cells that a rule covers, from one field to another."""
        left, right = (get_column_letter(self.places[key]) for key in (first, last))
        return f"{left}{FIRST_ROW}:{right}{LAST_RULED_ROW}"

    def condition(self, text: str) -> str:
        """A condition over `{field}` written for the first row, columns fixed."""

        def cell(match: re.Match[str]) -> str:
            return f"${get_column_letter(self.places[match[1]])}{FIRST_ROW}"

        return _FIELD.sub(cell, text)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a table takes from its book: lists to pick from, and who adds to them."""

    lists: Mapping[str, PickList]
    owner: str = ""


def draw_table(
    ws: Worksheet, placed: Placed, around: Surroundings, *, spare: int, height: float = ROW_HEIGHT
) -> None:
    """Paint a table: keys, headings, spare rows, validations, names."""
    ws.sheet_format.defaultRowHeight = ROW_HEIGHT
    ws.sheet_format.customHeight = True
    ws.row_dimensions[KEY_ROW].hidden = True
    ws.row_dimensions[HEADER_ROW].height = HEADER_HEIGHT
    ws.row_dimensions[STRIP_ROW].height = STRIP_HEIGHT
    if height != ROW_HEIGHT:
        for row in range(FIRST_ROW, FIRST_ROW + spare):
            ws.row_dimensions[row].height = height
    for column, number in zip(placed.columns, placed.places.values(), strict=True):
        _heading(ws, placed.table, column, number)
        _spare_cells(ws, column, number, placed.places, spare)
        _guard(ws, placed, column, around)
        _name(ws, placed, column)


def _heading(ws: Worksheet, table: Table, column: Column, number: int) -> None:
    ws.cell(KEY_ROW, number, f"{table.key}.{column.key}")
    cell = ws.cell(HEADER_ROW, number, column.title.ru)
    grey, right = column.owner in DAEMON, column.kind in RIGHT
    ink, fill = (faces.HEAD_INK, faces.HEAD_FILL) if grey else (faces.PERSON_INK, faces.PERSON_FILL)
    cell.font = Font(name="Calibri", size=11, bold=True, color=ink)
    cell.fill = PatternFill("solid", start_color=fill, end_color=fill)
    cell.alignment = Alignment(
        horizontal="right" if right else "left",
        vertical="center",
        indent=BUTTON_INDENT if right else 1,
    )
    dimension = ws.column_dimensions[get_column_letter(number)]
    dimension.width = column.width
    dimension.hidden = column.hidden


def _spare_cells(
    ws: Worksheet, column: Column, number: int, places: Mapping[str, int], spare: int
) -> None:
    first = ws.cell(FIRST_ROW, number)
    grey = column.owner in DAEMON
    first.font = Font(name="Calibri", size=11, color=GREY_INK if grey else faces.INK)
    first.alignment = Alignment(
        horizontal="right" if column.kind in RIGHT else "left",
        vertical="center",
        indent=1,
        wrap_text=column.key in WRAPPED,
    )
    first.border = Border(bottom=Side("thin", color=faces.LINE))
    first.number_format = column.format or FORMATS.get(column.kind, "General")
    if grey:
        first.fill = PatternFill("solid", start_color=GREY_FILL, end_color=GREY_FILL)
    else:
        first.protection = Protection(locked=False)
    for row in range(FIRST_ROW, FIRST_ROW + spare):
        cell = ws.cell(row, number)
        cell._style = copy(first._style)  # type: ignore[union-attr]  # noqa: SLF001  # one look a column
        if column.live is not None:
            cell.value = "=" + cell_formula(column, places, row)


def _guard(ws: Worksheet, placed: Placed, column: Column, around: Surroundings) -> None:
    """What may be typed: a list's texts, nothing into the daemon's columns, else anything."""
    if column.owner in DAEMON:
        rule = None if column.hidden else _refuse_typing()
    else:
        rule = validation(column, around.lists, around.owner)
    if rule is not None:
        rule.add(placed.area(column.key, column.key))
        ws.add_data_validation(rule)


def _refuse_typing() -> DataValidation:
    rule = DataValidation(type="custom", formula1="FALSE", allow_blank=True)
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = "Серый столбец", REFUSED
    return rule


def _name(ws: Worksheet, placed: Placed, column: Column) -> None:
    """A name over the column, header left out, with room below (METRICS section 12)."""
    book = ws.parent
    if book is None:
        raise ValueError(ws.title)
    letter = get_column_letter(placed.places[column.key])
    area = f"${letter}${FIRST_ROW}:${letter}${FIRST_ROW + SPARE_ROWS + NAMED_ROWS}"
    name = f"{placed.table.key}_{column.key}"
    book.defined_names[name] = DefinedName(name, attr_text=f"{quote_sheetname(ws.title)}!{area}")


def add_native(ws: Worksheet, placed: Placed) -> None:
    """Excel's own table over the headings and the first row: it grows with the content."""
    left, right = get_column_letter(placed.left), get_column_letter(placed.right)
    native = NativeTable(
        displayName=f"tbl_{placed.table.key}", ref=f"{left}{HEADER_ROW}:{right}{FIRST_ROW}"
    )
    fill: Any = native  # the stubs do not know the method; names are filled only while saving
    fill._initialise_columns()  # noqa: SLF001
    for made, column in zip(native.tableColumns, placed.columns, strict=True):
        made.name = column.title.ru
    ws.add_table(native)


def colour(ws: Worksheet, placed: Placed, look: Look) -> None:
    """Due cells turn yellow, the frozen part takes the signal's colour, what is over fades."""
    first, last = placed.columns[0].key, placed.columns[placed.last_visible - placed.left].key
    for key, condition in look.due:
        area = placed.area(key, key)
        _rule(ws, area, placed.condition(condition), fill=faces.YOURS_FILL, ink=faces.INK)
    if look.coloured:
        area = placed.area(first, look.coloured)
        for code, (fill, ink) in SIGNAL_COLOURS.items():
            _rule(ws, area, placed.condition(f"MOD({{code}},10)={code}"), fill=fill, ink=ink)
    if look.strong:
        area = placed.area(first, last)
        _rule(ws, area, placed.condition(look.strong), fill=faces.HEAD_FILL, bold=True)
    if look.over:
        _rule(ws, placed.area(first, last), placed.condition(look.over), ink=faces.GREY)


def _rule(
    ws: Worksheet,
    area: str,
    formula: str,
    *,
    fill: str | None = None,
    ink: str | None = None,
    bold: bool | None = None,
) -> None:
    paint = PatternFill(bgColor=fill, fill_type="solid") if fill else None
    font = Font(color=ink, bold=bold) if ink or bold else None
    rule = FormulaRule(formula=[formula], fill=paint, font=font)
    ws.conditional_formatting.add(area, rule)


def draw_strip(ws: Worksheet, placed: Placed, look: Look, freshness: str) -> None:
    """The frozen line above the headings: counts on the left, how fresh it is on the right."""
    left = next(
        n for c, n in zip(placed.columns, placed.places.values(), strict=True) if not c.hidden
    )
    right = placed.places[look.stamp_at]
    for number, text, bold, ink in (
        (left, look.strip, True, faces.INK),
        (right, freshness, False, faces.GREY),
    ):
        cell = ws.cell(STRIP_ROW, number, text or None)
        cell.font = Font(name="Calibri", size=11, bold=bold, color=ink)
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    stamp = f"${get_column_letter(right)}${STRIP_ROW}"
    area = f"{stamp}:${get_column_letter(max(right, placed.last_visible))}${STRIP_ROW}"
    held, stale = f'LEFT({stamp},4)="СТОП"', f'LEFT({stamp},6)="Данные"'
    _rule(ws, area.replace("$", ""), held, fill=faces.RED_FILL, ink=faces.RED_INK)
    _rule(ws, area.replace("$", ""), stale, fill=faces.YELLOW_FILL, ink=faces.YELLOW_INK)


def set_view(ws: Worksheet, freeze: str) -> None:
    """Freeze, no grid lines, and print: A4 across, one sheet wide, headings on every page."""
    ws.freeze_panes = freeze
    ws.sheet_view.showGridLines = False
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.page_margins.top = ws.page_margins.bottom = 0.5
    footer: Any = ws.oddFooter  # the stubs think it may be missing
    footer.right.text = "&P из &N"
