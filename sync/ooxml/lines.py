"""The filled cells of a tab, and a second read that looks only at what is new.

A tab whose part has the check sum and size it had is not read again. Of another one, the rows at
its beginning and end that are equal byte for byte are passed over, and between them every row that
equals one of before; the others are read. This holds only while rows say their numbers, the texts
that cells name by number are the same, and no formula that others share has moved: otherwise the
whole tab is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from model.errors import OddWorkbook
from sync.ooxml.cells import CellScan, RowScan
from sync.ooxml.frame import Frame
from sync.ooxml.grid import may_lock
from sync.ooxml.markup import sheet_data, words
from sync.ooxml.scan import Masters, Notes, Reading, read_rows, rows_of

if TYPE_CHECKING:
    from sync.ooxml.book import BookFile

_CHUNK = 1 << 16
_SHARED, _HOME = b"shared", b"ref="

Line = Mapping[int, CellScan]
"""The filled cells of a row by column; rows of mere looks are empty."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a tab with their filled cells, and what a second read has to know of them."""

    rows: Mapping[int, Line]
    merged: tuple[str, ...] = ()
    masters: Masters = field(default_factory=dict)
    locks: bool = True
    """There may be array formulas or data tables among them."""
    plain: bool = False
    """Rows ascend and say their numbers; no comments among them."""


def read_lines(book: BookFile, sheet: str, known: tuple[BookFile, Lines] | None = None) -> Lines:
    """The rows of a tab; with its earlier state only what is new is read. Raises OddWorkbook."""
    lines = _read_lines(book, sheet, known)
    book.locks[sheet] = lines.locks
    return lines


def _read_lines(book: BookFile, sheet: str, known: tuple[BookFile, Lines] | None) -> Lines:
    before = None
    if known is not None and book.strings.continues(known[0].strings):
        member, old = book.member(sheet), known[0].member(sheet)
        if (member.crc, member.size) == (old.crc, old.size):
            return known[1]
        before = known[0].sheet_xml(sheet) if known[1].plain else None
    content = book.sheet_xml(sheet, hold=before is not None)  # a tab that moves will move again
    merged = _merged(content, book, sheet)
    try:
        if before is not None and known is not None:
            lines = _reread(content, before, known[1], book)
            known[0].let_go(sheet)
            if lines is not None:
                return replace(lines, merged=merged)
        return _read(content, merged, book)
    except (ValueError, IndexError) as error:
        raise OddWorkbook(name=book.name, detail=f"разметка листа «{sheet}»") from error


def _merged(content: bytes, book: BookFile, sheet: str) -> tuple[str, ...]:
    frame = Frame.of(content, label=book.name, part=book.sheet(sheet).part)
    listed = frame.root.first("mergeCells")
    return tuple(n.attributes.get("ref", "") for n in (listed.all("mergeCell") if listed else ()))


def _read(content: bytes, merged: tuple[str, ...], book: BookFile) -> Lines:
    notes, count, rows = Notes(), 0, {}
    for row in read_rows(content, book.strings.whole(), label=book.name, notes=notes):
        rows[row.row] = _line(row)
        count += 1
    plain = notes.plain and count == len(rows) and list(rows) == sorted(rows)
    stretch = _stretch(content)
    locks = stretch is None or may_lock(content, stretch.start, stretch.end)
    return Lines(rows, merged, notes.masters, locks=locks, plain=plain)


def _line(row: RowScan) -> Line:
    # fields by place: by name they take three times as long
    return {c[0]: c for c in row.cells if c[2] or c[3] is not None}


@dataclass(slots=True)
class _Stretch:
    """The rows of a sheet as bytes: from one offset to another."""

    content: bytes
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start

    def bytes(self) -> bytes:
        return self.content[self.start : self.end]


