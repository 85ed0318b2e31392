"""`spreadsheets.values`: get, update, append, clear and their batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.values import Fault
from tests.google.emulator.a1 import Area, letters, quoted, told
from tests.google.emulator.entering import entered, is_moment, raw, shown
from tests.google.emulator.faults import invalid
from tests.google.emulator.state import BARE, Book, Cell, Scalar, Sums, Tab

Guard = Callable[[Tab, Area], None]
"""Raises Refused when the caller may not write there."""


def get(book: Book, sums: Sums, text: str, options: dict[str, str]) -> dict[str, Any]:
    """What stands in a range, without its empty end."""
    tab, area, _ = book.range(text)
    area = area.cut(tab.rows, tab.cols)
    found = {"range": told(tab.title, area), "majorDimension": "ROWS"}
    lines: dict[int, dict[int, Any]] = {}
    by_column = options.get("majorDimension") == "COLUMNS"
    for row, col in tab.filled(area):
        value = rendered(book, sums, tab, (row, col), options)
        at, place = (
            (col - area.left, row - area.top) if by_column else (row - area.top, col - area.left)
        )
        lines.setdefault(at, {})[place] = value
    if by_column:
        found["majorDimension"] = "COLUMNS"
    values = [
        [lines[n].get(i, "") for i in range(max(lines[n]) + 1)] if n in lines else []
        for n in range(max(lines, default=-1) + 1)
    ]
    return {**found, "values": values} if values else found


def rendered(
    book: Book, sums: Sums, tab: Tab, at: tuple[int, int], options: dict[str, str]
) -> Scalar:
    """One value in the rendering that was asked for."""
    cell = tab.at(*at)
    render = options.get("valueRenderOption", "FORMATTED_VALUE")
    if render == "FORMULA" and cell.formula is not None:
        return f"={cell.formula}"
    value = sums.of(tab, *at)
    if render == "FORMATTED_VALUE":
        return shown(value, cell.format, book.locale)
    if isinstance(value, Fault):
        return value.text
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if (
        number
        and is_moment(cell.format)
        and options.get("dateTimeRenderOption") == "FORMATTED_STRING"
    ):
        return shown(value, cell.format, book.locale)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def rows_of(body: Any) -> list[list[Scalar]]:
    """The values of a body by rows; raises Refused for anything but a list of lists."""
    values = body.get("values")
    if values is None:
        return []
    if not isinstance(values, list):
        raise not_a_list("data.values", values)
    for number, row in enumerate(values):
        if not isinstance(row, list):
            raise not_a_list(f"data.values[{number}]", row)
        for place, value in enumerate(row):
            if isinstance(value, list | dict):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise invalid(f"Invalid data[{number}]: {kind} at {place}")
    if body.get("majorDimension") == "COLUMNS":
        height = max((len(col) for col in values), default=0)
        return [[col[n] if n < len(col) else None for col in values] for n in range(height)]
    return values


def not_a_list(where: str, value: Any) -> Exception:
    """The error for a value that should be a list, as it was recorded."""
    told_value = f'"{value}"' if isinstance(value, str) else str(value)
    said = (
        f"Invalid value at '{where}' (type.googleapis.com/google.protobuf.ListValue), {told_value}"
    )
    error = invalid(said)
    error.more["details"] = [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": where, "description": said}],
        }
    ]
    return error


def update(book: Book, text: str, body: Any, option: str, guard: Guard) -> dict[str, Any]:
    """Values written from the corner of a range on; None leaves its cell alone."""
    tab, area, found = book.range(text)
    rows = rows_of(body)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    if not found.single:
        _inside(tab, area, height, width)
    written = Area(area.top, area.left, area.top + height, area.left + width)
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if not width:
        return {**answer, "updatedRange": told(tab.title, area.cut(tab.rows, tab.cols))}
    _on_grid(tab, written)
    guard(tab, written)
    count = write(book, tab, written, rows, option)
    return {
        **answer,
        "updatedRange": told(tab.title, written),
        "updatedRows": len({n for n, row in enumerate(rows) if any(v is not None for v in row)}),
        "updatedColumns": len({c for row in rows for c, v in enumerate(row) if v is not None}),
        "updatedCells": count,
    }


def _inside(tab: Tab, area: Area, height: int, width: int) -> None:
    where = told(tab.title, area).replace(quoted(tab.title), f"'{tab.title}'", 1)
    if area.top + height > area.bottom:
        raise invalid(
            f"Requested writing within range [{where}], "
            f"but tried writing to row [{area.bottom + 1}]"
        )
    if area.left + width > area.right:
        raise invalid(
            f"Requested writing within range [{where}], "
            f"but tried writing to column [{letters(area.right)}]"
        )


def _on_grid(tab: Tab, area: Area) -> None:
    if area.bottom > tab.rows or area.right > tab.cols:
        raise invalid(
            f"Range ({told(tab.title, area)}) exceeds grid limits. "
            f"Max rows: {tab.rows}, max columns: {tab.cols}"
        )


def write(book: Book, tab: Tab, area: Area, rows: list[list[Scalar]], option: str) -> int:
    """Cells written; how many there were."""
    count = 0
    for row, values in enumerate(rows, start=area.top):
        for col, value in enumerate(values, start=area.left):
            if value is not None:
                cell = tab.at(row, col)
                new = (
                    entered(cell, value, book.locale)
                    if option == "USER_ENTERED"
                    else raw(cell, value)
                )
                tab.put(row, col, new)
                count += 1
    book.touch()
    return count


def clear(book: Book, text: str, guard: Guard) -> str:
    """The range emptied; its name."""
    tab, area, _ = book.range(text)
    area = area.cut(tab.rows, tab.cols)
    guard(tab, area)
    for at in list(tab.filled(area)):
        tab.put(*at, tab.at(*at).emptied())
    book.touch()
    return told(tab.title, area)


def append(
    book: Book, sums: Sums, text: str, body: Any, options: dict[str, str], guard: Guard
) -> dict[str, Any]:
    """Rows written below the table that Google sees in the range."""
    tab, area, _ = book.range(text)
    rows = rows_of(body)
    table = table_in(tab, area.cut(tab.rows, tab.cols))
    answer: dict[str, Any] = {"spreadsheetId": book.id}
    if table is not None:
        answer["tableRange"] = told(tab.title, table)
        area = Area(table.bottom, table.left, table.bottom, table.right)
    height, width = len(rows), max((len(row) for row in rows), default=0)
    if options.get("insertDataOption") == "INSERT_ROWS" and table is not None:
        shift_rows(tab, area.top, height)
    written = Area(area.top, area.left, area.top + height, area.left + width)
    tab.rows, tab.cols = max(tab.rows, written.bottom), max(tab.cols, written.right)
    guard(tab, written)
    count = write(book, tab, written, rows, options.get("valueInputOption", "RAW"))
    updates: dict[str, Any] = {"spreadsheetId": book.id, "updatedRange": told(tab.title, written)}
    if width:
        updates |= {"updatedRows": height, "updatedColumns": width, "updatedCells": count}
    if options.get("includeValuesInResponse", "").casefold() == "true":
        told_options = {
            "valueRenderOption": options.get("responseValueRenderOption", "FORMATTED_VALUE")
        }
        updates["updatedData"] = get(book, sums, told(tab.title, written), told_options)
    return {**answer, "updates": updates}


def table_in(tab: Tab, area: Area) -> Area | None:
    """The last table that lies in a range: filled cells that touch, in their frame."""
    places = {at for at, cell in tab.cells.items() if cell.is_filled}
    inside = sorted(at for at in places if at in area)
    if not inside:
        return None
    row, col = inside[-1]
    table = Area(row, col, row + 1, col + 1)
    while True:
        around = Area(table.top - 1, table.left - 1, table.bottom + 1, table.right + 1)
        touching = [at for at in places if at in around]
        grown = Area(
            min(r for r, _ in touching),
            min(c for _, c in touching),
            max(r for r, _ in touching) + 1,
            max(c for _, c in touching) + 1,
        )
        if grown == table:
            return table
        table = grown


def shift_rows(tab: Tab, at: int, count: int) -> None:
    """Rows inserted: what stands below moves down."""
    moved: dict[tuple[int, int], Cell] = {}
    for (row, col), cell in tab.cells.items():
        moved[(row + count if row >= at else row), col] = cell
    tab.cells = moved
    tab.rows += count


__all__ = ["BARE", "append", "clear", "get", "update"]
