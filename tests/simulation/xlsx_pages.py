"""Real workbooks in the hands of simulated people: opened by our reader, saved by our patcher.

People work on two tables, row by row as they stand; a save types every cell that moved into the
file that was opened, as an editor would that keeps all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from model.blueprint import Blueprint, Role
from model.errors import CrmError
from model.snapshot import Stamp, TableRead
from model.values import Value
from sync.books.port import XlsxBooks
from sync.books.read import Loaded
from sync.books.xlsx import Layer
from sync.ooxml import ANY, BookFile, Patched, SetValue, col_letter, patch, patching
from sync.write_plan import WritePlan
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


class Shared:
    """Workbooks that were parsed once in this process, whoever asks: people, passes, sessions.

    Equal bytes are understood alike; `known` only spares work, so it is left out of the key.
    """

    blueprint: Blueprint

    def __init__(self) -> None:
        self.files: dict[bytes, BookFile] = {}
        self.books: dict[tuple[str, str, Role], Loaded] = {}
        self.last: dict[str, Loaded] = {}
        self.plain = XlsxBooks()

    def open(self, raw: bytes, *, name: str, known: BookFile | None = None) -> BookFile:
        found = self.files.get(raw)
        if found is None:
            found = self.plain.open(raw, name=name, known=known)
            _keep(self.files, raw, found)
        return found

    def stamp(self, file: BookFile) -> Stamp | None:
        return self.plain.stamp(file)

    def load(self, file: BookFile, **facts: Any) -> Loaded:
        book: str = facts["book"]
        key = file.sha256, book, facts["role"]
        found = self.books.get(key)
        if found is None:
            known = facts.pop("known", None) or self.last.get(book)
            found = self.plain.load(file, **facts, known=known)
            _keep(self.books, key, found)
        self.last[book] = found
        return found

    def must_write(self, loaded: Loaded, blueprint: Blueprint, *, seen: bool) -> bool:
        return self.plain.must_write(loaded, blueprint, seen=seen)

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        return self.plain.write(layer, plan, stamp)

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:
        return self.plain.lost_parts(before, after)


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    while len(kept) >= KEPT:
        del kept[next(iter(kept))]
    kept[key] = value


BOOKS = Shared()


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
    assert isinstance(loaded.file, BookFile)
    with _unproven():
        made = patch(loaded.file, edits)
    assert all(o.result.value in {"applied", "same"} for o in made.receipt.outcomes), made.receipt
    return made.raw


@contextmanager
def _unproven() -> Iterator[None]:
    """Patching without its proof: a person's editor proves nothing, and the pass reads the save."""
    with pytest.MonkeyPatch.context() as fixture:
        fixture.setattr(patching, "verify", lambda *_, **__: None)
        yield


def _loaded(raw: bytes) -> Loaded | None:
    try:
        file = BOOKS.open(raw, name="book.xlsx")
        stamp = BOOKS.stamp(file)
        role = Role.OWNER if stamp is not None and stamp.book == OWNER_BOOK else Role.MANAGER
        book = "" if stamp is None else stamp.book
        return BOOKS.load(file, book=book, name="book.xlsx", blueprint=BOOKS.blueprint, role=role)
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
        cells: dict[str, Value] = {
            NAMES.get(key, key): cell.value
            for key, cell in row.cells.items()
            if key in fields and cell.value is not None
        }
        page.lines.append(Line(row.row_id, cells))
    return page


def _live(table: str) -> set[str]:
    """Columns whose cells are formulas: they calculate themselves wherever a row stands."""
    return {c.key for c in BOOKS.blueprint.tables[table].columns if c.live is not None}


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
