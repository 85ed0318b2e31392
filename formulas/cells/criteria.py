"""Criteria of SUMIFS, COUNTIFS, AVERAGEIFS, and looking up values in an area.

`5`, `"5"` and `"=5"` match the number 5 and the text "5"; `">=5"` matches numbers only; `"abc"`
ignores case and knows `*`, `?` and `~`; `""` matches blank cells and empty texts, `"="` blank cells
only, `"<>"` all that are not blank; a blank criterion means 0.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from formulas.cells.environment import CellValue, Plain
from formulas.cells.values import Rank, Regional, fold, rank, seen_as
from model.values import Fault

SIGNS = re.compile(r"(<=|>=|<>|=|<|>)?(.*)", re.DOTALL)
WILD = re.compile(r"[*?~]")
Key = Decimal | str | tuple[bool]
"""Equal values have equal keys; a truth value stands in a tuple, since True equals 1 in Python."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A comparison with a value: a number, a folded text, a truth value, or None (blank)."""

    sign: str
    key: Key | None


def criterion(value: Plain, regional: Regional) -> Criterion:
    """The comparison that a criterion spells."""
    if not isinstance(value, str):
        return Criterion("=", _key(Decimal(0) if value is None else value))
    sign, body = SIGNS.fullmatch(value).groups()  # type: ignore[union-attr]  # it matches any text
    if body == "":
        return Criterion(sign, None) if sign else Criterion("=", "")
    number = regional.spelled(body)
    if number is not None:
        return Criterion(sign or "=", seen_as(number))
    truth = {"TRUE": (True,), "FALSE": (False,)}.get(body.upper())
    return Criterion(sign or "=", truth or fold(body))


class Index:
    """The values of an area by value; places count from 0."""

    def __init__(self, cells: Sequence[CellValue], regional: Regional) -> None:
        self._cells = cells
        self._places: dict[Key | None, list[int]] = {}
        self._spelled: dict[Decimal, list[int]] = {}
        self._texts: dict[str, tuple[Key, Decimal | None]] = {}
        for place, value in enumerate(cells):
            self._enter(place, value, regional)
        self._texts.clear()
        self._ranked: dict[int, tuple[list[Rank], list[int]]] = {}
        self._sorted: dict[int, tuple[list[Rank], list[int]]] = {}

    def _enter(self, place: int, value: CellValue, regional: Regional) -> None:
        if isinstance(value, Fault):
            return
        if not isinstance(value, str):
            self._places.setdefault(None if value is None else _key(value), []).append(place)
            return
        if value not in self._texts:
            number = regional.spelled(value)
            self._texts[value] = _key(value), None if number is None else seen_as(number)
        key, seen = self._texts[value]
        self._places.setdefault(key, []).append(place)
        if seen is not None:
            self._spelled.setdefault(seen, []).append(place)

    def first(self, value: Plain) -> int | None:
        """The first place of a value, texts with wildcards; the exact MATCH."""
        if isinstance(value, str) and WILD.search(value):
            return next(self._like(fold(value)), None)
        places = self._places.get(_key(Decimal(0) if value is None else value))
        return places[0] if places else None

    def last_below(self, value: Plain) -> int | None:
        """The last place not above a value where values of its kind ascend."""
        wanted = rank(value)
        ranks, places = self._of_kind(wanted)
        count = bisect_right(ranks, wanted)
        return places[count - 1] if count else None

    def last_above(self, value: Plain) -> int | None:
        """The last place not below a value where values of its kind descend."""
        wanted = rank(value)
        ranks, places = self._of_kind(wanted)
        count = len(ranks) - bisect_left(ranks[::-1], wanted)
        return places[count - 1] if count else None

    def meeting(self, wanted: Criterion) -> frozenset[int]:
        """The places that meet a criterion."""
        if wanted.sign == "=":
            return self._equal(wanted.key)
        if wanted.sign == "<>":
            return frozenset(range(len(self._cells))) - self._equal(wanted.key)
        return frozenset(self._ordered(wanted))

    def _equal(self, key: Key | None) -> frozenset[int]:
        if isinstance(key, Decimal):
            return frozenset(self._places.get(key, []) + self._spelled.get(key, []))
        if isinstance(key, str) and WILD.search(key):
            return frozenset(self._like(key))
        blank = self._places.get(None, []) if key == "" else []
        return frozenset(self._places.get(key, []) + blank)

    def _like(self, key: str) -> Iterator[int]:
        pattern = _pattern(key)
        for place, value in enumerate(self._cells):
            if isinstance(value, str) and pattern.fullmatch(fold(value)):
                yield place

    def _ordered(self, wanted: Criterion) -> list[int]:
        if wanted.key is None:
            return []
        bound = rank(wanted.key[0] if isinstance(wanted.key, tuple) else wanted.key)
        ranks, places = self._in_order(bound)
        match wanted.sign:
            case "<":
                return places[: bisect_left(ranks, bound)]
            case "<=":
                return places[: bisect_right(ranks, bound)]
            case ">":
                return places[bisect_right(ranks, bound) :]
        return places[bisect_left(ranks, bound) :]

    def _in_order(self, wanted: Rank) -> tuple[list[Rank], list[int]]:
        kind = wanted[0]
        if kind not in self._sorted:
            pairs = sorted(zip(*self._of_kind(wanted), strict=True))
            self._sorted[kind] = ([one for one, _ in pairs], [place for _, place in pairs])
        return self._sorted[kind]

    def _of_kind(self, wanted: Rank) -> tuple[list[Rank], list[int]]:
        kind = wanted[0]
        if kind not in self._ranked:
            ranks = [
                (rank(value), place)
                for place, value in enumerate(self._cells)
                if value is not None and not isinstance(value, Fault)
            ]
            own = [(one, place) for one, place in ranks if one[0] == kind]
            self._ranked[kind] = ([one for one, _ in own], [place for _, place in own])
        return self._ranked[kind]


def _key(value: Decimal | str | bool) -> Key:  # noqa: FBT001  # a cell's value, no switch
    if isinstance(value, bool):
        return (value,)
    return seen_as(value) if isinstance(value, Decimal) else fold(value)


def _pattern(text: str) -> re.Pattern[str]:
    pieces = re.findall(r"~[*?~]|.", text, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(p) or re.escape(p[-1]) for p in pieces), re.DOTALL)
