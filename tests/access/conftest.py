"""One small firm of all roles for a file of tests.

Its tests are days of that firm: they are lived in the order in which they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.teams import Firm, drawn_once, made
from tests.quick import remembering

STORY = "tests/access/test_books.py"


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """Three sellers in two departments, heads, marketing and an accountant, synced once."""
    place: Path = tmp_path_factory.mktemp("access")
    with drawn_once(), remembering():
        one = made(place, 3, most=3, boards=False)
        one.sync()
        yield one
        one.team.store.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The days of the firm, put back into their order among the shuffled tests."""
    places = [n for n, item in enumerate(items) if item.nodeid.startswith(STORY)]
    days = sorted((items[n] for n in places), key=lambda item: item.reportinfo()[1] or 0)
    for place, day in zip(places, days, strict=True):
        items[place] = day
