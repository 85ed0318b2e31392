"""Write-back under faults: a small part here, everything in `make soak`."""

from __future__ import annotations

import shutil

import pytest

from tests.faults import copies, kills, race, syscalls
from tests.faults.race import races
from tests.faults.syscalls import KINDS, measure

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing")
SAMPLE, LEAST_POINTS = 8, 300


@needs_strace
def test_a_sample_of_system_calls_may_fail() -> None:
    points, outcomes = measure(SAMPLE, KINDS)
    assert points > LEAST_POINTS
    assert len(outcomes) == SAMPLE
    assert not [outcome for outcome in outcomes if outcome.words]


@needs_strace
@pytest.mark.soak
def test_every_system_call_may_fail() -> None:
    assert syscalls.main([]) == 0


@needs_strace
def test_a_sample_of_calls_of_copies_may_fail() -> None:
    tally = copies.measure(SAMPLE)
    assert (tally.done, tally.bad) == (SAMPLE, [])


@needs_strace
@pytest.mark.soak
def test_calls_of_copies_may_fail() -> None:
    assert copies.main(["--sample", "3000"]) == 0


def test_no_save_is_lost_on_any_rung_while_the_naive_way_loses() -> None:
    scores = races(20, ("exchange", "aside", "check_then_rename"))
    assert not [score for score in scores if not score.good]


@pytest.mark.soak
def test_no_save_of_many_is_lost() -> None:
    assert race.main(["--saves", "10000"]) == 0


@pytest.mark.soak
def test_many_kills_lose_nothing() -> None:
    assert kills.main(["--kills", "200"]) == 0
