"""A write plan laid into the bytes of an xlsx workbook.

Two steps: the planned values become edits of cells, then every live cell of ours is calculated
over the book as it will stand, so that its cached result is written with its inputs (LibreOffice
shows the cache). Formulas of people are never calculated nor touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from formulas.cells import rewrite
from model.blueprint import (
    ID_FIELD,
    SPARE_ROWS,
    STRIP_ROW,
    Blueprint,
    Column,
    Role,
    Sheet,
    Slot,
    SlotKind,
)
from model.snapshot import EMPTY, GridRead, Stamp, TableRead
from model.values import Value
from sync.books.environment import BookSheets, KnownCells
from sync.books.read import Loaded
from sync.books.stamp import stamp_edits
from sync.ooxml import (
    AppendRows,
    Edit,
    GrowTable,
    SetCache,
    SetFormula,
    SetName,
    SetValue,
    SpareRows,
    col_letter,
)
from sync.write_plan import RowPut, WritePlan
from templates.live import cell_formula

LOW_SPARE = 100
"""Spare rows and named ranges are renewed when fewer free rows than this are left."""
NAME_ROOM = 500
"""Defined names over a column reach this far below its last row."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Everything needed to lay a plan into one loaded workbook."""

    loaded: Loaded
    blueprint: Blueprint
    role: Role
    now: Decimal
    """Excel's number of the moment of writing, in the team's zone."""
    touched: Mapping[str, frozenset[int]] | None = None
    """Table -> rows whose live cells may have moved; None: all of them (a new day, new lists)."""
    known: KnownCells | None = None
    """What was looked up when the book was last written."""


def lay(layer: Layer, plan: WritePlan, stamp: Stamp | None) -> tuple[Edit, ...]:
    """The edits of a plan: cells, new rows, tables grown over them, live results, the stamp."""
    edits: list[Edit] = [*planned(layer, plan), *_growth(layer, plan)]
    sheets = BookSheets(layer.loaded, edits, layer.now, _stale(layer), _shapes(layer), layer.known)
    edits = [_with_result(edit, sheets) for edit in edits]
    edits += _caches(layer, sheets, edits)
    if stamp is not None:
        edits += stamp_edits(stamp)
    return tuple(edits)


def planned(layer: Layer, plan: WritePlan) -> Iterator[Edit]:
    """The cells and rows that a plan names, as edits."""
    yield from _cells(layer, plan)
    yield from _rows(layer, plan)
    yield from _slots(layer, plan)


def _shapes(layer: Layer) -> dict[tuple[str, int], str]:
    """(sheet, column) -> template of each live column, as it stands in this book."""
    return {
        (read.sheet, col): template
        for read in layer.loaded.snapshot.tables.values()
        for col, template in live_templates(layer, read).items()
    }


def _stale(layer: Layer) -> dict[str, frozenset[int]] | None:
    """Table sheet -> rows to calculate; None when every row must be."""
    if layer.touched is None:
        return None
    return {
        read.sheet: layer.touched.get(key, frozenset())
        for key, read in layer.loaded.snapshot.tables.items()
    }


def _cells(layer: Layer, plan: WritePlan) -> Iterator[Edit]:
    for put in plan.cells:
        read = layer.loaded.snapshot.tables[put.table]
        cell = _ref(read, put.field, put.row)
        yield SetValue(read.sheet, cell, put.expected, put.value, over_formula=True)
    for live in plan.live:
        read = layer.loaded.snapshot.tables[live.table]
        column = layer.blueprint.tables[live.table].column(live.field)
        yield _formula(read, column, live.row)


def _rows(layer: Layer, plan: WritePlan) -> Iterator[Edit]:
    """New rows: those on prepared rows cell by cell, those below them in one piece."""
    below: dict[str, list[RowPut]] = {}
    for put in plan.rows:
        read = layer.loaded.snapshot.tables[put.table]
        if put.row > read.styled_to:
            below.setdefault(put.table, []).append(put)
        else:
            yield from _row_cells(layer, read, put)
    for table, puts in below.items():
        yield _block(layer, layer.loaded.snapshot.tables[table], puts)


def _row_cells(layer: Layer, read: TableRead, put: RowPut) -> Iterator[Edit]:
    values = {**put.values, ID_FIELD: put.row_id}
    for key in read.places:
        column = _column(layer, put.table, key)
        if column is not None and column.live is not None:
            if _formula_at(layer, read, key, put.row) is None:
                yield _formula(read, column, put.row)
        elif values.get(key) is not None:
            yield SetValue(read.sheet, _ref(read, key, put.row), None, values[key])


def _block(layer: Layer, read: TableRead, puts: list[RowPut]) -> AppendRows:
    """Rows below the prepared ones, with new prepared rows below them."""
    first = read.styled_to + 1
    rows: list[Mapping[int, Value]] = [{} for _ in range(puts[-1].row - first + 1 + SPARE_ROWS)]
    live = live_templates(layer, read)
    for put in puts:
        values = {**put.values, ID_FIELD: put.row_id}
        rows[put.row - first] = {
            col: values[key]
            for key, col in read.places.items()
            if col not in live and values.get(key) is not None
        }
    return AppendRows(read.sheet, _like(layer, read), first, tuple(rows), live)


