"""The pages of a report as one self-contained page of html; each figure is a link to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sync.reports.rows import cut_short
from sync.reports.sheet import Behind, Document, Listed, Shape, Table

FULL = 100
ROWS_SHOWN = 200
"""Rows under one figure; the workbook has more."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of a chart: lengths in percent of the longest."""

    name: str
    sizes: tuple[int, ...]


def marks_of(listed: Mapping[Behind, Listed]) -> dict[Behind, str]:
    """The anchor of each list of rows."""
    return {one: f"r{at}" for at, one in enumerate(listed, start=1)}


def shown_rows(
    listed: Mapping[Behind, Listed], marks: Mapping[Behind, str]
) -> tuple[tuple[str, Listed], ...]:
    """Anchor and list of each figure, long ones cut short."""
    return tuple((marks[one], cut_short(found, ROWS_SHOWN)) for one, found in listed.items())


def facts_of(document: Document) -> dict[str, object]:
    """What the template needs."""
    marks = marks_of(document.listed)
    return {"document": document, "marks": marks, "listed": shown_rows(document.listed, marks)}


def drawn(table: Table) -> Sequence[Drawn]:
    """The lines of a table's chart; sums below zero have no length."""
    chart = table.chart
    if chart is None:
        return ()
    lines = [line for line in table.lines if not line.total]
    values = [[line.cells[at].value or Decimal(0) for at in chart.columns] for line in lines]
    tallest = max((value for own in values for value in own), default=Decimal(0))
    names = [line.name for line in lines]
    if chart.shape is Shape.COLUMNS:
        names = _short(names)
    return [
        Drawn(name, tuple(_size(value, tallest) for value in own))
        for name, own in zip(names, values, strict=True)
    ]


def _short(names: Sequence[str]) -> list[str]:
    """Days under narrow columns: «01»; of weeks the month, where it begins."""
    if not any(" - " in name for name in names):
        return [name[:2] for name in names]
    months = [name[3:5] for name in names]
    return [
        now if now != before else "" for before, now in zip(["", *months], months, strict=False)
    ]


def _size(value: Decimal, whole: Decimal) -> int:
    if value <= 0 or whole <= 0:
        return 0
    return max(1, round(value * FULL / whole))
