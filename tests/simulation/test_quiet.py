"""A daemon with nothing to do writes no byte and opens no workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync import cycle
from tests.simulation.quiet import rest


def test_a_quiet_daemon_touches_nothing(tmp_path: Path) -> None:
    score = rest(tmp_path, 100)
    assert score.good, score


def test_a_daemon_that_is_never_quiet_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle, "_is_quiet", lambda *_: False)
    score = rest(tmp_path, 2)
    assert score.told
    assert any("store.sqlite3" in name for name in score.moved)


@pytest.mark.soak
def test_ten_thousand_quiet_passes_touch_nothing(tmp_path: Path) -> None:
    score = rest(tmp_path, 10_000)
    assert score.good, score
