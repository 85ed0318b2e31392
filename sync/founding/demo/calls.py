"""A year of calls: the last two weeks as rows, the days before as one row of sums each.

Fifty thousand rows would burden every book for nothing, so an older day of a person is one row of
the table `call_days`, which stands in the store only: how many calls, how many of them talks.
Both kinds add to the same measure, talks of at least ten seconds (METRICS section 3).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from model.figures import Measure
from model.records import Contribution
from model.values import Value
from sync.figures.contribute import TALK_SECONDS, call_parts
from sync.founding.content import Content, Rows
from sync.founding.demo.world import SELLERS, Seller, World

DAYS_TABLE = "call_days"
SHOWN_DAYS = 14
USUAL_SECONDS = 140
TALKED = 0.46
"""Share of calls that became talks."""
PACE = (1.0, 1.15, 0.95, 0.7, 1.05)
"""How much each person calls, beside the average."""
FIRST, LAST = time(9, 5), time(17, 55)
ONE = 100
"""A whole count in the sums."""


def call_content(world: World) -> Content:
    """Calls as rows and sums."""
    calls, days = Rows(), Rows()
    parts: dict[str, dict[str, tuple[Contribution, ...]]] = {"calls": {}, DAYS_TABLE: {}}
    dates = [day for month in world.months() for day in month.days]
    daily = world.size.calls_a_month * len(world.months()) / len(dates) / len(SELLERS)
    for day in dates:
        for seller, pace in zip(SELLERS, PACE, strict=True):
            count = max(round(world.chance.gauss(daily * pace, daily * 0.15)), 0)
            if (world.asof - day).days < SHOWN_DAYS:
                parts["calls"] |= _calls(world, calls, seller, day, count)
            else:
                parts[DAYS_TABLE] |= _day(world, days, seller, day, count)
    return Content({"calls": calls, DAYS_TABLE: days}, parts)


def plan_of_talks(world_calls: int) -> int:
    """Talks a month that a person should have."""
    return max(round(world_calls / len(SELLERS) * TALKED / 10) * 10, 5)


def _day(
    world: World, rows: Rows, seller: Seller, day: date, count: int
) -> dict[str, tuple[Contribution, ...]]:
    row_id = f"{seller.name}|{day.isoformat()}"
    talks = round(count * world.chance.uniform(TALKED - 0.08, TALKED + 0.08))
    cells: dict[str, Value] = {
        "manager": seller.name,
        "day": day,
        "calls": Decimal(count),
        "talks": Decimal(talks),
    }
    rows.add(row_id, cells)
    return {row_id: _parts(seller, day, count, talks)}


def _calls(
    world: World, rows: Rows, seller: Seller, day: date, count: int
) -> dict[str, tuple[Contribution, ...]]:
    now = world.now.replace(tzinfo=None)
    first = datetime.combine(day, FIRST)
    length = (datetime.combine(day, LAST) - first).seconds
    moments = sorted(
        first + timedelta(seconds=world.chance.randrange(length)) for _ in range(count)
    )
    firms = [firm for firm in world.of(seller) if firm.values["phone"]]
    parts: dict[str, tuple[Contribution, ...]] = {}
    for at in (moment for moment in moments if moment <= now):
        firm, row_id = world.chance.choice(firms), world.new_id()
        talked = world.likely(TALKED)
        seconds = round(world.chance.lognormvariate(4.6, 0.8)) + TALK_SECONDS if talked else 0
        cells: dict[str, Value] = {
            "at": at,
            "dir": "входящий" if world.likely(0.2) else "исходящий",
            "number": firm.values["phone"],
            "client_id": firm.name,
            "manager": seller.name,
            "seconds": Decimal(seconds),
            "answered": talked,
            "source_id": f"demo-{len(rows.values) + 1}",
        }
        rows.add(row_id, cells, client_id=firm.row_id)
        parts[row_id] = call_parts(cells)
    return parts


def _parts(seller: Seller, day: date, count: int, talks: int) -> tuple[Contribution, ...]:
    """A day's calls: talks, the other attempts, the length of the talks."""
    sums = (
        (Measure.CALLS, talks),
        (Measure.TRIES, count - talks),
        (Measure.TALK, talks * USUAL_SECONDS),
    )
    return tuple(Contribution(m, seller.name, day, total * ONE) for m, total in sums if total)
