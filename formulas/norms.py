"""Norm of an activity against what was done (METRICS.md section 5, `norm.check`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.lights import USUAL, Better, Light, Thresholds, light_of
from formulas.progress import deviation
from formulas.rounding import percent, r2_or_none

if TYPE_CHECKING:
    from decimal import Decimal

WEEK_DAYS = 5


class Per(Enum):
    """What one norm is for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm per day, week or month, with the working days of a week and of the month."""

    norm: Decimal | None
    per: Per
    week_days: int = WEEK_DAYS
    month_days: int | None = None
    better: Better = Better.MORE


@dataclass(frozen=True, slots=True)
class NormCheck:
    """What the days worked called for, and how the fact compares."""

    expected: Decimal | None
    deviation: Decimal | None
    pct: Decimal | None
    light: Light


def check(
    norm: Norm, fact: Decimal | None, worked: Decimal, thresholds: Thresholds = USUAL
) -> NormCheck:
    """The norm for the days worked against the fact."""
    expected = _expected(norm, worked)
    printed = r2_or_none(expected)
    share = percent(fact, expected)
    light = light_of(share, thresholds)
    if norm.better is Better.LESS:
        share = percent(expected, fact) if expected else None
        light = _light_of_less(expected, fact, share, thresholds)
    return NormCheck(printed, deviation(fact, printed), r2_or_none(share), light)


def _expected(norm: Norm, worked: Decimal) -> Fraction | None:
    days = {Per.DAY: 1, Per.WEEK: norm.week_days, Per.MONTH: norm.month_days}[norm.per]
    if norm.norm is None or not days:
        return None
    return Fraction(norm.norm) * Fraction(worked) / days


def _light_of_less(
    expected: Fraction | None,
    fact: Decimal | None,
    share: Fraction | None,
    thresholds: Thresholds,
) -> Light:
    """Nothing done where less is better is as good as it gets."""
    if expected and fact == 0:
        return Light.GREEN
    return light_of(share, thresholds)
