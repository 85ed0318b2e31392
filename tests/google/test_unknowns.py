"""The emulator answers each open question about Google as docs/assumptions.md says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.books.google.client import PatientClient
from tests.google.client import HOST, ROBOT, new_book, session_to
from tests.google.emulator.service import Google
from tests.google.unknowns import OK, POINTS, Bench, ask
from tests.worlds import world_of


@pytest.fixture(scope="module")
def bench() -> Bench:
    google = Google()
    client = PatientClient(
        None, session_to(google), world=world_of(google.cloud.now, bytes), host=HOST
    )
    return Bench(client, new_book(google), ROBOT)


@pytest.mark.parametrize("name", POINTS)
def test_the_emulator_is_as_assumed(bench: Bench, name: str) -> None:
    assert ask(bench, name) == OK


def test_every_point_stands_among_the_assumptions() -> None:
    page = (Path(__file__).parents[2] / "docs" / "assumptions.md").read_text(encoding="utf-8")
    assert [name for name in POINTS if f"`{name}`" not in page] == []
