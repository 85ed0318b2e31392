"""One founded team for all tests of the folder; each takes a copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.live.office import Office, settle_in
from tests.sync.small_team import ZONE, FakeWorld, founded


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded team that tests take copies of."""
    place = tmp_path_factory.mktemp("ground")
    founded(place, FakeWorld(now=datetime.now(ZONE)))
    return place


@pytest.fixture
def office(ground: Path, tmp_path: Path) -> Office:
    """The same team in a folder of its own, looked at five times a second."""
    return settle_in(ground, tmp_path / "office")
