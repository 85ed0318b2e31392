"""Ranges in Google's spelling: half open, counted from zero, open ends as None."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CORNER = re.compile(r"\$?([A-Za-z]{0,3})\$?([0-9]{0,7})")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


@dataclass(frozen=True, slots=True)
class Area:
    """Rows `top` to `bottom` and columns `left` to `right`, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, at: tuple[int, int]) -> bool:
        return self.top <= at[0] < self.bottom and self.left <= at[1] < self.right

    def cut(self, rows: int, cols: int) -> Area:
        """The part that lies on a grid of that size."""
        return Area(self.top, self.left, min(self.bottom, rows), min(self.right, cols))

    def meets(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return (
            self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )


@dataclass(frozen=True, slots=True)
class Spelled:
    """A range as it was written: the tab, if named, and what is given of the corners."""

    title: str | None
    top: int | None = None
    left: int | None = None
    bottom: int | None = None
    right: int | None = None
    single: bool = False

    def on(self, rows: int, cols: int) -> Area:
        """The range on a grid of that size; it may reach past its end."""
        top, left = self.top or 0, self.left or 0
        return Area(
            top,
            left,
            rows if self.bottom is None else self.bottom,
            cols if self.right is None else self.right,
        )


def letters(col: int) -> str:
    """Column letters of a number counted from zero: 26 -> AA."""
    text, number = "", col + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    """Number from zero of column letters."""
    found = 0
    for char in text.upper():
        found = found * 26 + ord(char) - 64
    return found - 1


def spelled(text: str, titles: frozenset[str]) -> Spelled | None:
    """What a range says; None when it is no range of a book with these tabs."""
    title, mark, cells = text.rpartition("!")
    if not mark:
        bare = _unquoted(text)
        if bare in titles:
            return Spelled(bare)
        return _cells(None, text)
    title = _unquoted(title)
    return _cells(title, cells) if title in titles else None


def _unquoted(title: str) -> str:
    if len(title) > 1 and title[0] == title[-1] == "'":
        return title[1:-1].replace("''", "'")
    return title


def _cells(title: str | None, text: str) -> Spelled | None:
    first, colon, second = text.partition(":")
    one = _corner(first)
    two = _corner(second) if colon else one
    if one is None or two is None:
        return None
    (top, left), (bottom, right) = one, two
    if not colon and (top is None or left is None):
        return None
    if None not in (left, right) and right < left:  # type: ignore[operator]
        left, right = right, left
    if None not in (top, bottom) and bottom < top:  # type: ignore[operator]
        top, bottom = bottom, top
    return Spelled(
        title,
        top,
        left,
        None if bottom is None else bottom + 1,
        None if right is None else right + 1,
        single=not colon,
    )


def _corner(text: str) -> tuple[int | None, int | None] | None:
    match = _CORNER.fullmatch(text)
    if match is None or not text:
        return None
    col = number(match[1]) if match[1] else None
    row = int(match[2]) - 1 if match[2] else None
    return None if row is not None and row < 0 else (row, col)


def quoted(title: str) -> str:
    """A tab's name as Google spells it in its answers."""
    if _PLAIN.fullmatch(title) and not _LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def told(title: str, area: Area) -> str:
    """`Sheet1!A1:B2`, one cell without its second corner."""
    first = f"{letters(area.left)}{area.top + 1}"
    last = f"{letters(area.right - 1)}{area.bottom}"
    return f"{quoted(title)}!{first}" + ("" if first == last else f":{last}")
