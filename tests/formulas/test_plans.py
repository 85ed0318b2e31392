"""Plan, plan against fact, pipeline, decomposition, norms."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.calendar import Calendar
from formulas.owners import NOT_STATED, DepartmentSince
from formulas.periods import Period, PeriodType, bounds
from formulas.plan import PersonPlan, PlanMode, PlanVersion, by_department, in_force, summary
from formulas.progress import DayCount, Unit, now_per_day, per_day, progress
from formulas.registry import compute
from formulas.russia import seed

rub = Decimal
RUSSIA = seed([2026])
NOVEMBER = bounds(PeriodType.MONTH, date(2026, 11, 1))
WEEKEND = Period.between(date(2026, 11, 7), date(2026, 11, 8))


def version(day: str, value: int | None) -> PlanVersion:
    """A plan in force from a day."""
    return PlanVersion(date.fromisoformat(day), None if value is None else rub(value))


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([], None),
        ([version("2026-11-16", 1000)], 550),  # nothing before it
        ([version("2026-01-01", 800), version("2026-02-01", 1000)], 1000),
        ([version("2026-11-16", None), version("2026-01-01", 800)], None),
        # blank on a weekend only: nothing is lost
        ([version("2026-11-28", None), version("2026-11-30", 0), version("2026-01-01", 1000)], 950),
    ],
)
def test_a_weighted_plan(versions, expected):
    assert in_force(versions, NOVEMBER, RUSSIA, mode=PlanMode.WEIGHTED) == expected


def test_a_blank_plan_in_force_is_no_plan():
    versions = [version("2026-01-01", 800), version("2026-11-30", None)]
    assert in_force(versions, NOVEMBER, RUSSIA) is None
    assert in_force(versions[:1], NOVEMBER, RUSSIA, worked=rub("10.5")) == 420


def test_a_period_without_working_days_keeps_the_plan_whole():
    versions = [version("2026-01-01", 800)]
    assert in_force(versions, WEEKEND, RUSSIA, mode=PlanMode.WEIGHTED, worked=0) == 800


def test_plans_go_to_the_departments_people_worked_in():
    moved = PersonPlan(
        rub(1000),
        (
            DepartmentSince(date(2026, 11, 16), "Юг"),
            DepartmentSince(date(2026, 11, 28), "Запад"),  # a weekend only
            DepartmentSince(date(2026, 11, 30), "Юг"),
            DepartmentSince(date(2026, 12, 1), "Восток"),
        ),
    )
    people = [moved, PersonPlan(None, ()), PersonPlan(rub(5), ())]
    assert by_department(people, NOVEMBER, RUSSIA) == {NOT_STATED: 455, "Юг": 550}
    settled = PersonPlan(rub(7), (DepartmentSince(date(2026, 1, 1), "Юг"),))
    assert by_department([settled], WEEKEND, RUSSIA) == {"Юг": 7}


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 23), st.integers(0, 23))
def test_a_line_agrees_with_itself(plan, fact, total, passed):
    days = DayCount(total, min(total, passed))
    line = progress(rub(plan), rub(fact), days, Unit.MONEY)
    assert line.remaining is not None
    assert line.over is not None
    assert line.remaining - line.over == plan - fact
    assert (line.expected is None) == (total == 0)
    if line.per_day is not None and line.remaining:
        assert abs(line.per_day * days.left - line.remaining) <= Decimal("0.005") * days.left
    if line.expected is not None:
        assert line.deviation == fact - line.expected
    assert (line.light.value == "grey") == (line.pace_pct is None)


def test_without_a_fact_only_what_the_plan_says_is_known():
    line = summary(rub(100), None, NOVEMBER, date(2026, 11, 13), Unit.MONEY, RUSSIA)
    assert line.expected == 45
    blank = (line.remaining, line.over, line.pct, line.deviation, line.pace_pct, line.runrate)
    assert blank == (None,) * 6
    assert (line.per_day, line.now_per_day, line.light.value) == (None, None, "grey")


def test_lights_are_tested_on_the_unrounded_pace():
    days = DayCount(10, 10)
    assert progress(rub(100_000), rub("94999.99"), days, Unit.MONEY).light.value == "yellow"
    assert progress(rub(100_000), rub(95_000), days, Unit.MONEY).light.value == "green"
    limits = compute(
        "pf.summary",
        {
            "plan": "100",
            "fact": "50",
            "from": "2026-11-01",
            "to": "2026-11-30",
            "asof": "2026-12-31",
            "unit": "count",
            "green": "50",
            "yellow": "10",
        },
    )
    assert (limits["light"], limits["days_total"], limits["days_passed"]) == ("green", 21, 21)


def test_before_its_period_nothing_has_passed():
    line = summary(rub(100), rub(0), NOVEMBER, date(2026, 10, 31), Unit.COUNT, Calendar())
    assert (line.days_passed, line.days_left) == (0, 21)


def test_need_and_pace_of_a_day():
    assert per_day(rub(10), 0, Unit.MONEY) is None
    assert per_day(rub(0), 0, Unit.MONEY) == 0
    assert now_per_day(rub(10), 3, Unit.COUNT) == Decimal("3.3")
    assert now_per_day(rub(10), 3, Unit.MONEY) == Decimal("3.33")


def test_the_forecast_says_why_a_deal_is_left_out():
    deals = [
        {"amount": None, "expected_on": None, "stage": "кп", "status": "open"},
        {"amount": "10", "paid": "10", "expected_on": None, "stage": "кп", "status": "open"},
        {"amount": "10", "expected_on": "2026-03-20", "status": "open", "step_on": None},
        {"amount": "10", "expected_on": "2026-03-20", "status": "open", "step_on": "2026-03-16"},
        {"amount": "10", "expected_on": "2026-03-20", "status": "won", "stage": "won"},
        {"amount": "10", "expected_on": "2026-03-20", "status": "open", "probability": "0.25"},
    ]
    answer = compute(
        "pf.weighted",
        {"fact": None, "asof": "2026-03-15", "to": "2026-03-31", "deals": deals},
    )
    assert answer == {
        "weighted": Decimal("12.5"),
        "forecast": Decimal("12.5"),
        "included": 3,
        "no_date": 0,
        "overdue": 0,
        "no_amount": 1,
        "no_step": 1,
    }


def decompose(**changes: object) -> dict[str, object]:
    """A plan of 100 and a fact of 0, with changes."""
    usual: dict[str, object] = {
        "plan": "100",
        "fact": "0",
        "days_left": 5,
        "check": {"sum": "50", "n": 5, "norm": "10"},
        "chain": [
            {"step": "offers", "num": 1, "den": 10, "norm": "0.5", "k": 0},
            {"step": "calls", "num": 30, "den": 10, "norm": "0.5", "k": 0},
        ],
    }
    return compute("plan.decompose", {**usual, **changes})


def test_a_conversion_is_never_above_one():
    answer = decompose()
    assert answer["steps"] == {
        "offers": {"conv": Decimal("0.1"), "need": 100, "per_day": 20},
        "calls": {"conv": 1, "need": 100, "per_day": 20},
    }


@pytest.mark.parametrize(
    ("changes", "check", "needs"),
    [
        ({"check": {"sum": "0", "n": 0, "norm": None}}, None, [None, None, None]),
        ({"check": {"sum": "0", "n": 0, "norm": "9", "k": 0}}, None, [None, None, None]),
        ({"check": {"sum": "-50", "n": 5, "norm": "1", "k": 0}}, -10, [None, None, None]),
        ({"plan": None}, 10, [None, None, None]),
        ({"plan": "50", "fact": "70", "days_left": 0}, 10, [0, 0, 0]),
        (
            {"chain": [{"step": "offers", "num": 0, "den": 3, "norm": "0.5", "k": 0}]},
            10,
            [10, None],
        ),
    ],
)
def test_a_chain_breaks_where_something_is_undefined(changes, check, needs):
    answer = decompose(**changes)
    steps = answer["steps"]
    assert isinstance(steps, dict)
    assert answer["check"] == check
    assert [answer["deals"], *(step["need"] for step in steps.values())] == needs
    assert all(step["conv"] is not None for step in steps.values())


def test_nothing_can_be_done_without_days():
    answer = decompose(days_left=0)
    assert (answer["deals"], answer["deals_per_day"]) == (10, None)


def months(year: int, *values: int) -> list[dict[str, object]]:
    """History rows of a year from January."""
    return [
        {"month": f"{year}-{number:02}", "value": str(value)}
        for number, value in enumerate(values, start=1)
    ]


def test_a_suggested_plan_knows_the_season():
    history = [*months(2025, *[100] * 11, 220), *months(2026, *[100] * 11)]
    answer = compute("plan.suggest", {"history": history, "month": "2026-12"})
    assert answer["mean3"] == 100
    assert answer["season"] == 2
    assert answer["suggest"] == 220


def test_without_a_full_year_the_recent_mean_is_suggested():
    history = [*months(2026, 90, 100, 120, 130), {"month": "2026-05", "value": None}]
    answer = compute("plan.suggest", {"history": history, "month": "2026-05"})
    assert answer == {"mean3": Decimal("116.67"), "season": None, "suggest": Decimal("116.67")}
    assert compute("plan.suggest", {"history": [], "month": "2026-05"}) == {
        "mean3": None,
        "season": None,
        "suggest": None,
    }


def test_a_season_without_recent_months_suggests_nothing():
    history = [*months(2023, *[100] * 12), *months(2024, *[0] * 12)]
    answer = compute("plan.suggest", {"history": history, "month": "2026-02"})
    assert answer == {"mean3": None, "season": 1, "suggest": None}


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"norm": "10", "per": "day", "fact": "0", "worked": 2, "better": "less"}, (None, "green")),
        ({"norm": "10", "per": "day", "fact": "0", "worked": 0, "better": "less"}, (None, "grey")),
        ({"norm": "10", "per": "day", "fact": "5", "worked": 0, "better": "less"}, (None, "grey")),
        ({"norm": "10", "per": "month", "fact": "5", "worked": 2}, (None, "grey")),
        ({"norm": None, "per": "week", "fact": "5", "worked": 2}, (None, "grey")),
        ({"norm": "10", "per": "week", "fact": "2", "worked": 1}, (100, "green")),
        ({"norm": "10", "per": "week", "fact": None, "worked": 1}, (None, "grey")),
    ],
)
def test_norms(given_, expected):
    answer = compute("norm.check", given_)
    assert (answer["pct"], answer["light"]) == expected


@given(st.dates(date(2023, 1, 1), date(2027, 12, 1)))
def test_days_and_weeks_add_up_to_the_month(day: date) -> None:
    month = bounds(PeriodType.MONTH, day)
    calendar = seed([day.year])
    days = [date.fromordinal(n) for n in range(month.start.toordinal(), month.end.toordinal())]
    assert sum(calendar.workdays(one, one) for one in days) == month.workdays(calendar)
    weeks = dict.fromkeys(bounds(PeriodType.WEEK, one) for one in days)
    inside = (
        calendar.workdays(max(week.start, month.start), min(week.last, month.last))
        for week in weeks
    )
    assert sum(inside) == month.workdays(calendar)


@given(
    st.decimals(-(10**7), 10**7, places=2),
    st.lists(st.integers(0, 99), min_size=1, max_size=9).filter(any),
)
def test_parts_of_a_split_in_cells_add_up(amount: Decimal, weights: list[int]) -> None:
    """Shares rounded one by one, the difference to the largest: as `split` does it."""
    given_ = {"amount": amount, "weights": weights}
    places = range(1, len(weights) + 1)
    shares = [compute("pf.dept_plan.share", {**given_, "place": n})["value"] for n in places]
    parts = [compute("pf.dept_plan.part", {**given_, "shares": shares, "place": n}) for n in places]
    assert sum(Decimal(str(part["value"])) for part in parts) == amount
