"""What is badly kept, by person, by cell and by segment, with the cards to mend first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from formulas.rounding import r2
from model.records import WAITING, Question, QuestionKind, Record, Source
from store import Reader
from sync.figures.month import Month
from sync.quality.fields import CLIENTS, DEALS
from sync.quality.scoring import Quality, Scored, average
from sync.scene import Scene, fold, text

MACHINE = frozenset({Source.IMPORT, Source.RULE})
LATELY = timedelta(days=30)
NO_SEGMENT, NOBODY = "без отрасли", "без менеджера"
TABLES = (CLIENTS, DEALS)
ASKED_ONLY = frozenset({QuestionKind.HOLD, QuestionKind.WORD, QuestionKind.NOTE})
"""Kinds that say nothing about how cards are kept."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part is asked for; empty: everything. Words are folded, a person's is the name."""

    person: str = ""
    field: str = ""
    segment: str = ""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """How one person's cards are kept."""

    who: str
    score: Decimal | None
    cards: int
    poor: int
    """Cards below the norm."""
    questions: int
    """That wait for an answer, shown or not yet."""
    hours: Decimal | None
    """Median from question to answer in the last weeks."""
    machine: Decimal | None
    """Per cent of filled cells that nobody typed."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """How often one cell is lacking."""

    table: str
    field: str
    asked: int
    lacking: int
    questions: int
    machine: Decimal | None


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """How the cards of one segment are kept."""

    segment: str
    cards: int
    score: Decimal | None
    questions: int


@dataclass(frozen=True, slots=True)
class CardLine:
    """One card to mend."""

    table: str
    row_id: str
    number: str
    name: str
    owner: str
    score: Decimal
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of everything that was asked for."""

    norm: Decimal
    score: Decimal | None
    people: tuple[PersonLine, ...]
    fields: tuple[FieldLine, ...]
    segments: tuple[SegmentLine, ...]
    cards: tuple[CardLine, ...]
    """Those that lack something, the worst first."""
    doubts: tuple[str, ...]


def summarise(month: Month, norm: Decimal, wanted: Wanted) -> Summary:
    """The summary of a team, or of the part that is asked for."""
    return _Summing(month, norm, wanted).all()


