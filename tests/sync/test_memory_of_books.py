"""What a running service remembers of its books has a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from sync import cycle
from sync.books.read import Loaded
from sync.cycle import Memory


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


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle, "CELLS_KEPT", 100)
