"""The file of copies is opened once for all the parts of a pass that ask for it."""

from collections.abc import Callable
from threading import Event

import pytest

from backups import SqliteBackups
from sync.commands.running import once
from sync.copies.keeping import fold_waiting
from sync.daemon import Watch, turn
from tests.connections import told_opens
from tests.sync.small_team import FakeWorld
from tests.sync.teams import HEAD, HIS, Office
from tests.sync.test_daemon import FakeWaker


def by_the_daemon(office: Office) -> None:
    waker = FakeWaker(FakeWorld(office.now), Event())
    turn(office.team, office.world(), waker, Watch(office.memory), tell=lambda _: None)


def by_once(office: Office) -> None:
    once(office.team, office.world(), dry_run=False)


@pytest.mark.parametrize("work", [by_the_daemon, by_once])
def test_a_pass_that_writes_opens_it_once(
    office: Office, monkeypatch: pytest.MonkeyPatch, work: Callable[[Office], None]
) -> None:
    alfa = office.the("deals", client_id="ООО «Альфа»").row_id
    with office.edit(HIS) as pen:
        pen.put("deals", alfa, note="к среде")
    copies, opened = office.team.backups, told_opens(monkeypatch)
    assert isinstance(copies, SqliteBackups)
    work(office)
    assert opened.count(copies.path) == 1
    monkeypatch.undo()
    assert office.shown(HEAD, "deals")[alfa]["note"] == "к среде"


def test_files_that_wait_to_be_folded_are_folded_through_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = office.team.backups
    assert isinstance(copies, SqliteBackups)
    for number in range(3):
        with office.edit(HIS) as pen:
            pen.add("deals", client_id="ООО «Альфа»", stage="Новая", amount=number)
        office.sync()
    assert len(copies.waiting()) > 1
    opened = told_opens(monkeypatch)
    assert fold_waiting(office.team) > 1
    assert opened == [copies.path]
