"""Templates of live cells: what they are made of, and the figures they stand for."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from string import Formatter

import pytest
import yaml

from formulas.adapters.reading import Reader, as_day
from formulas.cells import lint
from formulas.metric import Where
from formulas.registry import REGISTRY, cell_of, cells_of, compute
from tests.acceptance import formulas
from tests.acceptance.formula_inputs import Row
from tests.acceptance.formulas import differences, laid, live_metrics, rows_for

CELLS = live_metrics()
LINE = {"plan": "1000000", "fact": "430000", "total": 20, "passed": 9, "left": 11}
CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
MARKED = [metric for metric in REGISTRY.values() if metric.where is not Where.DAEMON]


@pytest.mark.parametrize("metric", CELLS, ids=lambda metric: metric.name)
def test_a_template_uses_its_inputs_and_portable_functions_only(metric):
    names = {name for _, name, _, _ in Formatter().parse(metric.cell) if name}
    assert names <= set(metric.inputs)
    row = rows_for(metric, 1, Random(1))[0]
    assert lint(laid(metric, row, 0)[1][1:]) == ()


def test_what_may_be_live_is_what_the_definitions_say():
    assert {metric.name for metric in MARKED} == {
        *("cal.workdays", "pf.fact", "pf.plan", "pf.dept_plan", "pf.rollup", "pf.summary"),
        *("pf.compare", "pf.weighted", "plan.decompose", "norm.check", "pay.fund"),
        *("rating.rank", "rating.score", "contest.prizes", "funnel.losses", "funnel.velocity"),
        *("deal.light", "channel.econ", "client.state", "client.ltv", "client.card"),
        "client.survey",
    }


@pytest.mark.parametrize("metric", MARKED, ids=lambda metric: metric.name)
def test_every_output_of_a_live_figure_has_a_cell(metric):
    """A figure of one output is its own cell; one of many has an entry for each of them."""
    outputs = {key for case in CASES if case["metric"] == metric.name for key in case["expect"]}
    outputs = outputs or set(compute(metric.name, {}))
    assert outputs
    if metric.cell is None:
        names = [one.name for one in cells_of(metric.name)]
        for output in outputs:
            key = f"{metric.name}.{output}"
            assert [n for n in names if n == key or n.startswith(f"{key}.")], key


def test_a_formula_is_asked_for_by_the_name_of_its_figure():
    formula = cell_of("pf.summary.pct", plan="C7", fact="D7")
    assert formula == '=IF(COUNT(C7,D7)<2,"",IF(C7<=0,"",ROUND(ROUND(100*D7/C7,6),2)))'
    with pytest.raises(KeyError, match="fact"):
        cell_of("pf.summary.pct", plan="C7")
    with pytest.raises(KeyError, match="summary"):
        cell_of("pf.summary")


@pytest.mark.parametrize(
    ("name", "given_", "value"),
    [
        ("pf.summary.pct", LINE, "43.00"),
        ("pf.summary.expected", LINE, "450000.00"),
        ("pf.summary.deviation", {"fact": "430000", "expected": "450000"}, "-20000"),
        ("pf.summary.pace_pct", LINE, "95.56"),
        ("pf.summary.runrate", LINE, "955555.56"),
        ("pf.summary.per_day", {**LINE, "unit": "money"}, "51818.18"),
        ("pf.summary.per_day", {"plan": "60", "fact": "21", "left": 10, "unit": "count"}, "4"),
        ("pf.summary.now_per_day", {**LINE, "unit": "money"}, "47777.78"),
        ("pf.summary.now_per_day", {"fact": "10", "passed": 3, "unit": "count"}, "3.3"),
        ("pf.summary.light", {**LINE, "green": 95, "yellow": 80}, "green"),
        ("pf.compare.delta", {"current": "5", "base": "-4"}, "9"),
        ("pf.compare.delta_pct", {"current": "5", "base": "-4"}, "225.00"),
        ("pf.compare.delta_pct", {"current": " ", "base": "-4"}, "None"),
        ("pf.compare.delta_pct", {"current": "уточню", "base": "-4"}, "None"),
        ("pf.rollup.undistributed", {"own": 56, "children": [10, None, 20]}, "26"),
        ("contest.prizes.prizes", {"values": [5, 5], "at": 1, "prizes": ["0.03"]}, "0.01"),
        ("contest.prizes.prizes", {"values": [5, 5], "at": 2, "prizes": ["0.03"]}, "0.02"),
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
def test_live_cells_agree_with_python_and_a_wrong_one_is_found():
    random = Random(7)
    rows = {metric: rows_for(metric, 25, random) for metric in CELLS}
    row: Row = {"plan": 200, "fact": 50}
    rows[replace(REGISTRY["pf.summary.pct"], cell="={fact}/{plan}")] = [row]
    for engine in ("libreoffice", "own"):
        found = differences(rows, engine)
        assert [(one.given, float(str(one.cell))) for one in found] == [(row, 0.25)]


@pytest.mark.parametrize("metric", CELLS, ids=lambda metric: metric.name)
def test_one_broken_template_is_noticed(metric, monkeypatch):
    """A figure of any kind that is a little too large fails the comparison."""
    wrong = replace(metric, cell=f'=IFERROR({metric.cell[1:]}+1,{metric.cell[1:]}&"!")')
    rows = {wrong: rows_for(metric, 30, Random(3))}
    assert differences(rows, "own")


def test_the_runner_says_how_many_failed(monkeypatch, capsys):
    good = REGISTRY["pf.summary.pct"]
    monkeypatch.setitem(formulas.ENGINES, "libreoffice", formulas.own)
    monkeypatch.setattr(formulas, "missing", lambda names: [])
    monkeypatch.setattr(formulas, "live_metrics", lambda: [good])
    assert formulas.main(["--rows", "5"]) == 0
    assert "10 passed, 0 failed" in capsys.readouterr().out
    monkeypatch.setattr(formulas, "live_metrics", lambda: [replace(good, cell='="-"')])
    assert formulas.main(["--rows", "5"]) == 1
    assert "0 passed, 10 failed" in capsys.readouterr().out


def test_a_second_engine_agrees_on_a_small_book():
    rows = {metric: rows_for(metric, 8, Random(5)) for metric in CELLS}
    assert differences(rows, "ironcalc") == []
