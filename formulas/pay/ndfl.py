"""Income tax withheld from pay, cumulative from January (METRICS.md section 6.11).

The regional coefficient and the northern allowance form a base of their own. Tax is in whole
roubles and may be negative: a return.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    regional: Brackets | None
    """None: the regional part is taxed with the main base."""
    non_resident: Brackets


NON_RESIDENT = ((0, Fraction(30, 100)),)
RATES = (
    Rates(since=0, main=((0, Fraction(13, 100)),), regional=None, non_resident=NON_RESIDENT),
    Rates(
        since=2021,
        main=((0, Fraction(13, 100)), (5_000_000, Fraction(15, 100))),
        regional=None,
        non_resident=NON_RESIDENT,
    ),
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
        non_resident=NON_RESIDENT,
    ),
)
"""Tax Code, articles 210 and 224: flat until 2020, two steps from 2021, five from 2025."""


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


def ndfl(
    income: Decimal,
    regional: Decimal,
    deductions: Decimal,
    before: TaxYear,
    table: Sequence[Rates] = RATES,
) -> Tax:
    """Tax of this month's income, by the rates of its year; `table` has the oldest first."""
    rates = next(rates for rates in reversed(table) if rates.since <= before.year)
    main_scale = rates.main if before.resident else rates.non_resident
    known = before.deductions if before.resident else ZERO
    new = deductions if before.resident else ZERO
    if rates.regional is None:
        one = _joined(before)
        main = _withhold(one.income - known, income + regional - new, one.withheld, main_scale)
        return Tax(main, main, ZERO)
    regional_scale = rates.regional if before.resident else rates.non_resident
    main = _withhold(before.income - known, income - new, before.withheld, main_scale)
    local = _withhold(before.regional, regional, before.regional_withheld, regional_scale)
    return Tax(main + local, main, local)


def _joined(before: TaxYear) -> TaxYear:
    """The year with its regional part in the main base."""
    withheld = before.withheld
    if withheld is not None:
        withheld += before.regional_withheld or ZERO
    return replace(before, income=before.income + before.regional, withheld=withheld)


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
