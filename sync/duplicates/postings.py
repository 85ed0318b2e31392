"""Which cards have a key: sorted numbers made once for all, and what came and went since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from sync.duplicates.numbers import FOR_GOOD, KIND, Keys

LARGEST = 50
"""Cards of one key that are compared each with each; a key of more is none. Of a key for good the
rest are compared with the first only when all pairs are asked for."""


def in_order(keys: Keys) -> Keys:
    """The keys by number, at a third of what `argsort` costs.

    The index of each is written over the lowest bits of its hash, so that one plain sort of numbers
    does it; the few hashes that differ in those bits alone are put right by a second sort, which
    costs little on what is nearly sorted.
    """
    low = np.uint64((1 << len(keys.numbers).bit_length()) - 1)
    tagged = keys.numbers & ~low
    tagged |= np.arange(len(tagged), dtype=np.uint64)
    tagged.sort()
    tagged &= low
    order = tagged.view(np.int64)
    numbers, places = keys.numbers[order], keys.places[order]
    if (numbers[1:] < numbers[:-1]).any():
        again = np.argsort(numbers, kind="stable")
        return Keys(numbers[again], places[again])
    return Keys(numbers, places)


class Postings:
    """Places of cards by the number of a key; looking one up costs no more in a larger base."""

    def __init__(self, keys: Keys | None = None) -> None:
        made = Keys(np.empty(0, np.uint64), np.empty(0, np.int64)) if keys is None else keys
        ordered = in_order(made)
        self.numbers, self.places = ordered.numbers, ordered.places
        self._moved: set[int] = set()
        """Places whose keys are those of `_fresh` now."""
        self._lost: defaultdict[int, int] = defaultdict(int)
        """How many places of a sorted number have moved."""
        self._fresh: defaultdict[int, set[int]] = defaultdict(set)
        self.overfull: set[int] = set(self._full())
        """Keys for good of more cards than are compared each with each."""

    def _full(self) -> list[int]:
        far = self.numbers[LARGEST:]
        full = far[far == self.numbers[: len(far)]]
        return [int(n) for n in np.unique(full[(full & np.uint64(KIND)) == FOR_GOOD])]

    @property
    def is_sorted(self) -> bool:
        """Whether nothing came or went since the numbers were sorted."""
        return not self._moved and not self._fresh

    def size(self, number: int) -> int:
        """How many cards have a key."""
        start, end = self._run(number)
        return end - start - self._lost.get(number, 0) + len(self._fresh.get(number, ()))

    def tells(self, number: int) -> bool:
        """Whether a key tells anything; one of very many cards does not."""
        return number & KIND == FOR_GOOD or self.size(number) <= LARGEST

    def at(self, number: int) -> list[int]:
        """The places of the cards that have a key."""
        start, end = self._run(number)
        found = self.places[start:end].tolist()
        if self._moved:
            found = [place for place in found if place not in self._moved]
        return [*found, *self._fresh.get(number, ())]

    def put(self, place: int, numbers: Iterable[int]) -> None:
        """Note the keys of a card that has none here."""
        for number in numbers:
            self._fresh[number].add(place)
            self._weigh(number)

    def take(self, place: int, numbers: Iterable[int], *, sorted_in: bool) -> None:
        """Forget the keys of a card; `sorted_in` when its place is among the sorted ones."""
        first = sorted_in and place not in self._moved
        if first:
            self._moved.add(place)
        for number in numbers:
            if first:
                self._lost[number] += 1
            else:
                self._drop(number, place)
            self._weigh(number)

    def _drop(self, number: int, place: int) -> None:
        there = self._fresh[number]
        there.discard(place)
        if not there:
            del self._fresh[number]

    def _weigh(self, number: int) -> None:
        if number & KIND != FOR_GOOD:
            return
        if self.size(number) > LARGEST:
            self.overfull.add(number)
        else:
            self.overfull.discard(number)

    def _run(self, number: int) -> tuple[int, int]:
        key = np.uint64(number)
        start = int(self.numbers.searchsorted(key))
        if start == len(self.numbers) or self.numbers[start] != key:
            return start, start
        if start + 1 == len(self.numbers) or self.numbers[start + 1] != key:
            return start, start + 1
        return start, int(self.numbers.searchsorted(key, "right"))
