"""Which column of a sheet is which field (MERGE_SPEC section 5).

The hidden key says it. Where a key was lost the heading says it, if it can mean one field only and
the values look like it; else that column waits for a person and the others are merged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.blueprint import Column
from model.values import Value
from sync.merge.foreign import fits


@dataclass(frozen=True, slots=True)
class Headings:
    """What stands above and below: keys and labels by column, the values under each."""

    columns: Sequence[Column]
    keys: Mapping[int, str]
    """Field keys of this table."""
    labels: Mapping[int, str]
    taken: Collection[int]
    """Columns that carry the key of any table."""
    values: Callable[[int], Sequence[Value]]
    before: Mapping[str, int]
    """Where each field stood the last time, if that is known."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where each field stands, and what is to be told or mended."""

    places: Mapping[str, int]
    copies: Mapping[int, str]
    """Columns that only carry a copy of a key: they are the person's own now."""
    regained: Mapping[str, int]
    """Fields known by their heading: they get their key back."""
    unsure: tuple[str, ...]
    gone: tuple[str, ...]


def find_columns(seen: Headings) -> Found:
    """Fields by their keys, then by their headings."""
    known = {c.key for c in seen.columns}
    stands: dict[str, list[int]] = defaultdict(list)
    for col, key in sorted(seen.keys.items()):
        if key in known:
            stands[key].append(col)
    places = {key: original(key, cols, seen) for key, cols in stands.items()}
    copies = {col: key for key, cols in stands.items() for col in cols if col != places[key]}
    absent = [c for c in seen.columns if c.key not in places]
    regained = dict(_regained(absent, seen))
    rest = [c for c in absent if c.key not in regained]
    unsure = tuple(c.key for c in rest if _candidates(c, seen))
    gone = tuple(c.key for c in rest if c.key not in unsure)
    return Found({**places, **regained}, copies, regained, unsure, gone)


def original(key: str, cols: Sequence[int], seen: Headings) -> int:
    """Of columns with one key the one that stands between its old neighbours, else the first."""
    if len(cols) == 1:
        return cols[0]
    beside = _beside(key, {col: k for k, col in seen.before.items()})
    return max(cols, key=lambda col: (len(_around(col, seen.keys) & beside - {key}), -col))


def _beside(key: str, keys: Mapping[int, str]) -> set[str]:
    col = next((col for col, k in keys.items() if k == key), None)
    return set() if col is None else _around(col, keys)


def _around(col: int, keys: Mapping[int, str]) -> set[str]:
    """Keys of the nearest keyed columns to the left and to the right."""
    left = max((c for c in keys if c < col), default=None)
    right = min((c for c in keys if c > col), default=None)
    return {keys[c] for c in (left, right) if c is not None}


def _regained(absent: Sequence[Column], seen: Headings) -> Iterator[tuple[str, int]]:
    """Fields of which the heading stands once, over values of their type."""
    wanted = {c.key: _candidates(c, seen) for c in absent}
    claims = [col for cols in wanted.values() for col in cols]
    for column in absent:
        cols = wanted[column.key]
        if (
            len(cols) == 1
            and claims.count(cols[0]) == 1
            and looks_like(column, seen.values(cols[0]))
        ):
            yield column.key, cols[0]


def _candidates(column: Column, seen: Headings) -> list[int]:
    """Columns without any key that carry the field's heading."""
    titles = {column.title.ru.casefold(), column.title.en.casefold()}
    return [
        col
        for col, label in sorted(seen.labels.items())
        if col not in seen.taken and label.strip().casefold() in titles
    ]


def looks_like(column: Column, values: Sequence[Value]) -> bool:
    """Whether at least half of the values can be what the field holds."""
    filled = [value for value in values if value not in (None, "")]
    return 2 * sum(fits(column.kind, value) for value in filled) >= len(filled)
