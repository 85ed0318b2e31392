"""Which formulas are understood, and as what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from formulas.cells import FormulaError, parse
from formulas.cells.syntax import Binary, Call, CellNode, Literal, NameNode, RangeNode, Unary
from formulas.cells.tokens import column_letters, column_number, corner


def test_a_formula_is_parsed_with_or_without_its_equals_sign() -> None:
    assert parse("=1+2").tree == parse("1+2").tree == parse(" = 1 + 2"[1:]).tree
    assert parse("=1+2").text == "1+2"


def test_a_sheet_name_may_hold_blanks_quotes_and_russian_letters() -> None:
    assert parse("'План-факт ''26'!$B7").tree == CellNode("План-факт '26", 7, 2, False, True)
    assert parse("_crm!A$1").tree == CellNode("_crm", 1, 1, True, False)


def test_a_name_is_no_cell() -> None:
    assert parse("оклад").tree == NameNode("оклад")
    assert parse("XFE1").tree == NameNode("XFE1")
    assert parse("A1048577").tree == NameNode("A1048577")
    assert parse("А1").tree == NameNode("А1")  # a Russian А


def test_the_range_operator_takes_a_function_on_a_side() -> None:
    tree = parse("$A$3:INDEX(b,1)").tree
    assert isinstance(tree, RangeNode)
    assert tree.last == Call("INDEX", (NameNode("b"), Literal(Decimal(1))))


def test_a_sign_binds_tighter_than_a_power() -> None:
    two = Literal(Decimal(2))
    assert parse("-2^2%").tree == Binary("^", Unary("-", two), Unary("%", two))


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("", "ends too early"),
        ("1+", "ends too early"),
        ("1 2", "left over"),
        ("(1", ") is missing"),
        ("SUM(1", ") is missing"),
        ("XLOOKUP(1,A1,B1)", "XLOOKUP is not on the list"),
        ("ROUND(1)", "does not take 1"),
        ("SUMIFS(A1,A1,1,A1)", "does not take 4"),
        ("COUNTIFS()", "does not take 0"),
        ("SUM()", "does not take 0"),
        ("IF(1,2,3,4)", "does not take 4"),
        ("A:A", "whole column"),
        ("SUM($1:$2)", "whole column"),
        ("Сделки[Сумма]", "Сделки[Сумма] is not portable"),
        ("{1,2}", "{ is not portable"),
        ("$XFE$1", "$XFE$1 is not portable"),
        ("A1#", "left over"),
        ("'[1]Лист'!A1", "another workbook"),
        ("Лист!имя", "a sheet needs a cell"),
        ("Лист!", "a sheet needs a cell"),
        ("1E308", "too large"),
        ("1E999", "too large"),
        ("١", "not portable"),
        ("1:A1", "a range needs"),
        ("A1:SUM(B1)", "a range needs"),
        ("A1:", "ends too early"),
        ("*1", "* is not portable"),
        ('TEXT(A1,"ММММ")', "patterns of digits"),
        ("TEXT(A1,5)", "patterns of digits"),
        ("(" * 41 + "1" + ")" * 41, "nested too deep"),
        ("-" * 41 + "1", "nested too deep"),
        ("INT(" * 41 + "1" + ")" * 41, "nested too deep"),
        ("1" + "+1" * 201, "too many operators"),
        ("1" + "%" * 201, "too many operators"),
        ("A1" + ":A1" * 201, "too many operators"),
    ],
)
def test_what_is_not_on_the_list_is_refused(formula: str, reason: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(formula)
    assert reason in caught.value.reason
    assert caught.value.formula == formula
    assert 0 <= caught.value.position <= len(formula)


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_have_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert column_number(letters) == number


def test_an_address_is_nothing_else() -> None:
    with pytest.raises(ValueError, match="A0"):
        corner("A0")
