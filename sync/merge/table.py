"""Merge of one table: rows, then cells, then deletions (MERGE_SPEC sections 4-6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from model.blueprint import NUMBER_FIELD, Column, Identity, Owner, RowMaker, Table
from model.canon import canon
from model.problems import Code, Place, Problem, Severity
from model.snapshot import EMPTY, CellRead, TableRead
from model.values import Fault, Value
from sync.merge.result import Clash, ClashKind, Edit, Hold, NewRow, TableMerge
from sync.merge.rows import AT, content_fields, is_content, is_foreign, resolve
from sync.merge.sorts import Resolved, Row, put_back, sorted_apart

TYPED = frozenset({Owner.PERSON, Owner.IMPORT})
COVERED = "merged"
"""Fault of a cell under a merged range: unknown, and nothing to remark."""
BRAKE_ROWS = 20
BRAKE_SHARE = 4
"""One save may not touch more than max(20 rows, a quarter of the table)."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What is merged: the workbook `read`, the `base` both sides knew, the `store` as it is now.

    `store` holds live rows, `dead` the tombstones; both carry person's and fact's fields only.
    `computed` is what the daemon last wrote into its own columns, for «вписано в серое».
    """

    table: Table
    read: TableRead
    base: Mapping[str, Row]
    store: Mapping[str, Row]
    dead: Mapping[str, Row]
    known: Callable[[str], bool]
    new_id: Callable[[], str]
    brake: bool = True
    order: Sequence[str] = ()
    """Row ids as the book last showed them."""


def merge_table(sides: Sides) -> TableMerge:
    """What a person's save of one table means; `hold` set: nothing else in the result counts."""
    fields = content_fields(sides.table)
    listed = sides.table.makes_rows is RowMaker.DAEMON
    content = [r for r in sides.read.rows if is_content(r, fields) or (listed and r.row_id)]
    foreign = [r for r in content if is_foreign(r, fields, sides.read.titles)]
    rows = [r for r in content if r not in foreign] if foreign else content
    visible = [c for c in fields if c.key in sides.read.places and not c.hidden]
    resolved = resolve(sides.table, rows, sides.base, _known(sides), sides.new_id, visible)
    resolved = put_back(resolved, sides.base, sides.order, _hidden(sides))
    present = {r.row_id for r in resolved}
    gone = tuple(i for i in sides.base if i not in present and i in sides.store)
    hold = _brake(sides, resolved, gone, visible) if sides.brake else None
    walk = _Walk(sides)
    for one in resolved:
        walk.row(one)
    for row_id in gone:
        walk.gone(row_id)
    problems = [
        Problem(Code.FOREIGN_ROW, Severity.NOTICE, Place(sides.table.key, row=r.row), ())
        for r in foreign
    ]
    return TableMerge(
        table=sides.table.key,
        rows=tuple((r.row.row, r.row_id) for r in resolved),
        edits=tuple(walk.edits),
        new=tuple(walk.new),
        deleted=tuple(walk.deleted),
        revived=tuple(walk.revived),
        clashes=tuple(walk.clashes),
        seen=walk.seen,
        problems=(*problems, *walk.problems),
        hold=hold,
    )


def _known(sides: Sides) -> Callable[[str], bool]:
    return lambda i: i in sides.base or i in sides.store or i in sides.dead or sides.known(i)


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


