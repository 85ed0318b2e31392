"""A screen of a living book drawn as the blueprint draws it now, with what people put on it.

A screen is old when it lacks a row, a column or a label, or when a formula or more than a tenth of
its labels is not what a fresh book has. A heading that somebody worded otherwise does not make it
old, nor does a change of looks alone. Typed cells and the program's figures go over by
the keys of rows and columns. What people wrote beside them stands where it stood among the same
rows, else below the screen under a heading; formulas of theirs, there and on other tabs, follow the
cells that they look at. Pictures and remarks cannot be carried: such a screen is left and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formulas.cells import FormulaError, parse, rewrite
from model.blueprint import KEY_ROW, Sheet, SlotKind
from model.errors import OddWorkbook
from model.snapshot import GridRead
from model.values import Value
from sync.books.read import Loaded
from sync.ooxml import (
    ANY,
    Area,
    BookFile,
    CellScan,
    Edit,
    Result,
    SetFormula,
    SetName,
    SetValue,
    col_letter,
    patch,
    regrafted,
)
from sync.ooxml.grafting import sheets_in
from sync.ooxml.parts import links

KEPT_TITLE = "Ваши записи, которым на новом листе не нашлось места"
FEW_LABELS, SHARE = 3, 10
"""A screen whose labels differ in more than three and a tenth of them was drawn long ago."""
_NUMBER = re.compile(r"\d+")
_CARRIED = frozenset({"drawing", "printerSettings"})
_ANCHORS = re.compile(rb"<(?:\w+:)?(?:twoCell|oneCell|absolute)Anchor\b")
_CHART_ROW = re.compile(rb"<(?:\w+:)?row>(\d+)</")
_CHART_HEIGHT = re.compile(rb'<(?:\w+:)?ext [^>]*\bcy="(\d+)"')
ROW_EMU = 12_700 * 15
"""Height of a plain row in the units of drawings."""
Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Screen:
    """A tab of a book as it was read: its cells, and where the keys stand."""

    file: BookFile
    title: str
    grid: GridRead
    cells: Mapping[Spot, CellScan]

    @property
    def texts(self) -> frozenset[str]:
        """Every word that stands on it, as it is compared."""
        return frozenset(_fold(c.text) for c in self.cells.values() if c.formula is None)


def screen_of(loaded: Loaded, sheet: Sheet) -> Screen:
    """The tab of a screen in a book that was read."""
    title = loaded.homes[sheet.key]
    lines = loaded.sheets[title].rows
    cells = {(row, col): cell for row, line in lines.items() for col, cell in line.items()}
    return Screen(loaded.workbook, title, loaded.snapshot.grids[sheet.key], cells)


def is_old(old: Screen, fresh: Screen, sheet: Sheet) -> bool:
    """Whether a fresh book draws the screen otherwise."""
    cols = {slot.col for slot in sheet.slots}
    if {s.row for s in sheet.slots} - old.grid.rows.keys() or cols - old.grid.cols.keys():
        return True
    move = _Move(old, fresh)
    for slot in sheet.slots:
        place = (slot.row, slot.col)
        seen, drawn = old.grid.cells.get(place), fresh.grid.cells.get(place)
        if slot.kind is not SlotKind.LIVE or drawn is None or drawn.formula is None:
            continue
        if seen is None:
            return True
        if seen.formula is not None and not _same(move.formula(seen.formula), drawn.formula):
            return True
    known, labels = old.texts, _labels(fresh, sheet)
    lost = [at for at, text in labels.items() if _fold(text) not in known]
    back = _Move(fresh, old)
    return len(lost) > max(FEW_LABELS, len(labels) // SHARE) or any(
        back.spot(*at) not in old.cells for at in lost
    )


def redrawn(
    file: BookFile,
    old: Screen,
    drawn: Screen,
    sheet: Sheet,
    also_ours: frozenset[str] = frozenset(),
) -> BookFile:
    """The book with the screen as `drawn` has it; `also_ours` are words of no person.

    Raises OddWorkbook where something of people's cannot be carried.
    """
    if old.title != drawn.title:
        raise OddWorkbook(name=file.name, detail=f"лист «{drawn.title}» назван иначе")
    _refuse_pictures(old, drawn)
    after = regrafted(file, drawn.file, drawn.title)
    work = _Carry(old, drawn, sheet, drawn.texts | also_ours)
    edits = [*work.slots(), *work.notes(), *work.elsewhere()]
    if not edits:
        return after
    patched = patch(after, edits)
    bad = {Result.REFUSED, Result.CONFLICT}
    for made in patched.receipt.outcomes:
        if made.result in bad:
            raise OddWorkbook(name=file.name, detail=made.reason or made.result.value)
    return BookFile.open(patched.raw, name=file.name)


class _Move:
    """Where a cell of the old drawing stands in the new one, by the keys nearest above and left."""

    def __init__(self, old: Screen, new: Screen) -> None:
        self._title = old.title
        self._rows = _shifts(old.grid.rows, new.grid.rows)
        self._cols = _shifts(old.grid.cols, new.grid.cols)

    def spot(self, row: int, col: int) -> Spot:
        """The place in the new drawing."""
        return row + _nearest(self._rows, row), col + _nearest(self._cols, col)

    def formula(self, formula: str, *, elsewhere: bool = False) -> str:
        """A formula after the cells of the screen have moved; it may stand on another tab."""

        def moved(sheet: str | None, row: int, col: int) -> Spot:
            ours = sheet == self._title or (sheet is None and not elsewhere)
            return self.spot(row, col) if ours else (row, col)

        try:
            return rewrite(formula, moved)
        except FormulaError:
            return formula


@dataclass(frozen=True, slots=True)
class _Carry:
    """What goes over from the old drawing."""

    old: Screen
    new: Screen
    sheet: Sheet
    ours: frozenset[str]

    def slots(self) -> Iterator[Edit]:
        """Typed cells, the program's figures, and what was typed over either."""
        for slot in self.sheet.slots:
            place = (slot.row, slot.col)
            at = _where(self.new.grid, place)
            seen = self.old.grid.cells.get(place)
            if at is None or _where(self.old.grid, place) is None:
                continue
            value = seen.value if seen is not None else None
            formula = seen.formula if seen is not None else None
            drawn = self.new.grid.cells.get(place)
            if slot.kind is SlotKind.INPUT and formula is not None:
                yield SetFormula(self.new.title, _a1(at), self._move.formula(formula), value)
                continue
            is_set = value is not None or slot.kind is SlotKind.INPUT
            stands = drawn.value if drawn is not None else None
            if formula is None and is_set and value != stands:
                yield _put(self.new.title, at, value, over=slot.kind is SlotKind.LIVE)

    def notes(self) -> Iterator[Edit]:
        """What people wrote where the drawing has nothing of its own."""
        homeless: list[tuple[Spot, CellScan]] = []
        hidden = _hidden(self.new)
        slots = {_where(self.new.grid, (s.row, s.col)) for s in self.sheet.slots}
        taken = {*self.new.cells, *_covered(self.new), *(spot for spot in slots if spot)}
        for spot, cell in sorted(self._foreign()):
            to = self._move.spot(*spot)
            if to in taken or to[1] in hidden:
                homeless.append((spot, cell))
                continue
            taken.add(to)
            yield self._note(to, cell)
        if not homeless:
            return
        row = max(_below_charts(self.new), *(r for r, _ in taken)) + 2
        yield _put(self.new.title, (row, 3), KEPT_TITLE)
        for line, (spot, cell) in enumerate(homeless, start=row + 1):
            yield _put(self.new.title, (line, 3), f"{_a1(spot)}:")
            yield self._note((line, 4), cell)

    def elsewhere(self) -> Iterator[Edit]:
        """Formulas of other tabs and names of people that look at cells which moved."""
        ours = {n for n, text in self.new.file.names.items() if self.new.title in sheets_in(text)}
        for name, text in self.old.file.names.items():
            moved = self._move.formula(text, elsewhere=True)
            if name not in ours and self.old.title in sheets_in(text) and moved != text:
                yield SetName(name, moved)
        for ref in self.old.file.sheets:
            if ref.name == self.old.title:
                continue
            for line in self.old.file.rows(ref.name):
                for cell in line.cells:
                    if cell.formula is None or self.old.title not in sheets_in(cell.formula):
                        continue
                    moved = self._move.formula(cell.formula, elsewhere=True)
                    if moved != cell.formula:
                        yield SetFormula(ref.name, _a1((line.row, cell.col)), moved, cell.value())

    @property
    def _move(self) -> _Move:
        return _Move(self.old, self.new)

    def _note(self, at: Spot, cell: CellScan) -> Edit:
        if cell.formula is None:
            return _put(self.new.title, at, cell.value())
        return SetFormula(self.new.title, _a1(at), self._move.formula(cell.formula), cell.value())

    def _foreign(self) -> Iterator[tuple[Spot, CellScan]]:
        """Cells that neither drawing nor program filled."""
        rows = {row: key for key, row in self.old.grid.rows.items()}
        cols = {col: key for key, col in self.old.grid.cols.items()}
        slots = {(s.row, s.col) for s in self.sheet.slots}
        families = {(_NUMBER.sub("", row), col) for row, col in slots}
        for (row, col), cell in self.old.cells.items():
            key = (rows.get(row, ""), cols.get(col, ""))
            if row == KEY_ROW or col == 1 or key in slots:
                continue
            if all(key) and (_NUMBER.sub("", key[0]), key[1]) in families:
                continue
            if cell.formula is not None:
                if not (all(key) and cell.style):
                    yield (row, col), cell
            elif cell.text and _fold(cell.text) not in self.ours:
                yield (row, col), cell


