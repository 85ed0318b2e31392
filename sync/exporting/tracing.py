"""Which book or which export a leaked list came from.

The stamp of a copied workbook tells it outright. Canaries come next: they stand in one export only.
Rows without either are looked up in the base: a list comes from a book or an export that had all of
its rows, and among those most likely from the smallest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from model.blueprint import Blueprint, Kind
from model.erasing import PHONE_DIGITS
from model.records import Record
from model.values import Value
from store import Reader
from sync.exporting.ledger import Entry, entries

ENOUGH = 0.95
"""Share of the recognised rows that a place must have had: a row may have come or gone since."""
RARE = 0.05
"""Chance under which an export is not believed: a list of it would show a canary."""
TELLING = frozenset({Kind.NAME, Kind.PHONE, Kind.EMAIL, Kind.INN})
SIGNS = 6
"""Shorter texts tell nobody."""


class How(Enum):
    """By what a place was recognised."""

    STAMP = "stamp"
    CANARY = "canary"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Place:
    """A book or an export that a list may come from."""

    book: str
    """Key of a book; empty for an export."""
    export: int
    """Number of an export; 0 for a book."""
    how: How
    matched: int
    """Canaries found, or rows recognised."""
    size: int
    """Rows that the place has in all."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What a leaked list says: the likeliest places, the likeliest first."""

    rows: int
    known: int
    """Rows of the base among them."""
    places: tuple[Place, ...]


def traced(reader: Reader, blueprint: Blueprint, cells: Iterable[Sequence[str]]) -> Traced:
    """Where rows of texts come from."""
    lines = [frozenset(_signs(line)) for line in cells]
    lines = [line for line in lines if line]
    exports = tuple(entries(reader))
    everything = frozenset().union(*lines)
    caught = [_caught(entry, everything) for entry in exports]
    by_canary = [place for place in caught if place.matched]
    index = _index(reader, blueprint)
    rows = [found for line in lines if (found := _rows_of(line, index))]
    if by_canary:
        by_canary.sort(key=lambda p: -p.matched)
        return Traced(len(lines), len(rows), tuple(by_canary))
    places = [*_books(reader, rows), *_exports(exports, rows)]
    places.sort(key=lambda p: (p.size, p.export > 0, -p.export, p.book))
    return Traced(len(lines), len(rows), tuple(places))


def _caught(entry: Entry, everything: Collection[str]) -> Place:
    found = sum(
        any(sign in everything for sign in _signs(canary.signs)) for canary in entry.canaries
    )
    return Place("", entry.number, How.CANARY, found, entry.rows)


def _signs(cells: Iterable[str]) -> Iterator[str]:
    """What the cells of a row may be recognised by, in one spelling."""
    for cell in cells:
        text = " ".join(cell.split()).casefold()
        digits = "".join(filter(str.isdigit, text))
        if len(digits) >= PHONE_DIGITS and not any(map(str.isalpha, text)):
            yield digits[-PHONE_DIGITS:]
        elif len(text) >= SIGNS and any(map(str.isalpha, text)):
            yield text


Found = frozenset[str]
"""Row ids that one leaked row may be."""


def _index(reader: Reader, blueprint: Blueprint) -> Mapping[str, set[str]]:
    """Rows by what they are recognised by."""
    index: dict[str, set[str]] = {}
    for key, table in blueprint.tables.items():
        names = [c.key for c in table.columns if c.kind in TELLING and c.live is None]
        if not table.scope and key not in {"payments", "clients", "leads"}:
            continue
        for row_id, record in reader.rows(key, deleted=True).items():
            for sign in _signs(_texts(record, names)):
                index.setdefault(sign, set()).add(row_id)
    return index


def _texts(record: Record, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        value: Value = record.values.get(name)
        if isinstance(value, str):
            yield value


def _rows_of(line: Collection[str], index: Mapping[str, set[str]]) -> Found:
    """The rows that most signs of a leaked row point to."""
    votes: dict[str, int] = {}
    for sign in line:
        for row_id in index.get(sign, ()):
            votes[row_id] = votes.get(row_id, 0) + 1
    most = max(votes.values(), default=0)
    return frozenset(row_id for row_id, count in votes.items() if count == most)


def _books(reader: Reader, rows: Sequence[Found]) -> Iterator[Place]:
    for state in reader.books():
        if "#" in state.book:
            continue
        held = {row_id for table in reader.bases(state.book).values() for row_id in table}
        yield from _place(state.book, 0, held, rows)


def _exports(exports: Iterable[Entry], rows: Sequence[Found]) -> Iterator[Place]:
    for entry in exports:
        if not _would_have_shown(entry, len(rows)):
            yield from _place("", entry.number, entry.row_ids, rows)


def _would_have_shown(entry: Entry, rows: int) -> bool:
    """Whether so many rows of an export would hardly be without a single one of its canaries."""
    share = min(1.0, rows / max(1, entry.rows))
    return (1 - share) ** len(entry.canaries) < RARE


def _place(book: str, export: int, held: Collection[str], rows: Sequence[Found]) -> Iterator[Place]:
    found = sum(not one.isdisjoint(held) for one in rows)
    if rows and found >= len(rows) * ENOUGH:
        yield Place(book, export, How.ROWS, found, len(held))
