"""Rows that are prepared below a table look like those above them, whatever people do to a row."""

from __future__ import annotations

from copy import copy
from typing import Any

import openpyxl
from openpyxl.cell import Cell, MergedCell

from model.blueprint import FIRST_ROW
from tests.sync.teams import HIS, Office

HEADINGS = FIRST_ROW - 1
MORE_THAN_PREPARED = 7


def test_a_first_row_that_looks_like_the_headings_is_no_example(office: Office) -> None:
    """A row put in under the headings takes their look in every program."""
    with office.edit(HIS) as pen:
        sheet, keys = pen.sheet("clients")
        last = sheet.max_row
        for col in keys.values():
            first: Any = sheet.cell(FIRST_ROW, col)
            heading: Any = sheet.cell(HEADINGS, col)
            first._style = copy(heading._style)  # openpyxl's own way
        sheet.row_dimensions[FIRST_ROW].height = 40
        for n in range(MORE_THAN_PREPARED):
            pen.add("clients", name=f"ООО «Новый {n}»")
    office.rest()
    title = office.loaded(HIS).snapshot.tables["clients"].sheet
    sheet = openpyxl.load_workbook(office.path(HIS))[title]
    assert sheet.max_row > last, "rows were prepared"
    looks = [[_look(sheet.cell(row, col)) for col in keys.values()] for row in (last, last + 1)]
    assert looks[0] == looks[1]
    assert looks[0] != [_look(sheet.cell(HEADINGS, col)) for col in keys.values()]
    assert sheet.row_dimensions[last + 1].height == sheet.row_dimensions[last].height
    rules = [rule.sqref for rule in sheet.data_validations.dataValidation]
    above, below = ([f"C{row}" in area for area in rules] for row in (last, last + 1))
    assert above == below


def _look(cell: Cell | MergedCell) -> tuple[object, ...]:
    return cell.fill.fgColor.rgb, cell.font.b, cell.number_format, cell.alignment.wrap_text
