"""A person types into a LibreOffice with a window while the daemon works.

    python -m tests.live.typed --deeds 40 --picture docs/img/open-book.png

Keys are pressed by xdotool on a screen of Xvfb: typing, taking back, sorting, saving. The daemon
passes all the while, and puts in what the head types into an own book. At the end each word stands
in the row for which it was typed, in the book and in the store, and nowhere else; the next pass
writes nothing. LibreOffice must not stand still: what it takes for an answer at most is told.
"""

from __future__ import annotations

import argparse
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from typing_extensions import override

from sync.books.live.documents import Documents
from sync.books.live.kinds import libreoffice
from sync.commands.office import with_pipe
from sync.ooxml import col_letter
from sync.world.real_speaker import Spoken
from tests.books.grounds import Calc, Hand, _live_fields
from tests.office import SYSTEM_PYTHON, tool
from tests.sync.teams import CLIENTS, HEAD, HIS, IVANOV, Office, close, few_spare_rows, found_office

SCREEN, PIPE = f":{100 + os.getpid() % 500}", f"sheetcrm-typed-{os.getpid()}"
"""Of this run alone, so that several may go on at once."""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Save/Document"><prop oor:name="WarnAlienFormat"
  oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay"
  oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
RESTART = 81
"""Code by which a fresh LibreOffice asks to be started once more."""
FIELD = "note"
THINKS, LOOKS_FOR = 0.3, 3.0
"""How often the person rests, and seconds of it: only then the daemon writes."""
STILL = 20.0
"""Seconds without an answer after which a person would say that LibreOffice hangs."""


def pause(seconds: float) -> None:
    """People are slow."""
    time.sleep(seconds)  # noqa: TID251  # a real screen and real keys


