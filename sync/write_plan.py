"""What the daemon wants to write into one workbook: pure over what was read and what should stand.

A plan names every cell with the value expected in it, so that a person's newer edit always wins
(STYLE section 3, rule 3). Nothing is planned for a cell that already shows the wanted value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import Protocol

from model.blueprint import (
    ID_FIELD,
    Blueprint,
    Column,
    Identity,
    Owner,
    Role,
    RowMaker,
    Slot,
    SlotKind,
    Table,
)
from model.canon import canon
from model.snapshot import EMPTY, CellRead, GridRead, Snapshot, TableRead
from model.values import Fault, Value

Values = Mapping[str, Value]
MERGED = Fault("merged")
"""What is read from a cell under a merged range: there is nothing to write into."""


class Rows(Protocol):
    """Rows of a table by id, in order; each may be put together when it is asked for."""

    def __getitem__(self, row_id: str) -> Values: ...

    def __iter__(self) -> Iterator[str]: ...

    def __len__(self) -> int: ...

    def __contains__(self, row_id: object) -> bool: ...


@dataclass(frozen=True, slots=True)
class Desired:
    """What a book should show: rows of each table in order, and values of the grids' slots."""

    tables: Mapping[str, Rows]
    slots: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Sheet key -> slot key -> value."""
    made_of: Mapping[str, Callable[[str], tuple[object, object]]] = field(default_factory=dict)
    """By table, the two things that the row of an id is made of: from the same, the same row."""
    whole: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """By table, the things that all rows together are made of."""


@dataclass(slots=True)
class Agreed:
    """Rows of one table of a book that show what they should, as an earlier pass found."""

    around: tuple[object, ...] = ()
    rows: dict[str, tuple[object, object, object]] = field(default_factory=dict)
    """By id, the row as it was read and what the wanted row is made of."""
    whole: tuple[object, ...] = ()
    """What all rows together were made of when nothing was to be written."""
    places: Mapping[str, int] | None = None
    """Where the rows stood then."""
    values: Values = field(default_factory=dict)
    """What a grid showed then."""

    def stands(self, whole: tuple[object, ...], places: Mapping[str, int] | None) -> bool:
        """Whether all rows are what they were, where they were."""
        if len(whole) != len(self.whole) or not all(map(is_, whole, self.whole)):
            return False
        return places is self.places or places == self.places


@dataclass(frozen=True, slots=True)
class CellPut:
    """One declared cell of a table: compare with `expected`, then write."""

    table: str
    row: int
    field: str
    expected: Value
    value: Value


@dataclass(frozen=True, slots=True)
class LivePut:
    """A live cell whose formula is missing or typed over: the formula comes back."""

    table: str
    row: int
    field: str


@dataclass(frozen=True, slots=True)
class RowPut:
    """A row to be placed below the table."""

    table: str
    row: int
    row_id: str
    values: Values


@dataclass(frozen=True, slots=True)
class SlotPut:
    """One cell of a grid sheet."""

    sheet: str
    row: str
    col: str
    expected: Value
    value: Value


@dataclass(frozen=True, slots=True)
class LiveSlot:
    """A live cell of a grid that lost its formula."""

    sheet: str
    row: str
    col: str


@dataclass(frozen=True, slots=True)
class TabPut:
    """A tab to be shown or hidden: visible or hidden."""

    sheet: str
    state: str


@dataclass(frozen=True, slots=True)
class WritePlan:
    """All writes of one book; empty when the book already shows everything."""

    cells: tuple[CellPut, ...] = ()
    live: tuple[LivePut, ...] = ()
    rows: tuple[RowPut, ...] = ()
    slots: tuple[SlotPut, ...] = ()
    live_slots: tuple[LiveSlot, ...] = ()
    tabs: tuple[TabPut, ...] = ()

    def __bool__(self) -> bool:
        return len(self) > 0

    def __len__(self) -> int:
        parts = (self.cells, self.live, self.rows, self.slots, self.live_slots, self.tabs)
        return sum(len(part) for part in parts)


def plan_writes(
    snapshot: Snapshot,
    places: Mapping[str, Mapping[str, int]],
    desired: Desired,
    blueprint: Blueprint,
    role: Role,
    known: dict[str, Agreed] | None = None,
) -> WritePlan:
    """Writes that turn the book into `desired`; `places` gives table -> row id -> row number.

    `known` holds by table what agreed in the last pass; it is used and brought up to date.
    """
    cells: list[CellPut] = []
    live: list[LivePut] = []
    rows: list[RowPut] = []
    for key, wanted in desired.tables.items():
        read = snapshot.tables.get(key)
        if read is None:
            continue
        planner = _TablePlan(blueprint, role, blueprint.tables[key], read)
        if known is not None and key in desired.made_of:
            agreed = known.setdefault(key, Agreed())
            whole = (read, *desired.whole[key])
            if agreed.stands(whole, places.get(key)):
                continue
            planner.recall(agreed, desired.made_of[key])
            planner.plan(wanted, places.get(key, {}))
            agreed.whole = () if planner.has_plan else whole
            agreed.places = places.get(key)
        else:
            planner.plan(wanted, places.get(key, {}))
        cells += planner.cells
        live += planner.live
        rows += planner.rows
    slots: list[SlotPut] = []
    live_slots: list[LiveSlot] = []
    for sheet, values in desired.slots.items():
        grid = snapshot.grids.get(sheet)
        if grid is None:
            continue
        agreed = Agreed() if known is None else known.setdefault(f"{sheet}.grid", Agreed())
        if agreed.stands((grid,), None) and agreed.values == values:
            continue
        puts = list(_slots(blueprint, sheet, grid, values))
        lost = list(_broken(blueprint, sheet, grid))
        agreed.whole, agreed.values = () if puts or lost else (grid,), values
        slots += puts
        live_slots += lost
    return WritePlan(tuple(cells), tuple(live), tuple(rows), tuple(slots), tuple(live_slots))


class _TablePlan:
    """Collects the writes of one table."""

    def __init__(self, blueprint: Blueprint, role: Role, table: Table, read: TableRead) -> None:
        self.table, self.read = table, read
        columns = [c for c in blueprint.columns_of(role, table.key) if c.key in read.places]
        self.plain = [c for c in columns if c.live is None and c.owner is not Owner.SYSTEM]
        self.formulas = [c for c in columns if c.live is not None]
        self.by_row = {row.row: row for row in read.rows}
        self.cells: list[CellPut] = []
        self.live: list[LivePut] = []
        self.rows: list[RowPut] = []
        self.agreed: Agreed | None = None
        self.old: Mapping[str, tuple[object, object, object]] = {}
        self.made_of: Callable[[str], tuple[object, object]] | None = None

    @property
    def has_plan(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.cells or self.live or self.rows)

    def recall(self, agreed: Agreed, made_of: Callable[[str], tuple[object, object]]) -> None:
        """Rows that agreed in the last pass need no look when they are the very ones."""
        around = (self.table, [c.key for c in self.plain], [c.key for c in self.formulas])
        self.old = agreed.rows if agreed.around == around else {}
        agreed.around, agreed.rows = around, {}
        self.agreed, self.made_of = agreed, made_of

    def plan(self, wanted: Rows, assigned: Mapping[str, int]) -> None:
        if self.table.makes_rows is RowMaker.DAEMON and set(wanted) != set(assigned):
            self._relist(wanted)
            return
        for row_id, row in assigned.items():
            if row_id in wanted:
                self._bring(row, row_id, wanted)
            else:
                self._clear(row)
        taken = set(assigned.values()) | set(self.read.foreign_rows)
        for row in self.by_row:
            if row not in taken and self.by_row[row].row_id:
                self._clear(row)
        at = self.read.last_row
        for row_id in wanted:
            if row_id not in assigned:
                at += 1
                self.rows.append(RowPut(self.table.key, at, row_id, wanted[row_id]))

    def _bring(self, row: int, row_id: str, wanted: Rows) -> None:
        """Plan for a row unless it is known to agree."""
        if self.agreed is None or self.made_of is None:
            self._update(row, row_id, wanted[row_id])
            return
        things = (self.by_row[row], *self.made_of(row_id))
        known = self.old.get(row_id)
        if known is None or not (
            known[0] is things[0] and known[1] is things[1] and known[2] is things[2]
        ):
            planned = len(self.cells) + len(self.live)
            self._update(row, row_id, wanted[row_id])
            if len(self.cells) + len(self.live) > planned:
                return
        self.agreed.rows[row_id] = things

    def _relist(self, wanted: Rows) -> None:
        """Rows the daemon makes itself are listed anew, top down, over whatever stood there."""
        first = self.read.header_row + 1
        for at, row_id in enumerate(wanted, start=first):
            if at in self.by_row:
                self._update(at, row_id, wanted[row_id])
            else:
                self.rows.append(RowPut(self.table.key, at, row_id, wanted[row_id]))
        for row in self.by_row:
            if row >= first + len(wanted):
                self._clear(row)

    def _update(self, row: int, row_id: str, values: Values) -> None:
        read = self.by_row[row]
        if self.table.identity is Identity.ROW_ID and read.row_id != row_id:
            self._put(row, ID_FIELD, read.row_id, row_id)
        for column in self.plain:
            cell = read.cells.get(column.key, EMPTY)
            want = values.get(column.key)
            if not _stands(column, cell, want):
                self._put(row, column.key, cell.value, want)
        for column in self.formulas:
            if read.cells.get(column.key, EMPTY).formula is None:
                self.live.append(LivePut(self.table.key, row, column.key))

    def _clear(self, row: int) -> None:
        """The declared cells and the id go; people's own columns and the row itself stay."""
        read = self.by_row[row]
        if read.row_id:
            self._put(row, ID_FIELD, read.row_id, None)
        for column in self.plain:
            cell = read.cells.get(column.key, EMPTY)
            if cell.value is not None and cell.formula is None:
                self._put(row, column.key, cell.value, None)

    def _put(self, row: int, key: str, expected: Value, value: Value) -> None:
        self.cells.append(CellPut(self.table.key, row, key, expected, value))


