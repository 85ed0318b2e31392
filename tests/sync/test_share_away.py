"""One person's folder is on a share that is away: nothing is lost there, and nobody else waits."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from model.records import BatchKind, Source, Stamped
from model.row_ids import text_id
from model.values import Value
from sync.commands import running
from sync.commands.doctoring import doctor
from sync.commands.running import once
from sync.commands.status import status
from sync.daemon import Watch, turn
from sync.displaced import LOOKS
from sync.leavers import LEAVERS_FOLDER
from sync.world import real_disk
from sync.world.real_disk import RealDisk
from tests.sync.small_team import FakeWorld
from tests.sync.teams import HEAD, HIS, Office
from tests.sync.test_daemon import FakeWaker
from tests.sync.test_displaced import ALFA, BEREZA, write_his

CALLS = [name for name in vars(RealDisk) if not name.startswith("_")]
SURE = {"resolve"}
"""Calls that do not fail: the name is made without asking the share."""


@contextmanager
def failing(folder: Path, calls: list[str], code: int = errno.EHOSTDOWN) -> Iterator[None]:
    """Calls of the disk fail for what lies in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in set(calls) - SURE:
            patch.setattr(RealDisk, name, _failing(getattr(RealDisk, name), folder, code))
        yield


def _failing(call: Callable[..., Any], folder: Path, code: int) -> Callable[..., Any]:
    def failing(disk: RealDisk, *given: Any, **named: Any) -> Any:
        if any(isinstance(p, Path) and p.is_relative_to(folder) for p in given):
            raise OSError(code, "the share is away")
        return call(disk, *given, **named)

    return failing


def by_a_pass(office: Office) -> None:
    office.sync()


def by_the_daemon(office: Office) -> None:
    waker, watch = FakeWaker(FakeWorld(office.now), Event()), Watch(office.memory)
    turn(office.team, office.world(), waker, watch, tell=lambda _: None)
    assert watch.passes == 1
    assert not watch.failures


def by_once(office: Office) -> None:
    once(office.team, office.world(), dry_run=False)


@pytest.mark.parametrize("work", [by_a_pass, by_the_daemon, by_once])
def test_the_others_go_on_beside_a_displaced_file(
    office: Office, work: Callable[[Office], None]
) -> None:
    bereza = office.the("deals", client_id=BEREZA).row_id
    write_his(office)
    with office.edit(HEAD) as pen:
        pen.put("deals", bereza, note="пока его нет")
    with failing(office.path(HIS).parent, CALLS):
        work(office)
        assert office.rows("deals")[bereza].values["note"] == "пока его нет"
    office.rest()
    assert office.shown(HIS, "deals")[bereza]["note"] == "пока его нет"


def listed(office: Office, name: str, **values: Value) -> None:
    """A line of «Сотрудники»."""
    with office.team.store.write() as writer:
        batch = writer.start_batch(BatchKind.SYNC, "", office.now)
        by = Stamped(office.now, "", Source.PERSON, None, batch)
        writer.put("staff", text_id((name,)), {"fio": name, "role": "менеджер", **values}, by=by)


@pytest.mark.parametrize("work", [by_the_daemon, by_once])
@pytest.mark.parametrize("calls", [["exists"], ["create", "place"]])
def test_the_others_go_on_while_a_newcomers_book_finds_no_place(
    office: Office, work: Callable[[Office], None], calls: list[str]
) -> None:
    name, bereza = "Крылов Егор", office.the("deals", client_id=BEREZA).row_id
    listed(office, name)
    with office.edit(HEAD) as pen:
        pen.put("deals", bereza, note="без новичка")
    place = office.path(HIS).parents[1] / name
    with failing(place, calls):
        work(office)
    assert office.shown(HIS, "deals")[bereza]["note"] == "без новичка"
    assert not list(place.glob("*.xlsx"))
    work(office)
    assert list(place.glob("*.xlsx"))


@pytest.mark.parametrize("work", [by_the_daemon, by_once])
def test_the_others_go_on_while_a_leavers_book_finds_no_place(
    office: Office, work: Callable[[Office], None]
) -> None:
    bereza, his = office.the("deals", client_id=BEREZA).row_id, office.path(HIS)
    listed(office, his.parent.name, active="нет")
    with office.edit(HEAD) as pen:
        pen.put("deals", bereza, note="без него")
    with failing(office.path(HEAD).parent / LEAVERS_FOLDER, ["exists"]):
        work(office)
    assert office.shown(HIS, "deals")[bereza]["note"] == "без него"
    office.rest()
    assert his.exists()
    by_once(office)
    assert not his.exists()


def test_a_page_that_cannot_be_written_is_named_and_the_pass_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise OSError(errno.EHOSTDOWN, "the share is away")

    monkeypatch.setattr(running, "keep_twins", away)
    lines = once(office.team, office.world(), dry_run=False).lines
    assert [line for line in lines if "сетевая папка недоступна" in line]


