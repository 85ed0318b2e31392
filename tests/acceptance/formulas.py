"""Live cells against Python, recalculated by LibreOffice on random inputs.

`python -m tests.acceptance.formulas --rows N` fills a workbook with N rows of inputs for every
metric that has a cell, lets LibreOffice recalculate it in a throwaway profile, and prints the cells
that differ from the registry and `N passed, N failed`; it exits with 1 when anything failed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from formulas.registry import REGISTRY, compute
from tests.office import missing, office

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from formulas.metric import Metric

TOLERANCE = 0.004
"""Money in a cell is a binary float; two printed figures differ by a kopeck or not at all."""
TODAY = date(2026, 3, 31)
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that shows something else than Python computes."""

    metric: str
    given: Row
    cell: object
    python: object


def amount(random: Random) -> object:
    """Money or a count, often blank, zero, negative or an odd half-kopeck away."""
    kinds: list[Callable[[], object]] = [
        lambda: None,
        lambda: "",
        lambda: 0,
        lambda: random.randint(-50, 50),
        lambda: random.randint(0, 9_999_999) / 100,
        lambda: random.randint(1, 999_999) * 100,
    ]
    return random.choice(kinds)()


def working_days(random: Random) -> object:
    """A number of working days."""
    return random.choice([0, 1, random.randint(2, 23), random.randint(60, 247)])


def some_day(random: Random) -> object:
    """A day around the limits of a client's state, or a blank."""
    return random.choice(
        [None, "", TODAY - timedelta(days=random.choice([0, 89, 90, 91, 180, 181]))]
    )


def some_due(random: Random) -> object:
    """A day, a moment, or a blank."""
    day = datetime.combine(TODAY, datetime.min.time()) + timedelta(days=random.randint(-2, 2))
    return random.choice([None, "", day.date(), day + timedelta(hours=random.randint(1, 23))])


def some_now(random: Random) -> object:
    """A moment of today."""
    return datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=random.randint(0, 23))


INPUTS: Mapping[str, Callable[[Random], object]] = {
    **dict.fromkeys(("plan", "fact", "expected", "current", "base"), amount),
    **dict.fromkeys(("total", "passed", "left"), working_days),
    **dict.fromkeys(("first", "last"), some_day),
    "due": some_due,
    "now": some_now,
    "asof": lambda _: TODAY,
    "status": lambda random: random.choice(["open", "open", "won", "lost"]),
    "active_days": lambda _: 90,
    "lost_days": lambda _: 180,
}


def rows_for(metric: Metric, count: int, random: Random) -> list[Row]:
    """Random inputs of a metric."""
    return [{name: INPUTS[name](random) for name in metric.inputs} for _ in range(count)]


def fill(metrics: Mapping[Metric, list[Row]], path: Path) -> None:
    """A workbook with one sheet per metric: its inputs, then its live cell."""
    book = Workbook()
    for number, (metric, rows) in enumerate(metrics.items()):
        sheet = book.create_sheet(f"m{number}")
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row.values(), start=1):
                sheet.cell(line, column, '=""' if value == "" else value)
            names = {
                name: f"{get_column_letter(column)}{line}"
                for column, name in enumerate(row, start=1)
            }
            sheet.cell(line, len(row) + 1, (metric.cell or "").format(**names))
    book.remove(book.worksheets[0])
    book.save(path)


def differences(metrics: Mapping[Metric, list[Row]], path: Path) -> list[Difference]:
    """Cells of the recalculated workbook that are not what Python computes."""
    book = load_workbook(path, data_only=True)
    found = []
    for sheet, (metric, rows) in zip(book.worksheets, metrics.items(), strict=True):
        for line, row in enumerate(rows, start=1):
            shown = sheet.cell(line, len(row) + 1).value
            expected = next(iter(compute(metric.name, row).values()))
            if not agrees(shown, expected):
                found.append(Difference(metric.name, row, shown, expected))
    return found


def agrees(shown: object, expected: object) -> bool:
    """Whether a cell shows the expected figure; an empty text is an undefined one."""
    if expected is None or shown in {None, ""}:
        return expected is None and shown in {None, ""}
    if isinstance(expected, Decimal) and isinstance(shown, int | float):
        return abs(shown - float(expected)) < TOLERANCE
    return shown == expected


def main(arguments: Sequence[str]) -> int:
    """Compares and prints the verdict; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if missing(("soffice",)):
        print("not on this machine: soffice (make system)")
        return 1
    random = Random(options.seed)
    live = [metric for metric in REGISTRY.values() if metric.cell is not None]
    metrics = {metric: rows_for(metric, options.rows, random) for metric in live}
    with tempfile.TemporaryDirectory(prefix="cells-") as folder:
        path = Path(folder) / "cells.xlsx"
        fill(metrics, path)
        shown = office().convert(path, "xlsx", Path(folder) / "out", recalc=True)
        found = differences(metrics, shown)
    print(f"metrics: {len(metrics)}")
    print(f"cells: {len(metrics) * options.rows}")
    for one in found[:20]:
        print(f"failed: {one.metric}: {one.given}: cell {one.cell!r}, python {one.python!r}")
    print(f"{len(metrics) * options.rows - len(found)} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
