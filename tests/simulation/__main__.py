"""`python -m tests.simulation --seeds 20000`: lives of simulated teams, each checked by the ledger.

Prints the seeds that failed with the command that replays them, the seeds per second, and ends in
`N passed, N failed`. `--seed 17` lives one life twice, tells it and compares its bytes. With
`--resume FILE` a long run goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.bind import bound
from tests.simulation.run import Broken, digest, live

BLOCK = 250


def block(first: int, last: int) -> list[tuple[int, str]]:
    """Seeds from the first to before the last that failed, and how."""
    bad = []
    with bound():
        for seed in range(first, last):
            try:
                live(seed)
            except Broken as broken:
                bad.append((seed, str(broken)))
            except Exception as error:  # noqa: BLE001  # whatever the engine raises is a finding
                bad.append((seed, f"{type(error).__name__}: {error}"))
    return bad


def replay(seed: int) -> int:
    """One life told, lived twice; the exit code."""
    with bound():
        try:
            life = live(seed)
        except Broken as broken:
            print(f"seed {seed}: {broken}")
            return 1
        again = live(seed)
    print("\n".join(life.told))
    same = digest(life) == digest(again)
    print(f"seed {seed}: {digest(life)} {'again' if same else 'but then ' + digest(again)}")
    return 0 if same else 1


def run(first: int, seeds: int, *, workers: int, mark: Path | None) -> int:
    """All seeds in blocks; the exit code."""
    start, end = first, first + seeds
    if mark is not None and mark.exists():
        start = max(first, int(mark.read_text(encoding="ascii")))
        print(f"going on at seed {start}")
    began, failed = time.perf_counter(), 0
    blocks = [(at, min(at + BLOCK, end)) for at in range(start, end, BLOCK)]
    with ProcessPoolExecutor(workers) as pool:
        for done, bad in enumerate(pool.map(block, *zip(*blocks, strict=True)), start=1):
            for line in told(bad):
                print(line, flush=True)
            failed += len(bad)
            at = blocks[done - 1][1]
            if mark is not None:
                mark.write_text(str(at), encoding="ascii")
            if done % 40 == 0:
                print(f"{at - start} lives, {failed} broken", file=sys.stderr, flush=True)
    lived = end - start
    print(f"seeds per second: {lived / (time.perf_counter() - began):.0f}")
    print(f"{lived - failed} passed, {failed} failed")
    return 1 if failed else 0


def told(bad: list[tuple[int, str]], program: str = "tests.simulation") -> Iterator[str]:
    """Each failure with the command that shows it again."""
    for seed, how in bad:
        yield f"seed {seed}: {how}; python -m {program} --seed {seed}"


def main() -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--resume", type=Path)
    given = parser.parse_args()
    if given.seed is not None:
        return replay(given.seed)
    return run(given.first, given.seeds, workers=given.workers, mark=given.resume)


if __name__ == "__main__":
    raise SystemExit(main())
