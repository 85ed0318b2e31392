from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.team import Team
from tests.sync.small_team import FakeWorld, copied_team, founded
from tests.sync.teams import Office, close, copy_office, few_spare_rows, found_office


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


@pytest.fixture(scope="session")
def rested(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A team whose books show everything; to be copied, never used."""
    with few_spare_rows():
        office = found_office(tmp_path_factory.mktemp("rested"))
        office.rest()
    close(office)
    return office


@pytest.fixture
def office(rested: Office, tmp_path: Path) -> Iterator[Office]:
    """A small team of this test alone."""
    copy = copy_office(rested, tmp_path)
    with few_spare_rows():
        yield copy
    close(copy)
