"""The faces of the world as simulated teams have them: one thread, one seed, nothing real."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sync.world import FileMark, Limits, Machine, Rung, Waker, World
from tests.simulation.disk import Disk

if TYPE_CHECKING:
    from tests.simulation.run import Life

BILLION = 10**9
NAMES = 2_000
"""Names that are kept parsed."""


@dataclass(frozen=True, slots=True)
class SimDisk:
    """The daemon's calls of a simulated disk; each is a moment in which anything may happen."""

    disk: Disk

    def stat(self, path: PurePath, /) -> FileMark:
        """The time tells any two writes apart, even on a clock that stands or goes back."""
        key = str(path)
        size, tick, number = self.disk.mark(key)
        return FileMark(size, int(self.disk.wall(key)) * BILLION + tick, number)

    def exists(self, path: PurePath, /) -> bool:
        return str(path) in self.disk.names

    def read(self, path: PurePath, /) -> bytes:
        return self.disk.read(str(path))

    def names(self, folder: PurePath, /) -> list[str]:
        prefix = f"{folder}/"
        return [key.removeprefix(prefix) for key in self.disk.starting(prefix)]

    def resolve(self, path: PurePath, /, *, strict: bool = False) -> PurePath:
        """There are no links."""
        if strict:
            self.disk.mark(str(path))
        return path

    def make_folder(self, folder: PurePath, /) -> None:
        """Folders are there as soon as a file is."""

    def create(self, path: PurePath, raw: bytes, /, *, like: PurePath | None = None) -> None:
        key = str(path)
        if like is not None:
            self.disk.mark(str(like))
        try:
            self.disk.create(key, raw)
        except OSError as error:
            if error.errno != errno.EEXIST:
                self.disk.names.pop(key, None)
            raise

    def exchange(self, one: PurePath, other: PurePath, /) -> Rung | None:
        if not self.disk.swaps:
            return None
        self.disk.exchange(str(one), str(other))
        return Rung.EXCHANGE

    def rename(self, old: PurePath, new: PurePath, /) -> None:
        self.disk.rename(str(old), str(new), over=True)

    def place(self, source: PurePath, target: PurePath, /) -> None:
        self.disk.rename(str(source), str(target))

    def unlink(self, path: PurePath, /) -> None:
        self.disk.unlink(str(path))

    def sync_folder(self, folder: PurePath, /) -> None:
        self.disk.sync_folder()


@dataclass(frozen=True, slots=True)
class SimClock:
    """The life's own time."""

    life: Life

    def now(self) -> datetime:
        return self.life.now

    def settle(self) -> None:
        self.life.wait()

    def wait(self, seconds: float, /) -> None:
        self.life.wait()


@dataclass(frozen=True, slots=True)
class SimChance:
    """The life's own chance."""

    life: Life

    def random_bytes(self, count: int, /) -> bytes:
        return self.life.rng.randbytes(count)


@dataclass(frozen=True, slots=True)
class SimNetwork:
    """One machine alone."""

    def host(self) -> str:
        return "sim"

    def machine(self) -> Machine:
        return Machine()


@dataclass(frozen=True, slots=True)
class SimProcess:
    """One process alone."""

    def pid(self) -> int:
        return 1

    def who(self) -> str:
        return ""

    @contextmanager
    def hold(self, path: PurePath, words: bytes, /) -> Iterator[None]:
        yield

    def held(self, path: PurePath, /) -> bytes | None:
        return None

    @contextmanager
    def apart(
        self, work: str, asked: bytes, raw: bytes, limits: Limits, /
    ) -> Iterator[Iterator[bytes]]:
        """One thread alone: the work is done here."""
        module, _, name = work.partition(":")
        yield getattr(import_module(module), name)(asked, raw)

    def give_back(self) -> None:
        return


class Deaf:
    """A waker that hears nothing: the life says when a pass is due."""

    def wait(self, seconds: float) -> None:
        """Nobody waits."""

    def wake(self) -> None:
        """Nobody waits."""


@dataclass(frozen=True, slots=True)
class SimOffice:
    """The simulated people's editors."""

    disk: Disk

    def has_writer(self, path: PurePath, /) -> bool:
        return self.disk.open(str(path)).watched > 0

    def news(self, folder: PurePath, /) -> nullcontext[Waker]:
        return nullcontext(Deaf())


def world_of(life: Life) -> World:
    """The six faces of a life."""
    return World(
        disk=SimDisk(life.disk),
        clock=SimClock(life),
        chance=SimChance(life),
        network=SimNetwork(),
        process=SimProcess(),
        office=SimOffice(life.disk),
    )


class SimPath(PurePosixPath):
    """A name on the simulated disk; the same few names are asked for in every pass of a life."""

    @override
    def with_name(self, name: str) -> SimPath:
        return _named(self, name)

    @override
    def __truediv__(self, key: Any) -> SimPath:
        return _below(self, str(key))


@lru_cache(maxsize=NAMES)
def _named(path: SimPath, name: str) -> SimPath:
    return PurePosixPath.with_name(path, name)


@lru_cache(maxsize=NAMES)
def _below(path: SimPath, key: str) -> SimPath:
    return PurePosixPath.__truediv__(path, key)


@lru_cache(maxsize=NAMES)
def path_of(key: str) -> SimPath:
    """The path of `folder/name`."""
    return SimPath(key)


def fault(code: int) -> OSError:
    """An error of the system, as it tells it."""
    return OSError(code, os.strerror(code))
