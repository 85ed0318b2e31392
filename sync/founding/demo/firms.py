"""Clients of the demo: invented firms with true-looking numbers that belong to nobody.

INNs are of a tax office that does not exist (9900) with right check digits; phones have the mobile
codes with 000 after them; mailboxes end in .example, which nobody can register.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from model.values import Value
from sync.founding.demo import words
from sync.founding.demo.planted import spare_clients
from sync.founding.demo.world import DAY, SELLERS, Firm, World

FIRM_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
PERSON_WEIGHTS = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
OFFICE = "9900"
TRADERS = 0.18
"""Share of sole traders among the clients."""


def make_firms(world: World) -> None:
    """Fill the world with clients, evenly among people, the oldest first."""
    names, phones = _names(world), _phones(world)
    size = world.size.clients
    ages = sorted((world.chance.randint(0, 900) for _ in range(size)), reverse=True)
    spare = set(world.chance.sample(range(size), spare_clients(world.size)))
    for place, age in enumerate(ages):
        seller = SELLERS[place % len(SELLERS)]
        name, trader = next(names)
        cells = _cells(world, name, next(phones), seller.name, trader=trader)
        since = world.asof - age * DAY
        firm = Firm(world.new_id(), name, seller.name, cells, since)
        world.add(firm, spare=place in spare)


def _cells(world: World, name: str, phone: str, owner: str, *, trader: bool) -> dict[str, Value]:
    chance = world.chance
    city = world.pick(words.CITIES)
    core = name.replace("«", " ").replace("»", " ").split()
    mail = "-".join(core[1:]).casefold().translate(words.LATIN).replace(".", "")
    return {
        "name": name,
        "phone": phone if world.likely(0.93) else None,
        "contact": contact(world),
        "inn": inn(world, person=trader) if world.likely(0.6) else None,
        "city": city,
        "owner": owner,
        "email": f"zakaz@{mail}.example" if world.likely(0.55) else None,
        "industry": world.pick(words.INDUSTRIES),
        "source": world.pick(words.SOURCES),
        "address": f"{city}, {chance.choice(words.STREETS)}, {chance.randint(1, 90)}"
        if world.likely(0.4)
        else None,
        "type": "ИП" if trader else "юрлицо",
    }


def contact(world: World) -> str:
    """First name and patronymic of somebody."""
    root = world.chance.choice(words.FATHERS)
    if world.likely(0.5):
        return f"{world.chance.choice(words.MEN)} {root}ич"
    return f"{world.chance.choice(words.WOMEN)} {root}на"


def inn(world: World, *, person: bool) -> str:
    """A number of the office that does not exist, with right check digits, given once only."""
    while True:
        digits = _person_inn(world) if person else _firm_inn(world)
        if digits not in world.inns:
            world.inns.add(digits)
            return digits


def _firm_inn(world: World) -> str:
    digits = OFFICE + f"{world.chance.randrange(10**5):05}"
    return digits + _check(digits, FIRM_WEIGHTS)


def _person_inn(world: World) -> str:
    digits = OFFICE + f"{world.chance.randrange(10**6):06}"
    for weights in PERSON_WEIGHTS:
        digits += _check(digits, weights)
    return digits


def _check(digits: str, weights: tuple[int, ...]) -> str:
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=True))
    return str(total % 11 % 10)


def _names(world: World) -> Iterator[tuple[str, bool]]:
    """Names without a repeat, each with whether it is a sole trader."""
    firms = [f"{head}-{tail}" for head in words.HEADS for tail in words.TAILS]
    traders = [
        f"ИП {surname} {first[0]}.{father[0]}."
        for surname in words.TRADE_NAMES
        for first in words.MEN
        for father in words.FATHERS
    ]
    world.chance.shuffle(firms)
    traders = sorted(set(traders))
    world.chance.shuffle(traders)
    for number in count():
        if world.likely(TRADERS):
            yield traders[number % len(traders)], True
        else:
            yield f"{world.pick((('ООО', 90), ('АО', 10)))} «{firms[number % len(firms)]}»", False


def _phones(world: World) -> Iterator[str]:
    """Numbers without a repeat, as people type them."""
    places = world.chance.sample(range(100 * 10_000), world.size.clients + 200)
    for place in places:
        code, rest = 900 + place % 100, place // 100
        yield f"+7 ({code}) 000-{rest // 100:02}-{rest % 100:02}"
