"""Keys as numbers, of one card or of a million: two cards are compared when they share one.

A number is a hash and, in its two lowest bits, the kind of the key. Letters are weighed by powers
of one odd number, so that any part of a name is a difference of two running sums. Two different
keys in a base of a million clients fall together once in some hundred thousand bases; then two
cards are compared in vain: what a pair is, its cards tell, never numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from itertools import chain
from operator import mul
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Letters = npt.NDArray[np.uint32]
T = TypeVar("T")

LOOSE, FOR_GOOD, CONTACT = 0, 1, 2
"""Kinds of keys: none when very many rows have it; always one; one unless it serves several."""
KIND = 3
_ALL = 2**64 - 1
_BASE, _SPREAD = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
_INVERSE = pow(_BASE, -1, 2**64)
_HEAD, _TAIL, _WORD = 0x2545F4914F6CDD1D, 0xC4CEB9FE1A85EC53, 0xFF51AFD7ED558CCD
_POWERS = tuple(pow(_BASE, n, 2**64) for n in range(256))
_SPACE, LINE = ord(" "), ord("\n")
_PACKED = 8
"""Bytes of a packed number."""
_AT_ONCE = 1 << 12
"""Cards whose letters are held as numbers at one time: what the processor keeps near."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Numbers, and the place in its list of the card that has each."""

    numbers: Hashes
    places: Places


def joined(parts: Iterable[Keys]) -> Keys:
    """All keys as one list."""
    numbers, places = zip(*((part.numbers, part.places) for part in parts), strict=True)
    return Keys(np.concatenate(numbers), np.concatenate(places))


def kinds_of(numbers: Hashes) -> npt.NDArray[np.uint8]:
    """The kind of each number."""
    return (numbers & np.uint64(KIND)).astype(np.uint8)


def text_number(text: str, kind: int) -> int:
    """The number of a text that is a key as it stands."""
    return _of_kind(hash(text) + kind, kind)


