"""Whether people work already with a column or a sheet that an upgrade brought."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from model.blueprint import Blueprint, Owner, RowMaker, Sheet, SlotKind, Table
from model.snapshot import TableRead
from sync.books.read import Loaded
from sync.ooxml import Area, BookFile, CellScan, col_letter, read_lines
from sync.upgrade.steps import Why

_TYPED = frozenset({Owner.PERSON, Owner.IMPORT})


Written = tuple[str, int, CellScan]
"""A tab, a row and a cell with a formula."""


def traces(loaded: Loaded, file: BookFile, table: Table, field: str) -> Why | None:
    """Why a column cannot go; None when nobody typed there and nothing of people's looks at it.

    `loaded` is the book as it was read, `file` the same book after steps taken back before.
    """
    read = loaded.snapshot.tables[table.key]
    native = next((t for t in file.tables(read.sheet) if t.name == read.native), None)
    if native is None or Area.parse(native.ref).right != read.places[field]:
        return Why.NOT_LAST
    return column_traces(loaded, _formulas(file), table, field)


def column_traces(
    loaded: Loaded, formulas: Iterable[Written], table: Table, field: str
) -> Why | None:
    """The same by what stands in a book of any kind, wherever the column stands."""
    read = loaded.snapshot.tables[table.key]
    col = read.places[field]
    if _is_typed(loaded, read, col, counted=table.column(field).owner in _TYPED):
        return Why.TYPED
    mention = _mentions(read.sheet, col, f"{table.key}_{field}", table.column(field).title.ru)
    used = any(
        any(pattern.search(cell.formula or "") for pattern in mention[own])
        for sheet, row, cell in formulas
        if not ((own := sheet == read.sheet) and cell.col == col)
        if not _is_ours(read, sheet, row, cell.col)
    )
    return Why.USED if used else None


def sheet_traces(
    loaded: Loaded, file: BookFile, sheet: Sheet, blueprint: Blueprint, fresh: BookFile
) -> Why | None:
    """Why a sheet cannot go; None when nobody typed there and nothing looks at it."""
    own = set(names_over(fresh, sheet.title.ru))
    others = (text for name, text in file.names.items() if name not in own)
    return tab_traces(loaded, _formulas(file), others, sheet, blueprint, fresh)


def tab_traces(  # what stands in a book, and what a fresh one has there
    loaded: Loaded,
    formulas: Iterable[Written],
    names: Iterable[str],
    sheet: Sheet,
    blueprint: Blueprint,
    fresh: BookFile,
) -> Why | None:
    """The same by what stands in a book of any kind; `names` are areas of names of people."""
    title = loaded.homes[sheet.key]
    if _has_rows(loaded, sheet, blueprint) or _has_notes(loaded, sheet, fresh):
        return Why.TYPED
    at = _tab(title)
    if any(at.search(cell.formula or "") for other, _, cell in formulas if other != title):
        return Why.USED
    return Why.USED if any(at.search(text) for text in names) else None


def names_over(fresh: BookFile, title: str) -> Iterator[str]:
    """Names that the blueprint's book defines over cells of a tab."""
    at = _tab(title)
    return (name for name, text in fresh.names.items() if at.search(text))


def _is_typed(loaded: Loaded, read: TableRead, col: int, *, counted: bool) -> bool:
    """Whether a column holds something that is not the program's."""
    ours = {row.row for row in read.rows}
    for row, line in loaded.sheets[read.sheet].rows.items():
        cell = line.get(col)
        if row <= read.header_row or cell is None or cell.formula is not None:
            continue
        if cell.text and (counted or row not in ours):
            return True
    return False


def _mentions(sheet: str, col: int, name: str, title: str) -> dict[bool, list[re.Pattern[str]]]:
    """Patterns of what looks at a column, by whether the formula stands on its sheet."""
    letter = col_letter(col)
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)|\[[^\]]*{re.escape(title)}\]")
    there = re.compile(rf"{_quoted(sheet)}!\$?{letter}(?:\$?\d|:)")
    here = re.compile(rf"(?<![!\w$:])\$?{letter}(?:\$?\d+|:)(?!\w)")
    return {True: [named, there, here], False: [named, there]}


def _quoted(title: str) -> str:
    return f"(?:'{re.escape(title.replace(chr(39), chr(39) * 2))}'|(?<![\\w']){re.escape(title)})"


def _tab(title: str) -> re.Pattern[str]:
    return re.compile(f"{_quoted(title)}!")


def _formulas(file: BookFile) -> Iterator[tuple[str, int, CellScan]]:
    for ref in file.sheets:
        for row, line in read_lines(file, ref.name).rows.items():
            yield from ((ref.name, row, cell) for cell in line.values() if cell.formula is not None)


def _is_ours(read: TableRead, sheet: str, row: int, col: int) -> bool:
    """Whether a formula stands in a live column of the same table: it goes by the blueprint."""
    return sheet == read.sheet and row > read.header_row and col in read.places.values()


def _has_rows(loaded: Loaded, sheet: Sheet, blueprint: Blueprint) -> bool:
    """Whether a table of people has rows, or a cell for typing is filled."""
    for key in sheet.tables:
        if blueprint.tables[key].makes_rows is RowMaker.PERSON and loaded.snapshot.tables[key].rows:
            return True
    grid = loaded.snapshot.grids.get(sheet.key)
    inputs = [s for s in sheet.slots if s.kind is SlotKind.INPUT]
    return grid is not None and any((s.row, s.col) in grid.cells for s in inputs)


def _has_notes(loaded: Loaded, sheet: Sheet, fresh: BookFile) -> bool:
    """Whether a cell is filled that neither the fresh sheet nor the program fills."""
    title = loaded.homes[sheet.key]
    drawn = {
        (row, col): cell.text or cell.formula
        for row, line in read_lines(fresh, sheet.title.ru).rows.items()
        for col, cell in line.items()
    }
    reads = [loaded.snapshot.tables[key] for key in sheet.tables]
    grid = loaded.snapshot.grids.get(sheet.key)
    slots = {
        (grid.rows[s.row], grid.cols[s.col])
        for s in sheet.slots
        if grid is not None and s.row in grid.rows and s.col in grid.cols
    }
    for row, line in loaded.sheets[title].rows.items():
        for col, cell in line.items():
            ours = (row, col) in slots or any(
                col in read.places.values() or row < read.header_row for read in reads
            )
            if not ours and (cell.text or cell.formula) != drawn.get((row, col)):
                return True
    return False
