"""Finding the references of a formula and moving them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formulas.cells import references, rewrite, translate
from formulas.cells.references import Ref, only_own_row, relative

LONG = '=IF($A5="A5 ""x""",\'План-факт\'!B$5:C7+Настройки!$A$3:INDEX(список,MAX(1,A1)),TRUE)'


def test_references_know_where_they_stand() -> None:
    found = references(LONG)
    assert [LONG[ref.start : ref.end] for ref in found] == [
        "$A5", "B$5:C7", "$A$3", "список", "A1",
    ]  # fmt: skip
    assert [ref.sheet for ref in found] == [None, "План-факт", "Настройки", None, None]
    assert found[1].area == (5, 2, 7, 3)
    assert found[3] == Ref(found[3].start, found[3].end, None, None, "список")


def test_whole_columns_and_rows_are_references() -> None:
    formula = "SUM(A:$B,$2:3)"
    assert [ref.area for ref in references(formula)] == [(1, 1, 1048576, 2), (2, 1, 3, 16384)]
    assert translate(formula, 1, 1) == "SUM(B:$B,$2:4)"
    assert rewrite(formula, lambda _sheet, row, col: (row + 1, col + 2)) == "SUM(C:$D,$3:4)"


def test_a_formula_is_copied_as_a_program_does() -> None:
    assert translate("=A1+$A1+A$1+$A$1+Лист!B2:C$3+x1_+LOG10(1)", 2, 1) == (
        "=B3+$A3+B$1+$A$1+Лист!C4:D$3+x1_+LOG10(1)"
    )
    assert translate("A1+B2", -1, 0) == "#REF!+B1"
    assert translate("SUM(A1:B2)", -1, 0) == "SUM(#REF!)"
    assert translate("Лист!A1", 0, -1) == "Лист!#REF!"
    assert translate("Сделки[A1]+{1}", 3, 3) == "Сделки[A1]+{1}"


def test_corners_apart_from_each_other_are_two_references() -> None:
    assert [ref.area for ref in references("A1 :B2")] == [(1, 1, 1, 1), (2, 2, 2, 2)]
    assert len(references("A1:INDEX(B1,1)")) == 2
    assert len(references("A1:")) == 1


def test_a_live_cell_follows_its_moved_columns() -> None:
    """Column B went to D on «Сделки», C is gone."""
    moves = {("Сделки", 2): 4, (None, 1): 1}

    def move(sheet: str | None, row: int, col: int) -> tuple[int, int] | None:
        target = moves.get((sheet, col))
        return None if target is None else (row, target)

    formula = 'SUMIFS(Сделки!$B$3:B9,Сделки!C3:C9,">"&A5)&"B3"'
    assert rewrite(formula, move) == 'SUMIFS(Сделки!$D$3:D9,Сделки!#REF!,">"&A5)&"B3"'


def test_equal_shapes_mean_equal_formulas() -> None:
    assert relative("A5+$B$1+C4", 5, 1) == relative("A6+$B$1+C5", 6, 1)
    assert relative("A5", 5, 1) != relative("A5", 6, 1)
    assert relative("A$5", 5, 1) == relative("A$5", 6, 1)
    assert relative("$A5", 5, 1) == relative("$A5", 5, 2)
    assert relative("A:A", 5, 1) == relative("B:B", 5, 2)


def test_the_digits_of_the_own_row_may_mean_something_else() -> None:
    assert only_own_row("A5+SUM(B5:C5)", 5)
    assert not only_own_row("A5+5", 5)
    assert not only_own_row("A5+$B$5", 5)
    assert not only_own_row("A5+A4", 5)
    assert not only_own_row('A5&"5"', 5)


ROWS = st.integers(50, 900)
COLUMNS = st.sampled_from(["B", "Z", "AA", "XF"])
MARKS = st.sampled_from(["", "$"])
ADDRESSES = st.builds(lambda a, c, b, r: f"{a}{c}{b}{r}", MARKS, COLUMNS, MARKS, ROWS)
SHEETS = st.sampled_from(["", "Лист!", "'План-факт ''26'!"])
ENDS = st.just("") | ADDRESSES.map(":{}".format)
AREAS = st.builds("".join, st.tuples(SHEETS, ADDRESSES, ENDS))
OTHERS = ['"A1"', "список", "1.5", "TRUE", "A:B", "Т[A1]", "#REF!", "MAX(1,2)"]
PARTS = AREAS | st.sampled_from(OTHERS)
FORMULAS = st.lists(PARTS, min_size=1, max_size=6).map("+".join)
STEPS = st.integers(-1, 40)


@given(FORMULAS, STEPS, STEPS)
def test_a_copy_copied_back_is_the_original(formula: str, down: int, right: int) -> None:
    if "A:B" in formula:
        right = abs(right)
    assert translate(translate(formula, down, right), -down, -right) == formula


@given(FORMULAS)
def test_moving_nothing_changes_nothing(formula: str) -> None:
    assert rewrite(formula, lambda _sheet, row, col: (row, col)) == formula
    assert translate(formula, 0, 0) == formula


@given(FORMULAS, STEPS, STEPS)
def test_a_copy_has_the_shape_of_the_original(formula: str, down: int, right: int) -> None:
    right = abs(right)
    copied = translate(formula, down, right)
    assert relative(copied, 60 + down, 3 + right) == relative(formula, 60, 3)


@given(FORMULAS, STEPS)
def test_moving_every_cell_keeps_the_marks(formula: str, down: int) -> None:
    moved = rewrite(formula, lambda _sheet, row, col: (row + down, col) if row > 1 else (row, col))
    assert moved.count("$") == formula.count("$")
    assert len(references(moved)) == len(references(formula))
