"""Rows and columns as wholes: inserted, deleted, appended, moved, sized, grouped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from formulas.cells.references import rewrite
from tests.google.emulator.a1 import Area
from tests.google.emulator.faults import invalid
from tests.google.emulator.state import Book, Cell, Tab

LETTER_PIXELS = 8.05


def span_of(tab: Tab, given: Any) -> tuple[bool, int, int]:
    """Whether rows are meant, and from where to where."""
    rows = given.get("dimension") == "ROWS"
    start = given.get("startIndex") or 0
    end = given.get("endIndex")
    return rows, start, (tab.rows if rows else tab.cols) if end is None else end


def insert(on: Any, body: Any) -> None:
    given = body.get("range") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    if start > (tab.rows if rows else tab.cols):
        raise invalid(f"range.startIndex[{start}] must be less than the grid size")
    shift(on.book, tab, rows=rows, at=start, by=end - start)


def shift(book: Book, tab: Tab, *, rows: bool, at: int, by: int) -> None:
    """What stands from a place on moves by so many; negative: that many are deleted there."""

    def place(n: int) -> int | None:
        if by < 0 and at <= n < at - by:
            return None
        return n + by if n >= at else n

    moved: dict[tuple[int, int], Cell] = {}
    for (row, col), cell in tab.cells.items():
        to = place(row if rows else col)
        if to is not None:
            moved[(to, col) if rows else (row, to)] = cell
    tab.cells = moved
    if rows:
        tab.rows += by
    else:
        tab.cols += by
    sizes = {}
    dimension = "ROWS" if rows else "COLUMNS"
    for (which, n), size in tab.sizes.items():
        to = place(n) if which == dimension else n
        if to is not None:
            sizes[which, to] = size
    tab.sizes = sizes
    tab.merges = [a for a in (_moved(m, rows=rows, at=at, by=by) for m in tab.merges) if a]
    _move_ranges(book, tab, rows=rows, at=at, by=by)
    _move_formulas(book, tab, rows=rows, at=at, by=by)


def _ends(start: int, end: int, at: int, by: int) -> tuple[int, int]:
    if by >= 0:
        return start + (by if start >= at else 0), end + (by if end > at else 0)
    gone = at - by
    return (
        start if start <= at else max(at, start + by) if start >= gone else at,
        end if end <= at else end + by if end >= gone else at,
    )


def _moved(area: Area, *, rows: bool, at: int, by: int) -> Area | None:
    if rows:
        top, bottom = _ends(area.top, area.bottom, at, by)
        area = Area(top, area.left, bottom, area.right)
    else:
        left, right = _ends(area.left, area.right, at, by)
        area = Area(area.top, left, area.bottom, right)
    return area if area.top < area.bottom and area.left < area.right else None


def _move_ranges(book: Book, tab: Tab, *, rows: bool, at: int, by: int) -> None:
    first, last = (
        ("startRowIndex", "endRowIndex") if rows else ("startColumnIndex", "endColumnIndex")
    )

    def moved(given: Any) -> Any:
        found = dict(given)
        start, end = found.get(first) or 0, found.get(last)
        if end is None:
            end = 10**9
        start, end = _ends(start, end, at, by)
        if first in found:
            found[first] = start
        if found.get(last) is not None:
            found[last] = end
        return found

    for kept in tab.protections.values():
        kept["range"] = moved(kept["range"])
        if kept.get("unprotectedRanges"):
            kept["unprotectedRanges"] = [moved(hole) for hole in kept["unprotectedRanges"]]
    for key, name in book.names.items():
        if (name["range"].get("sheetId") or 0) == tab.id:
            book.names[key] = {**name, "range": moved(name["range"])}


def _move_formulas(book: Book, tab: Tab, *, rows: bool, at: int, by: int) -> None:
    """Formulas go on looking at the cells that they looked at."""

    def mover(home: Tab) -> Callable[[str | None, int, int], tuple[int, int] | None]:
        def move(sheet: str | None, row: int, col: int) -> tuple[int, int] | None:
            if (sheet or home.title) != tab.title:
                return None
            n = (row if rows else col) - 1
            to = n + by if n >= (at if by >= 0 else at - by) else n
            return (to + 1, col) if rows else (row, to + 1)

        return move

    for home in book.tabs:
        for place, cell in list(home.cells.items()):
            if cell.formula is not None:
                text = rewrite(cell.formula, mover(home))
                if text != cell.formula:
                    home.cells[place] = Cell(None, text, cell.format, cell.note, cell.rule)


def delete(on: Any, body: Any) -> None:
    given = body.get("range") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    if end - start >= (tab.rows if rows else tab.cols):
        kind = "rows" if rows else "columns"
        raise invalid(f"You can't delete all the {kind} on the sheet.")
    shift(on.book, tab, rows=rows, at=start, by=start - end)


def append(on: Any, body: Any) -> None:
    tab = on.book.tab(body.get("sheetId"))
    if body.get("dimension") == "ROWS":
        tab.rows += body.get("length") or 0
    else:
        tab.cols += body.get("length") or 0


def move(on: Any, body: Any) -> None:
    given = body.get("source") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    to = body.get("destinationIndex") or 0
    order = list(range(tab.rows if rows else tab.cols))
    part, rest = order[start:end], order[:start] + order[end:]
    at = to if to <= start else to - (end - start)
    order = rest[:at] + part + rest[at:]
    where = {old: new for new, old in enumerate(order)}
    tab.cells = {
        ((where[r], c) if rows else (r, where[c])): cell for (r, c), cell in tab.cells.items()
    }


def sized(on: Any, body: Any) -> None:
    given = body.get("range") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    for n in range(start, end):
        key = ("ROWS" if rows else "COLUMNS", n)
        kept = {**tab.sizes.get(key, {}), **(body.get("properties") or {})}
        tab.sizes[key] = {k: v for k, v in kept.items() if v not in (False, None)}


def fitted(on: Any, body: Any) -> None:
    given = body.get("dimensions") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    if rows:
        return
    for col in range(start, end):
        texts = [str(c.value) for (_, at), c in tab.cells.items() if at == col and c.is_filled]
        if texts:
            width = round(max(len(text) for text in texts) * LETTER_PIXELS) + 6
            tab.sizes["COLUMNS", col] = {**tab.sizes.get(("COLUMNS", col), {}), "pixelSize": width}


def grouped(on: Any, body: Any) -> dict[str, Any]:
    given = body.get("range") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    dimension = "ROWS" if rows else "COLUMNS"
    around = [g for g in tab.groups.get(dimension, []) if _in(g, start, end)]
    made = {"range": _bare(given), "depth": 1 + len(around)}
    tab.groups.setdefault(dimension, []).append(made)
    tab.grid[f"{'row' if rows else 'column'}GroupControlAfter"] = True
    return {"addDimensionGroup": {"dimensionGroups": list(tab.groups[dimension])}}


def _in(group: Any, start: int, end: int) -> bool:
    return (group["range"].get("startIndex") or 0) <= start and end <= group["range"]["endIndex"]


def _bare(given: Any) -> dict[str, Any]:
    return {k: v for k, v in given.items() if not (k == "sheetId" and not v)}


def ungrouped(on: Any, body: Any) -> dict[str, Any]:
    given = body.get("range") or {}
    tab = on.book.tab(given.get("sheetId"))
    rows, start, end = span_of(tab, given)
    dimension = "ROWS" if rows else "COLUMNS"
    left = [g for g in tab.groups.get(dimension, []) if not _in(g, start, end)]
    if len(left) == len(tab.groups.get(dimension, [])):
        raise invalid("No dimension group at the given range.")
    tab.groups[dimension] = left
    told = {"dimensionGroups": left} if left else {}
    return {"deleteDimensionGroup": told}


DIMENSIONS: dict[str, Any] = {
    "insertDimension": insert,
    "deleteDimension": delete,
    "appendDimension": append,
    "moveDimension": move,
    "updateDimensionProperties": sized,
    "autoResizeDimensions": fitted,
    "addDimensionGroup": grouped,
    "deleteDimensionGroup": ungrouped,
}
