"""Planted mistakes: what a real list of a real team is full of, in numbers that are known.

Each takes deals or clients that no other mistake has touched, so that every one can be found.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sync.founding.demo.firms import inn
from sync.founding.demo.planted import (
    ALIKE,
    BAD_EMAIL,
    BAD_INN,
    HALF_PAID,
    LATE_MONEY,
    LATE_STEPS,
    NO_AMOUNT,
    NO_DATE,
    NO_REASON,
    NO_STEP,
    SAME_INN,
    SAME_PHONE,
    SHORT_PHONE,
    STUCK,
    TEXT_AMOUNT,
    TYPO,
    UNLINKED,
)
from sync.founding.demo.working import CONTRACT, INVOICE, LADDER, OFFER
from sync.founding.demo.world import DAY, SELLERS, Deal, Firm, Payment, S, Stray, World

TEXT_AMOUNTS = ("300т", "1,5 млн", "сорок тысяч", "85т.р.", "по прайсу", "120 тыс")
STAGE_TYPO = "Переговры"
NO_EMAIL = ("Форма обратной связи", "нет", "по телефону")
STRANGERS = ("ИП Заболотный К.В.", "ООО «Ракурс-2»", "Хворостов Илья Петрович")


def plant(world: World) -> None:
    """All mistakes."""
    _clients(world)
    _deals(world)
    _money(world)


def _clients(world: World) -> None:
    flaws, spare = world.size.flaws, world.spare
    payers = list({deal.firm.row_id: deal.firm for deal in world.deals if deal.payments}.values())
    models = iter(world.chance.sample(payers, k=len(payers)))
    for number in range(flaws(SAME_INN)):
        _same_inn(next(models), spare.pop(), number)
    for _ in range(flaws(SAME_PHONE)):
        _same_phone(world, next(models), spare.pop())
    hyphened = (firm for firm in models if "-" in firm.name)
    for _ in range(flaws(ALIKE)):
        _alike(next(hyphened), spare.pop())
    for number in range(flaws(BAD_INN)):
        digits = inn(world, person=False)
        wrong = digits[:-1] + str((int(digits[-1]) + 1 + number % 8) % 10)
        spare.pop().values["inn"] = wrong
    for number in range(flaws(SHORT_PHONE)):
        spare.pop().values["phone"] = f"{41 + number}-{10 + 3 * number:02}-{99 - number}"
    for number in range(flaws(BAD_EMAIL)):
        spare.pop().values["email"] = NO_EMAIL[number % len(NO_EMAIL)]


def _same_inn(model: Firm, twin: Firm, number: int) -> None:
    """The same firm entered again: its INN, its name in another spelling."""
    form, _, core = model.name.replace("«", "").replace("»", "").partition(" ")
    spellings = (f"{core} {form}", core.upper(), f'{form} "{core}"', core)
    twin.values["inn"] = model.values["inn"]
    _rename(twin, spellings[number % len(spellings)], model)


def _same_phone(world: World, model: Firm, twin: Firm) -> None:
    """The same phone, no INN, nearly the same name."""
    model.values["phone"] = (
        model.values["phone"] or f"+7 (999) 000-{world.chance.randint(10, 99)}-00"
    )
    twin.values["phone"] = model.values["phone"]
    twin.values["inn"] = None
    _rename(twin, model.name.partition(" ")[2].strip("«»"), model)


def _alike(model: Firm, twin: Firm) -> None:
    """One name written together in one row and with a hyphen in the other."""
    twin.values["inn"] = None
    _rename(twin, model.name.replace("-", ""), model)


def _rename(twin: Firm, name: str, model: Firm) -> None:
    twin.name = name
    twin.values |= {"name": name, "city": model.values["city"], "type": model.values["type"]}
    twin.values["email"] = None


def _deals(world: World) -> None:
    flaws, chance = world.size.flaws, world.chance
    lost = [deal for deal in world.deals if deal.values["stage"] == "Отказ"]
    for deal in sorted(lost, key=lambda d: d.made)[-flaws(NO_REASON) :]:
        deal.values["lost_reason"] = None
    pool = _Pool(world)
    for deal in pool.take(flaws(TYPO), lambda d: d.values["stage"] == LADDER[2]):
        deal.values["stage"] = STAGE_TYPO
    for place, deal in enumerate(pool.take(flaws(TEXT_AMOUNT), _needs_amount)):
        deal.values["amount"] = TEXT_AMOUNTS[place % len(TEXT_AMOUNTS)]
    for deal in pool.take(flaws(NO_AMOUNT), _needs_amount):
        deal.values["amount"] = None
    for deal in pool.take(flaws(NO_STEP)):
        deal.values |= {"next_step": None, "step_on": None}
    for deal in pool.take(flaws(NO_DATE)):
        deal.values["step_on"] = None
    for seller, late in zip(SELLERS, LATE_STEPS, strict=True):
        count = max(1, late * world.size.clients // S.clients)
        for deal in pool.take(count, _is_of(seller.name)):
            deal.values["step_on"] = world.asof - chance.randint(1, 9) * DAY
            deal.made -= 10 * DAY
    for deal in pool.take(flaws(STUCK), lambda d: d.values["stage"] in LADDER[1:4]):
        _linger(deal, chance.randint(16, 40))


def _needs_amount(deal: Deal) -> bool:
    return deal.values["stage"] in {OFFER, LADDER[2], CONTRACT}


def _is_of(name: str) -> Callable[[Deal], bool]:
    return lambda deal: deal.firm.owner == name


def _linger(deal: Deal, days: int) -> None:
    """Let a deal be older by that many days."""
    deal.made -= days * DAY
    for key in ("stage_on", "offer_on", "invoice_on"):
        on = deal.values.get(key)
        if isinstance(on, date):
            deal.values[key] = on - days * DAY


class _Pool:
    """Open deals that no mistake has touched yet, in chance order."""

    def __init__(self, world: World) -> None:
        self._deals = [d for d in world.deals if d.values["stage"] in LADDER[:4]]
        world.chance.shuffle(self._deals)

    def take(self, count: int, wanted: Callable[[Deal], bool] = lambda _: True) -> list[Deal]:
        """That many deals of the wanted sort, or all there are."""
        taken = [deal for deal in self._deals if wanted(deal)][:count]
        self._deals = [deal for deal in self._deals if deal not in taken]
        return taken


def _money(world: World) -> None:
    """Debts, half-paid deals, and money from strangers."""
    chance, flaws = world.chance, world.size.flaws
    billed = [deal for deal in world.deals if deal.values["stage"] == INVOICE]
    for place, deal in enumerate(billed[: flaws(LATE_MONEY)]):
        late = (4, 12, 33, 45, 62, 95)[place % 6]
        _linger(deal, late)
        deal.values["expected_on"] = world.asof - late * DAY
        deal.values["step_on"] = world.workday(1)
        amount = deal.amount
        if place % 3 == 0 and amount is not None:
            on = world.last_workdays(1, world.asof - (late + 1) * DAY)[0]
            deal.payments = [Payment(on, (amount / 2).quantize(Decimal(1)))]
    won = [d for d in world.deals if d.payments and d.values["stage"] != INVOICE]
    old = [d for d in won if 20 <= (world.asof - d.payments[-1].on).days <= 100]
    for deal in chance.sample(old, k=min(flaws(HALF_PAID), len(old))):
        deal.values["amount"] = 2 * sum((p.amount for p in deal.payments), Decimal(0))
    recent = world.last_workdays(6, world.asof)
    for place in range(flaws(UNLINKED)):
        on = recent[-1 - place % len(recent)]
        amount = Decimal(chance.randint(120, 900) * 50)
        stranger = STRANGERS[place % len(STRANGERS)]
        world.strays.append(
            Stray(Payment(on, amount), stranger, inn(world, person="ООО" not in stranger))
        )
