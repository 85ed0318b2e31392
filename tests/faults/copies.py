"""Every system call of keeping, pruning, sending and restoring copies fails once.

`python -m tests.faults.copies [--sample N] [--resume FILE --block N]`: each work runs in a process
of its own under strace over a small team without workbooks of its own; each call that touches its
folder is hit once by kill -9 and once each by EIO, ENOSPC and EACCES. Afterwards every copy that
was there reads as it did, the book is whole, and the same work done again ends where an uncut one
ends.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backups import Retention, SqliteBackups
from backups.sealing import Key
from model.blueprint import Blueprint, Role
from model.errors import CrmError
from model.records import BookState
from store import Store
from sync.copies.place import checked, send
from sync.restoring import BEFORE, restore
from sync.settings import Settings
from sync.team import Team
from sync.world import World
from tests.backups.zips import excel, parts, typed, zipped
from tests.faults.slices import Tally, blocks, with_slices
from tests.faults.syscalls import _CALL, KINDS, _only, _plain, _wanted, traced
from tests.quick import small_things_remembered
from tests.simulation.office import memory_folder
from tests.worlds import world_of

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
FIRST = parts(rows=60)
RAWS = (zipped(FIRST), excel(typed(FIRST, 7, 1)), zipped(typed(FIRST, 9, 2), level=1))
LATEST = zipped(typed(FIRST, 11, 3))
LIVE = zipped(typed(FIRST, 13, 4))
KEY = Key(b"k" * 32, b"s" * 16)
BOOK = "owner"
STEP = 10
"""Faults between two looks at the clock."""
RULE = Retention(last=1, hours=0, days=0, weeks=0, months=0)


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one small team."""

    root: Path

    @property
    def live(self) -> Path:
        return self.root / "team" / "book.xlsx"

    def team(self) -> Team:
        """The team as a new process opens it."""
        settings = Settings(
            folder=self.root / "team",
            family="FAULTS",
            owner="Орлов Олег",
            copies_place=str(self.root / "second"),
        )
        store = Store.open(self.root / "state" / "store.sqlite3")
        backups = SqliteBackups.open(self.root / "state" / "backups.sqlite3")
        return Team(settings, self.root / "state", store, backups, Blueprint(0, {}, {}, {}))


def ground(root: Path) -> Path:
    """A team with three copies, two of them folded, and a live book."""
    place = Place(root)
    for name in ("team", "state", "second"):
        (root / name).mkdir(parents=True)
    place.live.write_bytes(LIVE)
    team = place.team()
    with team.store.write() as writer:
        writer.put_book(BookState(BOOK, place.live.name, Role.OWNER.value, "Орлов Олег"))
    for raw in RAWS:
        fold(team)
        team.backups.take(BOOK, raw, at=NOON, why="read")
    team.store.close()
    return root


def world() -> World:
    """The machine with the chance of this process: a name of one that was killed never returns."""
    return world_of(lambda: NOON, random.Random(os.getpid()).randbytes)


def fold(team: Team) -> None:
    for token in team.backups.waiting():
        team.backups.fold(token)


def keep(team: Team) -> None:
    team.backups.take(BOOK, LATEST, at=NOON, why="read")
    fold(team)


def prune(team: Team) -> None:
    fold(team)
    team.backups.prune(RULE)


def away(team: Team) -> None:
    fold(team)
    send(team, world(), KEY)


def put_back(team: Team) -> None:
    restore(team, 1, world=world())


WORKS: Mapping[str, Callable[[Team], None]] = {
    "keep": keep,
    "prune": prune,
    "send": away,
    "restore": put_back,
}


def ended(name: str, place: Place, team: Team) -> list[str]:
    """What is not as it must be once the work was done, if need be again."""
    copies = team.backups.list()
    live, raws = place.live.read_bytes(), [team.backups.read(copy.id) for copy in copies]
    bad = [] if team.backups.is_sound() else ["the list of copies is not sound"]
    match name:
        case "keep":
            bad += [] if raws[0] == LATEST else ["the newest is another one"]
        case "prune":
            bad += [] if raws == [RAWS[2]] else [f"{len(raws)} copies stay"]
        case "send":
            count, missing = checked(team, world(), KEY)
            bad += [f"missing: {missing}"] if missing or not count else []
        case _:
            bad += [] if live == RAWS[0] else ["the old book does not stand there"]
            found = [r for c, r in zip(copies, raws, strict=True) if c.why == BEFORE]
            bad += [] if LIVE in found else ["what stood there is no copy"]
    left = [path.name for path in (place.root / "team").iterdir() if path != place.live]
    return bad + [f"left: {name}" for name in left if name.endswith((".part", "-aside"))]


