"""A spreadsheet program that lives in this process: documents as plain cells, a person at them.

It stands for any program that has a book open. `MemoryProgram` is what a child speaks with;
`tests.books.engine` puts the same documents behind xlwings.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from model.values import to_serial
from sync.books.live.children import wire
from sync.books.stamp import NAME, PROPERTY
from sync.ooxml import BookFile, CellKind, CellScan, read_lines
from sync.world import Gone

Cells = dict[tuple[int, int], Any]
"""By row and column; a formula is `("=", text, result)`."""
OURS = "SheetCRM"
SESSIONS = itertools.count(1)


class ChildDied(BaseException):
    """The child that speaks with the program is killed: nothing of it is carried out any more."""


@dataclass
class Breath:
    """How many effects a child still has before it is killed; None for as many as it likes."""

    left: int | None = None

    def draw(self) -> None:
        """Right before an effect."""
        if self.left is None:
            return
        if self.left == 0:
            raise ChildDied
        self.left -= 1


@dataclass
class Tab:
    """One tab of an open document."""

    title: str
    hidden: bool
    cells: Cells
    merged: tuple[str, ...] = ()
    texts: set[tuple[int, int]] = field(default_factory=set)
    """Cells of the format «@»."""


@dataclass
class MemoryDocument:
    """A file that somebody has open."""

    path: Path
    tabs: list[Tab]
    stamp: str
    session: str = ""
    count: int = 0
    saved: bool = True
    readonly: bool = False
    editing: bool = False
    undo: list[tuple[str, list[Cells]]] = field(default_factory=list)
    redo: list[str] = field(default_factory=list)
    breath: Breath = field(default_factory=Breath)
    """Of the child that speaks with this document."""

    def tab(self, title: str) -> Tab:
        return next(tab for tab in self.tabs if tab.title == title)

    def step(self, name: str, work: Callable[[], object]) -> None:
        """A change that can be taken back."""
        before = [dict(tab.cells) for tab in self.tabs]
        try:
            work()
        finally:  # a child that died has done what it has done
            self.undo.append((name, before))
            self.redo.clear()
            self.count, self.saved = self.count + 1, False

    def take_back(self) -> None:
        """Ctrl+Z."""
        if self.undo:
            name, before = self.undo.pop()
            self.redo.append(name)
            for tab, cells in zip(self.tabs, before, strict=True):
                tab.cells = cells
            self.count, self.saved = self.count + 1, False

    def put(self, title: str, row: int, col: int, value: Any) -> None:
        self.step("typing", lambda: _set(self.tab(title).cells, row, col, value))

    def insert(self, title: str, at: int) -> None:
        self.step("insert", lambda: self._shift(title, at, 1))

    def delete(self, title: str, at: int) -> None:
        self.step("delete", lambda: self._shift(title, at, -1))

    def _shift(self, title: str, at: int, by: int) -> None:
        tab = self.tab(title)
        kept = {p: v for p, v in tab.cells.items() if by > 0 or p[0] != at}
        tab.cells = {(r + by if r >= at else r, c): v for (r, c), v in kept.items()}

    def sort(self, title: str, rows: list[int], key: Callable[[int], Any], *, down: bool) -> None:
        """Whole rows change places; formulas go along."""

        def work() -> None:
            tab = self.tab(title)
            order = sorted(rows, key=key, reverse=down)
            cols = {c for _, c in tab.cells}
            old = {(r, c): tab.cells[r, c] for r in rows for c in cols if (r, c) in tab.cells}
            for target, source in zip(rows, order, strict=True):
                for c in cols:
                    tab.cells.pop((target, c), None)
                    if (source, c) in old:
                        tab.cells[target, c] = old[source, c]

        self.step("sort", work)

    def save(self) -> None:
        """The person saves: the file gets what the document shows."""
        book: Any = openpyxl.load_workbook(self.path)
        for tab in self.tabs:
            sheet = book[tab.title]
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None and (cell.row, cell.column) not in tab.cells:
                        cell.value = None
            for (r, c), value in tab.cells.items():
                sheet.cell(r, c).value = f"={value[1]}" if isinstance(value, tuple) else value
                if isinstance(value, str) and value.startswith("="):
                    sheet.cell(r, c).data_type = "s"
        book.custom_doc_props[PROPERTY].value = self.stamp
        book.defined_names[NAME].attr_text = f'"{self.stamp}"'
        book.save(self.path)
        self.saved = True


def _set(cells: Cells, row: int, col: int, value: Any) -> None:
    if value is None or value == "":
        cells.pop((row, col), None)
    else:
        cells[row, col] = value


def opened(path: Path) -> MemoryDocument:
    """A document as a program shows it right after it opened the file."""
    file = BookFile.open(path.read_bytes(), name=path.name)
    tabs = []
    for ref in file.sheets:
        lines = read_lines(file, ref.name)
        cells = {(n, c.col): _value(c) for n, line in lines.rows.items() for c in line.values()}
        tabs.append(Tab(ref.name, ref.state != "visible", cells, tuple(lines.merged)))
    return MemoryDocument(path, tabs, file.properties[PROPERTY], f"m{next(SESSIONS)}")


def _value(cell: CellScan) -> Any:
    plain: Any = cell.value()
    if cell.kind is CellKind.NUMBER:
        plain = float(cell.text)
    elif isinstance(plain, date | datetime | time):
        plain = float(to_serial(plain))
    elif not isinstance(plain, str | bool | None):
        plain = {"e": cell.text}
    return ("=", cell.formula, plain) if cell.formula is not None else plain


@dataclass
class Spoken:
    """How `wire` sees a document."""

    document: MemoryDocument
    rested: float = 3600.0

    @property
    def session(self) -> str:
        return self.document.session

    def readonly(self) -> bool:
        return self.document.readonly

    def modified(self) -> bool:
        return not self.document.saved

    def waits(self) -> str:
        return "typing" if self.document.editing else ""

    def count(self) -> int:
        return self.document.count

    def idle(self) -> float:
        return self.rested

    def undone(self) -> bool:
        return OURS in self.document.redo

    def stamp(self) -> str:
        return self.document.stamp

    def tabs(self, titles: list[str] | None = None) -> list[dict[str, Any]]:
        return [
            _shown(number, tab)
            for number, tab in enumerate(self.document.tabs)
            if titles is None or tab.title in titles
        ]

    def write(self, order: Mapping[str, Any]) -> None:
        breath = self.document.breath

        def work() -> None:
            for wanted in order["tabs"]:
                tab = self.document.tab(wanted["title"])
                for row, col, value, formula in wanted["put"]:
                    breath.draw()
                    put = value if formula is None else ("=", formula, None)
                    _set(tab.cells, row, col, put)
                if wanted["hidden"] is not None:
                    tab.hidden = wanted["hidden"]

        self.document.step(OURS, work)
        breath.draw()
        self.document.stamp = order["stamp"] or self.document.stamp


def _shown(number: int, tab: Tab) -> dict[str, Any]:
    rows: dict[int, list[Any]] = {}
    for (row, col), value in sorted(tab.cells.items()):
        cell = [col, value[2], value[1]] if isinstance(value, tuple) else [col, value]
        if cell[-1] is not None:
            rows.setdefault(row, []).append(cell)
    return {
        "id": number,
        "title": tab.title,
        "hidden": tab.hidden,
        "height": max(rows, default=1),
        "width": max((c for _, c in tab.cells), default=1),
        "merged": list(tab.merged),
        "rows": [[row, *cells] for row, cells in rows.items()],
    }


@dataclass
class MemoryProgram:
    """A program with some documents open."""

    documents: dict[Path, MemoryDocument] = field(default_factory=dict)
    switches: dict[str, bool] = field(default_factory=lambda: {"screen": True, "events": True})
    """Whether the window is drawn and macros run."""

    def find(self, path: str) -> Spoken | None:
        document = self.documents.get(Path(path))
        return None if document is None else Spoken(document)


@dataclass
class Near:
    """A child that is no process: it answers at once, between what `around` does."""

    program: Any
    around: Callable[[str], object] = lambda _: None

    def ask(self, line: str, /, *, within: float) -> str:
        order = json.loads(line)
        self.around(order["do"])
        try:
            answer = wire.answered(self.program, order)
        except ChildDied as died:
            raise Gone from died
        self.around(order["do"])
        return json.dumps({"ok": answer})

    def end(self) -> None:
        """Nothing to end."""
