"""A few of the simulated lives, the same life twice, and broken rules that do not go unseen."""

from __future__ import annotations

import pytest

from tests.simulation import __main__ as runner
from tests.simulation.bind import bound
from tests.simulation.broken_rules import MUTANTS
from tests.simulation.mutants import SEEDS, kill
from tests.simulation.run import digest, live

LIVES = 400
SOAKED = 20_000
REGRESSIONS = (
    82,
    128,
    141,
    151,
    247,
    274,
    391,
    455,
    498,
    802,
    1357,
    2210,
    2240,
    2290,
    54232,
    52878,
    52601,
    60906,
    61812,
    71502,
    71839,
    100397,
    100669,
    400197,
    1015738,
    1022415,
    1030143,
    2003882,
    5005883,
    5006382,
    6001174,
)
"""Lives that once broke a promise, for a fault that was mended since."""
SEEN_AT_ONCE = (
    "a seen save is no base",
    "an old file is merged",
    "copies are dropped",
    "the first copy keeps the id",
    "strong fields count once",
    "rows without id are dropped",
    "rows without id are always new",
    "rows that wait for their id are forgotten",
    "every id is believed",
    "new rows are forgotten",
    "a deleted row stays deleted whatever is typed",
    "a stale copy raises the deleted",
    "another client keeps the id",
    "a new phone is another client",
    "a column sorted alone is merged",
    "ids stay when rows move",
    "hidden cells stay behind",
    "totals are rows",
    "rows without id are notes",
    "the first edit is forgotten",
    "the store always wins",
    "the workbook always wins",
    "clashes are silent",
    "nothing is an edit",
    "a clearing is no edit",
    "another spelling is an edit",
    "the later of two people wins",
    "whoever came first stands, facts too",
    "a fact is blamed on a person",
    "an error value is empty",
    "a lost zero is not asked about",
    "every edit is damage",
    "mixed groups go untold",
    "the brake is off",
    "an answer to a hold is not heard",
    "an open book is written",
    "a book opened meanwhile is written",
    "displaced saves are not looked for",
    "a displaced save is only fingerprinted",
    "a merged save is merged again",
    "a lost column tells rows apart",
    "the swap is not checked",
    "a planned base is never taken",
    "questions are not kept",
    "questions leave at once",
    "answers are not carried out",
)


def test_no_life_breaks_a_promise() -> None:
    assert runner.block(0, LIVES).failed == []


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_what_was_mended_stays_mended(seed: int) -> None:
    assert runner.block(seed, seed + 1).failed == []


def test_the_same_seed_leaves_the_same_bytes() -> None:
    with bound():
        assert [digest(live(seed)) for seed in range(20)] == [
            digest(live(seed)) for seed in range(20)
        ]


@pytest.mark.parametrize("name", SEEN_AT_ONCE)
def test_a_broken_rule_is_seen(name: str) -> None:
    _, seed, _ = kill(name, LIVES)
    assert seed is not None, MUTANTS[name]


def test_no_team_outlives_the_broken_engine_that_founded_it() -> None:
    kill("a planned base is never taken", 3)
    assert runner.block(0, 20).failed == []


@pytest.mark.soak
@pytest.mark.parametrize("name", MUTANTS)
def test_every_broken_rule_is_seen(name: str) -> None:
    _, seed, _ = kill(name, SEEDS)
    assert seed is not None, MUTANTS[name]


@pytest.mark.soak
def test_no_life_of_many_breaks_a_promise() -> None:
    assert runner.run(0, SOAKED, workers=2, mark=None) == 0
