"""One team for every place where a salesperson's book may stand, and a person at that book."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from model.blueprint import FIRST_ROW, KEY_ROW
from sync.books.live.documents import Documents, Program
from sync.world import Gone, Speaker, World
from sync.world.real_speaker import Spoken
from tests.books.memory import MemoryDocument, MemoryProgram, Near, opened
from tests.google.emulator.faults import Call
from tests.google.office import Cloudy
from tests.google.office import Hand as GoogleHand
from tests.office import SYSTEM_PYTHON, tool
from tests.sync.teams import HIS, Office, touch_owner_file

FAR = 70
"""A column where nobody's table reaches: people's own cells stand there."""
Around = Callable[[str], object]


class Screen(Protocol):
    """An open book as a person sees it, cell by cell."""

    def tabs(self) -> dict[str, dict[tuple[int, int], Any]]:
        """What stands on every tab; a formula shows its result in a list."""
        ...

    def put(self, title: str, row: int, col: int, value: Any) -> None: ...

    def insert(self, title: str, at: int) -> None: ...

    def delete(self, title: str, at: int) -> None: ...

    def sort(self, title: str, rows: list[int], col: int, *, down: bool) -> None: ...


@dataclass
class Hand:
    """A person who knows rows by what stands in them, as the tests do by their ids."""

    screen: Screen
    live: dict[str, set[str]]
    """By table, fields that are formulas."""

    def _tab(self, table: str) -> tuple[str, dict[str, int], dict[tuple[int, int], Any]]:
        for title, cells in self.screen.tabs().items():
            keys = {
                v.partition(".")[2]: c
                for (r, c), v in cells.items()
                if r == KEY_ROW and str(v).startswith(f"{table}.")
            }
            if keys:
                return title, keys, cells
        raise KeyError(table)

    def rows(self, table: str) -> dict[str, int]:
        _, keys, cells = self._tab(table)
        col = keys["row_id"]
        return {v: r for (r, c), v in cells.items() if c == col and r >= FIRST_ROW}

    def shown(self, table: str) -> dict[str, dict[str, Any]]:
        _, keys, cells = self._tab(table)
        return {
            row_id: {k: cells[r, c] for k, c in keys.items() if (r, c) in cells}
            for row_id, r in self.rows(table).items()
        }

    def put(self, table: str, row_id: str, **values: Any) -> None:
        title, keys, _ = self._tab(table)
        row = self.rows(table)[row_id]
        for key, value in values.items():
            self.screen.put(title, row, keys[key], value)

    def add(self, table: str, **values: Any) -> None:
        title, keys, cells = self._tab(table)
        mine = {c for k, c in keys.items() if k not in self.live[table]}
        row = max([r for r, c in cells if c in mine and r >= FIRST_ROW], default=FIRST_ROW - 1) + 1
        for key, value in values.items():
            self.screen.put(title, row, keys[key], value)

    def insert(self, table: str, at: int) -> None:
        self.screen.insert(self._tab(table)[0], at)

    def delete(self, table: str, row_id: str) -> None:
        self.screen.delete(self._tab(table)[0], self.rows(table)[row_id])

    def sort(self, table: str, key: str, *, down: bool) -> None:
        title, keys, _ = self._tab(table)
        rows = sorted(self.rows(table).values())
        whole = list(range(FIRST_ROW, rows[-1] + 1))
        self.screen.sort(title, whole, keys[key], down=down)

    def note(self, table: str, text: str) -> None:
        """A person's own cell far from our columns."""
        self.screen.put(self._tab(table)[0], KEY_ROW + 1, FAR, text)

    def noted(self, table: str) -> Any:
        return self._tab(table)[2].get((KEY_ROW + 1, FAR))


