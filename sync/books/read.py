"""From a workbook's cells to a snapshot: sheets and columns are found by their hidden keys.

A sheet whose key row is lost is recognised by its visible headings; a sheet that is gone is an
error (an absent table is never an empty table).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from model.blueprint import (
    HEADER_ROW,
    KEY_ROW,
    Blueprint,
    Column,
    Owner,
    Role,
    Sheet,
    Table,
)
from model.errors import KeysLost, NotAWorkbook, SheetGone
from model.problems import Code, Place, Problem, Severity
from model.snapshot import CellRead, GridRead, Snapshot, Stamp, TableRead
from model.values import Value
from sync.books.opened import Opened
from sync.books.stamp import stamp_of
from sync.books.table_rows import Earlier, TableRows, typed
from sync.merge.columns import Found, Headings, find_columns
from sync.ooxml import Area, BookFile, CellKind, CellScan, Lines, read_lines
from sync.sweeping import no_sweeping
from templates.live import fields_of

SAMPLE = 200
"""So many rows tell whether a column that lost its key holds what its heading says."""
HEADING_SEARCH = 8
"""A heading row is looked for in the first rows, in case people put lines above it."""
COLUMN_A = 1


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The filled cells of one sheet by row and column; a row of mere looks is empty."""

    name: str
    rows: Mapping[int, Mapping[int, CellScan]]
    last_styled: int
    lines: Lines
    filled: int
    """How many cells are filled."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workbook in memory: its bytes, its cells, and the snapshot made of them."""

    file: Opened
    sheets: Mapping[str, SheetCells]
    """By visible name."""
    homes: Mapping[str, str]
    """Blueprint sheet key -> visible name of the tab that carries its keys."""
    snapshot: Snapshot
    problems: tuple[Problem, ...]
    meaning: tuple[Blueprint, Role]
    """What the cells were read by."""

    @property
    def workbook(self) -> BookFile:
        """The file of a book that is one; raises NotAWorkbook for a spreadsheet in Google."""
        if not isinstance(self.file, BookFile):
            raise NotAWorkbook(name=self.file.name, found="Google Таблица")
        return self.file

    @property
    def cells(self) -> int:
        """How many filled cells it holds: its weight in memory, some 350 bytes each."""
        return sum(cells.filled for cells in self.sheets.values())


def load(  # five facts about the book, and its earlier state
    file: BookFile,
    *,
    book: str,
    name: str,
    blueprint: Blueprint,
    role: Role,
    known: Loaded | None = None,
) -> Loaded:
    """Everything the blueprint declares for the role, found in the workbook.

    With an earlier state of the same book only what is new in it is read.
    Raises SheetGone or KeysLost (facts name, sheet) when a declared tab cannot be recognised.
    """
    with no_sweeping():
        sheets = {ref.name: _cells(file, ref.name, known) for ref in file.sheets}
        return understood(
            file,
            sheets,
            stamp_of(file),
            book=book,
            name=name,
            blueprint=blueprint,
            role=role,
            known=known,
        )


def understood(  # noqa: PLR0913  # what load was given, and what it read
    file: Opened,
    sheets: Mapping[str, SheetCells],
    stamp: Stamp | None,
    *,
    book: str,
    name: str,
    blueprint: Blueprint,
    role: Role,
    known: Loaded | None = None,
) -> Loaded:
    """The cells of a book of any format as what they mean; raises SheetGone or KeysLost."""
    homes = _homes(sheets, blueprint, role, name=name)
    reader = _Reader(file, sheets, blueprint, role, known)
    tables, grids, problems = reader.read(homes)
    snapshot = Snapshot(book, file.sha256, stamp, tables, grids)
    return Loaded(file, sheets, homes, snapshot, problems, (blueprint, role))


def _cells(file: BookFile, name: str, known: Loaded | None) -> SheetCells:
    before = known.sheets.get(name) if known is not None else None
    if known is None or before is None:
        lines = read_lines(file, name)
    else:
        lines = read_lines(file, name, (known.workbook, before.lines))
        if lines is before.lines:
            return before
    filled = sum(map(len, lines.rows.values()))
    return SheetCells(name, lines.rows, max(lines.rows, default=0), lines, filled)


