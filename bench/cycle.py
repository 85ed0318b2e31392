"""`python -m bench.cycle`: one pass of a running daemon after a one-row edit, against reading.

The team is the demo (five managers), founded from its seed and brought up to date once, kept in
`.bench/` of the working folder. A person changes one cell of the owner's book; the pass that
follows is measured, and the pass after it, which has to find nothing to do. The reference is a
full read of that book by python-calamine right before and right after the pass: other work on the
machine slows both. The median of the rounds counts. `large_ratio` is the part of a pass that
handles the file (read again, patch, prove) for the large book of the benchmarks. Times are of the
processor, the rest after a pass included; `--profile` shows where a pass spends them. `peak_mb` is
the most that the daemon's process ever held before the large book came; the person and the
reference are processes of their own (`bench.person`).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from bench.books import DEALS, crm_book, deal_count
from bench.demo import DEMO, found_demo
from bench.read import read_all
from bench.timing import timed
from model.blueprint import Role
from sync.cycle import Memory, run_pass
from sync.ooxml import ANY, Result, SetValue, patch
from sync.opening import opened
from sync.sweeping import rest
from sync.team import Team, find_state
from sync.world import World
from sync.world.real import real_world

ROUNDS = 8
"""Edits of deals of several managers: each of them is written into a second book."""
FIRST_ROW = 1_000
KB = 1024
ZONE = ZoneInfo("Europe/Moscow")


def main() -> int:
    """Print the figures; 1 when a pass did not do what was expected."""
    options = _options()
    found_demo()
    with opened(find_state(DEMO / "team", DEMO / "state", Path.cwd())) as team:
        seen = _passes(team, options.profile)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB
    print(f"calamine_s: {median(seen.reads):.3f}")
    print(f"cold_ratio: {seen.cold:.2f}")
    print(f"quiet_ratio: {median(seen.quiet):.2f}")
    if options.large:
        print(f"large_ratio: {_large(options.size):.2f}")
    print(f"ratio: {median(seen.edited):.2f}")
    print(f"peak_mb: {peak:.0f}")
    return 0


@dataclass(slots=True)
class Seen:
    """Passes and quiet ones, each as a share of the reads around it, and the reads in seconds."""

    edited: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    cold: float = 0.0


def _passes(team: Team, shown: int) -> Seen:
    """The pass that reads every book first, then those after an edit with the quiet ones."""
    world, memory, seen = real_world(ZONE, 0), Memory(), Seen()
    with team.store.read() as reader:
        (state,) = (s for s in reader.books() if s.role == Role.OWNER.value)
    path = team.path(state)
    run_pass(team, world, memory=memory)  # a new day may have to be written
    _edit(path, ROUNDS)
    seen.reads.append(_read(path))
    seen.cold = timed(lambda: _expect(team, world, memory, 1, edits=1)) / seen.reads[0]
    for turn in range(ROUNDS):
        _edit(path, turn)
        before = _read(path)
        edited = timed(partial(_expect, team, world, memory, turn + 2, edits=1), shown)
        after = _read(path)
        quiet = timed(lambda: _expect(team, world, memory, 0, edits=0))
        read = (before + after) / 2
        seen.reads.append(read)
        seen.edited.append(edited / read)
        seen.quiet.append(quiet / read)
    return seen


def _expect(team: Team, world: World, memory: Memory, number: int, *, edits: int) -> None:
    report = run_pass(team, world, memory=memory)
    if not report.quiet:
        rest(number, world.process)
    found = sum(book.edits for book in report.books)
    faults = [book.fault for book in report.books if book.fault]
    assert found == edits and not faults, (found, faults)  # noqa: PT018


def _edit(path: Path, turn: int) -> None:
    """A person types into the comment of a deal and saves."""
    _outside("type", path, str(FIRST_ROW + turn))


def _read(path: Path) -> float:
    return float(_outside("read", path))


def _outside(verb: str, path: Path, *more: str) -> str:
    command = (sys.executable, "-m", "bench.person", verb, str(path), *more)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _large(size: str) -> float:
    """Read again, patched and proven after a one-row edit, to a full read of the same book."""
    path = crm_book(size)
    known = read_all(path.read_bytes(), None)
    row = deal_count(size) // 2
    theirs = patch(known[0], [SetValue(DEALS, f"G{row}", ANY, Decimal(7))])

    def handle() -> None:
        new = read_all(theirs.raw, known)
        ours = patch(new[0], [SetValue(DEALS, f"T{row}", ANY, "принято")])
        assert ours.receipt.outcomes[0].result is Result.APPLIED

    return min(timed(handle) for _ in range(ROUNDS)) / min(_read(path) for _ in range(ROUNDS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("S", "M", "L"), default="L", help="of the large book")
    parser.add_argument("--large", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--profile", type=int, default=0, help="lines of the profile to show")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
