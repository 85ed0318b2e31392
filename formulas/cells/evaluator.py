"""Calculate formulas over the cells of a book.

An evaluator sees the book as it is at its first look: make a new one after a change. Each cell is
calculated once. A formula outside the portable subset (a person's own) counts as its cached value.
A cell that depends on itself is #REF!.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal

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
OWN_ROW = "\0"
Key = tuple[str, int, int]


class _Later(Exception):  # no error: a request to calculate other cells first
    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self.keys = keys


class _Programs:
    """Compiled formulas by their shape, so that a filled-down column is compiled once."""

    def __init__(self) -> None:
        self._by_text: dict[tuple[str, int], Program] = {}
        self._by_shape: dict[str, Program] = {}

    def of_shape(self, shape: str, formula: str, row: int, col: int) -> Program:
        """The program of every formula of a shape; raises FormulaError."""
        known = self._by_text.get((shape, col))
        if known is None:
            known = self._by_text[shape, col] = compiled(parse(formula).tree, row, col)
        return known

    def program(self, formula: str, row: int, col: int) -> Program:
        """The program of a formula in a cell; raises FormulaError."""
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


class Evaluator:
    """Values of cells and formulas of one book."""

    def __init__(self, sheets: Sheets, *, regional: Regional = RUSSIAN) -> None:
        self.regional = regional
        self._sheets = sheets
        self._programs = _Programs()
        self._known: dict[Key, CellValue] = {}
        self._open: set[Key] = set()
        self._frames = 0
        self._circles = 0
        self._areas: dict[Area, tuple[CellValue, ...]] = {}
        self._indexes: dict[Area, Index] = {}
        self._matches: dict[tuple[Area, Criterion], frozenset[int]] = {}
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
        values = tuple(self.read(*key) for key in _keys(area))
        if circles == self._circles:
            self._areas[area] = values
        return values

    def index(self, area: Area) -> Index:
        """The values of an area by value."""
        found = self._indexes.get(area)
        if found is None:
            found = Index(self.cells(area), self.regional)
            if area in self._areas:
                self._indexes[area] = found
        return found

    def matching(self, area: Area, criterion: Criterion) -> frozenset[int]:
        """The places in an area that meet a criterion."""
        found = self._matches.get((area, criterion))
        if found is None:
            found = self.index(area).meeting(criterion)
            if area in self._areas:
                self._matches[area, criterion] = found
        return found

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
            value = _inside(content.value)
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


def _keys(area: Area) -> Iterator[Key]:
    for row in range(area.top, area.bottom + 1):
        for col in range(area.left, area.right + 1):
            yield area.sheet, row, col


def _inside(value: Value) -> CellValue:
    if isinstance(value, Decimal) and is_too_large(value):
        return WRONG_NUMBER
    return to_serial(value) if isinstance(value, date | time) else value


def _same_everywhere(text: str) -> bool:
    """Whether a name means the same in every cell: all references fixed, with their sheet."""
    firm = all(ref.sheet is not None for ref in references(text))
    return firm and translate(text, 1, 1) == text