def _labels(screen: Screen, sheet: Sheet) -> dict[Spot, str]:
    """Texts of a drawing beside its slots and keys."""
    slots = {_where(screen.grid, (s.row, s.col)) for s in sheet.slots}
    return {
        (row, col): cell.text
        for (row, col), cell in screen.cells.items()
        if row != KEY_ROW and col != 1 and (row, col) not in slots
        if cell.formula is None and cell.text.strip()
    }


def _refuse_pictures(old: Screen, drawn: Screen) -> None:
    kinds = {link.kind for link in links(old.file.package, old.file.member(old.title).name)}
    kinds -= {"hyperlink"}
    if kinds - _CARRIED or _anchors(old) > _anchors(drawn):
        raise OddWorkbook(name=old.file.name, detail="на листе ваши примечания или рисунки")


def _anchors(screen: Screen) -> int:
    """How many charts and pictures stand on a tab."""
    return sum(len(_ANCHORS.findall(content)) for content in _drawings(screen))


def _below_charts(screen: Screen) -> int:
    """A row that no chart covers, nor those below it."""
    rows = [int(n) for content in _drawings(screen) for n in _CHART_ROW.findall(content)]
    tall = [int(n) for content in _drawings(screen) for n in _CHART_HEIGHT.findall(content)]
    return max(rows, default=0) + max(tall, default=0) // ROW_EMU + 1


