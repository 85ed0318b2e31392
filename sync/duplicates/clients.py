"""How clients are found: by INN, phone, e-mail and name; and which couples need no look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from sync.duplicates.compare import NAME_SAME, NAME_SURE, Card, compare, first_inn, one_party
from sync.duplicates.couples import Hopeless
from sync.duplicates.matching import Matching
from sync.duplicates.numbers import (
    CONTACT,
    FOR_GOOD,
    Ints,
    Keys,
    Mask,
    joined,
    lengths_of,
    letters_of,
    name_keys,
    name_numbers,
    text_number,
    texts_keys,
)

_BUCKETS = 16
"""Letters are counted in so many heaps: what the heaps differ by, the names differ by at least."""


class ClientKeys:
    """Every INN for good, every phone and e-mail, the words of the name and its halves."""

    def of_one(self, card: Card) -> Iterator[int]:
        """The numbers of one card."""
        for inn in card.inns:
            yield text_number(inn, FOR_GOOD)
        for contact in card.contacts:
            yield text_number(contact, CONTACT)
        yield from name_numbers(card.name)

    def of_all(self, cards: Sequence[Card]) -> Keys:
        """The same of many cards at once."""
        return joined(
            (
                texts_keys([card.inns for card in cards], FOR_GOOD),
                texts_keys([card.contacts for card in cards], CONTACT),
                name_keys([card.name for card in cards]),
            )
        )


def hopeless_among(cards: Sequence[Card]) -> Hopeless:
    """Couples that share but a part of the name and are no pair by `compare`.

    Both have an INN; or the towns differ and no INN is a slip of the other; or the letters of the
    names alone are too different.
    """
    taxed = np.fromiter(map(bool, [card.inns for card in cards]), np.bool_, len(cards))

    def hopeless(lefts: Ints, rights: Ints) -> Mask:
        vain = taxed[lefts] & taxed[rights]
        left = np.flatnonzero(~vain)
        if len(left):
            sides = np.concatenate((lefts[left], rights[left]))
            places, at = np.unique(sides, return_inverse=True)
            some = [cards[place] for place in places.tolist()]
            vain[left] = _unlike(some, at[: len(left)], at[len(left) :])
        return vain

    return hopeless


def _unlike(cards: Sequence[Card], ours: Ints, theirs: Ints) -> Mask:
    """Couples that are no pair, one of them having no INN that counts."""
    names = [card.name for card in cards]
    typed = np.fromiter(map(bool, map(first_inn, cards)), np.bool_, len(cards))
    cities = [card.city for card in cards]
    towns = np.fromiter(map(hash, cities), np.int64, len(cards))
    towned = np.fromiter(map(bool, cities), np.bool_, len(cards))
    lengths, heaps = lengths_of(names), _heaps(names)
    slip = typed[ours] & typed[theirs]
    apart = towned[ours] & towned[theirs] & (towns[ours] != towns[theirs])
    least = np.where(slip, NAME_SURE, NAME_SAME)
    whole = lengths[ours] + lengths[theirs]
    differ = np.abs(heaps[ours] - heaps[theirs]).sum(axis=1, dtype=np.int64)
    unlike: Mask = (apart & ~slip) | (100 * differ > (100 - least) * whole)
    return unlike


def _heaps(names: list[str]) -> npt.NDArray[np.int16]:
    """How many letters of each name fall into each heap; spaces into none."""
    letters = letters_of(names)
    owners = np.repeat(np.arange(len(names)), lengths_of(names) + 1)[: len(letters)]
    heap = owners * _BUCKETS + letters % _BUCKETS
    counted = np.bincount(heap, letters != ord(" "), len(names) * _BUCKETS)
    return counted.astype(np.int16).reshape(len(names), _BUCKETS)


CLIENTS = Matching(
    keys=ClientKeys(),
    compare=compare,
    contacts=attrgetter("contacts"),
    one_party=one_party,
    hopeless=hopeless_among,
)
"""Clients are found by INN, phone, e-mail and name."""
