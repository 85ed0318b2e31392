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

    by: Mapping[tuple[Measure, str], tuple[Part, ...]]

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


def parts_of(reader: Reader, scene: Scene, known: KnownFigures) -> Parts:
    """The parts of all living rows; made anew only when one of them moved.

    Of a person whose parts did not move they are the very ones of before.
    """
    added = [reader.contributions_of(table) for table in TABLES]
    rows = [scene.rows[table] for table in TABLES]
    before = known.parts.result
    old = {} if before is None else before.by
    return known.parts.of(lambda: _parts(added, rows, old), *added, *rows)


def _parts(
    added: list[Mapping[str, tuple[Contribution, ...]]],
    rows: list[Mapping[str, Record]],
    old: Mapping[tuple[Measure, str], tuple[Part, ...]],
) -> Parts:
    found: dict[tuple[Measure, str], list[Part]] = {}
    for table, of_table, living in zip(TABLES, added, rows, strict=True):
        for key, part in _each(table, of_table, living):
            found.setdefault(key, []).append(part)
    now = {key: tuple(sorted(parts)) for key, parts in found.items()}
    return Parts({key: old[key] if old.get(key) == parts else parts for key, parts in now.items()})


def _each(
    table: str, added: Mapping[str, tuple[Contribution, ...]], living: Mapping[str, Record]
) -> Iterator[tuple[tuple[Measure, str], Part]]:
    for row_id, parts in added.items():
        if row_id in living:
            for one in (part for part in parts if part.measure in PAID_FOR):
                part = Part(one.day, table, row_id, Decimal(one.amount) / HUNDRED)
                yield (one.measure, one.manager), part
