"""Plan against fact on a day: what is left, what is due by now, the pace (METRICS.md 4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.lights import USUAL, Light, Thresholds, light_of
from formulas.rounding import ZERO, Number, ceil, pct, percent, r1, r2, r2_or_none

if TYPE_CHECKING:
    from datetime import date

    from formulas.calendar import Calendar
    from formulas.periods import Period


class Unit(Enum):
    """Whether a figure is money, or things that come whole."""

    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class DayCount:
    """Working days of a period: all, passed up to asof, left."""

    total: int
    passed: int

    @property
    def left(self) -> int:
        """Working days after asof."""
        return self.total - self.passed


@dataclass(frozen=True, slots=True)
class Summary:
    """Every figure of one plan-fact line; None is shown as an empty cell."""

    days_total: int
    days_passed: int
    days_left: int
    remaining: Decimal | None
    over: Decimal | None
    pct: Decimal | None
    expected: Decimal | None
    deviation: Decimal | None
    pace_pct: Decimal | None
    runrate: Decimal | None
    runrate_pct: Decimal | None
    per_day: Decimal | None
    now_per_day: Decimal | None
    light: Light


def progress(
    plan: Decimal | None,
    fact: Decimal | None,
    days: DayCount,
    unit: Unit,
    thresholds: Thresholds = USUAL,
) -> Summary:
    """All figures of a line from its plan, its fact and the working days."""
    runrate = scaled(fact, days.total, days.passed)
    pace = percent(fact, scaled(plan, days.passed, days.total))
    expected = expected_by_now(plan, days)
    remaining = above(plan, fact)
    return Summary(
        days_total=days.total,
        days_passed=days.passed,
        days_left=days.left,
        remaining=remaining,
        over=above(fact, plan),
        pct=pct(fact, plan),
        expected=expected,
        deviation=deviation(fact, expected),
        pace_pct=r2_or_none(pace),
        runrate=r2_or_none(runrate),
        runrate_pct=pct(runrate, plan),
        per_day=per_day(remaining, days.left, unit),
        now_per_day=now_per_day(fact, days.passed, unit),
        light=light_of(pace, thresholds),
    )


def day_count(period: Period, asof: date, calendar: Calendar) -> DayCount:
    """Working days of the period, and those passed up to the end of asof."""
    passed = calendar.workdays(period.start, min(asof, period.last))
    return DayCount(period.workdays(calendar), passed)


def expected_by_now(plan: Decimal | None, days: DayCount) -> Decimal | None:
    """Part of the plan due by asof; undefined in a period without working days."""
    return r2_or_none(scaled(plan, days.passed, days.total))


def deviation(fact: Decimal | None, expected: Decimal | None) -> Decimal | None:
    """How far the fact is ahead of the printed expectation."""
    return None if fact is None or expected is None else fact - expected


def pace_pct(plan: Decimal | None, fact: Decimal | None, days: DayCount) -> Decimal | None:
    """Fact in percent of the unrounded expectation."""
    return pct(fact, scaled(plan, days.passed, days.total))


def runrate(fact: Decimal | None, days: DayCount) -> Decimal | None:
    """What the period brings if it goes on at the same pace."""
    return r2_or_none(scaled(fact, days.total, days.passed))


def per_day(remaining: Decimal | None, left: int, unit: Unit) -> Decimal | None:
    """What is needed on each day left; undefined when something remains and no day does."""
    if remaining is None or remaining == 0:
        return remaining
    if left == 0:
        return None
    need = Fraction(remaining) / left
    return r2(need) if unit is Unit.MONEY else Decimal(ceil(need))


def now_per_day(fact: Decimal | None, passed: int, unit: Unit) -> Decimal | None:
    """What a passed day brought on average."""
    if fact is None or passed == 0:
        return None
    mean = Fraction(fact) / passed
    return r2(mean) if unit is Unit.MONEY else r1(mean)


def above(more: Decimal | None, less: Decimal | None) -> Decimal | None:
    """How much the first is above the second; 0 when it is not."""
    return None if more is None or less is None else max(more - less, ZERO)


def scaled(value: Number | None, by: int, of: int) -> Fraction | None:
    """The value by a share of days; None without a value or without days."""
    return None if value is None or of == 0 else Fraction(value) * by / of
