"""Real workbooks in the hands of simulated people: opened by our reader, saved by our patcher.

People work on two tables, row by row as they stand; a save types every cell that moved into the
file that was opened, as an editor would that keeps all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from model.blueprint import Blueprint, Role
from model.errors import CrmError
from model.snapshot import TableRead
from model.values import Value
from sync.books.read import Loaded, load
from sync.books.stamp import stamp_of
from sync.ooxml import ANY, BookFile, SetValue, col_letter, patch
from tests.simulation.shape import CLIENTS, QUESTIONS

if TYPE_CHECKING:
    from tests.simulation.pages import Content, Line, Page

MAGIC = b"PK\x03\x04"
FIRST_ROW = 4
ID = "row_id"
OWNER_BOOK = "owner"
KEPT = 64
"""Parsed workbooks that are remembered."""
NAMES = {"city": "stage"}
"""The ledger's people type a stage into a client; the real table of clients has a city there."""
FIELDS = {here: there for there, here in NAMES.items()}


class Shape:
    """The blueprint that the workbooks of this process are made by."""

    blueprint: Blueprint


def opened(raw: bytes) -> Content | None:
    """The two tables of a workbook; None when it is torn."""
    from tests.simulation.pages import Content

    loaded = _loaded(raw)
    if loaded is None:
        return None
    tables = loaded.snapshot.tables
    pages = {key: _page(tables[key]) for key in (CLIENTS, QUESTIONS)}
    return Content(loaded.snapshot.stamp, pages, raw)


def saved(content: Content) -> bytes:
    """The workbook that was opened with the cells that its person moved."""
    assert content.raw is not None
    loaded, before = _loaded(content.raw), opened(content.raw)
    assert loaded is not None
    assert before is not None
    edits = [
        edit
        for key, page in content.pages.items()
        for edit in _edits(loaded.snapshot.tables[key], before.pages[key], page)
    ]
    if not edits:
        return content.raw
    made = patch(loaded.file, edits)
    assert all(o.result.value in {"applied", "same"} for o in made.receipt.outcomes), made.receipt
    return made.raw


@lru_cache(KEPT)
def _loaded(raw: bytes) -> Loaded | None:
    try:
        file = BookFile.open(raw, name="book.xlsx")
        stamp = stamp_of(file)
        role = Role.OWNER if stamp is not None and stamp.book == OWNER_BOOK else Role.MANAGER
        book = "" if stamp is None else stamp.book
        return load(file, book=book, name="book.xlsx", blueprint=Shape.blueprint, role=role)
    except CrmError:
        return None


def _page(read: TableRead) -> Page:
    from tests.simulation.pages import Line, Page

    live = _live(read.table)
    fields = [key for key in read.places if key != ID and key not in live]
    page = Page([NAMES.get(key, key) for key in fields])
    for row in read.rows:
        while len(page.lines) < row.row - FIRST_ROW:
            page.lines.append(Line())
        cells = {
            NAMES.get(key, key): cell.value
            for key, cell in row.cells.items()
            if key in fields and cell.value is not None
        }
        page.lines.append(Line(row.row_id, cells))
    return page


def _live(table: str) -> set[str]:
    """Columns whose cells are formulas: they calculate themselves wherever a row stands."""
    return {c.key for c in Shape.blueprint.tables[table].columns if c.live is not None}


def _edits(read: TableRead, before: Page, now: Page) -> Iterator[SetValue]:
    for at in range(max(len(before.lines), len(now.lines))):
        was, line = _cells(before.lines, at), _cells(now.lines, at)
        for key in sorted(was.keys() | line.keys()):
            if key in read.places and was.get(key) != line.get(key):
                cell = f"{col_letter(read.places[key])}{FIRST_ROW + at}"
                yield SetValue(read.sheet, cell, ANY, line.get(key), over_formula=True)


def _cells(lines: list[Line], at: int) -> dict[str, Value]:
    """Cells of one row by the real names of the fields."""
    if at >= len(lines):
        return {}
    cells = {FIELDS.get(key, key): value for key, value in lines[at].cells.items()}
    row_id = lines[at].row_id
    return cells if row_id is None else {**cells, ID: row_id}
