"""What LibreOffice calculates for the formulas of a book.

It trusts cached values of an xlsx file unless its profile says otherwise, so the profile is its
own, with recalculation at load switched on and the language of the team's programs.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

FILTER = "xlsx:Calc MS Excel 2007 XML"
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
  xmlns:xs="http://www.w3.org/2001/XMLSchema"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
  oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"
  oor:op="fuse"><value>ru-RU</value></prop></item>
</oor:items>
"""
SECONDS = 180


def recalculated(
    folder: Path,
    cells: Mapping[str, object],
    formulas: Mapping[str, str],
    names: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """The value LibreOffice shows in each cell that got a formula."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    _write(folder / "book.xlsx", cells | formulas, names or {})  # type: ignore[operator]  # both are dictionaries
    _convert(program, folder)
    sheet = openpyxl.load_workbook(folder / "out" / "book.xlsx", data_only=True).active
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


def _convert(program: str, folder: Path) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    command = [
        program, f"-env:UserInstallation={profile.as_uri()}", "--headless",
        "--convert-to", FILTER, "--outdir", str(folder / "out"), str(folder / "book.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
