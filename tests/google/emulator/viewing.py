"""`spreadsheets.get`: a spreadsheet told as Google tells it, defaults left out."""

from __future__ import annotations

from typing import Any

from model.values import Fault
from tests.google.emulator.a1 import Area
from tests.google.emulator.entering import shown
from tests.google.emulator.masks import Mask, below, cut, wants
from tests.google.emulator.state import BARE, Book, Cell, Scalar, Sums, Tab

_BLACK: dict[str, Any] = {}
_WHITE: dict[str, Any] = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT = {
    "backgroundColor": _WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": _BLACK,
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": _WHITE},
}
_THEME: tuple[tuple[str, dict[str, Any]], ...] = (
    ("TEXT", {}),
    ("BACKGROUND", _WHITE),
    ("ACCENT1", {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275}),
    ("ACCENT2", {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314}),
    ("ACCENT3", {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275}),
    ("ACCENT4", {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902}),
    ("ACCENT5", {"red": 1, "green": 0.42745098, "blue": 0.003921569}),
    ("ACCENT6", {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706}),
    ("LINK", {"red": 0.06666667, "green": 0.33333334, "blue": 0.8}),
)
THEME = {
    "primaryFontFamily": "Arial",
    "themeColors": [{"colorType": t, "color": {"rgbColor": c}} for t, c in _THEME],
}
PIXELS = {"COLUMNS": 100, "ROWS": 21}


