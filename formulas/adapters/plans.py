"""Plan, plan against fact, pipeline, decomposition and norms (METRICS.md sections 4 and 5)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from formulas import decompose, norms, pipeline, plan
from formulas.adapters.calendars import CALENDAR
from formulas.adapters.reading import Reader, as_number
from formulas.adapters.results import department_history
from formulas.lights import GREEN_FROM, YELLOW_FROM, Better, Thresholds
from formulas.metric import Answer, Measured, Metric, Rounding, Where
from formulas.progress import DayCount, Unit
from formulas.rounding import ZERO


def in_force(given: Reader) -> Answer:
    """`pf.plan`."""
    versions = [
        plan.PlanVersion(row.day("from"), row.number("value")) for row in given.rows("versions")
    ]
    return {
        "plan": plan.in_force(
            versions,
            given.period(),
            given.calendar(),
            mode=given.choice(plan.PlanMode, "mode", plan.PlanMode.REPLACE),
            worked=given.number("worked"),
        )
    }


def by_department(given: Reader) -> Answer:
    """`pf.dept_plan`."""
    people = [
        plan.PersonPlan(row.number("plan"), department_history(row.rows("history")))
        for row in given.rows("managers")
    ]
    rows = plan.by_department(people, given.period(), given.calendar())
    return {"rows": rows, "total": sum(rows.values(), ZERO)}


def roll_up(given: Reader) -> object:
    """`pf.rollup`."""
    children = [as_number(child) for child in given.each("children")]
    return plan.roll_up(given.number("own"), children)


def summary(given: Reader) -> object:
    """`pf.summary`."""
    return plan.summary(
        given.number("plan"),
        given.number("fact"),
        given.period(),
        given.day("asof"),
        given.choice(Unit, "unit", Unit.MONEY),
        given.calendar(),
        green=given.amount("green", Decimal(GREEN_FROM)),
        yellow=given.amount("yellow", Decimal(YELLOW_FROM)),
    )


def weighted(given: Reader) -> object:
    """`pf.weighted`."""
    stages = given.part("stage_probability")
    return pipeline.weighted(
        given.amount("fact"),
        [pipeline_deal(row) for row in given.rows("deals")],
        {stage: stages.amount(stage) for stage in stages.given if stages.value(stage) is not None},
        given.day("asof"),
        given.day("to"),
    )


def decomposition(given: Reader) -> object:
    """`plan.decompose`."""
    check = given.part("check")
    return decompose.decompose(
        given.number("plan"),
        given.amount("fact"),
        given.count("days_left"),
        own(check, "sum", "n", decompose.CHECK_PULL),
        [
            decompose.Step(row.word("step"), own(row, "num", "den", decompose.STEP_PULL))
            for row in given.rows("chain")
        ],
    )


def suggestion(given: Reader) -> object:
    """`plan.suggest`."""
    known = [(_month(row.word("month")), row.number("value")) for row in given.rows("history")]
    history = {month: value for month, value in known if value is not None}
    return decompose.suggest(history, _month(given.word("month")))


def norm_check(given: Reader) -> object:
    """`norm.check`."""
    norm = norms.Norm(
        given.number("norm"),
        given.choice(norms.Per, "per"),
        given.count("week_days", norms.WEEK_DAYS),
        given.maybe_count("month_days"),
        given.choice(Better, "better", Better.MORE),
    )
    return norms.check(norm, given.number("fact"), given.amount("worked"), thresholds(given))


def thresholds(given: Reader) -> Thresholds:
    """Limits of the lights."""
    return Thresholds(
        Fraction(given.amount("green", Decimal(GREEN_FROM))),
        Fraction(given.amount("yellow", Decimal(YELLOW_FROM))),
    )


def day_count(given: Reader) -> DayCount:
    """Working days given as counts."""
    return DayCount(given.count("total"), given.count("passed"))


def pipeline_deal(row: Reader) -> pipeline.PipelineDeal:
    """A deal of the pipeline."""
    return pipeline.PipelineDeal(
        amount=row.number("amount"),
        expected_on=row.maybe_day("expected_on"),
        stage=row.text("stage"),
        status=row.word("status"),
        paid=row.amount("paid"),
        probability=row.number("probability"),
        stepless=row.has("step_on") and row.maybe_day("step_on") is None,
    )


def own(row: Reader, got: str, tries: str, pull: int) -> decompose.Own:
    """An own result with the norm that it is pulled to."""
    return decompose.Own(
        row.amount(got), row.amount(tries), row.number("norm"), row.amount("k", Decimal(pull))
    )


def _month(text: str) -> tuple[int, int]:
    year, _, month = text.partition("-")
    return int(year), int(month[:2])


LIMITS = ("green", "yellow")
METRICS = (
    Metric(
        "pf.plan",
        ("from", "to", "versions", "mode", "worked", *CALENDAR),
        in_force,
        Measured.MONEY,
        where=Where.CELL,
    ),
    Metric(
        "pf.dept_plan",
        ("from", "to", "managers", *CALENDAR),
        by_department,
        Measured.MONEY,
        where=Where.CELL,
    ),
    Metric(
        "pf.rollup", ("own", "children"), roll_up, Measured.MONEY, Rounding.NONE, where=Where.CELL
    ),
    Metric(
        "pf.summary",
        ("plan", "fact", "from", "to", "asof", "unit", *LIMITS, *CALENDAR),
        summary,
        Measured.MONEY,
        where=Where.CELL,
    ),
    Metric(
        "pf.weighted",
        ("fact", "asof", "to", "deals", "stage_probability"),
        weighted,
        Measured.MONEY,
        where=Where.CELL,
    ),
    Metric(
        "plan.decompose",
        ("plan", "fact", "days_left", "check", "chain"),
        decomposition,
        Measured.COUNT,
        Rounding.CEIL,
        where=Where.CELL,
    ),
    Metric("plan.suggest", ("history", "month"), suggestion, Measured.MONEY),
    Metric(
        "norm.check",
        ("norm", "per", "fact", "worked", "week_days", "month_days", "better", *LIMITS),
        norm_check,
        Measured.COUNT,
        where=Where.CELL,
    ),
)
