"""Cells that depend on cells, names, ranges, and what happens in circles."""

from __future__ import annotations

from decimal import Decimal

import pytest

from formulas.cells import CellContent, Evaluator, FormulaError
from formulas.cells.compiling import Program, compiled
from formulas.cells.syntax import Node
from model.values import Fault
from tests.formulas.cells.book import HOME, Cells, column_of, plain, row_of, shown

REF = Fault("#REF!")
NAME = Fault("#NAME?")


def test_a_chain_of_cells_is_calculated() -> None:
    cells = Cells({"A1": 5, "B1": "=A1*2", "C1": "=SUM(A1:B1)", "Итог!A1": '=Лист!C1&""'})
    evaluator = Evaluator(cells)
    assert evaluator.value("Итог", 1, 1) == "15"
    assert evaluator.value(HOME, 1, 3) == 15
    assert len(cells.asked) == len(set(cells.asked))


def test_a_reference_to_a_blank_cell_shows_zero_and_a_blank_cell_is_blank() -> None:
    evaluator = Evaluator(Cells({"B1": "=A1"}))
    assert evaluator.value(HOME, 1, 2) == 0
    assert evaluator.value(HOME, 1, 1) is None


def test_a_range_beside_the_formula_gives_its_own_row_or_column() -> None:
    cells = column_of(1, 2, 3)
    assert plain(shown("A1:A3", cells, at="C2")) == 2
    assert plain(shown("A1:A3*10", cells, at="C3")) == 30
    assert plain(shown("A1:A3", cells, at="C4")) == "#VALUE!"
    assert plain(shown("A1:B3", cells, at="C2")) == "#VALUE!"
    assert plain(shown("A1:C1", row_of(1, 2, 3), at="B5")) == 2
    assert plain(shown("A1:C1", row_of(1, 2, 3), at="D5")) == "#VALUE!"


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    count = 3000
    cells: dict[str, object] = {"A1": 1}
    cells |= {f"A{row}": f"=A{row - 1}+1" for row in range(2, count + 1)}
    assert Evaluator(Cells(cells)).value(HOME, count, 1) == count
    assert shown(f"A{count}*2", cells) == 2 * count


def test_a_chain_through_ranges_does_not_exhaust_the_stack() -> None:
    cells: dict[str, object] = {"A1": 1}
    cells |= {f"A{row}": f"=MAX(A$1:A{row - 1})+1" for row in range(2, 200)}
    assert Evaluator(Cells(cells)).value(HOME, 199, 1) == 199


def test_a_range_of_formulas_is_asked_for_together_when_deep() -> None:
    cells: dict[str, object] = {f"B{row}": f"=SUM(C{row}:C{row})" for row in range(1, 50)}
    cells |= {f"C{row}": f"={row}" for row in range(1, 50)}
    cells |= {"A1": "=SUM(B1:B49)"}
    cells |= {f"A{row}": f"=IF(TRUE,IF(TRUE,A{row - 1},0),0)" for row in range(2, 12)}
    assert Evaluator(Cells(cells)).value(HOME, 11, 1) == sum(range(1, 50))


@pytest.mark.parametrize(
    "cells",
    [
        {"A1": "=A1"},
        {"A1": "=B1+1", "B1": "=A1"},
        {"A1": "=SUM(A1:A3)"},
        {"A1": "=COUNTIF(A1:A3,0)+INDEX(A1:A3,1)"},
        {"A1": "=MATCH(#REF!,A1:A2,0)"},
    ],
)
def test_a_circle_is_an_error(cells: dict[str, object]) -> None:
    assert Evaluator(Cells(cells)).value(HOME, 1, 1) == REF


def test_a_long_circle_is_an_error_in_every_cell() -> None:
    cells: dict[str, object] = {f"A{row}": f"=A{row - 1}+1" for row in range(2, 301)}
    evaluator = Evaluator(Cells(cells | {"A1": "=A300"}))
    assert {evaluator.value(HOME, row, 1) for row in range(1, 301)} == {REF}


def test_a_range_seen_inside_a_circle_is_read_again_later() -> None:
    cells = {"A1": "=IFERROR(COUNTIF(A1:A3,7)+B1,7)", "A2": 7, "A3": 7, "B1": "=SUM(A1:A3)"}
    evaluator = Evaluator(Cells(cells, {"все": "Лист!$A$1:$A$3"}))
    assert evaluator.value(HOME, 1, 1) == 7
    assert evaluator.evaluate("COUNTIF(A1:A3,7)", HOME, 9, 9) == 3
    assert evaluator.evaluate("SUM(все)", HOME, 9, 9) == 21


def test_names_stand_for_ranges_values_and_other_names() -> None:
    names = {
        "список": "Лист!$A$1:INDEX(Лист!$A$1:$A$9,MAX(1,COUNTA(Лист!$A$1:$A$9)))",
        "ставка": "=0.13",
        "двойная": "ставка*2",
        "слева": "Лист!A1",
        "соседняя": "A1",
    }
    cells = column_of(10, 20, 30)
    assert plain(shown("SUM(список)", cells, names=names)) == 60
    assert plain(shown("ROWS(список)", cells, names=names)) == 3
    assert plain(shown("двойная*100", cells, names=names)) == 26
    assert plain(shown("слева", cells, names=names, at="A2")) == 20
    assert plain(shown("соседняя", cells, names=names, at="A3")) == 30


