"""`python -m tests.access --teams 1000`: no word of a foreign row in any file of any team.

Each team is founded from its seed with departments and all roles, synced, then rows of two clients
change owner while the leaver's book still holds unread edits of them, and every file is looked
through after each pass. `--resume FILE` goes on where an earlier call stopped; `--boards N` gives
every N-th team the figure sheets as well; `--plant` puts a foreign word into one book and must find
it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.access.leaks import Leak, leaks, missing
from tests.access.teams import Firm, drawn_once, made
from tests.access.trials import moved, plant
from tests.faults.slices import Tally
from tests.quick import remembering

BLOCK = 10
TWICE = 5
"""Every so many teams rows go on from hand to hand: what moved once moves again."""


def looked(firm: Firm, seed: int, counts: Counter[str]) -> Iterator[str]:
    """What is wrong in the files as they stand."""
    counts["books"] += len(firm.books())
    found: list[Leak] = list(leaks(firm, seed))
    counts["leaks"] += len(found)
    yield from map(str, found)
    lost = list(missing(firm))
    counts["missing"] += len(lost)
    yield from (f"{seed}: {one}" for one in lost)


def life(seed: int, *, boards: bool, counts: Counter[str]) -> Iterator[str]:
    """One team: founded, filled, two rounds of rows changing hands."""
    place = Path(tempfile.mkdtemp(prefix="access-"))
    try:
        firm = made(place, seed, boards=boards)
        firm.sync()
        yield from looked(firm, seed, counts)
        for _ in range(2 if seed % TWICE == 0 else 1):
            kept = moved(firm)
            also = moved(firm, but=kept.bundle)
            firm.sync()
            counts["moves"] += 2
            yield from looked(firm, seed, counts)
            yield from (f"{seed}: {one}" for move in (kept, also) for one in move.lost())
        firm.team.store.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main() -> int:
    """1 when anything was found or lost."""
    ask = argparse.ArgumentParser(prog="python -m tests.access", description=__doc__)
    ask.add_argument("--teams", type=int, default=1000)
    ask.add_argument("--boards", type=int, default=20, metavar="N")
    ask.add_argument("--resume", type=Path)
    ask.add_argument("--block", type=int, help="so many teams now")
    ask.add_argument("--plant", action="store_true")
    given = ask.parse_args()
    if given.plant:
        return plant()
    tally = Tally.read(given.resume, given.teams)
    waiting = list(tally.next(given.block))
    with drawn_once():
        while waiting:
            part, waiting = waiting[:BLOCK], waiting[BLOCK:]
            began, counts = time.process_time(), Counter[str]()
            with remembering():
                bad = [
                    line
                    for seed in part
                    for line in life(seed, boards=seed % given.boards == 0, counts=counts)
                ]
            tally.add(len(part), time.process_time() - began, counts, bad)
    return tally.told()


if __name__ == "__main__":
    sys.exit(main())
