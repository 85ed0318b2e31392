"""Merge of one table: rows, then the brake, then cells and deletions (MERGE_SPEC sections 4-6)."""

from __future__ import annotations

from decimal import Decimal

from model.blueprint import NUMBER_FIELD, Column, Identity, Owner, RowMaker
from model.problems import Code, Place, Problem, Severity
from model.snapshot import EMPTY, RowRead
from model.values import Fault, Value
from sync.merge.brake import brake
from sync.merge.cells import COVERED, Cell, is_remarked, merge_cell, readable, typed_over
from sync.merge.foreign import is_foreign
from sync.merge.gone import leave
from sync.merge.groups import mixed
from sync.merge.replaced import split_replaced
from sync.merge.result import Clash, ClashKind, Edit, Mixed, NewRow, TableMerge
from sync.merge.rows import resolve
from sync.merge.sides import (
    AT,
    SHOWN,
    TYPED,
    Resolved,
    Row,
    Sides,
    content_fields,
    is_content,
    moved,
)
from sync.merge.sorts import put_back


def merge_table(sides: Sides) -> TableMerge:
    """What a person's save of one table means; `hold` set: nothing else in the result counts."""
    rows, foreign = _content(sides)
    fields = content_fields(sides.table)
    visible = [c for c in fields if c.key in sides.read.places and not c.hidden]
    resolved = resolve(sides, rows, visible)
    resolved = put_back(resolved, sides.base, sides.order, _hidden(sides))
    resolved, replaced = split_replaced(sides, resolved)
    present = {r.row_id for r in resolved}
    gone = tuple(i for i in sides.base if i not in present and i in sides.store)
    walk = _Walk(sides, {r.new: r.old for r in replaced})
    for one in resolved:
        walk.row(one)
    for row_id in gone:
        walk.gone(row_id)
    return TableMerge(
        table=sides.table.key,
        rows=tuple((r.row.row, r.row_id) for r in resolved),
        edits=tuple(walk.edits),
        new=tuple(walk.new),
        deleted=tuple(walk.deleted),
        revived=tuple(walk.revived),
        clashes=tuple(walk.clashes),
        replaced=replaced,
        mixed=tuple(walk.mixed),
        strange=walk.strange,
        seen=walk.seen,
        problems=(*_remarks(sides, foreign), *walk.problems),
        hold=brake(sides, resolved, gone, replaced, visible),
    )


def _content(sides: Sides) -> tuple[list[RowRead], list[RowRead]]:
    """Rows that are records, and those that only stand among them (R12, R13)."""
    fields = content_fields(sides.table)
    listed = sides.table.makes_rows is RowMaker.DAEMON
    rows = [
        row
        for row in sides.read.rows
        if (is_content(row, fields) and (row.row_id or not _is_covered(row)))
        or (listed and row.row_id)
    ]
    foreign = [row for row in rows if is_foreign(row, fields, sides.read.titles)]
    return [row for row in rows if row not in foreign] if foreign else rows, foreign


def _is_covered(row: RowRead) -> bool:
    """Whether nothing but the shade of a merged range stands in the row."""
    return all(cell.value == Fault(COVERED) for cell in row.cells.values())


def _remarks(sides: Sides, foreign: list[RowRead]) -> list[Problem]:
    key = sides.table.key
    return [Problem(Code.FOREIGN_ROW, Severity.NOTICE, Place(key, row=r.row), ()) for r in foreign]


def _hidden(sides: Sides) -> list[Column]:
    """Columns of values that nobody sees."""
    return [
        c
        for c in sides.table.columns
        if c.hidden
        and c.live is None
        and c.owner is not Owner.SYSTEM
        and c.key in sides.read.places
    ]