@dataclass
class Keys:
    """The keyboard of the screen."""

    def press(self, *keys: str) -> None:
        self._do("key", "--delay", "40", *keys)

    def write(self, text: str) -> None:
        self._do("type", "--delay", "60", text)

    def front(self) -> None:
        """The book's window takes the keys."""
        found = self._do("search", "--name", "LibreOffice Calc").split()
        if found:
            self._do("windowfocus", "--sync", found[-1])

    def _do(self, *words: str) -> str:
        told = subprocess.run(
            [str(tool("xdotool")), *words],
            env={**os.environ, "DISPLAY": SCREEN},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return told.stdout


@dataclass
class Timed(Calc):
    """A screen that knows how long it stood still at most."""

    longest: float = 0.0

    @override
    def ask(self, do: str, **given: Any) -> Any:
        """The answer, with the time that it took."""
        since = time.monotonic()
        try:
            return super().ask(do, **given)
        finally:
            self.longest = max(self.longest, time.monotonic() - since)


@dataclass
class Sitting:
    """A person at the book, and what they typed."""

    office: Office
    calc: Timed
    hand: Hand
    keys: Keys
    chance: random.Random
    typed: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=lambda: list(CLIENTS))
    """Clients that must stand in the book, each once."""
    phones: dict[str, str] = field(default_factory=dict)
    """By row id, what the head put into the book of theirs."""
    told: Counter[str] = field(default_factory=Counter)

    def deed(self) -> None:
        """Something that a salesperson does, and now and then a look at the next client."""
        deeds: list[Callable[[], None]] = [self.type] * 6 + [self.type_and_take_back] * 2
        self.chance.choice([*deeds, self.sort, self.save])()
        pause(self.chance.random())
        if self.chance.random() < THINKS:
            pause(LOOKS_FOR)

    def type(self) -> None:
        """A word in the note of some client, key by key."""
        row_id, word = self._begin()
        self.keys.write(word)
        self.keys.press("Return")
        self.typed[row_id] = word
        self.told["typed"] += 1

    def type_and_take_back(self) -> None:
        """A word, and Ctrl+Z until it is gone."""
        row_id, word = self._begin()
        before = self.hand.shown("clients")[row_id].get(FIELD)
        self.keys.write(word)
        self.keys.press("Return")
        self._seen(lambda: self.hand.shown("clients")[row_id].get(FIELD) == word)
        now: object = word
        for _ in range(4):
            screen = self.calc.tabs()
            self.keys.press("ctrl+z")
            self._seen(lambda before=screen: self.calc.tabs() != before)  # type: ignore[misc]
            now = self.hand.shown("clients")[row_id].get(FIELD)
            if now != word:
                break
        assert now == before, (now, before)
        self.gone.add(word)
        self.told["taken back"] += 1

    def _seen(self, there: Callable[[], bool]) -> None:
        """The person looks at the screen before the next key."""
        for _ in range(20):
            if there():
                return
            pause(0.2)

    def _begin(self) -> tuple[str, str]:
        rows = self.hand.rows("clients")
        row_id = self.chance.choice(sorted(rows))
        title, keys, _ = self.hand._tab("clients")
        self.told["words"] += 1
        self.calc.ask("activate", title=title, area=f"{col_letter(keys[FIELD])}{rows[row_id]}")
        self.keys.front()
        return row_id, f"word{self.told['words']}"

    def sort(self) -> None:
        """The whole table by its names, up or down."""
        title, keys, cells = self.hand._tab("clients")
        rows = sorted(self.hand.rows("clients").values())
        width = max(c for _, c in cells)
        self.hand.screen.sort(
            title, list(range(rows[0], rows[-1] + 1)), keys["name"], down=self.chance.random() < 0.5
        )
        assert width < 100
        self.told["sorted"] += 1

    def save(self) -> None:
        """Ctrl+S."""
        self.keys.front()
        self.keys.press("ctrl+s")
        pause(1.5)
        self.told["saved"] += 1

    def broken(self) -> list[str]:
        """What was lost, or stands elsewhere."""
        shown, store = self.hand.shown("clients"), self.office.rows("clients")
        found = []
        for row_id, word in self.typed.items():
            places = [i for i, row in shown.items() if word in row.values()]
            if places != [row_id]:
                found.append(f"{word} of {row_id} stands in {places}")
            if store[row_id].values.get(FIELD) != word:
                found.append(f"{word}: the store has {store[row_id].values.get(FIELD)}")
        found += [
            f"{row_id}: the head put {phone}, the book has {shown[row_id].get('phone')}"
            for row_id, phone in self.phones.items()
            if shown[row_id].get("phone") != phone
        ]
        if self.calc.longest > STILL:
            found.append(f"LibreOffice stood still for {self.calc.longest:.0f} seconds")
        names = Counter(str(row.get("name")) for row in shown.values())
        found += [f"{name} stands {names[name]} times" for name in self.names if names[name] != 1]
        texts = {str(value) for row in shown.values() for value in row.values()}
        return [*found, *(f"{word} was taken back and stands" for word in self.gone & texts)]


