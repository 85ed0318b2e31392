"""`python -m bench.google`: requests of an hour against Google's quota, for 1, 5 and 20 books.

The product's own place looks at spreadsheets, reads and writes them; Google is the emulator with
its quotas on, the clock is a simulated one. In every fourth book somebody types about each minute;
a pass follows what a look finds, as in the daemon: books that are quiet are not read again, and
each pass writes the book of the edit and the owner's. `reads_a_minute` and `writes_a_minute` are
the highest of any minute (60 are allowed); `refused` counts answers of 429, `delay_s` is the
longest time from a person's edit to the end of the pass that took it. Bytes of answers are packed
as Google packs them.
"""

from __future__ import annotations

import argparse
import copy
import random
import zlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from model.blueprint import Role
from model.records import BookState
from model.snapshot import Stamp
from model.values import to_serial
from sync.books.google import painting
from sync.books.google.client import PatientClient
from sync.books.google.place import Place
from sync.books.kinds import AnyBooks
from sync.books.stamp import stamp_text
from sync.books.xlsx import Layer
from sync.place import key_of, path_to
from sync.world import World
from sync.write_plan import WritePlan
from templates.blueprint import load
from templates.build import build_book
from tests.google.client import HOST, ROBOT, new_book, session_to
from tests.google.emulator.service import Google
from tests.google.emulator.state import Cell, Cloud
from tests.sync.teams import typed_sheets
from tests.worlds import world_of

START = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
POLL = timedelta(seconds=3)


