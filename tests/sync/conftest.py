from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.team import Team
from tests.sync.small_team import FakeWorld, copied_team, founded


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded team that no test touches; tests work on copies."""
    place = tmp_path_factory.mktemp("template")
    founded(place, FakeWorld())
    return place


@pytest.fixture
def clock() -> FakeWorld:
    return FakeWorld()


@pytest.fixture
def team(template: Path, tmp_path: Path) -> Iterator[Team]:
    with copied_team(template, tmp_path) as team:
        yield team