def _stands(column: Column, cell: CellRead, want: Value) -> bool:
    """Whether a cell stays: it shows the value, or it is a person's formula or error."""
    ours = column.owner is Owner.COMPUTED
    if cell.formula is not None or isinstance(cell.value, Fault):
        return not ours or cell.value == MERGED
    return cell.value == want or canon(column.kind, cell.value) == canon(column.kind, want)


def _slots(
    blueprint: Blueprint, sheet: str, grid: GridRead, values: Mapping[str, Value]
) -> Iterator[SlotPut]:
    for slot in blueprint.sheets[sheet].slots:
        if not _is_written(slot, values) or slot.row not in grid.rows or slot.col not in grid.cols:
            continue
        want = values.get(slot.key)
        cell = grid.cells.get((slot.row, slot.col), EMPTY)
        if cell.formula is None and not _same_slot(cell.value, want):
            yield SlotPut(sheet, slot.row, slot.col, cell.value, want)


def _is_written(slot: Slot, values: Mapping[str, Value]) -> bool:
    """Facts always; a person's cell only when its text was taken and is named among the values."""
    return slot.kind is SlotKind.FACT or (slot.kind is SlotKind.INPUT and slot.key in values)


def _same_slot(have: Value, want: Value) -> bool:
    return have == want or (have in (None, "") and want in (None, ""))


def _broken(blueprint: Blueprint, sheet: str, grid: GridRead) -> Iterator[LiveSlot]:
    for slot in blueprint.sheets[sheet].slots:
        if slot.kind is not SlotKind.LIVE or slot.row not in grid.rows or slot.col not in grid.cols:
            continue
        if grid.cells.get((slot.row, slot.col), EMPTY).formula is None:
            yield LiveSlot(sheet, slot.row, slot.col)
