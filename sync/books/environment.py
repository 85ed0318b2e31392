"""A loaded workbook as formulas see it, with planned edits already in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from formulas.cells import Area as Column
from formulas.cells import CellContent, CellValue, Evaluator, FormulaError, KnownFormulas, inside
from model.blueprint import STRIP_ROW
from model.values import Fault, Value, to_serial
from sync.books.read import Loaded
from sync.ooxml import AppendRows, CellScan, Edit, SetFormula, SetName, SetValue, split_ref

NOTHING = CellContent(None, None)
Rows = Mapping[int, Mapping[int, CellScan]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What stands in a part of a column, and the rows it was read from."""

    rows: Rows
    values: tuple[CellValue, ...]
    formulas: Mapping[int, bool]
    """Places that hold formulas, in their order, and whether a result is stored there."""


@dataclass(frozen=True, slots=True)
class Bare:
    """Rows of a sheet, and the columns in which formulas of them have no result."""

    rows: Rows
    found: Mapping[int, frozenset[int]]


@dataclass(slots=True)
class KnownCells:
    """What was looked up in a book when it was last written, for its next write."""

    stretches: dict[Column, Stretch] = field(default_factory=dict)
    formulas: KnownFormulas = field(default_factory=KnownFormulas)
    bare: dict[tuple[str, frozenset[int]], Bare] = field(default_factory=dict)
    """By sheet and the columns that were looked at."""

    def without_results(
        self, sheet: str, rows: Rows, cols: frozenset[int]
    ) -> Mapping[int, frozenset[int]]:
        """Rows of which some of the columns lack the result of a cell, and those columns."""
        before = self.bare.get((sheet, cols), Bare({}, {}))
        found = {n: bare for n, bare in before.found.items() if n in rows}
        for number in moved_rows(before.rows, rows):
            line = rows.get(number, {})
            bare = frozenset(col for col in cols if col in line and not line[col].cached)
            found.pop(number, None)
            if bare:
                found[number] = bare
        self.bare[sheet, cols] = Bare(rows, found)
        return found


