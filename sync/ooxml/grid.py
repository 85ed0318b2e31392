"""Where rows and cells stand in the bytes of a sheet.

Rows ascend, so one is found by halving the distance; only when one is absent are all of them
listed, which also proves their order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from model.errors import OddWorkbook
from sync.ooxml.a1 import Area, col_number, split_ref
from sync.ooxml.markup import Words, attributes, words
from sync.ooxml.scan import Reading, Texts, read_cell, row_number
from sync.ooxml.xmltext import has_declarations, plain_markup, shadow, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sync.ooxml.cells import CellScan
    from sync.ooxml.frame import Frame


@dataclass(frozen=True, slots=True)
class RowAt:
    """A row and its offsets; `closed` is where its end tag begins."""

    number: int
    start: int
    opened: int
    closed: int
    end: int
    tag: str

    @property
    def empty(self) -> bool:
        """Whether the row is a single closed tag."""
        return self.opened == self.end


@dataclass(frozen=True, slots=True)
class CellAt:
    """A cell and its offsets; `inner` is its content as it stands, None for a closed tag."""

    col: int
    start: int
    end: int
    raw_tag: bytes
    inner: bytes | None

    @property
    def tag(self) -> str:
        """The attributes as written."""
        return self.raw_tag.decode()

    @property
    def body(self) -> str | None:
        """The content in plain markup."""
        return None if self.inner is None else plain_markup(self.inner).decode()


_LOCKED = (b"array", b"dataTable", b"&#")
"""One of these stands in a sheet that has such a formula; a letter may be spelled by its number."""
_USUAL_REF = re.compile(rb' r="([A-Z]+)[0-9]+"')


def may_lock(content: bytes, start: int, end: int) -> bool:
    """Whether a stretch of a sheet may hold an array formula or a data table."""
    return any(content.find(sign, start, end) >= 0 for sign in _LOCKED)


class Grid:
    """Rows and cells of one sheet by their addresses.

    `locks`: whether it may hold array formulas; somebody who has read it may know that it does not.
    """

    def __init__(self, content: bytes, frame: Frame, *, label: str, locks: bool = True) -> None:
        self._locks = locks
        self.content = content
        self.frame = frame
        self.words: Words = words(frame.prefix)
        self._label = label
        self._view = shadow(content) if has_declarations(content) else content
        self._cells: dict[int, tuple[CellAt, ...]] = {}
        self._found: dict[int, RowAt | None] = {}

    def row(self, number: int) -> RowAt | None:
        """The row of that number; None when the sheet does not hold it."""
        if number not in self._found:
            self._found[number] = self._look_up(number)
        return self._found[number]

    def insertion(self, number: int) -> int:
        """Where a row of that number is to be inserted."""
        numbers, starts = self._index
        place = bisect_left(numbers, number)
        return starts[place] if place < len(starts) else self.frame.closed

    @property
    def numbers(self) -> Sequence[int]:
        """Numbers of all rows, ascending."""
        return self._index[0]

    @property
    def last_row(self) -> int:
        """Number of the last row that the sheet holds; 0 for none."""
        numbers = self._index[0]
        return numbers[-1] if numbers else 0

    def cells(self, row: RowAt) -> tuple[CellAt, ...]:
        """The cells of a row in their order; raises OddWorkbook."""
        if row.number not in self._cells:
            self._cells[row.number] = tuple(self._row_cells(row))
        return self._cells[row.number]

    @cached_property
    def locked(self) -> tuple[Area, ...]:
        """The areas of array formulas and data tables: each is one object."""
        opened, closed = self.frame.opened, self.frame.closed
        if not self._locks or not may_lock(self.content, opened, closed):
            return ()
        kinds = {"array", "dataTable"}
        return tuple(
            Area.parse(given["ref"])
            for given, _ in self._formulas()
            if given.get("t") in kinds and "ref" in given
        )

    @cached_property
    def masters(self) -> dict[str, tuple[int, int, str]]:
        """The shared formulas: index -> row, column and text of the cell that holds the text."""
        found = {}
        for given, match in self._formulas():
            if given.get("t") == "shared" and "ref" in given:
                col, row = self._holder(match.start(), given["ref"])
                text = unescape(plain_markup(match[2] or b"").decode())
                found[given.get("si", "")] = (row, col, text)
        return found

    def row_from(self, at: int, number: int) -> RowAt | None:
        """The row that begins at an offset, if it is the one of that number."""
        match = self.words.row.match(self._view, at, self.frame.closed)
        if match is None or row_number(match[1].decode(), number - 1) != number:
            return None
        return self._at(match, number)

    def scan(self, at: CellAt, row: int, strings: Texts) -> CellScan:
        """A cell as the reader gives it."""
        masters = self.masters if at.body and "shared" in at.body else {}
        return read_cell(
            at.tag, at.body, (at.col, row), Reading(self.words, strings, masters=masters)
        )

    def _formulas(self) -> list[tuple[dict[str, str], re.Match[bytes]]]:
        p = re.escape(self.words.prefix).encode()
        pattern = re.compile(rb"<" + p + rb"f(\s[^>]*?)(?:/>|>(.*?)</" + p + rb"f\s*>)", re.DOTALL)
        matches = pattern.finditer(self._view, self.frame.opened, self.frame.closed)
        return [(attributes(match[1].decode()), match) for match in matches]

    def _holder(self, at: int, area: str) -> tuple[int, int]:
        """The cell around an offset; the corner of the formula's area when it has no address."""
        opening = self._view.rfind(self.words.cell_open.encode(), self.frame.opened, at)
        tag = self.content[opening : self._view.index(b">", opening)].decode()
        return split_ref(attributes(tag).get("r") or area.partition(":")[0])

    def _row_cells(self, row: RowAt) -> Iterator[CellAt]:
        content, nested, last = self.content, self.words.cell_tag, 0
        for match in self.words.cell.finditer(self._view, row.opened, row.closed):
            tag = match[1]
            usual = _USUAL_REF.match(tag)
            col = col_number(usual[1].decode()) if usual else _col(tag.decode(), last)
            inner = None if match[2] is None else content[match.start(2) : match.end(2)]
            if col <= last or (inner and nested.search(inner)):
                raise self._odd(f"ячейки строки {row.number} стоят не по порядку")
            yield CellAt(col, match.start(), match.end(), tag, inner)
            last = col

    def _look_up(self, number: int) -> RowAt | None:
        if "_index" not in self.__dict__:
            found = self._halving(number)
            if found is not None:
                return found
        numbers, starts = self._index
        place = bisect_left(numbers, number)
        if place == len(numbers) or numbers[place] != number:
            return None
        match = self.words.row.match(self._view, starts[place])
        return self._at(match, number) if match else None

    def _halving(self, number: int) -> RowAt | None:
        low, high = self.frame.opened, self.frame.closed
        while low < high:
            middle = (low + high) // 2
            match = self.words.row.search(self._view, middle, self.frame.closed)
            here = self._plain_number(match) if match else None
            if match is None or match.start() >= high:
                high = middle
            elif here is None:
                return None
            elif here == number:
                return self._at(match, number)
            elif here < number:
                low = match.end()
            else:
                high = middle
        return None

    @staticmethod
    def _plain_number(match: re.Match[bytes]) -> int | None:
        number = row_number(match[1].decode(), -1)
        return number or None

    @cached_property
    def _index(self) -> tuple[list[int], list[int]]:
        numbers: list[int] = []
        starts: list[int] = []
        last = 0
        for match in self.words.row.finditer(self._view, self.frame.opened, self.frame.closed):
            number = row_number(match[1].decode(), last)
            if number <= last:
                raise self._odd(f"строка {number} стоит после строки {last}")
            numbers.append(number)
            starts.append(match.start())
            last = number
        return numbers, starts

    def _at(self, match: re.Match[bytes], number: int) -> RowAt:
        tag = match[1].decode()
        if match[2]:
            return RowAt(number, match.start(), match.end(), match.end(), match.end(), tag)
        closed = self._view.find(self.words.row_close, match.end(), self.frame.closed)
        if closed < 0:
            raise self._odd(f"строка {number} не закрыта")
        end = closed + len(self.words.row_close)
        return RowAt(number, match.start(), match.end(), closed, end, tag)

    def _odd(self, detail: str) -> OddWorkbook:
        return OddWorkbook(name=self._label, detail=detail)


def _col(tag: str, last: int) -> int:
    given = attributes(tag).get("r")
    return split_ref(given)[0] if given else last + 1
