"""Whether the rows that a plan speaks of stand where it says, before the write and right after it.

There is no compare-and-swap of cells in Google. So the tabs are read again just before the write,
and the write's own answer shows them as they stood right after it. A row that somebody moved in
between is known by the id column: what was written into another record is put back, and the plan's
cells of that row count as not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.blueprint import ID_FIELD, KEY_ROW
from sync.books.google.requests import Change, same
from sync.books.written import Sheet
from sync.ooxml import CellScan

COLUMN_A = 1


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Cells written into a row that was another one, and what belongs there."""

    row: int
    back: tuple[Change, ...]


def stands(known: Sheet, fresh: Sheet, moved: tuple[Change, ...], id_cols: frozenset[int]) -> bool:
    """Whether a tab still is what a plan was made for: keys, row ids and each cell it writes."""
    if not _same_row(known, fresh, 1):
        return False
    for row in {one.row for one in moved}:
        ids = [c for c in id_cols if (cell := known.cell(row, c)) is not None and cell.text]
        if ids:
            if not all(same(known.cell(row, c), fresh.cell(row, c)) for c in ids):
                return False
        elif not _same_row(known, fresh, row):
            return False
    return all(same(one.before, fresh.cell(one.row, one.col)) for one in moved)


def _same_row(one: Sheet, other: Sheet, row: int) -> bool:
    mine, theirs = _line(one, row), _line(other, row)
    return mine.keys() == theirs.keys() and all(same(mine[c], theirs[c]) for c in mine)


def _line(tab: Sheet, row: int) -> Mapping[int, CellScan]:
    return {cell.col: cell for cell in tab.rows.get(row, ())}


def misplaced(
    fresh: Sheet, got: Sheet, moved: tuple[Change, ...], id_col: int
) -> Iterator[Misplaced]:
    """Rows of a table in which a write hit another record than it was meant for."""
    by_row: dict[int, list[Change]] = {}
    for one in moved:
        by_row.setdefault(one.row, []).append(one)
    where = _Where(fresh, got, id_col, frozenset(r for r, m in by_row.items() if _names(m, id_col)))
    for row, written in by_row.items():
        source = where.source(row)
        if source == row or _both_blank(fresh, row, source):
            continue
        back = tuple(
            Change(row, one.col, one.after, None if source is None else fresh.cell(source, one.col))
            for one in written
            if same(one.after, got.cell(row, one.col))
        )
        yield Misplaced(row, back)


def _names(written: list[Change], id_col: int) -> bool:
    return any(one.col == id_col for one in written)


def _both_blank(fresh: Sheet, row: int, other: int | None) -> bool:
    """Whether a new row was meant for an empty one and fell on an empty one."""
    return not _filled(fresh, row) and (other is None or not _filled(fresh, other))


def _filled(tab: Sheet, row: int) -> bool:
    return any(cell.formula is None for cell in tab.rows.get(row, ()))


class _Where:
    """Which row of before stands in a row now."""

    def __init__(self, fresh: Sheet, got: Sheet, id_col: int, named: frozenset[int]) -> None:
        self._fresh, self._got, self._id_col, self._named = fresh, got, id_col, named
        self._was = {c.text: n for n in fresh.rows if (c := fresh.cell(n, id_col)) and c.text}
        found = ((n, got.cell(n, id_col)) for n in got.rows if n not in named)
        self._now = {n: c.text for n, c in found if c is not None and c.text}
        self._seen = set(self._now.values())

    def source(self, row: int) -> int | None:
        """The row of before; None for one that came in between."""
        if row not in self._named:
            text = self._now.get(row)
            if text is not None:
                return self._was.get(text)
            was = self._fresh.cell(row, self._id_col)
            return row if was is None and self._rest_stands(row) else None
        if self._rest_stands(row) and self._step(row) == 0:
            return row
        return self._by_step(row)

    def _by_step(self, row: int) -> int | None:
        source = row - self._step(row)
        was = self._fresh.cell(source, self._id_col)
        if was is not None and was.text in self._seen:
            return None  # that record stands somewhere else: this row was empty
        return source

    def _step(self, row: int) -> int:
        """By how many rows the nearest known row above moved."""
        for n in range(row - 1, 0, -1):
            text = self._now.get(n)
            if text in self._was:
                return n - self._was[text]
        return 0

    def _rest_stands(self, row: int) -> bool:
        """Whether what people typed in a row still stands in it."""
        line = [c for c in self._fresh.rows.get(row, ()) if c.formula is None]
        rest = [c for c in line if c.col != self._id_col]
        held = [c for c in rest if same(c, self._got.cell(row, c.col))]
        return not rest or bool(held)


def id_cols(tab: Sheet) -> frozenset[int]:
    """Columns of row ids, by their keys."""
    keys = tab.rows.get(KEY_ROW, ())
    return frozenset(c.col for c in keys if c.text.endswith(f".{ID_FIELD}"))


def of_table(tab: Sheet, cells: tuple[Change, ...], id_col: int) -> tuple[Change, ...]:
    """The changed cells of the table that has its ids in a column."""
    keys = {c.col: c.text.partition(".")[0] for c in tab.rows.get(KEY_ROW, ())}
    table = keys.get(id_col)
    return tuple(one for one in cells if keys.get(one.col) == table and one.row > KEY_ROW)
