"""Bars as plain geometry: heights and labels, ready for a drawing inside the page.

A page draws them as inline SVG without text and sets the words as html, so that they stay readable
on a phone, can be found and copied, and print without «background graphics».
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from model.figures import MonthPoint
from model.texts.numbers import month_short, number

SCALES = (
    (Decimal(1_000_000), "млн руб.", 1),
    (Decimal(1_000), "тыс. руб.", 0),
    (Decimal(1), "руб.", 0),
)
"""Divisor, its name and the places after the comma of a label."""
FULL = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One month: heights in percent of the tallest column, and its words."""

    label: str
    year: str
    """The year under January and under the first column, else empty."""
    plan: int
    fact: int
    value: str
    met: bool
    last: bool

    @property
    def height(self) -> int:
        """Height of the drawing: the taller of the two."""
        return max(self.plan, self.fact, 1)


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Twelve columns and the unit of their labels."""

    unit: str
    columns: tuple[Column, ...]


def column_chart(months: Sequence[MonthPoint]) -> ColumnChart:
    """Plan and fact of the months as columns on one scale; a month of refunds has no height."""
    tallest = max(
        (max(point.fact, point.plan or Decimal(0)) for point in months), default=Decimal()
    )
    divisor, unit, places = next(
        (scale for scale in SCALES if tallest >= scale[0]),
        SCALES[-1],
    )
    columns = tuple(
        Column(
            label=month_short(point.month),
            year=str(point.month.year) if place == 0 or point.month.month == 1 else "",
            plan=_part(point.plan or Decimal(0), tallest),
            fact=_part(point.fact, tallest),
            value=number(point.fact / divisor, places=places),
            met=point.plan is not None and point.fact >= point.plan,
            last=place == len(months) - 1,
        )
        for place, point in enumerate(months)
    )
    return ColumnChart(unit, columns)


def bar(pct: Decimal | None) -> int:
    """Length of a progress bar in percent, never past its frame."""
    return 0 if pct is None else int(min(max(pct, Decimal(0)), Decimal(FULL)))


def _part(value: Decimal, whole: Decimal) -> int:
    if value <= 0 or whole <= 0:
        return 0
    return max(1, round(value * FULL / whole))
