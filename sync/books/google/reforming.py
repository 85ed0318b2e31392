"""Tabs and columns that a newer blueprint has, as requests for a living spreadsheet.

The form is taken from a fresh workbook, as in `painting`. New tabs stand behind the others, new
columns behind everything that stands in their tab, so that nothing of anybody moves. Formulas name
tabs as they are called in this spreadsheet now.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, HEADER_ROW, KEY_ROW
from sync.books.google.content import GoogleFile
from sync.books.google.painting import (
    FIRST_ID,
    area_in,
    cell_data_of,
    grid_of,
    height_of,
    lists_on,
    sheet_requests,
    size_request,
    tab_request,
)
from sync.books.google.requests import Request
from sync.books.written import Sheet

_OF_TAB = re.compile(r"('(?:[^']|'')+'|[\w.]+)!")
_FORMULAS = frozenset({"formulaValue", "userEnteredValue"})


@dataclass(frozen=True, slots=True)
class NewForm:
    """What a spreadsheet lacks."""

    tabs: tuple[str, ...]
    """Titles of tabs in the fresh workbook."""
    columns: tuple[tuple[str, str, str], ...]
    """Title of the tab in the fresh workbook, title of it here, key of the column."""
    dead: Mapping[str, str]
    """Names whose cells were taken away, and the ids of these names."""


def reformed(
    raw: bytes, file: GoogleFile, form: NewForm, titles: Mapping[str, str]
) -> tuple[Request, ...]:
    """The requests that give a spreadsheet what it lacks of a fresh workbook.

    `titles` says how tabs of the fresh workbook are called here, where that differs.
    """
    book = load_workbook(io.BytesIO(raw))
    free = max([FIRST_ID, *(tab.id + 1 for tab in file.tabs)])
    ids = {title: free + n for n, title in enumerate(form.tabs)}
    names = {name: area_in(str(defined.attr_text)) for name, defined in book.defined_names.items()}
    out: list[Request] = [tab_request(book[title], key) for title, key in ids.items()]
    out += _names(names, ids, file.names, form.dead)
    for title, key in ids.items():
        out += sheet_requests(book[title], key, names)
    for number, (fresh, here, column) in enumerate(form.columns):
        behind = sum(other == here for _, other, _ in form.columns[:number])
        out += _column(book, fresh, file.tab(here), column, names, behind)
    return tuple(_retitled(one, titles) for one in out)


def _names(
    names: Mapping[str, str],
    ids: Mapping[str, int],
    known: Mapping[str, str],
    dead: Mapping[str, str],
) -> Iterator[Request]:
    for name, area in names.items():
        sheet, _, cells = area.rpartition("!")
        title = sheet.strip("'").replace("''", "'")
        if (name not in known or name in dead) and title in ids:
            if name in dead:
                yield {"deleteNamedRange": {"namedRangeId": dead[name]}}
            told = grid_of(ids[title], cells, open_end=":" in cells)
            yield {"addNamedRange": {"namedRange": {"name": name, "range": told}}}


def _column(
    book: Workbook, fresh: str, tab: Sheet, key: str, names: Mapping[str, str], behind: int
) -> Iterator[Request]:
    """A column of a fresh tab behind all that stands in the living one."""
    ws: Worksheet = book[fresh]
    col = next(c.column for c in ws[KEY_ROW] if c.value == key)
    filled = (cell.col for row in tab.rows.values() for cell in row)
    at = max(filled, default=0) + 1 + behind
    if at > tab.width:
        append = {"sheetId": tab.id, "dimension": "COLUMNS", "length": 1}
        yield {"appendDimension": append}
    for row in (KEY_ROW, HEADER_ROW, FIRST_ROW):
        told = cell_data_of(ws.cell(row, col))
        if row == FIRST_ROW:
            told.pop("userEnteredValue", None)
        start = {"sheetId": tab.id, "rowIndex": row - 1, "columnIndex": at - 1}
        fields = "userEnteredFormat" if row == FIRST_ROW else "userEnteredValue,userEnteredFormat"
        yield {"updateCells": {"start": start, "rows": [{"values": [told]}], "fields": fields}}
    yield from _dressed(ws, tab, col, at)
    yield from _picked(ws, tab, col, at, names)
    for name, area in names.items():
        sheet, _, cells = area.rpartition("!")
        if sheet.strip("'") == fresh and _is_of(cells, col):
            told = _moved(grid_of(tab.id, cells, open_end=True), at)
            yield {"addNamedRange": {"namedRange": {"name": name, "range": told}}}


def _dressed(ws: Worksheet, tab: Sheet, col: int, at: int) -> Iterator[Request]:
    """The looks of the first row down to the end, and the width."""
    span = {"startColumnIndex": at - 1, "endColumnIndex": at}
    first = {"sheetId": tab.id, "startRowIndex": FIRST_ROW - 1, "endRowIndex": FIRST_ROW}
    below = {"sheetId": tab.id, "startRowIndex": FIRST_ROW, "endRowIndex": tab.height}
    yield {
        "copyPaste": {
            "source": first | span,
            "destination": below | span,
            "pasteType": "PASTE_FORMAT",
        }
    }
    told = ws.column_dimensions[get_column_letter(col)]
    props: dict[str, Any] = {"pixelSize": 100}
    if told.hidden:
        props["hiddenByUser"] = True
    yield size_request(tab.id, "COLUMNS", (at - 1, at), props)


def _picked(
    ws: Worksheet, tab: Sheet, col: int, at: int, names: Mapping[str, str]
) -> Iterator[Request]:
    """The lists to pick from in that column."""
    for one in lists_on(ws, tab.id, names):
        where = one["setDataValidation"]["range"]
        if where["startColumnIndex"] == col - 1 and where["endColumnIndex"] == col:
            ends = {"endRowIndex": max(where["endRowIndex"], min(height_of(ws), tab.height))}
            told = {**one["setDataValidation"], "range": _moved(where, at) | ends}
            yield {"setDataValidation": told}


def _is_of(cells: str, col: int) -> bool:
    told = grid_of(0, cells) if cells else {}
    return bool(told) and (told["startColumnIndex"], told["endColumnIndex"]) == (col - 1, col)


def _moved(where: Mapping[str, int], at: int) -> dict[str, int]:
    return {**where, "startColumnIndex": at - 1, "endColumnIndex": at}


def _retitled(node: Any, titles: Mapping[str, str]) -> Any:
    """The same request, its formulas naming tabs as they are called here."""
    if isinstance(node, Mapping):
        return {
            key: _formula(value, titles)
            if key in _FORMULAS and isinstance(value, str) and value.startswith("=")
            else _retitled(value, titles)
            for key, value in node.items()
        }
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [_retitled(one, titles) for one in node]
    return node


def _formula(text: str, titles: Mapping[str, str]) -> str:
    def here(found: re.Match[str]) -> str:
        title = found[1].strip("'").replace("''", "'")
        if title not in titles:
            return found[0]
        quoted = titles[title].replace("'", "''")
        return f"'{quoted}'!"

    return _OF_TAB.sub(here, text)
