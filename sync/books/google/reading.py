"""From Google's answer to a content: typed cells, formulas told apart from texts like formulas.

What is asked for is what was entered (`userEnteredValue`) and what it gives (`effectiveValue`), so
nothing passes through anybody's way of writing numbers and days.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from model.blueprint import HEADER_ROW, KEY_ROW, Blueprint, Role, SlotKind
from model.values import plain
from sync.books.google.content import written_down
from sync.books.read import carries
from sync.books.written import Row, Sheet
from sync.ooxml import CellKind, CellScan, col_letter, digits_kept

CELLS = "data(startRow,startColumn,rowData(values(userEnteredValue,effectiveValue)))"
TABS = "sheetId,title,hidden,gridProperties(rowCount,columnCount)"
FIELDS = (
    "properties(title,locale,timeZone),namedRanges,"
    f"sheets(properties({TABS}),merges,protectedRanges,{CELLS})"
)
"""What one read asks for: cells, names, sizes and locks, and no looks."""
COLUMN_A = 1

Answer = Mapping[str, Any]


def dead_names_of(answer: Answer) -> dict[str, str]:
    """Names without cells, and their ids."""
    tabs = {one["properties"].get("sheetId", 0) for one in answer.get("sheets", ())}
    return {
        one["name"]: one["namedRangeId"]
        for one in answer.get("namedRanges", ())
        if not _has_cells(one.get("range", {}), tabs)
    }


def _has_cells(area: Mapping[str, int], tabs: Collection[int]) -> bool:
    ends = ("endRowIndex", "startRowIndex"), ("endColumnIndex", "startColumnIndex")
    if not area or area.get("sheetId", 0) not in tabs:
        return False
    return all(end not in area or area[end] > area.get(start, 0) for end, start in ends)


def content_of(answer: Answer, blueprint: Blueprint, role: Role, *, at: str) -> bytes:
    """The content of a spreadsheet; tabs of people's own are only listed."""
    tabs = tuple(_tab(one, blueprint, role) for one in answer.get("sheets", ()))
    return written_down(tabs, _names(answer, {t.id: t.title for t in tabs}), at=at)


def sheets_of(answer: Answer) -> tuple[Sheet, ...]:
    """The tabs of an answer with everything that stands in them."""
    return tuple(
        _listed(one["properties"], _merged(one), _rows(one.get("data", ())))
        for one in answer.get("sheets", ())
    )


def holds_something(tabs: Iterable[Sheet]) -> bool:
    """Whether anything stands in a spreadsheet."""
    return any(row for tab in tabs for row in tab.rows.values())


def _tab(one: Any, blueprint: Blueprint, role: Role) -> Sheet:
    return declared(
        _listed(one["properties"], _merged(one), _rows(one.get("data", ()))), blueprint, role
    )


def declared(tab: Sheet, blueprint: Blueprint, role: Role) -> Sheet:
    """A tab without results of our formulas; one of people's own is only listed."""
    lines = {n: {c.col: c for c in row} for n, row in tab.rows.items() if n == KEY_ROW}
    for key in blueprint.books[role].sheets:
        sheet = blueprint.sheets[key]
        if carries(sheet, lines) or tab.title in {sheet.title.ru, sheet.title.en}:
            is_ours = _live(tab.rows, blueprint, role, key)
            kept = {n: tuple(_kept(c, n, is_ours) for c in row) for n, row in tab.rows.items()}
            return replace(tab, rows=kept)
    return replace(tab, merged=(), rows={})


def _listed(props: Any, merged: tuple[str, ...], rows: Mapping[int, Row]) -> Sheet:
    grid = props.get("gridProperties", {})
    return Sheet(
        props.get("sheetId", 0),
        props["title"],
        props.get("hidden", False),
        grid.get("rowCount", 0),
        grid.get("columnCount", 0),
        merged,
        rows,
    )


def _rows(parts: Any) -> dict[int, Row]:
    rows: dict[int, dict[int, CellScan]] = {}
    for part in parts:
        top, left = part.get("startRow", 0) + 1, part.get("startColumn", 0) + 1
        for number, line in enumerate(part.get("rowData", ()), start=top):
            cells = _cells(line.get("values", ()), left)
            if cells:
                rows.setdefault(number, {}).update(cells)
    return {n: tuple(cells[c] for c in sorted(cells)) for n, cells in rows.items()}