class BookSheets:
    """Cells and names of a workbook after the edits; results of its formulas on demand."""

    def __init__(
        self,
        loaded: Loaded,
        edits: Iterable[Edit],
        now: Decimal,
        stale: Mapping[str, frozenset[int]] | None = None,
        shapes: Mapping[tuple[str, int], str] | None = None,
        known: KnownCells | None = None,
    ) -> None:
        """`stale`: table sheet -> rows whose stored results are not to be trusted; None: all.

        `shapes`: (sheet, column) -> template with `{row}` of a live column.
        """
        self._loaded = loaded
        self._now = now
        self._stale = stale or {}
        self._shapes = dict(shapes or {})
        self._over: dict[tuple[str, int, int], CellContent] = {}
        self._names = dict(loaded.file.names)
        for edit in edits:
            if isinstance(edit, SetValue):
                col, row = split_ref(edit.cell)
                self._over[edit.sheet, row, col] = CellContent(_number(edit.new), None)
            elif isinstance(edit, SetFormula):
                col, row = split_ref(edit.cell)
                self._over[edit.sheet, row, col] = CellContent(None, edit.formula)
            elif isinstance(edit, AppendRows):
                self._add_rows(edit)
            elif isinstance(edit, SetName):
                self._names[edit.name] = edit.formula
        known = known or KnownCells()
        self._before, known.stretches = known.stretches, {}
        self._stretches = known.stretches
        self._moved: dict[tuple[str, int], tuple[Rows, list[int]]] = {}
        self._evaluator = Evaluator(self, plain=self._plain, known=known.formulas)

    def _add_rows(self, edit: AppendRows) -> None:
        for number, row in enumerate(edit.rows, start=edit.first):
            if not row:
                continue  # a prepared row: its formulas show nothing
            for col, value in row.items():
                self._over[edit.sheet, number, col] = CellContent(_number(value), None)
            for col, template in edit.formulas.items():
                formula = template.replace("{row}", str(number))
                self._over[edit.sheet, number, col] = CellContent(None, formula, template)

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        """What stands in a cell."""
        over = self._over.get((sheet, row, col))
        if over is not None:
            return over
        cells = self._loaded.sheets.get(sheet)
        line = None if cells is None else cells.rows.get(row)
        scan = None if line is None else line.get(col)
        if scan is None:
            return NOTHING
        stale = self._stale.get(sheet)
        if stale is not None and row not in stale and row > STRIP_ROW and scan.cached:
            return CellContent(scan.value(), None)
        formula = scan.formula
        return CellContent(scan.value(), formula, self._shape(sheet, row, col, formula))

    def _plain(self, area: Column) -> tuple[list[CellValue], list[int]]:
        """The values of a part of a column, and the places whose formulas must be calculated."""
        sheet = area.sheet
        stretch = self._stretches[area] = self._stretch(area)
        stale = self._stale.get(sheet)
        waiting = [
            place
            for place, cached in stretch.formulas.items()
            if not cached or stale is None or (row := area.top + place) in stale or row <= STRIP_ROW
        ]
        over = {row for name, row, col in self._over if (name, col) == (sheet, area.left)}
        waiting += [row - area.top for row in over if area.top <= row <= area.bottom]
        return list(stretch.values), waiting

    def _stretch(self, area: Column) -> Stretch:
        """What stands in a part of a column; only rows that are others than before are read."""
        cells = self._loaded.sheets.get(area.sheet)
        rows: Rows = {} if cells is None else cells.rows
        before = self._before.get(area)
        if before is not None and before.rows is rows:
            return before
        if before is None:
            values: list[CellValue] = [None] * (area.bottom - area.top + 1)
            formulas: dict[int, bool] = {}
            moved: Iterable[int] = range(area.top, area.bottom + 1)
        else:
            values, formulas = list(before.values), dict(before.formulas)
            moved = self._moved_since(before.rows, area.sheet, rows)
        for row in moved:
            if area.top <= row <= area.bottom:
                place, line = row - area.top, rows.get(row)
                scan = None if line is None else line.get(area.left)
                values[place] = None if scan is None else inside(scan.value())
                formulas.pop(place, None)
                if scan is not None and scan.written is not None:
                    formulas[place] = scan.cached
        return Stretch(rows, tuple(values), dict(sorted(formulas.items())))

    def _moved_since(self, before: Rows, sheet: str, rows: Rows) -> Sequence[int]:
        """Rows of a sheet that are others than they were."""
        known = self._moved.get((sheet, id(before)))
        if known is None:
            known = self._moved[sheet, id(before)] = (before, moved_rows(before, rows))
        return known[1]

    def _shape(self, sheet: str, row: int, col: int, formula: str | None) -> str | None:
        template = self._shapes.get((sheet, col))
        if template is None or formula is None or template.replace("{row}", str(row)) != formula:
            return None
        return template

    def name(self, name: str) -> str | None:
        """The formula text of a defined name."""
        return self._names.get(name)

    def now(self) -> Decimal:
        """The moment of writing."""
        return self._now

    def last_row(self, sheet: str) -> int:
        """Last row that holds anything, planned rows included."""
        cells = self._loaded.sheets.get(sheet)
        planned = (row for name, row, _ in self._over if name == sheet)
        return max(max(planned, default=0), max(cells.rows, default=0) if cells else 0)

    def value(self, sheet: str, row: int, col: int) -> Value:
        """What a cell shows; a formula outside our language keeps its stored result."""
        try:
            return self._evaluator.value(sheet, row, col)
        except FormulaError:
            scan = self._loaded.sheets[sheet].rows.get(row, {}).get(col)
            return Fault("?") if scan is None else scan.value()

    def result(self, sheet: str, ref: str) -> Value:
        """`value` by address."""
        col, row = split_ref(ref)
        return self.value(sheet, row, col)


def moved_rows(before: Rows, now: Rows) -> list[int]:
    """Rows of a sheet that are others than they were, or gone."""
    if before is now:
        return []
    moved = [row for row, line in now.items() if before.get(row) is not line]
    return moved + list(before.keys() - now.keys())


def _number(value: Value) -> Value:
    return to_serial(value) if isinstance(value, date | time) else value