@dataclass
class InMemory:
    """A screen over a document of this process."""

    document: Callable[[], MemoryDocument]
    after: Callable[[MemoryDocument], object] = lambda _: None

    def tabs(self) -> dict[str, dict[tuple[int, int], Any]]:
        return {
            t.title: {p: [v[2]] if isinstance(v, tuple) else v for p, v in t.cells.items()}
            for t in self.document().tabs
        }

    def _do(self, work: Callable[[MemoryDocument], object]) -> None:
        document = self.document()
        work(document)
        self.after(document)

    def put(self, title: str, row: int, col: int, value: Any) -> None:
        self._do(lambda d: d.put(title, row, col, value))

    def insert(self, title: str, at: int) -> None:
        self._do(lambda d: d.insert(title, at))

    def delete(self, title: str, at: int) -> None:
        self._do(lambda d: d.delete(title, at))

    def sort(self, title: str, rows: list[int], col: int, *, down: bool) -> None:
        def work(document: MemoryDocument) -> None:
            cells = document.tab(title).cells
            document.sort(title, rows, lambda r: str(cells.get((r, col), "")), down=down)

        self._do(work)


@dataclass
class Calc:
    """A screen in a real LibreOffice."""

    spoken: Spoken

    def ask(self, do: str, **given: Any) -> Any:
        answer = json.loads(self.spoken.ask(json.dumps({"do": do, **given}), within=120))
        assert "ok" in answer, answer
        return answer["ok"]

    def tabs(self) -> dict[str, dict[tuple[int, int], Any]]:
        return {
            title: {(r, c): value if formula is None else [value] for r, c, value, formula in cells}
            for title, cells in self.ask("tabs")
        }

    def put(self, title: str, row: int, col: int, value: Any) -> None:
        self.ask("put", title=title, row=row, col=col, value=value)

    def insert(self, title: str, at: int) -> None:
        self.ask("insert", title=title, at=at)

    def delete(self, title: str, at: int) -> None:
        self.ask("delete", title=title, at=at)

    def sort(self, title: str, rows: list[int], col: int, *, down: bool) -> None:
        self.ask("sort", title=title, top=rows[0], bottom=rows[-1], width=60, col=col, down=down)


@dataclass
class Ground:
    """A team, the person at one of its books, and what happens around each call to the outside."""

    office: Office
    hand: Any
    around: list[Around]
    """Set by whoever plays the adversary."""
    anew: Callable[[], object]
    """A new process of ours: it knows nothing of the programs."""
    save: Callable[[], object] = lambda: None
    undo: Callable[[], object] = lambda: None
    cut: Callable[[int | None], object] | None = None
    """Lets the child that speaks with the program be killed after so many effects of a write."""
    cloudy: Cloudy | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def _live_fields(office: Office) -> dict[str, set[str]]:
    tables = office.team.blueprint.tables.items()
    return {key: {c.key for c in t.columns if c.live is not None} for key, t in tables}


def _call(around: list[Around]) -> Around:
    def called(what: str) -> None:
        for one in list(around):
            one(what)

    return called


def _open_program(office: Office, program: Program) -> Callable[[], None]:
    def anew() -> None:
        if office.team.live is not None:
            office.team.live.close()
        office.restart()
        office.team = replace(office.team, live=Documents(program, idle=0))

    anew()
    return anew


def memory(office: Office, *, through: Callable[[MemoryProgram], Any] = lambda p: p) -> Ground:
    """The book is open in a program of this process."""
    path, around = office.path(HIS), list[Around]()
    shelf = MemoryProgram({path: opened(path)})
    touch_owner_file(path, at=office.now)
    document = shelf.documents[path]

    def start() -> Speaker:
        document.breath.left = None
        return Near(through(shelf), _call(around))

    def cut(after: int | None) -> None:
        document.breath.left = after

    program = Program("Память", "~${name}".format, start)
    anew = _open_program(office, program)
    hand = Hand(InMemory(lambda: shelf.documents[path]), _live_fields(office))
    return Ground(
        office, hand, around, anew, document.save, document.take_back, cut, extra={"shelf": shelf}
    )


def excel(office: Office) -> Ground:
    """The same through xlwings and our own way to Excel."""
    from tests.books.engine import excel_of

    return memory(office, through=excel_of)


