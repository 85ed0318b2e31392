"""Templates of live cells: what they are made of, and the figures they stand for."""

import re
from dataclasses import replace
from datetime import date, datetime
from random import Random
from string import Formatter

import pytest

from formulas.adapters.reading import Reader, as_day
from formulas.registry import REGISTRY, compute
from tests.acceptance.formulas import Row, differences, fill, rows_for

CELLS = [metric for metric in REGISTRY.values() if metric.cell is not None]
ALLOWED = {"ABS", "IF", "INT", "OR", "ROUND", "ROUNDUP"}
LINE = {"plan": "1000000", "fact": "430000", "total": 20, "passed": 9, "left": 11}


@pytest.mark.parametrize("metric", CELLS, ids=lambda metric: metric.name)
def test_a_template_uses_its_inputs_and_allowed_functions_only(metric):
    names = {name for _, name, _, _ in Formatter().parse(metric.cell) if name}
    assert names == set(metric.inputs)
    filled = metric.cell.format(**dict.fromkeys(names, "A1"))
    assert set(re.findall(r"([A-Z]+)\(", filled)) <= ALLOWED
    assert filled.startswith("=")
    assert filled.count("(") == filled.count(")")


@pytest.mark.parametrize(
    ("name", "given_", "value"),
    [
        ("pf.summary.pct", LINE, "43.00"),
        ("pf.summary.expected", LINE, "450000.00"),
        ("pf.summary.deviation", {"fact": "430000", "expected": "450000"}, "-20000"),
        ("pf.summary.pace_pct", LINE, "95.56"),
        ("pf.summary.runrate", LINE, "955555.56"),
        ("pf.summary.per_day.money", LINE, "51818.18"),
        ("pf.summary.per_day.count", {**LINE, "plan": "60", "fact": "21", "left": 10}, "4"),
        ("pf.summary.now_per_day.money", LINE, "47777.78"),
        ("pf.summary.now_per_day.count", {"fact": "10", "passed": 3}, "3.3"),
        ("pf.compare.delta", {"current": "5", "base": "-4"}, "9"),
        ("pf.compare.delta_pct", {"current": "5", "base": "-4"}, "225.00"),
        ("pf.compare.delta_pct", {"current": " ", "base": "-4"}, "None"),
    ],
)
def test_a_single_figure_is_that_of_the_whole_line(name, given_, value):
    assert str(compute(name, given_)["value"]) == value


def test_a_moment_with_an_offset_becomes_local():
    row = Reader({"at": "2026-03-31T22:30:00+00:00", "day": datetime(2026, 3, 1, 9)})  # noqa: DTZ001 - local
    assert row.moment("at").isoformat() == "2026-04-01T01:30:00"
    assert row.day("day") == date(2026, 3, 1)
    assert as_day(date(2026, 3, 1)) == date(2026, 3, 1)


def test_a_missing_input_is_named():
    with pytest.raises(ValueError, match="asof"):
        compute("client.state", {"first": "2026-01-01"})
    with pytest.raises(ValueError, match="kind"):
        compute("pay.basis", {"kind": "kind"})


@pytest.mark.system("soffice")
def test_live_cells_agree_with_python_and_a_wrong_one_is_found(tmp_path, libreoffice):
    random = Random(7)
    metrics = {metric: rows_for(metric, 60, random) for metric in CELLS}
    broken = replace(REGISTRY["pf.summary.pct"], cell="={fact}/{plan}")
    row: Row = {"plan": 200, "fact": 50}
    fill({**metrics, broken: [row]}, tmp_path / "cells.xlsx")
    shown = libreoffice.convert(tmp_path / "cells.xlsx", "xlsx", tmp_path / "out", recalc=True)
    found = differences({**metrics, broken: [row]}, shown)
    assert [(one.given, one.cell) for one in found] == [(row, 0.25)]
