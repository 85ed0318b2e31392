"""What a running service remembers of its books has a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from sync import cycle
from sync.books.port import XlsxBooks
from sync.books.read import Loaded
from sync.cycle import Memory
from sync.ooxml import BookFile
from tests.sync.ooxml.samples import CLIENTS, crm_book

RAW = crm_book()


@dataclass(frozen=True)
class Weight:
    cells: int


def keep(memory: Memory, book: str, cells: int) -> None:
    memory.keep(book, cast("Loaded", Weight(cells)))


@pytest.mark.usefixtures("small")
def test_past_the_limit_the_largest_of_the_others_is_forgotten():
    memory = Memory()
    for book, cells in (("a", 30), ("b", 50), ("c", 10)):
        keep(memory, book, cells)
    assert sorted(memory.loaded) == ["a", "b", "c"]
    keep(memory, "d", 40)
    assert sorted(memory.loaded) == ["a", "c", "d"]


@pytest.mark.usefixtures("small")
def test_a_book_above_the_limit_is_remembered_alone():
    memory = Memory()
    keep(memory, "a", 30)
    keep(memory, "b", 500)
    assert list(memory.loaded) == ["b"]
    keep(memory, "a", 31)
    assert list(memory.loaded) == ["a"]


def test_unpacked_tabs_are_let_go_of_when_the_next_pass_begins():
    """Two books are read, one of them is written; then another pass opens a book."""
    books, files = XlsxBooks(), [_unpacked(), _unpacked()]
    books.unpacked += files
    books.open(RAW, name="книга.xlsx")
    assert all(file.holds() for file in files)
    books.wrote = True
    books.open(RAW, name="книга.xlsx")
    assert not any(file.holds() for file in files)
    assert not books.unpacked


def _unpacked() -> BookFile:
    file = BookFile.open(RAW, name="книга.xlsx")
    file.sheet_xml(CLIENTS, hold=True)
    return file


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle, "CELLS_KEPT", 100)
