"""Small workbooks that the tests read and patch, and other readers to look at the result."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
CLIENTS, SUMS, HIDDEN = "Клиенты", "Итоги & план", "_служебный"
LAST = 12
"""Last row of the table on «Клиенты»; its heading is row 3."""


def crm_book() -> bytes:
    """A table with a filter, live formulas, rules, a merged heading, a chart and a hidden sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day, bold = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"bold": True})
    money = book.add_format({"num_format": "# ##0.00"})
    sheet = book.add_worksheet(CLIENTS)
    sheet.merge_range("A1:C1", "Наши клиенты", bold)
    headings = ["Имя", "Дата", "Сумма", "С налогом", "Город"]
    sheet.add_table(
        2, 0, LAST - 1, 4, {"name": "Clients", "columns": [{"header": h} for h in headings]}
    )
    for row in range(4, LAST + 1):
        sheet.write_string(row - 1, 0, f"Клиент {row}")
        sheet.write_datetime(row - 1, 1, date(2026, 1, row), day)
        sheet.write_number(row - 1, 2, row * 100.5, money)
        sheet.write_formula(row - 1, 3, f"=C{row}*1.2", money, row * 120.6)
        if row % 2:
            sheet.write_string(row - 1, 4, "Пермь")
    sheet.data_validation(f"E4:E{LAST}", {"validate": "list", "source": ["Пермь", "Уфа"]})
    sheet.conditional_format(f"C4:C{LAST}", {"type": "data_bar", "data_bar_2010": True})
    sheet.set_column("G:G", 20, bold)
    totals = book.add_worksheet(SUMS)
    totals.write_formula("A1", f"=SUM({CLIENTS}!C4:C{LAST})", None, 7236)
    totals.write_boolean("A2", True)  # the library takes it by place
    totals.write_rich_string("A3", "про", bold, "сто", " так")
    totals.write_array_formula("B1:B2", "{=A1:A2*2}", None, 1)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={CLIENTS}!$C$4:$C${LAST}"})
    totals.insert_chart("D4", chart)
    hidden = book.add_worksheet(HIDDEN)
    hidden.write_string("A1", "ключ")
    hidden.hide()
    book.define_name("Города", f"={CLIENTS}!$E$4:$E${LAST}")
    book.close()
    return stream.getvalue()


def parts(raw: bytes) -> dict[str, bytes]:
    """Every part of a package by name."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(raw: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The package with parts replaced, added, or left out where the change is None."""
    content: dict[str, bytes | None] = {**parts(raw), **changes}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in content.items():
            if body is not None:
                archive.writestr(name, body)
    return stream.getvalue()


def with_sheet(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The package with a piece of its first sheet replaced."""
    name = "xl/worksheets/sheet1.xml"
    body = parts(raw)[name]
    assert old in body
    return repacked(raw, {name: body.replace(old, new)})


def calamine(raw: bytes, sheet: str = CLIENTS) -> list[list[object]]:
    """A sheet's values as python-calamine reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def openpyxl_book(raw: bytes) -> openpyxl.Workbook:
    """The book as openpyxl reads it, formulas as text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it would lose by saving
        return openpyxl.load_workbook(io.BytesIO(raw))
