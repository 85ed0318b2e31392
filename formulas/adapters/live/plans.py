"""The plan in force, its roll-up and its parts by department, in cells."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from formulas import plan
from formulas.adapters.live.days import SPECIAL, workdays, working
from formulas.adapters.live.kit import PICKED, exact, lacks, one_of, r2, unless, value
from formulas.adapters.plans import roll_up
from formulas.adapters.reading import Reader, as_day, as_number
from formulas.metric import Answer, Measured, Metric, Rounding
from formulas.rounding import ZERO, split
from formulas.rounding import r2 as to_kopecks

_LATEST = 'LARGE({since},COUNTIFS({since},">"&{to})+1)'
_VALUE = f"INDEX({{value}},MATCH({_LATEST},{{since}},0))"
_SHARE = "IF(OR(COUNT({worked})=0,{total}=0),1,{worked}/{total})"
_PART = "{amount}*INDEX({weights},{place})/SUM({weights})"
_LARGEST = "MATCH(MAX({weights}),{weights},0)={place}"


def in_force(given: Reader) -> Decimal | None:
    """`pf.plan`, the latest version replacing the ones before it."""
    days, values = given.each("since"), given.each("value")
    versions = [
        plan.PlanVersion(as_day(day), as_number(amount))
        for day, amount in zip(days, values, strict=True)
    ]
    latest = plan.latest(versions, given.day("to"))
    return plan.for_days_worked(latest, given.number("worked"), given.count("total"))


def weighted(given: Reader) -> Decimal | None:
    """`pf.plan`, each version by the working days it was in force."""
    values = [as_number(one) for one in given.each("value")]
    days = [int(number) for number in given.numbers("days")]
    total = given.count("total")
    whole = plan.by_days(tuple(zip(values, days, strict=True)), total)
    return plan.for_days_worked(whole, given.number("worked"), total)


def share(given: Reader) -> Answer:
    """A share of an amount by weight, before the rounding difference is given to the largest."""
    amount, weights = given.number("amount"), given.numbers("weights")
    whole = sum(weights, ZERO)
    if amount is None or whole == 0:
        return {PICKED: None}
    own = Fraction(weights[given.count("place") - 1])
    return {PICKED: to_kopecks(Fraction(amount) * own / Fraction(whole))}


def part(given: Reader) -> Answer:
    """One part of `split`."""
    amount, weights = given.number("amount"), given.numbers("weights")
    parts = None if amount is None else split(amount, weights)
    return {PICKED: None if parts is None else parts[given.count("place") - 1]}


def department(given: Reader) -> Answer:
    """Plans of one department, of the parts that people's plans were split into."""
    known = zip(given.each("departments"), given.each("parts"), strict=True)
    mine = [as_number(plan) or ZERO for name, plan in known if name == given.word("department")]
    return {PICKED: sum(mine, ZERO) if mine else None}


def passed(given: Reader) -> Answer:
    """Working days up to asof."""
    until = min(given.day("asof"), given.day("to"))
    return workdays(Reader({**given.given, "to": until}))


METRICS = (
    Metric(
        "pf.plan.plan",
        ("since", "value", "to", "total", "worked"),
        value(in_force),
        Measured.MONEY,
        cell=unless(
            'COUNTIFS({since},"<="&{to})=0',
            f'IF(COUNT({_VALUE})=0,"",{r2(f"{_VALUE}*{_SHARE}")})',
        ),
    ),
    Metric(
        "pf.plan.weighted",
        ("value", "days", "total", "worked"),
        value(weighted),
        Measured.MONEY,
        cell=unless(
            'OR({total}=0,SUMPRODUCT(({days}>0)*1,({value}="")+({value}>""))>0)',
            r2(f"SUMPRODUCT({{value}},{{days}})/{{total}}*{_SHARE}"),
        ),
    ),
    Metric(
        "pf.dept_plan.share",
        ("amount", "weights", "place"),
        share,
        Measured.MONEY,
        cell=unless(f"OR({lacks('amount')},SUM({{weights}})=0)", r2(_PART)),
    ),
    Metric(
        "pf.dept_plan.part",
        ("amount", "weights", "shares", "place"),
        part,
        Measured.MONEY,
        Rounding.NONE,
        cell=unless(
            f"OR({lacks('amount')},SUM({{weights}})=0)",
            exact(f"INDEX({{shares}},{{place}})+IF({_LARGEST},{{amount}}-SUM({{shares}}),0)"),
        ),
    ),
    Metric(
        "pf.dept_plan.rows",
        ("department", "departments", "parts"),
        department,
        Measured.MONEY,
        Rounding.NONE,
        cell=unless(
            "COUNTIFS({departments},{department})=0",
            exact("SUMIFS({parts},{departments},{department})"),
        ),
    ),
    Metric(
        "pf.dept_plan.total",
        ("parts",),
        value(lambda given: sum(given.numbers("parts"), ZERO)),
        Measured.MONEY,
        Rounding.NONE,
        cell=f"={exact('SUM({parts})')}",
    ),
    Metric(
        "pf.rollup.plan",
        ("own", "children"),
        one_of(roll_up, "plan"),
        Measured.MONEY,
        Rounding.NONE,
        cell=(
            f'=IF(COUNT({{own}})=1,{{own}},IF(COUNT({{children}})=0,"",{exact("SUM({children})")}))'
        ),
    ),
    Metric(
        "pf.rollup.children_sum",
        ("children",),
        one_of(roll_up, "children_sum"),
        Measured.MONEY,
        Rounding.NONE,
        cell=unless("COUNT({children})=0", exact("SUM({children})")),
    ),
    Metric(
        "pf.rollup.undistributed",
        ("own", "children"),
        one_of(roll_up, "undistributed"),
        Measured.MONEY,
        Rounding.NONE,
        cell=unless("OR(COUNT({own})=0,COUNT({children})=0)", exact("{own}-SUM({children})")),
    ),
    Metric(
        "pf.rollup.missing",
        ("children",),
        one_of(roll_up, "missing"),
        Measured.COUNT,
        Rounding.NONE,
        cell="=SUMPRODUCT(({children}={children})*1)-COUNT({children})",
    ),
    Metric(
        "pf.summary.days_total",
        ("from", "to", *SPECIAL),
        workdays,
        Measured.DAYS,
        Rounding.NONE,
        cell=f"={working('{from}', '{to}')}",
    ),
    Metric(
        "pf.summary.days_passed",
        ("from", "to", "asof", *SPECIAL),
        passed,
        Measured.DAYS,
        Rounding.NONE,
        cell=f"={working('{from}', 'MIN({asof},{to})')}",
    ),
)
