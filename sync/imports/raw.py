"""A foreign file as a table: headings and rows of cells as they stand, nothing guessed.

Cells of a text file are texts; cells of a workbook keep the type that the file gives them. A row
knows its number in the file, because a person looks it up there. Characters that no workbook can
hold are taken out here, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.spoken import number_of
from model.values import Value
from sync.imports.headings import folded, is_known

MAX_BYTES = 50 * 1024 * 1024
MAX_CELLS = 5_000_000
_TITLE_ROWS = 20
"""How far down the headings are looked for: reports put a title and a period above them."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row and its number in the file; as many cells as there are headings."""

    number: int
    cells: tuple[Value, ...]
    dirt: int = 0
    """Characters that were taken out."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """The table of a file; where it lay is for the person who reads the summary."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[RawRow, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    def column(self, index: int) -> tuple[Value, ...]:
        """The cells of one column."""
        return tuple(row.cells[index] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A row before the headings are known."""

    number: int
    cells: tuple[Value, ...]


def clean(value: Value) -> tuple[Value, int]:
    """A cell without characters that no workbook can hold, and how many there were."""
    if not isinstance(value, str):
        return value, 0
    return _ILLEGAL.subn("", value)


def clean_text(text: str) -> str:
    """A text without characters that no workbook can hold."""
    return _ILLEGAL.sub("", text)


def is_blank(value: Value) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def head_and_rows(lines: Sequence[Line]) -> tuple[tuple[str, ...], tuple[RawRow, ...]]:
    """The headings and the rows below them; blank rows fall out, ragged ones are made even."""
    filled = [line for line in lines if not all(map(is_blank, line.cells))]
    if not filled:
        return (), ()
    at = _header_at(filled)
    body = filled if at is None else filled[at + 1 :]
    width = max((_width(line) for line in body), default=0)
    titles = [] if at is None else [_title(cell) for cell in filled[at].cells[: _width(filled[at])]]
    width = max(width, len(titles))
    return tuple(_distinct(titles, width)), tuple(_rows(body, width))


def _rows(body: Sequence[Line], width: int) -> Iterator[RawRow]:
    for line in body:
        cells = line.cells[:width] + (None,) * (width - len(line.cells))
        cleaned = [clean(cell) for cell in cells]
        yield RawRow(line.number, tuple(c for c, _ in cleaned), sum(n for _, n in cleaned))


def _header_at(lines: Sequence[Line]) -> int | None:
    """Index of the row of headings: the one with most known words, else the first full text row."""
    top = lines[:_TITLE_ROWS]
    known = [sum(is_known(_title(c)) for c in line.cells) for line in top]
    if max(known):
        return known.index(max(known))
    usual = Counter(_width(line) for line in lines[:200]).most_common(1)[0][0]
    for at, line in enumerate(top):
        if _width(line) >= usual:
            return at if all(map(_is_word, line.cells[: _width(line)])) else None
    return 0


def _is_word(cell: Value) -> bool:
    """Whether a cell may be a heading: blank or a text that is no number, address or phone."""
    if is_blank(cell):
        return True
    return isinstance(cell, str) and number_of(cell) is None and not re.search(r"@|\d{5}", cell)


def _width(line: Line) -> int:
    """Number of cells up to the last one that says something."""
    return max((n for n, c in enumerate(line.cells, 1) if not is_blank(c)), default=0)


def _title(cell: Value) -> str:
    return " ".join(str(clean(cell)[0]).split()) if not is_blank(cell) else ""


def _distinct(titles: Sequence[str], width: int) -> Iterator[str]:
    """Titles with none blank and none twice."""
    seen: Counter[str] = Counter()
    for number in range(1, width + 1):
        title = titles[number - 1] if number <= len(titles) else ""
        title = title or f"Столбец {number}"
        seen[folded(title)] += 1
        count = seen[folded(title)]
        yield title if count == 1 else f"{title} ({count})"
