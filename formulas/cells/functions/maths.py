"""Rounding and remainders; all of them forgive what lies beyond 15 digits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from formulas.cells.environment import Plain
from formulas.cells.operands import Frame, Function
from formulas.cells.values import DIVIDED_BY_ZERO, Failure, calculate, floor, seen_as, whole

MOST_PLACES = 300
"""More decimal places than any number has."""


def rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    """A number to so many decimal places, or to tens and hundreds when these are negative."""
    seen = seen_as(number)
    places = max(-MOST_PLACES, min(places, MOST_PLACES))
    if int(seen.as_tuple().exponent) >= -places:
        return seen
    if seen.adjusted() < -places - 1:
        keep = rounding == ROUND_UP and seen
        return Decimal(1).scaleb(-places).copy_sign(seen) if keep else Decimal(0)
    return seen.quantize(Decimal(1).scaleb(-places), rounding)


def round_half_up(frame: Frame, number: Plain, places: Plain) -> Decimal:
    """ROUND: half away from zero."""
    read = frame.book.regional.number
    return rounded(read(number), whole(read(places)), ROUND_HALF_UP)


def round_up(frame: Frame, number: Plain, places: Plain) -> Decimal:
    """ROUNDUP: away from zero."""
    read = frame.book.regional.number
    return rounded(read(number), whole(read(places)), ROUND_UP)


def absolute(frame: Frame, number: Plain) -> Decimal:
    """ABS."""
    return frame.book.regional.number(number).copy_abs()


def integer(frame: Frame, number: Plain) -> Decimal:
    """INT: the whole number below."""
    return floor(frame.book.regional.number(number))


def remainder(frame: Frame, number: Plain, divisor: Plain) -> Decimal:
    """MOD: the remainder with the sign of the divisor."""
    read = frame.book.regional.number
    left, right = read(number), read(divisor)
    if not right:
        raise Failure(DIVIDED_BY_ZERO)
    return calculate("-", left, calculate("*", right, floor(calculate("/", left, right))))


FUNCTIONS: Mapping[str, Function] = {
    "ROUND": round_half_up,
    "ROUNDUP": round_up,
    "ABS": absolute,
    "INT": integer,
    "MOD": remainder,
}
