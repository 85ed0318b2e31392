"""What a write did to a tab whose rows a person moved meanwhile, and the cells that mend it.

A program takes a write cell by cell, so a sort may fall between two of them. Rows are known by
their ids afterwards: what hit another record goes back to what that record held, and a new row of
ours gets the cells that it missed. What the person typed meanwhile is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.books.google.requests import Change, same
from sync.books.written import Sheet
from sync.ooxml import CellScan


@dataclass(frozen=True, slots=True)
class Mended:
    """Cells to be put, and the rows of the plan whose write does not count."""

    cells: tuple[Change, ...]
    undone: frozenset[int]


def mended(before: Sheet, got: Sheet, moved: Iterable[Change], id_col: int) -> Mended:
    """The cells of one table that must be put once more; `moved` are those that were written."""
    written = _Written(before, got, tuple(moved), id_col)
    new = written.moved_away()
    cells = (*written.misplaced(), *written.missed(new))
    return Mended(cells, frozenset(written.astray() - set(new.values())))


class _Written:
    """A write by rows, and which record each row was meant for."""

    def __init__(self, before: Sheet, got: Sheet, moved: tuple[Change, ...], id_col: int) -> None:
        self._before, self._got, self._id_col = before, got, id_col
        self._ours: dict[int, dict[int, CellScan | None]] = {}
        for one in moved:
            self._ours.setdefault(one.row, {})[one.col] = one.after
        self._named = {row: self._meant(row) for row in self._ours}
        self._wanted = {row_id: row for row, row_id in self._named.items() if row_id}
        self._held = {i: row for row in before.rows if (i := _text(before, row, id_col))}

    def _meant(self, row: int) -> str:
        given = self._ours[row].get(self._id_col)
        return _text(self._before, row, self._id_col) if given is None else given.text

    def astray(self) -> set[int]:
        """Rows in which another record stands now than the write was meant for."""
        return {r for r in self._ours if _text(self._got, r, self._id_col) != self._named[r]}

    def misplaced(self) -> Iterator[Change]:
        """What hit another record becomes what that record held, or was to get."""
        for row in sorted(self.astray()):
            here = _text(self._got, row, self._id_col)
            for col, after in self._ours[row].items():
                now = self._got.cell(row, col)
                if col == self._id_col or after is None or not same(now, after):
                    continue
                back = self._due(here, col)
                if not same(now, back):
                    yield Change(row, col, now, back)

    def _due(self, row_id: str, col: int) -> CellScan | None:
        ours = self._ours.get(self._wanted.get(row_id, 0), {})
        if col in ours:
            return ours[col]
        source = self._held.get(row_id)
        return None if source is None else self._before.cell(source, col)

    def moved_away(self) -> dict[int, int]:
        """New rows of ours that stand elsewhere now: where, and where they were put."""
        return {
            row: put
            for row in self._got.rows
            if (i := _text(self._got, row, self._id_col)) not in self._held
            and (put := self._wanted.get(i, row)) != row
        }

    def missed(self, new: Mapping[int, int]) -> Iterator[Change]:
        """The cells that a new row lacks, since it moved before it was whole."""
        for row, put in new.items():
            for col, after in self._ours[put].items():
                if after is not None and self._got.cell(row, col) is None:
                    yield Change(row, col, None, after)


def _text(tab: Sheet, row: int, col: int) -> str:
    cell = tab.cell(row, col)
    return "" if cell is None else cell.text
