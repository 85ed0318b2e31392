"""`python -m tests.simulation --seeds 20000`: lives of simulated teams, each checked by the ledger.

Prints the seeds that failed with the command that replays them, now and then how far it is, the
lives per second, what was excused, and ends in `N passed, N failed`. `--seed 17` lives one life
twice, tells it and compares its bytes; `--tried` ends it in a trial as the mutants are tried.
With `--resume FILE` a long run goes on where it was stopped; failures of earlier slices count.
Lives on other code do not: then the count begins anew.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.simulation import lived_on
from tests.simulation.bind import bound
from tests.simulation.broken import Broken
from tests.simulation.run import digest, live

BLOCK = 250
TELL_EVERY = 60
"""Seconds between two words about how far it is."""
MOST_TOLD = 40
"""Failed seeds that are printed; the others are counted, and kept in the file of a long run."""
YOUNG = 200_000
"""Objects made before Python looks for rubbish in circles: lives leave next to none."""
ENGINE = "engine"
"""Word before the digest of the code in the file of a long run."""


@dataclass(slots=True)
class Tally:
    """What came out of some lives."""

    lived: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)
    only_copies: int = 0
    """Values that were found in a copy alone: saves that were late, or replaced at once."""
    excused: int = 0
    """Values of saves that were read in a pass which then failed or was killed, and replaced before
    another pass could keep them: the one excuse there is."""

    def add(self, other: Tally) -> None:
        """Both together."""
        self.lived += other.lived
        self.failed += other.failed
        self.only_copies += other.only_copies
        self.excused += other.excused


def spare() -> None:
    """Rubbish is looked for seldom, and not among what was imported."""
    gc.freeze()
    gc.set_threshold(YOUNG)


def block(first: int, last: int) -> Tally:
    """The lives of the seeds from the first to before the last."""
    tally = Tally(last - first)
    with bound():
        for seed in range(first, last):
            try:
                life = live(seed)
            except Broken as broken:
                tally.failed.append((seed, str(broken)))
            except Exception as error:  # noqa: BLE001  # whatever the engine raises is a finding
                tally.failed.append((seed, f"{type(error).__name__}: {error}"))
            else:
                tally.only_copies += life.only_copies
                tally.excused += life.excused
    return tally


def replay(seed: int, *, tried: bool | None) -> int:
    """One life told, lived twice; the exit code."""
    with bound():
        try:
            life = live(seed, tried=tried)
        except Broken as broken:
            print(f"seed {seed}: {broken}")
            return 1
        again = live(seed, tried=tried)
    print("\n".join(life.told))
    same = digest(life) == digest(again)
    print(f"seed {seed}: {digest(life)} {'again' if same else 'but then ' + digest(again)}")
    return 0 if same else 1


def run(first: int, seeds: int, *, workers: int, mark: Path | None) -> int:
    """All seeds in blocks; the exit code."""
    tally, engine = Tally(), ""
    if mark is not None:
        engine = code()
        tally = _read(mark, engine)
        print(f"code {engine}: going on after {tally.lived} lives, {len(tally.failed)} failed")
    start, end = first + tally.lived, first + seeds
    began = spoke = time.perf_counter()
    blocks = [(at, min(at + BLOCK, end)) for at in range(start, end, BLOCK)]
    with ProcessPoolExecutor(workers, initializer=spare) as pool:
        for found in pool.map(block, *zip(*blocks, strict=True)) if blocks else ():
            for line in told(found.failed[: max(MOST_TOLD - len(tally.failed), 0)]):
                print(line, flush=True)
            tally.add(found)
            if mark is not None:
                _write(mark, tally, engine)
            now = time.perf_counter()
            if now - spoke > TELL_EVERY:
                spoke, rate = now, (first + tally.lived - start) / (now - began)
                left = (seeds - tally.lived) / rate / 60
                words = f"{tally.lived:,} lives, {len(tally.failed)} failed, {rate:.0f} a second"
                print(f"{words}, {left:.0f} minutes left", file=sys.stderr, flush=True)
    print(f"seeds per second: {(end - start) / (time.perf_counter() - began):.0f}")
    print(f"values found in a copy alone: {tally.only_copies}")
    print(f"values excused, held by a failed pass and replaced at once: {tally.excused}")
    print(f"{tally.lived - len(tally.failed)} passed, {len(tally.failed)} failed")
    return 1 if tally.failed else 0


def code() -> str:
    """The digest of the code that lives run through."""
    with bound():
        return lived_on.digest_of(lived_on.modules_of(partial(live, n) for n in lived_on.SAMPLE))


def _read(mark: Path, engine: str) -> Tally:
    """How far an earlier slice came: the sums in the first line, then the code, then failures."""
    if not mark.exists():
        return Tally()
    sums, was, *failed = mark.read_text(encoding="utf-8").splitlines()
    lived, only_copies, excused = map(int, sums.split())
    if was != f"{ENGINE} {engine}":
        print(f"the code has changed: {lived} earlier lives do not count")
        return Tally()
    pairs = [line.partition(" ") for line in failed]
    return Tally(lived, [(int(seed), how) for seed, _, how in pairs], only_copies, excused)


def _write(mark: Path, tally: Tally, engine: str) -> None:
    sums = f"{tally.lived} {tally.only_copies} {tally.excused}"
    failed = (f"{seed} {how}".replace("\n", " ") for seed, how in tally.failed)
    new = mark.with_name(f"{mark.name}.new")
    new.write_text("\n".join((sums, f"{ENGINE} {engine}", *failed)), encoding="utf-8")
    new.replace(mark)


def told(bad: list[tuple[int, str]], command: str = "tests.simulation") -> Iterator[str]:
    """Each failure with the command that shows it again."""
    for seed, how in bad:
        yield f"seed {seed}: {how}; python -m {command} --seed {seed}"


def main() -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--tried", action="store_true", default=None)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--resume", type=Path)
    given = parser.parse_args()
    if given.seed is not None:
        return replay(given.seed, tried=given.tried)
    return run(given.first, given.seeds, workers=given.workers, mark=given.resume)


if __name__ == "__main__":
    raise SystemExit(main())
