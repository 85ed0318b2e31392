"""Unusual activity: planted patterns are found, ordinary days are left alone."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from model.records import QuestionKind, Source
from sync.commands.caring import quality
from sync.figures.contribute import call_parts
from sync.quality.patterns import (
    Call,
    Pattern,
    Shift,
    in_calls,
    in_steps,
    limits_of,
)
from tests.sync.ledger import IVANOV, OWNER, Ledger, days
from tests.sync.quality.planted import START, year
from tests.worlds import world_of

USUAL = limits_of({})
NOON = START.replace(hour=12)


def found_in(seed: int, people: int, length: int, share: float) -> tuple[float, float]:
    """Recall and precision over planted person-days."""
    calls, planted = year(seed, people, length, share)
    found = {(n.who, n.day, n.pattern) for n in in_calls(calls, USUAL)}
    wanted = {(who, day.date(), pattern) for who, day, pattern in planted}
    days_found = {(who, day) for who, day, _ in found}
    days_wanted = {(who, day) for who, day, _ in wanted}
    recall = len(found & wanted) / len(wanted)
    precision = len(days_found & days_wanted) / len(days_found)
    return recall, precision


def test_planted_calls_are_found_and_ordinary_days_are_not() -> None:
    """I15: recall and precision of at least nine in ten."""
    recall, precision = found_in(7, people=6, length=60, share=0.15)
    assert recall >= 0.9
    assert precision >= 0.9


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8))
def test_planted_calls_are_found_in_many_years(seed: int) -> None:
    recall, precision = found_in(seed, people=10, length=250, share=0.1)
    assert recall >= 0.9
    assert precision >= 0.9


def calls(*minutes: float, who: str = IVANOV, **more: Any) -> list[Call]:
    return [Call(who, NOON + timedelta(minutes=at), number=str(at), **more) for at in minutes]


def seen(found: list[Call], **settings: str) -> list[tuple[Pattern, int, str]]:
    limits = limits_of({key.replace("_", " "): value for key, value in settings.items()})
    return [(one.pattern, one.count, one.detail) for one in in_calls(found, limits)]


def test_forty_calls_within_one_minute() -> None:
    at = [n / 45 for n in range(40)]
    assert (Pattern.BURST, 40, "12:00") in seen(calls(*at))


def test_a_threshold_of_nothing_turns_a_pattern_off() -> None:
    at = [n / 7.0 + n * n / 900 for n in range(7)]
    assert seen(calls(*at)) == [(Pattern.BURST, 7, "12:00")]
    general = {"необычно: звонков за минуту": "0"}
    assert in_calls(calls(*at), limits_of(general)) == ()
    general = {"необычно: звонков за минуту": "8"}
    assert in_calls(calls(*at), limits_of(general)) == ()


def test_a_night_counts_for_the_day_on_which_it_began() -> None:
    night = [
        Call(IVANOV, START.replace(hour=23, minute=50)),
        Call(IVANOV, START.replace(day=3, hour=1, minute=7)),
        Call(IVANOV, START.replace(day=3, hour=6, minute=59)),
        Call(IVANOV, START.replace(day=3, hour=7)),
    ]
    (one,) = in_calls(night, USUAL)
    assert (one.pattern, one.day, one.count) == (Pattern.NIGHT, START.date(), 3)
    assert limits_of({"необычно: ночь": "0:00-6:30"}).night == (time(0), time(6, 30))
    assert limits_of({"необычно: ночь": "поздно"}).night == (time(22), time(7))


def test_no_record_is_unusual_only_where_others_have_one() -> None:
    bare = calls(*(n * 3.7 + n * n / 11 for n in range(12)), seconds=30, talk=True)
    bare = [Call(c.who, c.at, c.seconds + n, c.talk, number=c.number) for n, c in enumerate(bare)]
    assert seen(bare) == []
    other = calls(5, who="Петрова", seconds=44, talk=True, recorded=True)
    assert seen([*bare, *other]) == [(Pattern.NO_RECORD, 12, "")]


def test_all_steps_moved_in_one_evening() -> None:
    evening = datetime.fromisoformat("2026-03-12T19:40")
    shifts = [Shift(IVANOV, evening + timedelta(minutes=n), f"d{n}", later=True) for n in range(12)]
    (one,) = in_steps(shifts, {IVANOV: 14}, USUAL)
    assert (one.pattern, one.count, one.detail) == (Pattern.MOVED, 12, "19:51")
    assert in_steps(shifts, {IVANOV: 20}, USUAL) == ()
    assert in_steps(shifts[:9], {IVANOV: 9}, USUAL) == ()


def test_the_owner_alone_is_told_in_words_that_accuse_nobody(ledger: Ledger) -> None:
    at = datetime.combine(days(-1), time(11))
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.IMPORT)
        for n in range(40):
            values: dict[str, Any] = {
                "at": at + timedelta(seconds=n),
                "number": f"8495777{n:04}",
                "seconds": Decimal(0),
                "manager": IVANOV,
            }
            writer.put("call_log", f"k{n}", values, by=by)
            writer.set_contributions("call_log", f"k{n}", call_parts(values))
    ledger.settle()
    notes = ledger.questions(QuestionKind.NOTE)
    assert {q.whom for q in notes} == {OWNER}
    (burst,) = [q for q in notes if "за одну минуту" in q.wrong]
    assert burst.wrong == f"{IVANOV}, 11.03: 40 звонков за одну минуту, с 11:00"
    assert burst.proposal.startswith("Так бывает при автодозвоне")
    said = quality(ledger.team, world_of(lambda: ledger.now, bytes), person="Иванов")
    assert f"  {burst.wrong}" in said.lines
    ledger.answer(burst, "Да")
    ledger.now += timedelta(days=1)
    ledger.settle()
    assert burst.key not in {q.key for q in ledger.questions(QuestionKind.NOTE)}


def test_steps_that_their_person_moved_are_read_from_history(ledger: Ledger) -> None:
    ledger.put("clients", "c1", name="Альфа", owner=IVANOV)
    deal = {"client_id": "Альфа", "client_id_to": "c1", "owner": IVANOV, "stage": "Новая"}
    for n in range(11):
        ledger.put("deals", f"d{n}", next_step="Звонок", step_on=days(0), **deal)
    for n in range(11):
        ledger.put("deals", f"d{n}", step_on=days(7))
    ledger.put("deals", "d0", next_step="Встреча", step_on=days(9))
    ledger.settle()
    (note,) = ledger.questions(QuestionKind.NOTE)
    assert "11 шагов перенесены на потом" in note.wrong
