"""One daemon per team: a lock of the operating system on a small file in the state directory.

The system lets go of it when the process ends, however it ends, so a crash never leaves a team
locked. Who holds it is written in the file for those who are turned away. The file stays.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from model.errors import AlreadyRunning, CannotWrite

LOCK_FILE = "lock"
BEYOND = 1 << 30
"""Windows forbids others to read a locked part, so the part lies far behind the words."""

Take = Callable[[int], bool]
"""Locks an open file by its descriptor without waiting; False when somebody else has it."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who works with a team: process, since when, in which way («служба», «проход»), where."""

    pid: int
    since: datetime
    way: str
    who: str = ""
    host: str = ""


class Regions(Protocol):
    """What we need of the module `msvcrt`."""

    LK_NBLCK: int

    def locking(self, fd: int, mode: int, nbytes: int, /) -> None:
        """Lock a part from the current position on; OSError when another process has it."""
        ...


def take_posix(descriptor: int) -> bool:
    """The whole file, by `flock`: it follows the open file, not the process."""
    import fcntl  # noqa: PLC0415  # not there on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_windows(descriptor: int, regions: Regions) -> bool:
    """One byte far behind the end, which the system allows."""
    os.lseek(descriptor, BEYOND, os.SEEK_SET)
    try:
        regions.locking(descriptor, regions.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def take(descriptor: int) -> bool:
    """The way of this system."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # only there on Windows

        return take_windows(descriptor, msvcrt)
    return take_posix(descriptor)


@contextmanager
def locked(path: Path, holding: Holding, *, how: Take = take) -> Iterator[None]:
    """The lock as long as the block runs; raises AlreadyRunning (facts pid, host, since)."""
    descriptor = _opened(path)
    try:
        if not how(descriptor):
            other = _read(path)
            raise AlreadyRunning(
                pid="?" if other is None else other.pid,
                host="?" if other is None else other.host or "?",
                since="?" if other is None else f"{other.since:%d.%m %H:%M}",
            )
        _write(descriptor, holding)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(path: Path, *, how: Take = take) -> Holding | None:
    """Who holds the lock now; None when it is free."""
    if not path.is_file():
        return None
    descriptor = _opened(path)
    try:
        return None if how(descriptor) else _read(path)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotWrite(name=path.name, reason=error.strerror or str(error)) from error


def _write(descriptor: int, holding: Holding) -> None:
    words = asdict(holding) | {"since": holding.since.isoformat()}
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(words, ensure_ascii=False).encode())


def _read(path: Path) -> Holding | None:
    """What the holder wrote; None in the instant before it did."""
    try:
        words = json.loads(path.read_bytes())
        since = datetime.fromisoformat(words["since"])
        return Holding(
            int(words["pid"]), since, words["way"], words.get("who", ""), words.get("host", "")
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
