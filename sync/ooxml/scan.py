"""Rows and cells of a sheet read in one pass of regular expressions.

The usual shape of a cell is matched by one pattern; a row that holds anything else is read again,
cell by cell. Rows and cells without an address stand one after the one before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from sys import intern
from typing import TYPE_CHECKING, Protocol

from model.errors import OddWorkbook
from model.values import plain, to_serial
from sync.ooxml.a1 import col_number, split_ref
from sync.ooxml.cells import ROW, CellKind, CellScan, RowFormula, RowScan
from sync.ooxml.formula import translate
from sync.ooxml.markup import Words, attributes, sheet_data, words
from sync.ooxml.strings import flat
from sync.ooxml.xmltext import (
    cell_text,
    has_declarations,
    has_instructions,
    plain_markup,
    shadow,
    unescape,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KINDS = {
    "": CellKind.NUMBER,
    "n": CellKind.NUMBER,
    "b": CellKind.BOOL,
    "e": CellKind.ERROR,
    "str": CellKind.TEXT,
    "s": CellKind.TEXT,
    "inlineStr": CellKind.TEXT,
    "d": CellKind.NUMBER,
}


class Texts(Protocol):
    """Texts by number: a list of them, or the shared strings of a book."""

    def __getitem__(self, index: int, /) -> str: ...


Masters = dict[str, tuple[int, int, str]]
"""Shared index -> row, column and text of the formula."""
_CELL = tuple.__new__
"""Makes a `CellScan` from all its fields, three times faster than by its own name."""
_STRETCH = 1 << 20
"""Bytes of a sheet that are read in one go."""
_KNOWN = 50_000
"""Different cells that are remembered, so that equal ones are understood once."""
_TEMPLATES = 5_000
"""Different formulas that are remembered; a book of ours needs some six hundred."""


@dataclass(slots=True)
class Notes:
    """What a reader of rows leaves behind."""

    masters: Masters = field(default_factory=dict)
    plain: bool = False
    """Every row said its number first of all, and no comments stood among them."""


@dataclass(slots=True)
class Reading:
    """What cells of one sheet need to be understood: strings, and what was met so far."""

    words: Words
    strings: Texts
    label: str = ""
    masters: Masters = field(default_factory=dict)
    looks: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    """Attributes of a cell as written -> style and type."""
    known: dict[tuple[str, str, str, str, str], CellScan] = field(default_factory=dict)
    """Cells without a formula as written -> as read; equal ones become one."""
    templates: dict[str, str] = field(default_factory=dict)
    """Formulas without their row's number as written -> as read; a column has but one."""
    children: dict[str, str] = field(default_factory=dict)
    """The same of formulas that share another one's markup."""
    last: int = 0
    """Number of the row that was met last."""
    numbered: bool = True
    """Whether every row said its number first of all."""

    def number(self, tag: str) -> int:
        """Number of the next row."""
        self.last = row_number(tag, self.last)
        return self.last

    def formula(self, written: str) -> str | RowFormula:
        """The formula of the row that was met last, from its markup."""
        if "&#" in written:
            return unescape(written)
        template = written.replace(str(self.last), ROW)
        known = self.templates.get(template)
        if known is not None:
            return RowFormula(known, self.last)
        known = _kept(self.templates, template, unescape(template))
        return known.replace(ROW, str(self.last))

    def shared(self, text: str, row: int) -> str | RowFormula:
        """The formula of a row that shares another row's, from its own text."""
        template = text.replace(str(row), ROW)
        known = self.children.get(template)
        if known is not None:
            return RowFormula(known, row)
        _kept(self.children, template, template)
        return text


def _kept(known: dict[str, str], template: str, text: str) -> str:
    if len(known) > _TEMPLATES:
        known.clear()
    known[template] = text
    return text


def read_rows(
    content: bytes, strings: Texts, *, label: str, notes: Notes | None = None
) -> Iterator[RowScan]:
    """The rows of a sheet in UTF-8, in file order; raises OddWorkbook.

    `notes` are filled while the rows are read.
    """
    notes = notes or Notes()
    opening = sheet_data(content)
    if opening is None or opening[2]:
        return
    reading = Reading(words(opening[1].decode()), strings, label, notes.masters)
    end = content.rfind(b"</" + opening[1] + b"sheetData")
    if has_declarations(content) or has_instructions(content, opening.end()):
        yield from _hidden_markup(content, opening.end(), reading)
        return
    for text in _stretches(content, opening.end(), end, reading.words.row_close):
        yield from rows_of(text, reading)
    notes.plain = reading.numbered


def rows_of(text: str, reading: Reading) -> Iterator[RowScan]:
    """The rows in a stretch of a sheet that begins and ends between rows."""
    opened = reading.words.row_open
    pieces = text.split(opened + " ")
    if pieces[0].strip() or text.count(opened) != len(pieces) - 1:
        reading.numbered = False
        yield from _odd_rows(text, reading)
        return
    closed = reading.words.row_end
    for piece in islice(pieces, 1, None):
        tag, _, body = piece.partition(">")
        number = reading.number(tag)
        reading.numbered = reading.numbered and tag[:3] == 'r="'
        if tag[-1:] == "/":
            cells: tuple[CellScan, ...] = ()
        elif body.endswith(closed) or closed in body:
            cells = tuple(_cells(body, number, reading))
        else:
            raise OddWorkbook(name=reading.label, detail=f"строка {number} не закрыта")
        yield RowScan(number, cells, _hidden(tag))


