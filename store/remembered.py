"""What one process remembers of the store between its transactions, so as to read only what moved.

Rows are known as of a line of history: every move of a row adds a line, so the lines since then
name the rows to read again. Merge bases, their orders and what rows add to the sums have no
history; a mark beside each of them counts its changes. Nothing is remembered of a transaction
that was taken back. What is remembered is shared: nobody changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import Connection, func, select

from model.figures import Measure, Period
from model.records import Contribution, Record
from store import bases, notes, rows, sums
from store.bases import Orders
from store.schema import changes

T = TypeVar("T")
MOST_SUMS = 2_000
"""Sums that are remembered; a day of a team asks for some three hundred."""
Parts = Mapping[str, tuple[Contribution, ...]]
Dirty = dict[str, set[str]]
"""Rows that were changed, by table."""


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The rows of a table as a line of history left them, in the order of their numbers."""

    seq: int
    every: Mapping[str, Record]
    living: Mapping[str, Record]


@dataclass(slots=True)
class KnownSums:
    """Totals by manager as they were while the sums had a mark."""

    mark: str | None = None
    found: dict[tuple[Measure, Period], Mapping[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Remembered:
    """Rows by table, bases and orders by book, parts by table with their marks, and sums."""

    rows: dict[str, KnownRows] = field(default_factory=dict)
    bases: dict[str, tuple[str, bases.Base]] = field(default_factory=dict)
    orders: dict[str, tuple[str, Orders]] = field(default_factory=dict)
    parts: dict[str, tuple[str, Parts]] = field(default_factory=dict)
    sums: KnownSums = field(default_factory=KnownSums)
    joined: dict[str, tuple[int, Mapping[str, str]]] = field(default_factory=dict)
    """By table: a line of history, and which rows stood for others then."""

    def learn(self, other: Remembered) -> None:
        """Takes over what a transaction knew that holds."""
        for table, known in other.rows.items():
            mine = self.rows.get(table)
            if mine is None or mine.seq < known.seq:
                self.rows[table] = known
        self.bases |= other.bases
        self.orders |= other.orders
        self.parts |= other.parts
        if other.sums.mark is not None:
            self.sums = other.sums
        for table, found in other.joined.items():
            if found[0] >= self.joined.get(table, found)[0]:
                self.joined[table] = found


@dataclass(slots=True)
class Marked(Generic[T]):
    """Subjects of one kind, each with a mark in the store that counts its changes."""

    connection: Connection
    mark_of: Callable[[str], str]
    """Meta key of the mark of a subject."""
    whole: Callable[[Connection, str], T]
    brought_up: Callable[[Connection, str, T, Dirty], T]
    shared: Mapping[str, tuple[str, T]]
    own: dict[str, tuple[str, T]] = field(default_factory=dict)
    dirty: dict[str, Dirty] = field(default_factory=dict)
    """Rows that this transaction changed since the subject was looked at."""
    marks: dict[str, str] = field(default_factory=dict)
    """As they stand in this transaction, of subjects that it did not change since."""

    def now(self, subject: str) -> T:
        """The subject as it stands in this transaction."""
        mark, dirty = self._mark(subject), self.dirty.pop(subject, {})
        known = self._known(subject)
        if known is not None and dirty:
            known = mark, self.brought_up(self.connection, subject, known[1], dirty)
        elif known is None or known[0] != mark:
            known = mark, self.whole(self.connection, subject)
        self.own[subject] = known
        return known[1]

    def moves(self, subject: str, table: str, row_ids: Collection[str]) -> None:
        """Rows of a subject are about to be changed by this transaction."""
        mark = self._mark(subject)
        self.marks.pop(subject, None)  # it is counted up now
        if subject not in self.dirty:
            known = self._known(subject)
            if known is None or known[0] != mark:
                return  # nothing is known, or it is too old: the new mark will tell so
        self.dirty.setdefault(subject, {}).setdefault(table, set()).update(row_ids)

    def known(self) -> dict[str, tuple[str, T]]:
        """What holds once the transaction does."""
        for subject in tuple(self.dirty):
            self.now(subject)
        return self.own

    def _known(self, subject: str) -> tuple[str, T] | None:
        return self.own.get(subject) or self.shared.get(subject)

    def _mark(self, subject: str) -> str:
        if subject not in self.marks:
            self.marks[subject] = notes.meta_value(self.connection, self.mark_of(subject)) or ""
        return self.marks[subject]


class Recall:
    """What is remembered, brought up to the moment of one transaction."""

    def __init__(self, connection: Connection, shared: Remembered) -> None:
        self._connection = connection
        self._shared = shared
        self._own: dict[str, KnownRows] = {}
        self._joined: dict[str, tuple[int, Mapping[str, str]]] = {}
        self._newest: int | None = None
        self._moved: dict[int, dict[str, set[str]]] = {}
        self._sums: KnownSums | None = None
        self.bases = Marked(
            connection, bases.mark_key, bases.of_book, bases.brought_up, shared.bases
        )
        self.orders = Marked(
            connection,
            bases.orders_mark_key,
            bases.orders_of_book,
            bases.orders_brought_up,
            shared.orders,
        )
        self.parts = Marked(connection, sums.mark_key, sums.of_table, sums.brought_up, shared.parts)

    def rows(self, table: str) -> KnownRows:
        """The rows of a table now."""
        newest = self._last()
        known = self._own.get(table) or self._shared.rows.get(table)
        if known is None or known.seq > newest:
            every = rows.all_rows(self._connection, table)
            known = KnownRows(newest, every, _living(every))
        elif known.seq < newest:
            known = self._brought_up(table, known, newest)
        self._own[table] = known
        return known

    def joined(self, table: str) -> Mapping[str, str]:
        """Each joined row of a table now, with the row it stands for in the end."""
        newest = self._last()
        known = self._joined.get(table) or self._shared.joined.get(table)
        if known is None or known[0] != newest:
            known = newest, rows.joined(self._connection, table)
        self._joined[table] = known
        return known[1]

    def sums(self, measure: Measure, period: Period) -> Mapping[str, int]:
        """Total of each manager in the period, now."""
        if self._sums is None:
            mark = notes.meta_value(self._connection, sums.MARK) or ""
            known = self._shared.sums
            self._sums = known if known.mark == mark else KnownSums(mark)
        found = self._sums.found
        if len(found) > MOST_SUMS:
            found.clear()
        if (measure, period) not in found:
            found[measure, period] = sums.totals(self._connection, measure, period)
        return found[measure, period]

    def moves(self) -> None:
        """Rows are about to be moved within this transaction, and sums with them."""
        self._newest = self._sums = None
        self._moved.clear()

    def learned(self) -> Remembered:
        """What holds once the transaction does."""
        return Remembered(
            self._own,
            self.bases.known(),
            self.orders.known(),
            self.parts.known(),
            self._sums or KnownSums(),
            self._joined,
        )

    def _last(self) -> int:
        """The newest line of history."""
        if self._newest is None:
            self._newest = self._connection.scalar(select(func.max(changes.c.seq))) or 0
        return self._newest

    def _brought_up(self, table: str, known: KnownRows, newest: int) -> KnownRows:
        moved = self._moved_since(known.seq).get(table)
        if not moved:
            return KnownRows(newest, known.every, known.living)
        fresh = rows.some(self._connection, table, moved)
        every = {**known.every, **fresh}
        if not fresh.keys() <= known.every.keys():
            every = dict(sorted(every.items(), key=lambda one: one[1].number or 0))
        return KnownRows(newest, every, _living(every))

    def _moved_since(self, seq: int) -> Mapping[str, set[str]]:
        if seq not in self._moved:
            found: dict[str, set[str]] = {}
            wanted = select(changes.c.table_key, changes.c.row_id).where(changes.c.seq > seq)
            for table, row_id in self._connection.execute(wanted):
                found.setdefault(table, set()).add(row_id)
            self._moved[seq] = found
        return self._moved[seq]


def _living(every: Mapping[str, Record]) -> Mapping[str, Record]:
    return {row_id: record for row_id, record in every.items() if not record.deleted}
