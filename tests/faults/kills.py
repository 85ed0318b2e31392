"""The real daemon killed -9 at random moments while people save; the ledger is checked at the end.

`python -m tests.faults.kills [--kills N]`: three books, saves by renaming and in place, each start
after a kill a new process. Between kills several saves may fall; the daemon is given time to answer
all of them only now and then.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.faults.slices import Tally, blocks, with_slices
from tests.live.keeper import keeping, until
from tests.live.office import settle_in
from tests.live.work import answered, breath, generation, nothing_lost_nothing_doubled, save
from tests.sync.small_team import ZONE, FakeWorld, founded

LONGEST_BREATH = 2.5
"""A pass of this team takes about as long, so a kill falls anywhere in it."""
REST_EVERY = 10
STEP = 50
"""Kills of one team; then the total is written down and another team is founded."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of the kills."""

    kills: int
    saves: int
    bad: tuple[str, ...]
    seconds: float


def kill_often(kills: int, *, seed: int = 1) -> Score:
    """So many kills under saves, then everything that was typed is looked for."""
    dice, began = random.Random(seed), time.perf_counter()
    root = Path(tempfile.mkdtemp(prefix="kills-"))
    bad: list[str] = []
    try:
        (root / "ground").mkdir()
        founded(root / "ground", FakeWorld(now=datetime.now(ZONE)))
        office = settle_in(root / "ground", root / "office")
        with keeping(office.folder, office.root, root / "said.txt") as keeper:
            until(lambda: all(generation(h) == 1 for h in office.hands), "the first pass", keeper)
            for number in range(kills):
                breath(dice.uniform(0, LONGEST_BREATH))
                token = save(office, number)
                breath(dice.uniform(0, LONGEST_BREATH))
                keeper.kill()
                keeper.start()
                if number % REST_EVERY == REST_EVERY - 1 or number == kills - 1:
                    answered(office, keeper, token)
            for token in list(office.typed):
                answered(office, keeper, token)
            nothing_lost_nothing_doubled(office)
            if keeper.end() != 0:
                bad.append(f"the daemon left with {keeper.code}")
        bad += [f"left: {path.name}" for path in office.folder.rglob("*.frozen.xlsx")]
        return Score(kills, len(office.typed), tuple(bad), time.perf_counter() - began)
    except AssertionError as broken:
        return Score(kills, 0, (*bad, str(broken)), time.perf_counter() - began)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def sliced(file: Path | None, block: int | None, kills: int) -> int:
    """The next kills, each block on a team of its own; 1 when anything was lost."""
    tally = Tally.read(file, kills)
    for numbers in blocks(tally.next(block), STEP):
        score = kill_often(len(numbers), seed=numbers.start + 1)
        counts = {"kills": score.kills, "saves": score.saves}
        tally.add(len(numbers), score.seconds, counts, score.bad)
    code = tally.told()
    print(f"{tally.counts['saves']} passed, {len(tally.bad)} failed")
    return code


def main(words: Sequence[str] | None = None) -> int:
    """Print what came of the kills; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    with_slices(parser)
    asked = parser.parse_args(words)
    if asked.resume is not None or asked.block is not None:
        return sliced(asked.resume, asked.block, asked.kills)
    score = kill_often(asked.kills, seed=asked.seed)
    for line in score.bad:
        print(f"bad: {line}")
    print(f"kills: {score.kills}")
    print(f"saves: {score.saves}")
    print(f"seconds_a_kill: {score.seconds / max(score.kills, 1):.1f}")
    print(f"{0 if score.bad else score.saves} passed, {len(score.bad)} failed")
    return 1 if score.bad else 0


if __name__ == "__main__":
    sys.exit(main())
