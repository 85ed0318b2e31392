"""How clients are found: by INN, phone, e-mail and name; and which couples need no look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from sync.duplicates.compare import NAME_SURE, Card, compare, one_party
from sync.duplicates.couples import Hopeless
from sync.duplicates.matching import Matching
from sync.duplicates.numbers import (
    LINE,
    Hashes,
    Ints,
    Keys,
    Letters,
    Mask,
    joined,
    letters_of,
    name_keys,
    name_numbers,
    packed_keys,
    unpacked,
)

_BITS = 64


class ClientKeys:
    """Every INN for good, every phone and e-mail, the words of the name and its halves."""

    def of_one(self, card: Card) -> Iterator[int]:
        """The numbers of one card."""
        yield from unpacked(card.marks)
        yield from name_numbers(card.name)

    def of_all(self, cards: Sequence[Card]) -> Keys:
        """The same of many cards at once."""
        marks = [card.marks for card in cards]
        return joined((packed_keys(marks), *name_keys([card.name for card in cards])))


def hopeless_among(cards: Sequence[Card]) -> Hopeless:
    """Couples that share but a part of the name and are no pair by `compare`.

    Both have an INN, or the names are too different.
    """

    def unlike(lefts: Ints, rights: Ints) -> Mask:
        named = np.zeros(len(cards), np.bool_)
        named[lefts] = named[rights] = True
        at = np.cumsum(named) - 1
        names = [cards[place].name for place in np.flatnonzero(named).tolist()]
        return _unlike(names, at[lefts], at[rights])

    without = np.frombuffer(bytes([not card.inns for card in cards]), np.bool_)
    return Hopeless(~without, unlike)


def _unlike(names: Sequence[str], lefts: Ints, rights: Ints) -> Mask:
    """Which couples of names `likeness` calls too different; letters alone tell it of most."""
    letters = letters_of(names)
    ends = np.append(np.flatnonzero(letters == LINE), len(letters))
    starts = np.append(0, ends[:-1] + 1)
    lengths, (some, odd) = ends - starts, _letter_sets(letters, starts)
    room = (100 - NAME_SURE) * (lengths[lefts] + lengths[rights])
    apart = np.bitwise_count((some[lefts] ^ some[rights]) | (odd[lefts] ^ odd[rights]))
    vain: Mask = 100 * apart.astype(np.int64) > room
    left = np.flatnonzero(~vain)
    for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
        ours, theirs = ([names[n] for n in side[left].tolist()] for side in (lefts, rights))
        left = left[cpdist(ours, theirs, scorer=scorer, score_cutoff=NAME_SURE) == 0]
    vain[left] = True
    return vain


def _letter_sets(letters: Letters, starts: Ints) -> tuple[Hashes, Hashes]:
    """Which letters stand in each name, and which an odd number of times, as bits.

    Names differ by as many letters at least as either differs in.
    """
    bits = np.left_shift(np.uint64(1), letters & np.uint32(_BITS - 1), dtype=np.uint64)
    solid = ~np.uint64(1 << ord(" ") % _BITS | 1 << LINE % _BITS)
    some, odd = (gather.reduceat(bits, starts) for gather in (np.bitwise_or, np.bitwise_xor))
    return some & solid, odd & solid


CLIENTS = Matching(
    keys=ClientKeys(),
    compare=compare,
    contacts=attrgetter("contacts"),
    one_party=one_party,
    hopeless=hopeless_among,
)
"""Clients are found by INN, phone, e-mail and name."""