class _Summing:
    """One summary while it is made."""

    def __init__(self, month: Month, norm: Decimal, wanted: Wanted) -> None:
        self.reader: Reader = month.reader
        self.scene: Scene = month.scene
        self.norm, self.wanted = norm, wanted
        self.quality: Quality = month.quality()
        self.cards = dict(self._cards())
        every = self.reader.questions()
        self.every = [q for q in every if q.kind not in ASKED_ONLY and self._is_wanted(q)]
        self.waiting = [q for q in self.every if q.stance in WAITING]
        self.origins = {table: self.reader.origins(table) for table in TABLES}

    def all(self) -> Summary:
        """Everything together."""
        return Summary(
            norm=self.norm,
            score=average(self.cards.values()),
            people=tuple(self._people()),
            fields=tuple(self._fields()),
            segments=tuple(self._segments()),
            cards=tuple(self._worst()),
            doubts=tuple(self.quality.fields.doubts.values()),
        )

    def _cards(self) -> Iterator[tuple[tuple[str, str], Scored]]:
        """The scored rows that are asked for, by table and row id."""
        for table, scores in ((CLIENTS, self.quality.clients), (DEALS, self.quality.deals)):
            for row_id, scored in scores.items():
                row = self.scene.rows[table][row_id]
                if scored.asked and self._fits(row, scored):
                    yield (table, row_id), scored

    def _fits(self, row: Record, scored: Scored) -> bool:
        wanted = self.wanted
        return (
            (not wanted.person or fold(row.values.get("owner")) == fold(wanted.person))
            and (not wanted.segment or fold(self._segment(row)) == wanted.segment)
            and (not wanted.field or wanted.field in map(fold, scored.missing))
        )

    def _client(self, row: Record) -> Record | None:
        if row.table == CLIENTS:
            return row
        return self.scene.rows[CLIENTS].get(row.links.get("client_id", ""))

    def _segment(self, row: Record) -> str:
        client = self._client(row)
        return ("" if client is None else text(client, "industry")) or NO_SEGMENT

    def _is_wanted(self, question: Question) -> bool:
        wanted = self.wanted
        if wanted.person and fold(question.whom) != fold(wanted.person):
            return False
        if wanted.field and fold(self._heading(question)) != wanted.field:
            return False
        row = self._row(question)
        return not wanted.segment or (
            row is not None and fold(self._segment(row)) == wanted.segment
        )

    def _row(self, question: Question) -> Record | None:
        return self.scene.rows.get(question.table, {}).get(question.row_id)

    def _heading(self, question: Question) -> str:
        table = self.scene.blueprint.tables.get(question.table)
        known = table is not None and table.has(question.column)
        return table.column(question.column).title.ru if table is not None and known else ""

    def _people(self) -> Iterator[PersonLine]:
        by_person: dict[str, list[Scored]] = defaultdict(list)
        for (table, row_id), scored in self.cards.items():
            by_person[text(self.scene.rows[table][row_id], "owner") or NOBODY].append(scored)
        asked = Counter(q.whom for q in self.waiting)
        order = [p.name for p in self.scene.sellers()]
        names = [*order, *sorted({*by_person, *asked} - {*order})]
        shares = self._machine_by_person()
        for who in names:
            cards = by_person.get(who, [])
            if cards or asked[who] or (who in order and not self.wanted.person):
                yield PersonLine(
                    who=who,
                    score=average(cards),
                    cards=len(cards),
                    poor=sum((one.score or 0) < self.norm for one in cards),
                    questions=asked[who],
                    hours=self._hours(who),
                    machine=shares.get(who),
                )

    def _hours(self, who: str) -> Decimal | None:
        since = self.scene.now - LATELY
        spent = [
            _hours_between(q.created_at, q.answered_at)
            for q in self.every
            if q.whom == who
            and q.stance not in WAITING
            and q.created_at is not None
            and q.answered_at is not None
            and q.answered_at >= since
        ]
        return r2(median(spent)) if spent else None

    def _fields(self) -> Iterator[FieldLine]:
        asked, lacking = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for (table, _), scored in self.cards.items():
            asked.update((table, heading) for heading in scored.asked)
            lacking.update((table, heading) for heading in scored.missing)
        told = Counter((q.table, self._heading(q)) for q in self.waiting)
        lines = [
            FieldLine(table, heading, count, lacking[table, heading], told[table, heading], share)
            for (table, heading), count in asked.items()
            for share in (self._machine_of(table, heading),)
        ]
        yield from sorted(lines, key=lambda line: (-line.lacking, line.table, line.field))

    def _segments(self) -> Iterator[SegmentLine]:
        cards: dict[str, list[Scored]] = defaultdict(list)
        for (table, row_id), scored in self.cards.items():
            cards[self._segment(self.scene.rows[table][row_id])].append(scored)
        rows = (self._row(q) for q in self.waiting)
        told = Counter(self._segment(row) for row in rows if row is not None)
        lines = [
            SegmentLine(segment, len(found), average(found), told[segment])
            for segment, found in cards.items()
        ]
        yield from sorted(lines, key=lambda line: (line.score or Decimal(0), line.segment))

    def _worst(self) -> Iterator[CardLine]:
        lines = [
            CardLine(
                table,
                row_id,
                self.scene.number(table, row_id),
                self._name(self.scene.rows[table][row_id]),
                text(self.scene.rows[table][row_id], "owner"),
                scored.score,
                scored.missing,
            )
            for (table, row_id), scored in self.cards.items()
            if scored.score is not None and scored.missing
        ]
        yield from sorted(
            lines, key=lambda one: (one.score, one.table, len(one.number), one.number)
        )

    def _name(self, row: Record) -> str:
        client = self._client(row)
        return text(row, "client_id") if client is None else text(client, "name")

    def _machine_by_person(self) -> Mapping[str, Decimal | None]:
        """Per cent of filled cells that nobody typed, by person."""
        found: dict[str, list[Source]] = defaultdict(list)
        for table in TABLES:
            fields = {c.key for c in self.scene.blueprint.tables[table].typed}
            for row_id, row in self.scene.rows[table].items():
                cells = self.origins[table].get(row_id, {})
                own = found[text(row, "owner") or NOBODY]
                own += [source for field, source in cells.items() if field in fields]
        return {who: machine_share(sources) for who, sources in found.items()}

    def _machine_of(self, table: str, heading: str) -> Decimal | None:
        columns = self.scene.blueprint.tables[table].columns
        field = next(c.key for c in columns if c.title.ru == heading)
        rows, known = self.scene.rows[table], self.origins[table]
        return machine_share(
            fields[field] for row_id, fields in known.items() if row_id in rows and field in fields
        )


def _hours_between(asked: datetime | None, answered: datetime | None) -> Fraction:
    if asked is None or answered is None:
        return Fraction(0)
    return Fraction(int((answered - asked).total_seconds()), 3600)


def machine_share(sources: Iterable[Source]) -> Decimal | None:
    """Per cent of values that nobody typed."""
    known = list(sources)
    made = sum(source in MACHINE for source in known)
    return r2(Fraction(100 * made, len(known))) if known else None
