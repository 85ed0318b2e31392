"""Calculate formulas over the cells of a book.

An evaluator sees the book as it is at its first look: make a new one after a change. Each cell is
calculated once. A formula outside the portable subset (a person's own) counts as its cached value.
A cell that depends on itself is #REF!.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from operator import is_

from formulas.cells.compiling import Program, compiled
from formulas.cells.criteria import Criterion, Index
from formulas.cells.environment import CellContent, CellValue, FormulaError, Sheets
from formulas.cells.operands import Area, Frame, Operand, single
from formulas.cells.parsing import parse
from formulas.cells.references import only_own_row, references, relative, translate
from formulas.cells.values import (
    RUSSIAN,
    UNKNOWN_NAME,
    WRONG_NUMBER,
    WRONG_REFERENCE,
    ZERO,
    Failure,
    Regional,
    is_too_large,
)
from model.values import Value, to_serial

FRAMES = 300
"""Python calls that formulas may take inside one another before the rest waits (of 1,000)."""
PROGRAMS = 5_000
"""Programs that are kept from one evaluator to the next; a book of ours needs some six hundred."""
OWN_ROW = "\0"
Key = tuple[str, int, int]
Plain = Callable[[Area], tuple[list[CellValue], list[int]]]
"""The values of a part of a column, and the places in it whose formulas must be calculated."""


class _Later(Exception):  # no error: a request to calculate other cells first
    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self.keys = keys


class Programs:
    """Compiled formulas by their shape, so that a filled-down column is compiled once."""

    def __init__(self) -> None:
        self._by_text: dict[tuple[str, int], Program] = {}
        self._by_shape: dict[str, Program] = {}
        self._by_place: dict[tuple[str, int, int], Program] = {}

    def trim(self) -> None:
        """Let go of everything when too much was compiled."""
        for known in (self._by_text, self._by_shape, self._by_place):
            if len(known) > PROGRAMS:
                known.clear()

    def of_shape(self, shape: str, formula: str, row: int, col: int) -> Program:
        """The program of every formula of a shape; raises FormulaError."""
        known = self._by_text.get((shape, col))
        if known is None:
            known = self._by_text[shape, col] = compiled(parse(formula).tree, row, col)
        return known

    def program(self, formula: str, row: int, col: int) -> Program:
        """The program of a formula in a cell; raises FormulaError."""
        place = (formula, row, col)
        if place not in self._by_place:
            self._by_place[place] = self._program(formula, row, col)
        return self._by_place[place]

    def _program(self, formula: str, row: int, col: int) -> Program:
        text = (formula.replace(str(row), OWN_ROW), col)
        program = self._by_text.get(text)
        if program is None:
            program = self._shaped(formula, row, col)
            if only_own_row(formula, row):
                self._by_text[text] = program
        return program

    def _shaped(self, formula: str, row: int, col: int) -> Program:
        shape = relative(formula, row, col)
        if shape not in self._by_shape:
            self._by_shape[shape] = compiled(parse(formula).tree, row, col)
        return self._by_shape[shape]


@dataclass(slots=True)
class KnownArea:
    """The values of an area, and what was looked up in them."""

    values: tuple[CellValue, ...]
    index: Index | None = None
    matches: dict[Criterion, frozenset[int]] = field(default_factory=dict)


@dataclass(slots=True)
class KnownFormulas:
    """What one evaluator leaves to the next one of the same book: nothing here is believed unless
    the cells are the very ones."""

    programs: Programs = field(default_factory=Programs)
    areas: dict[Area, KnownArea] = field(default_factory=dict)


class Evaluator:
    """Values of cells and formulas of one book."""

    def __init__(
        self,
        sheets: Sheets,
        *,
        regional: Regional = RUSSIAN,
        plain: Plain | None = None,
        known: KnownFormulas | None = None,
    ) -> None:
        known = known or KnownFormulas()
        self.regional = regional
        self._sheets = sheets
        self._plain = plain
        self._programs = known.programs
        self._programs.trim()
        self._before, known.areas = known.areas, {}
        self._now_known = known.areas
        self._known: dict[Key, CellValue] = {}
        self._open: set[Key] = set()
        self._frames = 0
        self._circles = 0
        self._areas: dict[Area, tuple[CellValue, ...]] = {}
        self._names: dict[str, Operand] = {}
        self._open_names: set[str] = set()

    def value(self, sheet: str, row: int, col: int) -> CellValue:
        """What a cell shows; a day is its serial number."""
        waiting = [(sheet, row, col)]
        while waiting:
            key = waiting[-1]
            try:
                if key not in self._known:
                    self._calculate(key, self._sheets.cell(*key))
                self._open.discard(waiting.pop())
            except _Later as later:
                self._open.add(key)
                waiting.extend(later.keys)
        return self._known[sheet, row, col]

    def evaluate(self, formula: str, sheet: str, row: int, col: int) -> CellValue:
        """What a formula would show in a cell; raises FormulaError."""
        program = self._programs.program(formula, row, col)
        while True:
            try:
                return self._run(program, Frame(self, sheet, row, col))
            except _Later as later:
                for key in later.keys:
                    self.value(*key)

    def read(self, sheet: str, row: int, col: int) -> CellValue:
        """The value of one cell, for a formula."""
        key = (sheet, row, col)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            self._circles += 1
            return WRONG_REFERENCE
        return self._calculate(key, self._sheets.cell(sheet, row, col))

    def cells(self, area: Area) -> Sequence[CellValue]:
        """The values of an area, row after row."""
        found = self._areas.get(area)
        if found is not None:
            return found
        circles = self._circles
        if self._frames > FRAMES // 2:
            self._postpone(area)
        values = self._values(area)
        if circles == self._circles:
            known = self._before.get(area)
            if known is None or not _alike(known.values, values):
                known = KnownArea(values)
            self._areas[area] = values = known.values
            self._now_known[area] = KnownArea(values, known.index)
        return values

    def _values(self, area: Area) -> tuple[CellValue, ...]:
        if self._plain is None or area.left != area.right:
            return tuple(self.read(*key) for key in _keys(area))
        values, waiting = self._plain(area)
        for place in waiting:
            values[place] = self.read(area.sheet, area.top + place, area.left)
        return tuple(values)

    def index(self, area: Area) -> Index:
        """The values of an area by value."""
        cells, known = self.cells(area), self._now_known.get(area)
        if known is None:
            return Index(cells, self.regional)
        if known.index is None:
            known.index = Index(cells, self.regional)
        return known.index

    def matching(self, area: Area, criterion: Criterion) -> frozenset[int]:
        """The places in an area that meet a criterion."""
        index, known = self.index(area), self._now_known.get(area)
        if known is None:
            return index.meeting(criterion)
        if criterion not in known.matches:
            before = self._before.get(area)
            found = None
            if before is not None and before.index is index:
                found = before.matches.get(criterion)
            known.matches[criterion] = index.meeting(criterion) if found is None else found
        return known.matches[criterion]

    def named(self, name: str, frame: Frame) -> Operand:
        """What a defined name stands for; relative references in it start from A1."""
        if name in self._names:
            return self._names[name]
        text = self._sheets.name(name)
        if text is None or name in self._open_names:
            raise Failure(UNKNOWN_NAME)
        circles = self._circles
        self._open_names.add(name)
        try:
            found = self._programs.program(text, 1, 1).run(frame)
        except FormulaError as error:
            raise Failure(UNKNOWN_NAME) from error
        finally:
            self._open_names.discard(name)
        if circles == self._circles and _same_everywhere(text):
            self._names[name] = found
        return found

    def now(self) -> Decimal:
        """The serial number of the moment."""
        return self._sheets.now()

    def _calculate(self, key: Key, content: CellContent) -> CellValue:
        program = None if content.formula is None else self._known_program(content, key)
        if program is None:
            value = inside(content.value)
        else:
            if self._frames and self._frames + program.frames > FRAMES:
                raise _Later([key])
            value = self._enter(program, key)
        self._known[key] = value
        return value

    def _known_program(self, content: CellContent, key: Key) -> Program | None:
        """None for a formula that is not ours to calculate."""
        formula, (_, row, col) = content.formula or "", key
        try:
            if content.shape is not None:
                return self._programs.of_shape(content.shape, formula, row, col)
            return self._programs.program(formula, row, col)
        except FormulaError:
            return None

    def _enter(self, program: Program, key: Key) -> CellValue:
        self._open.add(key)
        self._frames += program.frames
        try:
            return self._run(program, Frame(self, *key))
        finally:
            self._frames -= program.frames
            self._open.discard(key)

    def _run(self, program: Program, frame: Frame) -> CellValue:
        try:
            value = single(frame, program.run(frame))
        except Failure as failure:
            return failure.fault
        return ZERO if value is None else value

    def _postpone(self, area: Area) -> None:
        """Ask for the formulas of an area together, lest each of them starts this one anew."""
        unknown = [key for key in _keys(area) if key not in self._known and key not in self._open]
        waiting = [key for key in unknown if self._sheets.cell(*key).formula is not None]
        if waiting:
            raise _Later(waiting)


def _alike(before: tuple[CellValue, ...], now: tuple[CellValue, ...]) -> bool:
    """Whether all values are the same, down to their types."""
    if len(before) != len(now):
        return False
    return all(map(is_, before, now)) or all(
        a is b or (type(a) is type(b) and a == b) for a, b in zip(before, now, strict=True)
    )


def _keys(area: Area) -> Iterator[Key]:
    for row in range(area.top, area.bottom + 1):
        for col in range(area.left, area.right + 1):
            yield area.sheet, row, col


def inside(value: Value) -> CellValue:
    """A cell's value as formulas see it: days and hours as serial numbers."""
    if isinstance(value, Decimal) and is_too_large(value):
        return WRONG_NUMBER
    return to_serial(value) if isinstance(value, date | time) else value


def _same_everywhere(text: str) -> bool:
    """Whether a name means the same in every cell: all references fixed, with their sheet."""
    firm = all(ref.sheet is not None for ref in references(text))
    return firm and translate(text, 1, 1) == text