def _stretches(content: bytes, at: int, end: int, closed: bytes) -> Iterator[str]:
    """The rows in pieces of some size: the whole sheet as text would take twice its bytes."""
    while at < end:
        cut = content.rfind(closed, at, min(at + _STRETCH, end))
        if cut < 0:
            cut = content.find(closed, at, end)
        cut = end if cut < 0 else cut + len(closed)
        yield content[at:cut].decode()
        at = cut


def _odd_rows(text: str, reading: Reading) -> Iterator[RowScan]:
    """Rows with tags that are not written as usual."""
    closed, at = reading.words.row_end, 0
    while (row := reading.words.row_text.search(text, at)) is not None:
        number = reading.number(row[1])
        close = row.end() if row[2] else text.find(closed, row.end())
        if close < 0:
            raise OddWorkbook(name=reading.label, detail=f"строка {number} не закрыта")
        body = text[row.end() : close]
        yield RowScan(number, tuple(_cells(body, number, reading)), _hidden(row[1]))
        at = close


def _hidden_markup(content: bytes, at: int, reading: Reading) -> Iterator[RowScan]:
    """Rows among comments, instructions and CDATA."""
    view = shadow(content)
    end = view.rfind(f"</{reading.words.prefix}sheetData".encode())
    yield from _odd_rows(plain_markup(content[at:end]).decode(), reading)


def row_number(tag: str, last: int) -> int:
    """Number of a row from its attributes, else the next one."""
    if tag[:3] == 'r="':
        return int(tag[3 : tag.index('"', 3)])
    if tag[:4] == ' r="':
        return int(tag[4 : tag.index('"', 4)])
    return int(attributes(tag).get("r", last + 1))


def _hidden(tag: str) -> bool:
    return "hidden" in tag and attributes(tag).get("hidden") in {"1", "true"}


def _cells(text: str, row: int, reading: Reading) -> Iterable[CellScan]:
    patterns = reading.words
    found = patterns.usual.findall(text)
    if len(found) != text.count(patterns.cell_open):
        return _odd_cells(text, row, reading)
    known = reading.known
    if len(known) > _KNOWN:
        known.clear()
    return [known.get(p) or _usual_cell(p, reading) for p in found]


def _usual_cell(parts: tuple[str, str, str, str, str], reading: Reading) -> CellScan:
    letters, tag, formula, value, end = parts
    look = reading.looks.get(tag)
    if look is None:
        look = reading.looks[tag] = _look(tag)
    style, kind = look
    shown = value if end else None
    col = col_number(letters)
    if formula:
        return _resolved(col, style, kind, reading.formula(formula), shown, reading.strings)
    cell = _resolved(col, style, kind, None, shown, reading.strings)
    reading.known[parts] = cell
    return cell


def _look(tag: str) -> tuple[int | None, str]:
    """Style and type from the attributes of a cell; a sheet has few different ones."""
    given = attributes(tag)
    return int(given["s"]) if "s" in given else None, given.get("t", "")


def _odd_cells(text: str, row: int, reading: Reading) -> Iterator[CellScan]:
    last = 0
    for match in reading.words.cell_text.finditer(text):
        cell = read_cell(match[1], match[2], (last + 1, row), reading)
        last = cell.col
        yield cell


def read_cell(tag: str, body: str | None, place: tuple[int, int], reading: Reading) -> CellScan:
    """One cell from its attributes and content; `place` is where it stands if it does not say."""
    given = attributes(tag)
    col, row = split_ref(given["r"]) if "r" in given else place
    look = int(given["s"]) if "s" in given else None
    kind = given.get("t", "")
    if not body:
        return CellScan(col, CellKind.EMPTY, "", None, look)
    formula = _formula(body, (col, row), reading)
    inline = reading.words.inline.search(body) if kind == "inlineStr" else None
    if inline is not None:
        return CellScan(col, CellKind.TEXT, flat(inline[2] or "", reading.words), formula, look)
    value = reading.words.value.search(body)
    return _resolved(
        col, look, kind, formula, None if value is None else value[2] or "", reading.strings
    )


def _formula(body: str, place: tuple[int, int], reading: Reading) -> str | RowFormula | None:
    match = reading.words.formula.search(body)
    if match is None:
        return None
    given, text = attributes(match[1]), unescape(match[2] or "")
    if given.get("t") != "shared":
        return text
    col, row = place
    if text:
        if "ref" in given:
            reading.masters[given.get("si", "")] = (row, col, text)
        return text
    master = reading.masters.get(given.get("si", ""))
    if master is None:
        return ""
    return reading.shared(translate(master[2], rows=row - master[0], cols=col - master[1]), row)


def _resolved(  # the six parts of a cell, on the hot path
    col: int,
    look: int | None,
    kind: str,
    formula: str | RowFormula | None,
    value: str | None,
    strings: Texts,
) -> CellScan:
    if value is None or (not value and kind not in {"str", "inlineStr"}):
        return CellScan(col, CellKind.EMPTY, "", formula, look, formula is None)
    shape = _KINDS.get(kind, CellKind.TEXT)
    match kind:
        case "s":
            text = strings[int(value)]
        case "str" | "inlineStr":
            text = intern(cell_text(value))  # names of clients stand in every book
        case "d":
            text = _serial(value)
        case _:
            text = unescape(value)
    return _CELL(CellScan, (col, shape, text, formula, look, True))


def _serial(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text
    whole = len(text) == len("2026-01-31")
    return plain(to_serial(date(moment.year, moment.month, moment.day) if whole else moment))
