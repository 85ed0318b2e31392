"""Deals that are worked on today, and those that were lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from model.values import Value
from sync.founding.demo import words
from sync.founding.demo.firms import inn
from sync.founding.demo.world import DAY, MONTHS, SELLERS, Deal, Firm, World
from sync.founding.first_rows import STAGES

OPEN_SHARE = 0.09
OPEN = {
    name: (weight, norm or 0)
    for (name, _, norm, _), weight in zip(STAGES, (26, 30, 25, 8, 11), strict=False)
}
"""Weight and norm of days of each open stage."""
LADDER = tuple(OPEN)
OFFER, CONTRACT, INVOICE = LADDER[1], LADDER[3], LADDER[4]
TYPICAL = 9.8
"""Logarithm of a usual sum: about 18,000 roubles."""


def make_open(world: World) -> None:
    """Deals of today: each in time, with a dated step. Flaws are planted later."""
    count = round(world.size.deals * OPEN_SHARE)
    for place in range(count):
        seller = SELLERS[place % len(SELLERS)]
        firm = world.chance.choice(world.of(seller))
        stage = world.pick([(name, weight) for name, (weight, _) in OPEN.items()])
        world.deals.append(_open(world, firm, stage))


def _open(world: World, firm: Firm, stage: str) -> Deal:
    chance, order = world.chance, LADDER.index(stage)
    entered = world.asof - chance.randint(0, OPEN[stage][1]) * DAY
    made = entered - order * chance.randint(1, 6) * DAY
    firm.since = min(firm.since, made)
    if order >= LADDER.index(CONTRACT) and firm.values["inn"] is None:
        firm.values["inn"] = inn(world, person=firm.values["type"] == "ИП")
    values: dict[str, Value] = {
        "stage": stage,
        "amount": _amount(world) if order or world.likely(0.5) else None,
        "next_step": chance.choice(words.STEPS[stage]),
        "step_on": world.workday(
            chance.choices((0, 1, 2, 3, 5, 7, 10), (12, 20, 18, 15, 15, 12, 8))[0]
        ),
        "expected_on": _expected(world, stage),
        "note": chance.choice(words.NOTES) if world.likely(0.25) else None,
        "product": chance.choice(words.PRODUCTS),
        "channel": firm.values["source"],
        "stage_on": entered,
        "max_stage": stage,
        "offer_on": made + (entered - made) / 2 if order else None,
        "invoice_on": entered if stage == INVOICE else None,
    }
    return Deal(world.new_id(), firm, made, values)


def _expected(world: World, stage: str) -> Value:
    order = LADDER.index(stage)
    if stage == INVOICE:
        return world.workday(world.chance.randint(1, 12))
    if order and world.likely(0.75):
        return world.workday(world.chance.randint(3, 50))
    return None


def _amount(world: World) -> Decimal:
    return Decimal(max(round(world.chance.lognormvariate(TYPICAL, 0.9) / 100), 10) * 100)


def make_lost(world: World) -> None:
    """Lost deals: as many as are missing to the whole number."""
    days = world.workdays(world.asof - MONTHS * 30 * DAY, world.asof)
    while len(world.deals) < world.size.deals:
        seller = SELLERS[len(world.deals) % len(SELLERS)]
        firm = world.chance.choice(world.of(seller))
        world.deals.append(_lost(world, firm, world.chance.choice(days[:-1])))


def _lost(world: World, firm: Firm, closed: date) -> Deal:
    chance = world.chance
    furthest = chance.choices(LADDER, (40, 34, 18, 5, 3))[0]
    order = LADDER.index(furthest)
    made = closed - chance.randint(2, 40) * DAY
    firm.since = min(firm.since, made)
    values: dict[str, Value] = {
        "stage": "Отказ",
        "amount": _amount(world) if order else None,
        "lost_reason": world.pick(words.REASONS),
        "product": chance.choice(words.PRODUCTS),
        "channel": firm.values["source"],
        "stage_on": closed,
        "closed_on": closed,
        "max_stage": furthest,
        "offer_on": made + (closed - made) / 3 if order else None,
        "invoice_on": made + (closed - made) / 2 if furthest == INVOICE else None,
    }
    return Deal(world.new_id(), firm, made, values)
