"""Spreadsheets and their files as they lie in memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from formulas.cells import CellContent, Evaluator, FormulaError, KnownFormulas, Programs
from model.values import Fault, to_serial
from tests.google.emulator.a1 import Area, Spelled, letters, quoted, spelled, told
from tests.google.emulator.faults import Refused, invalid

Scalar = None | bool | int | float | str
ROWS, COLS = 1000, 26
MOST_CELLS = 10_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `formula` has no equals sign, its result is calculated when it is asked for."""

    value: Scalar = None
    formula: str | None = None
    format: Any = None
    note: str = ""
    rule: Any = None

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return self.value is not None or self.formula is not None

    def emptied(self) -> Cell:
        """The cell without its content: its looks stay."""
        return replace(self, value=None, formula=None)

    @property
    def is_bare(self) -> bool:
        """Whether nothing at all is known of it."""
        return self == BARE


BARE = Cell()


@dataclass(slots=True)
class Tab:
    """One sheet of a spreadsheet."""

    id: int
    title: str
    rows: int = ROWS
    cols: int = COLS
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    """Other properties of the sheet, defaults left out."""
    grid: dict[str, Any] = field(default_factory=dict)
    """Other properties of its grid."""
    merges: list[Area] = field(default_factory=list)
    protections: dict[int, dict[str, Any]] = field(default_factory=dict)
    formats: list[dict[str, Any]] = field(default_factory=list)
    """Conditional ones."""
    sizes: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    """(dimension, place) -> properties."""
    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    filter: Any = None

    def copy(self) -> Tab:
        """The same tab in other hands: cells are never changed, only put."""
        return replace(
            self,
            cells=dict(self.cells),
            more=dict(self.more),
            grid=dict(self.grid),
            merges=list(self.merges),
            protections=dict(self.protections),
            formats=list(self.formats),
            sizes=dict(self.sizes),
            groups={k: list(v) for k, v in self.groups.items()},
        )

    def at(self, row: int, col: int) -> Cell:
        """The cell at a place."""
        return self.cells.get((row, col), BARE)

    def put(self, row: int, col: int, cell: Cell) -> None:
        """Another cell at a place."""
        if cell.is_bare:
            self.cells.pop((row, col), None)
        else:
            self.cells[row, col] = cell

    @property
    def all(self) -> Area:
        """The whole grid."""
        return Area(0, 0, self.rows, self.cols)

    def filled(self, area: Area) -> Iterator[tuple[int, int]]:
        """Places in an area where something stands."""
        return (at for at, cell in self.cells.items() if cell.is_filled and at in area)


@dataclass(slots=True)
class Book:
    """A spreadsheet."""

    id: str
    title: str
    tabs: list[Tab]
    locale: str = "en_US"
    zone: str = "Etc/GMT"
    auto: str = "ON_CHANGE"
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id: name and range."""
    metadata: dict[int, dict[str, Any]] = field(default_factory=dict)
    version: int = 0
    results: dict[tuple[int, int, int], Scalar | Fault] = field(default_factory=dict)
    """(tab, row, column) -> what its formula gives, until anything changes."""

    def copy(self) -> Book:
        """The same spreadsheet in other hands."""
        return replace(
            self,
            tabs=[tab.copy() for tab in self.tabs],
            names=dict(self.names),
            metadata=dict(self.metadata),
            results={},
        )

    def take(self, other: Book) -> None:
        """Become what another one is."""
        for name in ("title", "tabs", "locale", "zone", "auto", "names", "metadata"):
            setattr(self, name, getattr(other, name))
        self.touch()

    def touch(self) -> None:
        """Something changed."""
        self.version += 1
        self.results = {}

    def tab(self, tab_id: int | None) -> Tab:
        """The tab of an id; raises Refused."""
        for tab in self.tabs:
            if tab.id == (tab_id or 0):
                return tab
        raise invalid(f"No grid with id: {tab_id or 0}")

    def named(self, title: str) -> Tab | None:
        """The tab of a title."""
        return next((tab for tab in self.tabs if tab.title == title), None)

    def range(self, text: str) -> tuple[Tab, Area, Spelled]:
        """Where a range lies; raises Refused for one that is none."""
        found = spelled(text, frozenset(tab.title for tab in self.tabs))
        if found is None:
            for name in self.names.values():
                if name["name"].casefold() == text.casefold():
                    return (*self.grid_range(name["range"]), Spelled(None))
            raise invalid(f"Unable to parse range: {text}")
        tab = self.named(found.title) if found.title is not None else self.tabs[0]
        assert tab is not None
        area = found.on(tab.rows, tab.cols)
        if area.top >= tab.rows or area.left >= tab.cols:
            raise invalid(
                f"Range ({told(tab.title, area)}) exceeds grid limits. "
                f"Max rows: {tab.rows}, max columns: {tab.cols}"
            )
        return tab, area, found

    def grid_range(self, given: Any) -> tuple[Tab, Area]:
        """Where a GridRange lies."""
        tab = self.tab(given.get("sheetId"))
        return tab, Area(
            given.get("startRowIndex") or 0,
            given.get("startColumnIndex") or 0,
            _or(given.get("endRowIndex"), tab.rows),
            _or(given.get("endColumnIndex"), tab.cols),
        )


def _or(given: int | None, default: int) -> int:
    return default if given is None else given


class Sums:
    """Results of formulas, as the product's own evaluator finds them."""

    def __init__(self, book: Book, now: datetime, programs: Programs) -> None:
        self._book, self._now = book, now
        self._evaluator = Evaluator(self, known=KnownFormulas(programs))

    def of(self, tab: Tab, row: int, col: int) -> Scalar | Fault:
        """What a cell shows, unformatted."""
        cell = tab.at(row, col)
        if cell.formula is None:
            return cell.value
        key = (tab.id, row, col)
        if key not in self._book.results:
            self._book.results[key] = self._result(tab, row, col)
        return self._book.results[key]

    def _result(self, tab: Tab, row: int, col: int) -> Scalar | Fault:
        try:
            value = self._evaluator.value(tab.title, row + 1, col + 1)
        except FormulaError:
            return Fault("#ERROR!")
        if isinstance(value, Decimal):
            return json_number(value)
        return value

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        """For the evaluator."""
        tab = self._book.named(sheet)
        cell = BARE if tab is None else tab.at(row - 1, col - 1)
        if cell.formula is not None:
            return CellContent(None, canonical(cell.formula, self._book.locale))
        value = cell.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return CellContent(Decimal(str(value)))
        return CellContent(value)

    def name(self, name: str) -> str | None:
        """For the evaluator."""
        for one in self._book.names.values():
            if one["name"].casefold() == name.casefold():
                tab, area = self._book.grid_range(one["range"])
                first = f"${letters(area.left)}${area.top + 1}"
                last = f"${letters(area.right - 1)}${area.bottom}"
                title = "'" + tab.title.replace("'", "''") + "'"
                return f"{title}!{first}" + ("" if first == last else f":{last}")
        return None

    def now(self) -> Decimal:
        """For the evaluator."""
        return to_serial(self._now.replace(tzinfo=None))

    def last_row(self, sheet: str) -> int:
        """For the evaluator."""
        tab = self._book.named(sheet)
        return 0 if tab is None else tab.rows


