"""Worlds of tests: the machine's own faces, with a clock and chance that a test gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module

from typing_extensions import override

from sync.world import Limits, World
from sync.world.real import real_world
from sync.world.real_process import RealProcess


@dataclass(frozen=True, slots=True)
class TestClock:
    """Stands where a test puts it; nobody waits."""

    __test__ = False

    at: Callable[[], datetime]
    settling: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        return self.at()

    def settle(self) -> None:
        self.settling()

    def wait(self, seconds: float, /) -> None:
        self.settling()


@dataclass(frozen=True, slots=True)
class TestChance:
    """Bytes from a seed."""

    __test__ = False

    random_bytes: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class NearProcess(RealProcess):
    """This process, which reads strangers' files itself: starting another one takes a second."""

    @override
    @contextmanager
    def apart(
        self, work: str, asked: bytes, raw: bytes, limits: Limits, /
    ) -> Iterator[Iterator[bytes]]:
        module, _, name = work.partition(":")
        yield getattr(import_module(module), name)(asked, raw)


def world_of(
    now: Callable[[], datetime],
    random_bytes: Callable[[int], bytes],
    settle: Callable[[], object] = lambda: None,
) -> World:
    """This machine with another clock and other chance, and strangers' files read near."""
    return replace(
        real_world(UTC, 0),
        clock=TestClock(now, settle),
        chance=TestChance(random_bytes),
        process=NearProcess(),
    )
