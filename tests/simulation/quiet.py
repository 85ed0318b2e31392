"""`python -m tests.simulation.quiet --passes 10000`: a daemon with nothing to do touches nothing.

A real team on a real disk is brought to rest. Then the daemon's own loop turns that often on a
clock that the waits drive, and as many passes are made on top of it. Counted are the bytes and
times of every file of the team's folder and state, the calls of the disk that could write, and
workbooks opened: all must be none. The loop runs without a lease, whose sign of life is a write by
design.
Ends in `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sync.cycle import Memory, PassReport, run_pass
from sync.daemon import watch
from sync.team import Team
from sync.world import World
from tests.sync.small_team import START, ZONE, FakeWorld, copied_team, founded

WRITING = ("create", "exchange", "rename", "place", "unlink", "make_folder", "sync_folder")
PAGES = ("open", "load", "write")
RESTS = 8
DAY_BEGINS = datetime.combine(START, datetime.min.time(), ZONE) + timedelta(hours=8, minutes=31)
"""The morning is over, and so many seconds of turns and passes end on the same day."""


class Counted:
    """Another object whose named methods are counted."""

    def __init__(self, real: object, names: tuple[str, ...], calls: Counter[str]) -> None:
        self._real, self._names, self._calls = real, names, calls

    def __getattr__(self, name: str) -> Any:
        if name in self._names:
            self._calls[name] += 1
        return getattr(self._real, name)


@dataclass(slots=True)
class Stopper:
    """Waits by moving the clock, and ends the loop after so many turns."""

    clock: FakeWorld
    turns: int
    waited: int = 0

    def wait(self, seconds: float) -> None:
        self.clock.later(seconds=seconds)
        self.waited += 1

    def wake(self) -> None:
        """Nobody wakes it."""

    def is_set(self) -> bool:
        return self.waited >= self.turns


@dataclass(frozen=True, slots=True)
class Score:
    """What a quiet daemon did."""

    passes: int
    moved: tuple[str, ...]
    """Files that changed, came or went."""
    writes: dict[str, int]
    opened: dict[str, int]
    told: int
    """Turns that were not quiet."""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Nothing was touched."""
        return not (self.moved or self.writes or self.opened or self.told)


def rest(place: Path, passes: int) -> Score:
    """A team at rest, watched for so many turns and passed over so many times."""
    clock = FakeWorld(now=DAY_BEGINS)
    founded(place / "ground", clock)
    with copied_team(place / "ground", place / "work") as plain:
        disk, books = Counter[str](), Counter[str]()
        team = replace(plain, books=Counted(plain.books, PAGES, books))
        real = clock.world()
        world = replace(real, disk=Counted(real.disk, WRITING, disk))
        memory = Memory()
        for _ in range(RESTS):
            clock.later(minutes=1)
            run_pass(team, world, memory=memory)
        _turn(team, world, clock, 3)
        disk.clear()
        books.clear()
        before, told, seconds = prints(place / "work"), 0, {}
        began = time.perf_counter()
        told += _turn(team, world, clock, passes)
        seconds["turn"] = (time.perf_counter() - began) / passes
        began = time.perf_counter()
        for _ in range(passes):
            clock.later(seconds=1)
            told += not run_pass(team, world, memory=memory).quiet
        seconds["pass"] = (time.perf_counter() - began) / passes
        after = prints(place / "work")
    moved = {name for name, _ in before.items() ^ after.items()}
    return Score(passes, tuple(sorted(moved)), dict(disk), dict(books), told, seconds)


def _turn(team: Team, world: World, clock: FakeWorld, turns: int) -> int:
    """So many turns of the daemon's loop after its first one; how many of them told anything."""
    told: list[PassReport] = []
    stopper = Stopper(clock, turns)
    watch(team, world, stopper, stop=stopper, tell=told.append)
    return len(told)


def prints(place: Path) -> dict[str, tuple[str, int]]:
    """Fingerprint and time of every file."""
    return {
        str(path.relative_to(place)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def main() -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.quiet", description=__doc__)
    parser.add_argument("--passes", type=int, default=10_000)
    given = parser.parse_args()
    place = Path(mkdtemp(prefix="crm-quiet-"))
    try:
        score = rest(place, given.passes)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(f"turns of the daemon: {score.passes}, {score.seconds['turn'] * 1000:.1f} ms each")
    print(f"passes on top of it: {score.passes}, {score.seconds['pass'] * 1000:.1f} ms each")
    print(f"files moved: {', '.join(score.moved) or 'none'}")
    print(f"calls that could write: {score.writes or 'none'}")
    print(f"workbooks opened or written: {score.opened or 'none'}")
    print(f"passes that were not quiet: {score.told}")
    print(f"{int(score.good)} passed, {int(not score.good)} failed")
    return 0 if score.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
