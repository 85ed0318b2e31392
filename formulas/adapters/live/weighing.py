"""The forecast of the pipeline in cells: where each deal stands, then the sums of all."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from formulas import pipeline
from formulas.adapters.live.kit import PICKED, exact, lacks, r2, unless, value
from formulas.adapters.plans import pipeline_deal
from formulas.metric import Answer, Measured, Metric, Rounding
from formulas.rounding import r2 as to_kopecks

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from formulas.adapters.reading import Reader

PLACES = ("included", "no_date", "overdue", "no_amount", "no_step")
_INSIDE = 'IF({step_on}="","no_step","included")'


def place(given: Reader) -> Answer:
    """Where a deal stands in `pf.weighted`."""
    deal = pipeline_deal(given)
    return {PICKED: pipeline.place(deal, given.day("asof"), given.day("to"))}


def weighted(given: Reader) -> Decimal:
    """Rests by probability, of the deals that are counted."""
    rows = (given.numbers(name) for name in ("rest", "p", "counts"))
    return to_kopecks(
        sum(
            (Fraction(r) * Fraction(p) * Fraction(c) for r, p, c in zip(*rows, strict=True)),
            Fraction(0),
        )
    )


def forecast(given: Reader) -> Decimal | None:
    """Fact and the weighted rests."""
    fact = given.number("fact")
    return None if fact is None else fact + given.amount("weighted")


def _count(where: str) -> Callable[[Reader], object]:
    return value(lambda given: sum(one == where for one in given.each("places")))


METRICS = (
    Metric(
        "pf.weighted.place",
        ("status", "amount", "paid", "expected_on", "step_on", "asof", "to"),
        place,
        Measured.WORD,
        Rounding.NONE,
        cell=(
            f'=IF({{status}}="lost","ignored",IF({lacks("amount")},"no_amount",'
            'IF({amount}<=SUM({paid}),"ignored",IF(COUNT({expected_on})=0,"no_date",'
            'IF({expected_on}<={asof},"overdue",IF({expected_on}>{to},"ignored",'
            f"{_INSIDE}))))))"
        ),
    ),
    Metric(
        "pf.weighted.weighted",
        ("rest", "p", "counts"),
        value(weighted),
        Measured.MONEY,
        cell=f"={r2('SUMPRODUCT({rest},{p},{counts})')}",
    ),
    Metric(
        "pf.weighted.forecast",
        ("fact", "weighted"),
        value(forecast),
        Measured.MONEY,
        cell=unless(lacks("fact"), exact("{fact}+SUM({weighted})")),
    ),
    *(
        Metric(
            f"pf.weighted.{where}",
            ("places",),
            _count(where),
            Measured.COUNT,
            Rounding.NONE,
            cell=f'=COUNTIFS({{places}},"{where}")',
        )
        for where in PLACES
    ),
)
