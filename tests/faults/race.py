"""An editor and the program fight for one file; no save may end up nowhere.

`python -m tests.faults.race [--saves N]`: a process saves a token after every few milliseconds, by
renaming or in place, and writes each token that stood on the disk into a ledger; this process
writes back over it on each rung of the ladder. A token is kept when it is live, displaced, frozen
or was read. The naive ways, plain replace and check before rename, run beside it and do lose.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from model.errors import CrmError
from sync import exchange as room
from sync.displaced import LOOKS
from sync.exchange import beside, new_name, write_back
from sync.world import Disk, Rung, real_disk
from sync.world.real_disk import RealDisk
from sync.world.real_exchange import linux_exchange
from sync.world.real_office import RealOffice
from tests.faults.slices import Tally, blocks, with_slices

DISK = RealDisk()

END = b"END"
"""Last line of a file that is whole; a workbook has its zip directory there."""
KEPT = 200
"""Lines that a save carries on from what was live."""
GAP = 0.003
"""Seconds between check and swap: a big workbook takes longer than that to hash."""
THINK = 0.004
PATIENCE = 60.0
STEP = 500
"""After so many saves of each race the total is written down."""


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one race."""

    way: str
    editor: str
    saves: int
    writes: int
    lost: int
    seconds: float

    @property
    def good(self) -> bool:
        """Our rungs lose nothing; a naive way that loses nothing shows that nobody raced."""
        ours = self.way in RUNGS
        return bool(self.writes) and (self.lost == 0 if ours else self.lost > 0)


def by_rename(path: Path, raw: bytes) -> None:
    """As Excel and LibreOffice save."""
    fresh = path.with_name("editor.tmp")
    fresh.write_bytes(raw)
    fresh.replace(path)


def in_place(path: Path, raw: bytes) -> None:
    """As simple programs save: cut to nothing, then written in pieces."""
    with path.open("wb") as stream:
        for start in range(0, len(raw), 512):
            stream.write(raw[start : start + 512])
            stream.flush()


def late(path: Path, raw: bytes) -> None:
    """As a program that opens the file, thinks, and writes into what it has open."""
    with path.open("r+b") as stream:
        Event().wait(GAP / 2)
        stream.write(raw)
        stream.truncate()


EDITORS: dict[str, Callable[[Path, bytes], None]] = {
    "rename": by_rename,
    "in_place": in_place,
    "late": late,
}


def edit(path: Path, ledger: Path, editor: str, saves: int, seed: int) -> None:
    """Somebody who reads the file, adds a token and saves, again and again."""
    dice, pause, save = random.Random(seed), Event(), EDITORS[editor]
    with ledger.open("ab", buffering=0) as book:
        for number in range(saves):
            pause.wait(dice.random() * THINK)
            lines = None
            while lines is None:
                with suppress(FileNotFoundError):
                    lines = whole(path.read_bytes())
            token = b"p%d" % number
            with suppress(FileNotFoundError):
                save(path, b"\n".join([*lines[-KEPT:], token, END]))
                book.write(token + b"\n")


def whole(raw: bytes) -> list[bytes] | None:
    """Lines of a file that is written to its end."""
    *lines, last = raw.split(b"\n")
    return lines if last == END else None


class Keeper:
    """The program: reads, keeps what it read, writes back, looks after what it displaced."""

    def __init__(self, live: Path, way: str) -> None:
        self.live, self.way = live, way
        self.seen: set[bytes] = set()
        self.writes = 0
        self._looks: dict[Path, tuple[str, int]] = {}

    def turn(self) -> None:
        """One read and one write."""
        raw = b""
        with suppress(FileNotFoundError):
            raw = self.live.read_bytes()
        lines = whole(raw)
        if lines is None:
            return
        self.seen.update(lines)
        new = b"\n".join([*lines, b"d%d" % self.writes, END])
        if self.way in RUNGS:
            with suppress(CrmError):
                name = new_name(secrets.token_hex(6))
                write_back(DISK, self.live, new, expected_sha=_sha(raw), temp_name=name)
                self.writes += 1
        else:
            NAIVE[self.way](self.live, raw, new)
            self.writes += 1
        self.tend()

    def tend(self) -> bool:
        """Whether nothing is left; what stood still for two looks is read and let go."""
        left = [Path(found) for found in beside(DISK, self.live)]
        for path in left:
            with suppress(FileNotFoundError):
                raw = path.read_bytes()
                token, quiet = self._looks.get(path, ("", 0))
                quiet = quiet + 1 if token == _sha(raw) else 0
                self._looks[path] = _sha(raw), quiet
                if quiet >= LOOKS and not RealOffice().has_writer(path):
                    self.seen.update(raw.split(b"\n"))
                    path.unlink()
        return not left


