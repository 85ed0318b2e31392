"""Whether a long text may hold one of some words or numbers: quick, and never a false no.

A yes may be wrong, for words are asked for anywhere in the text and in any order. Who gets a yes
looks closer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r"\w+")
_BLANKS = "".join(c for c in map(chr, range(0x80, 0x3001)) if c.isspace()) + "–"
_BETWEEN = bytes(range(9, 14)) + bytes(range(28, 33)) + b"().-/" + _BLANKS.encode()
"""Bytes that may stand between the digits of a phone; letters share some, no digit does."""
_CUT = re.compile(r"</(?:\w+:)?(?:row|si)>")
_LONG = 50_000
"""Shorter texts are not worth taking apart."""
_OVERLAP = 1_000
"""Longer than any phrase or number."""


@dataclass(frozen=True)
class Search:
    """What is looked for: phrases by their words, phones by their digits."""

    phrases: frozenset[str]
    digits: tuple[str, ...] = ()

    @cached_property
    def _words(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The longest word of each phrase, and the others."""
        found = set[tuple[str, tuple[str, ...]]]()
        for phrase in self.phrases:
            words = sorted(set(_WORD.findall(phrase.casefold())), key=lambda w: (-len(w), w))
            if words:
                found.add((words[0], tuple(words[1:])))
        return tuple(sorted(found))

    @cached_property
    def _numbers(self) -> tuple[bytes, ...]:
        return tuple(number.encode() for number in self.digits)

    def may_stand_in(self, text: str) -> bool:
        """Whether all words of a phrase, or the digits of a phone, stand somewhere in the text."""
        folded = text.casefold()
        for longest, others in self._words:
            if longest in folded and all(word in folded for word in others):
                return True
        if not self._numbers:
            return False
        joined = text.encode("utf-8", "replace").translate(None, _BETWEEN)
        return any(number in joined for number in self._numbers)


def pieces(text: str) -> tuple[str, tuple[str, ...]]:
    """A long part of a workbook by its rows or shared strings, and what ends each but the last."""
    cut = _CUT.search(text) if len(text) > _LONG else None
    return ("", (text,)) if cut is None else (cut[0], tuple(text.split(cut[0])))


def whole_pieces(text: str) -> Iterator[str]:
    """The same pieces, each with its end; of another long text windows that overlap."""
    end, parts = pieces(text)
    yield from (part + end for part in parts[:-1])
    last = parts[-1]
    for start in range(0, max(len(last) - _OVERLAP, 1), _LONG):
        yield last[start : start + _LONG + _OVERLAP]


def joined(texts: Iterable[object]) -> str:
    """Texts one after another, so that they are looked through at once."""
    return "\n".join(text for text in texts if isinstance(text, str))
