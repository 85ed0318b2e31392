"""`python -m bench.cycle`: one pass of a running daemon after a one-row edit, against reading.

The team is the demo (five managers), founded from its seed and brought up to date once, kept in
`.bench/` of the working folder. A person changes one cell of the owner's book; the pass that
follows is measured, and the pass after it, which has to find nothing to do. The reference is a
full read of that book by python-calamine in the same run. `large_ratio` is the part of a pass that
handles the file (read again, patch, prove) for the large book of the benchmarks. Times are of the
processor, the rest after a pass included; `--profile` shows where a pass spends them. `peak_mb` is
the most that the process ever held before the large book came.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.books import DEALS, crm_book, deal_count
from bench.demo import DEMO, found_demo
from bench.read import read_all
from bench.timing import timed
from model.blueprint import Role
from sync.cycle import Memory, run_pass
from sync.ooxml import ANY, BookFile, Result, SetValue, col_letter, patch, read_lines
from sync.opening import opened
from sync.sweeping import rest
from sync.team import Team, find_state
from sync.world import World
from sync.world.real import real_world

ROUNDS = 6
"""Edits of deals of several managers: each of them is written into a second book."""
FIRST_ROW = 1_000
KB = 1024
ZONE = ZoneInfo("Europe/Moscow")


def main() -> int:
    """Print the figures; 1 when a pass did not do what was expected."""
    options = _options()
    found_demo()
    with opened(find_state(DEMO / "team", DEMO / "state", Path.cwd())) as team:
        cold, edited, quiet, reference = _passes(team, options.profile)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB
    print(f"calamine_s: {reference:.3f}")
    print(f"cold_ratio: {cold / reference:.2f}")
    print(f"quiet_ratio: {quiet / reference:.2f}")
    if options.large:
        print(f"large_ratio: {_large(options.size):.2f}")
    print(f"ratio: {edited / reference:.2f}")
    print(f"peak_mb: {peak:.0f}")
    return 0


def _passes(team: Team, shown: int) -> tuple[float, float, float, float]:
    """Seconds of a pass that reads every book first, after an edit, when quiet; the reference."""
    world = real_world(ZONE, 0)
    memory = Memory()
    with team.store.read() as reader:
        (state,) = (s for s in reader.books() if s.role == Role.OWNER.value)
    path, edited, quiet = team.path(state), [], []
    run_pass(team, world, memory=memory)  # a new day may have to be written
    _edit(path, ROUNDS)
    cold = timed(lambda: _expect(team, world, memory, edits=1))
    for turn in range(ROUNDS):
        _edit(path, turn)
        edited.append(timed(lambda: _expect(team, world, memory, edits=1), shown))
        quiet.append(timed(lambda: _expect(team, world, memory, edits=0)))
    return cold, min(edited), min(quiet), min(_calamine(path) for _ in range(ROUNDS))


def _expect(team: Team, world: World, memory: Memory, *, edits: int) -> None:
    report = run_pass(team, world, memory=memory)
    if not report.quiet:
        rest(1)
    found = sum(book.edits for book in report.books)
    faults = [book.fault for book in report.books if book.fault]
    assert found == edits and not faults, (found, faults)  # noqa: PT018


def _edit(path: Path, turn: int) -> None:
    """A person types into the comment of a deal and saves."""
    book = BookFile.open(path.read_bytes(), name=path.name)
    keys = read_lines(book, DEALS).rows[1]
    (col,) = (c for c, cell in keys.items() if cell.text == "deals.note")
    text = f"Позвонить после обеда {datetime.now(ZONE)}"
    done = patch(book, [SetValue(DEALS, f"{col_letter(col)}{FIRST_ROW + turn}", ANY, text)])
    assert done.receipt.outcomes[0].result is Result.APPLIED, done.receipt.outcomes
    path.write_bytes(done.raw)


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

    return min(timed(handle) for _ in range(ROUNDS)) / _calamine(path)


def _calamine(path: Path) -> float:
    from python_calamine import CalamineWorkbook

    raw = path.read_bytes()

    def read() -> None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        assert all(book.get_sheet_by_name(name).to_python() or True for name in book.sheet_names)

    return min(timed(read) for _ in range(ROUNDS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=("S", "M", "L"), default="L", help="of the large book")
    parser.add_argument("--large", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--profile", type=int, default=0, help="lines of the profile to show")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
