"""Facts of a flat list with one manager in a row, in cells (METRICS.md section 3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from formulas.adapters.live.kit import exact, value
from formulas.adapters.reading import as_day, as_number
from formulas.metric import Measured, Metric, Rounding
from formulas.rounding import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from formulas.adapters.reading import Reader

LIST = ("managers", "dates", "amounts", "manager", "from", "next")
_WHOSE = '{managers},{manager},{dates},">="&{from},{dates},"<"&{next}'


def _inside(given: Reader) -> Iterator[Decimal | None]:
    """Amounts of the manager's records in the period; None where one is blank."""
    first, end = given.day("from"), given.day("next")
    columns = (given.each(name) for name in ("managers", "dates", "amounts"))
    for who, day, amount in zip(*columns, strict=True):
        known = as_day(day) if isinstance(day, date) else None
        if who == given.word("manager") and known is not None and first <= known < end:
            yield as_number(amount)


def money(given: Reader) -> Decimal:
    """Sum of a manager's amounts."""
    return sum((amount for amount in _inside(given) if amount is not None), ZERO)


def missing(given: Reader) -> int:
    """Records without an amount."""
    return sum(amount is None for amount in _inside(given))


METRICS = (
    Metric(
        "pf.fact.rows.money",
        LIST,
        value(money),
        Measured.MONEY,
        Rounding.NONE,
        cell=f"={exact(f'SUMIFS({{amounts}},{_WHOSE})')}",
    ),
    Metric(
        "pf.fact.missing",
        LIST,
        value(missing),
        Measured.COUNT,
        Rounding.NONE,
        cell=f'=COUNTIFS({_WHOSE})-SUM(COUNTIFS({_WHOSE},{{amounts}},">0"),'
        f'COUNTIFS({_WHOSE},{{amounts}},"<=0"))',
    ),
    Metric(
        "pf.fact.rows.deals",
        LIST,
        value(lambda given: len(list(_inside(given)))),
        Measured.COUNT,
        Rounding.NONE,
        cell=f"=COUNTIFS({_WHOSE})",
    ),
    Metric(
        "pf.fact.total",
        ("rows",),
        value(lambda given: sum(given.numbers("rows"), ZERO)),
        Measured.MONEY,
        Rounding.NONE,
        cell=f"={exact('SUM({rows})')}",
    ),
)
