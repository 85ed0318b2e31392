"""Write-back under faults: a small part here, everything in `make soak`."""

from __future__ import annotations

import shutil

import pytest

from tests.faults import syscalls
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
