"""A book that somebody has open waits: through short absences, late openings and locked files."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from model.errors import CannotRead, FileLocked
from sync import cycle, exchange, planning
from sync.commands.status import status
from sync.cycle import BookReport, run_pass
from sync.world import Disk, Rung, World
from tests.sync.teams import HEAD, HIS, Office, touch_owner_file
from tests.worlds import world_of


def his(office: Office, world: World | None = None) -> BookReport:
    """His book after one more pass."""
    office.now += timedelta(minutes=1)
    report = run_pass(office.team, world or office.world(), memory=office.memory)
    return next(book for book in report.books if book.state.book == HIS)


def something_to_write(office: Office) -> bytes:
    """The bytes of his book, for which an edit of the head waits."""
    with office.edit(HEAD) as pen:
        pen.put("deals", next(iter(office.rows("deals"))), note="от руководителя")
    return office.path(HIS).read_bytes()


@pytest.mark.parametrize("program", ["excel", "libreoffice"])
def test_a_sign_that_is_away_for_a_moment_still_counts(office: Office, program: str) -> None:
    """Programs take their sign away while they save and put it back."""
    before = something_to_write(office)
    path = office.path(HIS)
    sign = touch_owner_file(path, at=office.now, program=program)
    assert his(office).waiting
    sign.unlink()
    waits: list[str] = []

    def settle() -> None:
        waits.append("a moment")
        touch_owner_file(path, at=office.now, program=program)

    world = world_of(lambda: office.now, office.chance.randbytes, settle)
    assert his(office, world).state.holder
    assert waits
    assert path.read_bytes() == before
    sign.unlink()
    assert his(office).written


def test_a_book_opened_while_we_compute_is_not_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = something_to_write(office)
    path = office.path(HIS)
    plan = planning.plan_book
    monkeypatch.setattr(
        cycle, "plan_book", lambda *given: (plan(*given), touch_owner_file(path, at=office.now))
    )
    report = his(office)
    assert report.fault is None
    assert (report.written, bool(report.waiting)) == (False, True)
    assert "Excel" in report.state.holder
    assert path.read_bytes() == before
    monkeypatch.undo()
    path.with_name(f"~${path.name}").unlink()
    office.rest()
    assert path.read_bytes() != before


def test_a_sharing_violation_is_a_queue(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before = something_to_write(office)
    swap = exchange.exchange

    def locked(disk: Disk, live: Path, temp: Path) -> Rung:
        if live == office.path(HIS).resolve():
            raise OSError(errno.EBUSY, "ReplaceFileW 32", str(live))
        return swap(disk, live, temp)

    monkeypatch.setattr(exchange, "exchange", locked)
    report = his(office)
    assert type(report.fault) is FileLocked
    assert report.waiting
    assert report.state.holder == "занята другой программой"
    assert office.path(HIS).read_bytes() == before
    monkeypatch.undo()
    office.rest()
    assert office.path(HIS).read_bytes() != before
    assert not office.beside()


@pytest.mark.parametrize(
    ("code", "words"), [(errno.EIO, "диск не отвечает"), (errno.EACCES, "нет прав на чтение")]
)
def test_bytes_that_do_not_come_are_no_vanished_book(
    office: Office, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    """The share went away or the disk is failing: this book is tried again."""
    something_to_write(office)
    path, read = office.path(HIS), Path.read_bytes

    def fails(file: Path) -> bytes:
        if file == path:
            raise OSError(code, "disk")
        return read(file)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fails)
        fault = his(office).fault
    assert type(fault) is CannotRead
    assert words in str(fault.facts["reason"])
    office.rest()


def test_status_names_doubtful_signs_and_until_when_they_count(office: Office) -> None:
    path = office.path(HIS)
    sign = touch_owner_file(path, at=office.now - timedelta(hours=2))
    assert not signs(office)
    touch_owner_file(path, at=office.now - timedelta(hours=4))
    (line,) = signs(office)
    until = office.now + timedelta(hours=8)
    assert f"после {until:%d.%m %H:%M} запишу её и так" in line
    touch_owner_file(path, at=office.now - timedelta(hours=13))
    (line,) = signs(office)
    assert "больше 12 часов" in line
    assert "Ivanov" in line
    assert sign.exists(), "it is not ours to remove"


def signs(office: Office) -> list[str]:
    """The lines of `status` about owner files."""
    return [line for line in status(office.team, office.world()).lines if "знак" in line]