def live_templates(layer: Layer, read: TableRead) -> dict[int, str]:
    """Formula with `{row}` of each live column, by column number."""
    return {
        read.places[c.key]: cell_formula(c, read.places, "{row}")
        for c in layer.blueprint.columns_of(layer.role, read.table)
        if c.live is not None and c.key in read.places
    }


def _like(layer: Layer, read: TableRead) -> int:
    """The row whose look and rules new rows take: a prepared one, else the last with a record.

    The first may have been put under the headings by hand, and look like them.
    """
    for row in (read.styled_to, read.last_row + 1):
        if row > read.last_row and _is_prepared(layer, read, row):
            return row
    return read.last_row if read.rows else min(read.styled_to, read.header_row + 1)


def _is_prepared(layer: Layer, read: TableRead, row: int) -> bool:
    """Whether a row holds formulas of ours and nothing else."""
    cells = layer.loaded.sheets[read.sheet].rows.get(row, {})
    there = [cells[col] for col in read.places.values() if col in cells]
    return bool(there) and all(cell.formula is not None for cell in there)


def _column(layer: Layer, table: str, key: str) -> Column | None:
    known = layer.blueprint.tables[table]
    return known.column(key) if known.has(key) else None


def _slots(layer: Layer, plan: WritePlan) -> Iterator[Edit]:
    for put in plan.slots:
        grid = layer.loaded.snapshot.grids[put.sheet]
        cell = f"{col_letter(grid.cols[put.col])}{grid.rows[put.row]}"
        yield SetValue(grid.sheet, cell, put.expected, put.value)
    for lost in plan.live_slots:
        grid = layer.loaded.snapshot.grids[lost.sheet]
        slots = layer.blueprint.sheets[lost.sheet].slots
        slot = next(s for s in slots if (s.row, s.col) == (lost.row, lost.col))
        cell = f"{col_letter(grid.cols[lost.col])}{grid.rows[lost.row]}"
        yield SetFormula(grid.sheet, cell, _moved_formula(slot, slots, layer, lost.sheet), None)


def _moved_formula(slot: Slot, slots: tuple[Slot, ...], layer: Layer, sheet: str) -> str:
    """The template's formula with its references moved to where the keys stand now."""
    grid = layer.loaded.snapshot.grids[sheet]
    rows = {s.at[0]: grid.rows[s.row] for s in slots if s.row in grid.rows}
    cols = {s.at[1]: grid.cols[s.col] for s in slots if s.col in grid.cols}

    def move(other: str | None, row: int, col: int) -> tuple[int, int] | None:
        if other is not None:
            return None
        return rows.get(row, row), cols.get(col, col)

    return rewrite(slot.formula, move)


def _growth(layer: Layer, plan: WritePlan) -> Iterator[Edit]:
    """Tables follow their last row; spare rows and names are renewed when they run short."""
    added: dict[str, int] = {}
    for put in plan.rows:
        added[put.table] = max(added.get(put.table, 0), put.row)
    for key, read in layer.loaded.snapshot.tables.items():
        last = max(read.last_row, added.get(key, 0))
        if read.native is not None and last > read.native_last:
            yield GrowTable(read.sheet, read.native, last)
        if last > read.styled_to - LOW_SPARE:
            yield from _spare(layer, read, last)
        yield from _names(layer, read, last)


def _spare(layer: Layer, read: TableRead, last: int) -> Iterator[Edit]:
    if read.styled_to - last >= LOW_SPARE or last > read.styled_to:
        return  # enough left, or laid together with the rows below
    live = live_templates(layer, read)
    wanted = range(read.styled_to + 1, last + SPARE_ROWS + 1)
    if len(layer.blueprint.sheet_of(read.table).tables) == 1:
        yield AppendRows(read.sheet, _like(layer, read), wanted.start, ({},) * len(wanted), live)
    else:
        yield SpareRows(read.sheet, _like(layer, read), wanted, live)


def _names(layer: Layer, read: TableRead, last: int) -> Iterator[Edit]:
    """Defined names over columns (`deals_amount`) reach past the last row."""
    for key, col in read.places.items():
        name = f"{read.table}_{key}"
        text = layer.loaded.file.names.get(name)
        if text is None or "INDEX" in text:
            continue
        bottom = "".join(c for c in text.rpartition("$")[2] if c.isdigit())
        if bottom and int(bottom) - last < LOW_SPARE:
            letter = col_letter(col)
            top = read.header_row + 1
            area = f"'{read.sheet}'!${letter}${top}:${letter}${last + NAME_ROOM}"
            yield SetName(name, area)


