"""A fresh book painted into an empty spreadsheet, in one atomic batch.

The form is that of the workbook that `templates` builds: its cells, formulas, names, lists, looks
become requests. What Google has no like of is left out: data bars, charts, the spreadsheet's own
tables, and names that find their own end (here they reach down to the end of the grid).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, HEADER_ROW, SPARE_ROWS
from sync.books.google.loading import SERVICE, STAMP_COL, STAMP_KEY
from sync.books.google.requests import Request
from sync.books.google.spelling import spelled

FIRST_ID = 710_000
"""Ids of our tabs: one batch can name what it makes itself."""
ROOM = FIRST_ROW + SPARE_ROWS
PIXELS_A_CHARACTER, PIXELS_A_POINT = 7.4, 1.34
STAMP_NAME = "sheetcrm_stamp"
_AREA = re.compile(r"('(?:[^']|'')+'|[\w.]+)!(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)")
_GENERAL = frozenset({"General", ""})


@dataclass(frozen=True, slots=True)
class Painting:
    """A batch that makes a book, and the titles of its tabs."""

    requests: tuple[Request, ...]
    titles: tuple[str, ...]


def painted(raw: bytes, stamp: str, *, emptied: tuple[int, ...] = ()) -> Painting:
    """The requests that paint a workbook; `emptied` are empty tabs that leave at the end."""
    book = load_workbook(io.BytesIO(raw))
    ids = {ws.title: FIRST_ID + n for n, ws in enumerate(book.worksheets)}
    names = {name: str(defined.attr_text) for name, defined in book.defined_names.items()}
    lists = {name: area_in(text) for name, text in names.items()}
    out: list[Request] = [tab_request(ws, ids[ws.title]) for ws in book.worksheets]
    out += _names(names, ids)
    for ws in book.worksheets:
        out += sheet_requests(ws, ids[ws.title], lists)
        if ws.cell(1, 1).value == f"{SERVICE}.grid":
            out += _stamp(ids[ws.title], ws.max_row, stamp)
    out += [{"deleteSheet": {"sheetId": key}} for key in emptied]
    return Painting(tuple(out), tuple(ws.title for ws in book.worksheets))


def tab_request(ws: Worksheet, key: int) -> Request:
    """The request that makes a tab of a sheet."""
    grid: dict[str, Any] = {"rowCount": height_of(ws), "columnCount": max(ws.max_column, 2)}
    if ws.sheet_view.showGridLines is False:
        grid["hideGridlines"] = True
    if _is_table(ws):
        grid["frozenRowCount"] = HEADER_ROW
    told: dict[str, Any] = {"sheetId": key, "title": ws.title, "gridProperties": grid}
    if ws.sheet_state != "visible":
        told["hidden"] = True
    colour = ws.sheet_properties.tabColor
    if colour is not None and _rgb(colour):
        told["tabColorStyle"] = {"rgbColor": _rgb(colour)}
    return {"addSheet": {"properties": told}}


def _is_table(ws: Worksheet) -> bool:
    key = str(ws.cell(1, 1).value or "")
    return "." in key and not key.endswith(".grid")


def height_of(ws: Worksheet) -> int:
    """Rows of the grid that a sheet gets."""
    return max(ws.max_row + 1, ROOM) if _is_table(ws) else ws.max_row + 2


def area_in(text: str) -> str:
    """The last plain area of a name's formula: of a list that finds its end, its whole reach."""
    found = _AREA.findall(text)
    return "" if not found else "!".join(found[-1])


def _names(names: Mapping[str, str], ids: Mapping[str, int]) -> Iterator[Request]:
    for name, text in names.items():
        area = area_in(text)
        if name == STAMP_NAME or not area:
            continue
        sheet, _, cells = area.rpartition("!")
        title = sheet.strip("'").replace("''", "'")
        if title in ids:
            told = grid_of(ids[title], cells, open_end=":" in cells and not title.startswith("_"))
            yield {"addNamedRange": {"namedRange": {"name": name, "range": told}}}


