"""A prepared cell and a grown filter are excused, anything near them is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.acceptance.office.excuses import unexcused
from tests.scenarios.compare import Package, letters

BOLD = Font(bold=True)


def book(change: Callable[[Worksheet], object], bottom: int = 5) -> bytes:
    """A table of two columns whose second is bold, and a filter over it."""
    made, raw = Workbook(), io.BytesIO()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    for row in (4, 5):
        sheet.cell(row, 1, f"Клиент {row}")
        sheet.cell(row, 2, "да").font = BOLD
    sheet.auto_filter.ref = f"A3:B{bottom}"
    change(sheet)
    made.save(raw)
    return raw.getvalue()


def found(tmp_path: Path, change: Callable[[Worksheet], object], at: tuple[int, int]) -> list[str]:
    """What is left of a report about a cell that came."""
    written = tmp_path / "written.xlsx"
    written.write_bytes(book(change))
    cell = Package(written).cells("Sheet")[at]
    said = f"Sheet!{letters(at[1])}{at[0]}: look of a new cell: Change(before=None, after={cell})"
    return unexcused([said], book(lambda _: None), written)


def styled(sheet: Worksheet, row: int, col: int) -> None:
    sheet.cell(row, col).font = BOLD


def test_an_empty_cell_like_the_one_above_is_prepared(tmp_path: Path) -> None:
    assert found(tmp_path, lambda s: styled(s, 6, 2), (6, 2)) == []


def test_an_empty_cell_like_one_further_up_is_prepared(tmp_path: Path) -> None:
    """The row right above came in by hand and looks like nothing else."""
    assert found(tmp_path, lambda s: styled(s, 7, 2), (7, 2)) == []


def test_a_cell_of_a_hidden_column_may_look_as_it_likes(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        styled(sheet, 6, 3)
        sheet.cell(6, 3).value = "79161234567"
        sheet.column_dimensions["C"].hidden = hidden

    for hidden in (True, False):
        assert len(found(tmp_path, change, (6, 3))) == (not hidden)


@pytest.mark.parametrize(
    ("row", "col", "value"), [(6, 1, None), (6, 2, "нет"), (5, 3, None)], ids=str
)
def test_a_cell_of_another_look_with_content_or_in_a_row_that_was_is_not(
    tmp_path: Path, row: int, col: int, value: str | None
) -> None:
    def change(sheet: Worksheet) -> None:
        styled(sheet, row, col)
        sheet.cell(row, col).value = value

    assert len(found(tmp_path, change, (row, col))) == 1


@pytest.mark.parametrize(("bottom", "left"), [(9, 0), (4, 1), (5, 1)])
def test_a_filter_may_only_grow(tmp_path: Path, bottom: int, left: int) -> None:
    written = tmp_path / "written.xlsx"
    written.write_bytes(book(lambda _: None, bottom))
    said = ["name _xlnm._FilterDatabase@0"]
    assert len(unexcused(said, book(lambda _: None), written)) == left
