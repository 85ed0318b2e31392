"""Mean, median and 90th percentile of a list; None for an empty one (METRICS.md section 0.9)."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from formulas.rounding import Number

_WIDE = Context(prec=200, traps=[Inexact])
"""Sums of money never need as many digits; should one, it is refused and not rounded."""


def mean(values: Sequence[Number]) -> Fraction | None:
    """Exact arithmetic mean."""
    if not values:
        return None
    return _sum(values) / len(values)


def _sum(values: Sequence[Number]) -> Fraction:
    """Exact sum; of decimals without a fraction for each of them, which takes ten times as long."""
    plain = [value for value in values if not isinstance(value, Fraction)]
    if len(plain) < len(values):
        return sum((Fraction(value) for value in values), Fraction(0))
    return Fraction(reduce(_WIDE.add, plain, Decimal(0)))


def median(values: Sequence[Number]) -> Fraction | None:
    """Middle value; the mean of the two middle ones when the count is even."""
    ordered = sorted(values)
    half = len(ordered) // 2
    middle = ordered[half : half + 1] if len(ordered) % 2 else ordered[half - 1 : half + 1]
    return mean(middle) if ordered else None


def p90(values: Sequence[int]) -> int | None:
    """Nearest rank: the sorted value number ceil(0.9 * n)."""
    if not values:
        return None
    return sorted(values)[-(-9 * len(values) // 10) - 1]