def grid_of(key: int, cells: str, *, open_end: bool = False) -> dict[str, int]:
    """A range of a tab; with `open_end` down to the end of the grid."""
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    told = {
        "sheetId": key,
        "startRowIndex": (top or 1) - 1,
        "startColumnIndex": (left or 1) - 1,
        "endColumnIndex": right or 1,
    }
    return told if open_end else {**told, "endRowIndex": bottom or 1}


def sheet_requests(ws: Worksheet, key: int, lists: Mapping[str, str]) -> Iterator[Request]:
    """Everything that stands on a sheet; `lists` are names and their areas."""
    rows = [
        {"values": [cell_data_of(cell) for cell in line]}
        for line in ws.iter_rows(min_row=1, max_row=ws.max_row)
    ]
    start = {"sheetId": key, "rowIndex": 0, "columnIndex": 0}
    fields = "userEnteredValue,userEnteredFormat"
    yield {"updateCells": {"start": start, "rows": rows, "fields": fields}}
    if _is_table(ws):
        yield from _columns(ws, key)
    yield from _sizes(ws, key)
    for merged in ws.merged_cells.ranges:
        area = grid_of(key, merged.coord)
        yield {"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}}
    yield from lists_on(ws, key, lists)
    yield from _rules(ws, key)


def cell_data_of(cell: Cell | MergedCell) -> dict[str, Any]:
    """CellData of a cell of a workbook: value or formula, and looks."""
    told: dict[str, Any] = {}
    value = cell.value
    if isinstance(value, str) and value.startswith("=") and cell.data_type == "f":
        told["userEnteredValue"] = {"formulaValue": f"={spelled(value[1:])}"}
    elif isinstance(value, bool):
        told["userEnteredValue"] = {"boolValue": value}
    elif isinstance(value, int | float):
        told["userEnteredValue"] = {"numberValue": value}
    elif value is not None:
        told["userEnteredValue"] = {"stringValue": str(value)}
    looks = _looks(cell) if cell.has_style else {}
    return told | ({"userEnteredFormat": looks} if looks else {})


def _looks(cell: Cell | MergedCell) -> dict[str, Any]:
    looks: dict[str, Any] = {}
    number = _number(cell.number_format)
    if number:
        looks["numberFormat"] = number
    if cell.fill.fill_type == "solid" and _rgb(cell.fill.start_color):
        looks["backgroundColorStyle"] = {"rgbColor": _rgb(cell.fill.start_color)}
    text: dict[str, Any] = {"fontSize": int(cell.font.size or 11)}
    if cell.font.bold:
        text["bold"] = True
    if cell.font.color is not None and _rgb(cell.font.color):
        text["foregroundColorStyle"] = {"rgbColor": _rgb(cell.font.color)}
    looks["textFormat"] = text
    across = {"left": "LEFT", "right": "RIGHT", "center": "CENTER"}
    if cell.alignment.horizontal in across:
        looks["horizontalAlignment"] = across[cell.alignment.horizontal]
    looks["verticalAlignment"] = "MIDDLE"
    looks["wrapStrategy"] = "WRAP" if cell.alignment.wrap_text else "CLIP"
    return looks


def _number(pattern: str) -> dict[str, str]:
    if pattern in _GENERAL:
        return {}
    if pattern == "@":
        return {"type": "TEXT", "pattern": "@"}
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]', "", pattern)
    days, hours = bool(re.search("[dy]", bare)), bool(re.search("[hs]", bare))
    kind = "DATE_TIME" if days and hours else "DATE" if days else "TIME" if hours else "NUMBER"
    return {"type": kind, "pattern": pattern.replace("General", "0.##########")}


def _rgb(colour: Any) -> dict[str, float]:
    text = getattr(colour, "rgb", None)
    if not isinstance(text, str) or len(text) not in {6, 8}:
        return {}
    parts = (int(text[-6:][n : n + 2], 16) / 255 for n in (0, 2, 4))
    return dict(zip(("red", "green", "blue"), parts, strict=True))


