"""Worlds of tests: the machine's own faces, with a clock and chance that a test gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sync.world import World
from sync.world.real import real_world


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


def world_of(
    now: Callable[[], datetime],
    random_bytes: Callable[[int], bytes],
    settle: Callable[[], object] = lambda: None,
) -> World:
    """This machine with another clock and other chance."""
    real = real_world(UTC, 0)
    return replace(real, clock=TestClock(now, settle), chance=TestChance(random_bytes))