def kept_all(name: str, place: Place) -> list[str]:
    """What a fault took away that had been there."""
    team = place.team()
    bad = []
    for number, raw in enumerate(RAWS, start=1):
        if not any(copy.id == number for copy in team.backups.list()):
            bad += [] if name == "prune" and number < len(RAWS) else [f"copy {number} is gone"]
        elif number != 2 and team.backups.read(number) != raw:
            bad.append(f"copy {number} is another one")
        elif not team.backups.verify(number):
            bad.append(f"copy {number} is damaged")
    if name == "restore":
        beside = [path.read_bytes() for path in place.live.parent.iterdir()]
        if LIVE not in beside and team.backups.find(_sha(LIVE)) is None:
            bad.append("what stood there is lost")
    team.store.close()
    return bad


def _sha(raw: bytes) -> str:
    from hashlib import sha256

    return sha256(raw).hexdigest()


def strike(source: Path, place: Place, name: str, point: tuple[str, int], kind: str) -> list[str]:
    """One fault at one call, and what is wrong afterwards."""
    _lay(source, place)
    what = "signal=KILL" if kind == "KILL" else f"error={kind}"
    raised = traced(
        lambda: WORKS[name](place.team()), ["-o", os.devnull, *_only(point[0], what, point[1])]
    )
    where = f"{name}: {kind} at {point[0]} {point[1]}"
    bad = kept_all(name, place)
    team = place.team()
    try:
        WORKS[name](team)
        bad += ended(name, place, team)
    except CrmError as error:
        bad.append(f"does not come to rest: {error!r}")
    finally:
        team.store.close()
    bad += [f"in foreign words: {raised}"] if raised.startswith("!Assertion") else []
    return [f"{where}: {words}" for words in bad]


def points_of(source: Path, place: Place, name: str) -> list[tuple[str, int]]:
    """Every call of an uncut work that touches the folder."""
    _lay(source, place)
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as said:
        options = ["-y", "-o", said.name, "-e", f"trace={_wanted()}"]
        assert traced(lambda: WORKS[name](place.team()), options) == ""
        lines = Path(said.name).read_text(encoding="utf-8", errors="replace").splitlines()
    seen, found = Counter[str](), []
    for match in filter(None, map(_CALL.match, lines)):
        call, rest = match.groups()
        seen[call] += 1
        if str(place.root) in _plain(rest):
            found.append((call, seen[call]))
    return found


def measure(
    sample: int | None, *, seed: int = 1, file: Path | None = None, block: int | None = None
) -> Tally:
    """The total with the next faults of all of them, or of a random sample."""
    root = memory_folder()
    try:
        with small_things_remembered():
            source, place = ground(root / "ground"), Place(root / "work")
            faults = [
                (name, point, kind)
                for name in WORKS
                for point in points_of(source, place, name)
                for kind in KINDS
            ]
            random.Random(seed).shuffle(faults)
            whole = len(faults) if sample is None else min(sample, len(faults))
            tally = Tally.read(file, whole)
            for step in blocks(tally.next(block), STEP):
                began = time.perf_counter()
                chosen = [faults[number] for number in step]
                bad = [words for fault in chosen for words in strike(source, place, *fault)]
                counts = Counter(f"{name} {kind.lower()}" for name, _, kind in chosen)
                tally.add(len(chosen), time.perf_counter() - began, counts, bad)
        return tally
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _lay(source: Path, place: Place) -> None:
    shutil.rmtree(place.root, ignore_errors=True)
    shutil.copytree(source, place.root)


def main(words: Sequence[str] | None = None) -> int:
    """Print what came of the faults; 1 when a promise broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    with_slices(parser)
    parser.add_argument("--sample", type=int, help="so many random faults instead of every one")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    tally = measure(asked.sample, seed=asked.seed, file=asked.resume, block=asked.block)
    code = tally.told()
    print(f"{tally.done} struck, {len(tally.bad)} bad")
    return code


if __name__ == "__main__":
    sys.exit(main())
