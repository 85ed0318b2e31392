"""State, segment, audit and value of clients (METRICS.md section 11).

Dates of payments are dates of positive payments unless refunds are spoken of.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.averages import mean
from formulas.calendar import DAY
from formulas.rounding import HUNDRED, ZERO, quotient, r2, r2_or_none, r4, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from formulas.periods import Period

ACTIVE_DAYS = 90
LOST_DAYS = 180
AUDIT_ACTIVE_DAYS = 180
RECENCY = (30, 60, 90, 180)
"""Days since the last payment: up to the first 5 points, up to the second 4, and so on."""
FREQUENCY = (2, 3, 6, 10)
"""Payments in the window: from each bound one point more."""
WINDOW_DAYS = 365
DAYS_IN_MONTH = Fraction("30.4375")
TOP = 5


class ClientState(Enum):
    """Where a client stands by the dates of payments."""

    LEAD = "lead"
    NEW = "new"
    ACTIVE = "active"
    SLEEPING = "sleeping"
    LOST = "lost"


class Segment(Enum):
    """Group of a client by recency, frequency and money."""

    LEAD = "lead"
    BEST = "best"
    NEW = "new"
    LOYAL = "loyal"
    AT_RISK = "at_risk"
    SLEEPING = "sleeping"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Rfm:
    """Points for recency, frequency and money, and the segment."""

    r: int | None
    f: int | None
    m: int | None
    segment: Segment


@dataclass(frozen=True, slots=True)
class RfmBounds:
    """Bounds of the points, ascending; money has none of its own that fit every trade."""

    money: tuple[Decimal, ...]
    recency: tuple[int, ...] = RECENCY
    frequency: tuple[int, ...] = FREQUENCY
    window_days: int = WINDOW_DAYS


@dataclass(frozen=True, slots=True)
class Audit:
    """Active clients at both ends of a period; start + new + returned - lost = end."""

    start: int
    new: int
    returned: int
    lost: int
    end: int
    churn: Decimal | None
    dynamics_pct: Decimal | None


@dataclass(frozen=True, slots=True)
class ClientSums:
    """Payments of all clients over some months, and the share of clients lost in a month."""

    revenue: Decimal | None
    margin: Decimal | None
    payments_n: Decimal | None
    clients_n: Decimal | None
    months: Decimal | None
    churn_month: Decimal | None


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """Average payment, payments a month, months a client stays, and what a client brings."""

    avg_check: Decimal | None
    freq: Decimal | None
    lifetime: Decimal | None
    ltv: Decimal | None


def client_state(
    asof: date,
    first: date | None,
    last: date | None,
    active_days: int = ACTIVE_DAYS,
    lost_days: int = LOST_DAYS,
) -> ClientState:
    """State by the first and the last payment; exactly `active_days` ago is still active."""
    if first is None or last is None:
        return ClientState.LEAD
    silent = (asof - last).days
    if silent > lost_days:
        return ClientState.LOST
    if silent > active_days:
        return ClientState.SLEEPING
    return ClientState.NEW if (asof - first).days <= active_days else ClientState.ACTIVE


def rfm(payments: Iterable[tuple[date, Decimal]], asof: date, limits: RfmBounds) -> Rfm:
    """Points and segment of a client; payments after asof are ignored."""
    known = [(day, amount) for day, amount in payments if day <= asof]
    positive = [day for day, amount in known if amount > 0]
    if not positive:
        return Rfm(None, None, None, Segment.LEAD)
    often = sum((asof - day).days < limits.window_days for day in positive)
    window = [amount for day, amount in known if (asof - day).days < limits.window_days]
    return rfm_of((asof - max(positive)).days, often, sum(window, ZERO), limits)


def rfm_of(silent: int, often: int, net: Decimal, limits: RfmBounds) -> Rfm:
    """Points and segment by days since the last payment, their number and sum in the window."""
    recency = TOP - bisect_left(limits.recency, silent)
    frequency = 1 + bisect_right(limits.frequency, often)
    money = 1 + bisect_right(limits.money, net)
    return Rfm(recency, frequency, money, _segment(recency, frequency, money))


def audit(
    clients: Mapping[str, Sequence[date]], period: Period, active_days: int = AUDIT_ACTIVE_DAYS
) -> Audit:
    """How the number of active clients changed over a period."""
    paid = [sorted(days) for days in clients.values() if days]
    at_start = [_active(days, period.start - DAY, active_days) for days in paid]
    at_end = [_active(days, period.last, active_days) for days in paid]
    new = [days[0] in period for days in paid]
    return audit_of(zip(at_start, at_end, new, strict=True))


def audit_of(clients: Iterable[tuple[bool, bool, bool]]) -> Audit:
    """The same from three answers a client: active before, active at the end, paid first within."""
    rows = list(clients)
    start, end = sum(row[0] for row in rows), sum(row[1] for row in rows)
    lost = sum(before and not after for before, after, _ in rows)
    return Audit(
        start=start,
        new=sum(after and fresh for _, after, fresh in rows),
        returned=sum(after and not before and not fresh for before, after, fresh in rows),
        lost=lost,
        end=end,
        churn=ratio(lost, start),
        dynamics_pct=r2(HUNDRED * Fraction(end - start, start)) if start else None,
    )


def lifetime_value(sums: ClientSums) -> LifetimeValue:
    """What a client brings over the months it stays."""
    check = quotient(sums.revenue, sums.payments_n)
    freq = quotient(quotient(sums.payments_n, sums.clients_n), sums.months)
    months = quotient(1, sums.churn_month)
    share = quotient(sums.margin, sums.revenue)
    value: Fraction | None = None
    if check is not None and freq is not None and months is not None and share is not None:
        value = check * freq * share * months
    return LifetimeValue(
        r2_or_none(check), None if freq is None else r4(freq), r2_or_none(months), r2_or_none(value)
    )


def lifetime(
    clients: Iterable[tuple[date, date]], asof: date, active_days: int = AUDIT_ACTIVE_DAYS
) -> Decimal | None:
    """Mean months from the first to the last payment; to asof while a client is active."""
    lives = [
        ((asof if (asof - last).days < active_days else last) - first).days / DAYS_IN_MONTH
        for first, last in clients
    ]
    return r2_or_none(mean(lives))


def _segment(recency: int, frequency: int, money: int) -> Segment:
    if recency >= 4 and frequency >= 4:
        return Segment.BEST
    if recency >= 4 and frequency <= 1:
        return Segment.NEW
    if recency >= 3:
        return Segment.LOYAL
    if recency == 2:
        dear = frequency >= 3 or money >= 4
        return Segment.AT_RISK if dear else Segment.SLEEPING
    return Segment.LOST


def _active(days: Sequence[date], on: date, active_days: int) -> bool:
    """Whether a payment lies in the days up to and including `on`."""
    return any(on - timedelta(days=active_days) < day <= on for day in days)