def given_keys(numbers: Sequence[Collection[int]]) -> Keys:
    """The numbers of each card, in the order of the cards."""
    counts = lengths_of(numbers)
    every = np.fromiter(chain.from_iterable(numbers), np.uint64, int(counts.sum()))
    return Keys(every, _owners(counts))


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers of keys as bytes: those of many cards are taken together without a look at each."""
    return array("Q", numbers).tobytes()


def unpacked(numbers: bytes) -> Iterable[int]:
    """The numbers that were packed."""
    return array("Q", numbers)


def packed_keys(numbers: Sequence[bytes]) -> Keys:
    """The packed numbers of each card, in the order of the cards."""
    counts = lengths_of(numbers) // _PACKED
    parts = [b"".join(numbers[at : at + _AT_ONCE]) for at in range(0, len(numbers), _AT_ONCE)]
    return Keys(np.frombuffer(b"".join(parts), np.uint64), _owners(counts))


def _owners(counts: Ints) -> Places:
    """The place of the card that has each key."""
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts)


def name_numbers(name: str) -> Iterator[int]:
    """Keys of a name whose words stand one space apart: its words in any order, its halves.

    One slip leaves one of the two halves whole; a blank name has no keys.
    """
    if not name:
        return
    words = name.split(" ")
    yield _of_kind(sum(_spread(_hashed(word, _WORD)) for word in words), LOOSE)
    flat = "".join(words)
    for size in {len(flat) // 2, (len(flat) + 1) // 2} - {0}:
        yield _of_kind(_hashed(flat[:size], _HEAD), LOOSE)
        yield _of_kind(_hashed(flat[-size:], _TAIL), LOOSE)


def name_keys(names: Sequence[str]) -> Iterator[Keys]:
    """The keys of many names in parts, as `name_numbers` gives them for one."""
    sums = _Sums()
    for at in range(0, len(names), _AT_ONCE):
        part = names[at : at + _AT_ONCE]
        letters = letters_of(part)
        places = np.arange(at, at + len(part), dtype=np.int32)
        if not all(part):
            places = places[lengths_of(part) > 0]
            letters = letters_of([name for name in part if name])
        if len(letters):
            yield _of_chunk(letters, places, sums)


def letters_of(names: Sequence[str]) -> Letters:
    """The code points of names, the end of a line after each but the last."""
    text = "\n".join(names).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(text, np.uint32)


def lengths_of(texts: Sequence[Sized]) -> Ints:
    """How many letters each text has, or texts each list."""
    return np.fromiter(map(len, texts), np.int64, len(texts))


def _of_chunk(letters: Letters, places: Places, sums: _Sums) -> Keys:
    """Keys of names that are not blank; no part of any is ever cut out."""
    solid = letters > _SPACE  # ends of lines are below, too
    sums.take(letters[solid])
    cuts = np.flatnonzero(~solid)
    last_words = np.append(np.flatnonzero(letters[cuts] == LINE), len(cuts))
    word_ends = np.append(cuts, len(letters)) - np.arange(len(cuts) + 1)
    word_starts = np.append(0, word_ends[:-1])
    first_words = np.append(0, last_words[:-1] + 1)
    starts, ends = word_starts[first_words], word_ends[last_words]
    words = _all_spread(sums.between(word_starts, word_ends, _WORD))
    sizes = ends - starts
    half, odd = (sizes + 1) // 2, np.flatnonzero((sizes % 2 == 1) & (sizes > 1))
    less = half[odd] - 1
    numbers = (
        np.add.reduceat(words, first_words),
        sums.between(starts, starts + half, _HEAD),
        sums.between(ends - half, ends, _TAIL),
        sums.between(starts[odd], starts[odd] + less, _HEAD),
        sums.between(ends[odd] - less, ends[odd], _TAIL),
    )
    owners = (places, places, places, places[odd], places[odd])
    return Keys(_all_of_kind(np.concatenate(numbers), LOOSE), np.concatenate(owners))


class _Sums:
    """Running sums of letters, each weighed by its place: any stretch is hashed by two of them."""

    def __init__(self) -> None:
        self._powers = self._back = self._sums = np.empty(0, np.uint64)

    def take(self, letters: Letters) -> None:
        """Go on to other letters."""
        if len(self._powers) <= len(letters):
            self._powers, self._back = _powers(_BASE, len(letters)), _powers(_INVERSE, len(letters))
            self._sums = np.zeros(len(letters) + 1, np.uint64)
        weighed = letters * self._powers[: len(letters)]
        np.cumsum(weighed, out=self._sums[1 : len(letters) + 1])

    def between(self, starts: Ints, ends: Ints, salt: int) -> Hashes:
        """Hashes of the letters from starts to ends."""
        found = self._sums[ends]
        found -= self._sums[starts]
        found *= self._back[starts]
        found += (ends - starts).astype(np.uint64) * np.uint64(salt)
        return found


def _powers(base: int, count: int) -> Hashes:
    """The powers of a base up to the count."""
    found = np.full(count + 1, base, np.uint64)
    found[0] = 1
    return np.cumprod(found)


def _hashed(text: str, salt: int) -> int:
    """What `_Sums.between` gives for one text."""
    powers = _POWERS if len(text) <= len(_POWERS) else _powers(_BASE, len(text)).tolist()
    weighed: Iterator[int] = map(mul, map(ord, text), powers)
    return (sum(weighed) + len(text) * salt) & _ALL


def _spread(number: int) -> int:
    """A number whose every bit depends on many bits of the given."""
    number ^= number >> 32
    number = number * _SPREAD & _ALL
    return number ^ (number >> 29)


def _all_spread(numbers: Hashes) -> Hashes:
    """`_spread` of each number."""
    found = numbers >> np.uint64(32)
    found ^= numbers
    found *= np.uint64(_SPREAD)
    found ^= found >> np.uint64(29)
    return found


def _of_kind(number: int, kind: int) -> int:
    """A hash with its kind in the lowest bits."""
    return (_spread(number & _ALL) & ~KIND) | kind


def _all_of_kind(numbers: Hashes, kind: int) -> Hashes:
    """`_of_kind` of each number."""
    found = _all_spread(numbers)
    found &= np.uint64(_ALL - KIND)
    found |= np.uint64(kind)
    return found
