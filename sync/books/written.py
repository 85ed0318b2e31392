"""What stands in a book that is no file, as bytes that are equal when nothing moved.

Spreadsheets and open documents are written down: a line for each tab, each row that holds anything,
each name. The pass fingerprints, keeps and compares these bytes like those of a file. The first
line tells the kind of book, the second when the content was first seen: a person who takes an edit
back brings the cells of an older content again, and that is an edit, not an old file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Self

from model.errors import NotAWorkbook
from sync.ooxml import CellKind, CellScan, SheetRef

KINDS = {
    "t": CellKind.TEXT,
    "n": CellKind.NUMBER,
    "b": CellKind.BOOL,
    "e": CellKind.ERROR,
    "": CellKind.EMPTY,
}
LETTERS = {kind: letter for letter, kind in KINDS.items()}

Row = tuple[CellScan, ...]
"""The filled cells of a row, from left to right."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One tab: its rows by number, and how large its grid is."""

    id: int
    title: str
    hidden: bool
    height: int
    width: int
    merged: tuple[str, ...] = ()
    rows: Mapping[int, Row] = field(default_factory=dict)

    def cell(self, row: int, col: int) -> CellScan | None:
        """The cell at a place, if anything stands there."""
        return next((c for c in self.rows.get(row, ()) if c.col == col), None)


@dataclass(frozen=True)
class Written:
    """One content of a book; `name` is what messages call it."""

    MAGIC: ClassVar[bytes]
    """The first line of the bytes."""
    raw: bytes
    name: str

    @classmethod
    def of(cls, raw: bytes, *, name: str) -> Self:
        """The content in the bytes; raises NotAWorkbook."""
        if not raw.startswith(cls.MAGIC):
            raise NotAWorkbook(name=name, found="?")
        return cls(raw, name)

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the bytes."""
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def body(self) -> bytes:
        """The bytes without the moment."""
        return body_of(self.raw)

    @cached_property
    def _parsed(self) -> tuple[tuple[Sheet, ...], Mapping[str, str]]:
        return parsed(self.body)

    @property
    def tabs(self) -> tuple[Sheet, ...]:
        """The tabs in their order."""
        return self._parsed[0]

    @property
    def names(self) -> Mapping[str, str]:
        """Names and what they stand for."""
        return self._parsed[1]

    @cached_property
    def sheets(self) -> tuple[SheetRef, ...]:
        """The tabs as the pass asks for them."""
        return tuple(SheetRef(t.title, "", "hidden" if t.hidden else "visible") for t in self.tabs)

    @property
    def date1904(self) -> bool:
        """Days are counted from 1900: a program that counts otherwise is not written into."""
        return False

    def tables(self, _: str) -> tuple[()]:
        """No tables of a program's own are known; they grow with files."""
        return ()

    def tab(self, title: str) -> Sheet:
        """The tab of a title; raises KeyError."""
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise KeyError(title)


def body_of(raw: bytes) -> bytes:
    """A content without the moment at which it was first seen."""
    return raw.partition(b"\n")[2].partition(b"\n")[2]


def lines_of(tabs: tuple[Sheet, ...], names: Mapping[str, str], *, at: str) -> bytes:
    """The lines of a content, behind the one that tells its kind."""
    lines = [_line(at)]
    for tab in tabs:
        lines.append(
            _line("tab", tab.id, tab.title, tab.hidden, tab.height, tab.width, list(tab.merged))
        )
        lines += [_line(n, *map(_told, tab.rows[n])) for n in sorted(tab.rows) if tab.rows[n]]
    lines += [_line("name", name, names[name]) for name in sorted(names)]
    return "\n".join(lines).encode()


def _line(*parts: Any) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _told(cell: CellScan) -> list[Any]:
    kind = LETTERS[cell.kind]
    if cell.formula is None:
        return [cell.col, kind, cell.text]
    return [cell.col, kind if cell.cached else "", cell.text if cell.cached else "", cell.formula]


def parsed(body: bytes) -> tuple[tuple[Sheet, ...], Mapping[str, str]]:
    """The tabs and names that lines tell of."""
    tabs: list[Sheet] = []
    rows: dict[int, Row] = {}
    names: dict[str, str] = {}
    for text in body.decode().split("\n"):
        first, *rest = json.loads(text)
        if first == "tab":
            rows = {}
            key, title, hidden, height, width, merged = rest
            tabs.append(Sheet(key, title, hidden, height, width, tuple(merged), rows))
        elif first == "name":
            names[rest[0]] = rest[1]
        else:
            rows[first] = tuple(map(_cell, rest))
    return tuple(tabs), MappingProxyType(names)


def _cell(told: list[Any]) -> CellScan:
    if len(told) == 3:
        return CellScan(told[0], KINDS[told[1]], told[2])
    return CellScan(told[0], KINDS[told[1]], told[2], told[3], None, bool(told[1]))