def _homes(
    sheets: Mapping[str, SheetCells], blueprint: Blueprint, role: Role, *, name: str
) -> dict[str, str]:
    """Which tab is which sheet: by hidden keys, else by title with recognisable headings."""
    homes: dict[str, str] = {}
    for key in blueprint.books[role].sheets:
        sheet = blueprint.sheets[key]
        if not sheet.tables and not sheet.slots:
            continue
        home = next((title for title, cells in sheets.items() if carries(sheet, cells.rows)), None)
        if home is None:
            home = next((t for t in sheets if t in {sheet.title.ru, sheet.title.en}), None)
            if home is None:
                raise SheetGone(name=name, sheet=sheet.title.ru)
            if sheet.slots or not _headings_known(blueprint, sheet, sheets[home]):
                raise KeysLost(name=name, sheet=sheet.title.ru)
        homes[key] = home
    return homes


def _keys(rows: Mapping[int, Mapping[int, CellScan]]) -> dict[int, str]:
    return {c: s.text for c, s in rows.get(KEY_ROW, {}).items() if s.text}


def carries(sheet: Sheet, rows: Mapping[int, Mapping[int, CellScan]]) -> bool:
    """Whether rows carry the keys of a sheet."""
    keys = set(_keys(rows).values())
    if sheet.slots:
        return f"{sheet.key}.grid" in keys
    return any(key.partition(".")[0] in sheet.tables for key in keys)


def _headings_known(blueprint: Blueprint, sheet: Sheet, cells: SheetCells) -> bool:
    """Whether at least half of the person's headings of the first table can be read."""
    table = blueprint.tables[sheet.tables[0]]
    _, count = _heading_row([c for c in table.columns if c.owner is Owner.PERSON], cells)
    return count * 2 >= sum(c.owner is Owner.PERSON and not c.hidden for c in table.columns)


def _heading_row(columns: Sequence[Column], cells: SheetCells) -> tuple[int, int]:
    """Row in which most of the columns' titles stand, and how many."""
    titles = {c.title.ru for c in columns} | {c.title.en for c in columns}
    best, most = HEADER_ROW, 0
    for row in range(KEY_ROW, HEADING_SEARCH + 1):
        count = len({s.text.strip() for s in cells.rows.get(row, {}).values()} & titles)
        if count > most or (count == most and row == HEADER_ROW):
            best, most = row, count
    return best, most


def _columns(
    table: Table,
    columns: Sequence[Column],
    cells: SheetCells,
    header: int,
    before: Mapping[str, int],
) -> tuple[Found, list[Problem]]:
    """Column number of each present field, and what is wrong with the others."""
    keys = _keys(cells.rows)
    start = f"{table.key}."
    labels = {c: s.text for c, s in cells.rows.get(header, {}).items() if s.text.strip()}

    def values(col: int) -> list[Value]:
        below = (number for number in cells.rows if number > header)
        lines = (cells.rows[number] for number in islice(below, SAMPLE))
        return [line[col].value() for line in lines if col in line]

    mine = {col: key.removeprefix(start) for col, key in keys.items() if key.startswith(start)}
    found = find_columns(Headings(columns, mine, labels, frozenset(keys), values, before))
    typed = {c.key for c in columns if c.owner in {Owner.PERSON, Owner.IMPORT}}
    told = [
        (Code.COLUMN_DOUBLED, sorted(set(found.copies.values()))),
        (Code.COLUMN_UNSURE, [key for key in found.unsure if key in typed]),
        (Code.COLUMN_GONE, [key for key in found.gone if key in typed]),
    ]
    return found, [_column_problem(code, table, key) for code, fields in told for key in fields]


def _calculable(columns: Sequence[Column], places: Mapping[str, int]) -> dict[str, int]:
    """The places without live columns whose formula needs a field that is gone."""
    left = dict(places)
    while lost := [c.key for c in columns if c.key in left and not fields_of(c) <= left.keys()]:
        for key in lost:
            del left[key]
    return left


def _column_problem(code: Code, table: Table, key: str) -> Problem:
    return Problem(code, Severity.WARNING, Place(table.key, field=key), (_title(table, key),))


