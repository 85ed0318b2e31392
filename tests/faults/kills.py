"""The real daemon killed -9 at random moments while people save; the ledger is checked at the end.

`python -m tests.faults.kills [--kills N]`: three books, saves by renaming and in place, each start
after a kill a new process, forked from a parent that has imported the program. A start begins with
a pass over what was saved meanwhile, so most kills fall into that pass, and the save before them
too; after a rest one falls into the pass of a daemon that knows its books. Passes are timed at each
rest, and moments are dealt within that time. Teams live side by side, one to a worker.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Event

from tests.faults.slices import Tally, blocks, with_slices
from tests.live.keeper import Keeper, ask, keeping
from tests.live.office import Office, settle_in
from tests.live.parent import parenting
from tests.live.work import answered, nothing_lost_nothing_doubled, save
from tests.simulation.office import memory_folder
from tests.sync.small_team import ZONE, FakeWorld, founded

REST_EVERY = 10
STEP = 50
"""Kills of one team; then the total is written down and another team lives."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of the kills."""

    kills: int
    saves: int
    bad: tuple[str, ...]


@dataclass(slots=True)
class Pace:
    """How long a pass takes from a start, and from a save that a running daemon sees."""

    cold: float = 0.0
    warm: float = 0.0


@dataclass(slots=True)
class Hunt:
    """One team, its daemon, and the moments to kill it."""

    office: Office
    keeper: Keeper
    dice: random.Random
    pace: Pace = field(default_factory=Pace)
    token: str = ""
    """What was typed last."""

    def kill(self, number: int) -> None:
        """A save and a kill, in the first pass of the daemon."""
        length = self.pace.cold
        kill_at = self.dice.uniform(0, length)
        save_at = self.dice.uniform(-length, kill_at)
        if save_at <= 0:
            self.token = save(self.office, number)
        began = time.monotonic()
        self.keeper.start()
        if save_at > 0:
            _pause(began + save_at)
            self.token = save(self.office, number)
        _pause(began + kill_at)
        self.keeper.kill()

    def rest(self, number: int) -> None:
        """The daemon answers everything; then it sees a save and is killed over it."""
        if not self.token:
            self.token = save(self.office, number)
        began = time.monotonic()
        self.keeper.start()
        self.answered()
        self.pace.cold = time.monotonic() - began
        if number == 0:
            self.token = save(self.office, number)
            began = time.monotonic()
            self.answered()
            self.pace.warm = time.monotonic() - began
        self.token = save(self.office, number)
        _pause(time.monotonic() + self.dice.uniform(0, self.pace.warm))
        self.keeper.kill()

    def answered(self) -> None:
        """The daemon has answered the last save; the ones before it came first."""
        answered(self.office, self.keeper, self.token)


def _pause(until: float) -> None:
    Event().wait(max(until - time.monotonic(), 0))


def kill_often(kills: int, *, seed: int = 1) -> Score:
    """So many kills under saves, then everything that was typed is looked for."""
    root, bad = memory_folder(), list[str]()
    try:
        office = settle_in(ground(), root / "office")
        with _daemon(office, root) as keeper:
            hunt = Hunt(office, keeper, random.Random(seed))
            for number in range(kills):
                rests = number % REST_EVERY == 0
                (hunt.rest if rests else hunt.kill)(number)
            keeper.start()
            for token in list(office.typed):
                answered(office, keeper, token)
            nothing_lost_nothing_doubled(office)
            if keeper.end() != 0:
                bad.append(f"the daemon left with {keeper.code}")
        bad += [f"left: {path.name}" for path in office.folder.rglob("*.frozen.xlsx")]
        return Score(kills, len(office.typed), tuple(bad))
    except AssertionError as broken:
        return Score(kills, 0, (*bad, f"seed {seed}: {broken}"))
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _daemon(office: Office, root: Path) -> Iterator[Keeper]:
    """The daemon over an office, killed once that it may be started."""
    with (
        parenting() as parent,
        keeping(office.folder, office.root, root / "said.txt", parent=parent) as keeper,
    ):
        keeper.kill()
        yield keeper


@cache
def ground() -> Path:
    """A founded team after its first pass, once a process; its folder stays until that ends."""
    place = memory_folder()
    Finalize(None, shutil.rmtree, (place, True), exitpriority=0)
    founded(place, FakeWorld(now=datetime.now(ZONE)))
    said = ask("sync", str(place / "team"), root=place / "state", cwd=place)
    assert said.returncode == 0, said.stderr
    return place


def hunted(file: Path | None, block: int | None, kills: int, *, seed: int, workers: int) -> Tally:
    """The total with the next kills, each block of them on a team of its own."""
    tally = Tally.read(file, kills)
    steps = blocks(tally.next(block), STEP)
    seeds = [numbers.start + seed for numbers in steps]
    began = time.perf_counter()
    with ProcessPoolExecutor(workers) as pool:
        for score in pool.map(_one, [len(numbers) for numbers in steps], seeds):
            took, began = time.perf_counter() - began, time.perf_counter()
            counts = {"kills": score.kills, "saves": score.saves}
            tally.add(score.kills, took, counts, score.bad)
    return tally


def _one(kills: int, seed: int) -> Score:
    return kill_often(kills, seed=seed)


def main(words: Sequence[str] | None = None) -> int:
    """Print what came of the kills; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    with_slices(parser)
    asked = parser.parse_args(words)
    tally = hunted(asked.resume, asked.block, asked.kills, seed=asked.seed, workers=asked.workers)
    code = tally.told()
    print(f"{tally.counts['saves']} passed, {len(tally.bad)} failed")
    return code


if __name__ == "__main__":
    sys.exit(main())