def view(
    book: Book, sums: Sums, ranges: list[str], mask: Mask, *, with_grid: bool, email: str
) -> dict[str, Any]:
    """The spreadsheet, or what ranges and mask leave of it."""
    found: dict[str, Any] = {"spreadsheetId": book.id, "properties": _properties(book)}
    with_data = (wants(mask, "sheets", "data") and "sheets" in mask) or (with_grid and not mask)
    found["sheets"] = _tabs(book, sums, ranges, mask, with_data=with_data, email=email)
    if book.names:
        found["namedRanges"] = list(book.names.values())
    if book.metadata:
        found["developerMetadata"] = list(book.metadata.values())
    found["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    told: dict[str, Any] = cut(found, mask)
    return told


def _properties(book: Book) -> dict[str, Any]:
    return {
        "title": book.title,
        "locale": book.locale,
        "autoRecalc": book.auto,
        "timeZone": book.zone,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    }


def _tabs(  # one tab after another
    book: Book, sums: Sums, ranges: list[str], mask: Mask, *, with_data: bool, email: str
) -> list[dict[str, Any]]:
    areas: dict[int, list[Area]] = {}
    for text in ranges:
        tab, area, _ = book.range(text)
        areas.setdefault(tab.id, []).append(area.cut(tab.rows, tab.cols))
    out = []
    for index, tab in enumerate(book.tabs):
        if ranges and tab.id not in areas:
            continue
        told: dict[str, Any] = {"properties": properties(tab, index)}
        if with_data:
            parts = areas.get(tab.id) or [tab.all]
            inner = below(mask, "sheets", "data")
            told["data"] = [grid(book, sums, tab, area, inner) for area in parts]
        told |= _rest(tab, email)
        out.append(told)
    return out


def properties(tab: Tab, index: int) -> dict[str, Any]:
    """The properties of a tab."""
    size = {"rowCount": tab.rows, "columnCount": tab.cols}
    return {
        "sheetId": tab.id,
        "title": tab.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": size | tab.grid,
        **tab.more,
    }


def _rest(tab: Tab, email: str) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    if tab.merges:
        rest["merges"] = [grid_range(tab, area) for area in tab.merges]
    if tab.formats:
        rest["conditionalFormats"] = tab.formats
    if tab.filter is not None:
        rest["basicFilter"] = tab.filter
    if tab.protections:
        rest["protectedRanges"] = [told_protection(p, email) for p in tab.protections.values()]
    for dimension, name in (("ROWS", "rowGroups"), ("COLUMNS", "columnGroups")):
        if tab.groups.get(dimension):
            rest[name] = tab.groups[dimension]
    return rest


def told_protection(kept: dict[str, Any], email: str) -> dict[str, Any]:
    """A protected range as one of its readers sees it."""
    told = {k: v for k, v in kept.items() if k != "owner"}
    editors = kept.get("editors", {}).get("users", [])
    if kept.get("warningOnly") or email in editors or email == kept.get("owner"):
        told["requestingUserCanEdit"] = True
    return told


def grid_range(tab: Tab, area: Area) -> dict[str, Any]:
    """A GridRange; the id of the first tab is zero and left out."""
    told = {
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }
    return {"sheetId": tab.id, **told} if tab.id else told


def grid(book: Book, sums: Sums, tab: Tab, area: Area, mask: Mask) -> dict[str, Any]:
    """GridData of an area."""
    found: dict[str, Any] = {}
    if area.top:
        found["startRow"] = area.top
    if area.left:
        found["startColumn"] = area.left
    if wants(mask, "rowData"):
        rows = _rows(book, sums, tab, area, below(mask, "rowData", "values"))
        if rows:
            found["rowData"] = rows
    for name, dimension, span in (
        ("rowMetadata", "ROWS", range(area.top, area.bottom)),
        ("columnMetadata", "COLUMNS", range(area.left, area.right)),
    ):
        if wants(mask, name):
            size = PIXELS[dimension]
            found[name] = [{"pixelSize": size} | tab.sizes.get((dimension, n), {}) for n in span]
    return found


def _rows(book: Book, sums: Sums, tab: Tab, area: Area, mask: Mask) -> list[dict[str, Any]]:
    lines: dict[int, dict[int, Any]] = {}
    known = _Known(book, sums, tab, mask)
    for (row, col), cell in tab.cells.items():
        if (row, col) in area:
            told = known.cell(cell, row, col)
            if told:
                lines.setdefault(row - area.top, {})[col - area.left] = told
    out: list[dict[str, Any]] = []
    for n in range(max(lines, default=-1) + 1):
        line = lines.get(n)
        out.append({"values": [line.get(i, {}) for i in range(max(line) + 1)]} if line else {})
    return out


class _Known:
    """Cells of one tab as the mask wants them."""

    def __init__(self, book: Book, sums: Sums, tab: Tab, mask: Mask) -> None:
        self._book, self._sums, self._tab = book, sums, tab
        names = ("userEnteredValue", "effectiveValue", "formattedValue", "userEnteredFormat")
        self._wanted = {n for n in (*names, "note", "dataValidation") if wants(mask, n)}

    def cell(self, cell: Cell, row: int, col: int) -> dict[str, Any]:
        """CellData."""
        found: dict[str, Any] = {}
        if cell.is_filled:
            if "userEnteredValue" in self._wanted:
                found["userEnteredValue"] = _entered(cell)
            if {"effectiveValue", "formattedValue"} & self._wanted:
                value = self._sums.of(self._tab, row, col)
                if "effectiveValue" in self._wanted and value is not None:
                    found["effectiveValue"] = _extended(value)
                if "formattedValue" in self._wanted:
                    found["formattedValue"] = shown(value, cell.format, self._book.locale)
        if cell.format and "userEnteredFormat" in self._wanted:
            found["userEnteredFormat"] = cell.format
        if cell.note and "note" in self._wanted:
            found["note"] = cell.note
        if cell.rule and "dataValidation" in self._wanted:
            found["dataValidation"] = cell.rule
        return found


def _entered(cell: Cell) -> dict[str, Any]:
    return (
        {"formulaValue": f"={cell.formula}"} if cell.formula is not None else _extended(cell.value)
    )


_ERRORS = {
    "#N/A": "N_A", "#DIV/0!": "DIVIDE_BY_ZERO", "#VALUE!": "VALUE", "#REF!": "REF",
    "#NAME?": "NAME", "#NUM!": "NUM", "#NULL!": "NULL_VALUE", "#ERROR!": "ERROR",
}  # fmt: skip


def _extended(value: Scalar | Fault) -> dict[str, Any]:
    if isinstance(value, Fault):
        return {"errorValue": {"type": _ERRORS.get(value.text, "ERROR")}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {} if value is None else {"numberValue": value}


__all__ = ["BARE", "grid_range", "properties", "told_protection", "view"]