def _drawings(screen: Screen) -> Iterator[bytes]:
    """The parts with the charts of a tab."""
    package = screen.file.package
    for link in links(package, screen.file.member(screen.title).name):
        member = package.find(link.part) if link.kind == "drawing" else None
        if member is not None:
            yield package.read(member)


def _covered(screen: Screen) -> set[Spot]:
    """Cells that merged ones hide."""
    return {
        (row, col)
        for area in map(Area.parse, screen.file.merged(screen.title))
        for row in range(area.top, area.bottom + 1)
        for col in range(area.left, area.right + 1)
    }


def _hidden(screen: Screen) -> set[int]:
    """Columns that nobody sees."""
    listed = screen.file.frame(screen.title).root.first("cols")
    return {
        col
        for node in (listed.all("col") if listed else ())
        if node.attributes.get("hidden") in {"1", "true"}
        for col in range(int(node.attributes["min"]), int(node.attributes["max"]) + 1)
    }


def _shifts(old: Mapping[str, int], new: Mapping[str, int]) -> list[tuple[int, int]]:
    """How far each line with a key has moved, the nearest to the edge first."""
    return sorted((at, new[key] - at) for key, at in old.items() if key in new)


def _nearest(shifts: list[tuple[int, int]], line: int) -> int:
    return next((shift for at, shift in reversed(shifts) if at <= line), 0)


def _where(grid: GridRead, place: tuple[str, str]) -> Spot | None:
    row, col = grid.rows.get(place[0]), grid.cols.get(place[1])
    return None if row is None or col is None else (row, col)


def _same(left: str, right: str | None) -> bool:
    """Whether two spellings of a formula are one: programs write some words otherwise."""
    if right is None:
        return False
    try:
        one, other = (parse(_plain(text)).tree for text in (left, right))
    except FormulaError:
        return _plain(left) == _plain(right)
    return one == other


def _plain(formula: str) -> str:
    return formula.removeprefix("=").replace("TRUE()", "TRUE").replace("FALSE()", "FALSE")


def _put(sheet: str, at: Spot, value: Value, *, over: bool = False) -> SetValue:
    return SetValue(sheet, _a1(at), ANY, value, over_formula=over)


def _a1(at: Spot) -> str:
    return f"{col_letter(at[1])}{at[0]}"


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
