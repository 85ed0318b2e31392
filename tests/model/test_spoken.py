from datetime import date, datetime, time
from decimal import Decimal

import pytest

from model.spoken import clock_of, day_of, moment_of, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("300 000,50", "300000.50"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("-1 200", "-1200"),
        ("−5", "-5"),
        ("0,125", "0.125"),
        ("1 234,567", "1234.567"),
        ("300000", "300000"),
        ("1'000", "1000"),
        ("12 р.", "12"),
    ],
)
def test_a_number_typed_as_text(text, number):
    assert number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["300т", "300.000", "1,234", "около 5", "", "12 34", "1e5", "٣"])
def test_what_could_mean_two_things_is_no_number(text):
    assert number_of(text) is None


def test_days_and_hours():
    assert day_of("31.02.2026") is None
    assert day_of("15-03-26") == date(2026, 3, 15)
    assert day_of("завтра") is None
    assert moment_of("2026-03-15T10:00:05") == datetime.fromisoformat("2026-03-15T10:00:05")
    assert moment_of("15.03.2026 вечером") is None
    assert moment_of("вечером 10:00") is None
    assert clock_of("24:00") is None
    assert clock_of("9:05") == time(9, 5)
