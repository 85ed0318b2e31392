"""The rows of one table from the cells of its sheet, values typed by their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import NamedTuple

from model.blueprint import ID_FIELD, Column, Kind
from model.snapshot import CellRead, RowRead, TableRead
from model.values import Fault, Value, from_serial
from sync.ooxml import Area, CellKind, CellScan, RowFormula

MERGED = Fault("merged")
"""Value of a cell that lies under another one's merged area."""
_TEXT = CellKind.TEXT
Line = Mapping[int, CellScan]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The table as it was read from an earlier state of the book, and the cells behind it."""

    read: TableRead
    rows: Mapping[int, Line]


class _Spot(NamedTuple):
    """A column of the table. Equal cells are one object: it is typed once a column."""

    key: str
    kind: Kind
    counts: bool
    """Whether a value here makes the row a row."""
    known: dict[int, CellRead]


@dataclass(frozen=True, slots=True)
class TableRows:
    """How rows of a table are read: where its fields stand, what is merged, how days count."""

    places: Mapping[str, int]
    columns: Sequence[Column]
    merged: Sequence[Area]
    date1904: bool

    def under(
        self, header: int, lines: Mapping[int, Line], earlier: Earlier | None
    ) -> tuple[RowRead, ...]:
        """The rows below a heading that hold anything but live cells."""
        same_header = earlier is not None and earlier.read.header_row == header
        if earlier is not None and same_header and earlier.rows is lines:
            return earlier.read.rows
        old = {row.row: row for row in earlier.read.rows} if earlier is not None else {}
        before = earlier.rows if earlier is not None and same_header else {}
        spots = self._spots()
        found = []
        for number in sorted(n for n in lines if n > header):
            line = lines[number]
            same = before.get(number) is line
            row = old.get(number) if same else self._row(number, line, spots)
            if row is not None:
                found.append(row)
        return tuple(found)

    def _spots(self) -> dict[int, _Spot]:
        kinds = {c.key: c.kind for c in self.columns} | {ID_FIELD: Kind.CODE}
        live = {c.key for c in self.columns if c.live is not None}
        return {
            col: _Spot(key, kinds[key], key not in live, {}) for key, col in self.places.items()
        }

    def _row(self, number: int, line: Line, spots: Mapping[int, _Spot]) -> RowRead | None:
        read: dict[str, CellRead] = {}
        real = False
        for col, cell in line.items():
            if col in spots:
                key, kind, counts, known = spots[col]
                found = known.get(id(cell))
                if found is None:
                    found = known[id(cell)] = self._cell(kind, cell)
                read[key] = found
                real = real or counts
        for area in self.merged:
            if area.top <= number <= area.bottom:
                for col in spots.keys() - line.keys():
                    if (col, number) in area and (col, number) != (area.left, area.top):
                        read[spots[col].key] = CellRead(MERGED)

        if not real:
            return None
        id_cell = line.get(self.places.get(ID_FIELD, 0))
        read.pop(ID_FIELD, None)
        return RowRead(number, (id_cell.text or None) if id_cell else None, read)

    def _cell(self, kind: Kind, cell: CellScan) -> CellRead:
        if cell[1] is _TEXT and cell[5]:  # by place: every different cell of a book comes here
            return CellRead(cell[2], _formula(cell))
        return CellRead(typed(kind, cell.value(), date1904=self.date1904), _formula(cell))


def _formula(cell: CellScan) -> str | None:
    """The formula; of one that its column shares the text of the column."""
    written = cell[3]
    return written.template if isinstance(written, RowFormula) else written


def typed(kind: Kind, value: Value, *, date1904: bool) -> Value:
    """A cell's value as its field means it: numbers in date fields are dates already."""
    if not isinstance(value, Decimal):
        return value
    if kind is Kind.DATE:
        moment = from_serial(value, date1904=date1904)
        return value if moment is None else moment.date()
    if kind is Kind.MOMENT:
        return from_serial(value, date1904=date1904) or value
    if kind is Kind.TIME and 0 <= value < 1:
        moment = from_serial(value + 1)
        return value if moment is None else time(moment.hour, moment.minute, moment.second)
    return value
