"""Working days, hours and periods."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.calendar import Calendar, CalendarDay, calendar_of, days, table
from formulas.hours import Hours, deadline, minutes
from formulas.periods import BaseMode, Period, PeriodType, Window, base, bounds, previous
from formulas.russia import OFFICIAL_WORKDAYS, SHORT_DAYS, month_totals, seed

RUSSIA = seed(range(2023, 2029))
YEAR = Period.between(date(2025, 1, 1), date(2025, 12, 31))
some_day = st.dates(date(2024, 1, 1), date(2027, 12, 31))
some_moment = st.datetimes(datetime(2025, 10, 20), datetime(2026, 3, 20))  # noqa: DTZ001 - local
LUNCH = Hours(lunch=(timedelta(hours=13), timedelta(hours=14)))


@pytest.mark.parametrize("year", sorted(OFFICIAL_WORKDAYS))
def test_a_published_year_adds_up_to_the_official_totals(year):
    assert month_totals(RUSSIA, year) == OFFICIAL_WORKDAYS[year]


def test_a_year_without_a_decree_is_a_draft():
    assert RUSSIA.draft_years == {2028}
    assert RUSSIA.draft(date(2027, 12, 1), date(2028, 1, 31))
    assert not RUSSIA.draft(date(2023, 1, 1), date(2027, 12, 31))


def test_every_short_day_is_a_working_day():
    assert all(RUSSIA.working(day) for day in SHORT_DAYS)
    assert RUSSIA.short == SHORT_DAYS


def test_a_day_in_both_lists_is_working():
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    calendar = Calendar(off=frozenset({monday, saturday}), work=frozenset({monday, saturday}))
    assert calendar.working(monday)
    assert calendar.working(saturday)
    assert calendar.workdays(monday, saturday) == 6


def test_the_table_of_the_workbook_is_the_calendar():
    rows = table(RUSSIA, YEAR.start, YEAR.last)
    assert rows[0] == CalendarDay(date(2025, 1, 1), working=False, short=False)
    read = calendar_of(rows, frozenset({2030}))
    assert table(read, YEAR.start, YEAR.last) == rows
    assert read.draft_years == {2030}


@settings(deadline=None)
@given(some_day, some_day)
def test_working_days_are_counted_like_one_by_one(first, last):
    counted = sum(RUSSIA.working(day) for day in days(first, last))
    assert RUSSIA.workdays(first, last) == counted


@settings(deadline=None)
@given(st.integers(1, 25))
def test_the_nth_working_day_has_n_working_days_behind_it(number):
    first, last = date(2025, 11, 1), date(2025, 11, 30)
    found = RUSSIA.nth_workday(number, first, last)
    assert RUSSIA.workdays(first, found) == min(number, 19)
    assert RUSSIA.working(found) or found == last


@settings(deadline=None)
@given(some_moment, some_moment, some_moment)
def test_minutes_of_two_stretches_add_up(one, two, three):
    start, middle, end = sorted(
        moment.replace(second=0, microsecond=0) for moment in (one, two, three)
    )
    total = minutes(start, end, RUSSIA, LUNCH)
    assert total == minutes(start, middle, RUSSIA, LUNCH) + minutes(middle, end, RUSSIA, LUNCH)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-11-01T09:00", "2025-11-01T18:00", 420),  # a short Saturday with lunch
        ("2025-10-31T17:00", "2025-11-05T09:30", 60 + 420 + 30),
        ("2026-03-03T10:00", "2026-03-03T10:00", 0),
        ("2026-03-03T10:00", "2026-03-02T10:00", 0),
        ("2026-03-03T13:10", "2026-03-03T13:50", 0),
        ("2026-03-03T19:00", "2026-03-03T20:00", 0),
        ("2026-03-03T09:00:30", "2026-03-03T09:01:29", 0),
    ],
)
def test_working_minutes(start, end, expected):
    assert minutes(at(start), at(end), RUSSIA, LUNCH) == expected


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (PeriodType.WEEK, "2026-11-16", "2026-11-22"),
        (PeriodType.MONTH, "2026-11-01", "2026-11-30"),
        (PeriodType.QUARTER, "2026-10-01", "2026-12-31"),
        (PeriodType.HALF, "2026-07-01", "2026-12-31"),
        (PeriodType.YEAR, "2026-01-01", "2026-12-31"),
    ],
)
def test_bounds_of_periods(kind, first, last):
    period = bounds(kind, date(2026, 11, 22))
    assert period == Period.between(date.fromisoformat(first), date.fromisoformat(last))
    assert date(2026, 11, 22) in period
    assert period.end not in period


@settings(deadline=None)
@given(some_moment, st.integers(1, 3000), st.sampled_from([Hours(), LUNCH]))
def test_a_deadline_is_the_moment_when_the_minutes_have_passed(start, promised, hours):
    due = deadline(start, promised, RUSSIA, hours)
    assert due is not None
    assert minutes(start, due, RUSSIA, hours) == promised
    assert minutes(start, due - timedelta(microseconds=1), RUSSIA, hours) == promised - 1


def test_a_lead_of_a_friday_night_is_due_on_monday_morning():
    friday = datetime(2026, 3, 13, 19, 5)  # noqa: DTZ001 - local
    assert deadline(friday, 30, RUSSIA, Hours()) == datetime(2026, 3, 16, 9, 30)  # noqa: DTZ001
    nobody = Calendar(off=frozenset(days(date(2026, 1, 1), date(2027, 12, 31))))
    assert deadline(friday, 30, nobody, Hours()) is None


@settings(deadline=None)
@given(st.sampled_from(PeriodType), some_day)
def test_periods_join_without_a_gap(kind, day):
    period = bounds(kind, day)
    assert previous(kind, period).end == period.start
    assert bounds(kind, period.last) == period


@pytest.mark.parametrize(
    ("kind", "asof", "mode", "first", "last"),
    [
        (PeriodType.MONTH, "2026-01-08", BaseMode.PREV, "2025-12-01", None),
        (PeriodType.MONTH, "2026-02-28", BaseMode.LAST_YEAR, "2025-02-01", "2025-02-28"),
        (PeriodType.WEEK, "2026-03-18", BaseMode.PREV, "2026-03-09", "2026-03-12"),
        (PeriodType.MONTH, "2025-10-30", BaseMode.PREV, "2025-09-01", "2025-09-30"),
        (PeriodType.YEAR, "2026-01-12", BaseMode.LAST_YEAR, "2025-01-01", "2025-01-09"),
    ],
)
def test_a_fair_base_has_as_many_working_days(kind, asof, mode, first, last):
    found = base(kind, date.fromisoformat(asof), mode, RUSSIA)
    assert found == Window(date.fromisoformat(first), last and date.fromisoformat(last))


def test_a_week_is_never_compared_with_a_year_ago():
    with pytest.raises(ValueError, match="LAST_YEAR"):
        base(PeriodType.WEEK, date(2026, 3, 18), BaseMode.LAST_YEAR, RUSSIA)
