"""What the rules look at, taken from the rows of the team."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from model.records import Record
from sync.assigning.choosing import LEADS_ALREADY, Choice, Colleague, Newcomer, State, choose
from sync.assigning.rules import TABLE, Given, Read, read_rules
from sync.identity import inn_keys, numbers_in
from sync.scene import Scene, StageKind, amount, day, fold, text
from sync.settle.clients import ClientBook

CLIENT, RULE = "client_id", "rule"
FAIR_DAYS = timedelta(days=30)
"""How far back «по весам» looks: somebody new need not catch up with a whole year."""
WAITING = frozenset({"", "новая"})
IN_WORK = frozenset({"", "новая", "в работе"})
SEGMENTS = ("segment", "industry", "type", "status")
_CYRILLIC, _LATIN = re.compile(r"[а-яё]", re.IGNORECASE), re.compile(r"[a-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Distribution:
    """Rules, people and what was given out so far, of a team on a day."""

    read: Read
    people: tuple[Colleague, ...]
    leads: State
    base: State

    def choose(self, newcomer: Newcomer, given: Given) -> tuple[Choice, Distribution]:
        """Whom a newcomer goes to, and the distribution after that."""
        state = self.leads if given is Given.LEAD else self.base
        choice = choose(newcomer, self.read.of(given), self.people, state)
        leads = self.leads.after(choice) if given is Given.LEAD else self.leads
        base = self.base.after(choice) if given is Given.BASE else self.base
        return choice, Distribution(self.read, self.people, leads, base)


def distribution(scene: Scene) -> Distribution:
    """The rules of the sheet with the people who sell and what they have in work."""
    names = [person.name for person in scene.people if person.active]
    return Distribution(
        read_rules(scene.rows.get(TABLE, {}).values(), names),
        colleagues(scene),
        _state(scene, scene.rows["leads"].values(), IN_WORK),
        _state(scene, scene.rows["clients"].values(), None),
    )


def colleagues(scene: Scene) -> tuple[Colleague, ...]:
    """Active people in the order of the list, with who sells and who is away today."""
    away = absent_on(scene, scene.asof)
    return tuple(
        Colleague(
            person.name,
            person.department,
            absent=fold(person.name) in away,
            sells=person.sells,
        )
        for person in scene.people
        if person.active
    )


def absent_on(scene: Scene, today: date) -> frozenset[str]:
    """Folded names of those whom «Отсутствия» has away; without «По» one is away until further."""
    return frozenset(
        fold(row.values.get("who"))
        for row in scene.rows.get("absences", {}).values()
        if (start := day(row, "from")) is not None
        and start <= today
        and (day(row, "to") is None or today <= (day(row, "to") or today))
    )


def _state(scene: Scene, rows: Iterable[Record], in_work: frozenset[str] | None) -> State:
    load, given = Counter[str](), Counter[tuple[str, str]]()
    last: dict[str, tuple[int, str]] = {}
    for row in rows:
        owner, rule = text(row, "owner"), text(row, RULE)
        if not owner:
            continue
        if in_work is None or fold(row.values.get("state")) in in_work:
            load[fold(owner)] += 1
        if rule and rule != LEADS_ALREADY:
            if row.created_at is None or row.created_at >= scene.now - FAIR_DAYS:
                given[rule, fold(owner)] += 1
            last[rule] = max(last.get(rule, (-1, "")), (row.number or 0, owner))
    return State(dict(load), dict(given), {rule: owner for rule, (_, owner) in last.items()})


def fired(scene: Scene) -> Mapping[str, int]:
    """How many rows each rule gave out, by its name."""
    every = (*scene.rows["leads"].values(), *scene.rows["clients"].values())
    return Counter(rule for row in every if (rule := text(row, RULE)))


def lead_of(scene: Scene, lead: Record, clients: ClientBook | None = None) -> Newcomer:
    """A lead as the rules look at it; whose the client is already, is said too.

    `clients` find the client of a lead that no pass has linked yet.
    """
    known = lead.links.get(CLIENT) or _fitting(lead, clients)
    client = scene.rows["clients"].get(known)
    words = f"{text(lead, 'text')} {text(lead, 'form')}"
    return Newcomer(
        at=scene.now.replace(tzinfo=None),
        source=fold(text(lead, "source") or text(lead, "utm_source")),
        town=fold(text(lead, "city") or ("" if client is None else text(client, "city"))),
        phone=_phone(lead),
        inn=_inn(lead) or ("" if client is None else _inn(client)),
        product=fold(text(lead, "product")),
        wants=fold(words),
        segments=frozenset() if client is None else segments_of(client),
        amount=amount(lead, "amount"),
        language=language_of(f"{text(lead, 'name')} {words}"),
        owner="" if client is None else text(client, "owner"),
    )


def _fitting(lead: Record, clients: ClientBook | None) -> str:
    """The one client of the lead's phone or INN, empty for none."""
    if clients is None:
        return ""
    for typed in (text(lead, "phone"), text(lead, "inn")):
        fits = clients.fits(typed) if typed else ()
        if len(fits) == 1:
            return fits[0]
    return ""


def client_of(scene: Scene, client: Record, deals: Iterable[Record] = ()) -> Newcomer:
    """A client of the base as the rules look at it; who works on its open deals leads it."""
    deals = tuple(deals)
    working = [
        text(deal, "owner")
        for deal in deals
        if (stage := scene.stage(deal)) is not None and stage.kind is StageKind.OPEN
    ]
    sums = [value for deal in deals if (value := amount(deal, "amount")) is not None]
    return Newcomer(
        at=scene.now.replace(tzinfo=None),
        source=fold(text(client, "source")),
        town=fold(text(client, "city")),
        phone=_phone(client),
        inn=_inn(client),
        product=next((fold(p) for deal in deals if (p := text(deal, "product"))), ""),
        wants=fold(f"{text(client, 'interests')} {text(client, 'note')}"),
        segments=segments_of(client),
        amount=sum(sums, start=sums[0] * 0) if sums else None,
        language=language_of(text(client, "name")),
        owner=next(filter(None, working), ""),
    )


def segments_of(client: Record) -> frozenset[str]:
    """Everything that a rule may call the client's segment, folded."""
    return frozenset(word for key in SEGMENTS if (word := fold(client.values.get(key))))


def language_of(words: str) -> str:
    """The language that the letters are of, empty where there are none."""
    if _CYRILLIC.search(words):
        return "русский"
    return "английский" if _LATIN.search(words) else ""


def _inn(row: Record) -> str:
    return next(iter(inn_keys(row.values.get("inn"))), "")


def _phone(row: Record) -> str:
    """The first number of the cell as bare digits."""
    return next(iter(numbers_in(row.values.get("phone"))), "").lstrip("+")
