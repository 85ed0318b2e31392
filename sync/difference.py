"""What a period changed: each cell with what stood before it and what stood after it.

Values that came and went within the period leave no trace here, history keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from model.records import ROW_MARK, Change
from model.values import Value

Cells = Mapping[str, tuple[Value, Value]]
"""Field to its values before and after."""


@dataclass(frozen=True, slots=True)
class RowMoves:
    """What happened to one row; `born`, `gone` and `returned` exclude each other.

    Equal `was` and `now` say that the row itself stayed what it was, in sight or in the basket.
    """

    table: str
    row_id: str
    cells: Cells = field(default_factory=dict)
    was: bool | None = True
    """Whether the row stood there before: None when it did not exist, False when it was buried."""
    now: bool = True

    @property
    def born(self) -> bool:
        """Whether the period brought the row."""
        return self.was is None and self.now

    @property
    def gone(self) -> bool:
        """Whether the period took the row away."""
        return self.was is True and not self.now

    @property
    def returned(self) -> bool:
        """Whether a row that lay in the basket came back."""
        return self.was is False and self.now

    @property
    def stayed(self) -> bool:
        """Whether the row stood there before and after."""
        return self.was is True and self.now


def difference(changes: Iterable[Change]) -> tuple[RowMoves, ...]:
    """Rows that the changes, given oldest first, left different; in the order first touched."""
    rows: dict[tuple[str, str], dict[str, tuple[Value, Value]]] = {}
    for change in changes:
        cells = rows.setdefault((change.table, change.row_id), {})
        before = cells[change.field][0] if change.field in cells else change.before
        cells[change.field] = before, change.after
    found = []
    for (table, row_id), cells in rows.items():
        was, now = cells.pop(ROW_MARK, (True, True))
        moved = {name: pair for name, pair in cells.items() if pair[0] != pair[1]}
        row = RowMoves(table, row_id, moved, was if isinstance(was, bool) else None, bool(now))
        if moved or row.was is not row.now:
            found.append(row)
    return tuple(found)
