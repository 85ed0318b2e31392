"""What the report says about a month, and what it leaves unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from model.figures import Lamp, Light, Measure, MoneyBlock, Span
from model.texts.numbers import GAP
from sync.reports import words
from sync.reports.month import Unit, month_report
from tests.sync.reports import sample

D = Decimal
LARGEST = ("Вектор", D(640_000))


def said(text: str) -> str:
    return text.replace(GAP, " ")


def total(plan: int | None, fact: int, **changes: object) -> dict[object, object]:
    row = replace(sample.line("Отдел", Measure.MONEY, plan, fact), **changes)  # type: ignore[arg-type]
    return {(Span.MONTH, Measure.MONEY): (row,)}


@pytest.mark.parametrize(
    ("plan", "fact", "largest", "verdict", "light"),
    [
        (5_600_000, 5_914_000, LARGEST,
         "План выполнен на 106 %: 5 914 000 из 5 600 000 руб. "
         "Без одной оплаты (Вектор, 640 000) было бы 94 %.", Light.GREEN),
        (5_600_000, 5_914_000, None,
         "План выполнен на 106 %: 5 914 000 из 5 600 000 руб.", Light.GREEN),
        (5_600_000, 4_648_000, None,
         "План выполнен на 83 %: 4 648 000 из 5 600 000 руб. Не хватило 952 000.", Light.YELLOW),
        (5_600_000, 2_800_000, LARGEST,
         "План выполнен на 50 %: 2 800 000 из 5 600 000 руб. Не хватило 2 800 000. "
         "Без одной оплаты (Вектор, 640 000) было бы 39 %.", Light.RED),
        (1_000_000, 999_900, None,
         "План выполнен на 99,9 %: 999 900 из 1 000 000 руб. Не хватило 100.", Light.GREEN),
        (1_000_000, 1_000_000, None,
         "План выполнен на 100 %: 1 000 000 из 1 000 000 руб.", Light.GREEN),
        (None, 5_914_000, LARGEST, "Плана на март нет. Оплаты: 5 914 000 руб.", Light.GREY),
    ],
)  # fmt: skip
def test_the_verdict_says_how_far_the_plan_is(plan, fact, largest, verdict, light):
    report = month_report(sample.team(plan_fact=total(plan, fact)), largest=largest)
    assert said(report.verdict) == verdict
    assert report.light is light


def test_a_running_month_is_not_called_done():
    report = month_report(sample.team_midmonth(), largest=LARGEST)
    assert said(report.verdict) == (
        "Пока 41 % плана: 2 314 000 из 5 600 000 руб. Тем же темпом выйдет 6 074 250 (108 %)."
    )
    assert report.status == "Предварительный: месяц не закрыт"
    assert not report.approved


def test_a_month_without_figures_says_so():
    report = month_report(sample.team(plan_fact={}, history=(), funnel=(), payroll=()))
    assert report.verdict == "Оплаты: данных за этот месяц нет."
    assert report.people == ()
    assert report.cards[0].shown == "—"


@pytest.mark.parametrize(
    ("measure", "words_"),
    [
        (Measure.MONEY, "Без одной оплаты (Вектор, 640 000)"),
        (Measure.WON, "Без одной сделки (Вектор, 640 000)"),
        (Measure.INVOICED, "Без одного счёта (Вектор, 640 000)"),
    ],
)
def test_the_report_names_what_money_is_counted_by(measure, words_):
    rows = {(Span.MONTH, measure): (sample.line("Отдел", measure, 5_600_000, 5_914_000),)}
    report = month_report(sample.team(money_measure=measure, plan_fact=rows), largest=LARGEST)
    assert words_ in said(report.verdict)
    assert report.cards[0].title == words.measure_title(measure)
    assert words.BY_MONEY[measure] in report.source


def test_four_cards_tell_money_growth_pay_and_debt():
    cards = month_report(sample.team(), before=sample.february()).cards
    assert [(said(c.title), said(c.shown), said(c.note)) for c in cards] == [
        ("Оплаты, руб.", "5 914 000", "+12 % к февралю"),
        ("К марту 2025", "+31 %", "было 4 515 000"),
        ("Зарплата отдела", "438 210", "7,4 % от оплат"),
        ("Просрочено", "418 000", "было 290 000"),
    ]
    assert [c.unit for c in cards] == [Unit.MONEY, Unit.DELTA, Unit.MONEY, Unit.MONEY]


def test_cards_without_a_past_claim_nothing():
    block = MoneyBlock(D(0), D(0), (D(0), D(0), D(0), D(7)), D(0), None)
    bare = sample.team(plan_fact=total(None, 0), plans_last_year={}, money=block, approved="")
    cards = month_report(bare).cards
    assert [said(c.note) for c in cards] == [
        "сравнить не с чем",
        "год назад данных нет",
        "доля не считается",
        "больше 90 дней: 7",
    ]
    assert cards[2].title == "Зарплата отдела, прогноз"
    assert cards[1].shown == "—"


def test_people_stand_by_their_fact_and_the_total_last():
    rows = month_report(sample.team()).people
    assert [row.name for row in rows] == [
        "Смирнова Ольга", "Козлов Денис", "Иванов Пётр", "Сидоров Илья", "Петрова Анна", "Отдел",
    ]  # fmt: skip
    assert [row.total for row in rows] == [False] * 5 + [True]
    assert sum(row.fact for row in rows if not row.total) == rows[-1].fact
    assert sum(row.pay or 0 for row in rows if not row.total) == rows[-1].pay


def test_departments_stand_between_people_and_the_total_once_there_are_two():
    key = (Span.MONTH, Measure.MONEY)
    units = tuple(sample.line(name, Measure.MONEY, 1, 1) for name in ("Опт", "Розница"))
    facts = sample.team().plan_fact[key]
    mixed = {key: (*facts[:-1], *units, facts[-1])}
    two = month_report(sample.team(plan_fact=mixed, departments={key: units})).people
    assert [row.name for row in two][-3:] == ["Опт", "Розница", "Отдел"]
    only = {key: (*facts[:-1], units[0], facts[-1])}
    one = month_report(sample.team(plan_fact=only, departments={key: units[:1]})).people
    assert "Опт" not in [row.name for row in one]


def test_pay_is_the_forecast_until_the_month_is_approved():
    forecast = {"Иванов Пётр": D(1), "Петрова Анна": D(2)}
    opened = month_report(sample.team(approved="", pay_forecast=forecast)).people
    closed = month_report(sample.team(pay_forecast=forecast)).people
    assert {row.name: row.pay for row in opened}["Иванов Пётр"] == D(1)
    assert {row.name: row.pay for row in closed}["Иванов Пётр"] == D(92_440)


def test_what_happened_is_at_most_three_sentences():
    report = month_report(sample.team(), before=sample.february())
    assert [said(line) for line in report.happened] == [
        "Больше всего теряем после «КП отправлено»: дальше идут 44 % сделок, в феврале 52 %.",
        "Петрова Анна: 68 % плана, до плана 320 000 руб. КП: 18 из 40.",
        "Новых клиентов 17 (в феврале 12) при плане 20.",
    ]


def test_what_happened_moves_up_when_a_rule_is_silent():
    report = month_report(sample.team(funnel=()), before=sample.february())
    assert said(report.happened[-1]) == "Смирнова Ольга: 136 % плана, +502 000 руб. сверх него."
    quiet = sample.team(funnel=(), plan_fact={})
    paid = month_report(quiet, before=sample.february()).happened
    assert [said(line) for line in paid] == ["Зарплата +9 % при оплатах +12 %."]
    assert month_report(quiet).happened == ()


def test_what_to_decide_puts_red_lamps_first():
    report = month_report(sample.team())
    assert [said(line) for line in report.decide] == [
        "Без следующего шага: 14 (2 340 тыс., Петрова 9).",
        "Просрочена оплата: 3 (418 тыс., Вектор 250).",
        "Чьи это деньги: 3 оплаты на 74 000 руб. Лист «Вопросы».",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"undistributed": {Measure.MONEY: D(400_000)}},
         "Из плана не распределено по людям 400 000 руб. Лист «Планы»."),
        ({"undistributed": {Measure.MONEY: D(-50_000)}},
         "План по людям больше плана отдела на 50 000 руб. Лист «Планы»."),
        ({"unlinked_count": 1}, "Чьи это деньги: 1 оплата на 74 000 руб. Лист «Вопросы»."),
        ({"plan_fact": {(Span.MONTH, Measure.MONEY): tuple(
            sample.line(name, Measure.MONEY, None, 1) for name in "БВГАДЕ")}},
         "Плана на март нет: А, Б, В, Г и ещё 2. Лист «Планы»."),
        ({"unlinked_count": 0},
         "Долги старше 90 дней: 18 000 руб. Решить, кто звонит и до какого числа."),
        ({"lamps": (Lamp("Зависли", 5, Light.YELLOW),), "unlinked_count": 0}, "Зависли: 5."),
    ],
)  # fmt: skip
def test_each_reason_to_decide_has_its_sentence(changes, sentence):
    changes = {"lamps": (), **changes}
    assert sentence in [said(line) for line in month_report(sample.team(**changes)).decide]


def test_nothing_to_decide_is_silence():
    block = MoneyBlock(D(1), D(0), (D(0),) * 4, D(0), None)
    calm = sample.team(lamps=(), unlinked_count=0, money=block)
    assert month_report(calm).decide == ()


@pytest.mark.parametrize(
    ("unlinked", "without", "line"),
    [
        (3, 2, "Не вошло: 3 оплаты на 74 000 руб. не привязаны, 2 сделки без суммы."),
        (1, 0, "Не вошло: 1 оплата на 74 000 руб. не привязана."),
        (0, 5, "Не вошло: 5 сделок без суммы."),
        (0, 0, "Вошло всё: каждая оплата привязана, у каждой сделки есть сумма."),
    ],
)
def test_the_report_names_what_did_not_count(unlinked, without, line):
    team = sample.team(unlinked_count=unlinked, no_amount_count=without)
    assert said(month_report(team).accuracy[0]) == line


def test_the_report_says_how_long_it_took_and_on_which_version():
    report = month_report(sample.team(approved=""), seconds=D("0.3"))
    assert [said(line) for line in report.accuracy[1:]] == [
        "Зарплата - прогноз: «скорее всего», до утверждения месяца.",
        "Собран за 1 с.",
    ]
    assert said(report.source) == "Считали по оплатам, данные на 31.03.2026, версия 1 482."


def test_the_twelve_newest_months_are_shown():
    older = tuple(replace(point, month=date(2024, 1, 1)) for point in sample.team().history[:3])
    report = month_report(sample.team(history=older + sample.team().history))
    assert len(report.months) == 12
    assert report.months[-1].month == date(2026, 3, 1)


def test_without_a_pace_the_running_month_promises_nothing():
    team = sample.team_midmonth(plan_fact=total(5_600_000, 0, runrate=None))
    assert said(month_report(team).verdict) == "Пока 0 % плана: 0 из 5 600 000 руб."


def test_a_funnel_that_loses_nobody_is_not_blamed():
    whole = tuple(replace(step, onward=D(1)) for step in sample.funnel())
    happened = month_report(sample.team(funnel=whole)).happened
    assert not any("теряем" in line for line in happened)
