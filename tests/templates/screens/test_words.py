"""Numbers, months and plurals in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from model.figures import Span
from templates.screens import words


@pytest.mark.parametrize(
    ("value", "said"), [("61440", "61 440"), ("-1000.5", "-1 001"), ("0", "0"), ("-0.4", "0")]
)
def test_money(value: str, said: str) -> None:
    assert words.money(Decimal(value)).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("number", "noun"),
    [(1, "день"), (3, "дня"), (5, "дней"), (11, "дней"), (112, "дней"), (121, "день")],
)
def test_plurals(number: int, noun: str) -> None:
    assert words.count(number, "день", "дня", "дней") == f"{number}\u00a0{noun}"


def test_a_rate_is_said_without_spare_zeros() -> None:
    said = [words.rate(Decimal(x)).replace("\u00a0", " ") for x in ("0.03", "0.035", "0.1", "1")]
    assert said == ["3 %", "3,5 %", "10 %", "100 %"]


@pytest.mark.parametrize(
    ("span", "name", "previous", "year"),
    [
        (Span.MONTH, "январь 2026", "К декабрю", "К январю 2025"),
        (Span.QUARTER, "1 квартал 2026", "К 4 кварталу", "К 2025 году"),
        (Span.HALF, "1 полугодие 2026", "К 2 полугодию", "К 2025 году"),
        (Span.YEAR, "2026 год", "К 2025 году", "К 2025 году"),
    ],
)
def test_periods_by_name(span: Span, name: str, previous: str, year: str) -> None:
    start = words.span_start(span, date(2026, 1, 1))
    assert words.period_name(span, start) == name
    assert words.to_previous(span, start) == previous
    assert words.to_last_year(span, start) == year


@pytest.mark.parametrize(
    ("span", "start", "before"),
    [
        (Span.MONTH, date(2026, 1, 1), date(2025, 12, 1)),
        (Span.QUARTER, date(2026, 4, 1), date(2026, 1, 1)),
        (Span.HALF, date(2026, 1, 1), date(2025, 7, 1)),
        (Span.YEAR, date(2026, 1, 1), date(2025, 1, 1)),
    ],
)
def test_the_span_before(span: Span, start: date, before: date) -> None:
    assert words.span_before(span, start) == before
