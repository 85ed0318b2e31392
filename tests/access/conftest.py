"""One small firm of all roles for the whole folder; each test gets a copy of its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.teams import Firm, drawn_once, made
from tests.quick import remembering


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Three sellers in two departments, heads, marketing and an accountant, synced once."""
    place: Path = tmp_path_factory.mktemp("access")
    with drawn_once(), remembering():
        one = made(place, 3, most=3, boards=False)
        one.sync()
        yield one
        one.team.store.close()
