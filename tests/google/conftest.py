from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.google.office import Cloudy, few_rows
from tests.sync.teams import HIS, close, copy_office, few_spare_rows, found_office


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Cloudy:
    """The owner's book in a file, the salesperson's in a spreadsheet; to be copied, never used."""
    with few_spare_rows(), few_rows():
        cloudy = Cloudy(found_office(tmp_path_factory.mktemp("ground")))
        cloudy.office.rest()
        cloudy.move_in(HIS)
        cloudy.office.rest()
    close(cloudy.office)
    return cloudy


@pytest.fixture
def cloudy(settled: Cloudy, tmp_path: Path) -> Iterator[Cloudy]:
    """The same team and its spreadsheet, of this test alone."""
    office = copy_office(settled.office, tmp_path)
    office.now = settled.office.now
    with few_spare_rows(), few_rows():
        made = Cloudy(office)
        made.google.cloud.files = copy.deepcopy(settled.google.cloud.files)
        made.google.cloud.books = copy.deepcopy(settled.google.cloud.books)
        made.google.cloud.storeless = set(settled.google.cloud.storeless)
        yield made
    close(office)
