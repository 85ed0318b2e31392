"""What can be asked of the store inside one transaction: every answer is of the same moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from heapq import merge
from itertools import islice

from sqlalchemy import Connection

from model.arrivals import InboxRow, SourceHealth
from model.figures import Cut, Measure, Period
from model.records import (
    WAITING,
    Batch,
    BookState,
    Change,
    Contribution,
    DayOutlook,
    Displaced,
    Fact,
    Intent,
    Kept,
    Lease,
    Question,
    Record,
    Stance,
)
from store import (
    bases,
    batches,
    books,
    cuts,
    displaced,
    facts,
    history,
    inbox,
    kept,
    leases,
    notes,
    origins,
    questions,
    rows,
    sums,
)
from store.engine import damage
from store.remembered import Recall, Remembered


class Reader:
    """Reads within the transaction that made it."""

    def __init__(self, connection: Connection, remembered: Remembered | None = None) -> None:
        self._connection = connection
        self._recall = Recall(connection, remembered or Remembered())
        self._waiting: tuple[Question, ...] | None = None
        """Asked for several times in a pass: a messy base has thousands of them."""

    def rows(self, table: str, *, deleted: bool = False) -> Mapping[str, Record]:
        """Rows of a table by id, in the order of their numbers; buried ones too when asked for."""
        known = self._recall.rows(table)
        return known.every if deleted else known.living

    def learned(self) -> Remembered:
        """What this transaction came to know, for those that follow once it holds."""
        return self._recall.learned()

    def get(self, table: str, row_id: str) -> Record | None:
        """A row, buried or not."""
        return rows.one(self._connection, table, row_id)

    def some(self, table: str, row_ids: Collection[str]) -> dict[str, Record]:
        """Rows with the given ids, buried or not, in the order of their numbers."""
        return rows.some(self._connection, table, row_ids)

    def rows_since(self, table: str, moment: datetime) -> dict[str, Record]:
        """Rows that came into a table from a moment on, buried or not, by number."""
        return rows.since(self._connection, table, moment)

    def linking(self, table: str, field: str, targets: Collection[str]) -> dict[str, Record]:
        """Living rows of which a reference leads to one of some rows, by number."""
        return rows.linking(self._connection, table, field, targets)

    def paid(self, whens: Collection[tuple[date, Decimal]]) -> dict[str, Record]:
        """Living payments of some days with the sum of each, by number."""
        return rows.paid(self._connection, whens)

    def find_number(self, table: str, number: int) -> Record | None:
        """The row with a visible number, buried or not."""
        return rows.by_number(self._connection, table, number)

    def joined(self, table: str) -> Mapping[str, str]:
        """Each joined row with the row it stands for in the end."""
        return self._recall.joined(table)

    def bases(self, book: str) -> bases.Base:
        """The merge base of a book: table, row id, field, value."""
        return self._recall.bases.now(book)

    def base_order(self, book: str, table: str) -> list[str]:
        """Row ids of a table in the order in which the book last showed them."""
        return self._recall.orders.now(book).get(table, [])

    def books(self) -> tuple[BookState, ...]:
        """Every known workbook, by key."""
        return books.all_books(self._connection)

    def book(self, key: str) -> BookState | None:
        """A workbook by its key."""
        return books.one(self._connection, key)

    def kept(
        self, book: str, *, token: str | None = None, generation: int | None = None
    ) -> tuple[Kept, ...]:
        """Contents of a book that a save may descend from, newest first.

        There is one more for every save and write, for years: name the fingerprint or generation.
        """
        return kept.of_book(self._connection, book, token=token, generation=generation)

    def pending(self) -> tuple[Intent, ...]:
        """Writes that began and did not end, oldest first."""
        return books.pending(self._connection)

    def displaced(self) -> tuple[Displaced, ...]:
        """Files beside the workbooks that are still looked after."""
        return displaced.every(self._connection)

    def lease(self) -> Lease | None:
        """Who works with the team, or did last."""
        return leases.current(self._connection)

    def history(
        self, table: str, row_id: str, field: str | None = None, *, limit: int | None = None
    ) -> tuple[Change, ...]:
        """Changes of a row or of one field, newest first; `ROW_MARK` tells birth and burial."""
        return history.of_row(self._connection, table, row_id, field, limit)

    def table_history(self, table: str, field: str) -> tuple[Change, ...]:
        """Changes of one field in all rows of a table, oldest first; for small tables."""
        return tuple(history.of_table(self._connection, table, field))

    def origins(self, table: str) -> origins.Origins:
        """Where each present value of a table came from; reads the whole history of the table."""
        return origins.of_table(self._connection, table)

    def newest_changes(self, limit: int) -> tuple[Change, ...]:
        """The last changes of all tables, newest first; what was exported stands among them."""
        moved = history.newest(self._connection, limit)
        carried = batches.exports(self._connection, limit)
        both = merge(moved, carried, key=lambda change: change.batch, reverse=True)
        return tuple(islice(both, limit))

    def changes(self, since: datetime, until: datetime) -> tuple[Change, ...]:
        """Everything that moved from a moment on and before another one, oldest first."""
        return tuple(history.between(self._connection, since, until))

    def batch_changes(self, batch: int) -> tuple[Change, ...]:
        """Changes that a batch made, oldest first."""
        return history.of_batch(self._connection, batch)

    def last_change(self) -> int:
        """Number of the newest line of history; 0 while there is none."""
        return history.last(self._connection)

    def moved_since(self, tables: Collection[str], seq: int) -> dict[str, set[str]]:
        """Rows of tables that have a line of history after that one, by table."""
        return history.moved_since(self._connection, tables, seq)

    def batch(self, number: int) -> Batch | None:
        """A batch by its number."""
        return batches.one(self._connection, number)

    def batches(self, *, limit: int = 20) -> tuple[Batch, ...]:
        """The last batches, newest first."""
        return batches.newest(self._connection, limit)

    def version(self) -> int:
        """Number of the newest batch; 0 in an empty store."""
        return batches.version(self._connection)

    def questions(self, *, stances: Collection[Stance] | None = None) -> tuple[Question, ...]:
        """Questions in the order of their numbers; of all stances when none are named."""
        if stances is None or set(stances) != WAITING:
            return questions.all_of(self._connection, stances)
        if self._waiting is None:
            self._waiting = questions.all_of(self._connection, WAITING)
        return self._waiting

    def recent_questions(self, since: datetime) -> tuple[Question, ...]:
        """Those that wait, and those answered since or first shown since that day."""
        over = questions.over_since(self._connection, since)
        waiting = self.questions(stances=WAITING)
        return tuple(sorted((*waiting, *over), key=lambda question: question.number))

    def questions_beginning(self, key: str) -> tuple[Question, ...]:
        """Questions whose keys begin with these letters, in the order of their numbers."""
        return questions.beginning(self._connection, key)

    def decided(self, keys: Collection[str]) -> set[str]:
        """Those of the keys whose questions were answered."""
        return questions.decided(self._connection, keys)

    def question(self, number: int) -> Question | None:
        """The question with a number."""
        return questions.by_number(self._connection, number)

    def question_by_key(self, key: str) -> Question | None:
        """The question about a finding."""
        return questions.by_key(self._connection, key)

    def fact(self, source: str, key: str) -> Fact | None:
        """A fact as it last arrived."""
        return facts.one(self._connection, source, key)

    def fact_known(self, source: str, key: str) -> str | None:
        """Row that a fact made; None for a fact that never arrived."""
        known = facts.one(self._connection, source, key)
        return known.row_id if known is not None else None

    def some_facts(self, source: str, keys: Iterable[str]) -> dict[str, Fact]:
        """The known facts of a source among some keys."""
        return facts.some(self._connection, source, keys)

    def fact_rows(self, source: str, row_ids: Iterable[str]) -> set[str]:
        """Rows among some that stand for a fact of a source."""
        return facts.rows_of(self._connection, source, row_ids)

    def source_stats(self) -> dict[str, datetime]:
        """When the newest fact of each source arrived."""
        return facts.last_arrivals(self._connection)

    def waiting_arrivals(self, *, limit: int) -> list[InboxRow]:
        """Arrivals that no pass has looked at yet, oldest first."""
        return inbox.waiting(self._connection, limit)

    def quarantine(self, *, limit: int = 1000) -> list[InboxRow]:
        """Arrivals that could not be understood, oldest first."""
        return inbox.quarantined(self._connection, limit)

    def arrival(self, number: int) -> InboxRow | None:
        """An arrival by its number."""
        return inbox.one(self._connection, number)

    def arrival_health(self) -> list[SourceHealth]:
        """How each source fares that ever sent anything."""
        return inbox.health(self._connection)

    def sums(self, measure: Measure, period: Period) -> Mapping[str, int]:
        """Total of each manager in the period."""
        return self._recall.sums(measure, period)

    def sums_of(
        self, measures: Collection[Measure], period: Period
    ) -> dict[tuple[Measure, str], int]:
        """Total of each manager in the period, of many measures at once."""
        return sums.table(self._connection, measures, period)

    def sums_by(
        self, cut: Cut, measures: Collection[Measure], period: Period, manager: str | None = None
    ) -> dict[tuple[Measure, str], int]:
        """Total of each key of a cut; what has no key is the rest of the whole sum."""
        return cuts.totals(self._connection, cut, measures, period, manager)

    def habits(
        self, cut: Cut, measure: Measure, spans: cuts.Spans, manager: str | None = None
    ) -> list[cuts.Habit]:
        """When and how often each key of a cut was counted."""
        return cuts.habits(self._connection, cut, measure, spans, manager)

    def wrong_sums(self) -> int:
        """Number of rolled-up amounts that differ from what the rows add."""
        plain, by_cut = sums.differing(self._connection)
        return len(plain) + len(by_cut)

    def sums_by_day(self, measure: Measure, manager: str | None, period: Period) -> dict[date, int]:
        """Total of each day that has one; of all managers when none is named."""
        return sums.by_day(self._connection, measure, manager, period)

    def contributions(
        self, measure: Measure, period: Period, manager: str | None = None
    ) -> tuple[tuple[str, str, Contribution], ...]:
        """Table, row id and amount of every living row behind a sum, oldest day first."""
        return sums.parts(self._connection, measure, period, manager)

    def contributions_of(self, table: str) -> Mapping[str, tuple[Contribution, ...]]:
        """What each row of a table adds to the sums; rows that add nothing are absent."""
        return self._recall.parts.now(table)

    def outlook(self, person: str, day: date) -> DayOutlook | None:
        """The forecast of a person as it stood on a day."""
        return notes.outlook(self._connection, person, day)

    def outlooks(self, person: str, first: date, last: date) -> tuple[DayOutlook, ...]:
        """Forecasts of a person from the first day to the last, both included."""
        return notes.outlooks_between(self._connection, person, first, last)

    def metas(self, start: str) -> dict[str, str]:
        """The texts remembered under all keys that begin alike."""
        return notes.metas(self._connection, start)

    def meta(self, key: str) -> str | None:
        """The text remembered under a key."""
        return notes.meta_value(self._connection, key)

    def damage(self) -> tuple[str, ...]:
        """What the database itself finds broken; empty when it is whole."""
        return damage(self._connection)

    def job_done(self, job: str) -> datetime | None:
        """When a job was last done."""
        return notes.job_done(self._connection, job)