def _replaced(live: Path, _: bytes, new: bytes) -> None:
    """Naive: the new file simply takes the name."""
    temp = live.with_name("naive.tmp")
    temp.write_bytes(new)
    Event().wait(GAP)
    temp.replace(live)


def _checked(live: Path, raw: bytes, new: bytes) -> None:
    """Naive: nobody saved a moment ago, so nobody saves now."""
    temp = live.with_name("naive.tmp")
    temp.write_bytes(new)
    if live.read_bytes() == raw:
        Event().wait(GAP)
        temp.replace(live)


NAIVE: dict[str, Callable[[Path, bytes, bytes], None]] = {
    "plain_replace": _replaced,
    "check_then_rename": _checked,
}
RUNGS = ("exchange", "aside")


@contextmanager
def rung(way: str) -> Iterator[None]:
    """The ladder from one rung down, with time between the check and the swap."""
    with pytest.MonkeyPatch.context() as patch:
        if way == "aside":
            patch.setattr(real_disk, "linux_exchange", lambda *_: False)
        swap = room.exchange

        def slow(disk: Disk, live: Path, temp: Path) -> Rung:
            Event().wait(GAP)
            return swap(disk, live, temp)

        patch.setattr(room, "exchange", slow)
        yield


def race(folder: Path, way: str, editor: str, saves: int, *, seed: int = 1) -> Score:
    """One race to the end of the editor's saves."""
    folder.mkdir()
    live, ledger = folder / "Отдел.xlsx", folder / "ledger"
    live.write_bytes(END)
    ledger.touch()
    began = time.perf_counter()
    person = multiprocessing.get_context("spawn").Process(
        target=edit, args=(live, ledger, editor, saves, seed)
    )
    keeper = Keeper(live, way)
    with rung(way):
        person.start()
        while person.is_alive():
            keeper.turn()
        person.join(PATIENCE)
        while not keeper.tend():
            pass
    assert person.exitcode == 0
    keeper.seen.update(live.read_bytes().split(b"\n"))
    saved = set(ledger.read_bytes().split())
    took = time.perf_counter() - began
    return Score(way, editor, len(saved), keeper.writes, len(saved - keeper.seen), took)


def races(saves: int, ways: Sequence[str] = (*RUNGS, *NAIVE), *, seed: int = 1) -> list[Score]:
    """Each way against each editor."""
    root = Path(tempfile.mkdtemp(prefix="race-"))
    try:
        usable = [w for w in ways if w != "exchange" or _swaps(root)]
        return [race(root / f"{w}-{e}", w, e, saves, seed=seed) for w in usable for e in EDITORS]
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _swaps(root: Path) -> bool:
    first, second = root / "1", root / "2"
    first.touch()
    second.touch()
    return linux_exchange(first, second)


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def sliced(file: Path | None, block: int | None, saves: int) -> int:
    """The next saves of each race; 1 when one of ours lost one or a naive way lost none at all."""
    tally = Tally.read(file, saves)
    for numbers in blocks(tally.next(block), STEP):
        began = time.perf_counter()
        scores = races(len(numbers), seed=numbers.start + 1)
        counts: Counter[str] = Counter()
        for score in scores:
            counts[f"saves {score.way} {score.editor}"] += score.saves
            counts[f"lost {score.way} {score.editor}"] += score.lost
        bad = [f"{s.way} {s.editor} lost {s.lost}" for s in scores if s.way in RUNGS and s.lost]
        tally.add(len(numbers), time.perf_counter() - began, counts, bad)
    code = tally.told()
    idle = [w for w in NAIVE if not sum(tally.counts[f"lost {w} {e}"] for e in EDITORS)]
    for way in idle:
        print(f"bad: {way} lost nothing: the race proves nothing")
    made = sum(n for name, n in tally.counts.items() if name.startswith("saves"))
    print(f"{made - len(tally.bad)} passed, {len(tally.bad) + len(idle)} failed")
    return 1 if idle else code


def main(words: Sequence[str] | None = None) -> int:
    """Print every race; 1 when one of ours lost a save or a naive way lost none."""
    parser = argparse.ArgumentParser(description=__doc__)
    with_slices(parser)
    parser.add_argument("--saves", type=int, default=1000, help="saves of each race")
    asked = parser.parse_args(words)
    if asked.resume is not None or asked.block is not None:
        return sliced(asked.resume, asked.block, asked.saves)
    scores = races(asked.saves)
    for score in scores:
        print(
            f"{score.way} {score.editor}: saves {score.saves}, writes {score.writes}, "
            f"lost {score.lost}, saves_per_second {score.saves / score.seconds:.0f}"
        )
    ours = [score for score in scores if score.way in RUNGS]
    print(f"lost: {sum(score.lost for score in ours)}")
    print(f"lost_by_naive_ways: {sum(s.lost for s in scores if s.way in NAIVE)}")
    bad = [score for score in scores if not score.good]
    print(f"{len(scores) - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
