"""A small team whose books stand in emulated spreadsheets, and people who type into them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from model.blueprint import HEADER_ROW, KEY_ROW, Blueprint, Role
from model.records import BookState
from sync.books.google import laying, painting
from sync.books.google.client import PatientClient
from sync.books.google.place import Place
from sync.moving_in import move_in
from sync.place import is_file, key_of
from sync.world import World
from tests.google.client import HOST, ROBOT, new_book, session_to
from tests.google.emulator.a1 import Area
from tests.google.emulator.batch import Carrying, carry_out
from tests.google.emulator.entering import entered
from tests.google.emulator.faults import Refused
from tests.google.emulator.ranges import sort_rows
from tests.google.emulator.service import Google
from tests.google.emulator.state import Book, Cloud, Tab
from tests.sync.teams import Office
from tests.worlds import TestChance, TestClock


@dataclass
class Cloudy:
    """A team, the emulator, and one clock for both: who waits moves it."""

    office: Office
    google: Google = field(default_factory=Google)
    slept: float = 0.0

    def __post_init__(self) -> None:
        self.google.cloud = replace(self.google.cloud, now=lambda: self.office.now.astimezone(UTC))
        self.place = Place(self.connect, ROBOT)
        self.office.team = replace(self.office.team, online=self.place)
        self.office.world = self.world  # type: ignore[method-assign]

    def connect(self, world: World) -> PatientClient:
        """The product's client; its wire ends in the emulator."""
        return PatientClient(None, session_to(self.google), world=world, host=HOST)

    def world(self) -> World:
        """The office's world; waiting takes time."""
        plain = Office.world(self.office)
        clock = _Clock(self)
        return replace(plain, clock=clock, chance=TestChance(self.office.chance.randbytes))

    def move_in(self, *books: str) -> None:
        """Books leave their files for spreadsheets of their own."""
        for state in self.states():
            if state.book in books:
                key = new_book(self.google, f"Книга {state.person or state.book}")
                move_in(self.office.team, self.world(), state, key)

    def states(self) -> tuple[BookState, ...]:
        """The books."""
        with self.office.team.store.read() as reader:
            return reader.books()

    def hand(self, book: str) -> Hand:
        """A person's hand in a spreadsheet."""
        state = next(s for s in self.states() if s.book == book)
        assert not is_file(state)
        return Hand(self, self.google.cloud.books[key_of(state)], Role(state.role))


@dataclass(frozen=True, slots=True)
class _Clock:
    cloudy: Cloudy

    def now(self) -> datetime:
        return self.cloudy.office.now

    def settle(self) -> None:
        """Files stand still at once."""

    def wait(self, seconds: float, /) -> None:
        self.cloudy.slept += seconds
        self.cloudy.office.now += timedelta(seconds=max(seconds, 0.001))


@dataclass
class Hand:
    """Somebody edits a spreadsheet in the browser."""

    cloudy: Cloudy
    book: Book
    role: Role
    email: str = "person@example.com"

    def tab(self, table: str) -> tuple[Tab, dict[str, int]]:
        """The tab of a table and the columns of its fields, counted from zero."""
        for tab in self.book.tabs:
            keys = {
                str(cell.value).partition(".")[2]: col
                for (row, col), cell in tab.cells.items()
                if row == KEY_ROW - 1 and str(cell.value).startswith(f"{table}.")
            }
            if keys:
                return tab, keys
        raise KeyError(table)

    def rows(self, table: str) -> dict[str, int]:
        """Rows by id, counted from zero."""
        tab, keys = self.tab(table)
        return {
            str(cell.value): row
            for (row, col), cell in tab.cells.items()
            if col == keys["row_id"] and row >= HEADER_ROW and cell.value
        }

    def shown(self, table: str) -> dict[str, dict[str, Any]]:
        """What was entered into the rows of a table, by id; formulas are left out."""
        tab, keys = self.tab(table)
        return {
            row_id: {
                key: cell.value
                for key, col in keys.items()
                if (cell := tab.at(row, col)).is_filled and cell.formula is None
            }
            for row_id, row in self.rows(table).items()
        }

    def put(self, table: str, row_id: str, **values: Any) -> None:
        """Type values into a row."""
        tab, keys = self.tab(table)
        self._type(tab, self.rows(table)[row_id], {keys[k]: v for k, v in values.items()})

    def add(self, table: str, **values: Any) -> int:
        """Type a new row below the others; its number from zero."""
        tab, keys = self.tab(table)
        live = {c.key for c in self.blueprint.tables[table].columns if c.live is not None}
        cols = {col for key, col in keys.items() if key not in live}
        used = [r for (r, c), cell in tab.cells.items() if c in cols and cell.is_filled]
        row = max([*used, HEADER_ROW - 1]) + 1
        tab.rows = max(tab.rows, row + 1)
        self._type(tab, row, {keys[k]: v for k, v in values.items()})
        return row

    @property
    def blueprint(self) -> Blueprint:
        """The shape of the team's books."""
        return self.cloudy.office.team.blueprint

    def _type(self, tab: Tab, row: int, values: dict[int, Any]) -> None:
        carrying = Carrying(self.cloudy.google.cloud, self.book, self.email)
        for col, value in values.items():
            carrying.guard(tab, Area(row, col, row + 1, col + 1))
            text = "" if value is None else value
            tab.put(row, col, entered(tab.at(row, col), text, self.book.locale))
        self._moved()

    def _moved(self) -> None:
        self.cloudy.google.cloud.touched(self.book.id)

    def sort(self, table: str, field: str, *, down: bool = False) -> None:
        """Sort all rows of a sheet by a column."""
        tab, keys = self.tab(table)
        area = Area(HEADER_ROW, 0, tab.rows, tab.cols)
        sort_rows(tab, area, [(keys[field], down)])
        self._moved()

    def insert(self, table: str, at: int) -> None:
        """An empty row between others."""
        tab, _ = self.tab(table)
        self._batch("insertDimension", tab, at)

    def delete(self, table: str, row_id: str) -> None:
        """A whole row leaves."""
        tab, _ = self.tab(table)
        self._batch("deleteDimension", tab, self.rows(table)[row_id])

    def _batch(self, kind: str, tab: Tab, at: int) -> None:
        span = {"sheetId": tab.id, "dimension": "ROWS", "startIndex": at, "endIndex": at + 1}
        owner = "owner@example.com"
        carry_out(self.cloudy.google.cloud, self.book, owner, [{kind: {"range": span}}])
        self._moved()

    def rename(self, table: str, title: str) -> None:
        """Another name for a tab."""
        tab, _ = self.tab(table)
        tab.title = title
        self._moved()

    def try_put(self, table: str, row_id: str, **values: Any) -> bool:
        """Whether a cell can be typed into."""
        try:
            self.put(table, row_id, **values)
        except Refused:
            return False
        return True


@contextmanager
def few_rows() -> Iterator[None]:
    """Grids and prepared rows as small as a small team needs."""
    import pytest

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(painting, "ROOM", 24)
        patch.setattr(laying, "SPARE_ROWS", 8)
        patch.setattr(laying, "LOW_SPARE", 3)
        yield


__all__ = ["Cloud", "Cloudy", "Hand", "Path", "TestClock", "few_rows"]
