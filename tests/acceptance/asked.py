"""What the acceptance run asks of a workbook: one cell changed and one row appended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from model.errors import OddWorkbook
from sync.ooxml import (
    Area,
    BookFile,
    CellEdit,
    CellKind,
    CellScan,
    GrowTable,
    RowScan,
    SetFormula,
    SetValue,
    TableRef,
    col_letter,
)
from sync.ooxml.a1 import MAX_ROW
from sync.ooxml.formula import translate

TRIES = 40
"""Cells that are offered before a book counts as refusing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The edits of one try, with the table that is to grow, if any."""

    cell: SetValue
    row: tuple[CellEdit, ...]
    table: TableRef | None = None

    @property
    def edits(self) -> tuple[CellEdit | GrowTable, ...]:
        """Everything in the order of writing."""
        if self.table is None:
            return (self.cell, *self.row)
        last = Area.parse(self.table.ref).bottom + 1
        return self.cell, *self.row, GrowTable(self.table.sheet, self.table.name, last)

    @property
    def places(self) -> frozenset[tuple[str, str]]:
        """Sheets and addresses that may differ."""
        return frozenset((edit.sheet, edit.cell) for edit in (self.cell, *self.row))


def ask_for(book: BookFile) -> Iterator[Asked]:
    """Tries, best first: a number, a text, an empty cell of the first sheet with cells."""
    rows = {s.name: tuple(book.rows(s.name)) for s in book.sheets if _has_cells(book, s.part)}
    if not rows:
        raise OddWorkbook(name=book.name, detail="нет ни одного листа с ячейками")
    first = next(iter(rows))
    tables = (t for name in rows for t in book.tables(name))
    table = next((t for t in tables if _can_grow(book, t, rows[t.sheet])), None)
    appended: tuple[CellEdit, ...]
    if table is None:
        appended = _below(book, first, rows[first])
    else:
        appended = tuple(_table_row(table, rows[table.sheet]))
    for cell in islice(_cells(first, rows[first]), TRIES):
        yield Asked(cell, appended, table)


def _has_cells(book: BookFile, part: str) -> bool:
    member = book.package.find(part)
    content = book.package.read(member) if member else b""
    return b"sheetData" in content.replace(b"\0", b"")


def _can_grow(book: BookFile, table: TableRef, rows: tuple[RowScan, ...]) -> bool:
    area = Area.parse(table.ref)
    new = Area(area.left, area.bottom + 1, area.right, area.bottom + 1)
    if any(new.meets(Area.parse(ref)) for ref in book.merged(table.sheet)):
        return False
    below = next((row for row in rows if row.row == area.bottom + 1), None)
    free = below is None or not any(
        _full(c) for c in below.cells if area.left <= c.col <= area.right
    )
    return free and not table.totals


def _full(cell: CellScan) -> bool:
    return cell.kind is not CellKind.EMPTY or cell.formula is not None


def _table_row(table: TableRef, rows: tuple[RowScan, ...]) -> Iterator[CellEdit]:
    area = Area.parse(table.ref)
    last = next((row for row in rows if row.row == area.bottom), RowScan(area.bottom, ()))
    above = {cell.col: cell for cell in last.cells}
    for col in range(area.left, area.right + 1):
        ref = f"{col_letter(col)}{area.bottom + 1}"
        pattern = above.get(col)
        if pattern is not None and pattern.formula and pattern.kind is CellKind.NUMBER:
            formula = translate(pattern.formula, rows=1, cols=0)
            yield SetFormula(table.sheet, ref, formula, pattern.value())
        elif pattern is not None and pattern.kind is CellKind.NUMBER:
            yield SetValue(table.sheet, ref, None, Decimal(1))
        else:
            yield SetValue(table.sheet, ref, None, "новая строка")


def _below(book: BookFile, sheet: str, rows: tuple[RowScan, ...]) -> tuple[SetValue, ...]:
    used = [row for row in rows if any(_full(cell) for cell in row.cells)]
    areas = [Area.parse(ref) for ref in book.merged(sheet)]
    taken = {row.row for row in used}
    number = max([*taken, *(area.bottom for area in areas)], default=0) + 1
    while number > MAX_ROW or number in taken or any(a.top <= number <= a.bottom for a in areas):
        number -= 1  # where the last row of a sheet is used, the last free one
    cols = [c.col for c in used[-1].cells if _full(c)] if used else [1]
    return tuple(
        SetValue(sheet, f"{col_letter(col)}{number}", None, f"новая строка {col}")
        for col in cols[:5]
    )


def _cells(sheet: str, rows: tuple[RowScan, ...]) -> Iterator[SetValue]:
    plain = [(row.row, cell) for row in rows for cell in row.cells if cell.formula is None]
    for row, cell in plain:
        value = cell.value()
        if cell.kind is CellKind.NUMBER and isinstance(value, Decimal):
            yield SetValue(sheet, f"{col_letter(cell.col)}{row}", value, value + 1)
    for row, cell in plain:
        if cell.kind is CellKind.TEXT:
            yield SetValue(sheet, f"{col_letter(cell.col)}{row}", cell.text, f"{cell.text} *")
    for col in range(1, 4):
        yield SetValue(sheet, f"{col_letter(col)}1", None, Decimal(1))