def test_a_fixed_name_is_calculated_once() -> None:
    cells = Cells(column_of(10, 20), {"список": "Лист!$A$1:INDEX(Лист!$A$1:$A$9,2)"})
    evaluator = Evaluator(cells)
    first = evaluator.evaluate("SUM(список)", HOME, 9, 9)
    asked = len(cells.asked)
    assert first == evaluator.evaluate("SUM(список)", HOME, 9, 8) == 30
    assert len(cells.asked) == asked


@pytest.mark.parametrize("name", ["нет", "сам", "чужое", "пусто"])
def test_a_name_that_means_nothing_is_an_error(name: str) -> None:
    names = {"сам": "сам+1", "чужое": "OFFSET(A1,1,1)", "пусто": "нет"}
    assert shown(name, names=names) == NAME


def test_a_name_inside_a_circle_is_not_remembered() -> None:
    cells = {"A1": "=IFERROR(итог,5)", "A2": 1}
    evaluator = Evaluator(Cells(cells, {"итог": "SUM(Лист!$A$1:$A$2)"}))
    assert evaluator.value(HOME, 1, 1) == 5
    assert evaluator.evaluate("итог", HOME, 9, 9) == 6


def test_a_formula_that_is_not_ours_counts_as_its_cached_value() -> None:
    cells = {"A1": CellContent(Decimal(8), "XLOOKUP(1,B:B,C:C)"), "A2": "=A1+1"}
    assert Evaluator(Cells(cells)).value(HOME, 2, 1) == 9
    with pytest.raises(FormulaError):
        shown("XLOOKUP(1,B:B,C:C)")


def test_a_filled_down_column_reads_its_own_row() -> None:
    """Rows whose digits stand elsewhere in the formula, too: 5, 10, 11, 100."""
    cells: dict[str, object] = {f"A{row}": row for row in range(1, 121)}
    cells |= {f"B{row}": f'=A{row}*10+$A$100+LEN("A{row}")*0' for row in range(1, 121)}
    cells |= {f"C{row}": f"=A{row}+A{row + 1}" for row in range(1, 120)}
    cells |= {f"D{row}": f"=A{row}*{row}" for row in range(1, 120)}
    cells |= {f"E{row}": f"=A{row}*5" for row in range(1, 120)}
    evaluator = Evaluator(Cells(cells))
    for row in range(1, 120):
        found = [evaluator.value(HOME, row, col) for col in range(2, 6)]
        assert found == [row * 10 + 100, 2 * row + 1, row * row, row * 5]


def test_a_reference_past_the_edge_of_the_sheet_is_lost() -> None:
    evaluator = Evaluator(Cells({}, {"выше": "Лист!A1048576"}))
    assert evaluator.evaluate("выше", HOME, 3, 1) == REF
    assert evaluator.evaluate("SUM(выше)", HOME, 3, 1) == REF


def test_a_range_over_two_sheets_is_an_error() -> None:
    cells = {"План!A1": 1, "План!A2": 2}
    assert plain(shown("SUM(План!A1:INDEX(План!A1:A9,2))", cells)) == 3
    assert plain(shown("SUM(План!A1:A2)", cells)) == 3
    assert plain(shown("SUM(План!A1:INDEX(Факт!A1:A9,2))", cells)) == "#VALUE!"
    assert plain(shown("SUM(пять:A2)", cells, names={"пять": "5"})) == "#VALUE!"


def test_an_answer_with_many_values_is_an_error() -> None:
    assert plain(shown("COUNTIFS(A1:A2,1,B1:B3,1)")) == "#VALUE!"
    assert plain(shown("SUM(A1:A2)*SUMPRODUCT(ROW(A1:A2)*1)", column_of(1, 2))) == 9


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+400", "-1E+308"])
def test_a_number_that_no_program_holds_is_an_error(value: str) -> None:
    assert plain(shown("SUM(A1:A2)", {"A1": Decimal(value)})) == "#NUM!"


def test_the_deepest_formulas_fit_on_the_stack() -> None:
    assert plain(shown("(" * 40 + "1" + ")" * 40)) == 1
    assert plain(shown("INT(" * 40 + "1.5" + ")" * 40)) == 1
    assert plain(shown("IF(A1=0," * 40 + "5" + ",0)" * 40)) == 5
    assert plain(shown("SUMPRODUCT(" + "ABS(" * 39 + "A1:A2" + ")" * 40)) == 0
    assert plain(shown("1" + "+1" * 200)) == 201
    assert plain(shown("2^" * 40 + "1")) == "#NUM!"
    nested: dict[str, object] = {
        f"A{row}": f"={'INT(' * 40}A{row + 1}{')' * 40}" for row in range(1, 30)
    }
    assert Evaluator(Cells(nested | {"A30": 7})).value(HOME, 1, 1) == 7


def test_the_digits_of_a_long_number_survive_its_sign() -> None:
    long = "1234567890123456789012345678901234"
    assert shown(f"-{long}") == Decimal(f"-{long}")


def test_a_filled_down_column_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_shapes = []

    def counted(tree: Node, row: int, col: int) -> Program:
        compiled_shapes.append(tree)
        return compiled(tree, row, col)

    monkeypatch.setattr("formulas.cells.evaluator.compiled", counted)
    rows = range(2, 500)
    cells: dict[str, object] = {f"A{row}": row for row in range(1, 500)}
    cells |= {f"B{row}": f'=IF(A{row}="","",A{row}*$A$1+A{row - 1})' for row in rows}
    cells |= {f"C{row}": f'=B{row}&""' for row in rows}
    evaluator = Evaluator(Cells(cells))
    assert [evaluator.value(HOME, row, 3) for row in rows] == [str(2 * row - 1) for row in rows]
    assert len(compiled_shapes) == 2
