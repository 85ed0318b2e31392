"""A few full sessions: real workbooks and databases under simulated people, sources and faults."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation import full
from tests.simulation.broken_rules import MUTANTS
from tests.simulation.mutants import broken
from tests.simulation.office import memory_folder
from tests.sync.teams import few_spare_rows

SESSIONS, LOOKED_AT = 15, 3
"""So many sessions a broken rule has to show, and so many run at each test."""
SOAKED = 2000
SEEN_AT_ONCE = ("new rows are forgotten", "the store always wins")


@pytest.fixture
def place() -> Iterator[Path]:
    made = memory_folder()
    with few_spare_rows():
        yield made
    shutil.rmtree(made)


def test_no_session_breaks_a_promise() -> None:
    assert full.block(0, LOOKED_AT) == []


def test_the_same_seed_leaves_the_same_books(place: Path) -> None:
    first, again = (full.live(3, place).disk.names for _ in range(2))
    assert {name: i.raw for name, i in first.items()} == {n: i.raw for n, i in again.items()}


@pytest.mark.parametrize("name", SEEN_AT_ONCE)
def test_a_broken_rule_is_seen(name: str) -> None:
    with broken(name):
        assert any(full.block(seed, seed + 1) for seed in range(SESSIONS)), MUTANTS[name].rule


@pytest.mark.soak
def test_no_session_of_many_breaks_a_promise() -> None:
    assert full.run(0, SOAKED, workers=2, mark=None) == 0