def _columns(ws: Worksheet, key: int) -> Iterator[Request]:
    """The looks of the first row go down to the end of the grid."""
    width = max(ws.max_column, 2)
    pattern = {"sheetId": key, "startRowIndex": FIRST_ROW - 1, "endRowIndex": FIRST_ROW}
    span = {"startColumnIndex": 0, "endColumnIndex": width}
    below = {"sheetId": key, "startRowIndex": FIRST_ROW, "endRowIndex": height_of(ws)}
    yield {
        "copyPaste": {
            "source": pattern | span,
            "destination": below | span,
            "pasteType": "PASTE_FORMAT",
        }
    }


def _sizes(ws: Worksheet, key: int) -> Iterator[Request]:
    for letter, one in ws.column_dimensions.items():
        first = column_index_from_string(letter)
        last = max(first, int(one.max or first))
        props: dict[str, Any] = {
            "pixelSize": max(round((one.width or 10) * PIXELS_A_CHARACTER), 12)
        }
        if one.hidden:
            props["hiddenByUser"] = True
        yield size_request(key, "COLUMNS", (first - 1, min(last, max(ws.max_column, 2))), props)
    for number, row in ws.row_dimensions.items():
        props = {"pixelSize": max(round((row.height or 15) * PIXELS_A_POINT), 4)}
        if row.hidden:
            props["hiddenByUser"] = True
        if (row.height or row.hidden) and number <= height_of(ws):
            yield size_request(key, "ROWS", (number - 1, number), props)


def size_request(
    key: int, dimension: str, span: tuple[int, int], props: Mapping[str, Any]
) -> Request:
    """Width or height of some columns or rows, and whether they are hidden."""
    where = {"sheetId": key, "dimension": dimension, "startIndex": span[0], "endIndex": span[1]}
    return {
        "updateDimensionProperties": {
            "range": where,
            "properties": dict(props),
            "fields": ",".join(props),
        }
    }


def lists_on(ws: Worksheet, key: int, lists: Mapping[str, str]) -> Iterator[Request]:
    """Lists to pick from; what else a workbook checks is left to the locks and to the pass."""
    for rule in ws.data_validations.dataValidation:
        area = lists.get(str(rule.formula1 or ""), "")
        if rule.type != "list" or not area:
            continue
        condition = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": f"={area}"}]}
        told = {
            "condition": condition,
            "strict": rule.errorStyle != "warning",
            "showCustomUi": True,
            "inputMessage": str(rule.error or ""),
        }
        for cells in rule.sqref.ranges:
            where = {**grid_of(key, cells.coord), "endRowIndex": min(cells.max_row, height_of(ws))}
            yield {"setDataValidation": {"range": where, "rule": told}}


def _rules(ws: Worksheet, key: int) -> Iterator[Request]:
    for formatting in ws.conditional_formatting:
        ranges = [
            {**grid_of(key, cells.coord), "endRowIndex": min(cells.max_row, height_of(ws))}
            for cells in formatting.sqref.ranges
        ]
        for rule in formatting.rules:
            if rule.type != "expression" or not rule.formula or rule.dxf is None:
                continue
            looks: dict[str, Any] = {}
            fill, font = rule.dxf.fill, rule.dxf.font
            if fill is not None and _rgb(fill.bgColor):
                looks["backgroundColorStyle"] = {"rgbColor": _rgb(fill.bgColor)}
            if font is not None:
                text: dict[str, Any] = {"bold": True} if font.bold else {}
                if font.color is not None and _rgb(font.color):
                    text["foregroundColorStyle"] = {"rgbColor": _rgb(font.color)}
                looks |= {"textFormat": text} if text else {}
            formula = f"={spelled(str(rule.formula[0]))}"
            condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
            boolean = {"condition": condition, "format": looks}
            told = {"ranges": ranges, "booleanRule": boolean}
            yield {"addConditionalFormatRule": {"rule": told, "index": 0}}


def _stamp(key: int, last: int, stamp: str) -> Iterator[Request]:
    """The stamp in a row of its own below the facts of the service sheet."""
    for col, text in ((1, STAMP_KEY), (STAMP_COL, stamp)):
        start = {"sheetId": key, "rowIndex": last, "columnIndex": col - 1}
        cells = [{"values": [{"userEnteredValue": {"stringValue": text}}]}]
        yield {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}
