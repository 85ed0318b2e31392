"""What a channel costs and brings, and to which channel revenue belongs (METRICS.md section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from formulas.owners import NOT_STATED
from formulas.rounding import ONE, ZERO, pct, quotient, r2_or_none, ratio, split

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

UNDEFINED_CHANNEL = "(не определён)"
WINDOW_DAYS = 90


class Attribution(Enum):
    """Which touch earns the revenue."""

    FIRST = "first"
    LAST = "last"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True)
class ChannelSums:
    """What a channel cost and brought in a period."""

    cost: Decimal | None
    clicks: Decimal | None = None
    leads: Decimal | None = None
    deals: Decimal | None = None
    new_clients: Decimal | None = None
    revenue: Decimal | None = None
    margin: Decimal | None = None
    client_month_margin: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ChannelEconomy:
    """Costs per click, lead, deal and new client, and what comes back."""

    cpc: Decimal | None
    cpl: Decimal | None
    cpd: Decimal | None
    cac: Decimal | None
    avg_check: Decimal | None
    lead_to_deal: Decimal | None
    romi: Decimal | None
    cost_share: Decimal | None
    payback_months: Decimal | None


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact of a client with a channel."""

    channel: str | None
    day: date


def economy(sums: ChannelSums) -> ChannelEconomy:
    """The economy of a channel; a ratio without a positive divisor is undefined."""
    acquisition = quotient(sums.cost, sums.new_clients)
    profit = None if sums.margin is None or sums.cost is None else sums.margin - sums.cost
    return ChannelEconomy(
        cpc=r2_or_none(quotient(sums.cost, sums.clicks)),
        cpl=r2_or_none(quotient(sums.cost, sums.leads)),
        cpd=r2_or_none(quotient(sums.cost, sums.deals)),
        cac=r2_or_none(acquisition),
        avg_check=r2_or_none(quotient(sums.revenue, sums.deals)),
        lead_to_deal=ratio(sums.deals, sums.leads),
        romi=pct(profit, sums.cost),
        cost_share=pct(sums.cost, sums.revenue),
        payback_months=r2_or_none(quotient(acquisition, sums.client_month_margin)),
    )


def attribute(
    mode: Attribution,
    revenue: Decimal,
    touches: Iterable[Touch],
    won_on: date,
    window_days: int = WINDOW_DAYS,
) -> dict[str, Decimal]:
    """Revenue by channel from the touches before the deal was won, within the window."""
    known = [touch for touch in touches if 0 <= (won_on - touch.day).days <= window_days]
    if not known:
        return {UNDEFINED_CHANNEL: revenue}
    if mode is Attribution.FIRST:
        known = [min(known, key=lambda touch: touch.day)]
    if mode is Attribution.LAST:
        known = [max(known, key=lambda touch: touch.day)]
    parts: dict[str, Decimal] = {}
    shares = split(revenue, [ONE] * len(known)) or ()
    for touch, part in zip(known, shares, strict=True):
        channel = touch.channel or NOT_STATED
        parts[channel] = parts.get(channel, ZERO) + part
    return parts
