"""Everything that needs a person's word becomes one row of «Вопросы», once.

Findings that were mended vanish by themselves; clashes, vanished rows and holds stay until they
are answered. At most ten new rows a person a day are shown; the rest wait their turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from model.blueprint import Blueprint, Table
from model.records import Question, QuestionKind, Record, Stance
from model.texts.numbers import moment
from model.texts.questions import (
    Words,
    edit_and_deletion,
    hold_changed,
    hold_cleared,
    hold_rows,
    hold_sorted,
    row_gone,
    two_versions,
    typed_over,
)
from model.texts.values import shown
from model.values import encode
from store import Reader, Writer
from sync.absorb import Absorbed
from sync.merge import Clash, ClashKind, Hold
from sync.scene import text

MENDING = frozenset(
    {
        QuestionKind.PROBLEM,
        QuestionKind.FIX,
        QuestionKind.CLIENT,
        QuestionKind.PAYMENT,
        QuestionKind.DUPLICATE,
    }
)
"""Kinds that follow from the data: when the data are mended, the question is gone."""
NAMES = {
    "clients": "name",
    "deals": "client_id",
    "leads": "name",
    "payments": "payer",
    "tasks": "what",
}


def of_clashes(
    absorbed: Absorbed, blueprint: Blueprint, reader: Reader, *, person: str
) -> Iterator[Question]:
    """A question for each clash and each vanished row of one workbook."""
    for key, clashes in absorbed.clashes.items():
        for clash in clashes:
            place = _Place(blueprint.tables[key], clash.row_id, reader.get(key, clash.row_id))
            yield _clash(place, clash, person)
    for key, rows in absorbed.deleted.items():
        if blueprint.tables[key].prefix:
            for row_id in rows:
                yield _gone(_Place(blueprint.tables[key], row_id, reader.get(key, row_id)), person)


@dataclass(frozen=True, slots=True)
class _Place:
    """The row a question is about; the record is known also when the row is buried."""

    table: Table
    row_id: str
    record: Record | None

    @property
    def number(self) -> str:
        number = self.record.number if self.record is not None else None
        return "" if number is None else f"{self.table.prefix}-{number}"

    @property
    def name(self) -> str:
        called = "" if self.record is None else text(self.record, NAMES.get(self.table.key, "name"))
        return f"{self.number} {called}".strip() or self.row_id


def _clash(place: _Place, clash: Clash, person: str) -> Question:
    heading = place.table.column(clash.field).title.ru
    live, other = shown(clash.live), shown(clash.other)
    payload = {"value": encode(clash.other) or ""}
    match clash.kind:
        case ClashKind.TYPED_OVER:
            words, kind = typed_over(heading, live, other), QuestionKind.TYPED_OVER
        case ClashKind.EDIT_AND_DELETION:
            words = edit_and_deletion(place.name, heading)
            kind, payload = QuestionKind.TRASH, {"bury": "1"}
        case ClashKind.FACT_AND_DELETION:
            words, kind = row_gone(place.name), QuestionKind.TRASH
        case _:
            words, kind = (
                two_versions(heading, live, other, "в другой книге"),
                QuestionKind.CONFLICT,
            )
    return _question(
        place,
        words,
        kind,
        key=f"{clash.kind.value}|{place.table.key}|{place.row_id}"
        f"|{clash.field}|{encode(clash.other)}",
        whom=person,
        column=clash.field,
        payload=payload,
    )


def _gone(place: _Place, person: str) -> Question:
    return _question(
        place,
        row_gone(place.name),
        QuestionKind.TRASH,
        key=f"trash|{place.table.key}|{place.row_id}",
        whom=person,
        column="",
        payload={},
    )


def _question(place: _Place, words: Words, kind: QuestionKind, **facts: object) -> Question:
    question = Question(
        key="",
        kind=kind,
        about=words.about,
        where=f"«{place.table.title.ru}», {place.number}".rstrip(", "),
        wrong=words.wrong,
        proposal=words.proposal,
        whom="",
        table=place.table.key,
        row_id=place.row_id,
    )
    return replace(question, **facts)  # type: ignore[arg-type]  # named facts of Question


def of_hold(
    hold: Hold, blueprint: Blueprint, *, book: str, token: str, at: datetime, whom: str
) -> Question:
    """The question of a brake: what was seen and what each answer does."""
    sheet = blueprint.sheet_of(hold.table).title.ru
    when = moment(at)
    if hold.apart:
        titles = [blueprint.tables[hold.table].column(key).title.ru for key in hold.apart]
        words = hold_sorted(sheet, titles, when)
    elif hold.deleted >= max(hold.changed, 1):
        words = hold_rows(sheet, hold.deleted, hold.total, when)
    elif hold.changed:
        words = hold_changed(sheet, hold.changed, hold.total, when)
    else:
        words = hold_cleared(sheet, hold.cleared, when)
    return Question(
        key=f"hold|{book}|{token}",
        kind=QuestionKind.HOLD,
        about=words.about,
        where=f"«{sheet}»",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=whom,
        red=True,
        table=hold.table,
        payload={"book": book, "token": token},
    )


def put_questions(writer: Writer, asked: Iterable[Question], at: datetime) -> None:
    """Store what is asked now; findings that no longer hold are gone."""
    now = {q.key: q for q in asked}
    for question in writer.questions(stances={Stance.OPEN, Stance.LATER}):
        if question.kind in MENDING and question.key not in now:
            writer.settle(question.number, Stance.GONE, answer="", at=at, outcome="")
    for question in now.values():
        writer.ask(question, at=at)


def shown_to(
    questions: Sequence[Question], today: date, *, a_day: int
) -> tuple[dict[str, list[Question]], list[int]]:
    """Rows of «Вопросы» by person in their order, and the numbers shown for the first time."""
    by_person: dict[str, list[Question]] = defaultdict(list)
    fresh: list[int] = []
    used: Mapping[str, int] = _used(questions, today)
    left = {whom: a_day - count for whom, count in used.items()}
    for question in sorted(questions, key=_weight):
        if question.shown_on is None:
            if question.kind is not QuestionKind.HOLD:
                if left.setdefault(question.whom, a_day) <= 0:
                    continue
                left[question.whom] -= 1
            fresh.append(question.number)
        by_person[question.whom].append(question)
    return by_person, fresh


def _used(questions: Sequence[Question], today: date) -> dict[str, int]:
    used: dict[str, int] = defaultdict(int)
    for question in questions:
        if question.shown_on == today and question.kind is not QuestionKind.HOLD:
            used[question.whom] += 1
    return used


def _weight(question: Question) -> tuple[object, ...]:
    """Holds, then red rows, then money at stake; answered rows last; older first."""
    return (
        question.stance is not Stance.OPEN,
        question.kind is not QuestionKind.HOLD,
        not question.red,
        -(question.money or 0),
        question.number,
    )
