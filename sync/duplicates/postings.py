"""Which cards have a key: sorted numbers made once for all, and what came and went since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from sync.duplicates.numbers import FOR_GOOD, KIND, Keys

LARGEST = 50
"""Cards of one key that are compared each with each; a key of more is none. Of a key for good the
rest are compared with the first only when all pairs are asked for."""
_LOWER = np.uint64(2**32 - 1)
"""The lower half of the bits of a number."""


def in_order(keys: Keys) -> Keys:
    """The keys by number, those of one number in the order in which they came.

    Two passes of a radix sort settle the upper half of the bits at the cost of looking at each key,
    whatever vector instructions the processor has: a plain sort of numbers is four times slower on
    some. The few keys that differ in the lower half alone are put right afterwards.
    """
    digits = keys.numbers.astype("<u8", copy=False).view("<u2").reshape(-1, 4)
    order = np.argsort(digits[:, 2], kind="stable")
    order = order[np.argsort(digits[:, 3][order], kind="stable")]
    numbers, places = keys.numbers[order], keys.places[order]
    wrong = np.flatnonzero(numbers[1:] < numbers[:-1])
    if len(wrong):
        mixed = np.array(sorted({*(numbers[wrong] & ~_LOWER).tolist()}), np.uint64)
        starts, ends = numbers.searchsorted(mixed), numbers.searchsorted(mixed | _LOWER, "right")
        runs = zip(starts.tolist(), ends.tolist(), strict=True)
        there = np.concatenate([np.arange(start, end) for start, end in runs])
        again = there[np.argsort(numbers[there], kind="stable")]
        numbers[there], places[there] = numbers[again], places[again]
    return Keys(numbers, places)


class Postings:
    """Places of cards by the number of a key; looking one up costs no more in a larger base."""

    def __init__(self, keys: Keys | None = None) -> None:
        made = Keys(np.empty(0, np.uint64), np.empty(0, np.int32)) if keys is None else keys
        ordered = in_order(made)
        self.numbers, self.places = ordered.numbers, ordered.places
        self._moved: set[int] = set()
        """Places whose keys are those of `_fresh` now."""
        self._lost: defaultdict[int, int] = defaultdict(int)
        """How many places of a sorted number have moved."""
        self._fresh: defaultdict[int, set[int]] = defaultdict(set)
        self.overfull: set[int] = set(self._full())
        """Keys for good of more cards than are compared each with each."""

    def _full(self) -> Iterable[int]:
        far = self.numbers[LARGEST:]
        full = far[far == self.numbers[: len(far)]]
        for_good: list[int] = full[(full & np.uint64(KIND)) == FOR_GOOD].tolist()
        return for_good

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
