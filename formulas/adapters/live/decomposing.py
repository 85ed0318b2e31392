"""A plan taken apart, and a norm against what was done, in cells.

`raw` is the unrounded number of the step that follows; needs are rounded up only when shown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from formulas import decompose, progress
from formulas.adapters.live.kit import PICKED, exact, lacks, one_of, r2, r4, unless, value
from formulas.adapters.plans import norm_check, own
from formulas.metric import Answer, Measured, Metric, Rounding
from formulas.rounding import r2_or_none
from formulas.rounding import r4 as to_share

if TYPE_CHECKING:
    from formulas.adapters.reading import Reader

CHECK = ("sum", "n", "norm", "k")
STEP = ("num", "den", "norm", "k")
NORM = ("norm", "per", "worked", "week_days", "month_days")
_NO_OWN = "OR(SUM({{{tries}}},{{k}})<=0,AND(COUNT({{norm}})=0,SUM({{k}})>0))"
_OWN = "(SUM({{{got}}})+SUM({{k}})*SUM({{norm}}))/SUM({{{tries}}},{{k}})"
NO_CHECK, _CHECK = _NO_OWN.format(tries="n"), _OWN.format(got="sum", tries="n")
NO_CONV = _NO_OWN.format(tries="den")
_CONV = f"MIN(1,{_OWN.format(got='num', tries='den')})"
_DAYS = 'IF({per}="day",1,IF({per}="week",SUM({week_days}),SUM({month_days})))'
_DUE = f"{{norm}}*SUM({{worked}})/{_DAYS}"
NO_NORM = f"OR({lacks('norm')},{_DAYS}=0)"
NOTHING = f"OR({lacks('norm', 'fact')},{_DAYS}=0)"


def check(given: Reader) -> Answer:
    """The average payment, pulled to its norm."""
    return {PICKED: r2_or_none(decompose.pulled(own(given, "sum", "n", decompose.CHECK_PULL)))}


def conversion(given: Reader) -> Answer:
    """A conversion, pulled to its norm."""
    conv = decompose.conversion(own(given, "num", "den", decompose.STEP_PULL))
    return {PICKED: None if conv is None else to_share(conv)}


def raw_deals(given: Reader) -> Answer:
    """Deals that are still needed, unrounded."""
    average = decompose.pulled(own(given, "sum", "n", decompose.CHECK_PULL))
    raw = decompose.raw_deals(given.number("plan"), given.amount("fact"), average)
    return {PICKED: raw}


def raw_step(given: Reader) -> Answer:
    """Tries of a step, unrounded."""
    conv = decompose.conversion(own(given, "num", "den", decompose.STEP_PULL))
    raw = given.number("raw")
    return {PICKED: Fraction(raw) / conv if raw is not None and conv else None}


def need(given: Reader) -> Answer:
    """A whole number of what is needed."""
    return {PICKED: decompose.whole_need(given.number("raw"), 1)[0]}


def per_day(given: Reader) -> Answer:
    """A whole number for each day left."""
    return {PICKED: decompose.whole_need(given.number("raw"), given.count("left"))[1]}


_NEED = "ROUNDUP(ROUND({raw},6),0)"
_PER_DAY = f'IF({_NEED}=0,0,IF({{left}}=0,"",ROUNDUP(ROUND({_NEED}/{{left}},6),0)))'
_MORE, _LESS = f"100*{{fact}}/({_DUE})", f"100*({_DUE})/{{fact}}"


def _reaches(limit: str, *, less: bool) -> str:
    """Whether the ratio reaches a limit, without a division that would round it."""
    due, done = "{norm}*SUM({worked})", f"{{fact}}*{_DAYS}"
    over, under = (due, done) if less else (done, due)
    return f"ROUND(100*{over}-{{{limit}}}*{under},4)>=0"


def _light(*, less: bool) -> str:
    green, yellow = (_reaches(limit, less=less) for limit in ("green", "yellow"))
    return f'IF({green},"green",IF({yellow},"yellow","red"))'


METRICS = (
    Metric("plan.decompose.check", CHECK, check, Measured.MONEY, cell=unless(NO_CHECK, r2(_CHECK))),
    Metric(
        "plan.decompose.steps.conv",
        STEP,
        conversion,
        Measured.RATIO,
        Rounding.R4,
        cell=unless(NO_CONV, r4(_CONV)),
    ),
    Metric(
        "plan.decompose.raw_deals",
        ("plan", "fact", *CHECK),
        raw_deals,
        Measured.COUNT,
        Rounding.NONE,
        cell=unless(
            f"OR({lacks('plan')},{NO_CHECK})",
            f'IF({_CHECK}<=0,"",MAX({{plan}}-SUM({{fact}}),0)/({_CHECK}))',
        ),
    ),
    Metric(
        "plan.decompose.raw_step",
        ("raw", *STEP),
        raw_step,
        Measured.COUNT,
        Rounding.NONE,
        cell=unless(f"OR({lacks('raw')},{NO_CONV})", f'IF({_CONV}=0,"",{{raw}}/{_CONV})'),
    ),
    *(
        Metric(
            name, ("raw",), need, Measured.COUNT, Rounding.CEIL, cell=unless(lacks("raw"), _NEED)
        )
        for name in ("plan.decompose.deals", "plan.decompose.steps.need")
    ),
    *(
        Metric(
            name,
            ("raw", "left"),
            per_day,
            Measured.COUNT,
            Rounding.CEIL,
            cell=unless(lacks("raw"), _PER_DAY),
        )
        for name in ("plan.decompose.deals_per_day", "plan.decompose.steps.per_day")
    ),
    Metric(
        "norm.check.expected",
        NORM,
        one_of(norm_check, "expected"),
        Measured.COUNT,
        cell=unless(NO_NORM, r2(_DUE)),
    ),
    Metric(
        "norm.check.deviation",
        ("fact", "expected"),
        value(lambda given: progress.deviation(given.number("fact"), given.number("expected"))),
        Measured.COUNT,
        cell=unless(lacks("fact", "expected"), exact("{fact}-{expected}")),
    ),
    Metric(
        "norm.check.pct",
        (*NORM, "fact", "better"),
        one_of(norm_check, "pct"),
        Measured.PERCENT,
        cell=unless(
            NOTHING,
            f'IF({{better}}="less",IF(OR({_DUE}=0,{{fact}}<=0),"",{r2(_LESS)}),'
            f'IF({_DUE}<=0,"",{r2(_MORE)}))',
        ),
    ),
    Metric(
        "norm.check.light",
        (*NORM, "fact", "better", "green", "yellow"),
        one_of(norm_check, "light"),
        Measured.WORD,
        Rounding.NONE,
        cell=(
            f'=IF({NOTHING},"grey",IF({{better}}="less",IF({_DUE}=0,"grey",'
            f'IF({{fact}}=0,"green",IF({{fact}}<0,"grey",{_light(less=True)}))),'
            f'IF({_DUE}<=0,"grey",{_light(less=False)})))'
        ),
    ),
)
