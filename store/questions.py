"""Questions to people: one per key, with the number by which it is answered."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from model.records import WAITING, Question, QuestionKind, Stance
from model.values import plain
from store.codec import dump
from store.schema import questions
from store.statements import add_numbered, chunks

A_DAY = timedelta(days=1)
LAST_LETTER = "\U0010ffff"
COMES_BACK = frozenset(
    {
        QuestionKind.PROBLEM,
        QuestionKind.FIX,
        QuestionKind.CONFLICT,
        QuestionKind.TYPED_OVER,
        QuestionKind.TRASH,
        QuestionKind.HOLD,
    }
)
"""Kinds that may be found again after they were dealt with; the others are answered once."""


def all_of(connection: Connection, stances: Collection[Stance] | None) -> tuple[Question, ...]:
    """Questions in the order of their numbers; of all stances when none are named."""
    wanted = select(questions).order_by(questions.c.number)
    if stances is not None:
        wanted = wanted.where(questions.c.stance.in_([stance.value for stance in stances]))
    return tuple(_question(row) for row in connection.execute(wanted))


def over_since(connection: Connection, since: datetime) -> tuple[Question, ...]:
    """Questions that wait no more, and were answered since or first shown since that day."""
    columns = questions.c
    over = columns.stance.not_in([stance.value for stance in WAITING])
    lately = or_(columns.answered_at >= since, columns.shown_on >= since.date())
    return tuple(
        _question(row) for row in connection.execute(select(questions).where(over, lately))
    )


def beginning(connection: Connection, key: str) -> tuple[Question, ...]:
    """Questions whose keys begin with these letters, by number; a span of the index."""
    within = questions.c.key.between(key, key + LAST_LETTER)
    found = connection.execute(select(questions).where(within).order_by(questions.c.number))
    return tuple(_question(row) for row in found)


def decided(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of the keys whose questions were answered."""
    answered = questions.c.stance.in_([Stance.DONE.value, Stance.KEPT.value])
    found = set[str]()
    for portion in chunks(keys):
        wanted = select(questions.c.key).where(questions.c.key.in_(portion), answered)
        found |= set(connection.execute(wanted).scalars())
    return found


def by_number(connection: Connection, number: int) -> Question | None:
    """The question with a number."""
    return _one(connection, questions.c.number == number)


def by_key(connection: Connection, key: str) -> Question | None:
    """The question about a finding."""
    return _one(connection, questions.c.key == key)


def ask(connection: Connection, asked: Question, *, at: datetime) -> Question:
    """The question as it now stands in the store.

    An open or postponed one keeps its number, stance and day, its words are refreshed. «Нет» is
    for ever. What went away by itself is asked again when it is found again; what was done, too,
    where it can come back.
    """
    known = by_key(connection, asked.key)
    if known is None:
        fresh = replace(asked, created_at=at, stance=Stance.OPEN)
        return replace(fresh, number=add_numbered(connection, questions, _line(fresh)))
    if known.stance in {Stance.OPEN, Stance.LATER}:
        stored = refreshed(asked, known)
    elif known.stance is Stance.GONE or (known.stance is Stance.DONE and asked.kind in COMES_BACK):
        stored = replace(
            asked,
            number=known.number,
            created_at=at,
            stance=Stance.OPEN,
            shown_on=seen_lately(known, at),
        )
    else:
        return known
    if stored != known:
        _update(connection, stored)
    return stored


def seen_lately(known: Question, at: datetime) -> date | None:
    """The day on which a question stood on the sheet that went away within the last day.

    Back again it is none of the new ones that a person gets in a day.
    """
    gone = known.answered_at if known.stance is Stance.GONE else None
    return known.shown_on if gone is not None and at - gone < A_DAY else None


def refreshed(asked: Question, known: Question) -> Question:
    """A waiting question in today's words, with what is known of it."""
    return replace(
        asked,
        number=known.number,
        stance=known.stance,
        answer=known.answer,
        created_at=known.created_at,
        shown_on=known.shown_on,
        answered_at=known.answered_at,
        outcome=known.outcome,
    )


def settle(
    connection: Connection,
    number: int,
    stance: Stance,
    *,
    answer: str,
    at: datetime,
    outcome: str,
) -> None:
    """Writes down how a question was answered or that it went away."""
    connection.execute(
        update(questions)
        .where(questions.c.number == number)
        .values(stance=stance.value, answer=answer, answered_at=at, outcome=outcome)
    )


def address(connection: Connection, number: int, whom: str) -> None:
    """Gives a question to somebody else."""
    connection.execute(update(questions).where(questions.c.number == number).values(whom=whom))


def show(connection: Connection, numbers: Sequence[int], day: date) -> None:
    """Remembers the day on which questions first stood on the sheet."""
    connection.execute(
        update(questions)
        .where(questions.c.number.in_(numbers), questions.c.shown_on.is_(None))
        .values(shown_on=day)
    )


def _one(connection: Connection, which: ColumnElement[bool]) -> Question | None:
    row = connection.execute(select(questions).where(which)).first()
    return _question(row) if row is not None else None


def _update(connection: Connection, stored: Question) -> None:
    line = _line(stored)
    connection.execute(update(questions).where(questions.c.number == stored.number).values(line))


def _line(question: Question) -> dict[str, object]:
    return {
        "key": question.key,
        "kind": question.kind.value,
        "about": question.about,
        "place": question.where,
        "wrong": question.wrong,
        "proposal": question.proposal,
        "whom": question.whom,
        "red": question.red,
        "money": None if question.money is None else plain(question.money),
        "table_key": question.table,
        "row_id": question.row_id,
        "field": question.column,
        "payload": dump(dict(question.payload)),
        "stance": question.stance.value,
        "answer": question.answer,
        "created_at": question.created_at,
        "shown_on": question.shown_on,
        "answered_at": question.answered_at,
        "outcome": question.outcome,
    }


def _question(row: Row[Any]) -> Question:
    return Question(
        key=row.key,
        kind=QuestionKind(row.kind),
        about=row.about,
        where=row.place,
        wrong=row.wrong,
        proposal=row.proposal,
        whom=row.whom,
        red=row.red,
        money=None if row.money is None else Decimal(row.money),
        table=row.table_key,
        row_id=row.row_id,
        column=row.field,
        payload=json.loads(row.payload),
        number=row.number,
        stance=Stance(row.stance),
        answer=row.answer,
        created_at=row.created_at,
        shown_on=row.shown_on,
        answered_at=row.answered_at,
        outcome=row.outcome,
    )
