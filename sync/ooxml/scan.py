"""Rows and cells of a sheet read in one pass of regular expressions.

The usual shape of a cell is matched by one pattern; a row that holds anything else is read again,
cell by cell. Rows and cells without an address stand one after the one before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from model.errors import OddWorkbook
from model.values import plain, to_serial
from sync.ooxml.a1 import col_number, split_ref
from sync.ooxml.cells import CellKind, CellScan, RowScan
from sync.ooxml.formula import translate
from sync.ooxml.markup import Words, attributes, sheet_data, words
from sync.ooxml.xmltext import cell_text, has_declarations, plain_markup, shadow, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(slots=True)
class Reading:
    """What cells of one sheet need to be understood: strings, and shared formulas met so far."""

    words: Words
    strings: Texts
    masters: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """Shared index -> row, column and text of the formula."""
    looks: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    """Attributes of a cell as written -> style and type."""


def read_rows(content: bytes, strings: Texts, *, label: str) -> Iterator[RowScan]:
    """The rows of a sheet in UTF-8, in file order; raises OddWorkbook."""
    opening = sheet_data(content)
    if opening is None or opening[2]:
        return
    patterns = words(opening[1].decode())
    reading = Reading(patterns, strings)
    view = shadow(content) if has_declarations(content) else content
    end = view.rfind(b"</" + opening[1] + b"sheetData")
    at, last = opening.end(), 0
    while (row := patterns.row.search(view, at, end)) is not None:
        tag = row[1].decode()
        number = row_number(tag, last)
        close = row.end() if row[2] else view.find(patterns.row_close, row.end(), end)
        if close < 0:
            raise OddWorkbook(name=label, detail=f"строка {number} не закрыта")
        body = content[row.end() : close]
        text = (plain_markup(body) if view is not content else body).decode()
        yield RowScan(number, tuple(_cells(text, number, reading)), _hidden(tag))
        at, last = close, number


def row_number(tag: str, last: int) -> int:
    """Number of a row from its attributes, else the next one."""
    if tag[:4] == ' r="':
        return int(tag[4 : tag.index('"', 4)])
    return int(attributes(tag).get("r", last + 1))


def _hidden(tag: str) -> bool:
    return "hidden" in tag and attributes(tag).get("hidden") in {"1", "true"}


def _cells(text: str, row: int, reading: Reading) -> Iterator[CellScan]:
    patterns = reading.words
    found = patterns.usual.findall(text)
    if len(found) == text.count(patterns.cell_open):
        return _usual_cells(found, reading)
    return _odd_cells(text, row, reading)


def _usual_cells(
    found: list[tuple[str, str, str, str, str]], reading: Reading
) -> Iterator[CellScan]:
    strings, looks = reading.strings, reading.looks
    text_kind, number_kind, empty = CellKind.TEXT, CellKind.NUMBER, CellKind.EMPTY
    for letters, tag, formula, value, end in found:
        known = looks.get(tag)
        if known is None:
            known = looks[tag] = _look(tag)
        look, kind = known
        col = col_number(letters)
        if formula:
            yield _resolved(col, look, kind, unescape(formula), value if end else None, strings)
        elif not end:
            yield CellScan(col, empty, "", None, look)
        elif kind == "s":
            yield CellScan(col, text_kind, strings[int(value)], None, look)
        elif not kind:
            yield CellScan(col, number_kind, value, None, look)
        else:
            yield _resolved(col, look, kind, None, value, strings)


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


def _formula(body: str, place: tuple[int, int], reading: Reading) -> str | None:
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
    return translate(master[2], rows=row - master[0], cols=col - master[1])


def _resolved(  # the six parts of a cell, on the hot path
    col: int,
    look: int | None,
    kind: str,
    formula: str | None,
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
            text = cell_text(value)
        case "d":
            text = _serial(value)
        case _:
            text = unescape(value)
    return CellScan(col, shape, text, formula, look)


def _serial(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text
    whole = len(text) == len("2026-01-31")
    return plain(to_serial(date(moment.year, moment.month, moment.day) if whole else moment))


def flat(markup: str, patterns: Words) -> str:
    """The plain text of a rich string, without its phonetic hints."""
    if "rPh" in markup:
        markup = patterns.phonetic.sub("", markup)
    return cell_text("".join(patterns.run.findall(markup)))


class Strings:
    """The shared strings of a book, rich text flattened.

    One is found without parsing the others; `whole` parses them all, for a reader of whole sheets.
    """

    def __init__(self, content: bytes) -> None:
        opening = re.search(rb"<((?:[\w.-]+:)?)sst\b", content)
        self._words = words(opening[1].decode() if opening else "")
        self._content = content
        self._all: list[str] | None = None
        self._pieces: list[bytes] | None = None

    def whole(self) -> list[str]:
        """All of them, parsed once."""
        if self._all is None:
            text = plain_markup(self._content).decode()
            found = self._words.string.findall(text)
            self._all = [_string(plain_text, rich, self._words) for plain_text, rich in found]
        return self._all

    def __getitem__(self, index: int) -> str:
        piece = self._piece(index) if self._all is None else None
        return self.whole()[index] if piece is None else piece

    def _piece(self, index: int) -> str | None:
        """One string cut out; None where the markup is unusual and all must be parsed."""
        if self._pieces is None:
            name = f"<{self._words.prefix}si".encode()
            self._pieces = self._content.split(name + b">")
            odd = self._content.count(name) != len(self._pieces) - 1
            if odd or has_declarations(self._content):
                self._pieces = []
        if not 0 <= index < len(self._pieces) - 1:
            return None
        return flat(self._pieces[index + 1].decode(), self._words)


def _string(plain_text: str, rich: str, patterns: Words) -> str:
    if rich:
        return flat(rich, patterns)
    if "&" in plain_text or "_x" in plain_text or "\r" in plain_text:
        return cell_text(plain_text)
    return plain_text
