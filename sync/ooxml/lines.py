"""The filled cells of a tab, and a second read that looks only at what is new.

A tab whose part has the check sum and size it had is not read again. Of another one only the rows
whose bytes have another fingerprint than before are read (`rowmarks`). This holds only while rows
say their numbers, the texts that cells name by number are the same, and no formula that others
share has moved: otherwise the whole tab is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from model.errors import OddWorkbook
from sync.ooxml.cells import CellScan, RowScan
from sync.ooxml.frame import Frame
from sync.ooxml.grid import may_lock
from sync.ooxml.markup import sheet_data, words
from sync.ooxml.rowmarks import Piece, RowMarks, marks_of, may_be_home, pieces
from sync.ooxml.scan import Masters, Notes, Reading, read_rows, rows_of

if TYPE_CHECKING:
    from sync.ooxml.book import BookFile

_ODD = (b"<!", b"<?")
"""Comments, CDATA, instructions."""

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
    marks: RowMarks | None = None
    """Of the rows that were read; None unless they ascend, say their numbers, no comments among
    them."""


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
        before = known[1].marks
    content = book.sheet_xml(sheet, hold=before is not None)  # it will be written into
    merged = _merged(content, book, sheet)
    try:
        if before is not None and known is not None:
            lines = _reread(content, before, known[1], book)
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
    stretch = _Stretch.of(content)
    locks = stretch is None or may_lock(content, stretch.start, stretch.end)
    marks = None
    if plain and stretch is not None:
        marks = marks_of(content, stretch.start, stretch.end, stretch.opened)
    return Lines(rows, merged, notes.masters, locks=locks, marks=marks)


def _line(row: RowScan) -> Line:
    # fields by place: by name they take three times as long
    return {c[0]: c for c in row.cells if c[2] or c[3] is not None}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The rows of a sheet: from one offset to another, and how each of them begins."""

    start: int
    end: int
    prefix: str

    @classmethod
    def of(cls, content: bytes) -> _Stretch | None:
        """Of a sheet that holds rows."""
        opening = sheet_data(content)
        if opening is None or opening[2]:
            return None
        end = content.rfind(b"</" + opening[1] + b"sheetData")
        return None if end < 0 else cls(opening.end(), end, opening[1].decode())

    @property
    def opened(self) -> bytes:
        return words(self.prefix).row_open.encode() + b" "


def _reread(content: bytes, before: RowMarks, known: Lines, book: BookFile) -> Lines | None:
    """The rows of the new content; None where only a whole read is safe."""
    stretch = _Stretch.of(content)
    if stretch is None:
        return None
    reading = Reading(words(stretch.prefix), book.strings.whole(), book.name, dict(known.masters))
    rows: dict[int, Line] = {}
    marks, last, locks, homes = RowMarks(), 0, known.locks, len(before.homes)
    for piece in pieces(content, stretch.start, stretch.end, stretch.opened, before):
        if piece is None or piece.number <= last:
            return None
        last = piece.number
        if piece.place is not None:
            marks.copy_row(before, piece.place)
            homes -= last in before.homes
            rows[last] = known.rows[last]
        elif _odd(content, piece) or may_be_home(content, piece):
            return None
        else:
            marks.add(content, piece)
            locks = locks or may_lock(content, piece.start, piece.end)
            (row,) = rows_of(content[piece.start : piece.end].decode(), reading)
            rows[last] = _line(row)
    if homes:
        return None  # a formula that others share is gone or another one
    marks.homes = before.homes
    return replace(known, rows=rows, locks=locks, marks=marks)


def _odd(content: bytes, piece: Piece) -> bool:
    return any(content.find(sign, piece.start, piece.end) >= 0 for sign in _ODD)
