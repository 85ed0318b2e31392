"""The store in memory: the part of its contract that a pass needs, for a million short lives.

What it promises is what `store.Store` promises; `test_memory` tells both the same random things
and compares what they answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from model.records import (
    ROW_MARK,
    Batch,
    BatchKind,
    BookState,
    Change,
    Displaced,
    Fact,
    Intent,
    Kept,
    KeptKind,
    Question,
    Record,
    Stamped,
    Stance,
)
from model.values import Value
from store.questions import COMES_BACK, seen_lately

BaseRow = Mapping[str, Value]


@dataclass(slots=True)
class Shelf:
    """Everything that was committed."""

    rows: dict[str, dict[str, Record]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    bases: dict[tuple[str, str], dict[str, dict[str, Value]]] = field(default_factory=dict)
    orders: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    known: dict[str, BookState] = field(default_factory=dict)
    intents: dict[int, Intent] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    questions: dict[int, Question] = field(default_factory=dict)
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    metas: dict[str, str] = field(default_factory=dict)
    joins: dict[tuple[str, str], str] = field(default_factory=dict)
    contents: list[Kept] = field(default_factory=list)
    beside: dict[tuple[str, str], Displaced] = field(default_factory=dict)

    def twin(self) -> Shelf:
        """A copy to work on; what is nested is copied when it is first changed."""
        return Shelf(*(getattr(self, name).copy() for name in self.__slots__))


class MemoryReader:
    """What can be asked within one transaction."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.cancelled = False

    def rows(self, table: str, *, deleted: bool = False) -> dict[str, Record]:
        found = self.shelf.rows.get(table, {})
        return {i: r for i, r in found.items() if deleted or not r.deleted}

    def get(self, table: str, row_id: str) -> Record | None:
        return self.shelf.rows.get(table, {}).get(row_id)

    def joined(self, table: str) -> dict[str, str]:
        found = {}
        for (key, loser), main in self.shelf.joins.items():
            if key == table:
                end = main
                while (key, end) in self.shelf.joins:
                    end = self.shelf.joins[key, end]
                found[loser] = end
        return found

    def bases(self, book: str) -> dict[str, dict[str, dict[str, Value]]]:
        return {t: dict(rows) for (b, t), rows in self.shelf.bases.items() if b == book and rows}

    def base_order(self, book: str, table: str) -> list[str]:
        return list(self.shelf.orders.get((book, table), ()))

    def books(self) -> tuple[BookState, ...]:
        return tuple(self.shelf.known[key] for key in sorted(self.shelf.known))

    def book(self, key: str) -> BookState | None:
        return self.shelf.known.get(key)

    def pending(self) -> tuple[Intent, ...]:
        return tuple(i for i in self.shelf.intents.values() if not i.done)

    def kept(
        self, book: str, *, token: str | None = None, generation: int | None = None
    ) -> tuple[Kept, ...]:
        return tuple(
            k
            for k in reversed(self.shelf.contents)
            if k.book == book and token in {None, k.token} and generation in {None, k.generation}
        )

    def displaced(self) -> tuple[Displaced, ...]:
        return tuple(self.shelf.beside[key] for key in sorted(self.shelf.beside))

    def history(
        self, table: str, row_id: str, field: str | None = None, *, limit: int | None = None
    ) -> tuple[Change, ...]:
        found = [
            c
            for c in reversed(self.shelf.changes)
            if (c.table, c.row_id) == (table, row_id) and field in (None, c.field)
        ]
        return tuple(found[:limit])

    def batch_changes(self, batch: int) -> tuple[Change, ...]:
        return tuple(c for c in self.shelf.changes if c.batch == batch)

    def batch(self, number: int) -> Batch | None:
        return next((b for b in self.shelf.batches if b.number == number), None)

    def version(self) -> int:
        return len(self.shelf.batches)

    def questions(self, *, stances: Collection[Stance] | None = None) -> tuple[Question, ...]:
        found = self.shelf.questions.values()
        return tuple(q for q in found if stances is None or q.stance in stances)

    def questions_beginning(self, key: str) -> tuple[Question, ...]:
        return tuple(q for q in self.shelf.questions.values() if q.key.startswith(key))

    def question(self, number: int) -> Question | None:
        return self.shelf.questions.get(number)

    def question_by_key(self, key: str) -> Question | None:
        return next((q for q in self.shelf.questions.values() if q.key == key), None)

    def fact_known(self, source: str, key: str) -> str | None:
        fact = self.shelf.facts.get((source, key))
        return None if fact is None else fact.row_id

    def meta(self, key: str) -> str | None:
        return self.shelf.metas.get(key)