def _brake(
    sides: Sides,
    resolved: tuple[Resolved, ...],
    gone: tuple[str, ...],
    visible: Sequence[Column],
) -> Hold | None:
    """Set when one save deletes, re-keys or clears more than the brake allows, or mixes rows."""
    if sides.table.makes_rows is RowMaker.DAEMON:
        return None
    if sides.table.identity is Identity.ROW_ID:
        apart = sorted_apart(resolved, sides.base, visible)
        if apart:
            return Hold(sides.table.key, total=len(sides.base), apart=apart)
    total = len(sides.base)
    limit = max(BRAKE_ROWS, total // BRAKE_SHARE)
    present = [c for c in content_fields(sides.table) if c.key in sides.read.places]
    strong = [c for c in present if c.strong]
    rekeyed = cleared = 0
    for one in resolved:
        before = sides.base.get(one.row_id)
        if before is None:
            continue
        rekeyed += any(
            before.get(c.key) is not None and _moved(c, before[c.key], one.row.value(c.key))
            for c in strong
        )
        cleared += sum(
            before.get(c.key) is not None and one.row.value(c.key) is None for c in present
        )
    if len(gone) + rekeyed <= limit and cleared <= limit * 2:
        return None
    return Hold(sides.table.key, len(gone), rekeyed, cleared, total)


def _moved(column: Column, before: Value, after: Value) -> bool:
    return before != after and canon(column.kind, before) != canon(column.kind, after)


class _Walk:
    """Collects the outcome row by row."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
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
        self.problems: list[Problem] = []
        self.seen: dict[str, dict[str, Value]] = {}

    def row(self, one: Resolved) -> None:
        """Merge one present row."""
        sides, row_id = self.sides, one.row_id
        before: Row = sides.base.get(row_id, {})
        stored = sides.store.get(row_id)
        values = self._values(one, before)
        if stored is None and row_id in sides.dead:
            if before and not self._edited(before, values):
                self.seen[row_id] = dict(before)
                return  # a stale copy of a row deleted elsewhere: the deletion stands
            self.revived.append(row_id)
            stored = sides.dead[row_id]
            before = before or stored
        places = sides.read.places
        seen: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
        seen |= {k: v for k, v in before.items() if k not in places and sides.table.has(k)}
        self.seen[row_id] = seen
        if sides.table.identity is Identity.ROW_ID and one.row.row_id != row_id:
            self.seen[row_id][AT] = Decimal(one.row.row)
        if stored is None:
            typed = {c.key for c in self.fields if c.owner in TYPED}
            fresh = {k: v for k, v in values.items() if k in typed and v is not None}
            self.new.append(NewRow(row_id, fresh, one.copied_from))
        for column in self.fields:
            b, w = before.get(column.key), values[column.key]
            if column.owner is Owner.COMPUTED:
                if not one.fresh:
                    self._computed(column, row_id, b, w)
            elif stored is not None:
                formula = one.row.cells.get(column.key, EMPTY).formula is not None
                self._cell(column, row_id, (b, w, stored.get(column.key)), formula=formula)

    def _edited(self, before: Row, values: Row) -> bool:
        """Whether a person moved any cell of the row."""
        return any(
            c.owner in TYPED and _moved(c, before.get(c.key), values[c.key]) for c in self.fields
        )

    def _values(self, one: Resolved, before: Row) -> dict[str, Value]:
        """What each present field holds."""
        return {
            c.key: self._readable(c, one.row.cells.get(c.key, EMPTY), one, before.get(c.key))
            for c in self.fields
        }

    def gone(self, row_id: str) -> None:
        """A base row that is no longer on the sheet (MERGE_SPEC section 6, deletions)."""
        before, stored = self.sides.base[row_id], self.sides.store[row_id]
        moved = [
            c
            for c in content_fields(self.sides.table)
            if c.key in before and _moved(c, before.get(c.key), stored.get(c.key))
        ]
        by_person = [c for c in moved if c.owner is Owner.PERSON]
        if by_person:
            column = by_person[0]
            other, was = stored.get(column.key), before.get(column.key)
            self.clashes.append(
                Clash(ClashKind.EDIT_AND_DELETION, row_id, column.key, was, other, None)
            )
            return
        self.deleted.append(row_id)
        if moved:
            column = moved[0]
            self.clashes.append(
                Clash(
                    ClashKind.FACT_AND_DELETION,
                    row_id,
                    column.key,
                    before.get(column.key),
                    None,
                    stored.get(column.key),
                )
            )

    def _readable(self, column: Column, cell: CellRead, one: Resolved, before: Value) -> Value:
        """The cell's value; an error or an uncalculated formula keeps the last good one."""
        if not isinstance(cell.value, Fault):
            return None if cell.value == "" else cell.value
        if column.owner in TYPED and cell.value.text != COVERED:
            place = Place(self.sides.table.key, one.row_id, column.key, one.row.row)
            self.problems.append(
                Problem(Code.FORMULA_FAULT, Severity.WARNING, place, (cell.value.text,))
            )
        return before

    def _cell(
        self, column: Column, row_id: str, sides: tuple[Value, Value, Value], *, formula: bool
    ) -> None:
        """The cell table of MERGE_SPEC section 6 for what people type and facts bring.

        A person's formula is never written over, so its result stands against any other value.
        """
        b, w, s = sides
        if w == b and (not formula or s == w):
            return
        cb, cw, cs = (canon(column.kind, value) for value in sides)
        if cw == cb and (not formula or cs == cw):
            return
        self.edits.append(Edit(row_id, column.key, s, w))
        if cs not in (cb, cw):
            which = ClashKind.FACT if column.owner is Owner.IMPORT else ClashKind.TWO_PEOPLE
            self.clashes.append(Clash(which, row_id, column.key, b, w, s))

    def _computed(self, column: Column, row_id: str, b: Value, w: Value) -> None:
        """Typed over a computed cell: ours comes back, theirs is kept and shown."""
        if column.key == NUMBER_FIELD:
            return
        if w is not None and _moved(column, b, w):
            self.clashes.append(Clash(ClashKind.TYPED_OVER, row_id, column.key, b, b, w))
