"""Records by key, kept up to date row by row: only rows that share a key are ever compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Generic

from model.records import Record
from sync.duplicates.compare import CLIENTS, CONTACT, NONE, Card, card_of
from sync.duplicates.matching import CardT, Matching, Pair

CROWD = 3
"""A phone or e-mail of so many different clients is a reception desk or an accountant: no key."""
_LARGEST = 50
"""Rows of one key that are compared each with each; a key of more is none. Of a key that never
crowds the rest are compared with the first only when all pairs are asked for."""


class Index(Generic[CardT]):
    """The keys of all records of one kind."""

    def __init__(self, matching: Matching[CardT]) -> None:
        self._matching = matching
        self._cards: dict[str, CardT] = {}
        self._rows: dict[str, str | dict[str, None]] = {}
        """The only row of a key, or its rows: most keys have one."""
        self._crowded: set[str] = set()
        """Keys of more rows than are compared each with each."""
        self.moves = 0
        """How often a card came, changed or went."""

    @property
    def is_overfull(self) -> bool:
        """Whether not all rows that share a key for good are compared with each other."""
        return any(key.startswith(self._matching.never_crowds) for key in self._crowded)

    def card(self, row_id: str) -> CardT:
        """The keys of one row; raises KeyError."""
        return self._cards[row_id]

    def add(self, card: CardT) -> frozenset[str]:
        """Add a record or take its new keys; returns all rows whose pairs may have changed.

        These are the row itself and the rows that share a contact which may have become one of
        many, or a key that filled up: pairs of two other rows can change by nothing else.
        """
        if self._cards.get(card.row_id) == card:
            return frozenset()
        near = {card.row_id, *self.drop(card.row_id)}
        for key in self.load(card):
            near.update(self._with(key))
        return frozenset(near | self._stirred(card))

    def load(self, card: CardT) -> list[str]:
        """Add a record that is not here yet; returns the keys that are crowded by it."""
        self.moves += 1
        self._cards[card.row_id] = card
        rows, row_id, full = self._rows, card.row_id, []
        for key in self._matching.keys(card):
            there = rows.get(key)
            if there is None:
                rows[key] = row_id
            elif isinstance(there, dict):
                there[row_id] = None
                if len(there) > _LARGEST and key not in self._crowded:
                    self._crowded.add(key)
                    full.append(key)
            elif there != row_id:
                rows[key] = {there: None, row_id: None}
        return full

    def drop(self, row_id: str) -> frozenset[str]:
        """Forget a record; returns the rows whose pairs may have changed."""
        card = self._cards.pop(row_id, None)
        if card is None:
            return frozenset()
        self.moves += 1
        near = {row_id, *self._stirred(card)}
        for key in self._matching.keys(card):
            there = self._rows.get(key)
            if isinstance(there, dict):
                there.pop(row_id, None)
                if len(there) <= _LARGEST and key in self._crowded:
                    self._crowded.remove(key)
                    near.update(there)
                if len(there) == 1:
                    (self._rows[key],) = there
            elif there == row_id:
                del self._rows[key]
        return frozenset(near)

    def pairs(self, touched: Collection[str] | None = None) -> tuple[Pair, ...]:
        """Every pair that is worth a question, of the touched rows or of all, in a stable order."""
        compare, cards, found = self._matching.compare, self._cards, []
        candidates = self._all() if touched is None else self._of(touched)
        for left, right in candidates:
            ours, theirs = cards[left], cards[right]
            pair = compare(ours, theirs, self._dull(ours, theirs))
            if pair is not None:
                found.append(pair)
        return tuple(sorted(found, key=lambda pair: (pair.left, pair.right)))

    def _all(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for key, rows in self._rows.items():
            if isinstance(rows, dict) and self._counts(key):
                found.update(_couples(sorted(rows)))
        return found

    def _of(self, touched: Collection[str]) -> set[tuple[str, str]]:
        found = set()
        for row_id in touched:
            card = self._cards.get(row_id)
            for other in self._near(card) if card is not None else ():
                if other != row_id:
                    found.add((min(row_id, other), max(row_id, other)))
        return found

    def _stirred(self, card: CardT) -> set[str]:
        """Rows with whom a card shares a contact that several rows have."""
        shared = (self._with(CONTACT + contact) for contact in self._matching.contacts(card))
        return {row for rows in shared if CROWD <= len(rows) <= _LARGEST + 1 for row in rows}

    def _near(self, card: CardT) -> frozenset[str]:
        """Rows that share a key with a card."""
        return frozenset(
            row for key in self._matching.keys(card) if self._counts(key) for row in self._with(key)
        )

    def _counts(self, key: str) -> bool:
        """Whether a key tells anything; one of very many rows does not."""
        return key not in self._crowded or key.startswith(self._matching.never_crowds)

    def _with(self, key: str) -> Collection[str]:
        """Rows of a key."""
        there = self._rows.get(key)
        return () if there is None else there if isinstance(there, dict) else (there,)

    def _dull(self, left: CardT, right: CardT) -> frozenset[str]:
        """What both have and so many others that it says nothing."""
        ours, theirs = self._matching.contacts(left), self._matching.contacts(right)
        if ours.isdisjoint(theirs):
            return NONE
        return frozenset(contact for contact in ours & theirs if self._is_crowded(contact))

    def _is_crowded(self, contact: str) -> bool:
        """Whether a phone or e-mail serves so many different clients that it is no key."""
        rows = self._with(CONTACT + contact)
        if len(rows) < CROWD:
            return False
        if len(rows) > _LARGEST:
            return True
        parties: list[CardT] = []
        for card in (self._cards[row] for row in sorted(rows)):
            if not any(self._matching.one_party(card, other) for other in parties):
                parties.append(card)
        return len(parties) >= CROWD


class DuplicateIndex(Index[Card]):
    """The keys of all clients, without those that were joined or removed."""

    def __init__(self) -> None:
        super().__init__(CLIENTS)

    def put(self, client: Record) -> frozenset[str]:
        """Add a client or take its new keys; returns all rows whose pairs may have changed."""
        return self.add(card_of(client))


def _couples(rows: list[str]) -> Iterator[tuple[str, str]]:
    yield from combinations(rows[:_LARGEST], 2)
    for other in rows[_LARGEST:]:
        yield rows[0], other
