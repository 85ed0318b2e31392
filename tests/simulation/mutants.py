"""`python -m tests.simulation.mutants`: the rules of the merge broken one by one.

A mutant is the engine with one function replaced in the place where it is looked up. It is killed
when some life breaks a promise. Prints each with the seed that killed it and ends in
`N passed, N failed`: failed are the mutants that outlived all their seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from model.values import Fault
from sync.merge.bases import Descent
from sync.merge.cells import TAKE_WORK, Verdict
from sync.merge.gone import Leaving
from tests.simulation.bind import bound
from tests.simulation.run import live

SEEDS = 1000
Make = Callable[[Any], Any]
"""From the function that keeps the rule to the one that breaks it."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken rule: the rule, the place of its function, what stands there instead."""

    rule: str
    place: str
    instead: Make


def _always(value: object) -> Make:
    return lambda _: lambda *_, **__: value


def _unchecked_swap(real: Any) -> Any:
    from sync import exchange  # patched by then

    return lambda disk, live_path, temp, _: exchange.exchange(disk, live_path, temp)


def _drop_copies(real: Any) -> Any:
    def by_id(sides: Any, rows: Any) -> Any:
        claims, loose = real(sides, rows)
        return claims, [(row, copied) for row, copied in loose if copied is None]

    return by_id


def _no_typed_fault(_: Any) -> Any:
    return lambda value, before: None if isinstance(value, Fault) else value


def _drop_blank_ids(real: Any) -> Any:
    def split(table: Any, read: Any, known: Any) -> Any:
        rows, foreign = real(table, read, known)
        return [row for row in rows if row.row_id], foreign

    return split


def _forget_new(real: Any) -> Any:
    return lambda *sides: replace(real(*sides), new=())


def _forget_edits(real: Any) -> Any:
    return lambda sides: replace(real(sides), edits=real(sides).edits[1:])


def _always_zero(_: Any) -> int:
    return 0


def _merge_old_file(writer: Any, snapshot: Any, reader: Any) -> Any:
    from sync import absorb  # patched by then

    merges = absorb.merge_all(writer, snapshot, reader, "")
    absorb.rebase(writer, snapshot.book, merges)
    return absorb.summary(merges)


MUTANTS: Mapping[str, Mutant] = MappingProxyType(
    {
        "newest base always": Mutant("time", "sync.descent.descent", _always(Descent.NEWEST)),
        "old bytes are edits": Mutant(
            "time", "sync.merge.bases.is_known_content", _always(value=False)
        ),
        "a seen save is no base": Mutant("time", "sync.taking.rebase", _always(None)),
        "seen saves are forgotten": Mutant("time", "sync.taking.keep_seen", _always(None)),
        "any content may be the base": Mutant(
            "time", "sync.descent.contents_of", lambda _: lambda _, kept: tuple(kept)[:1]
        ),
        "the newest content is nearest": Mutant(
            "time", "sync.descent.nearest", lambda _: lambda ranked: ranked[0][0]
        ),
        "an old file is merged": Mutant(
            "time", "sync.taking.accept_as_seen", lambda _: _merge_old_file
        ),
        "copies are dropped": Mutant("R2", "sync.merge.rows._by_id", _drop_copies),
        "the last copy keeps the id": Mutant(
            "R2", "sync.merge.rows.keeper", lambda _: lambda _s, _r, places, *_: places[-1]
        ),
        "rows without id are dropped": Mutant("R3", "sync.merge.table.split_rows", _drop_blank_ids),
        "rows without id are always new": Mutant("R3", "sync.merge.rows.reattach", _always({})),
        "every id is believed": Mutant(
            "R4", "sync.merge.sides.Sides.is_known", lambda _: lambda *_: True
        ),
        "new rows are forgotten": Mutant("R3", "sync.absorb.merge_table", _forget_new),
        "the first edit is forgotten": Mutant("cells", "sync.absorb.merge_table", _forget_edits),
        "the store always wins": Mutant(
            "cells", "sync.merge.table.merge_cell", _always(Verdict(take=False))
        ),
        "the workbook always wins": Mutant(
            "cells", "sync.merge.table.merge_cell", _always(TAKE_WORK)
        ),
        "clashes are silent": Mutant("cells", "sync.merge.cells.clashing", _always(TAKE_WORK)),
        "nothing is an edit": Mutant("cells", "sync.merge.cells.is_unedited", _always(value=True)),
        "deletions are forgotten": Mutant(
            "R11", "sync.merge.table.leave", _always(Leaving(bury=False))
        ),
        "deletions always bury": Mutant(
            "R11", "sync.merge.table.leave", _always(Leaving(bury=True))
        ),
        "an error value is empty": Mutant("cells", "sync.merge.table.readable", _no_typed_fault),
        "the swap is not checked": Mutant("8.2", "sync.exchange._exchange_if", _unchecked_swap),
        "a displaced file goes at once": Mutant("8.4", "sync.displaced.LOOKS", _always_zero),
        "nobody writes into a displaced file": Mutant(
            "8.4", "tests.simulation.world.SimOffice.has_writer", _always(value=False)
        ),
        "displaced saves are not looked for": Mutant("8.3", "sync.cycle.tend", _always(())),
        "late saves are not merged": Mutant("8.3", "sync.cycle.freeze", _always(())),
        "a planned base is never taken": Mutant("9", "sync.delivery._take_next", _always(None)),
        "the journal is not replayed": Mutant("9", "sync.cycle.replay", _always(None)),
        "a book moved aside is left there": Mutant("9", "sync.delivery.bring_back", _always(None)),
        "questions are not kept": Mutant("10", "sync.taking.put_questions", _always(None)),
    }
)
"""Names of the broken rules; `docs/merge-rules.md` lists the functions."""


@contextmanager
def broken(name: str) -> Iterator[None]:
    """The engine without one of its rules."""
    mutant = MUTANTS[name]
    where, attribute = _holder(mutant.place)
    with patch.object(where, attribute, mutant.instead(getattr(where, attribute))):
        yield


def kill(name: str, seeds: int) -> tuple[str, int | None, str]:
    """The mutant's name, the seed that killed it or None, and how it died."""
    with bound(), broken(name):
        for seed in range(seeds):
            try:
                live(seed)
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
