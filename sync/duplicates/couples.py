"""All couples of cards that share a key, with what the sharing says, as arrays.

Couples that share only a loose key are the many; those that a rule calls hopeless leave before
they are counted, and no card is looked at for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sync.duplicates.numbers import CONTACT, FOR_GOOD, LOOSE, Ints, Mask, kinds_of
from sync.duplicates.postings import LARGEST, Postings

Hopeless = Callable[[Ints, Ints], Mask]
"""Of couples that share neither a key for good nor a contact, those that make no pair for sure."""


@dataclass(frozen=True, slots=True)
class Couples:
    """Places of two cards each, every couple once, and whether they may share a dull contact."""

    lefts: Ints
    rights: Ints
    dull: Mask


@dataclass(frozen=True, slots=True)
class _Runs:
    """The keys that several cards share: where their places begin, how many, of which kind."""

    starts: Ints
    sizes: Ints
    kinds: Ints


def couples_of(postings: Postings, ids: Sequence[str], hopeless: Hopeless, crowd: int) -> Couples:
    """Every couple to compare; `crowd` cards of one contact may make it dull."""
    runs = _runs(postings)
    deep = np.zeros(len(ids), np.bool_)
    for start, size in _large(runs):
        deep[postings.places[start : start + size]] = True
    found = [_empty(), *_of_sizes(postings.places, runs, hopeless, deep, crowd)]
    found += _of_overfull(postings.places, runs, ids)
    lefts, rights, dull = (np.concatenate(part) for part in zip(*found, strict=True))
    return _once(lefts, rights, dull | (deep[lefts] & deep[rights]), len(ids))


def _empty() -> tuple[Ints, Ints, Mask]:
    return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_)


def _runs(postings: Postings) -> _Runs:
    numbers = postings.numbers
    same = numbers[1:] == numbers[:-1]
    starts = np.flatnonzero(same & ~np.append(False, same[:-1]))
    ends = np.flatnonzero(same & ~np.append(same[1:], False)) + 2
    return _Runs(starts, ends - starts, kinds_of(numbers[starts]).astype(np.int64))


def _large(runs: _Runs) -> Iterator[tuple[int, int]]:
    """Keys of too many cards that still say something of two of them."""
    large = np.flatnonzero((runs.sizes > LARGEST) & (runs.kinds != LOOSE))
    yield from zip(runs.starts[large].tolist(), runs.sizes[large].tolist(), strict=True)


def _of_sizes(
    places: Ints, runs: _Runs, hopeless: Hopeless, deep: Mask, crowd: int
) -> Iterator[tuple[Ints, Ints, Mask]]:
    """Each with each, all keys of as many cards at once."""
    for size in np.unique(runs.sizes[runs.sizes <= LARGEST]).tolist():
        ours = np.flatnonzero(runs.sizes == size)
        block = places[runs.starts[ours][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, 1)
        lefts, rights = block[:, one].ravel(), block[:, other].ravel()
        kinds = np.repeat(runs.kinds[ours], len(one))
        loose = np.flatnonzero(kinds == LOOSE)
        vain = hopeless(lefts[loose], rights[loose])
        vain &= ~(deep[lefts[loose]] & deep[rights[loose]])
        keep = np.ones(len(lefts), np.bool_)
        keep[loose[vain]] = False
        dull = (kinds == CONTACT) & (size >= crowd)
        yield lefts[keep], rights[keep], dull[keep]


def _of_overfull(
    places: Ints, runs: _Runs, ids: Sequence[str]
) -> Iterator[tuple[Ints, Ints, Mask]]:
    """The first of a key for good each with each, the rest with the very first."""
    for start, size in _large(runs):
        if runs.kinds[runs.starts.searchsorted(start)] != FOR_GOOD:
            continue
        there = np.array(sorted(places[start : start + size].tolist(), key=ids.__getitem__))
        one, other = np.triu_indices(LARGEST, 1)
        lefts = np.append(there[one], np.repeat(there[0], size - LARGEST))
        rights = np.append(there[other], there[LARGEST:])
        yield lefts, rights, np.zeros(len(lefts), np.bool_)


def _once(lefts: Ints, rights: Ints, dull: Mask, count: int) -> Couples:
    codes = np.minimum(lefts, rights) * count + np.maximum(lefts, rights)
    order = np.argsort(codes)
    codes, dull = codes[order], dull[order]
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    dull = np.logical_or.reduceat(dull, first) if len(first) else dull
    codes = codes[first]
    return Couples(codes // max(count, 1), codes % max(count, 1), dull)
