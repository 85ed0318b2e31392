"""A book's bytes given the form of the blueprint: columns, sheets, tabs shown, damage mended.

Everything goes through the patcher, whose every step is proven; people's cells are not among what
it may touch. What it refuses is told and the rest is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from model.blueprint import FIRST_ROW, HEADER_ROW, KEY_ROW, Column, Sheet, Table
from model.errors import OddWorkbook
from model.snapshot import TableRead
from sync.books.read import Loaded
from sync.ooxml import (
    AppendColumn,
    Area,
    BookFile,
    Edit,
    Result,
    Rule,
    SetName,
    SetSheetState,
    SetValue,
    col_letter,
    graft,
    patch,
    take_looks,
)
from sync.upgrade.lacking import Lacks, column_step
from sync.upgrade.redrawing import redrawn, screen_of
from sync.upgrade.reforming import Outdated, exchanges
from sync.upgrade.steps import Did, Left, Step, Why
from templates.lists import WORDS
from templates.live import cell_formula, fields_of

_WARNS = frozenset({"warning", "information"})


@dataclass(frozen=True, slots=True)
class Reshaped:
    """The book in its new form, the steps made and those left."""

    file: BookFile
    done: tuple[Step, ...]
    left: tuple[Left, ...]


def reshape(file: BookFile, lack: Lacks, fresh: Loaded) -> Reshaped:
    """The book with what it lacked; `fresh` is an empty book of the same role, read."""
    work = _Work(file, lack, fresh.workbook)
    work.mend()
    for table, column in lack.columns:
        work.append(table, column)
    work.lists()
    for sheet in sorted(lack.sheets, key=lambda one: bool(one.slots)):  # screens look at tables
        work.graft(sheet)
    for sheet in lack.old:
        work.redraw(sheet, fresh, file.sha256)
    for one in lack.formulas:
        work.reform(one)
    for title in lack.hidden:
        work.show(title)
    return Reshaped(work.file, tuple(work.done), (*lack.left, *work.left))


@dataclass(slots=True)
class _Work:
    file: BookFile
    lack: Lacks
    fresh: BookFile
    done: list[Step] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    _places: dict[str, dict[str, int]] = field(default_factory=dict)

    def mend(self) -> None:
        """What LibreOffice left behind; each sheet is told once."""
        made = []
        for edit, said in zip(self.lack.mends, self._patched(self.lack.mends), strict=True):
            step = Step(Did.MENDED, edit.sheet, edit.sheet)
            if said:
                self.left.append(Left(step, Why.REFUSED, said))
            elif step not in made:
                made.append(step)
        self.done += made

    def append(self, table: Table, column: Column) -> None:
        """A column at the right edge of its table, dressed as in a fresh book."""
        read = self.lack.loaded.snapshot.tables[table.key]
        step = column_step(self.lack.loaded, table, column)
        try:
            edit = self._column(table, column, read)
        except OddWorkbook as error:
            self.left.append(Left(step, Why.REFUSED, str(error.facts.get("detail", ""))))
            return
        col = self._edge(read) + 1
        letter, top = col_letter(col), read.header_row + 1
        last = max(read.styled_to, read.last_row) + FIRST_ROW
        area = f"'{read.sheet}'!${letter}${top}:${letter}${self._name_end(table, column, last)}"
        said, *_ = self._patched((edit, SetName(f"{table.key}_{column.key}", area)))
        if said:
            self.left.append(Left(step, Why.REFUSED, said))
            return
        self._places[table.key] = {**self._standing(read), column.key: col}
        self.done.append(step)

    def lists(self) -> None:
        """Lists of the program's own words that the book lacks, in free columns of their sheet."""
        known = {ref.name for ref in self.file.sheets}
        if not self.lack.sheets or WORDS not in known:
            return
        words = _columns(self.fresh)
        free = max(_columns(self.file), default=0) + 1
        edits: list[Edit] = []
        for name, formula in self.fresh.names.items():
            sheet, _, area = formula.rpartition("!")
            if sheet != WORDS or name in self.file.names:
                continue
            mine = words[Area.parse(area.replace("$", "")).left]
            letter = col_letter(free)
            edits += [
                SetValue(WORDS, f"{letter}{row}", None, word)
                for row, word in enumerate(mine, start=1)
            ]
            edits.append(SetName(name, f"{WORDS}!${letter}$1:${letter}${len(mine)}"))
            free += 1
        self._patched(edits)

    def graft(self, sheet: Sheet) -> None:
        """A sheet of the fresh book as the last tab; names over it that died come back."""
        title = sheet.title.ru
        step = Step(Did.SHEET, title, title)
        try:
            state = "hidden" if sheet.hidden else "visible"
            raw = graft(self.file, self.fresh, title, state=state).raw
            self.file = BookFile.open(raw, name=self.file.name)
        except OddWorkbook as error:
            self.left.append(Left(step, Why.REFUSED, str(error.facts.get("detail", ""))))
            return
        dead = [
            SetName(name, formula)
            for name, formula in self.fresh.names.items()
            if formula.rpartition("!")[0].strip("'") == title
            and self.file.names.get(name) != formula
        ]
        self._patched(dead)
        self.done.append(step)

    def redraw(self, sheet: Sheet, fresh: Loaded, before: str) -> None:
        """A screen as the fresh book draws it, with what people put there."""
        old = screen_of(self.lack.loaded, sheet)
        step = Step(Did.REDRAWN, old.title, old.title, field=before)
        try:
            self.file = redrawn(self.file, old, screen_of(fresh, sheet), sheet)
        except OddWorkbook as error:
            self.left.append(Left(step, Why.REFUSED, str(error.facts.get("detail", ""))))
            return
        self.done.append(step)

    def reform(self, one: Outdated) -> None:
        """Today's formula in the rows where an older program's stands."""
        edits = tuple(exchanges(one, self.file, self._standing(one.read)))
        refused = [said for said in self._patched(edits) if said]
        if not edits:
            self.left.append(Left(one.step, Why.NO_NAME))
        elif refused:
            self.left.append(Left(one.step, Why.REFUSED, refused[0]))
        if len(refused) < len(edits):
            self.done.append(one.step)

    def show(self, title: str) -> None:
        """A tab that is hidden for nobody any more."""
        (said,) = self._patched((SetSheetState(title, "visible"),))
        step = Step(Did.SHOWN, title, title)
        if said:
            self.left.append(Left(step, Why.REFUSED, said))
        else:
            self.done.append(step)

    def _patched(self, edits: Sequence[Edit]) -> list[str]:
        """Why each edit was not made, nothing when it was."""
        if not edits:
            return []
        patched = patch(self.file, edits)
        if patched.receipt.parts_rewritten:
            self.file = BookFile.open(patched.raw, name=self.file.name)
        bad = {Result.REFUSED, Result.CONFLICT}
        return [
            (made.reason or made.result.value) if made.result in bad else ""
            for made in patched.receipt.outcomes
        ]

    def _standing(self, read: TableRead) -> dict[str, int]:
        return self._places.get(read.table) or dict(read.places)

    def _edge(self, read: TableRead) -> int:
        """The last column of the table as it stands now."""
        native = next(t for t in self.file.tables(read.sheet) if t.name == read.native)
        return Area.parse(native.ref).right

    def _name_end(self, table: Table, column: Column, last: int) -> int:
        """Where the name over the column ends in a fresh book, or below the last row here."""
        formula = self.fresh.names.get(f"{table.key}_{column.key}", "")
        bottom = "".join(c for c in formula.rpartition("$")[2] if c.isdigit())
        return max(last, int(bottom or 0))

    def _column(self, table: Table, column: Column, read: TableRead) -> AppendColumn:
        places = {**self._standing(read), column.key: self._edge(read) + 1}
        if not fields_of(column) <= places.keys():
            raise OddWorkbook(name=self.file.name, detail="в формуле столбец, которого нет")
        title, at = self._in_fresh(table, column)
        head, body = self._look(title, HEADER_ROW, at), self._look(title, FIRST_ROW, at)
        self.file, numbers = take_looks(self.file, self.fresh, {head, body})
        live = cell_formula(column, places, "{row}") if column.live is not None else ""
        return AppendColumn(
            read.sheet,
            read.native or "",
            column.title.ru,
            like=min(read.places.values()),
            key=f"{table.key}.{column.key}",
            key_row=KEY_ROW,
            width=column.width,
            hidden=column.hidden,
            formula=live,
            rule=self._rule(title, at),
            looks=(numbers[head], numbers[body]),
        )

    def _in_fresh(self, table: Table, column: Column) -> tuple[str, int]:
        """Tab and number of the column in the fresh book."""
        key = f"{table.key}.{column.key}"
        for ref in self.fresh.sheets:
            for cell in next((r.cells for r in self.fresh.rows(ref.name) if r.row == KEY_ROW), ()):
                if cell.text == key:
                    return ref.name, cell.col
        raise KeyError(key)

    def _look(self, title: str, row: int, col: int) -> int:
        cells = next((r.cells for r in self.fresh.rows(title) if r.row == row), ())
        return next((c.style or 0 for c in cells if c.col == col), 0)

    def _rule(self, title: str, col: int) -> Rule | None:
        """The validation of the column in the fresh book, if what it looks at is in this one."""
        listed = self.fresh.frame(title).root.first("dataValidations")
        for node in listed.all("dataValidation") if listed else ():
            areas = [Area.parse(ref) for ref in node.attributes.get("sqref", "").split()]
            if any(a.left <= col <= a.right for a in areas):
                formula = node.first("formula1")
                text = formula.text if formula is not None else ""
                if text in self.fresh.names and text not in self.file.names:
                    return None
                return _rule_of(node.attributes, text)
        return None


def _columns(file: BookFile) -> dict[int, list[str]]:
    """Words of each column of the sheet of lists, top down."""
    found: dict[int, list[str]] = {}
    for line in file.rows(WORDS):
        for cell in line.cells:
            if cell.text:
                found.setdefault(cell.col, []).append(cell.text)
    return found


def _rule_of(given: Mapping[str, str], formula: str) -> Rule:
    return Rule(
        given.get("type", "none"),
        formula,
        given.get("errorTitle", ""),
        given.get("error", ""),
        warns=given.get("errorStyle") in _WARNS,
    )