class Hour:
    """Some spreadsheets of one key for an hour."""

    def __init__(self, books: int, busy: int) -> None:
        self.now = START
        self.edits = self.sent = self.received = 0
        self.google = Google(Cloud(now=lambda: self.now), limits=True)
        self.chance = random.Random(books)
        self.blueprint = typed_sheets(load(2))
        self.place = Place(self._connect, ROBOT)
        self.formats = AnyBooks()
        self.books = self._painted(books)
        self.busy = self.books[:busy]
        self.last: dict[str, bytes] = {}
        self.generation: Counter[str] = Counter()
        self.typed: list[datetime] = []
        self.delay = timedelta(0)

    def _connect(self, world: World) -> PatientClient:
        session = session_to(self.google)
        session.hooks["response"].append(self._count)
        return PatientClient(None, session, world=world, host=HOST)

    def _count(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """Bytes as they would go over the wire, packed as Google packs them."""
        asked: Any = response.request.body or b""
        self.sent += len(asked.encode() if isinstance(asked, str) else asked)
        self.received += len(zlib.compress(response.content, 6))

    def world(self) -> World:
        """A world in which waiting takes no time but moves the clock."""
        hour = self

        class Clock:
            def now(self) -> datetime:
                return hour.now

            def settle(self) -> None:
                """At once."""

            def wait(self, seconds: float, /) -> None:
                hour.now += timedelta(seconds=seconds)

        plain = world_of(lambda: self.now, self.chance.randbytes)
        return replace(plain, clock=Clock())

    def _painted(self, books: int) -> list[BookState]:
        """One book painted, the others its likes: painting is not what is measured."""
        stamp = Stamp("BENCH", "m:0", 0)
        raw = build_book(self.blueprint, Role.MANAGER, stamp=stamp_text(stamp), people=2)
        painting.ROOM = 60
        first = new_book(self.google, "Книга 0")
        self.place.found(self.world(), first, stamp, raw)
        states = []
        for number in range(books):
            key = first if number == 0 else new_book(self.google, f"Книга {number}")
            if number:
                made = copy.deepcopy(self.google.cloud.books[first])
                made.id, made.title = key, f"Книга {number}"
                self.google.cloud.books[key] = made
            path = path_to(key, f"Книга {number}")
            states.append(BookState(f"m:{number}", path, Role.MANAGER.value, f"Человек {number}"))
        return states

    def live(self, minutes: int) -> dict[str, float]:
        """What an hour costs."""
        self.google.log.clear()
        self.edits = self.sent = self.received = 0
        by_minute: dict[str, Counter[int]] = {"reads": Counter(), "writes": Counter()}
        seen, passes, end = 0, 0, START + timedelta(minutes=minutes)
        due = {b.book: START + timedelta(seconds=self.chance.random() * 60) for b in self.busy}
        while self.now < end:
            for book in self.busy:
                if due[book.book] <= self.now:
                    self._type(book)
                    due[book.book] += timedelta(seconds=40 + self.chance.random() * 40)
            if self.place.moved(self.world(), self.books):
                self._pass()
                passes += 1
            minute = int((self.now - START).total_seconds() // 60)
            for method, path, _ in self.google.log[seen:]:
                if path != "/token":
                    by_minute["reads" if method == "GET" else "writes"][minute] += 1
            seen = len(self.google.log)
            self.now += POLL
        refused = sum(status == 429 for _, _, status in self.google.log)
        reads, writes = (sum(by_minute[kind].values()) for kind in ("reads", "writes"))
        return {
            "passes": passes,
            **self._an_edit(passes, reads + writes),
            "sent_kb": self.sent // 1024,
            "received_kb": self.received // 1024,
            "reads": reads,
            "writes": writes,
            "reads_a_minute": max(by_minute["reads"].values(), default=0),
            "writes_a_minute": max(by_minute["writes"].values(), default=0),
            "refused": refused,
            "delay_s": round(self.delay.total_seconds(), 1),
        }

    def _an_edit(self, passes: int, requests_made: int) -> dict[str, float]:
        """What one edit costs; nothing where nobody typed."""
        if not self.edits:
            return {}
        return {
            "edits": self.edits,
            "requests_an_edit": round(requests_made / self.edits, 1),
            "passes_an_edit": round(passes / self.edits, 2),
        }

    def _type(self, book: BookState) -> None:
        made = self.google.cloud.books[key_of(book)]
        tab = next(t for t in made.tabs if str(t.at(0, 0).value).startswith("clients."))
        col = next(c for (r, c), v in tab.cells.items() if r == 0 and v.value == "clients.note")
        tab.put(10, col, Cell(f"в {self.now:%H:%M:%S}"))
        self.google.cloud.touched(made.id)
        self.typed.append(self.now)
        self.edits += 1

    def _pass(self) -> None:
        """Every book seen, the changed one and the owner's written."""
        started, changed = self.now, []
        for book in self.books:
            last = self.last.get(book.book)
            _, raw = self.place.see(self.world(), book, self.blueprint, last=last)
            if raw != last:
                changed.append(book)
            self.last[book.book] = raw
        for book in {b.book: b for b in (*changed, self.books[0])}.values():
            self._write(book)
        taken = [at for at in self.typed if at <= started]
        self.typed = [at for at in self.typed if at > started]
        self.delay = max([self.delay, *(self.now - at for at in taken)])

    def _write(self, book: BookState) -> None:
        role, name = Role(book.role), book.book
        file = self.formats.open(self.last[name], name=name)
        loaded = self.formats.load(file, book=name, name=name, blueprint=self.blueprint, role=role)
        layer = Layer(loaded, self.blueprint, role, to_number(self.now))
        self.generation[name] += 1
        stamp = Stamp("BENCH", name, self.generation[name])
        patched = self.formats.write(layer, WritePlan(), stamp)
        self.place.write(self.world(), file, patched, book, self.blueprint)
        self.last[name] = patched.raw


def to_number(at: datetime) -> Any:
    """Excel's number of a moment."""
    return to_serial(at.replace(tzinfo=None))


def main() -> None:
    """Print `name: value` lines for each number of books."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--books", type=int, nargs="*", default=[1, 5, 20])
    given = parser.parse_args()
    for books in given.books:
        for kind, busy in (("idle", 0), ("busy", max(1, books // 4))):
            for name, value in Hour(books, busy).live(given.minutes).items():
                print(f"google_{books}_{kind}_{name}: {value}", flush=True)


if __name__ == "__main__":
    main()
