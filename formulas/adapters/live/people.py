"""Clients in cells: state, lifetime value, how full a card is, what they answered (METRICS 11)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from formulas import cards, clients
from formulas.adapters.live.kit import lacks, one_of, r2, r4, unless, value
from formulas.adapters.people import lifetime_value, survey
from formulas.adapters.reading import as_number
from formulas.metric import Measured, Metric, Rounding, Where

if TYPE_CHECKING:
    from decimal import Decimal

    from formulas.adapters.reading import Reader

FREQ = ("payments_n", "clients_n", "months")
VALUE = ("revenue", "margin", *FREQ, "churn_month")
STEP = 1_000_000
"""Places of a card's fields weigh so much less than their weights."""


def _state(given: Reader) -> clients.ClientState:
    return clients.client_state(
        given.day("asof"),
        given.maybe_day("first"),
        given.maybe_day("last"),
        given.count("active_days", clients.ACTIVE_DAYS),
        given.count("lost_days", clients.LOST_DAYS),
    )


def _card(given: Reader) -> cards.CardScore:
    columns = (given.numbers(name) for name in ("weights", "filled", "applies"))
    fields = {
        str(place): cards.CardField(weight, "x" if filled else None, None if asked else ())
        for place, (weight, filled, asked) in enumerate(zip(*columns, strict=True))
    }
    return cards.card(fields, None)


def score(given: Reader) -> Decimal | None:
    """Per cent of a card that is filled."""
    return _card(given).score


def order(given: Reader) -> Fraction | None:
    """Weight of a field that is asked for and not filled, the earlier of equals the heavier."""
    lacking = given.flag("applies") and not given.flag("filled")
    earlier = Fraction(given.count("at"), STEP)
    return Fraction(given.amount("weight")) - earlier if lacking else None


def missing(given: Reader) -> str | None:
    """Name of the number-th heaviest field that is not filled."""
    pairs = zip(given.each("order"), given.each("names"), strict=True)
    known = [(weight, str(name)) for one, name in pairs if (weight := as_number(one)) is not None]
    names = [name for _, name in sorted(known, reverse=True)]
    return names[number - 1] if (number := given.count("number")) <= len(names) else None


METRICS = (
    Metric(
        "client.state",
        ("asof", "first", "last", "active_days", "lost_days"),
        lambda given: {"state": _state(given)},
        Measured.WORD,
        Rounding.NONE,
        cell=(
            '=IF(OR({first}="",{last}=""),"lead",IF({asof}-{last}>{lost_days},"lost",'
            'IF({asof}-{last}>{active_days},"sleeping",'
            'IF({asof}-{first}<={active_days},"new","active"))))'
        ),
        where=Where.CELL,
    ),
    Metric(
        "client.ltv.avg_check",
        ("revenue", "payments_n"),
        one_of(lifetime_value, "avg_check"),
        Measured.MONEY,
        cell=unless(
            lacks("revenue", "payments_n"),
            f'IF({{payments_n}}<=0,"",{r2("{revenue}/{payments_n}")})',
        ),
    ),
    Metric(
        "client.ltv.freq",
        FREQ,
        one_of(lifetime_value, "freq"),
        Measured.RATIO,
        Rounding.R4,
        cell=unless(
            lacks(*FREQ),
            f'IF(OR({{clients_n}}<=0,{{months}}<=0),"",{r4("{payments_n}/{clients_n}/{months}")})',
        ),
    ),
    Metric(
        "client.ltv.lifetime",
        ("churn_month",),
        one_of(lifetime_value, "lifetime"),
        Measured.MONTHS,
        cell=unless(lacks("churn_month"), f'IF({{churn_month}}<=0,"",{r2("1/{churn_month}")})'),
    ),
    Metric(
        "client.ltv.ltv",
        VALUE,
        one_of(lifetime_value, "ltv"),
        Measured.MONEY,
        cell=unless(
            lacks(*VALUE),
            'IF(MIN({payments_n},{clients_n},{months},{revenue},{churn_month})<=0,"",'
            f"{r2('{margin}/{clients_n}/{months}/{churn_month}')})",
        ),
    ),
    Metric(
        "client.card.score",
        ("weights", "filled", "applies"),
        value(score),
        Measured.PERCENT,
        cell=unless(
            "SUMPRODUCT({weights},{applies})<=0",
            r2("100*SUMPRODUCT({weights},{applies},{filled})/SUMPRODUCT({weights},{applies})"),
        ),
    ),
    Metric(
        "client.card.order",
        ("weight", "filled", "applies", "at"),
        value(order),
        Measured.POINTS,
        Rounding.NONE,
        cell=unless("OR({applies}<>1,{filled}=1)", f"SUM({{weight}})-{{at}}/{STEP}"),
    ),
    Metric(
        "client.card.missing",
        ("names", "order", "number"),
        value(missing),
        Measured.WORD,
        Rounding.NONE,
        cell=unless(
            "{number}>COUNT({order})",
            "INDEX({names},MATCH(LARGE({order},{number}),{order},0))",
        ),
    ),
    Metric(
        "client.survey.csat",
        ("csat",),
        one_of(survey, "csat"),
        Measured.PERCENT,
        cell=unless(
            "COUNT({csat})=0", r2(f'100*COUNTIFS({{csat}},">={cards.SATISFIED}")/COUNT({{csat}})')
        ),
    ),
    Metric(
        "client.survey.nps",
        ("nps",),
        one_of(survey, "nps"),
        Measured.PERCENT,
        cell=unless(
            "COUNT({nps})=0",
            r2(
                f'100*(COUNTIFS({{nps}},">={cards.PROMOTER}")'
                f'-COUNTIFS({{nps}},"<={cards.DETRACTOR}"))/COUNT({{nps}})'
            ),
        ),
    ),
)
