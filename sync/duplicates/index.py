"""Clients by key, kept up to date row by row: only rows that share a key are ever compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations

from model.phones import phone_of
from model.records import Record
from sync.duplicates.compare import NAME_ALIKE, Card, Pair, card_of, compare, name_ratio

CROWD = 3
"""A phone or e-mail of so many different clients is a reception desk or an accountant: no key."""
_CONTACT = "contact "
_LARGEST = 50
"""Rows of one key that are compared each with each when all pairs are asked for; the rest are
compared with the first only. A contact of more rows is no key."""


class DuplicateIndex:
    """The keys of all clients, without those that were joined or removed."""

    def __init__(self) -> None:
        self._cards: dict[str, Card] = {}
        self._rows: dict[str, dict[str, None]] = defaultdict(dict)
        self.moves = 0
        """How often a card came, changed or went."""

    @property
    def is_overfull(self) -> bool:
        """Whether a key has so many rows that not all of them are compared with each other."""
        return any(len(rows) > _LARGEST for rows in self._rows.values())

    def put(self, client: Record) -> frozenset[str]:
        """Add a client or take its new keys; returns all rows whose pairs may have changed."""
        card = card_of(client)
        if self._cards.get(client.row_id) == card:
            return frozenset()
        near = self.drop(client.row_id)
        self.moves += 1
        self._cards[client.row_id] = card
        for key in _keys(card):
            self._rows[key][client.row_id] = None
        return near | self._near(card)

    def drop(self, row_id: str) -> frozenset[str]:
        """Forget a client; returns the rows whose pairs may have changed."""
        card = self._cards.pop(row_id, None)
        if card is None:
            return frozenset()
        self.moves += 1
        near = self._near(card)
        for key in _keys(card):
            self._rows[key].pop(row_id, None)
            if not self._rows[key]:
                del self._rows[key]
        return near

    def pairs(self, touched: Collection[str] | None = None) -> tuple[Pair, ...]:
        """Every pair that is worth a question, of the touched rows or of all, in a stable order."""
        found: dict[str, Pair] = {}
        for left, right in self._candidates(touched):
            ours, theirs = self._cards[left], self._cards[right]
            pair = compare(ours, theirs, self._dull(ours, theirs))
            if pair is not None:
                found[pair.key] = pair
        return tuple(found[key] for key in sorted(found))

    def _candidates(self, touched: Collection[str] | None) -> Iterator[tuple[str, str]]:
        if touched is None:
            for rows in self._rows.values():
                yield from _couples(sorted(rows))
            return
        for row_id in touched:
            card = self._cards.get(row_id)
            for other in self._near(card) if card else ():
                if other != row_id:
                    yield min(row_id, other), max(row_id, other)

    def _near(self, card: Card) -> frozenset[str]:
        """Rows that share a key with a card."""
        return frozenset(
            row
            for key in _keys(card)
            for row in self._rows.get(key, ())
            if not key.startswith(_CONTACT) or len(self._rows[key]) <= _LARGEST
        )

    def _dull(self, left: Card, right: Card) -> frozenset[str]:
        shared = _contacts(left) & _contacts(right)
        return frozenset(s for s in shared if self._is_crowded(s))

    def _is_crowded(self, contact: str) -> bool:
        """Whether a phone or e-mail serves so many different clients that it is no key."""
        rows = self._rows[_CONTACT + contact]
        if len(rows) < CROWD:
            return False
        if len(rows) > _LARGEST:
            return True
        parties: list[Card] = []
        for card in (self._cards[row] for row in sorted(rows)):
            if not any(_one_party(card, other) for other in parties):
                parties.append(card)
        return len(parties) >= CROWD


def _one_party(left: Card, right: Card) -> bool:
    """Whether two rows plainly are one client entered twice."""
    if left.inns and right.inns:
        return bool(set(left.inns) & set(right.inns))
    return name_ratio(left, right) >= NAME_ALIKE


def _contacts(card: Card) -> frozenset[str]:
    return frozenset(phone_of(p).number for p in card.phones) | card.emails


def _couples(rows: list[str]) -> Iterator[tuple[str, str]]:
    for left, right in combinations(rows[:_LARGEST], 2):
        yield min(left, right), max(left, right)
    for other in rows[_LARGEST:]:
        yield min(rows[0], other), max(rows[0], other)


def _keys(card: Card) -> Iterator[str]:
    for inn in card.inns:
        yield f"inn {inn}"
    for contact in sorted(_contacts(card)):
        yield _CONTACT + contact
    if card.name:
        yield f"words {' '.join(sorted(card.name.split()))}"
        yield from _halves(card.name.replace(" ", ""))


def _halves(name: str) -> Iterator[str]:
    """The two halves of a name: one slip leaves one of them whole."""
    for size in {len(name) // 2, (len(name) + 1) // 2} - {0}:
        yield f"head {name[:size]}"
        yield f"tail {name[-size:]}"
