"""From a content to what the pass works with: the same snapshot that a file gives."""

from __future__ import annotations

from model.blueprint import Blueprint, Role
from model.snapshot import Stamp
from sync.books.google.content import GoogleFile
from sync.books.read import Loaded, SheetCells, understood
from sync.books.stamp import parse_stamp
from sync.books.written import Sheet
from sync.ooxml import Lines

SERVICE = "_crm"
STAMP_KEY = "stamp"
GRID_END = 10_000_000
"""Every row can be written cell by cell: a grid has no prepared end."""
STAMP_COL = 3
"""Column of the facts on the service sheet."""


def stamp_of(file: GoogleFile) -> Stamp | None:
    """The stamp on the service sheet; it travels with the content, as an older version does."""
    return stamp_in(file.tabs)


def stamp_in(tabs: tuple[Sheet, ...]) -> Stamp | None:
    """The stamp that stands in some tabs."""
    found = stamp_place(tabs)
    if found is None:
        return None
    tab, row = found
    cell = tab.cell(row, STAMP_COL)
    return None if cell is None else parse_stamp(cell.text)


def stamp_place(tabs: tuple[Sheet, ...]) -> tuple[Sheet, int] | None:
    """Where the stamp stands."""
    for tab in tabs:
        first = tab.cell(1, 1)
        if first is not None and first.text == f"{SERVICE}.grid":
            keys = ((n, row[0]) for n, row in tab.rows.items() if row)
            row = next((n for n, c in keys if c.col == 1 and c.text == STAMP_KEY), None)
            return None if row is None else (tab, row)
    return None


def load(
    file: GoogleFile,
    *,
    book: str,
    name: str,
    blueprint: Blueprint,
    role: Role,
    known: Loaded | None = None,
) -> Loaded:
    """Everything the blueprint declares for the role; rows that did not move are the very objects.

    Raises SheetGone or KeysLost (facts name, sheet).
    """
    sheets = {tab.title: sheet_cells(tab, known) for tab in file.tabs}
    return understood(
        file,
        sheets,
        stamp_of(file),
        book=book,
        name=name,
        blueprint=blueprint,
        role=role,
        known=known,
    )


def sheet_cells(tab: Sheet, known: Loaded | None) -> SheetCells:
    """A tab as the reader wants it; rows that did not move are the very objects."""
    before = None if known is None else known.sheets.get(tab.title)
    old = {} if before is None else before.rows
    rows = {}
    for number, row in tab.rows.items():
        line = {cell.col: cell for cell in row}
        rows[number] = old[number] if old.get(number) == line else line
    merged = tab.merged
    if before is not None and merged == before.lines.merged and rows == before.rows:
        return before
    filled = sum(map(len, rows.values()))
    return SheetCells(tab.title, rows, GRID_END, Lines(rows, merged), filled)