def file(office: Office) -> Ground:
    """The book is a file; each act of the person opens it, changes it and saves it."""
    path, around = office.path(HIS), list[Around]()
    hand = Hand(InMemory(lambda: opened(path), MemoryDocument.save), _live_fields(office))
    called, plain = _call(around), Office.world

    def world() -> World:
        real = plain(office)
        return replace(real, disk=_Disk(real.disk, called))

    office.world = world  # type: ignore[method-assign]
    rates = {"rates": (0.02, 0.004)}  # a pass calls the disk some two hundred times
    return Ground(office, hand, around, office.restart, extra=rates)


@dataclass
class _Disk:
    """The real disk; something may happen around each of its calls."""

    disk: Any
    called: Around

    def __getattr__(self, name: str) -> Any:
        work = getattr(self.disk, name)

        def doing(*given: Any, **named: Any) -> Any:
            self.called(name)
            found = work(*given, **named)
            self.called(name)
            return found

        return doing


def google(cloudy: Cloudy) -> Ground:
    """The book is a spreadsheet of the emulator."""
    around = list[Around]()
    called = _call(around)

    def between(call: Call) -> None:
        if call.path != "/token":
            called(call.path)

    cloudy.google.faults.between = between
    office = cloudy.office

    def anew() -> None:
        office.restart()
        cloudy.place.watched.clear()

    return Ground(office, _OfGoogle(cloudy.hand(HIS)), around, anew, cloudy=cloudy)


@dataclass
class _OfGoogle:
    """A hand in the browser with the words of the other hands."""

    hand: GoogleHand

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hand, name)

    def note(self, table: str, text: str) -> None:
        """Beside a row, since the rows above the table are locked: it moves with a sort."""
        tab, _ = self.hand.tab(table)
        tab.cols = max(tab.cols, FAR)
        self.hand._type(tab, FIRST_ROW - 1, {FAR - 1: text})

    def noted(self, table: str) -> Any:
        tab, _ = self.hand.tab(table)
        found = [cell.value for (_, col), cell in tab.cells.items() if col == FAR - 1]
        return found[0] if len(found) == 1 else found


@dataclass
class _Watched:
    """The child of the product; something may happen around each order."""

    spoken: Spoken
    called: Around
    cut: list[int]
    """After how many lines of its next write the child is killed; empty for not at all."""

    def ask(self, line: str, /, *, within: float) -> str:
        order = json.loads(line)
        self.called(order["do"])
        if order["do"] == "write" and self.cut:
            line = json.dumps({**order, "dies_after": self.cut.pop()})
        answer = self.spoken.ask(line, within=within)
        self.called(order["do"])
        return answer

    def end(self) -> None:
        self.spoken.end()


@contextmanager
def libreoffice(office: Office, place: Path) -> Iterator[Ground]:
    """The book is open in a real LibreOffice without a window."""
    path, around, pipe = office.path(HIS), list[Around](), f"contract{abs(hash(str(place)))}"
    script = Path(__file__).with_name("calc_person.py")
    person = Calc(
        Spoken([SYSTEM_PYTHON, str(script), pipe, str(place / "lo"), str(tool("soffice"))])
    )
    person.ask("open", path=str(path))

    dying, cuts = Path(__file__).with_name("dying_child.py"), list[int]()

    def start() -> Speaker:
        return _Watched(Spoken([SYSTEM_PYTHON, str(dying), pipe]), _call(around), cuts)

    def cut(after: int | None) -> None:
        cuts[:] = () if after is None else (after,)

    anew = _open_program(office, Program("LibreOffice", ".~lock.{name}#".format, start))
    hand = Hand(person, _live_fields(office))
    try:
        yield Ground(
            office,
            hand,
            around,
            anew,
            lambda: person.ask("save"),
            lambda: person.ask("undo"),
            cut,
            extra={"person": person},
        )
    finally:
        assert office.team.live is not None
        office.team.live.close()
        with suppress(AssertionError, Gone):
            person.ask("close")
        person.spoken._child.stdin.close()  # type: ignore[union-attr]
        person.spoken._child.wait(30)
