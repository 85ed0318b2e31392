"""What makes a live cell differ between programs."""

from __future__ import annotations

import pytest

from formulas.cells import lint

GOOD = [
    '=IF(OR(B5="",B5<=0),"",ROUND(ROUND(C5/B5*100,6),2))',
    'SUMIFS(cal_working,cal_date,">="&A1,cal_date,"<="&B1)',
    '"В работе "&COUNTIFS(Сделки!$D$3:$D$602,"<>")&" · "&FIXED(A1,0)&" руб."',
    'IFERROR(AVERAGEIFS(A1:A9,B1:B9,"x"),"")',
    'SUMPRODUCT((A1:A9="x")*(B1:B9>0)*C1:C9)',
    "Настройки!$A$3:INDEX(Настройки!$A$3:$A$202,MAX(1,COUNTA(Настройки!$A$3:$A$202)))",
    "DATE(YEAR(A1),MONTH(A1)+1,1)+1",
    'TEXT(A1,"00")&":"&TEXT(B1,"00")',
    "INDEX(A1:A9,MATCH(B1,C1:C9,0))",
    "A1+1-B1",
    "SUM(A1,B1)+ROUND(C1,2)+1",
    'COUNTIFS(A1:A9,"a~*")',
    "IF(A1>0,1,2)+3",
    'COUNTIFS(A1:A9,"")',
    'COUNTIFS(A1:A9,"<>",B1:B9,"")',
    'COUNTIFS(A1:A9,">"&C1,B1:B9,"")',
    'COUNTIFS(A1:A9,C1,B1:B9,"")',
]
BAD = [
    ("XLOOKUP(A1,B1:B9,C1:C9)", "XLOOKUP is not on the list"),
    ("LET(x,1,x)", "LET is not on the list"),
    ("OFFSET(A1,1,1)+INDIRECT(B1)", "OFFSET is not on the list"),
    ("SUMIF(A1:A9,1)", "SUMIF is not on the list"),
    ("ISNUMBER(A1)", "ISNUMBER is not on the list"),
    ("_xlfn.IFS(A1,1)", "_XLFN.IFS is not on the list"),
    ("SUM(Сделки[Сумма])", "refers to a table"),
    ("SUM([1]Лист!A1)", "refers to a table or another workbook"),
    ("SUM({1,2,3})", "an array constant"),
    ("SUM(A1#)", "a spilled range"),
    ("@A1", "a spilled range"),
    ("SUM(A1;B1)", "; is not portable"),
    ("SUMPRODUCT((A:A=1)*1)", "A:A is a whole column"),
    ("NOW()-A1", "NOW outside"),
    ("IF(A1<TODAY(),1,0)", "TODAY outside"),
    ("A1+B1", "use SUM"),
    ("1+A1+B1", "use SUM"),
    ("план+факт", "use SUM"),
    ('IF(A1="","",A1)+1', "use SUM"),
    ('1+IFERROR(A1,"")', "use SUM"),
    ('""+1', "use SUM"),
    ('AVERAGEIFS(A1:A9,B1:B9,"x")', "AVERAGEIFS outside IFERROR"),
    ("FIXED(A1,0)", "FIXED outside a sentence"),
    ('TEXT(A1,"ММММ")', "patterns of digits"),
    ('TEXT(A1,"#,##0")', "group mark"),
    ("TEXT(A1,B1)", "calculated pattern"),
    ("SUMPRODUCT(A1:A9>1)", "comparison alone"),
    ("SUMPRODUCT(IF(A1:A9>1,1,0))", "IF inside SUMPRODUCT"),
    ("MATCH(1,A1:A9*2,0)", "MATCH over what is no range"),
    ("INDEX(A1:A9*2,1)", "INDEX over what is no range"),
    ('COUNTIFS(A1:A9,"ООО*")', "is a pattern"),
    ('SUMIFS(A1:A9,B1:B9,"a~b")', "is a pattern"),
    ('COUNTIFS(A1:A9,"",B1:B9,"x")', "blank cells meet"),
    ('COUNTIFS(A1:A9,"=",B1:B9,"x")', "blank cells meet"),
    ('COUNTIFS(A1:A9,"<>x",B1:B9,"x")', "blank cells meet"),
    ('COUNTIFS(A1:A9,"<>"&C1,B1:B9,"x")', "blank cells meet"),
    ('IF(A1>"01.03.2026",1,0)', "a day spelled as text"),
    ("(1", ") is missing at 2"),
]


@pytest.mark.parametrize("formula", GOOD)
def test_a_portable_formula_passes(formula: str) -> None:
    assert lint(formula) == ()


@pytest.mark.parametrize(("formula", "reason"), BAD)
def test_what_programs_read_differently_is_found(formula: str, reason: str) -> None:
    assert any(reason in found for found in lint(formula))


def test_one_cell_may_ask_the_clock() -> None:
    assert lint("=NOW()", allow_now=True) == ()


def test_each_reason_is_given_once() -> None:
    assert lint("NOW()+NOW()+A:A") == ("A:A is a whole column or row", "NOW outside the cell now")