@contextmanager
def screen(folder: Path) -> Iterator[Path]:
    """A screen nobody sees; the file that holds its picture."""
    folder.mkdir()
    command = [str(tool("Xvfb")), SCREEN, "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    child = subprocess.Popen([*command, "-fbdir", str(folder)], stderr=subprocess.DEVNULL)
    try:
        pause(1)
        assert child.poll() is None, f"another screen has the number {SCREEN}"
        yield folder / "Xvfb_screen0"
    finally:
        child.kill()
        child.wait()


@contextmanager
def window(program: str, profile: Path, path: Path) -> Iterator[None]:
    """The book in a window of LibreOffice, whose profile the product set up."""
    (profile / "user").mkdir(parents=True)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.write_text(with_pipe(PROFILE, PIPE), encoding="utf-8")
    words = [program, f"-env:UserInstallation={profile.as_uri()}", "--norestore", "--nologo"]
    lang = {"DISPLAY": SCREEN, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "gen"}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        quiet = subprocess.DEVNULL
        started.append(
            subprocess.Popen(
                [*words, str(path)], env={**os.environ, **lang}, stdout=quiet, stderr=quiet
            )
        )

    start()
    for _ in range(30):
        pause(0.5)
        code = started[-1].poll()
        if code == RESTART:
            start()
            break
        assert code is None, f"{program} ended with {code}: has it windows?"
    try:
        yield
    finally:
        started[-1].kill()
        started[-1].wait()


def picture(source: Path, target: Path) -> None:
    """The screen as a PNG: a file of Xvfb is a header, colours and rows of BGRX."""
    raw = source.read_bytes()
    head = struct.unpack(">25I", raw[:100])
    size, width, height, line, colours = head[0], head[4], head[5], head[12], head[19]
    body = raw[size + colours * 12 :]
    rows = bytearray()
    for y in range(height):
        row = body[y * line : y * line + width * 4]
        rows.append(0)
        pixels = bytearray(width * 3)
        pixels[0::3], pixels[1::3], pixels[2::3] = row[2::4], row[1::4], row[0::4]
        rows += pixels

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    shape = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (
        chunk(b"IHDR", shape),
        chunk(b"IDAT", zlib.compress(bytes(rows), 9)),
        chunk(b"IEND", b""),
    )
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def sit(program: str, place: Path, *, deeds: int, seed: int, shot: Path | None) -> Sitting:
    """A person types while the daemon passes; what came of it."""
    with few_spare_rows():
        office = found_office(place / "team")
        office.chance = random.Random(seed + 1000)  # other ids than those of the founding
        office.rest()
        path = office.path(HIS)
        with screen(place / "screen") as seen, window(program, place / "profile", path):
            script = Path(__file__).parents[1] / "books" / "calc_person.py"
            calc = Timed(Spoken([SYSTEM_PYTHON, str(script), PIPE]))
            calc.ask("attach", path=str(path))
            live = Documents(libreoffice(SYSTEM_PYTHON, PIPE))
            office.team = replace(office.team, live=live)
            hand = Hand(calc, _live_fields(office))
            sitting = Sitting(office, calc, hand, Keys(), random.Random(seed))
            sitting.told["seed"] = seed
            _live_together(sitting, deeds)
            if shot is not None:
                calc.ask("activate", title=hand._tab("clients")[0], area="C4")
                pause(2)
                picture(seen, shot)
            sitting.told["slowest answer, ms"] = round(calc.longest * 1000)
            sitting.told["broken"] = len(sitting.broken())
            for line in sitting.broken():
                print("  ", line)
            calc.spoken.end()
            live.close()
        close(office)
    return sitting


def _live_together(sitting: Sitting, deeds: int) -> None:
    office, over = sitting.office, Event()
    faults: list[BaseException] = []

    def person() -> None:
        try:
            for _ in range(deeds):
                sitting.deed()
        except BaseException as fault:  # noqa: BLE001  # told by the main thread
            faults.append(fault)
        finally:
            over.set()

    thread = Thread(target=person)
    thread.start()
    chance, added = random.Random(sitting.told["seed"]), 0
    while not over.is_set():
        if added < 3:
            added += 1
            sitting.names.append(f"ООО «Новый {added}»")
            phone = f"8 495 111-22-3{added}"
            with office.edit(HEAD) as pen:
                pen.add("clients", name=sitting.names[-1], owner=IVANOV, phone=phone)
        elif sitting.told["passes"] % 4 == 0:
            row_id = chance.choice(sorted(office.shown(HEAD, "clients")))
            sitting.phones[row_id] = f"8 495 {chance.randrange(10**6, 10**7)}"
            with office.edit(HEAD) as pen:
                pen.put("clients", row_id, phone=sitting.phones[row_id])
        report = office.sync()
        sitting.told["passes"] += 1
        sitting.told["writes"] += sum(b.written and b.state.book == HIS for b in report.books)
        sitting.told["waits"] += sum(b.waiting > 0 for b in report.books)
        pause(0.3)
    thread.join()
    if faults:
        raise faults[0]
    pause(2)
    for _ in range(10):
        if office.sync().quiet:
            return
    raise AssertionError("the passes do not come to rest")


def main() -> int:
    """Run from the command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--deeds", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--program", default=str(tool("soffice")))
    asked.add_argument("--picture", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        done = sit(
            given.program, Path(place), deeds=given.deeds, seed=given.seed, shot=given.picture
        )
    print(dict(done.told))
    return 1 if done.told["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
