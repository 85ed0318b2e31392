"""Parts of a grid: merged, sorted, filtered, copied, checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from formulas.cells.references import translate
from tests.google.emulator.a1 import Area
from tests.google.emulator.faults import invalid
from tests.google.emulator.state import Cell, Tab


def merge(on: Any, body: Any) -> None:
    tab, area = on.book.grid_range(body["range"])
    parts = [area]
    if body.get("mergeType") == "MERGE_ROWS":
        parts = [Area(n, area.left, n + 1, area.right) for n in range(area.top, area.bottom)]
    elif body.get("mergeType") == "MERGE_COLUMNS":
        parts = [Area(area.top, n, area.bottom, n + 1) for n in range(area.left, area.right)]
    for part in parts:
        if any(known.meets(part) and not _around(part, known) for known in tab.merges):
            raise invalid("You must select all cells in a merged range to merge or unmerge them.")
        tab.merges = [known for known in tab.merges if not known.meets(part)] + [part]
        for at in [at for at in tab.filled(part) if at != (part.top, part.left)]:
            tab.put(*at, tab.at(*at).emptied())


def _around(outer: Area, inner: Area) -> bool:
    return (
        outer.top <= inner.top
        and outer.left <= inner.left
        and outer.bottom >= inner.bottom
        and outer.right >= inner.right
    )


def unmerge(on: Any, body: Any) -> None:
    tab, area = on.book.grid_range(body["range"])
    tab.merges = [known for known in tab.merges if not known.meets(area)]


def sort(on: Any, body: Any) -> None:
    tab, area = on.book.grid_range(body["range"])
    on.guard(tab, area)
    sort_rows(
        tab,
        area,
        [
            (s.get("dimensionIndex") or 0, s.get("sortOrder") == "DESCENDING")
            for s in body.get("sortSpecs") or []
        ],
    )


def sort_rows(tab: Tab, area: Area, specs: list[tuple[int, bool]]) -> None:
    """Rows of an area in another order, empty ones last."""
    rows = list(range(area.top, area.bottom))
    for col, descending in reversed(specs):
        full = [row for row in rows if tab.at(row, col).value is not None]
        empty = [row for row in rows if tab.at(row, col).value is None]
        full.sort(key=lambda row: _rank(tab.at(row, col)), reverse=descending)
        rows = full + empty
    cells = {at: cell for at, cell in tab.cells.items() if at not in area}
    for to, row in enumerate(rows, start=area.top):
        for col in range(area.left, area.right):
            cell = tab.at(row, col)
            if cell.formula is not None and to != row:
                cell = replace(cell, formula=translate(cell.formula, to - row, 0))
            if not cell.is_bare:
                cells[to, col] = cell
    tab.cells = cells


def _rank(cell: Cell) -> tuple[int, Any]:
    value = cell.value
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.casefold()
    return 0, value


def copy(on: Any, body: Any) -> None:
    source, area = on.book.grid_range(body["source"])
    target, into = on.book.grid_range(body["destination"])
    on.guard(target, into)
    height, width = area.bottom - area.top, area.right - area.left
    down = max(1, (into.bottom - into.top) // height)
    across = max(1, (into.right - into.left) // width)
    cells = {
        (row, col): source.at(area.top + row, area.left + col)
        for row in range(height)
        for col in range(width)
    }
    for turn in range(down * across):
        top = into.top + (turn // across) * height
        left = into.left + (turn % across) * width
        for (row, col), cell in cells.items():
            at = (top + row, left + col)
            step = (at[0] - area.top - row, at[1] - area.left - col)
            target.put(*at, _pasted(target.at(*at), cell, body.get("pasteType"), step))


_LOOKS = frozenset({"PASTE_VALUES", "PASTE_FORMAT", "PASTE_DATA_VALIDATION"})


def _pasted(old: Cell, new: Cell, kind: str | None, step: tuple[int, int]) -> Cell:
    if new.formula is not None and kind not in _LOOKS:
        new = replace(new, formula=translate(new.formula, *step))
    match kind:
        case "PASTE_VALUES":
            return replace(old, value=new.value, formula=None)
        case "PASTE_FORMULA":
            return replace(old, value=new.value, formula=new.formula)
        case "PASTE_FORMAT":
            return replace(old, format=new.format)
        case "PASTE_DATA_VALIDATION":
            return replace(old, rule=new.rule)
        case _:
            return new


def cut(on: Any, body: Any) -> None:
    source, area = on.book.grid_range(body["source"])
    to = body["destination"]
    target = on.book.tab(to.get("sheetId"))
    d_row = (to.get("rowIndex") or 0) - area.top
    d_col = (to.get("columnIndex") or 0) - area.left
    moved = {at: cell for at, cell in source.cells.items() if at in area}
    for at in moved:
        del source.cells[at]
    for (row, col), cell in moved.items():
        target.put(row + d_row, col + d_col, cell)


def check(on: Any, body: Any) -> None:
    tab, area = on.book.grid_range(body["range"])
    for row in range(area.top, area.bottom):
        for col in range(area.left, area.right):
            tab.put(row, col, replace(tab.at(row, col), rule=body.get("rule")))


def filtered(on: Any, body: Any) -> None:
    given = body.get("filter") or {}
    tab, area = on.book.grid_range(given.get("range") or {})
    whole = {
        "startRowIndex": area.top, "endRowIndex": area.bottom,
        "startColumnIndex": area.left, "endColumnIndex": area.right,
    }  # fmt: skip
    tab.filter = {**given, "range": whole if not tab.id else {"sheetId": tab.id, **whole}}


def unfiltered(on: Any, body: Any) -> None:
    on.book.tab(body.get("sheetId")).filter = None


def replaced(on: Any, body: Any) -> dict[str, Any]:
    """findReplace of whole cells."""
    tab, area = on.book.grid_range(body["range"])
    count = 0
    for at in list(tab.filled(area)):
        cell = tab.at(*at)
        if cell.formula is None and str(cell.value) == body.get("find"):
            tab.put(*at, replace(cell, value=body.get("replacement") or None))
            count += 1
    return {"findReplace": {"valuesChanged": count, "occurrencesChanged": count} if count else {}}


RANGES: dict[str, Any] = {
    "mergeCells": merge,
    "unmergeCells": unmerge,
    "sortRange": sort,
    "copyPaste": copy,
    "cutPaste": cut,
    "setDataValidation": check,
    "setBasicFilter": filtered,
    "clearBasicFilter": unfiltered,
    "findReplace": replaced,
}
