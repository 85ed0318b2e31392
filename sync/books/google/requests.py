"""What turns one content of a spreadsheet into another, as requests of one atomic batch.

Only cells that differ are named. Nothing is inserted, deleted, sorted or cleared; grids grow at
their end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.books.google.content import GoogleFile
from sync.books.written import Sheet
from sync.ooxml import CellKind, CellScan

Request = Mapping[str, Any]
Place = tuple[int, int]
"""Row and column, counted from 1."""
ROOM = 200
"""Rows by which a grid grows past what is written, so that it seldom grows."""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that becomes another one."""

    row: int
    col: int
    before: CellScan | None
    after: CellScan | None


def changes(before: Sheet, after: Sheet) -> tuple[Change, ...]:
    """The cells of a tab that differ, top down."""
    found: list[Change] = []
    for number in sorted(before.rows.keys() | after.rows.keys()):
        old, new = before.rows.get(number, ()), after.rows.get(number, ())
        if old is new or old == new:
            continue
        had, has = {c.col: c for c in old}, {c.col: c for c in new}
        found += [
            Change(number, col, had.get(col), has.get(col))
            for col in sorted(had.keys() | has.keys())
            if not same(had.get(col), has.get(col))
        ]
    return tuple(found)


def same(one: CellScan | None, other: CellScan | None) -> bool:
    """Whether two cells hold the same; results of formulas do not count."""
    if one is None or other is None:
        return one is other
    if one.formula is not None or other.formula is not None:
        return one.formula == other.formula
    return one.kind is other.kind and one.text == other.text


def requests(before: GoogleFile, after: GoogleFile) -> Iterator[Request]:
    """The batch that makes `after` of `before`."""
    for old, new in zip(before.tabs, after.tabs, strict=True):
        yield from _grown(old, new)
        if old.hidden != new.hidden:
            shown = {"sheetId": old.id, "hidden": new.hidden}
            yield {"updateSheetProperties": {"properties": shown, "fields": "hidden"}}
        yield from put(old.id, changes(old, new))


def _grown(old: Sheet, new: Sheet) -> Iterator[Request]:
    if new.height > old.height:
        length = new.height - old.height + ROOM
        yield _append(old, "ROWS", length)
        pattern = {"sheetId": old.id, "startRowIndex": 3, "endRowIndex": 4}
        rows = {
            "sheetId": old.id,
            "startRowIndex": old.height,
            "endRowIndex": old.height + length,
        }
        for kind in ("PASTE_FORMAT", "PASTE_DATA_VALIDATION"):
            yield {"copyPaste": {"source": pattern, "destination": rows, "pasteType": kind}}
    if new.width > old.width:
        yield _append(old, "COLUMNS", new.width - old.width)


def _append(tab: Sheet, dimension: str, length: int) -> Request:
    return {"appendDimension": {"sheetId": tab.id, "dimension": dimension, "length": length}}


def put(tab: int, moved: Sequence[Change]) -> Iterator[Request]:
    """Cells written, neighbours in one piece."""
    for top, left, block in _blocks(moved):
        yield {
            "updateCells": {
                "start": {"sheetId": tab, "rowIndex": top - 1, "columnIndex": left - 1},
                "rows": [{"values": [cell_data(c) for c in line]} for line in block],
                "fields": "userEnteredValue",
            }
        }


def _blocks(moved: Sequence[Change]) -> Iterator[tuple[int, int, list[list[CellScan | None]]]]:
    """Rectangles of changed cells: equal stretches of rows that follow each other."""
    open_blocks: dict[tuple[int, int], tuple[int, list[list[CellScan | None]]]] = {}
    for row, spans in _spans(moved):
        for (left, width), cells in spans.items():
            known = open_blocks.get((left, width))
            if known is not None and known[0] + len(known[1]) == row:
                known[1].append(cells)
                continue
            if known is not None:
                yield known[0], left, known[1]
            open_blocks[left, width] = (row, [cells])
    for (left, _), (top, block) in open_blocks.items():
        yield top, left, block


def _spans(
    moved: Sequence[Change],
) -> Iterator[tuple[int, dict[tuple[int, int], list[CellScan | None]]]]:
    """Stretches of neighbouring changed cells, row by row."""
    rows: dict[int, list[Change]] = {}
    for one in moved:
        rows.setdefault(one.row, []).append(one)
    for row in sorted(rows):
        spans: dict[tuple[int, int], list[CellScan | None]] = {}
        run: list[Change] = []
        for one in rows[row]:
            if run and one.col != run[-1].col + 1:
                spans[run[0].col, len(run)] = [c.after for c in run]
                run = []
            run.append(one)
        spans[run[0].col, len(run)] = [c.after for c in run]
        yield row, spans


def cell_data(cell: CellScan | None) -> Mapping[str, Any]:
    """CellData of a cell; an empty one empties."""
    if cell is None:
        return {}
    if cell.formula is not None:
        return {"userEnteredValue": {"formulaValue": f"={cell.formula}"}}
    match cell.kind:
        case CellKind.NUMBER:
            number = float(cell.text)
            whole = int(number) if number.is_integer() else number
            return {"userEnteredValue": {"numberValue": whole}}
        case CellKind.BOOL:
            return {"userEnteredValue": {"boolValue": cell.text == "1"}}
        case _:
            return {"userEnteredValue": {"stringValue": cell.text}}
