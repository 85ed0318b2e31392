"""Who is meant: a client's name, INN, phone, e-mail or number, typed or sent to us.

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
from sync.identity import email_keys, inn_keys, number_keys
from sync.remembered import Kept
from sync.scene import fold, text

ALIKE = 88
"""Name ratio from which a new name is asked about instead of being made a client."""
SHARED = 3
"""A phone or e-mail of more clients than that says nothing about who is meant."""


@dataclass(frozen=True, slots=True)
class Match:
    """Clients that a text fits; `near` is the one it resembles when it fits none."""

    fits: tuple[str, ...] = ()
    near: str | None = None


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """INNs, numbers without extensions, e-mails and name of a client, as `sync.identity` reads."""

    inns: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    name: str


@dataclass(slots=True)
class ClientBook:
    """Clients by number, INN, phone, e-mail and name; rows are added as they are made."""

    joined: Mapping[str, str]
    """Loser -> main of merged pairs."""
    numbers: dict[str, str] = field(default_factory=dict)
    inns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    phones: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    emails: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
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
        for address in keys.emails:
            self.emails[address].add(row_id)
        if keys.name:
            self.names[keys.name].add(row_id)

    def fits(self, typed: Value) -> tuple[str, ...]:
        """Clients that what a person typed fits: a number, an INN, a phone or a name."""
        shown = "" if typed is None else str(typed)
        exact = self.numbers.get(fold(shown))
        if exact:
            return (exact,)
        inns = _owners(self.inns, inn_keys(typed))
        return (
            inns or self.called(typed) or tuple(sorted(self.names.get(company_key(shown).core, ())))
        )

    def called(self, phone: Value) -> tuple[str, ...]:
        """Clients with one of the numbers of a phone cell, which is not of many clients."""
        return _owners(self.phones, number_keys(phone), most=SHARED)

    def written(self, email: Value) -> tuple[str, ...]:
        """Clients with one of the addresses of an e-mail cell, which is not of many clients."""
        return _owners(self.emails, email_keys(email), most=SHARED)

    def asking(self, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Clients whom a lead or a letter is from: by INN, else by phone, else by e-mail."""
        named = _owners(self.inns, inn_keys(values.get("inn")))
        return named or self.called(values.get("phone")) or self.written(values.get("email"))

    def match(self, typed: str) -> Match:
        """Clients meant by what a person typed, else the one whose name it resembles."""
        fits = self.fits(typed)
        if fits:
            return Match(fits)
        name = company_key(typed).core
        near = process.extractOne(name, list(self.names), scorer=fuzz.ratio, score_cutoff=ALIKE)
        return Match() if near is None else Match(near=min(self.names[near[0]]))


def _owners(
    found: Mapping[str, set[str]], keys: tuple[str, ...], *, most: int | None = None
) -> tuple[str, ...]:
    """Clients under some keys, those left out that more clients have than `most`."""
    owners = (found[key] for key in keys if key in found)
    return tuple(sorted({one for own in owners if not most or len(own) <= most for one in own}))


def keys_of(client: Record) -> ClientKeys:
    """What a client is found by beside its number."""
    return ClientKeys(
        inn_keys(client.values.get("inn")),
        number_keys(client.values.get("phone")),
        email_keys(client.values.get("email")),
        company_key(text(client, "name")).core,
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
