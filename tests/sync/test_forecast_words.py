"""What «Мой прогноз» says of tiers, of what moved the sum, and of an objection."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from model.figures import Counted, SchemeBlock
from model.records import DayOutlook, OutlookLine, Question, QuestionKind, Stance
from sync.figures.forecast_words import answer_to, changes, next_tier, unlinked

D = Decimal
SCHEME = SchemeBlock(
    base=D(40_000),
    tiers=((D(0), D("0.03")), (D(1_000_000), D("0.04"))),
    multiplier=(),
    linear_multiplier=False,
    new_clients=D(0),
    penalty=D(0),
)


@pytest.mark.parametrize(
    ("deals", "said"),
    [
        ({}, "До конца месяца оплат пока не ждём"),
        ({"Вектор": 100_000}, "Всего, что ждём в этом месяце, не хватит: 100 000"),
        ({"Вектор": 452_000, "Гранит": 900_000}, "Хватит: Гранит 900 000"),
        (
            {"Вектор": 300_000, "Гранит": 200_000, "Орион": 1},
            "Хватит: Вектор 300 000, Гранит 200 000",
        ),
        (dict.fromkeys("абвгде", 100_000), "Хватит: 5 крупнейших сделок на 500 000"),
    ],
)
def test_the_next_tier_and_the_deals_that_reach_it(deals: dict[str, int], said: str) -> None:
    words = next_tier(SCHEME, D(548_000), [(name, D(rest)) for name, rest in deals.items()])
    start = "До ступени 4 % не хватает 452 000 руб. "
    assert words.replace("\xa0", " ") == start + said


def test_above_the_last_tier_nothing_is_said() -> None:
    assert next_tier(SCHEME, D(1_000_000), []) == ""


def outlook(day: int, **lines: int) -> DayOutlook:
    known = tuple(OutlookLine(code, D(now), D(0), D(0)) for code, now in lines.items())
    return DayOutlook(
        "Иванов", date(2026, 3, day), sum((x.now for x in known), D(0)), D(0), D(0), known
    )


def test_what_moved_the_sum_is_named_by_line_and_payment() -> None:
    past = (outlook(10, base=40_000, penalty=-500), outlook(11, base=40_000, tier_1=14_700))
    paid = Counted(date(2026, 3, 11), "Орион Плюс", D(490_000), "")
    found = changes(past, (), (paid,))
    assert [(c.client, c.amount, c.note.replace("\xa0", " ")) for c in found] == [
        ("", D(500), "Депремирование"),
        ("Процент", D(14_700), "Орион Плюс 490 000"),
    ]
    assert sum((c.amount or D(0) for c in found), D(0)) == past[1].now - past[0].now


def question(stance: Stance, **facts: object) -> Question:
    made = Question("word|row|1", QuestionKind.WORD, "", "", "", "", "Орлов", stance=stance)
    return replace(made, **facts)  # type: ignore[arg-type]


def test_an_objection_is_passed_on_and_then_answered() -> None:
    def said(*asked: Question) -> str:
        return answer_to(asked, "Орлов", UTC)

    answered = question(
        Stance.DONE, number=2, answer="да", answered_at=datetime(2026, 3, 13, tzinfo=UTC)
    )
    assert said() == ""
    assert said(question(Stance.GONE)) == ""
    assert said(question(Stance.OPEN)) == "Передано: Орлов. Ответа ещё нет"
    assert said(question(Stance.OPEN, number=1), answered) == "Орлов ответил 13.03: да"


def test_a_payment_proposed_for_a_person_is_listed_until_it_is_linked() -> None:
    waiting = replace(
        question(Stance.OPEN, number=24),
        kind=QuestionKind.PAYMENT,
        where="«Оплаты», О-7",
        money=D(54_000),
        payload={"person": "Иванов Пётр"},
    )
    (found,) = unlinked([waiting, replace(waiting, stance=Stance.DONE)], "иванов пётр")
    assert (found.client, found.amount) == ("«Оплаты», О-7", D(54_000))
    assert found.note == "оплата не привязана, «Вопросы» № 24"
    assert list(unlinked([waiting], "Смирнова")) == []
