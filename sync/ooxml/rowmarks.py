"""Fingerprints of the rows of a tab: which rows of a later state are the very bytes they were.

A tab of thirty megabytes is known by a hundred kilobytes, so that no earlier state has to stay
unpacked. The fingerprint is Python's own hash of bytes: 64 bits with a key that each process draws
anew, which never leaves the process.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARED, _HOME = b"shared", b"ref="
_MOST = 1 << 32
"""No program has rows past it; a mark has four bytes for a number."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of a tab as bytes: where it begins and ends."""

    number: int
    start: int
    end: int
    place: int | None = None
    """Its place among the rows of before, of which it is one byte for byte."""


@dataclass(slots=True)
class RowMarks:
    """Number, bytes and fingerprint of each row, ascending."""

    numbers: array[int] = field(default_factory=lambda: array("I"))
    sizes: array[int] = field(default_factory=lambda: array("I"))
    hashes: array[int] = field(default_factory=lambda: array("q"))
    homes: set[int] = field(default_factory=set)
    """Rows that may hold a formula for others."""

    def add(self, content: bytes, piece: Piece) -> None:
        """Remember a row."""
        self.numbers.append(piece.number)
        self.sizes.append(piece.end - piece.start)
        self.hashes.append(hash(memoryview(content)[piece.start : piece.end]))
        if may_be_home(content, piece):
            self.homes.add(piece.number)

    def copy_row(self, other: RowMarks, place: int) -> None:
        """Remember a row that another state remembers."""
        self.numbers.append(other.numbers[place])
        self.sizes.append(other.sizes[place])
        self.hashes.append(other.hashes[place])

    def place(self, number: int) -> int:
        """Where the row of that number stands, or would stand."""
        return bisect_left(self.numbers, number)


def may_be_home(content: bytes, piece: Piece) -> bool:
    """Whether a row may hold a formula that others share."""
    return (
        content.find(_SHARED, piece.start, piece.end) >= 0
        and content.find(_HOME, piece.start, piece.end) >= 0
    )


def marks_of(content: bytes, start: int, end: int, opened: bytes) -> RowMarks | None:
    """The marks of all rows of a stretch; None unless every row says its number first."""
    marks = RowMarks()
    for piece in pieces(content, start, end, opened, marks):
        if piece is None:
            return None
        marks.add(content, piece)
    return marks


def pieces(
    content: bytes, start: int, end: int, opened: bytes, before: RowMarks
) -> Iterator[Piece | None]:
    """The rows of a stretch in file order, known ones by their marks; None where markup is odd.

    `opened` is how a row begins, up to its first attribute.
    """
    view, place = memoryview(content), 0
    first = content.find(opened, start, end)
    if content[start : end if first < 0 else first].strip():
        yield None
    at = end if first < 0 else first
    while at < end:
        known = place < len(before.numbers)
        stop = at + before.sizes[place] if known else end
        if (
            known
            and stop <= end
            and (stop == end or content.startswith(opened, stop))
            and hash(view[at:stop]) == before.hashes[place]
        ):
            yield Piece(before.numbers[place], at, stop, place)
            at, place = stop, place + 1
            continue
        stop = content.find(opened, at + len(opened), end)
        piece = _piece(content, at, end if stop < 0 else stop, opened)
        if piece is None:
            yield None
            return
        place = before.place(piece.number)
        if place < len(before.numbers) and before.numbers[place] == piece.number:
            if hash(view[at : piece.end]) == before.hashes[place]:
                piece = Piece(piece.number, at, piece.end, place)
            place += 1
        yield piece
        at = piece.end


def _piece(content: bytes, at: int, end: int, opened: bytes) -> Piece | None:
    number = at + len(opened) + len(b'r="')
    if not content.startswith(b'r="', at + len(opened)):
        return None
    if content.find(opened[:-1], at + len(opened), end) >= 0:
        return None
    found = int(content[number : content.index(b'"', number)])
    return Piece(found, at, end) if 0 < found < _MOST else None
