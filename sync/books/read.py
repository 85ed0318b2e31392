"""From a workbook's cells to a snapshot: sheets and columns are found by their hidden keys.

A sheet whose key row is lost is recognised by its visible headings; a sheet that is gone is an
error (an absent table is never an empty table).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from decimal import Decimal

from model.blueprint import (
    HEADER_ROW,
    ID_FIELD,
    KEY_ROW,
    Blueprint,
    Column,
    Kind,
    Owner,
    Role,
    Sheet,
    Table,
)
from model.errors import KeysLost, SheetGone
from model.problems import Code, Place, Problem, Severity
from model.snapshot import CellRead, GridRead, RowRead, Snapshot, TableRead
from model.values import Fault, Value, from_serial
from sync.books.stamp import stamp_of
from sync.ooxml import Area, BookFile, CellKind, CellScan, RowScan

HEADING_SEARCH = 8
"""A heading row is looked for in the first rows, in case people put lines above it."""
MERGED = Fault("merged")
COLUMN_A = 1


@dataclass(slots=True)
class SheetCells:
    """All cells of one sheet as scanned, by row and column; mutable only while a write is laid."""

    name: str
    rows: dict[int, dict[int, CellScan]]
    last_styled: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workbook in memory: its bytes, its cells, and the snapshot made of them."""

    file: BookFile
    sheets: Mapping[str, SheetCells]
    """By visible name."""
    homes: Mapping[str, str]
    """Blueprint sheet key -> visible name of the tab that carries its keys."""
    snapshot: Snapshot
    problems: tuple[Problem, ...] = field(default=())


def load(file: BookFile, *, book: str, name: str, blueprint: Blueprint, role: Role) -> Loaded:
    """Everything the blueprint declares for the role, found in the workbook.

    Raises SheetGone or KeysLost (facts name, sheet) when a declared tab cannot be recognised.
    """
    sheets = {ref.name: _cells(ref.name, file.rows(ref.name)) for ref in file.sheets}
    homes = _homes(sheets, blueprint, role, name=name)
    tables: dict[str, TableRead] = {}
    grids: dict[str, GridRead] = {}
    problems: list[Problem] = []
    for key, title in homes.items():
        sheet, cells = blueprint.sheets[key], sheets[title]
        if sheet.slots:
            grids[key] = _grid(sheet, cells)
        covered = _covered(file.merged(title)) if sheet.tables else frozenset()
        for table_key in sheet.tables:
            table = blueprint.tables[table_key]
            columns = blueprint.columns_of(role, table_key)
            read, found = _table(table, columns, cells, covered, date1904=file.date1904)
            native = next((t for t in file.tables(title) if t.name == f"tbl_{table_key}"), None)
            if native is not None:
                bottom = Area.parse(native.ref).bottom
                read = replace(read, native=native.name, native_last=bottom)
            tables[table_key] = read
            problems += found
    snapshot = Snapshot(book, file.sha256, stamp_of(file), tables, grids)
    return Loaded(file, sheets, homes, snapshot, tuple(problems))


def _cells(name: str, rows: Iterable[RowScan]) -> SheetCells:
    found = {row.row: {cell.col: cell for cell in row.cells} for row in rows}
    return SheetCells(name, found, max(found, default=0))


def _homes(
    sheets: Mapping[str, SheetCells], blueprint: Blueprint, role: Role, *, name: str
) -> dict[str, str]:
    """Which tab is which sheet: by hidden keys, else by title with recognisable headings."""
    homes: dict[str, str] = {}
    for key in blueprint.books[role].sheets:
        sheet = blueprint.sheets[key]
        if not sheet.tables and not sheet.slots:
            continue
        home = next((title for title, cells in sheets.items() if _carries(sheet, cells)), None)
        if home is None:
            home = next((t for t in sheets if t in {sheet.title.ru, sheet.title.en}), None)
            if home is None:
                raise SheetGone(name=name, sheet=sheet.title.ru)
            if sheet.slots or not _headings_known(blueprint, sheet, sheets[home]):
                raise KeysLost(name=name, sheet=sheet.title.ru)
        homes[key] = home
    return homes


def _keys(cells: SheetCells) -> dict[int, str]:
    return {c: s.text for c, s in cells.rows.get(KEY_ROW, {}).items() if s.text}


def _carries(sheet: Sheet, cells: SheetCells) -> bool:
    keys = set(_keys(cells).values())
    if sheet.slots:
        return f"{sheet.key}.grid" in keys
    return any(key.partition(".")[0] in sheet.tables for key in keys)


def _headings_known(blueprint: Blueprint, sheet: Sheet, cells: SheetCells) -> bool:
    """Whether at least half of the person's headings of the first table can be read."""
    table = blueprint.tables[sheet.tables[0]]
    _, count = _heading_row([c for c in table.columns if c.owner is Owner.PERSON], cells)
    return count * 2 >= sum(c.owner is Owner.PERSON and not c.hidden for c in table.columns)


