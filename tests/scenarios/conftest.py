"""One founded team for the whole run; every story gets a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.calc import Calc
from tests.scenarios.story import Story
from tests.scenarios.team import copy_team, found_team, quiet, today
from tests.sync.teams import few_spare_rows


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The team after its first pass."""
    place = tmp_path_factory.mktemp("founded")
    now = today()
    with few_spare_rows():
        found_team(place / "empty" / "team", place / "empty" / "states", now)
        scene = copy_team(place / "empty", place / "full", now)
        assert all(book.written for book in scene.run().books)
        assert quiet(scene.run())
        scene.close()
    return place / "full"


@pytest.fixture
def story(template: Path, tmp_path: Path) -> Iterator[Story]:
    """The team, and what happens to it."""
    scene = copy_team(template, tmp_path / "place", today())
    with few_spare_rows():
        yield Story(scene)
    scene.close()


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    """LibreOffice in a person's hands; only for tests marked `system("soffice", "uno")`."""
    with Calc(tmp_path_factory.mktemp("calc") / "profile") as hand:
        yield hand
