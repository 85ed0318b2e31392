"""The daemon as people meet it: its own process, real files, saves, power cuts, a second start."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.keeper import Keeper, ask, keeping, until
from tests.live.office import Office
from tests.live.work import answered, breath, generation, nothing_lost_nothing_doubled, save

pytestmark = pytest.mark.soak  # minutes of real processes and files: `make soak`

SAVES, CUTS = 20, 5
LONGEST_BREATH = 2.5
"""A pass of this team takes about as long, so a cut falls anywhere in it."""


@pytest.fixture
def keeper(office: Office, tmp_path: Path) -> Iterator[Keeper]:
    """The daemon over the office, its first pass done."""
    with keeping(office.folder, office.root, tmp_path / "said.txt") as process:
        until(lambda: all(generation(h) == 1 for h in office.hands), "the first pass", process)
        yield process


def test_every_save_is_answered_in_the_workbook(office: Office, keeper: Keeper) -> None:
    """Twenty saves one after another over three books, renamed and in place."""
    for number in range(SAVES):
        answered(office, keeper, save(office, number))
    nothing_lost_nothing_doubled(office)
    assert keeper.end() == 0
    assert "остановлено" in keeper.words


def test_power_cuts_lose_nothing_and_double_nothing(office: Office, keeper: Keeper) -> None:
    """Killed at any moment after a save, the next start answers it."""
    for number in range(CUTS):
        token = save(office, number)
        breath(random.uniform(0, LONGEST_BREATH))
        keeper.kill()
        keeper.start()
        answered(office, keeper, token)
    assert keeper.end() == 0
    nothing_lost_nothing_doubled(office)
    assert not list(office.folder.rglob("*.frozen.xlsx"))
    before = {hand.path: hand.path.read_bytes() for hand in office.hands}
    again = ask("sync", str(office.folder), root=office.root, cwd=office.folder)
    assert again.returncode == 0, again.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_a_second_daemon_names_the_first_and_leaves(office: Office, keeper: Keeper) -> None:
    second = ask("sync", str(office.folder), "--watch", root=office.root, cwd=office.folder)
    assert second.returncode == 4
    assert str(keeper.pid) in second.stderr
    assert keeper.code is None
    assert keeper.end() == 0
    assert ask("status", str(office.folder), root=office.root, cwd=office.folder).returncode == 0
