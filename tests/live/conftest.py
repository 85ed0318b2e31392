"""One founded team for all tests of the folder; each takes a copy."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from sync.opening import opened
from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import find_state
from tests.live.hand import Hand
from tests.live.office import Office
from tests.sync.small_team import OWNER, PEOPLE, ZONE, FakeWorld, founded


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded team that tests take copies of."""
    place = tmp_path_factory.mktemp("ground")
    founded(place, FakeWorld(now=datetime.now(ZONE)))
    return place


@pytest.fixture
def office(ground: Path, tmp_path: Path) -> Office:
    """The same team in a folder of its own, looked at five times a second."""
    place = tmp_path / "office"
    shutil.copytree(ground, place)
    folder, root = place / "team", place / "state"
    state = find_state(folder, root, place)
    settings = read_settings(state / FILE_NAME)
    quick = {"folder": folder, "poll_seconds": 0.2, "settle_seconds": 0.1}
    write_settings(state / FILE_NAME, settings.model_copy(update=quick))
    with opened(state) as team:
        with team.store.read() as reader:
            books = {book.person: book for book in reader.books()}
        hands = {who: Hand(book, team.path(book), team.blueprint) for who, book in books.items()}
        sellers = tuple(hands[who] for who in PEOPLE)
        return Office(folder, root, team.blueprint, hands[OWNER], sellers, datetime.now(ZONE))