def _formula(read: TableRead, column: Column, row: int) -> SetFormula:
    formula = cell_formula(column, read.places, row)
    return SetFormula(read.sheet, _ref(read, column.key, row), formula, None)


def _formula_at(layer: Layer, read: TableRead, key: str, row: int) -> str | None:
    cell = layer.loaded.sheets[read.sheet].rows.get(row, {}).get(read.places[key])
    return None if cell is None else cell.formula


def _ref(read: TableRead, key: str, row: int) -> str:
    return f"{col_letter(read.places[key])}{row}"


def _with_result(edit: Edit, sheets: BookSheets) -> Edit:
    if isinstance(edit, SetFormula):
        return SetFormula(edit.sheet, edit.cell, edit.formula, sheets.result(edit.sheet, edit.cell))
    if isinstance(edit, AppendRows):
        results = tuple(
            {col: sheets.value(edit.sheet, edit.first + n, col) for col in edit.formulas}
            for n, row in enumerate(edit.rows)
            if row
        )
        return replace(edit, results=results)
    return edit


def _caches(layer: Layer, sheets: BookSheets, edits: list[Edit]) -> Iterator[SetCache]:
    """Live cells whose stored result is not what they give now."""
    fresh = {(e.sheet, e.cell) for e in edits if isinstance(e, SetFormula)}
    for sheet, row, col in _live_places(layer):
        cell = layer.loaded.sheets[sheet].rows[row][col]
        if cell.written is None or (sheet, ref := f"{col_letter(col)}{row}") in fresh:
            continue
        value = sheets.value(sheet, row, col)
        if not same_result(cell.value(), value):
            yield SetCache(sheet, ref, value)


def results_lost(loaded: Loaded, blueprint: Blueprint) -> bool:
    """Whether another program saved the book without the results of our screens' formulas.

    Readers that do not calculate (a phone, a viewer, a mail program) would show nothing there.
    """
    for key, grid in loaded.snapshot.grids.items():
        for slot in blueprint.sheets[key].slots:
            line = loaded.sheets[grid.sheet].rows.get(grid.rows.get(slot.row, 0), {})
            cell = line.get(grid.cols.get(slot.col, 0))
            if slot.kind is SlotKind.LIVE and cell is not None and cell.written is not None:
                return not cell.cached
    return False


def _live_places(layer: Layer) -> Iterator[tuple[str, int, int]]:
    """Every cell of ours that may hold a formula: strips, live columns, slots, service sheets."""
    for key, title in layer.loaded.homes.items():
        sheet, cells = layer.blueprint.sheets[key], layer.loaded.sheets[title]
        if sheet.service:
            yield from ((title, r, c) for r, line in cells.rows.items() for c in line)
            continue
        yield from ((title, STRIP_ROW, c) for c in cells.rows.get(STRIP_ROW, {}))
        for table in sheet.tables:
            yield from _live_cells(layer, layer.loaded.snapshot.tables[table])
        if sheet.slots:
            grid = layer.loaded.snapshot.grids[key]
            asleep = _waits(sheet, grid)
            for slot in sheet.slots:
                row, col = grid.rows.get(slot.row), grid.cols.get(slot.col)
                if slot.kind is SlotKind.LIVE and row and col and col in cells.rows[row]:
                    cell = cells.rows[row][col]
                    if not (asleep and cell.cached and cell.value() in _NOTHING):
                        yield title, row, col


_NOTHING = (None, "", 0)


def _waits(sheet: Sheet, grid: GridRead) -> bool:
    """Whether the cell that the screen waits for is empty: most of its cells show nothing then."""
    places = [(s.row, s.col) for s in sheet.slots if s.key and s.key == sheet.waits_for]
    return bool(places) and grid.cells.get(places[0], EMPTY).value in _NOTHING


def _live_cells(layer: Layer, read: TableRead) -> Iterator[tuple[str, int, int]]:
    columns = layer.blueprint.columns_of(layer.role, read.table)
    live = [read.places[c.key] for c in columns if c.live is not None and c.key in read.places]
    rows = layer.loaded.sheets[read.sheet].rows
    touched, bare = frozenset(rows), dict[int, frozenset[int]]()
    if layer.touched is not None:
        touched = layer.touched.get(read.table, frozenset())
        bare |= (layer.known or KnownCells()).without_results(read.sheet, rows, frozenset(live))
    for row in sorted(touched | bare.keys()):
        if row > read.header_row:
            line, missing = rows.get(row, {}), bare.get(row, frozenset())
            for col in live:
                if col in line and (row in touched or col in missing):
                    yield read.sheet, row, col


def same_result(have: Value, want: Value) -> bool:
    """Whether a stored result shows what the formula gives: numbers to the ninth digit."""
    if isinstance(have, Decimal) and isinstance(want, Decimal):
        return abs(have - want) <= max(abs(want), Decimal(1)) * Decimal("1e-9")
    return have == want or (have in (None, "") and want in (None, ""))
