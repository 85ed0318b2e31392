"""Unusual activity of the last days, from the call log and the history of next steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from model.figures import Measure, Period
from model.records import Question, QuestionKind, Source
from model.texts.numbers import day_month
from model.texts.unusual import unusual
from store import Reader
from sync.identity import numbers_in
from sync.quality.patterns import Call, Noticed, Shift, in_calls, in_steps, limits_of
from sync.scene import Scene, StageKind, day, fold, text

LOG = "call_log"
TALK_SECONDS = 10
STEP, SAID = "step_on", "next_step"
WEEK = 7


def noticed(reader: Reader, scene: Scene, *, days: int = WEEK) -> tuple[Noticed, ...]:
    """What is unusual in the days up to today."""
    limits = limits_of(scene.general)
    window = Period(scene.asof - timedelta(days=days - 1), scene.asof + timedelta(days=1))
    calls = tuple(_calls(reader, window))
    shifts = tuple(_shifts(reader, scene, window))
    return (*in_calls(calls, limits), *in_steps(shifts, _steps(scene), limits))


def question_of(one: Noticed, whom: str) -> Question:
    """A note to the head about one day of one person; asked once."""
    words = unusual(one.pattern.value, one.who, day_month(one.day), one.count, one.detail)
    return Question(
        key=f"unusual|{one.pattern.value}|{one.who}|{one.day.isoformat()}",
        kind=QuestionKind.NOTE,
        about=words.about,
        where="Звонки" if one.pattern.value != "moved" else "Сделки",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=whom,
    )


def _calls(reader: Reader, window: Period) -> Iterator[Call]:
    """Calls of the days, by what they add to the sums: only those rows are read."""
    ids = {
        row_id
        for measure in (Measure.CALLS, Measure.TRIES)
        for table, row_id, _ in reader.contributions(measure, window)
        if table == LOG
    }
    for record in reader.some(LOG, ids).values():
        at, seconds = record.values.get("at"), record.values.get("seconds")
        if not isinstance(at, datetime) or record.deleted:
            continue
        length = int(seconds) if isinstance(seconds, Decimal) else 0
        yield Call(
            who=text(record, "manager"),
            at=at,
            seconds=length,
            talk=length >= TALK_SECONDS and record.values.get("answered") is True,
            recorded=bool(text(record, "record_url")),
            number=next(iter(numbers_in(record.values.get("number"))), ""),
        )


def _shifts(reader: Reader, scene: Scene, window: Period) -> Iterator[Shift]:
    """Next steps that people moved; one whose words changed with it was done, not moved."""
    since = datetime.combine(window.start, time.min, scene.zone).astimezone(UTC)
    until = datetime.combine(window.end, time.min, scene.zone).astimezone(UTC)
    changes = [
        change
        for change in reader.changes(since, until)
        if change.table == "deals" and change.source is Source.PERSON
    ]
    fresh = {(c.row_id, c.batch) for c in changes if c.field in {SAID, "stage", "note"}}
    for change in changes:
        deal = scene.rows["deals"].get(change.row_id)
        if change.field != STEP or deal is None:
            continue
        owner = text(deal, "owner")
        if fold(change.who) != fold(owner):
            continue  # a head who plans for others moves many steps at once
        before, after = change.before, change.after
        later = (
            type(before) is type(after)
            and isinstance(before, type(window.start))
            and isinstance(after, type(window.start))
            and after > before
            and (change.row_id, change.batch) not in fresh
        )
        at = change.at.astimezone(scene.zone).replace(tzinfo=None)
        yield Shift(owner, at, change.row_id, later)


def _steps(scene: Scene) -> Counter[str]:
    """How many dated steps each person has."""
    return Counter(
        text(deal, "owner")
        for deal in scene.rows["deals"].values()
        if day(deal, STEP) is not None
        and (stage := scene.stage(deal)) is not None
        and stage.kind is StageKind.OPEN
    )
