"""A workbook from the blueprint: empty tables with spare rows, painted screens, the stamp.

A book of one person is built from nothing; it never passes through another person's. The first
pass of the daemon fills it.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, STRIP_ROW, Blueprint, Role, Sheet
from templates.blueprint.settings import NOTES
from templates.draw import DrawContext
from templates.help import draw_help
from templates.lists import draw_words, pick_lists
from templates.locks import SHUT_ROLES, lock, shut
from templates.looks import look_of
from templates.plan_sheet import finish_plans
from templates.screens import SCREENS, faces
from templates.screens.pages import freshness_formula
from templates.service import draw_service
from templates.table_sheet import (
    Placed,
    Surroundings,
    add_native,
    colour,
    draw_strip,
    draw_table,
    set_view,
)

TAB_COLOURS = {"work": "2F4B66", "questions": "D9822B", "figures": "1F6F50", "settings": "9AA5B1"}
BUILT = datetime(2026, 1, 1)  # noqa: DTZ001  # a fixed date, so that equal books are equal bytes
FIRST_SPARE = 2
"""Prepared rows of a fresh table; the first pass lays the rest together with its rows."""
BLOCK_ROWS = 60
"""Spare rows of a block of «Настройки»."""
BLOCK_GAP = 3.0
"""Width of the column between two blocks."""
STAMP_PROPERTY, STAMP_NAME = "sheetcrm", "sheetcrm_stamp"


def build_book(
    blueprint: Blueprint,
    role: Role,
    *,
    stamp: str,
    people: int = 5,
    password: str = "",
    owner: str = "",
) -> bytes:
    """The bytes of an empty book of a role; equal arguments give equal bytes.

    `owner` is named where a list tells who may add to it; `password` is for the locks of whole
    sheets.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    context = DrawContext(people, {k: s.title.ru for k, s in blueprint.sheets.items()})
    painter = _Painter(blueprint, role, context, Surroundings(pick_lists(blueprint, role), owner))
    for key in blueprint.books[role].sheets:
        sheet = blueprint.sheets[key]
        ws = book.create_sheet(sheet.title.ru)
        ws.sheet_properties.tabColor = TAB_COLOURS[sheet.tab]
        painter.paint(ws, sheet)
        if sheet.hidden and key not in blueprint.books[role].open:
            ws.sheet_state = "hidden"
        if sheet.protected:
            lock(ws, password)
    draw_words(book, blueprint)
    if role in SHUT_ROLES:
        shut(book, password)
    book.defined_names[STAMP_NAME] = DefinedName(STAMP_NAME, attr_text=f'"{stamp}"', hidden=True)
    properties: Any = book  # the stubs do not know custom properties
    properties.custom_doc_props.append(StringProperty(name=STAMP_PROPERTY, value=stamp))
    book.calculation.fullCalcOnLoad = True
    return _saved(book)


class _Painter:
    """Paints the sheets of one book."""

    def __init__(
        self, blueprint: Blueprint, role: Role, context: DrawContext, around: Surroundings
    ) -> None:
        self._blueprint = blueprint
        self._role = role
        self._context = context
        self._around = around

    def paint(self, ws: Worksheet, sheet: Sheet) -> None:
        """One sheet of the blueprint, whatever it shows."""
        if sheet.key in SCREENS:
            SCREENS[sheet.key].draw(ws, self._context)
            ws.cell(1, 1, f"{sheet.key}.grid")
        elif sheet.slots:
            draw_service(ws, self._context)
            ws.cell(1, 1, f"{sheet.key}.grid")
        elif len(sheet.tables) > 1:
            self._blocks(ws, sheet)
        elif sheet.tables:
            self._table(ws, sheet.tables[0])
        else:
            draw_help(ws)

    def _placed(self, key: str, left: int = 1) -> Placed:
        table = self._blueprint.tables[key]
        return Placed(table, self._blueprint.columns_of(self._role, key), left)

    def _table(self, ws: Worksheet, key: str) -> None:
        placed = self._placed(key)
        look = look_of(key, placed.columns)
        draw_table(ws, placed, self._around, spare=FIRST_SPARE, height=look.row_height)
        set_view(ws, f"{get_column_letter(placed.places[look.frozen] + 1)}{FIRST_ROW}")
        colour(ws, placed, look)
        add_native(ws, placed)
        draw_strip(ws, placed, look, freshness_formula())
        if key == "plans":
            finish_plans(ws, placed)

    def _blocks(self, ws: Worksheet, sheet: Sheet) -> None:
        """Small tables side by side, each with its title above."""
        left = 1
        for key in sheet.tables:
            placed = self._placed(key, left)
            draw_table(ws, placed, self._around, spare=BLOCK_ROWS)
            title = ws.cell(STRIP_ROW, left, placed.table.title.ru)
            title.font = Font(name="Calibri", size=12, bold=True, color=faces.INK)
            title.alignment = Alignment(horizontal="left", vertical="center", indent=1)
            if key in NOTES:
                self._note(ws, left + 1, NOTES[key])
            left = placed.right + 2
            ws.column_dimensions[get_column_letter(left - 1)].width = BLOCK_GAP
        set_view(ws, f"A{FIRST_ROW}")
        ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)

    @staticmethod
    def _note(ws: Worksheet, column: int, words: str) -> None:
        cell = ws.cell(STRIP_ROW, column, words)
        cell.font = Font(name="Calibri", size=10, color=faces.GREY)
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)


def _saved(book: Workbook) -> bytes:
    book.properties.creator = "SheetCRM"
    book.properties.created = book.properties.modified = BUILT
    first = io.BytesIO()
    book.save(first)
    return _with_fixed_dates(first.getvalue())


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _with_fixed_dates(raw: bytes) -> bytes:
    """The same members with fixed dates, so that two builds are equal."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2026-01-01T00:00:00Z", content)
            fixed = zipfile.ZipInfo(member.filename, (2026, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, content)
    return out.getvalue()
