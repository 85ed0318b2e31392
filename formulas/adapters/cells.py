"""Single figures that also live in a cell (METRICS.md section 12): one value, one template.

A template returns "" for an undefined figure. Names in braces are inputs; `total`, `passed` and
`left` are working days, `due` is the earliest open step (a whole number is a day without an hour).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas import clients, deals, periods, progress, rounding
from formulas.adapters.plans import day_count
from formulas.metric import Answer, Measured, Metric, Rounding

if TYPE_CHECKING:
    from formulas.adapters.reading import Reader

PLAN_FACT_DAYS = ("plan", "fact", "total", "passed")


def pct(given: Reader) -> Answer:
    """Fact in per cent of plan."""
    return {"value": rounding.pct(given.number("fact"), given.number("plan"))}


def expected(given: Reader) -> Answer:
    """Part of the plan due by now."""
    return {"value": progress.expected_by_now(given.number("plan"), day_count(given))}


def deviation(given: Reader) -> Answer:
    """Fact less what is expected."""
    return {"value": progress.deviation(given.number("fact"), given.number("expected"))}


def pace(given: Reader) -> Answer:
    """Fact in per cent of what is expected."""
    plan, fact = given.number("plan"), given.number("fact")
    return {"value": progress.pace_pct(plan, fact, day_count(given))}


def runrate(given: Reader) -> Answer:
    """The whole period at the same pace."""
    return {"value": progress.runrate(given.number("fact"), day_count(given))}


def per_day_money(given: Reader) -> Answer:
    """Money needed on each day left."""
    return {"value": _per_day(given, progress.Unit.MONEY)}


def per_day_count(given: Reader) -> Answer:
    """Things needed on each day left."""
    return {"value": _per_day(given, progress.Unit.COUNT)}


def now_per_day_money(given: Reader) -> Answer:
    """Money a passed day brought."""
    return {"value": _now_per_day(given, progress.Unit.MONEY)}


def now_per_day_count(given: Reader) -> Answer:
    """Things a passed day brought."""
    return {"value": _now_per_day(given, progress.Unit.COUNT)}


def compare(given: Reader) -> object:
    """`pf.compare`."""
    return periods.compare(given.number("current"), given.number("base"))


def compare_delta(given: Reader) -> Answer:
    """Difference from the base."""
    change = periods.compare(given.number("current"), given.number("base"))
    return {"value": change.delta}


def compare_pct(given: Reader) -> Answer:
    """Difference from the base in per cent of it."""
    change = periods.compare(given.number("current"), given.number("base"))
    return {"value": change.delta_pct}


def deal_light(given: Reader) -> Answer:
    """`deal.light`, from tasks or from the earliest open step `due`."""
    tasks = [deals.Task(row.due("due"), row.flag("done")) for row in given.rows("tasks")]
    if given.has("due"):
        tasks.append(deals.Task(given.due("due")))
    return {"light": deals.deal_light(given.word("status"), tasks, given.moment("now"))}


def client_state(given: Reader) -> Answer:
    """`client.state`."""
    return {
        "state": clients.client_state(
            given.day("asof"),
            given.maybe_day("first"),
            given.maybe_day("last"),
            given.count("active_days", clients.ACTIVE_DAYS),
            given.count("lost_days", clients.LOST_DAYS),
        )
    }


def _per_day(given: Reader, unit: progress.Unit) -> object:
    plan, fact = given.number("plan"), given.number("fact")
    return progress.per_day(progress.above(plan, fact), given.count("left"), unit)


def _now_per_day(given: Reader, unit: progress.Unit) -> object:
    return progress.now_per_day(given.number("fact"), given.count("passed"), unit)


METRICS = (
    Metric(
        "pf.summary.pct",
        ("plan", "fact"),
        pct,
        Measured.PERCENT,
        cell='=IF(OR({plan}="",{fact}="",{plan}<=0),"",ROUND(ROUND(100*{fact}/{plan},6),2))',
    ),
    Metric(
        "pf.summary.expected",
        ("plan", "total", "passed"),
        expected,
        Measured.MONEY,
        cell='=IF(OR({plan}="",{total}=0),"",ROUND(ROUND({plan}*{passed}/{total},6),2))',
    ),
    Metric(
        "pf.summary.deviation",
        ("fact", "expected"),
        deviation,
        Measured.MONEY,
        cell='=IF(OR({expected}="",{fact}=""),"",ROUND(ROUND({fact}-{expected},6),2))',
    ),
    Metric(
        "pf.summary.pace_pct",
        PLAN_FACT_DAYS,
        pace,
        Measured.PERCENT,
        cell=(
            '=IF(OR({plan}="",{fact}="",{plan}<=0,{total}=0,{passed}=0),"",'
            "ROUND(ROUND(100*{fact}*{total}/({plan}*{passed}),6),2))"
        ),
    ),
    Metric(
        "pf.summary.runrate",
        ("fact", "total", "passed"),
        runrate,
        Measured.MONEY,
        cell='=IF(OR({fact}="",{passed}=0),"",ROUND(ROUND({fact}*{total}/{passed},6),2))',
    ),
    Metric(
        "pf.summary.per_day.money",
        ("plan", "fact", "left"),
        per_day_money,
        Measured.MONEY,
        cell=(
            '=IF(OR({plan}="",{fact}=""),"",IF({fact}>={plan},0,'
            'IF({left}=0,"",ROUND(ROUND(({plan}-{fact})/{left},6),2))))'
        ),
    ),
    Metric(
        "pf.summary.per_day.count",
        ("plan", "fact", "left"),
        per_day_count,
        Measured.COUNT,
        Rounding.CEIL,
        cell=(
            '=IF(OR({plan}="",{fact}=""),"",IF({fact}>={plan},0,'
            'IF({left}=0,"",ROUNDUP(ROUND(({plan}-{fact})/{left},6),0))))'
        ),
    ),
    Metric(
        "pf.summary.now_per_day.money",
        ("fact", "passed"),
        now_per_day_money,
        Measured.MONEY,
        cell='=IF(OR({fact}="",{passed}=0),"",ROUND(ROUND({fact}/{passed},6),2))',
    ),
    Metric(
        "pf.summary.now_per_day.count",
        ("fact", "passed"),
        now_per_day_count,
        Measured.COUNT,
        Rounding.R1,
        cell='=IF(OR({fact}="",{passed}=0),"",ROUND(ROUND({fact}/{passed},6),1))',
    ),
    Metric("pf.compare", ("current", "base"), compare, Measured.MONEY, Rounding.NONE),
    Metric(
        "pf.compare.delta",
        ("current", "base"),
        compare_delta,
        Measured.MONEY,
        Rounding.NONE,
        cell='=IF(OR({current}="",{base}=""),"",ROUND({current}-{base},6))',
    ),
    Metric(
        "pf.compare.delta_pct",
        ("current", "base"),
        compare_pct,
        Measured.PERCENT,
        cell=(
            '=IF(OR({current}="",{base}=""),"",IF({base}=0,"",'
            "ROUND(ROUND(100*({current}-{base})/ABS({base}),6),2)))"
        ),
    ),
    Metric(
        "deal.light",
        ("status", "due", "now"),
        deal_light,
        Measured.WORD,
        Rounding.NONE,
        cell=(
            '=IF({status}<>"open","none",IF({due}="","red",'
            'IF(IF(INT({due})={due},{due}<INT({now}),{due}<{now}),"yellow","green")))'
        ),
    ),
    Metric(
        "client.state",
        ("asof", "first", "last", "active_days", "lost_days"),
        client_state,
        Measured.WORD,
        Rounding.NONE,
        cell=(
            '=IF(OR({first}="",{last}=""),"lead",IF({asof}-{last}>{lost_days},"lost",'
            'IF({asof}-{last}>{active_days},"sleeping",'
            'IF({asof}-{first}<={active_days},"new","active"))))'
        ),
    ),
)
