"""What one process remembers of the store between its transactions, so as to read only what moved.

Rows are known as of a line of history: every move of a row adds a line, so the lines since then
name the rows to read again. Merge bases have no history; a mark beside each book counts its
changes. Nothing is remembered of a transaction that was taken back. What is remembered is shared:
nobody changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from model.records import Record
from store import bases, rows
from store.schema import changes


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The rows of a table as a line of history left them, in the order of their numbers."""

    seq: int
    every: dict[str, Record]
    living: dict[str, Record]


@dataclass(frozen=True, slots=True)
class KnownBase:
    """The merge base of a book as a mark names it."""

    mark: str
    base: bases.Base


@dataclass(slots=True)
class Remembered:
    """Rows by table and bases by book."""

    rows: dict[str, KnownRows] = field(default_factory=dict)
    bases: dict[str, KnownBase] = field(default_factory=dict)

    def learn(self, other: Remembered) -> None:
        """Takes over what a transaction knew that holds."""
        for table, known in other.rows.items():
            mine = self.rows.get(table)
            if mine is None or mine.seq < known.seq:
                self.rows[table] = known
        self.bases |= other.bases


@dataclass(slots=True)
class Recall:
    """What is remembered, brought up to the moment of one transaction."""

    connection: Connection
    shared: Remembered
    own: Remembered = field(default_factory=Remembered)
    moved: dict[int, dict[str, set[str]]] = field(default_factory=dict)
    """Rows by table that moved since a line of history."""
    newest: int | None = None
    dirty: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """By book and table, rows of bases that this transaction changed."""

    def rows(self, table: str) -> KnownRows:
        """The rows of a table now."""
        if self.newest is None:
            self.newest = self.connection.scalar(select(func.max(changes.c.seq))) or 0
        known = self.own.rows.get(table) or self.shared.rows.get(table)
        if known is None or known.seq > self.newest:
            every = rows.all_rows(self.connection, table)
            known = KnownRows(self.newest, every, _living(every))
        elif known.seq < self.newest:
            known = self._brought_up(table, known)
        self.own.rows[table] = known
        return known

    def forget_line(self) -> None:
        """History grew within this transaction."""
        self.newest = None
        self.moved.clear()

    def base(self, book: str) -> bases.Base:
        """The merge base of a book now."""
        mark = bases.mark(self.connection, book)
        known, dirty = self._known_base(book), self.dirty.pop(book, {})
        if known is not None and dirty:
            known = KnownBase(mark, bases.brought_up(self.connection, book, known.base, dirty))
        elif known is None or not mark or known.mark != mark:
            known = KnownBase(mark, bases.of_book(self.connection, book))
        self.own.bases[book] = known
        return known.base

    def base_moves(self, book: str, table: str, row_ids: Collection[str]) -> None:
        """Rows of a base are about to be changed by this transaction."""
        if book not in self.dirty:
            known = self._known_base(book)
            if known is None or not known.mark or known.mark != bases.mark(self.connection, book):
                return  # nothing is known, or it is too old: the new mark will tell so
        self.dirty.setdefault(book, {}).setdefault(table, set()).update(row_ids)

    def known(self) -> Remembered:
        """What holds once the transaction does."""
        for book in tuple(self.dirty):
            self.base(book)
        return self.own

    def _known_base(self, book: str) -> KnownBase | None:
        return self.own.bases.get(book) or self.shared.bases.get(book)

    def _brought_up(self, table: str, known: KnownRows) -> KnownRows:
        moved = self._moved_since(known.seq).get(table)
        seq = self.newest or 0
        if not moved:
            return KnownRows(seq, known.every, known.living)
        fresh = rows.some(self.connection, table, moved)
        every = {**known.every, **fresh}
        if not fresh.keys() <= known.every.keys():
            every = dict(sorted(every.items(), key=lambda one: one[1].number or 0))
        return KnownRows(seq, every, _living(every))

    def _moved_since(self, seq: int) -> Mapping[str, set[str]]:
        if seq not in self.moved:
            found: dict[str, set[str]] = {}
            wanted = select(changes.c.table_key, changes.c.row_id).where(changes.c.seq > seq)
            for table, row_id in self.connection.execute(wanted):
                found.setdefault(table, set()).add(row_id)
            self.moved[seq] = found
        return self.moved[seq]


def _living(every: dict[str, Record]) -> dict[str, Record]:
    return {row_id: record for row_id, record in every.items() if not record.deleted}
