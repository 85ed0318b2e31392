"""At most ten new questions a person a day: the most valuable first, none of the rest lost."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from model.records import Question, QuestionKind, Stance
from sync.ask import seen_today, shown_to

TODAY = date(2026, 3, 12)
TEN = 10


def question(number: int, **more) -> Question:
    """An open question to Ivanov."""
    plain = Question(str(number), QuestionKind.PROBLEM, "О чём", "", "", "", "Иванов")
    return replace(plain, number=number, **more)


def live(questions: list[Question], today: date) -> tuple[list[Question], list[int]]:
    """What the sheet shows that day, and the questions as the store keeps them."""
    by_person, fresh = shown_to(
        [q for q in questions if q.stance is Stance.OPEN],
        seen_today(questions, today),
        a_day=TEN,
    )
    for at, one in enumerate(questions):
        if one.number in fresh:
            questions[at] = replace(one, shown_on=today)
    return [q for group in by_person.values() for q in group], fresh


def test_the_most_valuable_ten_come_first_and_the_rest_on_the_days_after() -> None:
    questions = [question(n, money=Decimal(n * 1000), red=n == 3) for n in range(1, 26)]
    _, first = live(questions, TODAY)
    assert first == [3, *range(25, 16, -1)]
    seen = list(first)
    for after in (1, 2):
        seen += live(questions, TODAY + timedelta(days=after))[1]
    assert sorted(seen) == list(range(1, 26))


def test_mending_ten_does_not_bring_ten_more_on_the_same_day() -> None:
    questions = [question(n) for n in range(1, 26)]
    _, first = live(questions, TODAY)
    questions = [replace(q, stance=Stance.GONE) if q.number in first else q for q in questions]
    assert live(questions, TODAY) == ([], [])
    assert len(live(questions, TODAY + timedelta(days=1))[1]) == TEN


def test_each_person_has_ten_of_their_own_and_a_hold_always_shows() -> None:
    questions = [question(n) for n in range(1, 13)]
    questions += [question(n, whom="Петрова") for n in range(13, 25)]
    questions.append(question(25, kind=QuestionKind.HOLD))
    shown, _ = live(questions, TODAY)
    assert Counter(q.whom for q in shown) == {"Иванов": TEN + 1, "Петрова": TEN}
    assert shown[0].number == 25
