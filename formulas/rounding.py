"""Exact rounding, percentages and the splitting of money (METRICS.md section 0).

Everything is computed in fractions, so no result depends on the precision of a decimal context.
`r2` rounds half away from zero to six places and then to two: the inner step is what makes a live
cell, which holds a binary float, agree with the exact result. Undefined is None, never 0.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Number = Decimal | Fraction | int

MILLION = 1_000_000
"""The inner step is six places: finer than any printed figure, coarser than float noise."""
HUNDRED = 100
ZERO = Decimal(0)
ONE = Decimal(1)


def r0(value: Number) -> Decimal:
    """Whole number nearest to the value, half away from zero."""
    return rounded(value, 0)


def r1(value: Number) -> Decimal:
    """Value to one place, half away from zero."""
    return rounded(value, 1)


def r2(value: Number) -> Decimal:
    """Value to the kopeck, half away from zero: r2(-0.005) = -0.01."""
    return rounded(value, 2)


def r4(value: Number) -> Decimal:
    """Value to four places, half away from zero."""
    return rounded(value, 4)


def rounded(value: Number, places: int) -> Decimal:
    """Value half away from zero to six places first, then to the places asked for."""
    millionths = _half_away(*value.as_integer_ratio(), MILLION)
    return Decimal(f"{_half_away(millionths, MILLION, 10**places)}E-{places}")


def ceil(value: Number) -> int:
    """Whole number not below the value, after the same inner step: ceil(4.0000001) = 4."""
    millionths = _half_away(*value.as_integer_ratio(), MILLION)
    return -(-millionths // MILLION)


def quotient(part: Number | None, whole: Number | None) -> Fraction | None:
    """Exact part / whole; None when either is missing or the whole is not positive."""
    if part is None or whole is None or whole <= 0:
        return None
    return Fraction(part) / Fraction(whole)


def percent(part: Number | None, whole: Number | None) -> Fraction | None:
    """Exact percentage, for thresholds and scales; None like `quotient`."""
    share = quotient(part, whole)
    return None if share is None else share * HUNDRED


def pct(part: Number | None, whole: Number | None) -> Decimal | None:
    """Percentage as printed, two places; None when the whole is missing, zero or negative."""
    return r2_or_none(percent(part, whole))


def ratio(part: Number | None, whole: Number | None) -> Decimal | None:
    """Share or conversion as printed, four places; None when the whole is missing or zero."""
    share = quotient(part, whole)
    return None if share is None else r4(share)


def r2_or_none(value: Number | None) -> Decimal | None:
    """Value to the kopeck; undefined stays undefined."""
    return None if value is None else r2(value)


def split(amount: Decimal, weights: Sequence[Number]) -> tuple[Decimal, ...] | None:
    """Parts of an amount by weight that add up to it exactly; None when no weight is positive.

    The rounding difference goes to the largest weight, of equals to the earliest:
    split(100.01, (50, 50)) = (50.00, 50.01).
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    if whole <= 0:
        return None
    parts = [r2(Fraction(amount) * Fraction(weight) / whole) for weight in weights]
    largest = max(range(len(parts)), key=lambda place: weights[place])
    parts[largest] += amount - sum(parts, ZERO)
    return tuple(parts)


def _half_away(top: int, bottom: int, scale: int) -> int:
    """The fraction top / bottom in units of 1 / scale, rounded half away from zero."""
    units = (2 * abs(top) * scale + bottom) // (2 * bottom)
    return -units if top < 0 else units
