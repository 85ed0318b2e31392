"""Cell addresses: letters and numbers, both counted from one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

MAX_COLUMN = 16_384
MAX_ROW = 1_048_576

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@cache
def col_number(letters: str) -> int:
    """Number of a column: A is 1, XFD is 16384; raises ValueError."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(letters)
    return number


@cache
def col_letter(number: int) -> str:
    """Letters of a column number: 28 is AB; raises ValueError."""
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(number)
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_ref(ref: str) -> tuple[int, int]:
    """Column and row of a cell address: `B7` is (2, 7); raises ValueError."""
    match = _REF.fullmatch(ref)
    if match is None or not 1 <= int(match[2]) <= MAX_ROW:
        raise ValueError(ref)
    return col_number(match[1]), int(match[2])


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, ends included."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, ref: str) -> Area:
        """The rectangle of `A3:AF120` or of one cell; raises ValueError."""
        first, _, last = ref.partition(":")
        left, top = split_ref(first)
        right, bottom = split_ref(last or first)
        return cls(min(left, right), min(top, bottom), max(left, right), max(top, bottom))

    def __contains__(self, place: tuple[int, int]) -> bool:
        col, row = place
        return self.left <= col <= self.right and self.top <= row <= self.bottom

    @property
    def ref(self) -> str:
        """The address as a sheet writes it: `A3:AF120`, or `B7` for one cell."""
        first = f"{col_letter(self.left)}{self.top}"
        last = f"{col_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def meets(self, other: Area) -> bool:
        """Whether the two rectangles share a cell."""
        return not (
            self.right < other.left
            or other.right < self.left
            or self.bottom < other.top
            or other.bottom < self.top
        )
