"""Whether a pass over a team with years behind it takes as long as over a young one.

`python -m bench.years` founds a team twice and gives one of them what years leave in the store:
contents of its books, ended writes, answered questions and changes of cells. The same person's edit
and a quiet pass are timed in turn. `ratio:` is old to young (at most 1.5), `quiet_ratio:` the same
of a pass that finds nothing to do (at most 2). Exit 1 past either.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from model.records import (
    BatchKind,
    KeptKind,
    Question,
    QuestionKind,
    Source,
    Stamped,
    Stance,
)
from tests.sync.teams import HEAD, HIS, NOON, Office, close, few_spare_rows, found_office

LINES = 20_000
"""Of each kind: twenty saves, writes and answers of a working day for four years."""
ROUNDS = 9
MOST, MOST_QUIET = 1.5, 2.0
AGO = NOON - timedelta(days=700)


def main(arguments: Sequence[str]) -> int:
    """Builds, measures, prints; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    with few_spare_rows(), tempfile.TemporaryDirectory(prefix="years-") as folder:
        young, old = (found_office(Path(folder) / name) for name in ("young", "old"))
        try:
            for office in (young, old):
                office.rest()
            grow_old(old, options.lines)
            old.rest()
            times = measured({"young": young, "old": old}, options.rounds)
        finally:
            close(young)
            close(old)
    for name, seconds in times.items():
        print(f"{name}: {1000 * statistics.median(seconds):.1f} ms")
    ratio, quiet = (
        statistics.median(times[f"old {what}"]) / statistics.median(times[f"young {what}"])
        for what in ("edit", "quiet")
    )
    print(f"ratio: {ratio:.2f}")
    print(f"quiet_ratio: {quiet:.2f}")
    return 0 if ratio <= MOST and quiet <= MOST_QUIET else 1


def measured(offices: dict[str, Office], rounds: int) -> dict[str, list[float]]:
    """Seconds of a pass over an edit and of a quiet one, each team in turn."""
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        for name, office in offices.items():
            with office.edit(HIS) as pen:
                pen.put("deals", next(iter(office.rows("deals"))), note=f"{number}")
            times.setdefault(f"{name} edit", []).append(_seconds(office.sync))
            office.rest()
            times.setdefault(f"{name} quiet", []).append(_seconds(office.sync))
    return times


def grow_old(office: Office, lines: int) -> None:
    """What years leave in a store; each line is written as the product writes it."""
    row_id = next(iter(office.rows("clients")))
    with office.team.store.write() as writer:
        for number in range(lines):
            for book in (HEAD, HIS):
                writer.keep(book, 0, f"{number:064x}", KeptKind.SEEN, at=AGO)
                written = writer.intend(book, "", f"{number:064x}", "", AGO)
                writer.finish(written, "done")
            batch = writer.start_batch(BatchKind.SYNC, "", AGO)
            by = Stamped(AGO, "Орлов", Source.PERSON, HEAD, batch)
            writer.put("clients", row_id, {"note": f"{number}"}, by=by)
            old = Question(f"old|{number}", QuestionKind.FIX, "", "", "", "", "Орлов")
            asked = writer.ask(old, at=AGO)
            writer.show([asked.number], AGO.date())
            stance = (Stance.DONE, Stance.KEPT, Stance.GONE)[number % 3]
            writer.settle(asked.number, stance, answer="да", at=AGO, outcome="")


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
