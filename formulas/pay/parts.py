"""The single components of pay, each a printed line of its own (METRICS.md 6.1, 6.6-6.10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.rounding import HUNDRED, ONE, ZERO, Number, r2, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

MAX_DROP_PCT = Decimal(20)
"""Share of pay that deductions may take at most, as the law has it for one month."""
CLAWBACK_DAYS = 90


class TeamMode(Enum):
    """How a team's pool is shared."""

    EQUAL = "equal"
    SHARE = "share"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition: below its minimum, or with no value, the amount is multiplied by the factor."""

    value: Decimal | None
    minimum: Decimal
    factor: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team: the own result and the days worked."""

    value: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class PenaltyItem:
    """How often something was missed, how often it is forgiven, what each further time costs."""

    count: int
    each: Decimal
    free: int = 0

    @property
    def charged(self) -> int:
        """Times that cost something."""
        return max(self.count - self.free, 0)


@dataclass(frozen=True, slots=True)
class Penalty:
    """What was counted, and what of it the bonus part can bear."""

    raw: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back; `rate` is the effective one stored when the commission was accrued."""

    amount: Decimal
    paid_on: date
    refunded_on: date
    rate: Decimal


def base_pay(salary: Decimal, worked: Number, norm: Number) -> Decimal:
    """Salary for the days worked, never above the whole; 0 in a month without working days."""
    if norm == 0:
        return ZERO
    return r2(Fraction(salary) * Fraction(min(worked, norm)) / Fraction(norm))


def gated(amount: Decimal, gates: Iterable[Gate]) -> tuple[Decimal, int]:
    """The amount after all gates, and how many of them failed."""
    failed = [gate for gate in gates if gate.value is None or gate.value < gate.minimum]
    left = Fraction(amount)
    for gate in failed:
        left *= Fraction(gate.factor)
    return r2(left), len(failed)


def team_parts(pool: Decimal, mode: TeamMode, members: Sequence[Member]) -> tuple[Decimal, ...]:
    """Each member's part of the pool; all 0 when nobody has a weight."""
    weights = {
        TeamMode.EQUAL: [ONE for _ in members],
        TeamMode.SHARE: [max(member.value, ZERO) for member in members],
        TeamMode.DAYS: [Decimal(member.days) for member in members],
    }
    return split(pool, weights[mode]) or tuple(ZERO for _ in members)


def new_client_bonus(
    first_payments: Iterable[Decimal], bonus: Decimal, minimum: Decimal = ZERO
) -> tuple[int, Decimal]:
    """How many first payments reach the minimum, and the bonus for them."""
    count = sum(payment >= minimum for payment in first_payments)
    return count, r2(count * Fraction(bonus))


def penalty(
    base: Decimal,
    variable: Decimal,
    items: Iterable[PenaltyItem],
    max_drop_pct: Decimal = MAX_DROP_PCT,
) -> Penalty:
    """Reduction of the bonus part; it never makes it negative and never touches the salary."""
    raw = r2(sum((known.charged * Fraction(known.each) for known in items), Fraction(0)))
    bonus = max(variable, ZERO)
    ceiling = r2(Fraction(base + bonus) * Fraction(max_drop_pct) / HUNDRED)
    return Penalty(raw, min(raw, bonus, ceiling))


def clawback(refunds: Iterable[Refund], window_days: int = CLAWBACK_DAYS) -> Decimal:
    """Commission taken back for refunds in a later month than the payment, within the window."""
    return sum(
        (
            r2(abs(Fraction(refund.amount)) * Fraction(refund.rate))
            for refund in refunds
            if _month(refund.refunded_on) > _month(refund.paid_on)
            and (refund.refunded_on - refund.paid_on).days <= window_days
        ),
        ZERO,
    )


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
