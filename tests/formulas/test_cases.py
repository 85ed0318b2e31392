"""The worked cases of the metrics document."""

from pathlib import Path

import pytest

from tests.acceptance.metrics import Case, check, load, main, same

CASES = load(Path(__file__).with_name("cases.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_worked_case_comes_out(case):
    assert check(case) is None


def test_a_wrong_figure_and_an_unknown_metric_are_reported(tmp_path, capsys):
    path = tmp_path / "cases.yaml"
    path.write_text(
        """
        - {id: good, metric: pf.compare, given: {current: '5', base: '4'}, expect: {delta: '1.00'}}
        - {id: bad, metric: pf.compare, given: {current: '5', base: '4'}, expect: {delta: '2'}}
        - {id: odd, metric: pf.nothing, given: {}, expect: {delta: '2'}}
        """,
        encoding="utf-8",
    )
    assert main([str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "cases: 3"
    assert lines[2].startswith("failed: bad: got")
    assert "expected {'delta': '2'}" in lines[2]
    assert lines[3].startswith("failed: odd: got KeyError")
    assert lines[-1] == "1 passed, 2 failed"


def test_a_file_of_good_cases_passes(capsys):
    assert main([str(Path(__file__).with_name("cases.yaml"))]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(CASES)} passed, 0 failed"


def test_a_key_too_many_in_rows_is_a_difference():
    assert not same({"a": 1, "b": 2}, {"a": "1"})
    assert not same([1, 2], ["1"])
    assert not same(None, "0")
    assert not same(0, None)
    assert not same(1, True)
    assert check(Case("x", "pf.compare", {"current": "1", "base": "1"}, {"other": "1"})) is not None
