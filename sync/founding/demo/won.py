"""Won deals and the money that came for them, month by month, so that plans are met as intended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from model.values import Value
from sync.founding.demo import words
from sync.founding.demo.firms import inn
from sync.founding.demo.world import (
    DAY,
    MONTHS,
    SELLERS,
    Deal,
    Firm,
    Month,
    Payment,
    Seller,
    World,
)

STEP = 50
"""Sums are whole multiples of it, in roubles."""
TWO_PARTS = 0.12
"""Share of deals paid in two parts."""
GROWTH = 0.011
"""By how much a month is better than the one before."""
FRESH = 0.08
"""Share of a month's deals that new clients make."""
LOST_FOR_GOOD = 2
"""Earlier buyers that stop buying each month, once there are many."""
COST_FROM, COST_TO = 0.68, 0.86


def make_won(world: World) -> None:
    """Won deals of all people with their payments."""
    for seller in SELLERS:
        buyers = _buyers(world, seller)
        for order, month in enumerate(world.months()):
            if month.days:
                _month(world, seller, month, order, buyers)


class _Buyers:
    """Who buys from a person: a few new clients each month, the earlier ones again and again."""

    def __init__(self, world: World, firms: list[Firm], at_once: int) -> None:
        self._world = world
        self._rest = firms
        self._known: list[Firm] = []
        self._at_once = at_once

    def of(self, count: int, fresh: int) -> list[Firm]:
        """Buyers of that many deals of a month, the new ones first."""
        wanted = min(count, self._at_once if not self._known else fresh, len(self._rest))
        new, self._rest = self._rest[:wanted], self._rest[wanted:]
        for firm in new:
            person = firm.values["type"] == "ИП"
            firm.values["inn"] = firm.values["inn"] or inn(self._world, person=person)
        again = self._world.chance.choices(self._known or new, k=count - len(new))
        self._known += new
        if len(self._known) > self._at_once * 3 // 2:
            del self._known[:LOST_FOR_GOOD]
        return [*new, *again]


def _buyers(world: World, seller: Seller) -> _Buyers:
    monthly = world.size.payments_a_month // len(SELLERS)
    firms = world.of(seller)
    world.chance.shuffle(firms)
    return _Buyers(world, firms, max(monthly * 4 // 5, 3))


def _month(world: World, seller: Seller, month: Month, order: int, buyers: _Buyers) -> None:
    chance = world.chance
    monthly = world.size.payments_a_month / len(SELLERS) / (1 + TWO_PARTS)
    current = month.days[-1].replace(day=1) == world.asof.replace(day=1)
    count = max(round(monthly * month.share * chance.uniform(0.9, 1.1)), 1)
    growth = 1 - GROWTH * (MONTHS - 1 - order)
    pace = seller.pace if current else chance.uniform(0.84, 1.2) * growth
    target = seller.plan * pace * month.share
    fresh = int(count * FRESH * chance.uniform(0.6, 1.4) + chance.random())
    days = [
        sorted(chance.choices(month.days, k=2 if world.likely(TWO_PARTS) else 1))
        for _ in range(count)
    ]
    weights = [chance.lognormvariate(0, 0.9) for _ in days]
    whole = sum(weights)
    for firm, dates, weight in zip(buyers.of(count, fresh), days, weights, strict=True):
        amount = max(round(target * weight / whole / STEP), 1) * STEP
        world.deals.append(_deal(world, firm, dates, Decimal(amount)))


def _deal(world: World, firm: Firm, dates: list[date], amount: Decimal) -> Deal:
    chance = world.chance
    last = dates[-1]
    made = dates[0] - chance.randint(4, 45) * DAY
    invoiced = max(made, dates[0] - chance.randint(1, 6) * DAY)
    offered = made + (invoiced - made) * chance.uniform(0.1, 0.6)
    cost = amount * Decimal(str(round(chance.uniform(COST_FROM, COST_TO), 3)))
    values: dict[str, Value] = {
        "stage": "Успешно",
        "amount": amount,
        "expected_on": last,
        "product": chance.choice(words.PRODUCTS),
        "channel": firm.values["source"],
        "cost": cost.quantize(Decimal(1)),
        "offer_on": offered,
        "invoice_on": invoiced,
        "stage_on": last,
        "closed_on": last,
        "max_stage": "Успешно",
    }
    firm.since = min(firm.since, made)
    return Deal(world.new_id(), firm, made, values, _parts(dates, amount))


def _parts(dates: list[date], amount: Decimal) -> list[Payment]:
    if len(dates) == 1:
        return [Payment(dates[0], amount)]
    first = amount // 2 // STEP * STEP or amount / 2
    return [Payment(dates[0], first), Payment(dates[1], amount - first)]
