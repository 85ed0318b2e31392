"""`python -m tests.simulation.mutants`: the rules of the merge broken one by one.

A mutant is the engine with one function replaced in the place where it is looked up. It is killed
when some life breaks a promise. Prints each with the seed that killed it and ends in
`N passed, N failed`: failed are the mutants that outlived all their seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from tests.simulation.bind import bound
from tests.simulation.broken_rules import MUTANTS
from tests.simulation.run import founded, live

SEEDS = 1000


@contextmanager
def broken(name: str) -> Iterator[None]:
    """The engine without one of its rules; no team that it founded outlives it."""
    mutant = MUTANTS[name]
    where, attribute = _holder(mutant.place)
    founded.cache_clear()  # a team founded by the whole engine, or another mutant's, proves nothing
    try:
        with patch.object(where, attribute, mutant.instead(getattr(where, attribute))):
            yield
    finally:
        founded.cache_clear()


def kill(name: str, seeds: int) -> tuple[str, int | None, str]:
    """The mutant's name, the seed that killed it or None, and how it died."""
    with bound(), broken(name):
        for seed in range(seeds):
            try:
                live(seed, tried=True)
            except Exception as error:  # noqa: BLE001  # any failure is a death
                return name, seed, f"{type(error).__name__}: {error}"[:70]
    return name, None, ""


def _holder(place: str) -> tuple[Any, str]:
    parts = place.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            where: Any = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:-1]:
            where = getattr(where, name)
        return where, parts[-1]
    raise LookupError(place)


def killed(names: list[str], seeds: int, workers: int) -> Iterator[tuple[str, int | None, str]]:
    """Each mutant's end, in the order given."""
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(kill, names, [seeds] * len(names))


def main() -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    names = given.names or list(MUTANTS)
    alive = 0
    for name, seed, how in killed(names, given.seeds, given.workers):
        alive += seed is None
        end = "ALIVE" if seed is None else f"seed {seed}: {how}"
        print(f"{MUTANTS[name].rule:6} {name:38} {end}", flush=True)
    print(f"{len(names) - alive} passed, {alive} failed")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main())
