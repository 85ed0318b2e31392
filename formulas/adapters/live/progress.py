"""Plan against fact in cells: one figure of `pf.summary` and `pf.compare` each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas import periods, progress
from formulas.adapters.live.kit import exact, lacks, r2, unless, value
from formulas.adapters.plans import day_count, thresholds
from formulas.lights import light_of
from formulas.metric import Measured, Metric, Rounding, Where
from formulas.rounding import percent

if TYPE_CHECKING:
    from decimal import Decimal

    from formulas.adapters.reading import Reader
    from formulas.lights import Light

LINE = ("plan", "fact", "total", "passed")
_PACE = "100*{fact}*{total}/({plan}*{passed})"
_NO_PACE = "OR({plan}<=0,{total}=0,{passed}=0)"


def _summary(given: Reader) -> progress.Summary:
    return progress.progress(
        given.number("plan"),
        given.number("fact"),
        day_count(given),
        given.choice(progress.Unit, "unit", progress.Unit.MONEY),
        thresholds(given),
    )


def _deviation(given: Reader) -> Decimal | None:
    return progress.deviation(given.number("fact"), given.number("expected"))


def _per_day(given: Reader) -> Decimal | None:
    above = progress.above(given.number("plan"), given.number("fact"))
    return progress.per_day(above, given.count("left"), given.choice(progress.Unit, "unit"))


def _now_per_day(given: Reader) -> Decimal | None:
    unit = given.choice(progress.Unit, "unit")
    return progress.now_per_day(given.number("fact"), given.count("passed"), unit)


def _light(given: Reader) -> Light:
    due = progress.scaled(given.number("plan"), given.count("passed"), given.count("total"))
    return light_of(percent(given.number("fact"), due), thresholds(given))


def _change(given: Reader) -> periods.Change:
    return periods.compare(given.number("current"), given.number("base"))


def _from(limit: str) -> str:
    """Whether the pace reaches a limit, without a division that would round it."""
    return f"ROUND(100*{{fact}}*{{total}}-{{{limit}}}*{{plan}}*{{passed}},4)>=0"


METRICS = (
    Metric(
        "pf.compare", ("current", "base"), _change, Measured.MONEY, Rounding.NONE, where=Where.CELL
    ),
    Metric(
        "pf.summary.days_left",
        ("total", "passed"),
        value(lambda given: day_count(given).left),
        Measured.DAYS,
        Rounding.NONE,
        cell="={total}-{passed}",
    ),
    Metric(
        "pf.summary.remaining",
        ("plan", "fact"),
        value(lambda given: _summary(given).remaining),
        Measured.MONEY,
        Rounding.NONE,
        cell=unless(lacks("plan", "fact"), f"MAX({exact('{plan}-{fact}')},0)"),
    ),
    Metric(
        "pf.summary.over",
        ("plan", "fact"),
        value(lambda given: _summary(given).over),
        Measured.MONEY,
        Rounding.NONE,
        cell=unless(lacks("plan", "fact"), f"MAX({exact('{fact}-{plan}')},0)"),
    ),
    Metric(
        "pf.summary.pct",
        ("plan", "fact"),
        value(lambda given: _summary(given).pct),
        Measured.PERCENT,
        cell=unless(lacks("plan", "fact"), f'IF({{plan}}<=0,"",{r2("100*{fact}/{plan}")})'),
    ),
    Metric(
        "pf.summary.expected",
        ("plan", "total", "passed"),
        value(lambda given: _summary(given).expected),
        Measured.MONEY,
        cell=unless(lacks("plan"), f'IF({{total}}=0,"",{r2("{plan}*{passed}/{total}")})'),
    ),
    Metric(
        "pf.summary.deviation",
        ("fact", "expected"),
        value(_deviation),
        Measured.MONEY,
        cell=unless(lacks("fact", "expected"), exact("{fact}-{expected}")),
    ),
    Metric(
        "pf.summary.pace_pct",
        LINE,
        value(lambda given: _summary(given).pace_pct),
        Measured.PERCENT,
        cell=unless(lacks("plan", "fact"), f'IF({_NO_PACE},"",{r2(_PACE)})'),
    ),
    Metric(
        "pf.summary.runrate",
        ("fact", "total", "passed"),
        value(lambda given: _summary(given).runrate),
        Measured.MONEY,
        cell=unless(lacks("fact"), f'IF({{passed}}=0,"",{r2("{fact}*{total}/{passed}")})'),
    ),
    Metric(
        "pf.summary.runrate_pct",
        LINE,
        value(lambda given: _summary(given).runrate_pct),
        Measured.PERCENT,
        cell=unless(
            lacks("plan", "fact"),
            f'IF(OR({{plan}}<=0,{{passed}}=0),"",{r2("100*{fact}*{total}/{passed}/{plan}")})',
        ),
    ),
    Metric(
        "pf.summary.per_day",
        ("plan", "fact", "left", "unit"),
        value(_per_day),
        Measured.MONEY,
        cell=unless(
            lacks("plan", "fact"),
            'IF({fact}>={plan},0,IF({left}=0,"",IF({unit}="count",'
            f"ROUNDUP({exact('({plan}-{fact})/{left}')},0),{r2('({plan}-{fact})/{left}')})))",
        ),
    ),
    Metric(
        "pf.summary.now_per_day",
        ("fact", "passed", "unit"),
        value(_now_per_day),
        Measured.MONEY,
        cell=unless(
            lacks("fact"),
            'IF({passed}=0,"",ROUND(ROUND({fact}/{passed},6),IF({unit}="count",1,2)))',
        ),
    ),
    Metric(
        "pf.summary.light",
        (*LINE, "green", "yellow"),
        value(_light),
        Measured.WORD,
        Rounding.NONE,
        cell=(
            f'=IF({lacks("plan", "fact")},"grey",IF({_NO_PACE},"grey",'
            f'IF({_from("green")},"green",IF({_from("yellow")},"yellow","red"))))'
        ),
    ),
    Metric(
        "pf.compare.delta",
        ("current", "base"),
        value(lambda given: _change(given).delta),
        Measured.MONEY,
        Rounding.NONE,
        cell=unless(lacks("current", "base"), exact("{current}-{base}")),
    ),
    Metric(
        "pf.compare.delta_pct",
        ("current", "base"),
        value(lambda given: _change(given).delta_pct),
        Measured.PERCENT,
        cell=unless(
            lacks("current", "base"),
            f'IF({{base}}=0,"",{r2("100*({current}-{base})/ABS({base})")})',
        ),
    ),
)
