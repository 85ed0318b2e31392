"""Who is meant: a client's name, INN, phone or number typed into a deal, lead or payment.

Exactly one fit is a link. No fit and nobody alike makes a client. Anything else is a question,
never a guess (UX section 5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from model.keys import company_key
from model.records import Record
from model.values import Value
from sync.identity import inn_keys, number_keys
from sync.remembered import Kept
from sync.scene import fold, text

ALIKE = 88
"""Name ratio from which a new name is asked about instead of being made a client."""


@dataclass(frozen=True, slots=True)
class Match:
    """Clients that a text fits; `near` is the one it resembles when it fits none."""

    fits: tuple[str, ...] = ()
    near: str | None = None


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """INNs, numbers without extensions and name of a client, as `sync.identity` reads them."""

    inns: tuple[str, ...]
    phones: tuple[str, ...]
    name: str


@dataclass(slots=True)
class ClientBook:
    """Clients by number, INN, phone and name; rows are added as they are made."""

    joined: Mapping[str, str]
    """Loser -> main of merged pairs."""
    numbers: dict[str, str] = field(default_factory=dict)
    inns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phones: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, client: Record, number: str) -> None:
        """Make a client findable."""
        self.put(client.row_id, number, keys_of(client))

    def put(self, row_id: str, number: str, keys: ClientKeys) -> None:
        """Make a client findable by keys that are known already."""
        row_id = self.joined.get(row_id, row_id)
        if number:
            self.numbers[fold(number)] = row_id
        for inn in keys.inns:
            self.inns[inn].add(row_id)
        for phone in keys.phones:
            self.phones[phone].add(row_id)
        if keys.name:
            self.names[keys.name].add(row_id)

    def fits(self, typed: Value) -> tuple[str, ...]:
        """Clients that what a person typed fits: a number, an INN, a phone or a name."""
        shown = "" if typed is None else str(typed)
        exact = self.numbers.get(fold(shown))
        if exact:
            return (exact,)
        for keys, found in ((inn_keys, self.inns), (number_keys, self.phones)):
            fitting = {row for key in keys(typed) for row in found.get(key, ())}
            if fitting:
                return tuple(sorted(fitting))
        return tuple(sorted(self.names.get(company_key(shown).core, ())))

    def match(self, typed: str) -> Match:
        """Clients meant by what a person typed, else the one whose name it resembles."""
        fits = self.fits(typed)
        if fits:
            return Match(fits)
        name = company_key(typed).core
        near = process.extractOne(name, list(self.names), scorer=fuzz.ratio, score_cutoff=ALIKE)
        return Match() if near is None else Match(near=min(self.names[near[0]]))


def keys_of(client: Record) -> ClientKeys:
    """What a client is found by beside its number."""
    name = company_key(text(client, "name")).core
    return ClientKeys(
        inn_keys(client.values.get("inn")), number_keys(client.values.get("phone")), name
    )


def client_book(
    clients: Mapping[str, Record],
    joined: Mapping[str, str],
    number: Callable[[str], str],
    known: Kept[str, Record, ClientKeys] | None = None,
) -> ClientBook:
    """All clients, ready to be looked up."""
    book = ClientBook(joined)
    for row_id, keys in (known or Kept()).over(clients, keys_of, around=()).items():
        book.put(row_id, number(row_id), keys)
    return book
