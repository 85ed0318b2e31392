"""This process: its number, its account, and a lock of the operating system on a small file.

The system lets go of the lock when the process ends, however it ends, so a crash never leaves a
team locked. Who holds it is written in the file for those who are turned away. The file stays.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path, PurePath
from typing import Protocol

from sync.world import Held, Limits
from sync.world.real_apart import apart

BEYOND = 1 << 30
"""Windows forbids others to read a locked part, so the part lies far behind the words."""

Take = Callable[[int], bool]
"""Locks an open file by its descriptor without waiting; False when somebody else has it."""


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


@dataclass(frozen=True, slots=True)
class RealProcess:
    """The process that runs; `how` locks a file."""

    how: Take = take

    def pid(self) -> int:
        """Its number."""
        return os.getpid()

    def who(self) -> str:
        """The account that it runs under."""
        try:
            return getuser()
        except (KeyError, OSError):  # an account without a name
            return ""

    @contextmanager
    def hold(self, path: PurePath, words: bytes, /) -> Iterator[None]:
        """The lock as long as the block runs."""
        descriptor = _opened(path)
        try:
            if not self.how(descriptor):
                raise Held(Path(path).read_bytes())
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, words)
            yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    def held(self, path: PurePath, /) -> bytes | None:
        """What its holder wrote; None while it is free."""
        if not Path(path).is_file():
            return None
        descriptor = _opened(path)
        try:
            return None if self.how(descriptor) else Path(path).read_bytes()
        finally:
            os.close(descriptor)

    def apart(
        self, work: str, asked: bytes, raw: bytes, limits: Limits, /
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Lines of work on bytes of strangers, in a process of its own."""
        return apart(work, asked, raw, limits)

    def give_back(self) -> None:
        """Free pages in the middle of the heap: the C library of Linux keeps them otherwise."""
        library = None if os.name == "nt" else ctypes.CDLL(None)
        trim = getattr(library, "malloc_trim", None)
        if trim is not None:
            trim(0)


def _opened(path: PurePath) -> int:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
