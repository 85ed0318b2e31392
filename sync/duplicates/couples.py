"""All couples of cards that share a key, with what the sharing says, as arrays.

Couples that share only a loose key are the many; those that a rule calls hopeless leave before
they are counted, and no card is looked at for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sync.duplicates.numbers import CONTACT, FOR_GOOD, LOOSE, Ints, Mask, Places, kinds_of
from sync.duplicates.postings import LARGEST, Postings


class Keyed(Protocol):
    """What a card must have: the row it tells of."""

    @property
    def row_id(self) -> str:
        """The row."""
        ...


@dataclass(frozen=True, slots=True)
class Hopeless:
    """Which couples that share neither a key for good nor a contact make no pair for sure."""

    settled: Mask
    """Cards of which two make none, whatever their other fields."""
    unlike: Callable[[Ints, Ints], Mask]
    """The hopeless ones of other couples."""


_Sides = tuple[Ints, Ints]
_AT_ONCE = 1 << 20
"""Couples that are judged at one time."""


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

    def only(self, these: Mask) -> _Runs:
        return _Runs(self.starts[these], self.sizes[these], self.kinds[these])


def couples_of(
    postings: Postings,
    cards: Sequence[Keyed],
    hopeless: Hopeless,
    crowd: int,
    is_dull: Callable[[Sequence[int]], bool],
) -> Couples:
    """Every couple to compare; a contact of `crowd` cards may be dull, as their places tell."""
    runs, places = _runs(postings), postings.places
    loose, few = runs.kinds == LOOSE, runs.sizes <= LARGEST
    large = runs.only(~loose & ~few)
    deep = np.zeros(len(cards), np.bool_)
    for start, size in zip(large.starts.tolist(), large.sizes.tolist(), strict=True):
        deep[places[start : start + size]] = True
    sure = ~loose & few
    shared = (runs.kinds == CONTACT) & few & (runs.sizes >= crowd)
    for run in np.flatnonzero(shared).tolist():
        start, size = runs.starts[run], runs.sizes[run]
        shared[run] = is_dull(places[start : start + size].tolist())
    by_two = _each_with_each(places, runs.only(sure & ~shared))
    by_many = _each_with_each(places, runs.only(sure & shared))
    for_good = _of_overfull(places, large.only(large.kinds == FOR_GOOD), cards)
    some = _open_with_each(places, runs.only(loose & few), hopeless.settled & ~deep)
    alike = _hopeful(some, hopeless.unlike, deep)
    quiet, crowded = _together((by_two, *alike)), _together((by_many, *for_good))
    lefts, rights = _together((quiet, crowded))
    dull = (np.arange(len(lefts)) >= len(quiet[0])) | (deep[lefts] & deep[rights])
    return _once(lefts, rights, dull, len(cards))


def _together(sides: Iterable[_Sides]) -> _Sides:
    none = np.empty(0, np.int64)
    lefts, rights = zip((none, none), *sides, strict=True)
    return np.concatenate(lefts), np.concatenate(rights)


def _runs(postings: Postings) -> _Runs:
    numbers = postings.numbers
    same = numbers[1:] == numbers[:-1]
    starts = np.flatnonzero(same & ~np.append(False, same[:-1]))
    ends = np.flatnonzero(same & ~np.append(same[1:], False)) + 2
    return _Runs(starts, ends - starts, kinds_of(numbers[starts]).astype(np.int64))


def _each_with_each(places: Places, runs: _Runs) -> _Sides:
    """The couples of some keys."""
    ones = _stretches(runs.starts, runs.sizes)
    after = np.repeat(runs.starts + runs.sizes, runs.sizes) - ones - 1
    return _at(places, np.repeat(ones, after)), _at(places, _stretches(ones + 1, after))


def _at(places: Places, these: Ints) -> Ints:
    """Some places, wide enough for codes of two."""
    return places[these].astype(np.int64)


def _open_with_each(places: Places, runs: _Runs, settled: Mask) -> Iterator[_Sides]:
    """The couples of some keys but those of two settled cards, so many couples at once."""
    ones = _stretches(runs.starts, runs.sizes)
    open_ = ~settled[places[ones]]
    ones = ones[open_]
    starts, sizes = (
        np.repeat(runs.starts, runs.sizes)[open_],
        np.repeat(runs.sizes, runs.sizes)[open_],
    )
    batches = np.cumsum(sizes) // _AT_ONCE
    for cut in np.split(np.arange(len(ones)), np.flatnonzero(np.diff(batches)) + 1):
        left, right = np.repeat(ones[cut], sizes[cut]), _stretches(starts[cut], sizes[cut])
        # of two open cards the first takes the second
        keep = (right > left) | ((right != left) & settled[places[right]])
        yield _at(places, left[keep]), _at(places, right[keep])


def _stretches(starts: Ints, sizes: Ints) -> Ints:
    """The numbers of each stretch, one stretch after the other."""
    ends = np.cumsum(sizes)
    whole = int(ends[-1]) if len(ends) else 0
    return np.arange(whole) + np.repeat(starts - ends + sizes, sizes)


def _hopeful(
    sides: Iterable[_Sides], unlike: Callable[[Ints, Ints], Mask], deep: Mask
) -> Iterator[_Sides]:
    """Couples that may be pairs; of cards with a crowded key that tells, all."""
    for lefts, rights in filter(_any_couple, sides):
        keep = ~unlike(lefts, rights) | (deep[lefts] & deep[rights])
        yield lefts[keep], rights[keep]


def _any_couple(sides: _Sides) -> bool:
    return bool(len(sides[0]))


def _of_overfull(places: Places, runs: _Runs, cards: Sequence[Keyed]) -> Iterator[_Sides]:
    """The first of a key for good each with each, the rest with the very first."""
    one, other = np.triu_indices(LARGEST, 1)
    for start, size in zip(runs.starts.tolist(), runs.sizes.tolist(), strict=True):
        some = places[start : start + size].tolist()
        there = np.array(sorted(some, key=lambda place: cards[place].row_id), np.int64)
        lefts = np.append(there[one], np.repeat(there[0], size - LARGEST))
        yield lefts, np.append(there[other], there[LARGEST:])


def _once(lefts: Ints, rights: Ints, dull: Mask, count: int) -> Couples:
    codes = np.minimum(lefts, rights) * count + np.maximum(lefts, rights)
    order = np.argsort(codes)
    codes, dull = codes[order], dull[order]
    first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    dull = np.logical_or.reduceat(dull, first) if len(first) else dull
    codes = codes[first]
    return Couples(codes // max(count, 1), codes % max(count, 1), dull)
