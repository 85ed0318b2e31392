"""A few of the simulated lives, the same life twice, and broken rules that do not go unseen."""

from __future__ import annotations

import pytest

from tests.simulation import __main__ as runner
from tests.simulation.bind import bound
from tests.simulation.broken_rules import MUTANTS
from tests.simulation.mutants import SEEDS, kill
from tests.simulation.run import digest, live

LIVES = 300
SOAKED = 20_000
REGRESSIONS = (82, 128, 141, 151, 247, 274, 391, 455, 498, 802, 1357, 2210, 2240, 2290)
"""Lives that once broke a promise, for a fault that was mended since."""
SEEN_AT_ONCE = (
    "newest base always",
    "rows without id are dropped",
    "rows without id are always new",
    "every id is believed",
    "new rows are forgotten",
    "the first edit is forgotten",
    "the store always wins",
    "nothing is an edit",
    "nobody writes into a displaced file",
    "displaced saves are not looked for",
    "late saves are not merged",
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
    _, seed, _ = kill(name, 120)
    assert seed is not None, MUTANTS[name]


@pytest.mark.soak
@pytest.mark.parametrize("name", MUTANTS)
def test_every_broken_rule_is_seen(name: str) -> None:
    _, seed, _ = kill(name, SEEDS)
    assert seed is not None, MUTANTS[name]


@pytest.mark.soak
def test_no_life_of_many_breaks_a_promise() -> None:
    assert runner.run(0, SOAKED, workers=2, mark=None) == 0
