"""Live cells against Python, recalculated by LibreOffice on random inputs.

`python -m tests.acceptance.formulas --rows N` fills workbooks with N rows of inputs for every
metric that has a cell, lets LibreOffice recalculate them in a throwaway profile, calculates the
same cells with the program's own evaluator, and prints the cells that differ from the registry and
`N passed, N failed`; it exits with 1 when anything failed. `--engine ironcalc` asks that engine
instead of LibreOffice.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import xlsxwriter
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from formulas.cells import CellContent, Evaluator, KnownFormulas
from formulas.metric import Metric
from formulas.registry import REGISTRY, compute
from model.values import Fault, to_serial
from tests.acceptance.formula_inputs import Row, inputs
from tests.office import missing, office

TOLERANCE = 0.004
"""Money in a cell is a binary float; two printed figures differ by a kopeck or not at all."""
TOGETHER = 8_000
"""Rows of one workbook: LibreOffice gets several of them rather than a giant."""
Rows = Mapping[Metric, list[Row]]
Shown = Callable[[Rows], Mapping[Metric, list[object]]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that shows something else than Python computes."""

    engine: str
    metric: str
    given: Row
    cell: object
    python: object


def live_metrics() -> list[Metric]:
    """Every metric of the registry that has a cell."""
    return [metric for metric in REGISTRY.values() if metric.cell is not None]


def rows_for(metric: Metric, count: int, random: Random) -> list[Row]:
    """Random inputs of a metric."""
    return [inputs(metric.name, metric.inputs, random) for _ in range(count)]


def laid(metric: Metric, row: Row, line: int) -> tuple[dict[int, object], str]:
    """Values of a row by column, and the live cell over them; a list is a range of cells."""
    values: dict[int, object] = {}
    names: dict[str, str] = {}
    column = 1
    for name, value in row.items():
        cells = value if isinstance(value, list) else [value]
        last = column + len(cells) - 1
        one = xl_rowcol_to_cell(line, column)
        names[name] = xl_range(line, column, line, last) if isinstance(value, list) else one
        values |= dict(enumerate(cells, start=column))
        column = last + 1
    return values, (metric.cell or "").format_map(names)


def fill(rows: Rows, path: Path) -> None:
    """A workbook with a sheet for each metric: its live cells in column A, inputs beside them."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for number, (metric, given) in enumerate(rows.items()):
            sheet = book.add_worksheet(f"m{number}")
            for line, row in enumerate(given):
                values, formula = laid(metric, row, line)
                sheet.write_formula(line, 0, formula, None, "stale")
                for column, value in values.items():
                    if value == "":
                        sheet.write_formula(line, column, '=""', None, "")
                    elif isinstance(value, date):
                        sheet.write_datetime(line, column, value, day)
                    elif value is not None:
                        sheet.write(line, column, value)


def libreoffice(rows: Rows) -> Mapping[Metric, list[object]]:
    """What LibreOffice shows."""
    with tempfile.TemporaryDirectory(prefix="cells-") as folder:
        path = Path(folder) / "cells.xlsx"
        fill(rows, path)
        shown = office().convert(path, "xlsx", Path(folder) / "out", recalc=True)
        return read(rows, shown)


def read(rows: Rows, path: Path) -> dict[Metric, list[object]]:
    """The live cells of a calculated workbook."""
    book = CalamineWorkbook.from_path(str(path))
    found: dict[Metric, list[object]] = {}
    for number, (metric, given) in enumerate(rows.items()):
        lines = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
        found[metric] = [
            lines[line][0] if line < len(lines) else None for line in range(len(given))
        ]
    return found


class _Line:
    """One row of inputs as the program's evaluator sees a book."""

    def __init__(self, values: Mapping[int, object]) -> None:
        self._values = values

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        value = self._values.get(col - 1) if row == 1 else None
        if value == "":
            return CellContent(None, '""')
        if isinstance(value, int | float):
            return CellContent(Decimal(str(value)))
        return CellContent(value)  # type: ignore[arg-type]  # the rest are values already

    def name(self, name: str) -> str | None:
        return None

    def now(self) -> Decimal:
        raise AssertionError