def _title(table: Table, key: str) -> str:
    return table.column(key).title.ru


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the tables and grids of one book are read from."""

    file: Opened
    sheets: Mapping[str, SheetCells]
    blueprint: Blueprint
    role: Role
    known: Loaded | None

    def read(
        self, homes: Mapping[str, str]
    ) -> tuple[dict[str, TableRead], dict[str, GridRead], tuple[Problem, ...]]:
        """The tables and grids on their tabs, and what is wrong with their columns."""
        tables: dict[str, TableRead] = {}
        grids: dict[str, GridRead] = {}
        problems: list[Problem] = []
        for key, title in homes.items():
            sheet, cells = self.blueprint.sheets[key], self.sheets[title]
            if sheet.slots:
                grids[key] = self._known_grid(sheet, cells) or _grid(sheet, cells)
            natives = {t.name: t for t in self.file.tables(title)} if sheet.tables else {}
            for table_key in sheet.tables:
                read, found = self._table(self.blueprint.tables[table_key], cells)
                native = natives.get(f"tbl_{table_key}")
                if native is not None:
                    bottom = Area.parse(native.ref).bottom
                    read = replace(read, native=native.name, native_last=bottom)
                tables[table_key] = self._same(read)
                problems += found
        return tables, grids, tuple(problems)

    def _known_grid(self, sheet: Sheet, cells: SheetCells) -> GridRead | None:
        """The grid as it was read before, where no cell of its tab is another one."""
        known = self._before()
        if known is None or sheet.key not in known.homes:
            return None
        before = known.sheets[known.homes[sheet.key]]
        return known.snapshot.grids.get(sheet.key) if before is cells else None

    def _same(self, read: TableRead) -> TableRead:
        """The very table that was read before, where nothing of it is another one."""
        known = self._before()
        before = known.snapshot.tables.get(read.table) if known is not None else None
        same = before is not None and before.rows is read.rows and before == read
        return before if same and before is not None else read

    def _before(self) -> Loaded | None:
        """The book as it was read before, where its cells mean today what they meant then."""
        known = self.known
        if known is None or known.file.date1904 != self.file.date1904:
            return None
        blueprint, role = known.meaning
        return known if blueprint is self.blueprint and role is self.role else None

    def _table(self, table: Table, cells: SheetCells) -> tuple[TableRead, list[Problem]]:
        columns = self.blueprint.columns_of(self.role, table.key)
        header, _ = _heading_row(columns, cells)
        known = self.known.snapshot.tables.get(table.key) if self.known is not None else None
        before = known.places if known is not None else {}
        found, problems = _columns(table, columns, cells, header, before)
        places = _calculable(columns, found.places)
        merged = [Area.parse(ref) for ref in cells.lines.merged]
        rows = TableRows(places, columns, merged, self.file.date1904).under(
            header, cells.rows, self._earlier(table.key, cells, places)
        )
        titles = {k: cells.rows.get(header, {}).get(c, _BLANK).text for k, c in places.items()}
        last = rows[-1].row if rows else header
        read = TableRead(
            table.key,
            cells.name,
            places,
            titles,
            rows,
            last,
            header,
            styled_to=cells.last_styled,
            regained=found.regained,
            copies=found.copies,
        )
        return read, problems

    def _earlier(self, table: str, cells: SheetCells, places: Mapping[str, int]) -> Earlier | None:
        """The table as it was, where its rows mean today what they meant then."""
        known = self._before()
        if known is None or table not in known.snapshot.tables:
            return None
        read = known.snapshot.tables[table]
        before = known.sheets[read.sheet]
        same = read.places == places and before.lines.merged == cells.lines.merged
        return Earlier(read, before.rows) if same else None


def _grid(sheet: Sheet, cells: SheetCells) -> GridRead:
    rows = {
        line[COLUMN_A].text: number
        for number, line in cells.rows.items()
        if number > KEY_ROW and COLUMN_A in line and line[COLUMN_A].text
    }
    cols = {key: col for col, key in _keys(cells.rows).items() if col != COLUMN_A}
    found: dict[tuple[str, str], CellRead] = {}
    for slot in sheet.slots:
        if slot.row in rows and slot.col in cols:
            cell = cells.rows[rows[slot.row]].get(cols[slot.col])
            if cell is not None and (cell.formula is not None or cell.text != ""):
                value = typed(slot.type, cell.value(), date1904=False)
                found[slot.row, slot.col] = CellRead(value, cell.formula)
    return GridRead(cells.name, rows, cols, found)


_BLANK = CellScan(0, CellKind.EMPTY, "")