def _heading_row(columns: Sequence[Column], cells: SheetCells) -> tuple[int, int]:
    """Row in which most of the columns' titles stand, and how many."""
    titles = {c.title.ru for c in columns} | {c.title.en for c in columns}
    best, most = HEADER_ROW, 0
    for row in range(KEY_ROW, HEADING_SEARCH + 1):
        count = len({s.text.strip() for s in cells.rows.get(row, {}).values()} & titles)
        if count > most or (count == most and row == HEADER_ROW):
            best, most = row, count
    return best, most


def _places(
    table: Table, columns: Sequence[Column], cells: SheetCells, header: int
) -> tuple[dict[str, int], list[Problem]]:
    """Column number of each present field; doubled keys stay with the first, lost ones by label."""
    wanted = {c.key for c in columns} | {ID_FIELD}
    places: dict[str, int] = {}
    problems: list[Problem] = []
    keys = sorted(_keys(cells).items())
    mine = [(col, key.partition(".")[2]) for col, key in keys if key.startswith(f"{table.key}.")]
    for col, key in mine:
        if key in places:
            problems.append(_column_problem(Code.COLUMN_DOUBLED, table, key))
        elif key in wanted:
            places[key] = col
    if not mine:
        labels = {s.text.strip(): col for col, s in sorted(cells.rows.get(header, {}).items())}
        for column in columns:
            if column.title.ru in labels:
                places[column.key] = labels[column.title.ru]
    problems += [
        _column_problem(Code.COLUMN_GONE, table, column.key)
        for column in columns
        if column.key not in places and column.owner in {Owner.PERSON, Owner.IMPORT}
    ]
    return places, problems


def _column_problem(code: Code, table: Table, key: str) -> Problem:
    return Problem(code, Severity.WARNING, Place(table.key, field=key))


def _table(
    table: Table,
    columns: Sequence[Column],
    cells: SheetCells,
    covered: frozenset[tuple[int, int]],
    *,
    date1904: bool,
) -> tuple[TableRead, list[Problem]]:
    header, _ = _heading_row(columns, cells)
    places, problems = _places(table, columns, cells, header)
    kinds = {c.key: c.kind for c in columns} | {ID_FIELD: Kind.CODE}
    live = {c.key for c in columns if c.live is not None}
    spots = [(key, col, kinds[key]) for key, col in places.items()]
    id_col = places.get(ID_FIELD)
    rows: list[RowRead] = []
    last = header
    for number in sorted(n for n in cells.rows if n > header):
        line = cells.rows[number]
        read: dict[str, CellRead] = {}
        real = False
        for key, col, kind in spots:
            cell = line.get(col)
            if cell is None or (cell.formula is None and cell.text == ""):
                if (number, col) in covered:
                    read[key] = CellRead(MERGED)
                continue
            read[key] = CellRead(typed(kind, cell.value(), date1904=date1904), cell.formula)
            real = real or key not in live
        if not read:
            continue
        row_id = line[id_col].text or None if id_col is not None and id_col in line else None
        read.pop(ID_FIELD, None)
        if real:
            last = number
            rows.append(RowRead(number, row_id, read))
    titles = {k: cells.rows.get(header, {}).get(c, _BLANK).text for k, c in places.items()}
    read_table = TableRead(
        table.key,
        cells.name,
        places,
        titles,
        tuple(rows),
        last,
        header,
        styled_to=cells.last_styled,
    )
    return read_table, problems


def _grid(sheet: Sheet, cells: SheetCells) -> GridRead:
    rows = {
        line[COLUMN_A].text: number
        for number, line in cells.rows.items()
        if number > KEY_ROW and COLUMN_A in line and line[COLUMN_A].text
    }
    cols = {key: col for col, key in _keys(cells).items() if col != COLUMN_A}
    found: dict[tuple[str, str], CellRead] = {}
    for slot in sheet.slots:
        if slot.row in rows and slot.col in cols:
            cell = cells.rows[rows[slot.row]].get(cols[slot.col])
            if cell is not None and (cell.formula is not None or cell.text != ""):
                value = typed(slot.type, cell.value(), date1904=False)
                found[slot.row, slot.col] = CellRead(value, cell.formula)
    return GridRead(cells.name, rows, cols, found)


def typed(kind: Kind, value: Value, *, date1904: bool) -> Value:
    """A cell's value as its field means it: numbers in date fields are dates already."""
    if not isinstance(value, Decimal):
        return value
    if kind is Kind.DATE:
        moment = from_serial(value, date1904=date1904)
        return value if moment is None else moment.date()
    if kind is Kind.MOMENT:
        return from_serial(value, date1904=date1904) or value
    if kind is Kind.TIME and 0 <= value < 1:
        moment = from_serial(value + 1)
        return value if moment is None else time(moment.hour, moment.minute, moment.second)
    return value


def _covered(merged: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Cells under a merged range other than its first."""
    out: set[tuple[int, int]] = set()
    for ref in merged:
        area = Area.parse(ref)
        rows, cols = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
        out |= {(r, c) for r in rows for c in cols} - {(area.top, area.left)}
    return frozenset(out)


_BLANK = CellScan(0, CellKind.EMPTY, "")
