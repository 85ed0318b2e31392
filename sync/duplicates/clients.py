"""How clients are found: by INN, phone, e-mail and name; and which couples need no look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np

from sync.duplicates.compare import NAME_SURE, Card, compare, one_party
from sync.duplicates.couples import Hopeless
from sync.duplicates.matching import Matching
from sync.duplicates.numbers import (
    Hashes,
    Ints,
    Keys,
    Mask,
    given_keys,
    joined,
    lengths_of,
    letters_of,
    name_keys,
    name_numbers,
)

_BITS = 64


class ClientKeys:
    """Every INN for good, every phone and e-mail, the words of the name and its halves."""

    def of_one(self, card: Card) -> Iterator[int]:
        """The numbers of one card."""
        yield from card.marks
        yield from name_numbers(card.name)

    def of_all(self, cards: Sequence[Card]) -> Keys:
        """The same of many cards at once."""
        marks = [card.marks for card in cards]
        return joined((given_keys(marks), name_keys([card.name for card in cards])))


def hopeless_among(cards: Sequence[Card]) -> Hopeless:
    """Couples that share but a part of the name and are no pair by `compare`.

    Both have an INN, or the letters of the names alone are too different.
    """

    def unlike(lefts: Ints, rights: Ints) -> Mask:
        places, at = np.unique(np.concatenate((lefts, rights)), return_inverse=True)
        names = [cards[place].name for place in places.tolist()]
        lengths, sets = lengths_of(names), _letter_sets(names)
        ours, theirs = at[: len(lefts)], at[len(lefts) :]
        room = (100 - NAME_SURE) * (lengths[ours] + lengths[theirs])
        vain: Mask = 100 * np.bitwise_count(sets[ours] ^ sets[theirs]).astype(np.int64) > room
        return vain

    return Hopeless(lengths_of([card.inns for card in cards]) > 0, unlike)


def _letter_sets(names: Sequence[str]) -> Hashes:
    """Which letters stand in each name, as bits: names differ by as many letters at least."""
    letters = letters_of(names)
    bits = np.left_shift(np.uint64(1), letters % np.uint32(_BITS), dtype=np.uint64)
    starts = np.append(0, np.cumsum(lengths_of(names) + 1)[:-1])
    return np.bitwise_or.reduceat(bits, starts) & ~np.uint64(1 << ord(" ") % _BITS)


CLIENTS = Matching(
    keys=ClientKeys(),
    compare=compare,
    contacts=attrgetter("contacts"),
    one_party=one_party,
    hopeless=hopeless_among,
)
"""Clients are found by INN, phone, e-mail and name."""
