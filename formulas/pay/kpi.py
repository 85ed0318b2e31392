"""Bonus for several indicators with weights (METRICS.md section 6.5)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.lights import Better
from formulas.rounding import ZERO, r2, r4

if TYPE_CHECKING:
    from collections.abc import Sequence

CAP = Decimal("1.2")
"""Score of an indicator is not counted above this, unless the scheme says otherwise."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the bonus."""

    plan: Decimal | None
    fact: Decimal | None
    weight: Decimal
    better: Better = Better.MORE
    floor: Decimal = ZERO
    cap: Decimal = CAP


@dataclass(frozen=True, slots=True)
class Kpi:
    """Score of each indicator, their weighted mean, and the bonus."""

    scores: tuple[Decimal | None, ...]
    index: Decimal | None
    bonus: Decimal


def kpi(fund: Decimal, indicators: Sequence[Indicator]) -> Kpi:
    """Bonus from the fund; an indicator without a plan is left out and the rest weigh more."""
    scores = [_score(indicator) for indicator in indicators]
    printed = tuple(None if score is None else r4(score) for score in scores)
    counted = [
        (Fraction(indicator.weight), score)
        for indicator, score in zip(indicators, scores, strict=True)
        if score is not None
    ]
    weight = sum((weight for weight, _ in counted), Fraction(0))
    if weight == 0:
        return Kpi(printed, None, ZERO)
    index = sum((weight * score for weight, score in counted), Fraction(0)) / weight
    return Kpi(printed, r4(index), r2(Fraction(fund) * index))


def _score(indicator: Indicator) -> Fraction | None:
    if indicator.plan is None or indicator.plan <= 0:
        return None
    if indicator.fact is None:
        return Fraction(0)
    done = _done(indicator.plan, indicator.fact, indicator)
    if done < indicator.floor:
        return Fraction(0)
    return max(min(done, Fraction(indicator.cap)), Fraction(0))


def _done(plan: Decimal, fact: Decimal, indicator: Indicator) -> Fraction:
    if indicator.better is Better.MORE:
        return Fraction(fact) / Fraction(plan)
    return Fraction(plan) / Fraction(fact) if fact else Fraction(indicator.cap)