def json_number(value: Decimal) -> int | float:
    """A number as JSON has it: whole ones without a point."""
    return int(value) if value == value.to_integral_value() else float(value)


@lru_cache(maxsize=50_000)
def canonical(formula: str, locale: str) -> str:
    """A formula with commas between arguments and points in numbers."""
    out, inside = [], ""
    comma = "," in decimal_of(locale)
    for char in formula:
        if inside:
            inside = "" if char == inside else inside
        elif char in "\"'":
            inside = char
        elif char == ";":
            char = ","  # noqa: PLW2901
        elif comma and char == ",":
            char = "."  # noqa: PLW2901
        out.append(char)
    return "".join(out)


def decimal_of(locale: str) -> str:
    """The mark between whole part and fraction."""
    return "." if locale.startswith(("en", "zh", "ja", "he", "th")) else ","


@dataclass(slots=True)
class File:
    """What Drive knows of a spreadsheet."""

    id: str
    name: str
    created: datetime
    modified: datetime
    permissions: list[dict[str, str]]
    trashed: bool = False

    def role_of(self, email: str) -> str | None:
        """The strongest role of somebody; None for a stranger."""
        roles = ("owner", "organizer", "fileOrganizer", "writer", "commenter", "reader")
        mine = {
            p["role"]
            for p in self.permissions
            if p["type"] == "anyone" or p.get("emailAddress", "").casefold() == email.casefold()
        }
        return next((role for role in roles if role in mine), None)


@dataclass(slots=True)
class Cloud:
    """All files, accounts and keys."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    files: dict[str, File] = field(default_factory=dict)
    books: dict[str, Book] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """Access token -> account, and when it ends."""
    storeless: set[str] = field(default_factory=set)
    """Accounts that may own no file: service accounts."""
    mails: list[tuple[str, str]] = field(default_factory=list)
    """(to whom, which file): invitations sent."""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    programs: Programs = field(default_factory=Programs)

    def sums(self, book: Book) -> Sums:
        """The results of a spreadsheet's formulas at this moment."""
        return Sums(book, self.now(), self.programs)

    def number(self) -> int:
        """An id that nobody has yet."""
        return (next(self.numbers) * 7_919_317) % 2_000_000_011

    def create(self, owner: str, name: str, *, locale: str = "en_US", zone: str = "Etc/GMT") -> str:
        """A new spreadsheet with one empty tab; raises Refused for a service account."""
        if owner in self.storeless:
            reason = [{"domain": "usageLimits", "reason": "storageQuotaExceeded"}]
            raise Refused(
                403,
                "The user's Drive storage quota has been exceeded.",
                "PERMISSION_DENIED",
                errors=reason,
            )
        key = f"1emu{self.number():011d}{len(self.files):029d}"
        now = self.now()
        person = {"id": str(self.number()), "type": "user", "role": "owner", "emailAddress": owner}
        self.files[key] = File(key, name, now, now, [person])
        first = "Лист1" if locale.startswith("ru") else "Sheet1"
        self.books[key] = Book(key, name, [Tab(0, first)], locale, zone)
        return key

    def share(self, key: str, email: str, role: str = "writer", kind: str = "user") -> str:
        """Somebody else gets a role; the id of the permission."""
        file = self.files[key]
        for known in file.permissions:
            if known.get("emailAddress", "") == email and known["type"] == kind:
                known["role"] = role
                return known["id"]
        made = {"id": str(self.number()), "type": kind, "role": role}
        if kind != "anyone":
            made["emailAddress"] = email
        file.permissions.append(made)
        return made["id"]

    def sign_in(self, email: str, *, seconds: int = 3600) -> str:
        """A new access token of an account."""
        token = f"ya29.emu-{self.number()}-{len(self.tokens)}"
        self.tokens[token] = (email, self.now() + timedelta(seconds=seconds))
        return token

    def touched(self, key: str) -> None:
        """A spreadsheet changed."""
        self.books[key].touch()
        self.files[key].modified = self.now()


__all__ = ["BARE", "Book", "Cell", "Cloud", "File", "Sums", "Tab", "quoted"]
