"""Records by key, kept up to date row by row: only rows that share a key are ever compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from operator import attrgetter
from typing import Generic

from model.records import Record
from sync.duplicates.clients import CLIENTS
from sync.duplicates.compare import NONE, Card, card_of
from sync.duplicates.couples import couples_of
from sync.duplicates.matching import CardT, Matching, Pair
from sync.duplicates.numbers import CONTACT, text_number
from sync.duplicates.postings import LARGEST, Postings

CROWD = 3
"""A phone or e-mail of so many different clients is a reception desk or an accountant: no key."""
_BY_ROW, _BY_ROWS = attrgetter("row_id"), attrgetter("left", "right")


class Index(Generic[CardT]):
    """The keys of all records of one kind."""

    def __init__(self, matching: Matching[CardT]) -> None:
        self._matching = matching
        self._cards: list[CardT | None] = []
        self._known: dict[str, int] | None = None
        """The place of each row, once anybody asks."""
        self._sorted = 0
        """How many places, from the first, are among the sorted keys."""
        self._postings = Postings()
        self.moves = 0
        """How often a card came, changed or went."""

    def __len__(self) -> int:
        """The number of records."""
        return len(self._cards) if self._known is None else len(self._known)

    @property
    def is_overfull(self) -> bool:
        """Whether not all rows that share a key for good are compared with each other."""
        return bool(self._postings.overfull)

    def card(self, row_id: str) -> CardT:
        """The keys of one row; raises KeyError."""
        return self._at(self._places[row_id])

    def fill(self, cards: Iterable[CardT]) -> None:
        """Take these records, each once, instead of all: far cheaper than one by one."""
        self.moves += 1
        kept = [*cards]
        self._cards, self._known = [*kept], None
        self._sorted = len(kept)
        self._postings = Postings(self._matching.keys.of_all(kept))

    def add(self, card: CardT) -> frozenset[str]:
        """Add a record or take its new keys; returns all rows whose pairs may have changed.

        These are the row itself and the rows that share a contact which may have become one of
        many, or a key that filled up: pairs of two other rows can change by nothing else.
        """
        place = self._places.get(card.row_id)
        if place is not None and self._cards[place] == card:
            return frozenset()
        near = {card.row_id}
        if place is None:
            place = self._places[card.row_id] = len(self._cards)
            self._cards.append(card)
        else:
            near |= self._forget(place)
            self._cards[place] = card
        self.moves += 1
        numbers, postings = self._numbers(card), self._postings
        filled = [number for number in numbers if postings.size(number) == LARGEST]
        postings.put(place, numbers)
        return frozenset(near | self._rows(filled) | self._stirred(card))

    def drop(self, row_id: str) -> frozenset[str]:
        """Forget a record; returns the rows whose pairs may have changed."""
        place = self._places.pop(row_id, None)
        if place is None:
            return frozenset()
        self.moves += 1
        near = {row_id, *self._forget(place)}
        self._cards[place] = None
        return frozenset(near)

    def _forget(self, place: int) -> set[str]:
        """Take the keys of a card away; returns the rows that this may stir."""
        card, postings = self._at(place), self._postings
        near, numbers = self._stirred(card), self._numbers(card)
        full = [number for number in numbers if postings.size(number) == LARGEST + 1]
        postings.take(place, numbers, sorted_in=place < self._sorted)
        return near | self._rows(full)

    def pairs(self, touched: Collection[str] | None = None) -> tuple[Pair, ...]:
        """Every pair that is worth a question, of the touched rows or of all, in a stable order."""
        compare, crowds, found = self._matching.compare, dict[str, bool](), list[Pair]()
        for ours, theirs, may_be_dull in self._all() if touched is None else self._of(touched):
            dull = self._dull(ours, theirs, crowds) if may_be_dull else NONE
            pair = compare(ours, theirs, dull)
            if pair is not None:
                found.append(pair)
        return tuple(sorted(found, key=_BY_ROWS))

    def crowds(self) -> dict[str, tuple[str, ...]]:
        """Phones and e-mails of so many clients that they are no keys, with the rows of each."""
        rows: dict[str, list[str]] = {}
        for card in (card for card in self._cards if card is not None):
            for contact in self._matching.contacts(card):
                rows.setdefault(contact, []).append(card.row_id)
        many = {c: tuple(sorted(some)) for c, some in rows.items() if len(some) >= CROWD}
        return {contact: many[contact] for contact in sorted(many) if self._is_crowded(contact)}

    def _all(self) -> Iterator[tuple[CardT, CardT, bool]]:
        """All couples to compare, told whether a contact of theirs may be dull."""
        if not self._postings.is_sorted:
            self.fill([card for card in self._cards if card is not None])
        cards = [card for card in self._cards if card is not None]
        hopeless = self._matching.hopeless(cards)
        made = couples_of(self._postings, cards, hopeless, CROWD, self._of_many)
        sides = (made.lefts.tolist(), made.rights.tolist(), made.dull.tolist())
        for left, right, dull in zip(*sides, strict=True):
            ours, theirs = cards[left], cards[right]
            yield (ours, theirs, dull) if ours.row_id < theirs.row_id else (theirs, ours, dull)

    def _of(self, touched: Collection[str]) -> Iterator[tuple[CardT, CardT, bool]]:
        """The couples of some rows."""
        rows = {*touched}
        for place in [self._places[row] for row in rows if row in self._places]:
            card = self._at(place)
            contacts = self._contacts(card)
            may_be_dull = any(self._postings.size(contact) >= CROWD for contact in contacts)
            for other in self._near(card) - {place}:
                there = self._at(other)
                if card.row_id < there.row_id:
                    yield card, there, may_be_dull
                elif there.row_id not in rows:
                    yield there, card, may_be_dull

    @property
    def _places(self) -> dict[str, int]:
        if self._known is None:
            ids = [self._at(place).row_id for place in range(len(self._cards))]
            self._known = dict(zip(ids, count(), strict=False))
        return self._known

    def _at(self, place: int) -> CardT:
        card = self._cards[place]
        if card is None:
            raise KeyError(place)
        return card

    def _numbers(self, card: CardT) -> frozenset[int]:
        return frozenset(self._matching.keys.of_one(card))

    def _rows(self, numbers: Iterable[int]) -> set[str]:
        """Rows that have any of the keys."""
        places = {place for number in numbers for place in self._postings.at(number)}
        return {self._at(place).row_id for place in places}

    def _stirred(self, card: CardT) -> set[str]:
        """Rows with whom a card shares a contact that several rows have."""
        few = range(CROWD, LARGEST + 2)
        shared = self._contacts(card)
        return self._rows(number for number in shared if self._postings.size(number) in few)

    def _contacts(self, card: CardT) -> list[int]:
        return [text_number(contact, CONTACT) for contact in self._matching.contacts(card)]

    def _near(self, card: CardT) -> set[int]:
        """Places of the cards that share a key with a card."""
        postings = self._postings
        told = (number for number in self._numbers(card) if postings.tells(number))
        return {place for number in told for place in postings.at(number)}

    def _dull(self, left: CardT, right: CardT, crowds: dict[str, bool]) -> frozenset[str]:
        """What both have and so many others that it says nothing; `crowds` remembers."""
        shared = self._matching.contacts(left) & self._matching.contacts(right)
        for contact in shared:
            if contact not in crowds:
                crowds[contact] = self._is_crowded(contact)
        return frozenset([contact for contact in shared if crowds[contact]]) if shared else NONE

    def _is_crowded(self, contact: str) -> bool:
        """Whether a phone or e-mail serves so many different clients that it is no key."""
        return self._of_many(self._postings.at(text_number(contact, CONTACT)))

    def _of_many(self, places: Sequence[int]) -> bool:
        """Whether cards that share a contact are of so many different clients."""
        if len(places) < CROWD or len(places) > LARGEST:
            return len(places) > LARGEST
        parties: list[CardT] = []
        there = map(self._at, places)
        for card in sorted(there, key=_BY_ROW):
            if not any(self._matching.one_party(card, other) for other in parties):
                parties.append(card)
        return len(parties) >= CROWD


class DuplicateIndex(Index[Card]):
    """The keys of all clients, without those that were joined or removed."""

    def __init__(self, clients: Iterable[Record] = ()) -> None:
        super().__init__(CLIENTS)
        self.fill(map(card_of, clients))

    def put(self, client: Record) -> frozenset[str]:
        """Add a client or take its new keys; returns all rows whose pairs may have changed."""
        return self.add(card_of(client))
