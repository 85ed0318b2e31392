"""What stands in a spreadsheet, as bytes that are equal when nothing moved.

A spreadsheet is no file, so its content is written down: a line for each tab, each row that holds
anything, each name. The pass fingerprints, keeps and compares these bytes like those of a file. The
first line says when the content was first seen: a person who takes an edit back brings the cells
of an older content again, and that is an edit, not an old file. Results of our own formulas are
left out, since the clock moves them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from model.errors import NotAWorkbook
from sync.ooxml import CellKind, CellScan, SheetRef

MAGIC = b"sheetcrm google 1\n"
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
class GoogleFile:
    """One content of a spreadsheet; `name` is what messages call it."""

    raw: bytes
    name: str

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
        """Defined names and where they lie."""
        return self._parsed[1]

    @cached_property
    def sheets(self) -> tuple[SheetRef, ...]:
        """The tabs as the pass asks for them."""
        return tuple(SheetRef(t.title, "", "hidden" if t.hidden else "visible") for t in self.tabs)

    @property
    def date1904(self) -> bool:
        """Days are always counted from 1900."""
        return False

    def tables(self, _: str) -> tuple[()]:
        """There are no tables of the spreadsheet's own."""
        return ()

    def tab(self, title: str) -> Sheet:
        """The tab of a title; raises KeyError."""
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise KeyError(title)


def opened(raw: bytes, *, name: str) -> GoogleFile:
    """The content in the bytes; raises NotAWorkbook."""
    if not raw.startswith(MAGIC):
        raise NotAWorkbook(name=name, found="?")
    return GoogleFile(raw, name)


def body_of(raw: bytes) -> bytes:
    """A content without the moment at which it was first seen."""
    return raw[len(MAGIC) :].partition(b"\n")[2]


def written_down(tabs: tuple[Sheet, ...], names: Mapping[str, str], *, at: str) -> bytes:
    """The bytes of a content."""
    return MAGIC + lines_of(tabs, names, at=at)


def lines_of(tabs: tuple[Sheet, ...], names: Mapping[str, str], *, at: str) -> bytes:
    """The lines of a content of any place."""
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
