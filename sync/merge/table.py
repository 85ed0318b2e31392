"""Merge of one table: rows, then the brake, then cells and deletions (MERGE_SPEC sections 4-6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from model.blueprint import NUMBER_FIELD, Column, Identity, Owner
from model.snapshot import EMPTY
from model.values import Value
from sync.merge.brake import brake
from sync.merge.cells import Cell, merge_cell, readable, typed_over
from sync.merge.foreign import split_rows
from sync.merge.gone import leave
from sync.merge.groups import mixed
from sync.merge.known import KnownTable
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
    moved,
)
from sync.merge.sorts import put_back


def merge_table(sides: Sides, known: KnownTable | None = None) -> TableMerge:
    """What a person's save of one table means; `hold` set: nothing else in the result counts.

    `known` is what the last merge of the table found out; it is used and brought up to date.
    """
    known = known or KnownTable()
    rows, _ = split_rows(sides.table, sides.read, known)
    fields = content_fields(sides.table)
    visible = [c for c in fields if c.key in sides.read.places and not c.hidden]
    resolved = resolve(sides, rows, visible, known)
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
        waiting=walk.waiting,
        hold=brake(sides, resolved, gone, replaced, visible),
    )


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
        self.seen: dict[str, Row] = {}
        self.waiting = False

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
            if row_id in sides.base and is_stale(self.fields, before, values):
                self.seen[row_id] = _unmarked(before)
                self._typed_over(one, before, values)
                return
            self.revived.append(row_id)
            stored = sides.dead[row_id]
            before = sides.base.get(row_id, stored)
        self.seen[row_id] = self._seen(one, before, values)
        if stored is None:
            self._born(one, values)
        self._typed_over(one, before, values)
        if stored is None:
            return
        for column in self.fields:
            if column.owner is not Owner.COMPUTED:
                key = column.key
                formula = one.row.cells.get(key, EMPTY).formula is not None
                sides_of = before.get(key), values[key], stored.get(key)
                self._cell(row_id, Cell(column, *sides_of, formula=formula))
        self.mixed += mixed(sides, row_id, before, values, stored)

    def _seen(self, one: Resolved, before: Row, values: Row) -> Row:
        """What the next save is compared with: the cells as read, absent columns as they were."""
        sides = self.sides
        places = sides.read.places
        seen: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
        seen |= {k: v for k, v in before.items() if k not in places and sides.table.has(k)}
        if sides.table.identity is Identity.ROW_ID and one.row.row_id != one.row_id:
            seen[AT] = Decimal(one.row.row)
            self.waiting = True
            over = self.shown.get(one.row_id) or sides.base.get(one.row_id, {}).get(SHOWN)
            if over is not None and over == one.row.row_id:
                seen[SHOWN] = over
            elif self._is_strange(one, before):
                self.strange[one.row_id] = one.row.row_id or ""
        return seen

    def _is_strange(self, one: Resolved, before: Row) -> bool:
        """Whether a known row comes with a foreign id for the first time."""
        given = one.row.row_id
        return bool(given and not one.fresh and AT not in before and not self.sides.is_known(given))

    def _born(self, one: Resolved, values: Row) -> None:
        typed = {c.key for c in self.fields if c.owner in TYPED}
        fresh = {k: v for k, v in values.items() if k in typed and v is not None}
        given = one.row.row_id
        came_as = given if given and given != one.row_id and one.copied_from is None else None
        self.new.append(NewRow(one.row_id, fresh, one.copied_from, came_as))

    def _values(self, one: Resolved, before: Row) -> dict[str, Value]:
        """What each present field holds; an unknown value is the last good one."""
        return {c.key: readable(one.row.value(c.key), before.get(c.key)) for c in self.fields}

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

    def _typed_over(self, one: Resolved, before: Row, values: Row) -> None:
        """What a person typed into cells that we compute."""
        if one.fresh:
            return
        for column in self.fields:
            key = column.key
            if column.owner is not Owner.COMPUTED or key == NUMBER_FIELD:
                continue
            b, w = before.get(key), values[key]
            if b != w and typed_over(column, b, w):
                self.clashes.append(Clash(ClashKind.TYPED_OVER, one.row_id, key, b, b, w))


def is_stale(fields: Sequence[Column], before: Row, values: Row) -> bool:
    """R6: whether nobody moved a cell of a row that was deleted elsewhere."""
    typed = (c for c in fields if c.owner in TYPED)
    return not any(moved(c, before.get(c.key), values[c.key]) for c in typed)


def _unmarked(before: Row) -> Row:
    """A base row whose id stands on the sheet by now."""
    return {k: v for k, v in before.items() if k != AT} if AT in before else before
