from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.blueprint import Blueprint
from sync.team import Team
from templates.blueprint import load
from tests.sync.ledger import Ledger
from tests.sync.small_team import FakeWorld, copied_team, founded
from tests.sync.teams import Office, close, copy_office, few_spare_rows, found_office


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded team that no test touches; tests work on copies."""
    place = tmp_path_factory.mktemp("template")
    with few_spare_rows():
        founded(place, FakeWorld())
    return place


@pytest.fixture
def clock() -> FakeWorld:
    return FakeWorld()


@pytest.fixture
def team(template: Path, tmp_path: Path) -> Iterator[Team]:
    with few_spare_rows(), copied_team(template, tmp_path) as team:
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


@pytest.fixture(scope="session")
def shape() -> Blueprint:
    """The blueprint of a team of two."""
    return load(2)


@pytest.fixture(scope="session")
def founded_ledger(tmp_path_factory: pytest.TempPathFactory, shape: Blueprint) -> Path:
    """The store of a team of two, to be copied: founding it anew costs more than most tests."""
    place = tmp_path_factory.mktemp("ledger")
    Ledger(place, shape, departments=("Опт", "Розница")).team.store.close()
    return place


@pytest.fixture
def ledger(founded_ledger: Path, tmp_path: Path, shape: Blueprint) -> Iterator[Ledger]:
    """A store with the settings of a team of two and no trade yet."""
    shutil.copytree(founded_ledger, tmp_path, dirs_exist_ok=True)
    found = Ledger(tmp_path, shape, departments=("Опт", "Розница"), begun=True)
    yield found
    found.team.store.close()
