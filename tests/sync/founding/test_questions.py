"""Five answers, each as people type it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.founding import Pay
from sync.founding.questions import (
    Misread,
    Way,
    asks,
    parse_name,
    parse_pay,
    parse_people,
    parse_plan,
    parse_way,
)


def paid(salary: int, rate: str) -> Pay:
    return Pay(Decimal(salary), ((Decimal(0), Decimal(rate)),))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("40000 3", paid(40_000, "3")),
        ("40 000 3", paid(40_000, "3")),
        ("40 000 3 %", paid(40_000, "3")),
        ("40000 и 3,5%", paid(40_000, "3.5")),
        ("40000/3", paid(40_000, "3")),
        ("40т 2", paid(40_000, "2")),
        ("0 10", paid(0, "10")),
        ("40 000 руб. 3", paid(40_000, "3")),
        ("40000", Pay(Decimal(40_000))),
        ("40 000", Pay(Decimal(40_000))),
        ("позже", None),
        ("-", None),
    ],
)
def test_salary_and_percent(typed, meant):
    assert parse_pay(typed) == meant


@pytest.mark.parametrize("typed", ["как у всех", "три процента", "40000 3 5 x"])
def test_pay_that_cannot_be_understood_is_asked_again(typed):
    assert isinstance(parse_pay(typed), Misread)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1000000", Decimal(1_000_000)),
        ("1 000 000 руб.", Decimal(1_000_000)),
        ("1,2 млн", Decimal(1_200_000)),
        ("800 тыс. руб.", Decimal(800_000)),
        ("", None),
        ("позже", None),
    ],
)
def test_the_plan_of_a_month(typed, meant):
    assert parse_plan(typed) == meant


@pytest.mark.parametrize("typed", ["0", "много", "-5"])
def test_a_plan_is_a_sum_above_nothing(typed):
    assert isinstance(parse_plan(typed), Misread)


def test_ways_of_working():
    assert parse_way("1") is Way.OWN_BOOKS
    assert parse_way(" 3. ") is Way.ALONE
    assert isinstance(parse_way("excel"), Misread)


def test_names():
    assert parse_name("  Орлов   Олег ") == "Орлов Олег"
    assert isinstance(parse_name("12"), Misread)
    assert parse_people("Иванов Пётр, Ким;иванов  пётр\n") == ("иванов пётр", "Ким")


def test_enter_means_what_stands_in_brackets():
    by_key = {ask.key: ask for ask in asks(owner="Орлов", helper="Олег")}
    assert list(by_key) == ["owner", "way", "pay", "plan", "helper"]
    assert by_key["owner"].answer("") == "Орлов"
    assert by_key["way"].answer("") is Way.OWN_BOOKS
    assert by_key["pay"].answer("") == paid(40_000, "3")
    assert by_key["plan"].answer("") is None
    assert by_key["helper"].answer(" ") == "Олег"
    assert isinstance({a.key: a for a in asks()}["owner"].answer(""), Misread)


def test_every_question_can_be_answered_by_an_option():
    options = [ask.option for ask in asks()]
    assert len(set(options)) == 5
    assert all(option.startswith("--") for option in options)