def test_a_book_that_was_read_again_has_a_clean_slate(office: Office) -> None:
    waker, watch = FakeWaker(FakeWorld(office.now), Event()), Watch(office.memory)

    def look() -> int:
        watch.due = True
        turn(office.team, office.world(), waker, watch, tell=lambda _: None)
        return watch.faults

    with failing(office.path(HIS).parent, CALLS):
        assert [look(), look()] == [1, 2]
    assert look() == 0


def test_one_pass_names_the_folder_that_is_away(office: Office) -> None:
    with failing(office.team.settings.folder, CALLS):
        lines = once(office.team, office.world(), dry_run=False).lines
    folder = office.team.settings.folder.name
    assert [line for line in lines if folder in line and "сетевая папка недоступна" in line]


@pytest.mark.parametrize("work", [by_a_pass, by_the_daemon, by_once])
def test_the_whole_folder_comes_back(office: Office, work: Callable[[Office], None]) -> None:
    bereza = office.the("deals", client_id=BEREZA).row_id
    write_his(office)
    with office.edit(HIS) as pen:
        pen.put("deals", bereza, note="в последнюю минуту")
    files = office.files()
    with failing(office.team.settings.folder, CALLS):
        for _ in range(LOOKS + 2):
            work(office)
    assert office.files() == files
    office.rest()
    assert office.shown(HEAD, "deals")[bereza]["note"] == "в последнюю минуту"


def test_the_page_of_state_and_the_doctor_say_which_book_it_is(office: Office) -> None:
    name = office.path(HIS).stem
    with failing(office.path(HIS).parent, CALLS):
        by_once(office)
        state = status(office.team, office.world()).lines
        found = doctor(office.team, office.world(), version="1.0", repair=False)
    assert f"«{name}»: сетевая папка недоступна. Прочитаю, как только смогу." in state
    (fault,) = [line for line in found.lines if name in line]
    assert "сетевая папка недоступна" in fault


def aside(office: Office, *more: str) -> bytes:
    """His book, left aside by a write: its folder refused both names, and more calls then."""
    bereza = office.the("deals", client_id=BEREZA).row_id
    raw, folder = office.path(HIS).read_bytes(), office.path(HIS).parent
    with office.edit(HEAD) as pen:
        pen.put("deals", bereza, note="от руководителя")
    renamed = RealDisk.rename

    def goes_away(disk: RealDisk, old: Path, new: Path) -> None:
        renamed(disk, old, new)
        if new.is_relative_to(folder):
            held.enter_context(failing(folder, ["place", *more]))

    with pytest.MonkeyPatch.context() as patch, ExitStack() as held:
        patch.setattr(real_disk, "linux_exchange", lambda *_: False)
        patch.setattr(RealDisk, "rename", goes_away)
        office.sync()
    assert not office.path(HIS).exists()
    return raw


@pytest.mark.parametrize("more", [(), ("exists",), ("names",)])
def test_a_book_left_aside_comes_back_whatever_else_fails(
    office: Office, more: tuple[str, ...]
) -> None:
    raw = aside(office, *more)
    folder = office.path(HIS).parent
    for _ in range(LOOKS + 2):
        with failing(folder, ["place", *more]):
            office.sync()
    for _ in range(LOOKS + 2):
        with failing(folder, ["place"]):
            office.sync()
    assert [p.read_bytes() for p in office.beside()].count(raw) == 1
    office.rest()
    bereza = office.the("deals", client_id=BEREZA).row_id
    assert office.shown(HIS, "deals")[bereza]["note"] == "от руководителя"


def test_a_book_left_aside_is_no_leftover_of_another_in_its_folder(office: Office) -> None:
    with office.team.store.write() as writer:
        his, head = writer.book(HIS), writer.book(HEAD)
        assert his is not None
        assert head is not None
        office.path(HIS).replace(office.path(HEAD).with_name("Иванов.xlsx"))
        writer.put_book(replace(his, path=head.path.rpartition("/")[0] + "/Иванов.xlsx"))
    raw = aside(office)
    with failing(office.path(HIS).parent, ["place"]):
        for _ in range(LOOKS + 2):
            office.sync()
    assert [p.read_bytes() for p in office.beside()].count(raw) == 1
    office.rest()
    assert office.path(HIS).exists()


def test_the_others_go_on_beside_a_book_left_aside(office: Office) -> None:
    aside(office)
    alfa = office.the("deals", client_id=ALFA).row_id
    with office.edit(HEAD) as pen:
        pen.put("deals", alfa, note="пока его нет")
    with failing(office.path(HIS).parent, CALLS):
        office.sync()
        assert office.rows("deals")[alfa].values["note"] == "пока его нет"
    office.rest()
    assert office.shown(HIS, "deals")[alfa]["note"] == "пока его нет"
