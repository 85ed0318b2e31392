"""What a running service computed of single rows, kept for its next pass.

A result stands while the very things it was made of stand: records, rows read and base rows are
frozen values that stay the same objects until they move, so that looking whether they are the same
is enough. What a result depends on beside its row is named where it is kept; anything else there
lets everything go. Nothing is assumed to be unchanged, and nothing kept is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import is_
from typing import Generic, TypeVar

K = TypeVar("K")
R = TypeVar("R")
V = TypeVar("V")


@dataclass(slots=True)
class Kept(Generic[K, R, V]):
    """A result for each row of a table."""

    around: tuple[object, ...] = ()
    """What all results depend on."""
    rows: dict[K, tuple[R, tuple[object, ...], V]] = field(default_factory=dict)
    """By row: what it is made of, what else it is made of, the result."""
    source: Mapping[K, R] = field(default_factory=dict)
    results: Mapping[K, V] = field(default_factory=dict)

    def over(
        self,
        rows: Mapping[K, R],
        make: Callable[[R], V],
        *,
        around: tuple[object, ...],
        beside: Callable[[R], tuple[object, ...]] | None = None,
    ) -> Mapping[K, V]:
        """The result of every row; only rows that are others than before are made anew.

        Where no result is another one the very mapping of before is given.
        """
        stands = same(self.around, around)
        if stands and beside is None and rows is self.source:
            return self.results
        old = self.rows if stands else {}
        new: dict[K, tuple[R, tuple[object, ...], V]] = {}
        moved = not stands or len(rows) != len(old)
        for row_id, row in rows.items():
            known = old.get(row_id)
            more = () if beside is None else beside(row)
            if (
                known is None
                or known[0] is not row
                or not (all(map(is_, known[1], more)) or all(map(_alike, known[1], more)))
            ):
                known, moved = (row, more, make(row)), True
            new[row_id] = known
        if moved or not all(map(is_, rows.values(), self.source.values())):
            self.results = {row_id: known[2] for row_id, known in new.items()}
        self.around, self.rows, self.source = around, new, rows
        return self.results


@dataclass(slots=True)
class Once(Generic[V]):
    """One result for all rows together."""

    around: tuple[object, ...] = ()
    result: V | None = None

    def of(self, make: Callable[[], V], *around: object) -> V:
        """The result; made anew when anything it is made of is another one."""
        if self.result is None or not same(self.around, around):
            self.around, self.result = around, make()
        return self.result


def same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Whether the things are the very ones; days and texts may be equal ones."""
    return len(before) == len(now) and all(
        a is b or (isinstance(a, str | date) and type(a) is type(b) and a == b)
        for a, b in zip(before, now, strict=True)
    )


def _alike(before: object, now: object) -> bool:
    """Whether two things are equal down to their spelling: 5 and 5.0 are not."""
    return before is now or (type(before) is type(now) and repr(before) == repr(now))