def _reread(content: bytes, before: bytes, known: Lines, book: BookFile) -> Lines | None:
    """The rows of the new content; None where only a whole read is safe."""
    new, old = _stretch(content), _stretch(before)
    opening = sheet_data(content)
    if new is None or old is None or opening is None:
        return None
    patterns = words(opening[1].decode())
    row = patterns.row_open.encode() + b" "
    above, below = _trim(new, old, row)
    middle, gone = new.bytes(), old.bytes()
    if b"<!" in middle or b"<?" in middle:
        return None
    reading = Reading(patterns, book.strings.whole(), book.name, dict(known.masters))
    between = _between(middle, gone, known, reading)
    if between is None:
        return None
    head = {n: line for n, line in known.rows.items() if above is not None and n < above}
    tail = {n: line for n, line in known.rows.items() if below is not None and n >= below}
    numbers = [*head, *between, *tail]
    if numbers != sorted(set(numbers)):
        return None
    locks = known.locks or may_lock(content, new.start, new.end)
    return replace(known, rows={**head, **between, **tail}, locks=locks)


def _stretch(content: bytes) -> _Stretch | None:
    opening = sheet_data(content)
    if opening is None or opening[2]:
        return None
    end = content.rfind(b"</" + opening[1] + b"sheetData")
    return None if end < 0 else _Stretch(content, opening.end(), end)


def _trim(new: _Stretch, old: _Stretch, row: bytes) -> tuple[int | None, int | None]:
    """Cuts the equal rows off both ends; the first number behind the ones above, and below."""
    above = below = None
    equal = _equal_from_start(new, old)
    cut = new.content.rfind(row, new.start, new.start + equal)
    if cut >= 0:
        old.start += cut - new.start
        new.start = cut
        above = _number(old.content, old.start, row)
    equal = _equal_from_end(new, old)
    cut = new.content.find(row, new.end - equal, new.end)
    if cut >= 0:
        below = _number(new.content, cut, row)
        old.end -= new.end - cut
        new.end = cut
    return above, below


def _number(content: bytes, at: int, row: bytes) -> int:
    start = at + len(row) + len(b'r="')
    return int(content[start : content.index(b'"', start)])


def _equal_from_start(one: _Stretch, other: _Stretch) -> int:
    size = min(one.size, other.size)
    at, step = 0, _CHUNK
    while step and at < size:
        step = min(step, size - at)
        left = one.content[one.start + at : one.start + at + step]
        if left == other.content[other.start + at : other.start + at + step]:
            at += step
        else:
            step //= 2
    return at


def _equal_from_end(one: _Stretch, other: _Stretch) -> int:
    size = min(one.size, other.size)
    at, step = 0, _CHUNK
    while step and at < size:
        step = min(step, size - at)
        right = one.content[one.end - at - step : one.end - at]
        if right == other.content[other.end - at - step : other.end - at]:
            at += step
        else:
            step //= 2
    return at


def _between(middle: bytes, gone: bytes, known: Lines, reading: Reading) -> dict[int, Line] | None:
    """The rows of a stretch: those that stood there before as they are known, the others read."""
    opened = reading.words.row_open.encode()
    pieces, olds = middle.split(opened + b" "), gone.split(opened + b" ")
    if pieces[0].strip() or middle.count(opened) != len(pieces) - 1:
        return None
    before = frozenset(islice(olds, 1, None))
    if _SHARED in middle or _SHARED in gone:
        moved = before.symmetric_difference(islice(pieces, 1, None))
        if any(_SHARED in piece and _HOME in piece for piece in moved):
            return None
    rows: dict[int, Line] = {}
    for piece in islice(pieces, 1, None):
        if not piece.startswith(b'r="'):
            return None
        number = int(piece[3 : piece.index(b'"', 3)])
        if number in rows:
            return None
        if piece in before:
            rows[number] = known.rows[number]
        else:
            (row,) = rows_of((opened + b" " + piece).decode(), reading)
            rows[number] = _line(row)
    return rows
