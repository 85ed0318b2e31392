"""Commission by a scale, and the multiplier for attainment (METRICS.md sections 6.3, 6.4).

Lower bounds are inclusive and the first is 0. A marginal scale pays each slice at its own rate, a
cliff scale the whole amount at the rate of the tier reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from formulas.rounding import HUNDRED, ONE, ZERO, percent, r2, r4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

WHOLE_PLAN = Fraction(HUNDRED)
"""Attainment whose tier applies when there is no plan to measure by."""


class ScaleBy(Enum):
    """What the bounds of a scale are compared with."""

    AMOUNT = "amount"
    ATTAINMENT = "attainment"


class ScaleMode(Enum):
    """Whether a tier's rate holds for its slice or for the whole amount."""

    MARGINAL = "marginal"
    CLIFF = "cliff"


class MultiplierMode(Enum):
    """Whether the multiplier jumps at its points or runs straight between them."""

    STEP = "step"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True)
class Tier:
    """A rate, as a fraction, and the amount or the per cent of plan it starts from."""

    start: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Point:
    """Multiplier from an attainment on, in per cent."""

    at: Decimal
    k: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """A commission scale; the tiers go from the lowest bound up."""

    tiers: tuple[Tier, ...]
    by: ScaleBy = ScaleBy.AMOUNT
    mode: ScaleMode = ScaleMode.MARGINAL
    no_plan_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Part of an amount paid at one rate; `tier` counts from 0, None: the rate without a plan."""

    tier: int | None
    rate: Decimal
    basis: Fraction
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Commission:
    """Commission, its effective rate, and the slices that add up to it exactly."""

    commission: Decimal
    rate: Decimal
    slices: tuple[Slice, ...]


def tiered(amount: Decimal, plan: Decimal | None, scale: Scale) -> Commission:
    """Commission on an amount; rounded once, the last slice takes the rounding difference."""
    cuts = _cuts(Fraction(amount), plan, scale)
    exact = sum((basis * Fraction(rate) for _, rate, basis in cuts), Fraction(0))
    commission = r2(exact)
    amounts = [r2(basis * Fraction(rate)) for _, rate, basis in cuts]
    amounts[-1] += commission - sum(amounts, ZERO)
    slices = tuple(
        Slice(tier, rate, basis, part)
        for (tier, rate, basis), part in zip(cuts, amounts, strict=True)
    )
    rate = r4(Fraction(commission) / Fraction(amount)) if amount else ZERO
    return Commission(commission, rate, slices)


def bound_in_money(tier: Tier, plan: Decimal | None, by: ScaleBy) -> Fraction | None:
    """The amount a tier starts from; None for attainment without a plan."""
    if by is ScaleBy.AMOUNT:
        return Fraction(tier.start)
    if plan is None or plan <= 0:
        return None
    return Fraction(tier.start) * Fraction(plan) / HUNDRED


def in_money(scale: Scale, plan: Decimal | None) -> tuple[Tier, ...]:
    """The scale with bounds in money; without a plan to measure by, the one rate that holds."""
    bounds = [bound_in_money(tier, plan, scale.by) for tier in scale.tiers]
    if None in bounds:
        _, rate, _ = _without_plan(Fraction(0), scale)
        return (Tier(ZERO, rate),)
    return tuple(
        Tier(r2(bound), tier.rate)
        for bound, tier in zip(bounds, scale.tiers, strict=True)
        if bound is not None
    )


def multiplier(
    attainment: Fraction | None, points: Sequence[Point], mode: MultiplierMode
) -> Decimal:
    """Multiplier for an attainment in per cent; 1 without one, 0 below the first point."""
    if attainment is None:
        return ONE
    reached = [point for point in points if point.at <= attainment]
    if not reached:
        return ZERO
    last = reached[-1]
    if mode is MultiplierMode.STEP or len(reached) == len(points):
        return r4(last.k)
    following = points[len(reached)]
    share = (attainment - Fraction(last.at)) / Fraction(following.at - last.at)
    return r4(Fraction(last.k) + share * Fraction(following.k - last.k))


def attainment(amount: Decimal, plan: Decimal | None) -> Fraction | None:
    """Amount in per cent of the plan, unrounded; None without a positive plan."""
    return percent(amount, plan)


def _cuts(
    amount: Fraction, plan: Decimal | None, scale: Scale
) -> list[tuple[int | None, Decimal, Fraction]]:
    """Tier, rate and part of the amount of each slice; at least one."""
    bounds = [bound_in_money(tier, plan, scale.by) for tier in scale.tiers]
    known = [bound for bound in bounds if bound is not None]
    if amount < 0:
        return [(0, scale.tiers[0].rate, amount)]
    if len(known) < len(bounds):
        return [_without_plan(amount, scale)]
    if scale.mode is ScaleMode.CLIFF:
        return [_at(_reached(known, amount), amount, scale)]
    edges = [*(min(bound, amount) for bound in known), amount]
    slices = [_at(n, high - low, scale) for n, (low, high) in enumerate(pairwise(edges))]
    return [cut for cut in slices if cut[2] > 0] or slices[:1]


def _without_plan(amount: Fraction, scale: Scale) -> tuple[int | None, Decimal, Fraction]:
    if scale.no_plan_rate is not None:
        return None, scale.no_plan_rate, amount
    starts = [Fraction(tier.start) for tier in scale.tiers]
    return _at(_reached(starts, WHOLE_PLAN), amount, scale)


def _at(tier: int, basis: Fraction, scale: Scale) -> tuple[int | None, Decimal, Fraction]:
    return tier, scale.tiers[tier].rate, basis


def _reached(bounds: Sequence[Fraction], amount: Fraction) -> int:
    """Number of the last bound not above the amount."""
    return max(sum(bound <= amount for bound in bounds) - 1, 0)
