"""The demo team put together: five people under one head, and everything they did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from formulas.russia import seed as calendar_of
from model.blueprint import Blueprint
from sync.founding.content import Content
from sync.founding.demo.calls import call_content, plan_of_talks
from sync.founding.demo.firms import make_firms
from sync.founding.demo.flaws import plant
from sync.founding.demo.leads import lead_rows
from sync.founding.demo.past import look_back
from sync.founding.demo.rows import sale_rows
from sync.founding.demo.won import FRESH, TWO_PARTS, make_won
from sync.founding.demo.working import make_lost, make_open
from sync.founding.demo.world import MONTHS, SELLERS, S, Seller, Size, World
from sync.founding.first_rows import MONEY_METRIC, NewPerson, Pay
from sync.founding.founding import Build, Founding, Ground, found

HEAD, HELPER = "Орлов Михаил", "Олег, 8 916 000-00-00"
PAY = Pay(
    salary=Decimal(40_000),
    tiers=((Decimal(0), Decimal(3)), (Decimal(1_000_000), Decimal(4))),
    new_client=Decimal(3000),
    late_step=Decimal(500),
    forgiven=3,
)
ROUND = 10_000
"""Plans of money are whole multiples of it."""
MONTHLY_GROWTH = 0.01


def found_demo(  # noqa: PLR0913  # the world of a founding, as of `found`
    folder: Path,
    root: Path,
    *,
    blueprint: Blueprint,
    random_bytes: Callable[[int], bytes],
    now: datetime,
    build: Build,
    seed: int,
    size: Size = S,
) -> Path:
    """State directory of a new demo team."""
    founding = demo_founding(folder, now.date(), size=size)
    return found(
        founding,
        root,
        blueprint=blueprint,
        random_bytes=random_bytes,
        now=now,
        build=build,
        fill=demo_content(blueprint, seed=seed, size=size),
        then=lambda writer: look_back(writer, blueprint, founding, now),
    )


def demo_founding(folder: Path, asof: date, *, size: Size = S) -> Founding:
    """The team, its pay and its plans for the year of a day."""
    people = tuple(
        NewPerson(s.name, s.department, PAY, _plans(s, asof, size), s.extension) for s in SELLERS
    )
    return Founding(folder, HEAD, people, HELPER)


def demo_content(blueprint: Blueprint, *, seed: int, size: Size = S) -> Callable[[Ground], Content]:
    """What fills the store of the demo: equal seeds, moments and ids give equal rows."""

    def fill(ground: Ground) -> Content:
        year = ground.now.year
        calendar = calendar_of(range(year - 2, year + 2))
        world = World(Random(seed), size, ground.now, calendar, ground.new_id)  # noqa: S311  # no secret
        make_firms(world)
        make_won(world)
        make_open(world)
        make_lost(world)
        plant(world)
        calls = call_content(world)
        tables = {**sale_rows(world, blueprint), "leads": lead_rows(world), **calls.tables}
        return Content(tables, calls.parts)

    return fill


def _plans(seller: Seller, asof: date, size: Size) -> dict[str, tuple[Decimal | None, ...]]:
    """Money grows month by month to the person's plan of today; the rest is the same all year."""
    money = tuple(
        Decimal(round(seller.plan * (1 + MONTHLY_GROWTH * (month - asof.month)) / ROUND) * ROUND)
        for month in range(1, 13)
    )
    wins = size.payments_a_month / len(SELLERS) / (1 + TWO_PARTS)
    offers = size.deals / MONTHS / len(SELLERS) * 0.8
    counts = {
        "Выигранные сделки": max(round(wins), 1),
        "Новые клиенты": max(round(wins * FRESH), 1),
        "Звонки": plan_of_talks(size.calls_a_month),
        "КП отправлено": max(round(offers), 1),
    }
    return {MONEY_METRIC: money, **{name: (Decimal(n),) * 12 for name, n in counts.items()}}