def own(rows: Rows) -> Mapping[Metric, list[object]]:
    """What the program writes beside the formulas."""
    found: dict[Metric, list[object]] = {}
    for metric, given in rows.items():
        found[metric], known = [], KnownFormulas()
        for row in given:
            values, formula = laid(metric, row, 0)
            shown = Evaluator(_Line(values), known=known).evaluate(formula[1:], "m", 1, 1)
            found[metric].append(shown.text if isinstance(shown, Fault) else shown)
    return found


def ironcalc(rows: Rows) -> Mapping[Metric, list[object]]:
    """What IronCalc shows; ImportError without it."""
    import ironcalc as engine

    found: dict[Metric, list[object]] = {}
    for metric, given in rows.items():
        model = engine.create("cells", "en", "UTC", "en")
        for line, row in enumerate(given):
            values, formula = laid(metric, row, line)
            model.set_user_input(0, line + 1, 1, formula)
            for column, value in values.items():
                if value is not None:
                    model.set_user_input(0, line + 1, column + 1, _typed(value))
        model.evaluate()
        cells = (model.get_formatted_cell_value(0, line + 1, 1) for line in range(len(given)))
        found[metric] = [_number(text) for text in cells]
    return found


def _typed(value: object) -> str:
    """A value as it is typed into a cell."""
    if value == "":
        return '=""'
    if isinstance(value, date):
        return str(to_serial(value))
    return str(value)


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


ENGINES: Mapping[str, Shown] = {"libreoffice": libreoffice, "own": own, "ironcalc": ironcalc}


def differences(rows: Rows, engine: str) -> list[Difference]:
    """Cells that an engine shows otherwise than Python computes."""
    found = []
    shown = ENGINES[engine](rows)
    for metric, given in rows.items():
        for row, cell in zip(given, shown[metric], strict=True):
            expected = next(iter(compute(metric.name, row).values()))
            if not agrees(cell, expected):
                found.append(Difference(engine, metric.name, row, cell, expected))
    return found


def agrees(shown: object, expected: object) -> bool:
    """Whether a cell shows the expected figure; an empty text is an undefined one."""
    if expected is None or shown in {None, ""}:
        return expected is None and shown in {None, ""}
    if isinstance(expected, Decimal | Fraction | int) and isinstance(shown, int | float | Decimal):
        return abs(float(shown) - float(expected)) < TOLERANCE
    return shown == expected


def batches(metrics: Sequence[Metric], count: int, random: Random) -> Iterator[Rows]:
    """The metrics with their rows, as many together as a workbook holds."""
    size = max(1, TOGETHER // count)
    for start in range(0, len(metrics), size):
        part = metrics[start : start + size]
        yield {metric: rows_for(metric, count, random) for metric in part}


def main(arguments: Sequence[str]) -> int:
    """Compares and prints the verdict; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("libreoffice", "ironcalc"), default="libreoffice")
    options = parser.parse_args(arguments)
    if options.engine == "libreoffice" and missing(("soffice",)):
        print("not on this machine: soffice (make system)")
        return 1
    metrics = live_metrics()
    found: list[Difference] = []
    for rows in batches(metrics, options.rows, Random(options.seed)):
        for engine in (options.engine, "own"):
            found += differences(rows, engine)
    print(f"metrics: {len(metrics)}")
    print(f"rows: {options.rows}")
    for one in {(one.engine, one.metric): one for one in found}.values():
        given = {name: str(value) for name, value in one.given.items()}
        print(f"failed: {one.engine}: {one.metric}: {given}: {one.cell!r}, python {one.python!r}")
    print(f"{2 * len(metrics) * options.rows - len(found)} passed, {len(found)} failed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
