"""Income tax withheld from pay, cumulative from January (METRICS.md section 6.11).

The regional coefficient and the northern allowance form a base of their own. Tax is in whole
roubles and may be negative: a return.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from formulas.rounding import ZERO, r0

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

Brackets = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Tax scales in force from a year on: lower bound of the year's base and rate."""

    since: int
    main: Brackets
    regional: Brackets
    non_resident: Brackets


RATES = (
    Rates(
        since=2025,
        main=(
            (0, Fraction(13, 100)),
            (2_400_000, Fraction(15, 100)),
            (5_000_000, Fraction(18, 100)),
            (20_000_000, Fraction(20, 100)),
            (50_000_000, Fraction(22, 100)),
        ),
        regional=((0, Fraction(13, 100)), (5_000_000, Fraction(15, 100))),
        non_resident=((0, Fraction(30, 100)),),
    ),
)
"""Tax Code, articles 210 and 224, as in force since 1 January 2025."""


@dataclass(frozen=True, slots=True)
class TaxYear:
    """What the year holds before this month; `withheld` None means: as the scale says."""

    year: int
    income: Decimal = ZERO
    withheld: Decimal | None = None
    regional: Decimal = ZERO
    regional_withheld: Decimal | None = None
    deductions: Decimal = ZERO
    resident: bool = True


@dataclass(frozen=True, slots=True)
class Tax:
    """Tax of the month: whole, on the main base, on the regional one."""

    tax: Decimal
    tax_main: Decimal
    tax_regional: Decimal


def ndfl(income: Decimal, regional: Decimal, deductions: Decimal, before: TaxYear) -> Tax:
    """Tax of this month's income; raises ValueError for a year whose rates are unknown."""
    rates = _rates(before.year)
    main_scale = rates.main if before.resident else rates.non_resident
    regional_scale = rates.regional if before.resident else rates.non_resident
    known = before.deductions if before.resident else ZERO
    new = deductions if before.resident else ZERO
    main = _withhold(before.income - known, income - new, before.withheld, main_scale)
    local = _withhold(before.regional, regional, before.regional_withheld, regional_scale)
    return Tax(main + local, main, local)


def _withhold(before: Decimal, now: Decimal, withheld: Decimal | None, scale: Brackets) -> Decimal:
    already = r0(_tax(before, scale)) if withheld is None else withheld
    return r0(_tax(before + now, scale)) - already


def _tax(base: Decimal, scale: Brackets) -> Fraction:
    taxed = max(Fraction(base), Fraction(0))
    edges: Sequence[Fraction] = [*(min(Fraction(bound), taxed) for bound, _ in scale), taxed]
    return sum(
        (
            (high - low) * rate
            for (low, high), (_, rate) in zip(pairwise(edges), scale, strict=True)
        ),
        Fraction(0),
    )


def _rates(year: int) -> Rates:
    known = [rates for rates in RATES if rates.since <= year]
    if not known:
        raise ValueError(year)
    return known[-1]
