"""What each row adds to the sums of each person, looked through once for all months of pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from model.figures import Measure, Period
from model.payslips import Piece
from model.records import Contribution, Record
from store import Reader
from sync.figures.standing import KnownFigures
from sync.scene import Scene

TABLES = ("deals", "payments")
HUNDRED = Decimal(100)
Key = tuple[Measure, str]
"""Measure and person."""
Added = Mapping[str, tuple[Contribution, ...]]
"""By row, what it adds to the sums."""
PAID_FOR = frozenset(
    {
        Measure.MONEY,
        Measure.WON,
        Measure.INVOICED,
        Measure.DEALS,
        Measure.NEW_CLIENTS,
        Measure.OFFERS,
    }
)
"""Measures of rows that a scheme of pay looks at."""


class Part(NamedTuple):
    """A person's part of one row: roubles or a count."""

    day: date
    table: str
    row_id: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts by measure and person, oldest first."""

    by: Mapping[Key, tuple[Part, ...]]

    def of(self, measure: Measure, person: str, period: Period) -> tuple[Part, ...]:
        """A person's parts in a period."""
        return tuple(p for p in self.by.get((measure, person), ()) if p.day in period)

    def until(self, measure: Measure, person: str, end: date) -> tuple[Part, ...]:
        """A person's parts before a day."""
        return tuple(p for p in self.by.get((measure, person), ()) if p.day < end)

    def sum(self, measure: Measure, person: str, period: Period) -> Decimal:
        """Total of a person's parts."""
        return sum((p.amount for p in self.of(measure, person, period)), Decimal(0))


def piece(part: Part, note: str = "") -> Piece:
    """A part as what a figure was counted from."""
    return Piece(part.table, part.row_id, part.day, part.amount, note)


@dataclass(slots=True)
class KnownParts:
    """The parts of the last pass and what they were made of."""

    added: Mapping[str, Added]
    living: Mapping[str, Mapping[str, Record]]
    parts: Parts


def parts_of(reader: Reader, scene: Scene, known: KnownFigures) -> Parts:
    """The parts of all living rows; only those of people whose rows moved are made anew."""
    added = {table: reader.contributions_of(table) for table in TABLES}
    living = {table: scene.rows[table] for table in TABLES}
    before = known.parts or KnownParts({}, {}, Parts({}))
    moved = {
        table: _moved(before.added.get(table, {}), added[table])
        | (before.living.get(table, {}).keys() ^ living[table].keys())
        for table in TABLES
    }
    parts = before.parts
    if any(moved.values()):
        parts = Parts(dict(_brought_up(before, added, living, moved)))
    known.parts = KnownParts(added, living, parts)
    return parts


def _moved(before: Added, now: Added) -> set[str]:
    """Rows whose contributions are others than before, or gone."""
    if before is now:
        return set()
    others = {row_id for row_id, parts in now.items() if before.get(row_id) is not parts}
    return others | (before.keys() - now.keys())


def _brought_up(
    before: KnownParts,
    added: Mapping[str, Added],
    living: Mapping[str, Mapping[str, Record]],
    moved: Mapping[str, set[str]],
) -> Iterator[tuple[Key, tuple[Part, ...]]]:
    """The parts by measure and person: the very ones of before where no row of them moved."""
    fresh: dict[Key, list[Part]] = {}
    left: set[Key] = set()
    for table in TABLES:
        for row_id in moved[table]:
            was = before.added.get(table, {}).get(row_id, ())
            left |= {(one.measure, one.manager) for one in was}
            if row_id in living[table]:
                for key, part in _each(table, row_id, added[table].get(row_id, ())):
                    fresh.setdefault(key, []).append(part)
    for key in before.parts.by.keys() | fresh.keys():
        old = before.parts.by.get(key, ())
        parts = old
        if key in fresh or key in left:
            stay = (part for part in old if part.row_id not in moved[part.table])
            parts = tuple(sorted((*stay, *fresh.get(key, ()))))
        if parts:
            yield key, old if old == parts else parts


def _each(
    table: str, row_id: str, contributions: tuple[Contribution, ...]
) -> Iterator[tuple[Key, Part]]:
    for one in contributions:
        if one.measure in PAID_FOR:
            amount = Decimal(one.amount) / HUNDRED
            yield (one.measure, one.manager), Part(one.day, table, row_id, amount)
