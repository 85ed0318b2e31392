"""One process at a time has a team; who comes second learns who was first."""

import multiprocessing
import os
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from model.errors import AlreadyRunning, ExitCode
from sync.oslock import Holding, holder, locked
from sync.world.real_process import BEYOND, RealProcess, take_windows

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
OURS = Holding(4711, NOW, "служба", "anna", "crm-1")


def test_a_second_start_is_told_who_works_and_since_when(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        locked(RealProcess(), lock, OURS),
        pytest.raises(AlreadyRunning) as caught,
        locked(RealProcess(), lock, Holding(4712, NOW, "проход")),
    ):
        pytest.fail("two have the lock")
    assert caught.value.facts == {"pid": 4711, "host": "crm-1", "since": "12.03 08:00"}
    assert caught.value.exit_code is ExitCode.BUSY


def test_the_holder_is_seen_while_it_works_and_gone_afterwards(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert holder(RealProcess(), lock) is None
    with locked(RealProcess(), lock, OURS):
        assert holder(RealProcess(), lock) == OURS
    assert holder(RealProcess(), lock) is None


def test_a_failure_inside_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), locked(RealProcess(), lock, OURS):
        raise ZeroDivisionError
    with locked(RealProcess(), lock, OURS):
        assert holder(RealProcess(), lock) == OURS


def _die_holding(lock: Path, ready: Event) -> None:
    with locked(RealProcess(), lock, OURS):
        ready.set()
        os._exit(9)


def test_a_process_that_dies_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_die_holding, args=(lock, ready))
    process.start()
    process.join(60)
    assert ready.is_set()
    with locked(RealProcess(), lock, OURS):
        assert holder(RealProcess(), lock) == OURS


class FakeRegions:
    """`msvcrt` as documented: locks from the current position on, OSError for a locked part."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        self.parts: set[tuple[int, int, int]] = set()

    def locking(self, fd: int, mode: int, nbytes: int, /) -> None:
        assert mode == self.LK_NBLCK
        part = (os.fstat(fd).st_ino, os.lseek(fd, 0, os.SEEK_CUR), nbytes)
        if part in self.parts:
            raise PermissionError(13, "Permission denied")
        self.parts.add(part)


def test_on_windows_a_byte_far_behind_the_words_is_locked(tmp_path: Path) -> None:
    lock, regions = tmp_path / "lock", FakeRegions()

    def how(descriptor: int) -> bool:
        return take_windows(descriptor, regions)

    windows = RealProcess(how)
    with locked(windows, lock, OURS):
        assert [at for _, at, _ in regions.parts] == [BEYOND]
        assert lock.stat().st_size < BEYOND
        assert holder(windows, lock) == OURS
        with pytest.raises(AlreadyRunning), locked(windows, lock, OURS):
            pytest.fail("two have the lock")