class _Walk:
    """Collects the outcome row by row."""

    def __init__(self, sides: Sides, shown: dict[str, str]) -> None:
        self.sides, self.shown = sides, shown
        self.fields = [
            c
            for c in sides.table.columns
            if c.key in sides.read.places and c.live is None and c.owner is not Owner.SYSTEM
        ]
        self.edits: list[Edit] = []
        self.new: list[NewRow] = []
        self.deleted: list[str] = []
        self.revived: list[str] = []
        self.clashes: list[Clash] = []
        self.mixed: list[Mixed] = []
        self.strange: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.seen: dict[str, Row] = {}

    def row(self, one: Resolved) -> None:
        """Merge one present row."""
        sides, row_id = self.sides, one.row_id
        before: Row = sides.base.get(row_id, {})
        stored = sides.store.get(row_id)
        if one.quiet and (stored is not None or row_id in sides.dead):
            self.seen[row_id] = _unmarked(before)
            return  # untouched; a stale copy of a row deleted elsewhere stays deleted (R6)
        values = self._values(one, before)
        if stored is None and row_id in sides.dead:
            if before and not self._edited(before, values):
                self.seen[row_id] = _unmarked(before)
                return
            self.revived.append(row_id)
            stored = sides.dead[row_id]
            before = before or stored
        self.seen[row_id] = self._seen(one, before, values)
        if stored is None:
            self._born(one, values)
        for column in self.fields:
            b, w = before.get(column.key), values[column.key]
            if column.owner is Owner.COMPUTED:
                if not one.fresh:
                    self._computed(column, row_id, b, w)
            elif stored is not None:
                formula = one.row.cells.get(column.key, EMPTY).formula is not None
                cell = Cell(column, b, w, stored.get(column.key), formula=formula)
                self._cell(row_id, cell)
        if stored is not None:
            self.mixed += mixed(sides, row_id, before, values, stored)

    def _seen(self, one: Resolved, before: Row, values: Row) -> Row:
        """What the next save is compared with: the cells as read, absent columns as they were."""
        sides = self.sides
        places = sides.read.places
        seen: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
        seen |= {k: v for k, v in before.items() if k not in places and sides.table.has(k)}
        if sides.table.identity is Identity.ROW_ID and one.row.row_id != one.row_id:
            seen[AT] = Decimal(one.row.row)
            over = self.shown.get(one.row_id) or sides.base.get(one.row_id, {}).get(SHOWN)
            if over is not None and over == one.row.row_id:
                seen[SHOWN] = over
            elif one.row.row_id and not one.fresh and not sides.is_known(one.row.row_id):
                self.strange[one.row_id] = one.row.row_id
        return seen

    def _born(self, one: Resolved, values: Row) -> None:
        typed = {c.key for c in self.fields if c.owner in TYPED}
        fresh = {k: v for k, v in values.items() if k in typed and v is not None}
        given = one.row.row_id
        came_as = given if given and given != one.row_id and one.copied_from is None else None
        self.new.append(NewRow(one.row_id, fresh, one.copied_from, came_as))

    def _edited(self, before: Row, values: Row) -> bool:
        """Whether a person moved any cell of the row."""
        return any(
            c.owner in TYPED and moved(c, before.get(c.key), values[c.key]) for c in self.fields
        )

    def _values(self, one: Resolved, before: Row) -> dict[str, Value]:
        """What each present field holds; an unknown value is the last good one, with a remark."""
        values: dict[str, Value] = {}
        for column in self.fields:
            value = one.row.value(column.key)
            values[column.key] = readable(value, before.get(column.key))
            if column.owner in TYPED and is_remarked(value):
                place = Place(self.sides.table.key, one.row_id, column.key, one.row.row)
                words = (value.text,) if isinstance(value, Fault) else ()
                self.problems.append(Problem(Code.FORMULA_FAULT, Severity.WARNING, place, words))
        return values

    def gone(self, row_id: str) -> None:
        """Merge one row that is no longer on the sheet."""
        leaving = leave(self.sides, row_id)
        if leaving.bury:
            self.deleted.append(row_id)
        if leaving.clash is not None:
            self.clashes.append(leaving.clash)

    def _cell(self, row_id: str, cell: Cell) -> None:
        if cell.work == cell.base and (not cell.formula or cell.store == cell.work):
            return
        key = cell.column.key
        clashes = cell.store not in (cell.base, cell.work)
        author = self.sides.author(row_id, key) if clashes else None
        verdict = merge_cell(cell, author, self.sides.me)
        if verdict.take:
            self.edits.append(Edit(row_id, key, cell.store, cell.work))
        if verdict.clash is not None:
            self.clashes.append(
                Clash(verdict.clash, row_id, key, cell.base, verdict.live, verdict.other, author)
            )

    def _computed(self, column: Column, row_id: str, before: Value, after: Value) -> None:
        if column.key != NUMBER_FIELD and before != after and typed_over(column, before, after):
            self.clashes.append(
                Clash(ClashKind.TYPED_OVER, row_id, column.key, before, before, after)
            )


def _unmarked(before: Row) -> Row:
    """A base row whose id stands on the sheet by now."""
    return {k: v for k, v in before.items() if k != AT} if AT in before else before
