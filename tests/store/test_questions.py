from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from model.records import Question, QuestionKind, Stance
from store import Writer
from tests.store.conftest import NOON

LATER = NOON + timedelta(days=1)
ASKED = Question(
    key="inn-checksum/clients/k1/inn",
    kind=QuestionKind.PROBLEM,
    about="Ромашка",
    where="«Клиенты», строка 14, «ИНН»",
    wrong="1234567890 - не сходится контрольная цифра",
    proposal="Сверьте со счётом",
    whom="Сидорова",
    red=True,
    money=Decimal("1500000.50"),
    table="clients",
    row_id="k1",
    column="inn",
    payload={"value": "s:1234567890"},
)


def test_a_question_gets_a_number_and_comes_back_as_it_was(writer: Writer) -> None:
    stored = writer.ask(ASKED, at=NOON)
    assert stored == replace(ASKED, number=1, created_at=NOON)
    assert writer.question(1) == writer.question_by_key(ASKED.key) == stored
    assert writer.ask(replace(ASKED, key="other", money=None), at=NOON).number == 2
    assert [question.number for question in writer.questions()] == [1, 2]
    assert writer.question(3) is writer.question_by_key("nothing") is None


def test_asked_again_it_is_the_same_question_in_fresh_words(writer: Writer) -> None:
    writer.ask(ASKED, at=NOON)
    writer.show([1], date(2026, 3, 12))
    again = writer.ask(replace(ASKED, where="«Клиенты», строка 15, «ИНН»"), at=LATER)
    assert (again.number, again.where) == (1, "«Клиенты», строка 15, «ИНН»")
    assert (again.created_at, again.shown_on) == (NOON, date(2026, 3, 12))
    assert writer.questions() == (again,)


@pytest.mark.parametrize(
    ("kind", "stance", "then"),
    [
        (QuestionKind.PROBLEM, Stance.OPEN, Stance.OPEN),
        (QuestionKind.PROBLEM, Stance.LATER, Stance.LATER),
        (QuestionKind.PROBLEM, Stance.KEPT, Stance.KEPT),
        (QuestionKind.PROBLEM, Stance.GONE, Stance.OPEN),
        (QuestionKind.PROBLEM, Stance.DONE, Stance.OPEN),
        (QuestionKind.CONFLICT, Stance.DONE, Stance.OPEN),
        (QuestionKind.CONFLICT, Stance.KEPT, Stance.KEPT),
        (QuestionKind.DUPLICATE, Stance.GONE, Stance.OPEN),
        (QuestionKind.DUPLICATE, Stance.DONE, Stance.DONE),
        (QuestionKind.WORD, Stance.DONE, Stance.DONE),
    ],
)
def test_what_becomes_of_a_question_found_again(
    writer: Writer, kind: QuestionKind, stance: Stance, then: Stance
) -> None:
    writer.ask(replace(ASKED, kind=kind), at=NOON)
    writer.settle(1, stance, answer="Да", at=NOON, outcome="Сделано")
    again = writer.ask(replace(ASKED, kind=kind), at=LATER)
    assert (again.number, again.stance) == (1, then)
    assert writer.question(1) == again
    reopened = then is Stance.OPEN and stance is not Stance.OPEN
    assert again.created_at == (LATER if reopened else NOON)
    assert again.outcome == ("" if reopened else "Сделано")


@pytest.mark.parametrize("stance", [Stance.KEPT, Stance.DONE])
def test_an_answered_question_keeps_the_words_that_were_answered(
    writer: Writer, stance: Stance
) -> None:
    asked = replace(ASKED, kind=QuestionKind.DUPLICATE)
    writer.ask(asked, at=NOON)
    writer.settle(1, stance, answer="Нет", at=NOON, outcome="")
    assert writer.ask(replace(asked, wrong="Другие слова"), at=LATER).wrong == asked.wrong


def test_the_first_day_on_the_sheet_stays(writer: Writer) -> None:
    writer.ask(ASKED, at=NOON)
    writer.ask(replace(ASKED, key="other"), at=NOON)
    writer.show([1], date(2026, 3, 12))
    writer.show([1, 2], date(2026, 3, 13))
    assert [q.shown_on for q in writer.questions()] == [date(2026, 3, 12), date(2026, 3, 13)]


