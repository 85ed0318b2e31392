"""Words around the numbers, by table. A plain space stands for the no-break one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from model.figures import Measure, Period
from model.texts.numbers import GAP
from sync.reports import words
from tests.sync.reports import sample

JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def said(text: str) -> str:
    return text.replace(GAP, " ")


@pytest.mark.parametrize(
    ("value", "measure", "amount", "deviation"),
    [
        ("1250000.4", Measure.MONEY, "1 250 000", "+1 250 000"),
        ("-90952.38", Measure.WON, "-90 952", "-90 952"),
        ("3.43", Measure.DEALS, "3,4", "+3,4"),
        ("-0.43", Measure.DEALS, "-0,4", "-0,4"),
        ("0.04", Measure.DEALS, "0,0", "0,0"),
        ("3", Measure.NEW_CLIENTS, "3", "+3"),
        ("0", Measure.CALLS, "0", "0"),
        ("160.3", Measure.CALLS, "160", "+160"),
        (None, Measure.OFFERS, "—", "—"),
    ],
)
def test_a_figure_is_printed_as_its_measure_asks(value, measure, amount, deviation):
    figure = None if value is None else Decimal(value)
    assert said(words.amount(figure, measure)) == amount
    assert said(words.deviation(figure, measure)) == deviation


@pytest.mark.parametrize(
    ("pct", "text"),
    [
        ("44.2", "44 %"),
        ("99.4", "99 %"),
        ("99.5", "99,5 %"),
        ("99.99", "99,9 %"),
        ("100", "100 %"),
        ("100.2", "100 %"),
        (None, "—"),
    ],
)
def test_a_plan_just_missed_is_never_called_full(pct, text):
    assert said(words.attainment(None if pct is None else Decimal(pct))) == text


def test_comparisons_name_their_month():
    assert said(words.to_previous_title(JANUARY)) == "К декабрю"
    assert said(words.to_last_year_title(JANUARY)) == "К январю 2025"
    assert said(words.to_previous(Decimal(-18), JANUARY)) == "-18 % к декабрю"
    assert words.to_previous(None, JANUARY) == "сравнить не с чем"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 3, 12, 9, 2), "09:02"),  # noqa: DTZ001
        (datetime(2026, 3, 10, 18, 5), "10.03 в 18:05"),  # noqa: DTZ001
        (None, "—"),
    ],
)
def test_a_moment_of_today_needs_no_day(at, text):
    assert words.when(at, date(2026, 3, 12)) == text


def test_every_measure_has_its_words():
    assert set(words.TITLES) == set(Measure)
    for table in (words.BY_MONEY, words.OF_MONEY, words.WITHOUT_ONE):
        assert set(table) == words.MONEY_MEASURES
    assert said(words.working_days(13)) == "13 рабочих дней"
    assert said(words.plan_line(sample.line("Я", Measure.DEALS, None, 3))) == "3"
