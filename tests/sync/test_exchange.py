"""A workbook exchanged with its new version while somebody else saves."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from model.errors import CannotWrite, WorkbookChanged, WorkbookGone
from sync import exchange as room
from sync.exchange import (
    Keep,
    SavedMeanwhile,
    WriteResult,
    exchange,
    left_aside,
    move_aside,
    new_name,
    write_back,
)
from sync.world import Disk, Rung, real_disk
from sync.world.real_disk import RealDisk
from sync.world.real_exchange import MOVED_ASIDE, linux_exchange, windows_replace

DISK = RealDisk()
ROUNDS, MOST_ROUNDS = 300, 20_000
"""Writes against a person who saves all the time; more, until one of them comes through."""

OLD, NEW, THEIRS, LATER = b"old", b"new", b"theirs", b"later"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "Отдел.xlsx"
    path.write_bytes(OLD)
    path.chmod(0o640)
    return path


def put(live: Path, temp_name: str = ".sheetcrm-1.tmp", *, keep: Keep | None = None) -> WriteResult:
    """The new bytes over what was read."""
    return write_back(DISK, live, NEW, expected_sha=sha(OLD), temp_name=temp_name, keep=keep)


def paths(error: WorkbookChanged) -> tuple[Path, ...]:
    """The frozen saves that an error tells of."""
    frozen = error.facts["frozen"]
    assert isinstance(frozen, tuple)
    return frozen


def beside(live: Path) -> dict[str, bytes]:
    """Every other file of the folder."""
    return {p.name: p.read_bytes() for p in live.parent.iterdir() if p != live}


def test_the_old_bytes_stay_beside_the_workbook(live):
    done = put(live)
    assert live.read_bytes() == NEW
    assert done.sha256 == sha(NEW)
    assert Path(done.displaced).read_bytes() == OLD
    assert done.displaced.name.startswith(".sheetcrm-")
    assert done.displaced.name.endswith(".tmp")
    assert live.stat().st_mode & 0o777 == 0o640


def test_the_journal_may_know_the_name_before(live):
    done = put(live, ".sheetcrm-5.tmp")
    assert done.displaced.name == ".sheetcrm-5.tmp"


def test_a_late_write_into_the_displaced_file_is_seen(live):
    with live.open("r+b") as program:
        done = put(live)
        program.write(THEIRS)
    assert Path(done.displaced).read_bytes() == THEIRS


def test_a_save_before_the_write_wins(live):
    live.write_bytes(THEIRS)
    kept: list[bytes] = []
    with pytest.raises(WorkbookChanged) as caught:
        put(live, keep=kept.append)
    assert paths(caught.value) == ()
    assert kept == [THEIRS], "the next save may replace it before anybody reads it"
    assert live.read_bytes() == THEIRS
    assert beside(live) == {}


def test_a_link_is_followed_and_stays_a_link(live, tmp_path):
    link = tmp_path / "ссылка.xlsx"
    link.symlink_to(live)
    put(link)
    assert link.is_symlink()
    assert live.read_bytes() == NEW


def test_a_workbook_that_is_gone_is_not_made_again(tmp_path):
    with pytest.raises(WorkbookGone):
        put(tmp_path / "нет.xlsx")
    assert list(tmp_path.iterdir()) == []


class Saver:
    """Somebody who saves right before given swaps, by renaming over the workbook."""

    def __init__(self, live: Path, *saves: bytes | None) -> None:
        self._live, self._saves = live, list(saves)

    def __call__(self, disk: Disk, live: Path, temp: Path) -> Rung:
        save = self._saves.pop(0) if self._saves else None
        if save is not None:
            fresh = self._live.with_name("editor.tmp")
            fresh.write_bytes(save)
            fresh.replace(self._live)
        return exchange(disk, live, temp)


def test_a_save_in_the_last_moment_is_what_was_displaced(live, monkeypatch):
    monkeypatch.setattr(room, "exchange", Saver(live, THEIRS))
    kept: list[bytes] = []
    done = put(live, keep=kept.append)
    assert done.raced
    assert kept == [THEIRS], "its program may write the next save into the same file"
    assert (live.read_bytes(), Path(done.displaced).read_bytes()) == (NEW, THEIRS)
    assert beside(live) == {done.displaced.name: THEIRS}


def test_a_save_that_cannot_be_kept_after_the_swap_is_still_told(live, monkeypatch):
    def full(_: bytes) -> None:
        raise CannotWrite(name="копии", reason="на диске нет места")

    monkeypatch.setattr(room, "exchange", Saver(live, THEIRS))
    done = put(live, keep=full)
    assert done.raced
    assert (live.read_bytes(), Path(done.displaced).read_bytes()) == (NEW, THEIRS)


def test_a_disk_that_fails_after_the_swap_leaves_it_to_later_looks(live, monkeypatch):
    calls = iter((None, OSError(errno.EIO, "disk")))

    def fail(*_: object) -> None:
        if (error := next(calls)) is not None:
            raise error

    monkeypatch.setattr(RealDisk, "sync_folder", fail)
    done = put(live)
    assert done.raced
    assert (live.read_bytes(), Path(done.displaced).read_bytes()) == (NEW, OLD)


def test_the_last_rung_places_without_replacing(live, tmp_path):
    temp = tmp_path / ".sheetcrm-1.tmp"
    temp.write_bytes(NEW)
    assert move_aside(DISK, live, temp) is Rung.ASIDE
    assert (live.read_bytes(), temp.read_bytes()) == (NEW, OLD)
    assert beside(live) == {temp.name: OLD}


def refusing(patch: pytest.MonkeyPatch, call: str, number: int, path: Path) -> None:
    """A call of the disk fails when one of its paths, by number, is the one."""
    usual = getattr(RealDisk, call)

    def refused(disk: RealDisk, *given: Path) -> None:
        if given[number] == path:
            raise OSError(errno.EIO, "gone")
        usual(disk, *given)

    patch.setattr(RealDisk, call, refused)


def test_a_write_took_place_though_the_old_file_keeps_its_other_name(live, tmp_path, monkeypatch):
    temp = tmp_path / ".sheetcrm-1.tmp"
    temp.write_bytes(NEW)
    refusing(monkeypatch, "rename", 1, temp)
    assert move_aside(DISK, live, temp) is Rung.ASIDE
    assert live.read_bytes() == NEW
    assert beside(live) == {".sheetcrm-1-aside.tmp": OLD}
    assert left_aside(DISK, live, temp.name) is None, "the new file has the name"
    live.unlink()
    assert left_aside(DISK, live, temp.name) == live.with_name(".sheetcrm-1-aside.tmp")


def test_a_disk_that_refuses_the_new_file_gives_the_old_one_its_name_again(
    live, tmp_path, monkeypatch
):
    temp = tmp_path / ".sheetcrm-1.tmp"
    temp.write_bytes(NEW)
    refusing(monkeypatch, "place", 0, temp)
    with pytest.raises(OSError, match="gone"):
        move_aside(DISK, live, temp)
    assert live.read_bytes() == OLD
    assert beside(live) == {temp.name: NEW}


def test_a_save_into_the_gap_of_the_last_rung_stays(live, monkeypatch):
    def saved_in_the_gap(disk: Disk, live: Path, temp: Path) -> Rung:
        place = RealDisk.place

        def late(self: RealDisk, source: Path, target: Path) -> None:
            live.write_bytes(THEIRS)
            place(self, source, target)

        monkeypatch.setattr(RealDisk, "place", late)
        return move_aside(disk, live, temp)

    monkeypatch.setattr(room, "exchange", saved_in_the_gap)
    with pytest.raises(WorkbookChanged):
        put(live)
    assert live.read_bytes() == THEIRS
    assert list(beside(live).values()) == [OLD], "it stood live: a program may still write into it"


def test_an_unproven_file_moved_aside_is_kept(live, monkeypatch):
    def saved_before_and_in_the_gap(disk: Disk, live: Path, temp: Path) -> Rung:
        aside = temp.with_name("aside.tmp")
        aside.write_bytes(LATER)
        live.write_bytes(THEIRS)
        raise SavedMeanwhile(aside)

    monkeypatch.setattr(room, "exchange", saved_before_and_in_the_gap)
    with pytest.raises(WorkbookChanged) as caught:
        put(live)
    (frozen,) = paths(caught.value)
    assert (live.read_bytes(), frozen.read_bytes()) == (THEIRS, LATER)


def test_without_a_swap_call_the_next_rung_is_taken(live, tmp_path, monkeypatch):
    temp = tmp_path / ".sheetcrm-1.tmp"
    temp.write_bytes(NEW)
    monkeypatch.setattr(real_disk, "linux_exchange", lambda *_: False)
    assert exchange(DISK, live, temp) is Rung.ASIDE
    monkeypatch.setattr(real_disk, "linux_place", lambda *_: False)
    assert exchange(DISK, live, temp) is Rung.ASIDE
    assert (live.read_bytes(), temp.read_bytes()) == (OLD, NEW)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "на диске нет места"),
        (errno.EROFS, "диск открыт только для чтения"),
        (errno.EACCES, "нет прав на запись в эту папку"),
        (errno.EIO, "диск не отвечает: ошибка чтения или записи"),
        (errno.ELOOP, f"система ответила: {os.strerror(errno.ELOOP)}"),
    ],
)
@pytest.mark.parametrize("call", ["open", "fsync", "fchmod"])
def test_a_failing_disk_leaves_everything_as_it_was(live, monkeypatch, call, code, words):
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(CannotWrite) as caught:
        put(live)
    assert caught.value.facts["reason"] == words
    monkeypatch.undo()
    assert live.read_bytes() == OLD
    assert beside(live) == {}


@pytest.mark.parametrize(
    ("where", "call", "number"),
    [
        pytest.param(room, "exchange", errno.EACCES, id="swap"),
        pytest.param(RealDisk, "sync_folder", errno.EIO, id="name of the new file on the disk"),
    ],
)
def test_a_refused_swap_leaves_everything_as_it_was(live, monkeypatch, where, call, number):
    def refuse(*_: object) -> Rung:
        raise OSError(number, "refused")

    monkeypatch.setattr(where, call, refuse)
    with pytest.raises(CannotWrite):
        put(live)
    assert live.read_bytes() == OLD
    assert beside(live) == {}


class FakeWindows:
    """ReplaceFileW as its manual describes it, failing with a code on demand."""

    def __init__(self, code: int = 0) -> None:
        self._code = code

    def replace(self, live: str, temp: str, backup: str) -> bool:
        if self._code == MOVED_ASIDE:
            Path(live).rename(backup)
        if self._code:
            return False
        Path(live).rename(backup)
        Path(temp).rename(live)
        return True

    def last_error(self) -> int:
        return self._code


def test_windows_replaces_and_keeps_the_old_file(live, tmp_path):
    temp = tmp_path / ".sheetcrm-1.tmp"
    temp.write_bytes(NEW)
    assert windows_replace(live, temp, FakeWindows())
    assert (live.read_bytes(), temp.read_bytes()) == (NEW, OLD)
    assert beside(live) == {temp.name: OLD}


@pytest.mark.parametrize("code", [32, 1175, 1176, MOVED_ASIDE])
def test_after_every_failure_of_windows_both_names_stand(live, tmp_path, code):
    temp = tmp_path / ".sheetcrm-1.tmp"
    temp.write_bytes(NEW)
    with pytest.raises(OSError, match=str(code)):
        windows_replace(live, temp, FakeWindows(code))
    assert (live.read_bytes(), temp.read_bytes()) == (OLD, NEW)
    assert beside(live) == {temp.name: NEW}


def test_there_is_no_windows_here(live, tmp_path):
    assert not windows_replace(live, tmp_path / "x", None)


class Person:
    """Somebody who adds a line and saves, again and again, by renaming over the workbook."""

    def __init__(self, live: Path) -> None:
        self._live = live
        self._thread = threading.Thread(target=self._work)
        self._stop_asked = threading.Event()
        self.saved: list[bytes] = []

    def start(self) -> None:
        self._thread.start()

    def _work(self) -> None:
        dice = random.Random(7)
        while not self._stop_asked.wait(dice.random() * 0.002):
            with suppress(FileNotFoundError):
                lines = set(self._live.read_bytes().split()) | set(self.saved)
                line = b"p%d" % len(self.saved)
                fresh = self._live.with_name("editor.tmp")
                fresh.write_bytes(b"\n".join(sorted(lines | {line})))
                fresh.replace(self._live)
                self.saved.append(line)

    def rest(self) -> None:
        self._stop_asked.set()
        self._thread.join()


def write_once(live: Path, number: int) -> tuple[bool, set[bytes]]:
    """Whether our line went in, and every line that was seen on the way."""
    seen: set[bytes] = set()
    try:
        was = live.read_bytes()
        seen = set(was.split())
        ours = b"\n".join(sorted(seen | {b"d%d" % number}))
        name = new_name(str(number))
        done = write_back(DISK, live, ours, expected_sha=sha(was), temp_name=name)
    except (FileNotFoundError, WorkbookGone):
        return False, set()
    except WorkbookChanged as error:
        return False, seen.union(*(set(p.read_bytes().split()) for p in paths(error)))
    return True, seen | set(Path(done.displaced).read_bytes().split())


@pytest.mark.parametrize("rung", ["exchange", "aside"])
def test_no_save_is_lost_while_two_write_at_once(live, monkeypatch, rung):
    """Every line that the person saved turns up: live, displaced, or in a frozen save."""
    if rung == "aside":
        monkeypatch.setattr(real_disk, "linux_exchange", lambda *_: False)
    elif not linux_exchange(live, _copy(live)):
        pytest.skip("this file system swaps no files")  # the other rung is tried all the same
    live.write_bytes(b"")
    person, seen, wins = Person(live), set[bytes](), 0
    person.start()
    try:
        for number in range(MOST_ROUNDS):
            if wins and number >= ROUNDS:
                break
            won, lines = write_once(live, number)
            wins += won
            seen |= lines
    finally:
        person.rest()
    assert wins
    assert person.saved
    assert set(person.saved) <= seen | set(live.read_bytes().split())


def _copy(live: Path) -> Path:
    copy = live.with_name("copy.tmp")
    copy.write_bytes(live.read_bytes())
    return copy
