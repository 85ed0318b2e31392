"""Which days a report is about, and what they are called."""

from __future__ import annotations

from datetime import date

import pytest

from formulas.periods import BaseMode, PeriodType
from formulas.russia import seed
from model.errors import WrongMonth, WrongPeriod
from model.figures import Period
from model.texts.numbers import GAP
from sync.reports.spans import Asked, chosen_of, year_back

TODAY = date(2026, 3, 12)
CALENDAR = seed(range(2024, 2028))


@pytest.mark.parametrize(
    ("asked", "first", "end", "title", "slug"),
    [
        (Asked(), (2026, 3, 1), (2026, 4, 1), "март 2026", "2026-03"),
        (Asked(month="2025-12"), (2025, 12, 1), (2026, 1, 1), "декабрь 2025", "2025-12"),
        (Asked(quarter="2026-Q1"), (2026, 1, 1), (2026, 4, 1), "I квартал 2026", "2026-Q1"),
        (Asked(quarter="2025-q4"), (2025, 10, 1), (2026, 1, 1), "IV квартал 2025", "2025-Q4"),
        (Asked(quarter="2025-3"), (2025, 7, 1), (2025, 10, 1), "III квартал 2025", "2025-Q3"),
        (Asked(year="2025"), (2025, 1, 1), (2026, 1, 1), "2025 год", "2025"),
        (Asked(first=date(2026, 1, 1), last=date(2026, 3, 31)), (2026, 1, 1), (2026, 4, 1),
         "I квартал 2026", "2026-Q1"),
        (Asked(first=date(2026, 2, 1), last=date(2026, 2, 28)), (2026, 2, 1), (2026, 3, 1),
         "февраль 2026", "2026-02"),
        (Asked(first=date(2026, 2, 3)), (2026, 2, 3), (2026, 3, 13),
         "с 03.02.2026 по 12.03.2026", "2026-02-03..2026-03-12"),
        (Asked(last=date(2026, 2, 10)), (2026, 2, 1), (2026, 2, 11),
         "с 01.02.2026 по 10.02.2026", "2026-02-01..2026-02-10"),
    ],
)  # fmt: skip
def test_days_are_understood_and_named(asked, first, end, title, slug):
    chosen = chosen_of(asked, TODAY)
    assert chosen.period == Period(date(*first), date(*end))
    assert chosen.title.replace(GAP, " ") == title
    assert chosen.slug == slug


@pytest.mark.parametrize(
    "asked",
    [
        Asked(quarter="2026-Q5"), Asked(quarter="2026"), Asked(quarter="2026-Q2"),
        Asked(year="26"), Asked(year="2027"), Asked(year="1999"),
        Asked(first=date(2026, 3, 10), last=date(2026, 3, 1)), Asked(first=date(2026, 3, 13)),
        Asked(month="2026-01", year="2026"), Asked(quarter="2026-Q1", last=TODAY),
    ],
)  # fmt: skip
def test_days_that_make_no_sense_are_refused(asked):
    with pytest.raises(WrongPeriod):
        chosen_of(asked, TODAY)


@pytest.mark.parametrize("month", ["2026-13", "26-01", "2026-04"])
def test_a_wrong_month_keeps_its_own_words(month):
    with pytest.raises(WrongMonth):
        chosen_of(Asked(month=month), TODAY)


def test_what_has_not_passed_does_not_count():
    chosen = chosen_of(Asked(), TODAY)
    assert (chosen.asof, chosen.is_over) == (TODAY, False)
    assert chosen.upto == Period(date(2026, 3, 1), date(2026, 3, 13))
    assert chosen_of(Asked(month="2026-02"), TODAY).is_over


def test_a_month_is_compared_by_its_working_days_and_other_days_by_their_number():
    month = chosen_of(Asked(), TODAY)
    assert month.kind is PeriodType.MONTH
    passed = CALENDAR.workdays(date(2026, 3, 1), TODAY)
    window = month.window(BaseMode.PREV, CALENDAR)
    assert window is not None
    assert window.start == date(2026, 2, 1)
    last = date.fromordinal(window.end.toordinal() - 1)
    assert CALENDAR.workdays(window.start, last) == passed
    some = chosen_of(Asked(first=date(2026, 3, 2), last=date(2026, 3, 11)), TODAY)
    assert some.window(BaseMode.PREV, CALENDAR) == Period(date(2026, 2, 20), date(2026, 3, 2))
    assert some.window(BaseMode.LAST_YEAR, CALENDAR) == Period(date(2025, 3, 2), date(2025, 3, 12))


def test_a_year_back_from_a_leap_day_is_the_28th():
    assert year_back(date(2024, 2, 29)) == date(2023, 2, 28)
    assert year_back(date(2025, 2, 28)) == date(2024, 2, 28)