def _cells(values: Any, left: int) -> dict[int, CellScan]:
    found = ((col, _cell(col, told)) for col, told in enumerate(values, start=left) if told)
    return {col: cell for col, cell in found if cell is not None}


def _cell(col: int, told: Any) -> CellScan | None:
    entered = told.get("userEnteredValue")
    if not entered:
        return None
    if "formulaValue" in entered:
        kind, text = _value(told.get("effectiveValue") or {})
        formula = entered["formulaValue"].removeprefix("=")
        return CellScan(col, kind, text, formula, None, kind is not CellKind.EMPTY)
    kind, text = _value(entered)
    return None if kind is CellKind.EMPTY else CellScan(col, kind, text)


_FAULTS = {
    "N_A": "#N/A", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!",
    "NAME": "#NAME?", "NUM": "#NUM!", "NULL_VALUE": "#NULL!",
}  # fmt: skip


def _value(told: Any) -> tuple[CellKind, str]:
    if "stringValue" in told:
        return CellKind.TEXT, told["stringValue"]
    if "numberValue" in told:
        return CellKind.NUMBER, plain(digits_kept(told["numberValue"]))
    if "boolValue" in told:
        return CellKind.BOOL, "1" if told["boolValue"] else "0"
    if "errorValue" in told:
        return CellKind.ERROR, _FAULTS.get(told["errorValue"].get("type", ""), "#ERROR!")
    return CellKind.EMPTY, ""


def _merged(one: Any) -> tuple[str, ...]:
    return tuple(
        f"{col_letter(m.get('startColumnIndex', 0) + 1)}{m.get('startRowIndex', 0) + 1}:"
        f"{col_letter(m['endColumnIndex'])}{m['endRowIndex']}"
        for m in one.get("merges", ())
    )


def _kept(cell: CellScan, row: int, is_ours: Callable[[int, int], bool]) -> CellScan:
    """A cell; the result of a formula of ours is left out."""
    if cell.formula is None or not is_ours(row, cell.col):
        return cell
    return CellScan(cell.col, CellKind.EMPTY, "", cell.formula, None, cached=False)


def _live(
    rows: Mapping[int, Row], blueprint: Blueprint, role: Role, key: str
) -> Callable[[int, int], bool]:
    """Whether a formula at a place is none of a person in a cell that is read."""
    sheet = blueprint.sheets[key]
    keys = {c.col: c.text for c in rows.get(KEY_ROW, ())}
    if sheet.slots:
        lines = {n: row[0].text for n, row in rows.items() if row and row[0].col == COLUMN_A}
        typed = {(s.row, s.col) for s in sheet.slots if s.kind is not SlotKind.LIVE}
        return lambda row, col: (lines.get(row), keys.get(col)) not in typed
    typed_keys = {
        f"{table}.{column.key}"
        for table in sheet.tables
        for column in blueprint.columns_of(role, table)
        if column.live is None
    }
    cols = {col for col, text in keys.items() if text in typed_keys}
    return lambda row, col: row <= HEADER_ROW or col not in cols


def _names(answer: Answer, titles: Mapping[int, str]) -> dict[str, str]:
    return {
        one["name"]: _area(one["range"], titles)
        for one in answer.get("namedRanges", ())
        if one.get("range", {}).get("sheetId", 0) in titles
    }


def _area(told: Any, titles: Mapping[int, str]) -> str:
    title = titles[told.get("sheetId", 0)].replace("'", "''")
    first = f"${col_letter(told.get('startColumnIndex', 0) + 1)}${told.get('startRowIndex', 0) + 1}"
    right = col_letter(told["endColumnIndex"]) if "endColumnIndex" in told else ""
    last = f"${right}" + (f"${told['endRowIndex']}" if "endRowIndex" in told else "")
    return f"'{title}'!{first}:{last}"


def locks_of(answer: Answer) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The protected ranges of every tab, with the tab's id."""
    for one in answer.get("sheets", ()):
        for lock in one.get("protectedRanges", ()):
            yield one["properties"].get("sheetId", 0), lock
