"""A daemon with nothing to do writes no byte and opens no workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.quiet import rest


def test_a_quiet_daemon_touches_nothing(tmp_path: Path) -> None:
    score = rest(tmp_path, 100)
    assert score.good, score


@pytest.mark.soak
def test_ten_thousand_quiet_passes_touch_nothing(tmp_path: Path) -> None:
    score = rest(tmp_path, 10_000)
    assert score.good, score