@pytest.mark.parametrize(("hours", "day"), [(3, date(2026, 3, 12)), (30, None)])
def test_what_went_and_came_back_within_a_day_is_no_new_question(
    writer: Writer, hours: int, day: date | None
) -> None:
    writer.ask(ASKED, at=NOON)
    writer.show([1], date(2026, 3, 12))
    writer.settle(1, Stance.GONE, answer="", at=NOON, outcome="")
    assert writer.ask(ASKED, at=NOON + timedelta(hours=hours)).shown_on == day


def test_questions_are_chosen_by_stance(writer: Writer) -> None:
    for key in "abc":
        writer.ask(replace(ASKED, key=key), at=NOON)
    writer.settle(2, Stance.KEPT, answer="Нет", at=LATER, outcome="Оставили как есть")
    assert [q.key for q in writer.questions(stances=[Stance.OPEN, Stance.LATER])] == ["a", "c"]
    (kept,) = writer.questions(stances=[Stance.KEPT])
    assert (kept.answer, kept.answered_at, kept.outcome) == ("Нет", LATER, "Оставили как есть")
    assert writer.questions(stances=[]) == ()


def test_recent_ones_wait_or_were_answered_or_shown_since(writer: Writer) -> None:
    for key in ("open", "later", "old", "answered", "shown", "mended"):
        writer.ask(replace(ASKED, key=key), at=NOON)
    ends = {2: Stance.LATER, 3: Stance.DONE, 4: Stance.KEPT, 5: Stance.GONE, 6: Stance.GONE}
    writer.show([3, 6], NOON.date())
    writer.show([5], LATER.date())
    for number, stance in ends.items():
        at = LATER if number == 4 else NOON
        writer.settle(number, stance, answer="да", at=at, outcome="")
    found = [question.key for question in writer.recent_questions(LATER)]
    assert found == ["open", "later", "answered", "shown"]


def test_questions_are_found_by_how_their_keys_begin(writer: Writer) -> None:
    for key in ("word|2026-03|иванов|1", "word|2026-03|иванов|я", "word|2026-03|иванова|1", "wor"):
        writer.ask(replace(ASKED, key=key), at=NOON)
    found = writer.questions_beginning("word|2026-03|иванов|")
    assert [question.number for question in found] == [1, 2]
    assert writer.questions_beginning("word|2026-03|Иванов|") == ()


def test_which_of_many_are_decided(writer: Writer) -> None:
    stances = [Stance.OPEN, Stance.LATER, Stance.DONE, Stance.KEPT, Stance.GONE]
    for number in range(1, 1_501):
        writer.ask(replace(ASKED, key=f"pair {number}"), at=NOON)
        stance = stances[number % len(stances)]
        if stance is not Stance.OPEN:
            writer.settle(number, stance, answer="", at=NOON, outcome="")
    keys = {f"pair {number}" for number in range(1, 1_601)}
    assert len(writer.decided(keys)) == 600
    assert writer.decided({"pair 2", "pair 3", "pair 4", "nothing"}) == {"pair 2", "pair 3"}
    assert writer.decided(set()) == set()


def test_waiting_ones_are_those_of_this_moment_of_a_transaction(writer: Writer) -> None:
    def waiting() -> list[tuple[int, str, date | None]]:
        found = writer.questions(stances={Stance.OPEN, Stance.LATER})
        return [(question.number, question.whom, question.shown_on) for question in found]

    assert waiting() == []
    for key in ("a", "b"):
        writer.ask(replace(ASKED, key=key), at=NOON)
    assert waiting() == [(1, "Сидорова", None), (2, "Сидорова", None)]
    writer.address(1, "Орлов")
    assert waiting() == [(1, "Орлов", None), (2, "Сидорова", None)]
    writer.show([2], NOON.date())
    assert waiting() == [(1, "Орлов", None), (2, "Сидорова", NOON.date())]
    writer.settle(1, Stance.DONE, answer="да", at=NOON, outcome="")
    assert waiting() == [(2, "Сидорова", NOON.date())]
