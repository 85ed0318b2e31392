"""Whose a row is, and which place it has among the rows of its client.

A client that was joined to another one stands for that one, so its rows are on the main card.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from model.blueprint import Blueprint
from model.records import Record
from model.values import Value
from sync.remembered import Kept
from sync.scene import Scene, StageKind, fold

CLIENT, DEAL = "client_id", "deal_id"
DAYS: Mapping[str, tuple[str, ...]] = {
    "deals": ("closed_on", "created_on"),
    "payments": ("date",),
    "tasks": ("due",),
    "calls": ("at",),
    "letters": ("at",),
    "documents": ("date",),
    "complaints": ("date",),
    "contacts": (),
}
"""Tables on the card, and the fields of the day by which their rows are put in order."""
MIDNIGHT = time()
LONG_AGO = datetime.combine(date.min, MIDNIGHT)
"""Where a row without a day stands."""
PHONE_DIGITS = 10


class Place(NamedTuple):
    """The client of a row, the person in whose book it stands, and what it is ordered by."""

    client: str
    person: str
    order: tuple[bool, datetime, int]


@dataclass(frozen=True, slots=True)
class CardKey:
    """The number of a row's client and the row's places among the client's, as cells show them."""

    client: str = ""
    every: str = ""
    own: str = ""
    """Among the rows of the same person."""


NOWHERE = CardKey()


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which client a row is of."""

    scene: Scene
    joined: Mapping[str, str]

    def client(self, record: Record) -> str | None:
        """Row id of the client, that of the main card for a joined one; a step goes by its deal."""
        linked = record.links.get(CLIENT)
        if record.table not in {"deals", "payments"}:
            deal = self.scene.rows["deals"].get(record.links.get(DEAL, ""))
            linked = (deal.links.get(CLIENT) if deal is not None else None) or linked
        main = None if linked is None else self.joined.get(linked, linked)
        return main if main in self.scene.rows["clients"] else None

    def place(self, record: Record) -> Place | None:
        """Where the row stands; None for one without a client."""
        client = self.client(record)
        if client is None:
            return None
        scope = self.scene.blueprint.tables[record.table].scope
        person = fold(record.values.get(scope)) if scope else ""
        return Place(client, person, self.order(record))

    def order(self, record: Record) -> tuple[bool, datetime, int]:
        """What the rows of a client are put in order by: the newest last, open deals after all."""
        days = (moment_of(record.values.get(field)) for field in self._days(record))
        at = next((day for day in days if day is not None), LONG_AGO)
        return self._is_open(record), at, record.number or 0

    def _days(self, record: Record) -> tuple[str, ...]:
        """An open deal goes by the day it was made, though it may have been closed once."""
        fields = DAYS[record.table]
        return fields[-1:] if record.table == "deals" and self._is_open(record) else fields

    def _is_open(self, record: Record) -> bool:
        if record.table != "deals":
            return False
        stage = self.scene.stage(record)
        return stage is None or stage.kind is StageKind.OPEN


def moment_of(value: Value) -> datetime | None:
    """A cell as a local moment; a day begins at midnight."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, MIDNIGHT) if isinstance(value, date) else None


@dataclass(slots=True)
class KnownKeys:
    """Places of the rows of one table as the last pass gave them."""

    places: Kept[str, Record, Place | None] = field(default_factory=Kept)
    seen: Mapping[str, Place | None] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    """By client, its rows."""
    keys: dict[str, CardKey] = field(default_factory=dict)

    def of(self, rows: Mapping[str, Record], belonging: Belonging) -> Mapping[str, CardKey]:
        """The key of every row that has a client; only clients whose rows moved are counted."""
        scene = belonging.scene
        clients, deals = scene.rows["clients"], scene.rows["deals"]
        by_deal = next(iter(rows.values())).table not in {"deals", "payments"} if rows else False

        def beside(record: Record) -> tuple[object, ...]:
            linked = record.links.get(CLIENT, "")
            client = clients.get(belonging.joined.get(linked, linked))
            number = None if client is None else client.number
            if not by_deal:
                return (number,)
            deal = deals.get(record.links.get(DEAL, ""))
            return (number, None if deal is None else deal.links.get(CLIENT))

        around = (scene.rows["stages"], repr(sorted(belonging.joined.items())))
        places = self.places.over(rows, belonging.place, around=around, beside=beside)
        if places is not self.seen:
            self._follow(places, lambda i: scene.number("clients", i))
        return self.keys

    def _follow(self, places: Mapping[str, Place | None], number: Callable[[str], str]) -> None:
        """Count anew the rows of every client that won, lost or moved one."""
        old, moved, keys = self.seen, set[str](), dict(self.keys)
        for row_id in {*old, *places}:
            was, now = old.get(row_id), places.get(row_id)
            if was is now:
                continue
            if was is not None:
                self.members[was.client].discard(row_id)
                moved.add(was.client)
            if now is not None:
                self.members.setdefault(now.client, set()).add(row_id)
                moved.add(now.client)
            keys.pop(row_id, None)
        for client in moved:
            mine = {i: place for i in self.members[client] if (place := places.get(i))}
            for row_id, key in ranked(mine, number(client)):
                if keys.get(row_id) != key:
                    keys[row_id] = key
        self.seen, self.keys = places, keys


def ranked(places: Mapping[str, Place], client: str) -> Iterable[tuple[str, CardKey]]:
    """Each row of a client with its key, counted from the oldest."""
    own: dict[str, int] = {}
    ordered = sorted(places, key=lambda i: (places[i].order, i))
    for every, row_id in enumerate(ordered, start=1):
        person = places[row_id].person
        own[person] = own.get(person, 0) + 1
        if client:
            yield row_id, CardKey(client, f"{client}|{every}", f"{client}|{own[person]}")


def last_digits(phone: str) -> str:
    """The ten digits by which the sheet finds a phone in any spelling; of several, the first."""
    number = phone.partition("|")[0].partition(";")[0]
    return number[-PHONE_DIGITS:] if number.startswith("+") else ""


def tables_on_card(blueprint: Blueprint) -> tuple[str, ...]:
    """The tables of the blueprint whose rows stand on the card."""
    return tuple(key for key in DAYS if key in blueprint.tables)
