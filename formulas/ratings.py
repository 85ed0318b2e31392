"""Places, scores and prizes of a contest (METRICS.md section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from formulas.lights import Better
from formulas.rounding import HUNDRED, ONE, ZERO, r2, split

Values = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Contested:
    """One measure of a score: its weight, which side is better, and everybody's value."""

    weight: Decimal
    values: Values
    better: Better = Better.MORE


def rank(values: Values, better: Better = Better.MORE) -> dict[str, int | None]:
    """Place of each: 1 plus the number of strictly better values; no value, no place."""
    known = [value for value in values.values() if value is not None]
    sign = 1 if better is Better.MORE else -1
    return {
        person: None if value is None else 1 + sum(other * sign > value * sign for other in known)
        for person, value in values.items()
    }


def score(measures: Sequence[Contested]) -> dict[str, Decimal | None]:
    """Weighted score of each, 100 at most; a measure in which nobody has anything is left out."""
    people = dict.fromkeys(person for measure in measures for person in measure.values)
    counted = [(measure, top) for measure in measures if (top := best(measure)) is not None]
    weight = sum((Fraction(measure.weight) for measure, _ in counted), Fraction(0))
    if weight == 0:
        return dict.fromkeys(people)
    return {
        person: r2(
            HUNDRED
            * sum(
                (
                    Fraction(measure.weight) * part(measure.values.get(person), top, measure)
                    for measure, top in counted
                ),
                Fraction(0),
            )
            / weight
        )
        for person in people
    }


def prizes(
    values: Values, awards: Sequence[Decimal], minimum: Decimal | None = None
) -> dict[str, Decimal]:
    """Prize of each; tied places share the sum of their prizes equally."""
    qualified = {
        person: value
        for person, value in values.items()
        if value is not None and (minimum is None or value >= minimum)
    }
    given = dict.fromkeys(values, ZERO)
    place = 0
    for level in sorted(set(qualified.values()), reverse=True):
        tied = [person for person, value in qualified.items() if value == level]
        shared = sum(awards[place : place + len(tied)], ZERO)
        given.update(zip(tied, split(shared, [ONE] * len(tied)) or (), strict=True))
        place += len(tied)
    return given


def best(measure: Contested) -> Fraction | None:
    """The value that earns a full part; None leaves the measure out for everyone."""
    positive = [value for value in measure.values.values() if value is not None and value > 0]
    if not positive:
        return None
    return Fraction(max(positive) if measure.better is Better.MORE else min(positive))


def part(value: Decimal | None, best: Fraction, measure: Contested) -> Fraction:
    """Share of the best that a value is, the best being 1; nothing is worth 0."""
    if value is None:
        return Fraction(0)
    if measure.better is Better.MORE:
        return max(Fraction(value), Fraction(0)) / best
    return best / Fraction(value) if value > 0 else Fraction(1)
