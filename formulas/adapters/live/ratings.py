"""Places, scores, prizes and the pay fund in cells."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from formulas import ratings
from formulas.adapters.live.kit import exact, lacks, one_of, r2, unless, value
from formulas.adapters.pay import fund
from formulas.adapters.reading import as_number
from formulas.lights import Better
from formulas.metric import Measured, Metric, Rounding
from formulas.rounding import HUNDRED, ONE
from formulas.rounding import r2 as to_kopecks

if TYPE_CHECKING:
    from decimal import Decimal

    from formulas.adapters.reading import Reader

_ORDER = 'IF({better}="less",1,0)'
_PLACE = "RANK({value},{values},0)"
_TIED = "COUNTIFS({values},{value})"
_POOL = f'SUMIFS({{prizes}},{{places}},">="&{_PLACE},{{places}},"<"&({_PLACE}+{_TIED}))'
_SMALLEST = 'SMALL({values},COUNTIFS({values},"<=0")+1)'


def _values(given: Reader) -> dict[str, Decimal | None]:
    return {str(at): as_number(one) for at, one in enumerate(given.each("values"), start=1)}


def _own(given: Reader) -> str:
    return str(given.count("at"))


def rank(given: Reader) -> int | None:
    """Place of one of them."""
    order = given.choice(Better, "better", Better.MORE)
    return ratings.rank(_values(given), order)[_own(given)]


def part(given: Reader) -> Fraction | None:
    """Part of the best that one of them has; None when the measure is left out."""
    better = given.choice(Better, "better", Better.MORE)
    measure = ratings.Contested(ONE, _values(given), better)
    best = ratings.best(measure)
    return None if best is None else ratings.part(measure.values[_own(given)], best, measure)


def score(given: Reader) -> Decimal | None:
    """Score of one of them from the parts of every measure."""
    pairs = zip(given.numbers("weights"), given.each("parts"), strict=True)
    counted = [(weight, known) for weight, one in pairs if (known := as_number(one)) is not None]
    whole = sum((Fraction(weight) for weight, _ in counted), Fraction(0))
    if whole == 0:
        return None
    got = sum((Fraction(weight) * Fraction(part) for weight, part in counted), Fraction(0))
    return to_kopecks(HUNDRED * got / whole)


def prize(given: Reader) -> Decimal:
    """Prize of one of them."""
    given_out = ratings.prizes(_values(given), given.numbers("prizes"), given.number("min"))
    return given_out[_own(given)]


_BELOW = "AND(COUNT({min})=1,{value}<{min})"
_FIRST = "MATCH({value},{values},0)={at}"

METRICS = (
    Metric(
        "rating.rank.ranks",
        ("value", "values", "at", "better"),
        value(rank),
        Measured.POINTS,
        Rounding.NONE,
        cell=unless(lacks("value"), f"RANK({{value}},{{values}},{_ORDER})"),
    ),
    Metric(
        "rating.score.part",
        ("value", "values", "at", "better"),
        value(part),
        Measured.RATIO,
        Rounding.NONE,
        cell=(
            '=IF(COUNTIFS({values},">0")=0,"",IF(COUNT({value})=0,0,'
            f'IF({{better}}="less",IF({{value}}>0,{_SMALLEST}/{{value}},1),'
            "MAX({value},0)/MAX({values}))))"
        ),
    ),
    Metric(
        "rating.score.scores",
        ("weights", "parts"),
        value(score),
        Measured.POINTS,
        cell=unless(
            'SUMPRODUCT({weights},({parts}<>"")*1)=0',
            r2('100*SUMPRODUCT({weights},{parts})/SUMPRODUCT({weights},({parts}<>"")*1)'),
        ),
    ),
    Metric(
        "contest.prizes.prizes",
        ("value", "values", "at", "prizes", "places", "min"),
        value(prize),
        Measured.MONEY,
        cell=(
            f"=IF({lacks('value')},0,IF({_BELOW},0,"
            + exact(
                f"{r2(f'{_POOL}/{_TIED}')}+IF({_FIRST},{_POOL}-{_TIED}*{r2(f'{_POOL}/{_TIED}')},0)"
            )
            + "))"
        ),
    ),
    Metric(
        "pay.fund.fund",
        ("pays",),
        one_of(fund, "fund"),
        Measured.MONEY,
        cell=f"={exact('SUM({pays})')}",
    ),
    Metric(
        "pay.fund.share",
        ("pays", "payments"),
        one_of(fund, "share"),
        Measured.PERCENT,
        cell=unless(
            lacks("payments"), f'IF({{payments}}<=0,"",{r2("100*SUM({pays})/{payments}")})'
        ),
    ),
)
