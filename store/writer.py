"""What can be told to the store: everything inside one transaction, which holds or never was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from model.arrivals import InboxState, Landed
from model.records import (
    BatchKind,
    BookState,
    Contribution,
    DayOutlook,
    Displaced,
    Fact,
    KeptKind,
    Lease,
    Question,
    Record,
    Stamped,
    Stance,
)
from model.values import Value
from store import (
    bases,
    batches,
    books,
    displaced,
    facts,
    inbox,
    kept,
    leases,
    moves,
    notes,
    questions,
    sums,
    undo,
)
from store.reader import Reader
from store.remembered import Remembered
from store.statements import chunks

Links = Mapping[str, str | None]
"""Reference field to the row id it was resolved to; None takes the link away."""


class Writer(Reader):
    """Reads and writes within the transaction that made it."""

    def __init__(self, connection: Connection, remembered: Remembered | None = None) -> None:
        super().__init__(connection, remembered)
        self.cancelled = False

    def cancel(self) -> None:
        """Lets everything be rolled back at the end, as a dry run wants it."""
        self.cancelled = True

    def start_batch(
        self, kind: BatchKind, who: str, at: datetime, *, book: str | None = None, note: str = ""
    ) -> int:
        """Number of a new batch."""
        return batches.start(self._connection, kind, who, at, book, note)

    def put(
        self,
        table: str,
        row_id: str,
        values: Mapping[str, Value],
        *,
        links: Links | None = None,
        number: int | None = None,
        by: Stamped,
    ) -> Record:
        """The row after its given fields were set; others stay, None empties a field.

        A new row gets the next number, or the one asked for while it is free.
        """
        self._recall.moves()
        wishes = {row_id: moves.wish(values, links or {})}
        numbers = {row_id: number} if number is not None else None
        return moves.move(self._connection, table, wishes, by=by, numbers=numbers)[row_id]

    def put_many(
        self,
        table: str,
        rows: Mapping[str, Mapping[str, Value]],
        *,
        links: Mapping[str, Links] | None = None,
        numbers: Mapping[str, int] | None = None,
        by: Stamped,
    ) -> dict[str, Record]:
        """Rows after `put` of each, in far fewer steps."""
        self._recall.moves()
        links = links or {}
        wishes = {
            row_id: moves.wish(values, links.get(row_id, {})) for row_id, values in rows.items()
        }
        return moves.move(self._connection, table, wishes, by=by, numbers=numbers)

    def bury(self, table: str, row_id: str, *, by: Stamped) -> None:
        """Hides a row and takes it out of the sums; an unknown id is left alone."""
        self._recall.moves()
        moves.bury(self._connection, table, row_id, by=by)

    def revive(self, table: str, row_id: str, *, by: Stamped) -> None:
        """Brings a buried row back with its cells, links and sums."""
        self._recall.moves()
        moves.revive(self._connection, table, row_id, by=by)

    def join(self, table: str, loser: str, main: str, *, by: Stamped) -> None:
        """Lets a row stand for another one from now on; raises ValueError for a circle."""
        self._recall.moves()
        moves.join(self._connection, table, loser, main, by=by)

    def part(self, table: str, loser: str, *, by: Stamped) -> None:
        """Takes a join back."""
        self._recall.moves()
        moves.part(self._connection, table, loser, by=by)

    def undo(self, batch: int, *, by: Stamped) -> int:
        """Number of cells of a batch put back; later edits are kept."""
        self._recall.moves()
        return undo.undo(self._connection, batch, by=by)

    def set_base(
        self,
        book: str,
        table: str,
        rows: Mapping[str, Mapping[str, Value] | None],
        order: Sequence[str] | None = None,
    ) -> None:
        """Replaces the base of the given rows, None removes one.

        The order is replaced when one is given that is another one.
        """
        self._recall.bases.moves(book, table, rows.keys())
        bases.put(self._connection, book, table, rows)
        if order is not None and list(order) != self._recall.orders.now(book).get(table):
            self._recall.orders.moves(book, table, ())
            bases.put_order(self._connection, book, table, order)

    def put_book(self, state: BookState) -> None:
        """Remembers the state of a workbook in place of the earlier one."""
        books.put(self._connection, state)

    def drop_book(self, book: str) -> None:
        """Forgets a workbook that the program keeps no more; rows, history and copies stay."""
        books.drop(self._connection, book)

    def keep(self, book: str, generation: int, token: str, kind: KeptKind, *, at: datetime) -> None:
        """Remembers a content of a book; its bytes are in the backups."""
        kept.add(self._connection, book, generation, token, kind, at)

    def intend(
        self, book: str, base_token: str, new_token: str, temp_name: str, at: datetime
    ) -> int:
        """Number of a journal line: a write that begins now."""
        return books.intend(self._connection, book, base_token, new_token, temp_name, at)

    def finish(self, number: int, how: str) -> None:
        """Writes down how a write ended."""
        books.finish(self._connection, number, how)

    def put_displaced(self, file: Displaced) -> None:
        """Looks after a file that a write left beside a workbook."""
        displaced.put(self._connection, file)

    def forget_displaced(self, book: str, name: str) -> None:
        """Looks after a file no more."""
        displaced.forget(self._connection, book, name)

    def grant(self, lease: Lease) -> Lease:
        """The lease under the next number; who held the earlier one is shut out."""
        return leases.grant(self._connection, lease)

    def beat(self, at: datetime) -> None:
        """A sign of life of the lease's holder."""
        leases.beat(self._connection, at)

    def release(self) -> None:
        """Leaves the lease free."""
        leases.release(self._connection)

    def ask(self, question: Question, *, at: datetime) -> Question:
        """The question as it now stands: new, refreshed, asked again, or «Нет» for ever."""
        self._waiting = None
        return questions.ask(self._connection, question, at=at)

    def settle(
        self, number: int, stance: Stance, *, answer: str, at: datetime, outcome: str
    ) -> None:
        """Writes down how a question was answered or that it went away."""
        self._waiting = None
        questions.settle(self._connection, number, stance, answer=answer, at=at, outcome=outcome)

    def address(self, number: int, whom: str) -> None:
        """Gives a question to somebody else."""
        self._waiting = None
        questions.address(self._connection, number, whom)

    def show(self, numbers: Sequence[int], day: date) -> None:
        """Remembers the day on which questions first stood on the sheet."""
        if numbers:
            self._waiting = None
        questions.show(self._connection, numbers, day)

    def add_fact(  # noqa: PLR0913  # the facts of a fact
        self,
        source: str,
        key: str,
        *,
        kind: str,
        payload: str,
        row_id: str,
        batch: int,
        at: datetime,
    ) -> None:
        """Remembers a fact; the same key again brings its new content."""
        facts.add(self._connection, Fact(source, key, kind, payload, row_id, batch, at))

    def add_facts(self, arrived: Sequence[Fact]) -> None:
        """Remembers many facts; the same key again brings its new content."""
        facts.add_many(self._connection, arrived)

    def forget_facts(self, batch: int) -> int:
        """Number of facts of an undone batch forgotten, so that their file may bring them again.

        A fact whose row still lives stays known.
        """
        return facts.forget_buried(self._connection, batch)

    def take_arrivals(self, landed: Sequence[Landed]) -> int:
        """Number of arrivals that were new; a known source and key adds nothing."""
        return inbox.take(self._connection, landed)

    def settle_arrival(
        self, number: int, state: InboxState, *, at: datetime, reason: str = ""
    ) -> None:
        """Writes down what became of an arrival."""
        inbox.settle(self._connection, [number], state, at, reason)

    def settle_arrivals(
        self, numbers: Sequence[int], state: InboxState, *, at: datetime, reason: str = ""
    ) -> None:
        """Writes down the same of many arrivals."""
        for portion in chunks(numbers):
            inbox.settle(self._connection, portion, state, at, reason)

    def tried_arrival(self, number: int) -> None:
        """One more failure of ours with an arrival."""
        inbox.tried(self._connection, number)

    def set_contributions(self, table: str, row_id: str, parts: Sequence[Contribution]) -> None:
        """Replaces what a row adds to the sums."""
        self.set_contributions_many(table, {row_id: parts})

    def set_contributions_many(
        self, table: str, parts: Mapping[str, Sequence[Contribution]]
    ) -> None:
        """Replaces what many rows add to the sums."""
        self._recall.moves()
        self._recall.parts.moves(table, table, parts.keys())
        sums.replace(self._connection, table, parts)

    def recount(self) -> int:
        """Number of rolled-up amounts that were wrong; they are right afterwards."""
        self._recall.moves()
        return sums.recount(self._connection)

    def remember_outlook(self, outlook: DayOutlook) -> None:
        """Remembers the forecast of a day; a later one of the same day replaces it."""
        notes.remember_outlook(self._connection, outlook)

    def set_meta(self, key: str, value: str) -> None:
        """Remembers a text under a key."""
        notes.set_meta(self._connection, key, value)

    def mark_job(self, job: str, at: datetime) -> None:
        """Remembers that a job was done."""
        notes.mark_job(self._connection, job, at)