class MemoryWriter(MemoryReader):
    """What can be told within one transaction."""

    def cancel(self) -> None:
        self.cancelled = True

    def start_batch(
        self, kind: BatchKind, who: str, at: datetime, *, book: str | None = None, note: str = ""
    ) -> int:
        number = len(self.shelf.batches) + 1
        self.shelf.batches.append(Batch(number, kind, who, at, book, note))
        return number

    def put(
        self,
        table: str,
        row_id: str,
        values: Mapping[str, Value],
        *,
        links: Mapping[str, str | None] | None = None,
        number: int | None = None,
        by: Stamped,
    ) -> Record:
        shelf = self.shelf
        rows = shelf.rows[table] = dict(shelf.rows.get(table, {}))
        known = rows.get(row_id)
        if known is None:
            shelf.last[table] = shelf.last.get(table, 0) + 1
            known = Record(table, row_id, shelf.last[table], {}, created_at=by.at)
            self._note(table, row_id, ROW_MARK, (None, True), by)
        cells = dict(known.values)
        for name, value in values.items():
            before = cells.get(name)
            if before == value or name.startswith("~"):
                continue
            if value is None:
                del cells[name]
            else:
                cells[name] = value
            self._note(table, row_id, name, (before, value), by)
        rows[row_id] = replace(known, values=cells, changed_at=by.at)
        return rows[row_id]

    def put_many(
        self,
        table: str,
        rows: Mapping[str, Mapping[str, Value]],
        *,
        links: Mapping[str, Mapping[str, str | None]] | None = None,
        numbers: Mapping[str, int] | None = None,
        by: Stamped,
    ) -> dict[str, Record]:
        return {row_id: self.put(table, row_id, values, by=by) for row_id, values in rows.items()}

    def bury(self, table: str, row_id: str, *, by: Stamped) -> None:
        self._mark(table, row_id, by, deleted=True)

    def revive(self, table: str, row_id: str, *, by: Stamped) -> None:
        self._mark(table, row_id, by, deleted=False)

    def join(self, table: str, loser: str, main: str, *, by: Stamped) -> None:
        if loser == main or self.joined(table).get(main) == loser:
            raise ValueError(f"{loser} would stand for itself")
        self.shelf.joins[table, loser] = main

    def part(self, table: str, loser: str, *, by: Stamped) -> None:
        self.shelf.joins.pop((table, loser), None)

    def undo(self, batch: int, *, by: Stamped) -> int:
        net: dict[tuple[str, str], dict[str, tuple[Value, Value]]] = {}
        for change in self.batch_changes(batch):
            cells = net.setdefault((change.table, change.row_id), {})
            first = cells[change.field][0] if change.field in cells else change.before
            cells[change.field] = first, change.after
        count = 0
        for (table, row_id), cells in net.items():
            row = self.shelf.rows[table][row_id]
            if ROW_MARK in cells and cells[ROW_MARK][0] is None:
                later = any(c.row_id == row_id and c.batch > batch for c in self.shelf.changes)
                if not later and not row.deleted:
                    self.bury(table, row_id, by=by)
                    count += 1
                continue
            if ROW_MARK in cells and row.deleted == (cells[ROW_MARK][1] is False):
                self._mark(table, row_id, by, deleted=cells[ROW_MARK][0] is False)
                count += 1
            back = {
                name: before
                for name, (before, after) in cells.items()
                if name != ROW_MARK and row.values.get(name) == after and before != after
            }
            self.put(table, row_id, back, by=by)
            count += len(back)
        return count

    def set_base(
        self,
        book: str,
        table: str,
        rows: Mapping[str, BaseRow | None],
        order: Sequence[str] | None = None,
    ) -> None:
        base = self.shelf.bases[book, table] = dict(self.shelf.bases.get((book, table), {}))
        for row_id, values in rows.items():
            base.pop(row_id, None)
            if values is not None:
                base[row_id] = {k: v for k, v in values.items() if v is not None}
        if order is not None:
            self.shelf.orders[book, table] = list(order)

    def put_book(self, state: BookState) -> None:
        self.shelf.known[state.book] = state

    def intend(
        self, book: str, base_token: str, new_token: str, temp_name: str, at: datetime
    ) -> int:
        number = len(self.shelf.intents) + 1
        self.shelf.intents[number] = Intent(number, book, base_token, new_token, temp_name, at)
        return number

    def finish(self, number: int, how: str) -> None:
        self.shelf.intents[number] = replace(self.shelf.intents[number], done=how)

    def keep(self, book: str, generation: int, token: str, kind: KeptKind, *, at: datetime) -> None:
        number = len(self.shelf.contents) + 1
        self.shelf.contents.append(Kept(number, book, generation, token, kind, at))

    def put_displaced(self, file: Displaced) -> None:
        self.shelf.beside[file.book, file.name] = file

    def forget_displaced(self, book: str, name: str) -> None:
        self.shelf.beside.pop((book, name), None)

    def ask(self, question: Question, *, at: datetime) -> Question:
        known = self.question_by_key(question.key)
        if known is None:
            number = len(self.shelf.questions) + 1
            stored = replace(question, created_at=at, stance=Stance.OPEN, number=number)
        elif known.stance in {Stance.OPEN, Stance.LATER}:
            stored = replace(
                question,
                number=known.number,
                stance=known.stance,
                answer=known.answer,
                created_at=known.created_at,
                shown_on=known.shown_on,
                answered_at=known.answered_at,
                outcome=known.outcome,
            )
        elif known.stance is Stance.GONE or (
            known.stance is Stance.DONE and question.kind in COMES_BACK
        ):
            stored = replace(
                question,
                number=known.number,
                created_at=at,
                stance=Stance.OPEN,
                shown_on=seen_lately(known, at),
            )
        else:
            return known
        self.shelf.questions[stored.number] = stored
        return stored

    def settle(
        self, number: int, stance: Stance, *, answer: str, at: datetime, outcome: str
    ) -> None:
        known = self.shelf.questions[number]
        self.shelf.questions[number] = replace(
            known, stance=stance, answer=answer, answered_at=at, outcome=outcome
        )

    def address(self, number: int, whom: str) -> None:
        self.shelf.questions[number] = replace(self.shelf.questions[number], whom=whom)

    def show(self, numbers: Sequence[int], day: date) -> None:
        for number in numbers:
            known = self.shelf.questions[number]
            if known.shown_on is None:
                self.shelf.questions[number] = replace(known, shown_on=day)

    def add_facts(self, arrived: Sequence[Fact]) -> None:
        self.shelf.facts.update({(fact.source, fact.key): fact for fact in arrived})

    def set_meta(self, key: str, value: str) -> None:
        self.shelf.metas[key] = value

    def _mark(self, table: str, row_id: str, by: Stamped, *, deleted: bool) -> None:
        known = self.get(table, row_id)
        if known is None or known.deleted == deleted:
            return
        marked = replace(known, deleted=deleted, changed_at=by.at)
        self.shelf.rows[table] = {**self.shelf.rows[table], row_id: marked}
        self._note(table, row_id, ROW_MARK, (not known.deleted, not deleted), by)

    def _note(
        self, table: str, row_id: str, name: str, move: tuple[Value, Value], by: Stamped
    ) -> None:
        self.shelf.changes.append(
            Change(table, row_id, name, *move, by.at, by.who, by.source, by.book, by.batch)
        )


class MemoryStore:
    """One store; a transaction that ends in an exception never was."""

    def __init__(self) -> None:
        self.shelf = Shelf()

    @contextmanager
    def read(self) -> Iterator[MemoryReader]:
        yield MemoryReader(self.shelf)

    @contextmanager
    def write(self) -> Iterator[MemoryWriter]:
        writer = MemoryWriter(self.shelf.twin())
        yield writer
        if not writer.cancelled:
            self.shelf = writer.shelf

    def check_fence(self) -> None:
        """There is one daemon in a simulated world."""
