"""What LibreOffice calculates for the formulas of a book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from tests.office import office

FILTER = "xlsx:Calc MS Excel 2007 XML"


def recalculated(
    folder: Path,
    cells: Mapping[str, object],
    formulas: Mapping[str, str],
    names: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """The value LibreOffice shows in each cell that got a formula."""
    _write(folder / "book.xlsx", cells | formulas, names or {})  # type: ignore[operator]  # both are dictionaries
    shown = office().convert(folder / "book.xlsx", FILTER, folder / "out", recalc=True)
    sheet = openpyxl.load_workbook(shown, data_only=True).active
    assert sheet is not None
    return {place: sheet[place].value for place in formulas}


def places(formulas: Sequence[str], *, col: str, row: int) -> dict[str, str]:
    """The formulas, one under another from a cell on."""
    return {f"{col}{row + index}": f"={formula}" for index, formula in enumerate(formulas)}


def _write(path: Path, cells: Mapping[str, object], names: Mapping[str, str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Лист"
    for place, value in cells.items():
        sheet[place] = '=""' if value == "" else value  # type: ignore[assignment]  # a cell's value
    for name, text in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    book.save(path)
