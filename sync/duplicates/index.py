"""Records by key, kept up to date row by row: only rows that share a key are ever compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Generic

from model.records import Record
from sync.duplicates.compare import CLIENTS, CONTACT, Card, card_of
from sync.duplicates.matching import CardT, Matching, Pair

CROWD = 3
"""A phone or e-mail of so many different clients is a reception desk or an accountant: no key."""
_LARGEST = 50
"""Rows of one key that are compared each with each when all pairs are asked for; the rest are
compared with the first only. A contact of more rows is no key."""


class Index(Generic[CardT]):
    """The keys of all records of one kind."""

    def __init__(self, matching: Matching[CardT]) -> None:
        self._matching = matching
        self._cards: dict[str, CardT] = {}
        self._rows: dict[str, str | dict[str, None]] = {}
        """The only row of a key, or its rows: most keys have one."""
        self._overfull: set[str] = set()
        self.moves = 0
        """How often a card came, changed or went."""

    @property
    def is_overfull(self) -> bool:
        """Whether a key has so many rows that not all of them are compared with each other."""
        return bool(self._overfull)

    def card(self, row_id: str) -> CardT:
        """The keys of one row; raises KeyError."""
        return self._cards[row_id]

    def add(self, card: CardT) -> frozenset[str]:
        """Add a record or take its new keys; returns all rows whose pairs may have changed."""
        if self._cards.get(card.row_id) == card:
            return frozenset()
        near = self.drop(card.row_id)
        self.load(card)
        return near | self._near(card)

    def load(self, card: CardT) -> None:
        """Add a record that is not here yet, without asking whom it touches."""
        self.moves += 1
        self._cards[card.row_id] = card
        rows, row_id = self._rows, card.row_id
        for key in self._matching.keys(card):
            there = rows.get(key)
            if there is None:
                rows[key] = row_id
            elif isinstance(there, dict):
                there[row_id] = None
                if len(there) > _LARGEST:
                    self._overfull.add(key)
            elif there != row_id:
                rows[key] = {there: None, row_id: None}

    def drop(self, row_id: str) -> frozenset[str]:
        """Forget a record; returns the rows whose pairs may have changed."""
        card = self._cards.pop(row_id, None)
        if card is None:
            return frozenset()
        self.moves += 1
        near = self._near(card)
        for key in self._matching.keys(card):
            there = self._rows.get(key)
            if isinstance(there, dict):
                there.pop(row_id, None)
                if len(there) <= _LARGEST:
                    self._overfull.discard(key)
                if len(there) == 1:
                    (self._rows[key],) = there
            elif there == row_id:
                del self._rows[key]
        return near

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
        for rows in self._rows.values():
            if isinstance(rows, dict):
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

    def _near(self, card: CardT) -> frozenset[str]:
        """Rows that share a key with a card."""
        return frozenset(
            row
            for key in self._matching.keys(card)
            if key not in self._overfull or not key.startswith(CONTACT)
            for row in self._with(key)
        )

    def _with(self, key: str) -> Collection[str]:
        """Rows of a key."""
        there = self._rows.get(key)
        return () if there is None else there if isinstance(there, dict) else (there,)

    def _dull(self, left: CardT, right: CardT) -> frozenset[str]:
        shared = self._matching.contacts(left) & self._matching.contacts(right)
        return frozenset(s for s in shared if self._is_crowded(s)) if shared else frozenset()

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
