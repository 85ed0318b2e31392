"""The funnel of deals created in a period, and how fast it earns (METRICS.md section 8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from formulas.averages import mean, median
from formulas.facts import WON
from formulas.owners import NOT_STATED
from formulas.pipeline import LOST
from formulas.rounding import Number, quotient, r2, r2_or_none, r4, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CohortDeal:
    """The furthest stage a deal has reached, and how it ended."""

    max_stage: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """Deals that reached each stage, conversions between stages, and where deals were lost."""

    reached: tuple[int, ...]
    conv: tuple[Decimal | None, ...]
    total_conv: Decimal | None
    lost_at: dict[str, int]


@dataclass(frozen=True, slots=True)
class StageTime:
    """Days per stage, and the stages that took longer than their limit."""

    days: dict[str, int]
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """Number of deals lost for a reason, and its share."""

    n: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Velocity:
    """Share of deals won, average payment, days to win, and roubles a day the funnel earns."""

    win_rate: Decimal | None
    avg_check: Decimal | None
    cycle: Decimal | None
    velocity: Decimal | None


def cohort(stages: Sequence[str], deals: Iterable[CohortDeal]) -> Cohort:
    """The funnel of these deals; a skipped stage counts as reached, a won deal reached all."""
    known = tuple(deals)
    depths = [_depth(stages, deal) for deal in known]
    reached = tuple(sum(depth > number for depth in depths) for number in range(len(stages)))
    lost = Counter(deal.max_stage or NOT_STATED for deal in known if deal.status == LOST)
    return Cohort(
        reached=reached,
        conv=tuple(ratio(later, earlier) for earlier, later in pairwise(reached)),
        total_conv=ratio(sum(deal.status == WON for deal in known), len(known)),
        lost_at=dict(lost),
    )


def stage_time(
    history: Iterable[tuple[str, date]], end: date, limits: Mapping[str, int]
) -> StageTime:
    """Calendar days in each stage, repeat visits added up; the open stage runs to `end`."""
    visits = sorted(history, key=lambda visit: visit[1])
    days: dict[str, int] = {}
    leaves = [entered for _, entered in visits[1:]] + [end]
    for (stage, entered), left in zip(visits, leaves, strict=False):
        days[stage] = days.get(stage, 0) + max((left - entered).days, 0)
    over = tuple(stage for stage, spent in days.items() if spent > limits.get(stage, spent))
    return StageTime(days, over)


def losses(reasons: Iterable[str | None]) -> dict[str, Loss]:
    """Reasons of lost deals, in order of first appearance."""
    counts = Counter((reason or "").strip() or NOT_STATED for reason in reasons)
    whole = counts.total()
    return {reason: Loss(n, ratio(n, whole)) for reason, n in counts.items()}


def velocity(
    open_deals: int | None,
    won: int,
    lost: int,
    won_amounts: Sequence[Decimal],
    cycles: Sequence[int],
) -> Velocity:
    """Roubles a day from open deals, share won, average payment and days to win."""
    win_rate = quotient(won, won + lost)
    check = mean(won_amounts)
    cycle = median(cycles)
    speed: Number | None = None
    if None not in (open_deals, win_rate, check, cycle):
        parts = Fraction(open_deals or 0) * (win_rate or 0) * (check or 0)
        speed = parts / (cycle or 1)
    return Velocity(
        None if win_rate is None else r4(win_rate),
        r2_or_none(check),
        None if cycle is None else r2(cycle),
        r2_or_none(speed),
    )


def _depth(stages: Sequence[str], deal: CohortDeal) -> int:
    """How many stages the deal has reached."""
    if deal.status == WON:
        return len(stages)
    return stages.index(deal.max_stage) + 1 if deal.max_stage in stages else 0
