"""The door under load: a real daemon, a real server on loopback, senders in a process of their own.

    python -m tests.live.intake_load --rate 200 --seconds 60

People save their books meanwhile, so the daemon keeps passing. In the end every request that heard
200 must stand in the store exactly once, nothing that was refused may be there, and what was sent
twice counts once. Prints `name: value` lines and `N passed, N failed`; exit 1 when anything failed.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import find_state
from tests.live.keeper import Keeper, ask, keeping, until
from tests.live.office import Office, settle_in
from tests.live.parent import ROOT
from tests.live.sender import EXPECTED, HONEST, Sent, Task
from tests.live.work import save
from tests.sync.small_team import ZONE, FakeWorld, founded

ANSWERED_WITHIN = 1.0
"""Seconds in which 99 of 100 honest senders must have their answer."""
SAVE_EVERY = 5.0
SETTLED_WITHIN = 600.0


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of a run."""

    rate: int
    seconds: float
    seed: int = 1
    slow: int = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed."""

    sent: tuple[Sent, ...]
    lost: int
    doubled: int
    foreign: int
    leads: int
    unsettled: int

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 honest senders were answered."""
        took = sorted(one.took for one in self.sent if one.what in HONEST)
        return took[min(len(took) * 99 // 100, len(took) - 1)]

    @property
    def wrong(self) -> Counter[tuple[str, int]]:
        """Requests that heard another code than their kind should."""
        return Counter((s.what, s.code) for s in self.sent if s.code not in EXPECTED[s.what])

    @property
    def checks(self) -> dict[str, bool]:
        """What must hold."""
        return {
            "every accepted one is in the store": self.lost == 0,
            "each of them once": self.doubled == 0,
            "nothing refused is in the store": self.foreign == 0,
            "each kind heard its code": not self.wrong,
            "answered within a second": self.p99 < ANSWERED_WITHIN,
            "each accepted number is one lead": self.unsettled == 0,
        }


def run(ground: Path, place: Path, load: Load) -> Outcome:
    """One run over a copy of a founded team."""
    office = settle_in(ground, place / "office")
    _listen(office)
    plain, signed, key = _sources(office)
    said = place / "said.txt"
    with keeping(office.folder, office.root, said) as keeper:
        port = until(lambda: _port(keeper), "the door", keeper)
        task = Task(
            port=port,
            plain=plain,
            signed=signed,
            key=key,
            rate=load.rate,
            seconds=load.seconds,
            seed=load.seed,
            slow=load.slow,
        )
        with _people(office):
            sent = send(place, task)
        state = find_state(office.folder, office.root, place)
        until(lambda: _settled(state), "the arrivals", keeper, patience=SETTLED_WITHIN)
        assert keeper.end() == 0, keeper.words
    return outcome(state, sent)


def _listen(office: Office) -> None:
    """The daemon opens a port that is free just now."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    state = find_state(office.folder, office.root, office.folder)
    settings = read_settings(state / FILE_NAME)
    write_settings(state / FILE_NAME, settings.model_copy(update={"intake_port": port}))


def _sources(office: Office) -> tuple[str, str, str]:
    """Paths of a plain and a signing source, and the key of the second."""
    words = ("intake", "sources", "--per-minute", "100000", "--team", str(office.folder), "--json")
    plain = ask(*words, "--add", "сайт", "--kind", "tilda", root=office.root, cwd=office.folder)
    signed = ask(*words, "--add", "программа", "--signed", root=office.root, cwd=office.folder)
    told = [json.loads(one.stdout) for one in (plain, signed)]
    paths = [f"/in/{one['address'].rpartition('/in/')[2]}" for one in told]
    return paths[0], paths[1], told[1]["key"]


def _port(keeper: Keeper) -> int | None:
    _, found, rest = keeper.words.partition("принимаю заявки на 127.0.0.1:")
    return int(rest.split()[0]) if found else None


@contextmanager
def _people(office: Office) -> Iterator[None]:
    """Somebody saves a book every few seconds as long as the block runs."""
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.wait(SAVE_EVERY):
            with suppress(OSError):  # the book is just being exchanged: saved next time
                save(office, number)
            number += 1

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(30)


def send(place: Path, task: Task) -> tuple[Sent, ...]:
    """What a task's senders heard, in a process of their own."""
    asked, answers = place / "task.json", place / "answers.json"
    asked.write_text(json.dumps(asdict(task)), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "tests.live.sender", str(asked), str(answers)],
        check=True,
        cwd=ROOT,
        timeout=task.seconds + 120,
    )
    return tuple(Sent(**one) for one in json.loads(answers.read_text(encoding="utf-8")))


def _asked(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def _settled(state: Path) -> bool:
    waiting = "SELECT COUNT(*) FROM inbox WHERE state = 'waiting'"
    landed = _asked(state / "landing.sqlite3", "SELECT COUNT(*) FROM landed")
    return landed == [(0,)] and _asked(state / "store.sqlite3", waiting) == [(0,)]


def outcome(state: Path, sent: Sequence[Sent]) -> Outcome:
    """What stands in the store against what was answered."""
    accepted = {one.number for one in sent if one.code == 200}
    refused = {one.number for one in sent if one.code != 200} - accepted
    keys = [row[0] for row in _asked(state / "store.sqlite3", "SELECT key FROM inbox")]
    kept = Counter(key.split(":")[1] for key in keys)
    leads = "SELECT cells FROM rows WHERE table_key = 'leads' AND NOT deleted"
    numbers = Counter(
        json.loads(row[0]).get("number", "") for row in _asked(state / "store.sqlite3", leads)
    )
    numbered = Counter({key.rpartition(":")[2]: count for key, count in numbers.items()})
    return Outcome(
        sent=tuple(sent),
        lost=len(accepted - kept.keys()),
        doubled=sum(count - 1 for count in kept.values()),
        foreign=len(refused & kept.keys()),
        leads=sum(numbers.values()),
        unsettled=sum(numbered[number] != 1 for number in accepted),
    )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="load") as place:
        ground = Path(place) / "ground"
        founded(ground, FakeWorld(now=datetime.now(ZONE)))
        began = time.monotonic()
        found = run(ground, Path(place), Load(asked.rate, asked.seconds, asked.seed))
    took = sorted(one.took for one in found.sent if one.what in HONEST)
    print(f"requests: {len(found.sent)}")
    print(f"accepted: {len({s.number for s in found.sent if s.code == 200})}")
    print(f"p50_ms: {took[len(took) // 2] * 1000:.0f}")
    print(f"p99_ms: {found.p99 * 1000:.0f}")
    print(f"longest_ms: {took[-1] * 1000:.0f}")
    print(f"lost: {found.lost}")
    print(f"doubled: {found.doubled}")
    print(f"leads: {found.leads}")
    print(f"seconds: {time.monotonic() - began:.0f}")
    for (what, code), count in sorted(found.wrong.items()):
        print(f"heard: {what} {code} {count}")
    for name, holds in found.checks.items():
        if not holds:
            print(f"failed: {name}")
    failed = sum(not holds for holds in found.checks.values())
    print(f"{len(found.checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
