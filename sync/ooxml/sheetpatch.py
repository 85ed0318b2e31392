"""Edits of one sheet, gathered as drafts of cells and written as splices of its part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sync.ooxml.a1 import MAX_COLUMN, MAX_ROW, Area, split_ref
from sync.ooxml.appending import Block, appended
from sync.ooxml.cells import CellKind, CellScan
from sync.ooxml.columns import NewColumn, column_splices
from sync.ooxml.compare import same
from sync.ooxml.drafts import Draft, draft_of, odd_content, scan_of, tied_formula
from sync.ooxml.edits import (
    ANY,
    AppendColumn,
    AppendRows,
    CellEdit,
    Outcome,
    Result,
    SetCache,
    SetFormula,
    SetValue,
    SpareRows,
)
from sync.ooxml.frame import Frame
from sync.ooxml.framepatch import (
    Stretch,
    reached,
    rule_reaching,
    stretched,
    unselected,
    widened,
)
from sync.ooxml.grid import Grid
from sync.ooxml.markup import attributes
from sync.ooxml.markup_out import Written, formula_markup, written
from sync.ooxml.reasons import Reason
from sync.ooxml.rowsplices import row_look, row_splices
from sync.ooxml.scan import Texts
from sync.ooxml.sharing import heir_of
from sync.ooxml.tree import Splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.values import Value


class Refusal(Exception):  # carries a reason to the outcome, never leaves this room
    """An edit cannot be made, for the reason given."""

    def __init__(self, reason: Reason, found: Value = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.found = found


@dataclass(slots=True)
class SheetPatch:
    """The drafts of one sheet. `label` is the book's name for messages."""

    content: bytes
    label: str
    part: str
    strings: Texts
    date1904: bool
    headings: tuple[Area, ...] = ()
    """Heading rows of table objects: their texts are the names of the columns in another part."""
    locks: bool = True
    """Whether it may hold array formulas."""
    formulas_changed: bool = False
    values_changed: bool = False
    grid: Grid = field(init=False)
    _frame: Frame = field(init=False)
    _merged: tuple[Area, ...] = field(init=False)
    _drafts: dict[int, dict[int, Draft]] = field(default_factory=dict, init=False)
    _new_rows: dict[int, str] = field(default_factory=dict, init=False)
    _unselected: bool = field(default=False, init=False)
    _stretches: list[Stretch] = field(default_factory=list, init=False)
    _blocks: dict[int, Block] = field(default_factory=dict, init=False)
    _reaches: dict[str, str] = field(default_factory=dict, init=False)
    _columns: list[NewColumn] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._frame = Frame.of(self.content, label=self.label, part=self.part)
        self.grid = Grid(self.content, self._frame, label=self.label, locks=self.locks)
        listed = self._frame.root.first("mergeCells")
        cells = listed.all("mergeCell") if listed else ()
        self._merged = tuple(Area.parse(node.attributes["ref"]) for node in cells)

    def apply(self, edit: CellEdit | SpareRows | AppendRows) -> Outcome:
        """The fate of an edit of cells; raises Refusal."""
        match edit:
            case SetValue():
                return self._set_value(edit)
            case SetFormula():
                return self._set_formula(edit)
            case SetCache():
                return self._set_cache(edit)
            case SpareRows():
                return self._spare_rows(edit)
            case AppendRows():
                return self._append_rows(edit)

    def reach(self, old: str, new: str) -> bool:
        """Whether a validation was let reach elsewhere; raises Refusal."""
        if rule_reaching(self._frame, old) is None:
            raise Refusal(Reason.NO_RULE)
        if old != new:
            self._reaches[old] = new
        return old != new

    def append_column(self, edit: AppendColumn, table: Area) -> None:
        """Put a column beside a table; raises Refusal where anything stands in its way."""
        col, last = table.right + 1, max(self.grid.last_row, table.bottom)
        whole = Area(col, 1, col, last)
        tall = replace(whole, top=table.top)
        if col > MAX_COLUMN or any(tall.meets(area) for area in (*self._merged, *self.headings)):
            raise Refusal(Reason.COLUMN_TAKEN)
        rows = [row for row in self.grid.numbers if row > table.top]
        standing = [self._draft(row, col) for row in self.grid.numbers]
        if any(draft.formula or draft.scan.value() is not None for draft in standing):
            raise Refusal(Reason.COLUMN_TAKEN)
        head = edit.looks[0] if edit.looks else None
        self._fill(table.top, col, edit.heading, _style(self._draft(table.top, edit.like), head))
        if edit.key:
            key_like = self._draft(edit.key_row, edit.like)
            self._fill(edit.key_row, col, edit.key, _style(key_like))
        for row in rows:
            like = self._draft(row, edit.like)
            if like.at is not None or like.changed:
                self._fill_live(row, col, edit, like)
        below = replace(whole, top=table.top + 1)
        self._columns.append(NewColumn(below, edit.width, edit.hidden, edit.rule, table))

    def _fill(self, row: int, col: int, text: str, look: dict[str, str]) -> None:
        new = self._written(text, cached=False)
        draft = replace(self._draft(row, col).bare(), look=look)
        self._put(draft, new, scan_of(new, col, None))

    def _fill_live(self, row: int, col: int, edit: AppendColumn, like: Draft) -> None:
        own = edit.looks[1] if edit.looks else None
        draft = replace(self._draft(row, col).bare(), look=_style(like, own))
        if not edit.formula:
            self._drafts.setdefault(row, {})[col] = draft
            return
        text = edit.formula.replace("{row}", str(row)).removeprefix("=")
        new = self._written(edit.results.get(row, ""), cached=True)
        formula = formula_markup(text, prefix=self.grid.words.prefix)
        self._note(draft, formula=formula)
        self._put(replace(draft, formula=formula), new, scan_of(new, col, text))

    def head(self, col: int, row: int, text: str) -> bool:
        """Whether a heading had to be written to say the text; raises Refusal."""
        draft = self._draft(row, col)
        if draft.scan.value() == text and not draft.formula:
            return False
        if draft.formula:
            raise Refusal(Reason.FORMULA, draft.scan.value())
        new = self._written(text, cached=False)
        self._put(self._dressed(draft.bare(), None), new, scan_of(new, col, None))
        return True

    def _set_value(self, edit: SetValue) -> Outcome:
        """The fate of putting a value into a cell."""
        col, row = self._place(edit.cell)
        draft = self._draft(row, col)
        found = draft.scan.value()
        if draft.formula and not edit.over_formula:
            return Outcome(edit, Result.REFUSED, Reason.FORMULA.value, found)
        new = self._written(edit.new, cached=False)
        if not draft.formula and self._same(found, new.value):
            return Outcome(edit, Result.SAME, new.notice, found)
        if edit.expected is not ANY and not self._same(found, edit.expected):
            return Outcome(edit, Result.CONFLICT, "", found)
        self._check(draft)
        self._note(draft, formula="")
        scan = scan_of(new, draft.col, None)
        self._put(self._dressed(draft.bare(), edit.style_from), new, scan)
        return Outcome(edit, Result.APPLIED, new.notice, found)

    def _set_formula(self, edit: SetFormula) -> Outcome:
        """The fate of putting a formula into a cell."""
        col, row = self._place(edit.cell)
        draft = self._draft(row, col)
        found = draft.scan.value()
        text = edit.formula.removeprefix("=")
        if draft.scan.formula == text:
            return self._set_result(edit, draft, edit.cached)
        new = self._written(edit.cached, cached=True)
        self._check(draft)
        formula = formula_markup(text, prefix=self.grid.words.prefix)
        self._note(draft, formula=formula)
        bare = replace(self._dressed(draft.bare(), edit.style_from), formula=formula)
        self._put(bare, new, scan_of(new, draft.col, text))
        return Outcome(edit, Result.APPLIED, new.notice, found)

    def _set_cache(self, edit: SetCache) -> Outcome:
        """The fate of replacing the stored result of a formula."""
        col, row = self._place(edit.cell)
        draft = self._draft(row, col)
        if not draft.formula:
            found = draft.scan.value()
            return Outcome(edit, Result.CONFLICT, Reason.NO_FORMULA.value, found)
        return self._set_result(edit, draft, edit.cached)

    def _spare_rows(self, edit: SpareRows) -> Outcome:
        """The fate of keeping formatted rows free."""
        like = self.grid.row(edit.like_row)
        if like is None:
            return Outcome(edit, Result.REFUSED, Reason.NO_LIKE_ROW.value)
        looks = {cell.col: attributes(cell.tag).get("s") for cell in self.grid.cells(like)}
        columns = sorted({*(c for c, s in looks.items() if s is not None), *edit.formulas})
        changed = False
        for row in edit.rows:
            if self._in_block(row):
                continue
            if self.grid.row(row) is None and row not in self._new_rows:
                self._new_rows[row] = row_look(like.tag)
                changed = True
            for col in columns:
                changed |= self._spare_cell(row, col, looks.get(col), edit.formulas.get(col))
        if edit.rows:
            self._stretches.append(Stretch(edit.like_row, edit.rows.start, edit.rows[-1]))
            changed |= any(stretched(self._frame, self._stretches))
        return Outcome(edit, Result.APPLIED if changed else Result.SAME)

    def _append_rows(self, edit: AppendRows) -> Outcome:
        """The fate of rows laid below the last one in one piece."""
        like = self.grid.row(edit.like_row)
        if like is None:
            return Outcome(edit, Result.REFUSED, Reason.NO_LIKE_ROW.value)
        span = range(edit.first, edit.first + len(edit.rows))
        if not span or span[0] <= self.grid.last_row or span[-1] > MAX_ROW or self._taken(span):
            return Outcome(edit, Result.REFUSED, Reason.NOT_BELOW.value)
        block, notices = appended(
            edit,
            {c.col: s for c in self.grid.cells(like) if (s := attributes(c.tag).get("s"))},
            row_look(like.tag),
            prefix=self.grid.words.prefix,
            date1904=self.date1904,
        )
        self._blocks[edit.first] = block
        self._stretches.append(Stretch(edit.like_row, span[0], span[-1]))
        self.values_changed = True
        self.formulas_changed |= bool(edit.formulas)
        return Outcome(edit, Result.APPLIED, "; ".join(notices))

    def _taken(self, span: range) -> bool:
        """Whether edits before this one have put something into those rows."""
        return any(row in span for row in (*self._drafts, *self._new_rows)) or any(
            block.first in span or span[0] in block.rows for block in self._blocks.values()
        )

    def _in_block(self, row: int) -> bool:
        return any(row in block.rows for block in self._blocks.values())

    def unselect(self) -> None:
        """Take the sheet out of the selected group: typing would go into a hidden sheet too."""
        self._unselected = True

    def splices(self) -> list[Splice]:
        """What is to be put where in the part."""
        found = row_splices(self.grid, self._drafts, self._new_rows, self._blocks)
        if found:
            found += widened(self._frame, self._places())
        if self._unselected:
            found += unselected(self._frame)
        found += reached(self._frame, self._reaches)
        found += column_splices(self._frame, self._columns)
        return found + list(stretched(self._frame, self._stretches))

    def _places(self) -> Iterator[tuple[int, int]]:
        """The cells that are written, of a block its corners."""
        for row, cells in self._drafts.items():
            yield from ((col, row) for col in cells)
        for block in self._blocks.values():
            yield from ((block.left, block.first), (block.right, block.last))

    def _place(self, ref: str) -> tuple[int, int]:
        if self._frame.start == len(self.content):
            raise Refusal(Reason.NO_CELLS)
        try:
            place = split_ref(ref)
        except ValueError as error:
            raise Refusal(Reason.BAD_CELL) from error
        if self._in_block(place[1]):
            raise Refusal(Reason.NEW_ROW)
        for area in self._merged:
            if place in area and place != (area.left, area.top):
                raise Refusal(Reason.MERGED)
        return place

    def _check(self, draft: Draft) -> None:
        patterns = self.grid.words
        place = (draft.col, draft.row)
        if any(place in area for area in self.grid.locked):
            raise Refusal(Reason.ARRAY, draft.scan.value())
        if any(place in area for area in self.headings):
            raise Refusal(Reason.HEADING, draft.scan.value())
        reason = tied_formula(draft, patterns)
        if reason is None and draft.at is not None and not draft.changed:
            reason = odd_content(draft.at, patterns)
        if reason is not None:
            raise Refusal(reason, draft.scan.value())

    def _written(self, value: Value, *, cached: bool) -> Written:
        prefix = self.grid.words.prefix
        new = written(value, prefix=prefix, date1904=self.date1904, cached=cached)
        if isinstance(new, Reason):
            raise Refusal(new)
        return new

    def _same(self, found: Value, wanted: Value) -> bool:
        return same(found, wanted, date1904=self.date1904)

    def _set_result(self, edit: SetFormula | SetCache, draft: Draft, cached: Value) -> Outcome:
        new = self._written(cached, cached=True)
        found = draft.scan.value()
        if self._same(found, new.value):
            return Outcome(edit, Result.SAME, new.notice, found)
        look = {name: value for name, value in draft.look.items() if name != "vm"}
        self._put(replace(draft, look=look), new, scan_of(new, draft.col, draft.scan.formula))
        return Outcome(edit, Result.APPLIED, new.notice, found)

    def _note(self, draft: Draft, *, formula: str) -> None:
        heir = heir_of(draft, self._draft, self.grid.words)
        if heir is not None:
            self._drafts.setdefault(heir.row, {})[heir.col] = heir
        self.formulas_changed |= bool(draft.formula or formula)

    def _put(self, draft: Draft, new: Written, scan: CellScan) -> None:
        self.values_changed = True
        done = replace(draft, kind=new.kind, value=new.inner, scan=scan, changed=True)
        self._drafts.setdefault(done.row, {})[done.col] = done

    def _draft(self, row: int, col: int) -> Draft:
        draft = self._drafts.get(row, {}).get(col)
        if draft is not None:
            return draft
        row_at = self.grid.row(row)
        for at in self.grid.cells(row_at) if row_at else ():
            if at.col == col:
                scan = self.grid.scan(at, row, self.strings)
                return draft_of(row, at, scan, self.grid.words)
        return Draft(row, col, CellScan(col, CellKind.EMPTY, ""), {})

    def _dressed(self, draft: Draft, style_from: str | None) -> Draft:
        """A new cell with the look of the named cell, its row, the cell above or its column."""
        if draft.at is not None or "s" in draft.look:
            return draft
        look = self._look_of(draft, style_from)
        return replace(draft, look={"s": look}) if look else draft

    def _look_of(self, draft: Draft, style_from: str | None) -> str:
        if style_from is not None:
            col, row = self._place(style_from)
            return self._draft(row, col).look.get("s", "")
        above = self._draft(draft.row - 1, draft.col).look.get("s", "") if draft.row > 1 else ""
        row_at = self.grid.row(draft.row)
        own = attributes(row_at.tag).get("s", "") if row_at else ""
        return own or above or self._column_look(draft.col)

    def _column_look(self, col: int) -> str:
        listed = self._frame.root.first("cols")
        for node in listed.all("col") if listed else ():
            given = node.attributes
            if int(given.get("min", 0)) <= col <= int(given.get("max", 0)):
                return given.get("style", "")
        return ""

    def _spare_cell(self, row: int, col: int, look: str | None, template: str | None) -> bool:
        draft = self._draft(row, col)
        if draft.at is not None or draft.changed:
            return False
        dress = {"s": look} if look is not None else {}
        if template is None:
            fresh = replace(draft, look=dress, changed=True)
        else:
            text = template.replace("{row}", str(row)).removeprefix("=")
            new = self._written("", cached=True)
            formula = formula_markup(text, prefix=self.grid.words.prefix)
            self._note(draft, formula=formula)
            self.values_changed = True
            fresh = replace(
                draft, look=dress, formula=formula, kind=new.kind, value=new.inner,
                scan=scan_of(new, col, text), changed=True,
            )  # fmt: skip
        self._drafts.setdefault(row, {})[col] = fresh
        return True


def _style(like: Draft, own: int | None = None) -> dict[str, str]:
    if own is not None:
        return {"s": str(own)}
    return {"s": like.look["s"]} if "s" in like.look else {}
