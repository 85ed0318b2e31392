"""A sheet of single cells under the brush: what is put on it, and the slots that come of it.

Column keys stand in hidden row 1 (`c3` for the third column of a fresh template), row keys in
hidden column A. A row must be named with `row` before a cell in it is addressed, so a template
cannot hold a cell that the daemon would not find again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import KEY_ROW, Kind, Slot, SlotKind
from templates.screens import faces
from templates.screens.faces import Face, wear

ROW_HEIGHT, HEAD_HEIGHT, GAP = 19.0, 22.0, 9.0
RED, YELLOW, BLUE, GREEN = 1, 2, 3, 4
"""Codes in the hidden column that conditional formats read."""
CODE_COLOURS = {
    RED: (faces.RED_FILL, faces.RED_INK),
    YELLOW: (faces.YELLOW_FILL, faces.YELLOW_INK),
    BLUE: (faces.BLUE_FILL, faces.BLUE_INK),
    GREEN: (faces.GREEN_FILL, faces.GREEN_INK),
}


def at(row: int, col: int, *, lock: bool = False) -> str:
    """A1 address of a cell: at(5, 3) -> C5, locked $C$5."""
    letter = get_column_letter(col)
    return f"${letter}${row}" if lock else f"{letter}{row}"


class Canvas:
    """Paints one sheet and remembers every addressed cell."""

    def __init__(self, sheet: Worksheet, widths: Sequence[float]) -> None:
        self.sheet = sheet
        self._rows: dict[int, str] = {}
        self._keys: set[str] = set()
        self._slots: list[Slot] = []
        sheet.sheet_view.showGridLines = False
        sheet.sheet_format.defaultRowHeight = ROW_HEIGHT
        sheet.sheet_format.customHeight = True
        sheet.row_dimensions[KEY_ROW].hidden = True
        sheet.column_dimensions["A"].hidden = True
        for number, width in enumerate(widths, start=2):
            sheet.column_dimensions[get_column_letter(number)].width = width
            sheet.cell(KEY_ROW, number, f"c{number}")

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every addressed cell so far."""
        return tuple(self._slots)

    def row(self, number: int, key: str, height: float = ROW_HEIGHT) -> int:
        """Name a row and give it its height; returns its number."""
        if key in self._keys:
            raise ValueError(key)
        self._keys.add(key)
        self._rows[number] = key
        self.sheet.cell(number, 1, key)
        self.sheet.row_dimensions[number].height = height
        return number

    def hide_columns(self, *columns: int) -> None:
        """Columns that only formulas and the daemon look at."""
        for column in columns:
            self.sheet.column_dimensions[get_column_letter(column)].hidden = True

    def text(self, row: int, col: int, value: str | float | None, face: Face) -> None:
        """A fixed label."""
        wear(self._cell(row, col), face)
        self._cell(row, col).value = value

    def face(self, row: int, columns: Iterable[int], face: Face) -> None:
        """Only the look of empty cells."""
        for col in columns:
            wear(self._cell(row, col), face)

    def fact(self, row: int, col: int, key: str, face: Face, kind: Kind = Kind.TEXT) -> None:
        """A cell that the daemon fills with `figures[key]`."""
        wear(self._cell(row, col), face)
        self._keep(row, col, SlotKind.FACT, kind, key=key)

    def live(self, row: int, col: int, formula: str, face: Face, kind: Kind = Kind.TEXT) -> None:
        """A formula of the template."""
        wear(self._cell(row, col), face)
        self._cell(row, col).value = formula
        self._keep(row, col, SlotKind.LIVE, kind, formula=formula)

    def entry(
        self, row: int, col: int, key: str, face: Face, kind: Kind = Kind.TEXT, start: str = ""
    ) -> None:
        """A cell that a person types into; `start` stands there in a new book."""
        wear(self._cell(row, col), face)
        self._cell(row, col).value = start or None
        self._keep(row, col, SlotKind.INPUT, kind, key=key)

    def merge(self, top: int, left: int, bottom: int, right: int, face: Face) -> None:
        """One card cell over several; looks go on every part."""
        for row in range(top, bottom + 1):
            self.face(row, range(left, right + 1), face.but(edge=None))
            if face.edge:
                wear(self._cell(row, left), face)
        self.sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)

    def name(self, name: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> None:
        """A workbook-wide name over a cell or a block."""
        area = at(*first, lock=True) + (f":{at(*last, lock=True)}" if last else "")
        self.define(name, f"{quote_sheetname(self.sheet.title)}!{area}")

    def define(self, name: str, target: str) -> None:
        """A workbook-wide name over anything."""
        book = self.sheet.parent
        if book is None:
            raise ValueError(name)
        book.defined_names[name] = DefinedName(name, attr_text=target)

    def colour(self, area: str, formula: str, code: int) -> None:
        """Colour an area with one of the four signal colours where a formula holds."""
        fill, ink = CODE_COLOURS[code]
        self.rule(area, formula, fill=fill, ink=ink)

    def rule(
        self,
        area: str,
        formula: str,
        *,
        fill: str | None = None,
        ink: str | None = None,
        bold: bool | None = None,
        line: bool = False,
    ) -> None:
        """A conditional look of an area."""
        self.sheet.conditional_formatting.add(
            area,
            FormulaRule(
                formula=[formula],
                fill=PatternFill(bgColor=fill, fill_type="solid") if fill else None,
                font=Font(color=ink, bold=bold) if ink or bold else None,
                border=Border(bottom=Side("thin", color=faces.LINE)) if line else None,
            ),
        )

    def choose(self, row: int, col: int, source: str, message: str) -> None:
        """A closed list of answers in a cell."""
        rule = DataValidation(
            type="list", formula1=source, allow_blank=True, showErrorMessage=True, error=message
        )
        rule.add(at(row, col))
        self.sheet.add_data_validation(rule)

    def _cell(self, row: int, col: int) -> Cell:
        cell = self.sheet.cell(row, col)
        if not isinstance(cell, Cell):
            raise TypeError(f"{at(row, col)} is inside a merged cell")
        return cell

    def _keep(
        self, row: int, col: int, what: SlotKind, kind: Kind, *, key: str = "", formula: str = ""
    ) -> None:
        place = (self._rows[row], f"c{col}")
        self._slots.append(Slot(*place, what, key=key, type=kind, formula=formula, at=(row, col)))
