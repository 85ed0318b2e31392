"""`python -m tests.access --teams 1000`: no word of a foreign row in any file of any team.

Ten teams go on from one that was founded from its seed with departments and all roles
(`tests.access.lives`): clients come, sellers change departments, and rows of two clients change
owner while the leaver's book still holds unread edits of them. Every file is looked through after
each pass. `--resume FILE` goes on where an earlier call stopped; `--boards N` gives every N-th
founded team the figure sheets as well; with `--by-hand` the owner types the new manager of a
client and its deals, and all that hangs on them follows by itself; `--plant` puts a foreign word
into one book and must find it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.access.leaks import Leak, leaks, missing
from tests.access.lives import LIVES, branched, days
from tests.access.teams import Firm, drawn_once, made
from tests.access.trials import plant
from tests.faults.slices import Tally
from tests.quick import remembering


def looked(firm: Firm, seed: int, counts: Counter[str]) -> Iterator[str]:
    """What is wrong in the files as they stand."""
    counts["books"] += len(firm.books())
    found: list[Leak] = list(leaks(firm, seed))
    counts["leaks"] += len(found)
    yield from map(str, found)
    lost = list(missing(firm))
    counts["missing"] += len(lost)
    yield from (f"{seed}: {one}" for one in lost)


def lives(
    seeds: Sequence[int], *, boards: bool, by_hand: bool, counts: Counter[str]
) -> Iterator[str]:
    """One founded team, looked through, and the lives that go on from it."""
    with tempfile.TemporaryDirectory(prefix="access-") as place:
        root = Path(place)
        first = made(root / "first", seeds[0] // LIVES, boards=boards)
        first.by_hand = by_hand
        first.sync()
        counts["founded"] += 1
        yield from looked(first, seeds[0], counts)
        for seed in seeds:
            firm = branched(first, root / str(seed), seed)
            try:
                yield from life(firm, seed, counts)
            except AssertionError as fault:  # a book that was not written: the others go on
                yield f"{seed}: {fault}"
            firm.team.store.close()
            shutil.rmtree(root / str(seed))
        first.team.store.close()


def life(firm: Firm, seed: int, counts: Counter[str]) -> Iterator[str]:
    """The days of one team."""
    for moves in days(firm, seed):
        firm.sync()
        counts["moves"] += len(moves)
        yield from looked(firm, seed, counts)
        yield from (f"{seed}: {one}" for move in moves for one in move.lost())


def main() -> int:
    """1 when anything was found or lost."""
    ask = argparse.ArgumentParser(prog="python -m tests.access", description=__doc__)
    ask.add_argument("--teams", type=int, default=1000)
    ask.add_argument("--boards", type=int, default=20, metavar="N")
    ask.add_argument("--resume", type=Path)
    ask.add_argument("--block", type=int, help="so many teams now")
    ask.add_argument("--by-hand", action="store_true")
    ask.add_argument("--plant", action="store_true")
    given = ask.parse_args()
    if given.plant:
        return plant()
    tally = Tally.read(given.resume, given.teams)
    waiting = list(tally.next(given.block))
    with drawn_once():
        while waiting:
            room = LIVES - waiting[0] % LIVES
            part, waiting = waiting[:room], waiting[room:]
            began, counts = time.process_time(), Counter[str]()
            boards = (part[0] // LIVES) % given.boards == 0
            with remembering():
                bad = list(lives(part, boards=boards, by_hand=given.by_hand, counts=counts))
            tally.add(len(part), time.process_time() - began, counts, bad)
    return tally.told()


if __name__ == "__main__":
    sys.exit(main())
