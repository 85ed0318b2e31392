"""A team's store without workbooks: rows are put in, settled, asked about and answered."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from backups import SqliteBackups
from model.blueprint import Blueprint
from model.records import BatchKind, Question, QuestionKind, Record, Source, Stamped, Stance
from model.values import Value
from store import Store, Writer
from sync.ask import put_questions
from sync.founding.first_rows import NewPerson, Pay, Ways, first_rows, whole_year
from sync.known import Known
from sync.settings import Settings
from sync.settle.answers import Answering, answer
from sync.settle.everything import Settled, link_and_count, settle
from sync.team import Team
from sync.thinking import Thought, compute

ZONE = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 3, 12, 12, 0, tzinfo=ZONE)
TODAY = NOON.date()
OWNER, IVANOV, SMIRNOVA = "Орлов Борис", "Иванов Пётр", "Смирнова Ольга"
PAY = Pay(
    Decimal(40_000),
    ((Decimal(0), Decimal(3)), (Decimal(1_000_000), Decimal(4))),
    Decimal(3000),
    Decimal(500),
    3,
)


class Ledger:
    """The store of a small team and what the daemon does with it."""

    def __init__(
        self,
        place: Path,
        blueprint: Blueprint,
        *,
        departments: tuple[str, ...],
        begun: bool = False,
    ) -> None:
        """With `begun` the place holds a copy of such a store as it was founded."""
        settings = Settings(folder=place, family="LEDGER", owner=OWNER, helper="Олег")
        store = Store.open(place / "store.sqlite3")
        backups = SqliteBackups.open(place / "backups.sqlite3")
        self.team = Team(settings, place, store, backups, blueprint)
        self.known = Known()
        self.now = NOON
        self.ids = (f"N{n}" for n in itertools.count(1))
        if begun:
            self.now += timedelta(minutes=1)
            return
        people = tuple(
            NewPerson(name, department, PAY, whole_year(Decimal(plan)))
            for name, department, plan in zip(
                (IVANOV, SMIRNOVA), departments, (1_200_000, 900_000), strict=True
            )
        )
        with store.write() as writer:
            by = self.stamp(writer, Source.IMPORT)
            ways = Ways(OWNER, "Олег", people, TODAY.year)
            for table, rows in first_rows(ways, blueprint).items():
                writer.put_many(table, rows.values, links=rows.links, by=by)

    def stamp(self, writer: Writer, source: Source, who: str = IVANOV) -> Stamped:
        """A stamp of a batch of its own, a minute later."""
        self.now += timedelta(minutes=1)
        at = self.now.astimezone(UTC)
        return Stamped(at, who, source, None, writer.start_batch(BatchKind.SYNC, who, at))

    def put(self, table: str, row_id: str, **cells: Any) -> str:
        """A person types into a row; nothing follows yet. Names that end in _to are links."""
        links = {k.removesuffix("_to"): v for k, v in cells.items() if k.endswith("_to")}
        values = {k: _value(v) for k, v in cells.items() if not k.endswith("_to")}
        with self.team.store.write() as writer:
            writer.put(table, row_id, values, links=links, by=self.stamp(writer, Source.PERSON))
        return row_id

    def type(self, table: str, row_id: str, **cells: Any) -> Settled:
        """A person types into a row and the pass settles what follows."""
        values = {k: _value(v) for k, v in cells.items()}
        with self.team.store.write() as writer:
            by = self.stamp(writer, Source.PERSON)
            writer.put(table, row_id, values, by=by)
            return self._settle(writer, {table: {row_id}}, by)

    def settle(self) -> Settled:
        """A pass without edits."""
        with self.team.store.write() as writer:
            return self._settle(writer, {}, self.stamp(writer, Source.RULE))

    def link(self) -> None:
        """Of a pass without edits what links, follows and counts; nothing is asked."""
        with self.team.store.write() as writer:
            by = self.stamp(writer, Source.RULE)
            new_id = lambda: next(self.ids)  # noqa: E731
            link_and_count(self.team, writer, self.now, {}, new_id, by, known=Known())

    def answer(self, question: Question, text: str, who: str = OWNER) -> Question:
        """A person answers; then the pass settles."""
        with self.team.store.write() as writer:
            settled = self._settle(writer, {}, self.stamp(writer, Source.RULE))
            at = self.now.astimezone(UTC)
            desk = Answering(
                writer, settled.scene, settled.clients, lambda: next(self.ids), who, at
            )
            answered = answer(desk, question, text)
            touched = {question.table: {question.row_id}}
            self._settle(writer, touched, self.stamp(writer, Source.RULE))
        return answered

    def question(self, kind: QuestionKind) -> Question:
        """The only waiting question of a kind."""
        (found,) = self.questions(kind)
        return found

    def questions(self, kind: QuestionKind) -> list[Question]:
        """Waiting questions of a kind."""
        with self.team.store.read() as reader:
            waiting = reader.questions(stances={Stance.OPEN, Stance.LATER})
        return [q for q in waiting if q.kind is kind]

    def ask(self, question: Question) -> Question:
        """Put a question that a book brought."""
        with self.team.store.write() as writer:
            return writer.ask(question, at=self.now.astimezone(UTC))

    def rows(self, table: str, *, deleted: bool = False) -> dict[str, Record]:
        """Rows of a table."""
        with self.team.store.read() as reader:
            return dict(reader.rows(table, deleted=deleted))

    def row(self, table: str, row_id: str) -> Record:
        """One row, buried or not."""
        return self.rows(table, deleted=True)[row_id]

    def cells(self) -> dict[str, Any]:
        """Everything that undo must restore: cells, links, joins and which rows are alive."""
        with self.team.store.read() as reader:
            found: dict[str, Any] = {"joined": reader.joined("clients")}
            for table in self.team.blueprint.tables:
                for row_id, r in reader.rows(table).items():
                    found[row_id] = (table, dict(r.values), dict(r.links))
        return found

    def thought(self) -> Thought:
        """The figures after settling."""
        with self.team.store.write() as writer:
            settled = self._settle(writer, {}, self.stamp(writer, Source.RULE))
            return compute(writer, settled, settled.scene.asof)

    def reader(self) -> Any:
        """The store, to be looked into."""
        return self.team.store.read()

    def _settle(self, writer: Writer, touched: dict[str, set[str]], by: Stamped) -> Settled:
        new_id = lambda: next(self.ids)  # noqa: E731
        rule = Stamped(by.at, "", Source.RULE, None, by.batch)
        settled = settle(self.team, writer, self.now, touched, new_id, rule, known=self.known)
        waiting = [
            q
            for q in writer.questions(stances={Stance.OPEN, Stance.LATER})
            if q.key.startswith("test|")
        ]
        put_questions(writer, [*settled.questions, *waiting], by.at, self.team.blueprint)
        return settled


def _value(value: Any) -> Value:
    return Decimal(value) if isinstance(value, int) else value


def days(count: int) -> date:
    """Today and so many days."""
    return TODAY + timedelta(days=count)
