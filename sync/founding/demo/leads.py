"""Requests of the last month: answered, lost, become deals, and those that nobody has answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from model.values import Value
from sync.founding.content import Rows
from sync.founding.demo import words
from sync.founding.demo.firms import contact
from sync.founding.demo.world import SELLERS, Deal, Firm, World

UNANSWERED = (4, 12, 21, 55, 180, 1500)
"""How many minutes ago the unanswered ones came; the term of an answer is half an hour."""
STATES = (("Стала сделкой", 40), ("В работе", 35), ("Брак", 25))


def lead_rows(world: World) -> Rows:
    """The table, the oldest first."""
    rows, now = Rows(), world.now.replace(tzinfo=None, second=0, microsecond=0)
    fresh = UNANSWERED[: max(2, world.size.leads // 10)]
    answered = max(world.size.leads - len(fresh), 0)
    ages = sorted((world.chance.randint(1600, 43_000) for _ in range(answered)), reverse=True)
    made = sorted((d for d in world.deals if d.values["stage"] == "Новая"), key=lambda d: d.made)
    for number, age in enumerate(ages, start=1):
        _old(world, rows, now - timedelta(minutes=age), made, number)
    for number, age in enumerate(sorted(fresh, reverse=True), start=answered + 1):
        known = world.of(SELLERS[0])[-number] if number % 3 == 0 else None
        _new(world, rows, now - timedelta(minutes=age), known, number)
    return rows


def _old(world: World, rows: Rows, at: datetime, made: list[Deal], number: int) -> None:
    state = world.pick(STATES)
    deal = made.pop() if state == "Стала сделкой" and made else None
    state = state if deal is not None or state != "Стала сделкой" else "В работе"
    seller = world.chance.choice(SELLERS)
    cells = _cells(world, at, None if deal is None else deal.firm, number) | {
        "state": state,
        "owner": seller.name if deal is None else deal.firm.owner,
        "first_reply": at + timedelta(minutes=round(world.chance.lognormvariate(2.7, 0.8))),
        "junk_reason": world.chance.choice(words.JUNK) if state == "Брак" else None,
    }
    links = {} if deal is None else {"client_id": deal.firm.row_id, "deal_id": deal.row_id}
    rows.add(world.new_id(), cells, **links)


def _new(world: World, rows: Rows, at: datetime, known: Firm | None, number: int) -> None:
    seller = world.chance.choice(SELLERS)
    cells = _cells(world, at, known, number) | {
        "state": "Новая",
        "owner": seller.name if known is None else known.owner,
    }
    rows.add(world.new_id(), cells, client_id=None if known is None else known.row_id)


def _cells(world: World, at: datetime, known: Firm | None, number: int) -> dict[str, Value]:
    source, utm = world.chance.choice(
        (("Сайт", None), ("Яндекс Директ", "yandex"), ("ВКонтакте", "vk"))
    )
    phone = None if known is None else known.values["phone"]
    return {
        "at": at,
        "name": contact(world).split()[0] if known is None else known.values["contact"],
        "phone": phone or f"+7 ({world.chance.randint(900, 999)}) 000-{number:02}-{at.minute:02}",
        "text": world.chance.choice(words.WISHES),
        "source": source,
        "utm_source": utm,
        "form": "Заявка с сайта",
        "number": f"demo-{number}",
    }
