"""Every function of live cells, with the values at its edges.

The right column was compared with LibreOffice 7.4; `# Excel` marks where that program differs and
Excel's documented answer was taken.
"""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from formulas.cells import ENGLISH
from formulas.cells.functions import FUNCTIONS
from formulas.cells.signatures import ADDITIONS, LISTED, SIGNATURES
from model.values import Fault
from tests.formulas.cells.book import plain, row_of, shown

CELLS = row_of(5, "5", None, "abc", "АБВ", True, "", 7701234567, "7701234567", 0) | row_of(
    1, 2, 2, 3, 5, 8, 13, None, "x", 1.5, row=2
)

ARITHMETIC = [
    ("1+2*3-4/2", 5),
    ("-2^2", 4),
    ("2^3^2", 64),
    ("2^-1", "0.5"),
    ("+5", 5),
    ("--A1", 5),
    ("50%%", "0.005"),
    ("SUM(A2:C2)%", "0.05"),
    ("1/0", "#DIV/0!"),
    ("0^-1", "#DIV/0!"),
    ("0^0", "#NUM!"),  # Excel
    ("(-8)^(1/3)", "#NUM!"),  # Excel
    ("1E307*100", "#NUM!"),
    ("SUM(9E307,9E307,9E307)", "#NUM!"),
    ("SUMPRODUCT(A2:A2*1E300,A2:A2*1E300)", "#NUM!"),
    ('"1E999"+1', "#VALUE!"),
    ('"١"+1', "#VALUE!"),
    ("1/3*3=1", True),
    ("0.1+0.2=0.3", True),
    ("0.1+0.2-0.3", 0),
    ("1/3+1/3+1/3-1=0", True),
    ("1000000.1-1000000", "0.1"),
    ("C1+1", 1),
    ("TRUE+1", 2),
    ('"5"+1', 6),
    ('" 5 "+1', 6),
    ('"-1,5"+0', "-1.5"),
    ('",5"+0', "0.5"),
    ('"5,"+0', 5),
    ('"1.5"+1', "#VALUE!"),
    ('"5%"+1', "1.05"),
    ('"1e3"+0', 1000),
    ('"2026-03-01"+0', 46082),
    ('"2026-13-01"+0', "#VALUE!"),
    ('""+1', "#VALUE!"),
    ("D1+1", "#VALUE!"),
    ("#N/A+1", "#N/A"),
    ("План!#REF!+1", "#REF!"),
    ("1.5E2", 150),
    (".5", "0.5"),
]
TEXTS = [
    ('"a"&1.5&"b"', "a1,5b"),
    ('"""в кавычках"""', '"в кавычках"'),
    ('C1&"x"', "x"),
    ('TRUE&""', "TRUE"),
    ('FALSE&""', "FALSE"),
    ('1/3&""', "0,333333333333333"),
    ('1E15&""', "1000000000000000"),
    ('1E20&""', "1E+20"),  # LibreOffice writes 1E+020
    ('-1.5E-11&""', "-1,5E-11"),
    ('0.0001&""', "0,0001"),
    ('0&""', "0"),
    ('LEFT("abc")', "a"),
    ('LEFT("abc",0)', ""),
    ('LEFT("abc",9)', "abc"),
    ('LEFT("abc",-1)', "#VALUE!"),
    ("LEFT(12345,2)", "12"),
    ('RIGHT("abc",2)', "bc"),
    ('RIGHT("abc")', "c"),
    ('RIGHT("abc",0)', ""),
    ('RIGHT("abc",9)', "abc"),
    ('MID("abcdef",2,3)', "bcd"),
    ('MID("abc",9,1)', ""),
    ('MID("abc",0,1)', "#VALUE!"),
    ('MID("abc",1,-1)', "#VALUE!"),
    ("LEN(C1)", 0),
    ("LEN(1.5)", 3),
    ('LEN("Ёлка")', 4),
    ('TRIM("  a  b  ")', "a b"),
    ('TRIM(" \u00a0x")', "\u00a0x"),
    ('HYPERLINK("#a","b")', "b"),
    ('HYPERLINK("#a",5)', 5),
    ('HYPERLINK("#a")', "#a"),
    ('REPT("█",ROUND(MIN(0.34,1)*10,0))', "███"),
    ('REPT("ab",2.9)', "abab"),
    ('REPT("ab",-1)', "#VALUE!"),
    ('REPT("ab",0)', ""),
    ('REPT("ab",16384)', "#VALUE!"),
    ("FIXED(1234567.891,0)", "1\u00a0234\u00a0568"),
    ("FIXED(1234567.891)", "1\u00a0234\u00a0567,89"),
    ("FIXED(1234567.891,0,TRUE)", "1234568"),
    ("FIXED(1234567.891,-3)", "1\u00a0235\u00a0000"),
    ("FIXED(0.5,2)", "0,50"),
    ("FIXED(0.5,128)", "#VALUE!"),
    ("FIXED(123,0)", "123"),
    ("FIXED(-0.4,0)", "0"),
    ("FIXED(-1234.5,0)", "-1\u00a0235"),
    ('TEXT(5,"00")', "05"),
    ('TEXT(5.5,"0")', "6"),
    ('TEXT(-5,"00")', "-05"),
    ('TEXT(0,"0")', "0"),
    ('TEXT("x","00")', "x"),
    ('TEXT(1234567.5,"#,##0")', "1\u00a0234\u00a0568"),
    ("TEXT(5,D1)", "#VALUE!"),
    ('SUBSTITUTE("aAa","a","b")', "bAb"),
    ('SUBSTITUTE("aaa","a","b",2)', "aba"),
    ('SUBSTITUTE("aaa","a","b",9)', "aaa"),
    ('SUBSTITUTE("aaa","a","b",0)', "#VALUE!"),
    ('SUBSTITUTE("aaa","","b")', "aaa"),
    ('SUBSTITUTE("aaa","","b",1)', "aaa"),
]
COMPARISONS = [
    ('"ABC"="abc"', True),
    ('"abc"="abc"', True),
    ('"а"<>"б"', True),
    ('"Ё"="е"', False),
    ('"ё"<"ж"', True),
    ('"ёж">"еж"', True),
    ('"a"<1', False),
    ('TRUE>"z"', True),  # Excel
    ("TRUE=1", False),  # Excel
    ("TRUE>FALSE", True),
    ('C1=""', True),
    ("C1=0", True),
    ("C1=FALSE", True),
    ("C1=C2", False),
    ("C1=C9", True),
    ("C1=G1", True),
    ("A1>=5", True),
    ("A1<=4", False),
    ("A1<5.00000000000000001", False),
    ("#N/A=1", "#N/A"),
    ("1=#N/A", "#N/A"),
]
LOGIC = [
    ("IF(1,2,3)", 2),
    ("IF(C1,2,3)", 3),
    ("IF(FALSE,5)", False),
    ("IF(TRUE,,5)", 0),
    ('IF("x",1,2)', "#VALUE!"),
    ("IF(1/0,1,2)", "#DIV/0!"),
    ("IF(TRUE,1,1/0)", 1),
    ("SUM(IF(TRUE,A2:C2,D2))", 5),
    ('IFERROR(1/0,"-")', "-"),
    ("IFERROR(7,1/0)", 7),
    ("IFERROR(#N/A,)", 0),
    ("AND(A1:D1)", True),
    ("AND(1,0)", False),
    ("AND(C1:E1)", "#VALUE!"),
    ("AND(A1,A1:B1,TRUE)", True),
    ("OR(FALSE,0)", False),
    ("OR(A1=1,A2=1)", True),
    ('OR(TRUE,"x")', "#VALUE!"),
    ("OR(TRUE,1/0)", "#DIV/0!"),
    ("OR(J1,Q9)", False),
    ("NOT(C1)", True),
    ('NOT("x")', "#VALUE!"),
    ("ISNUMBER(1/0)", False),
    ("ISNUMBER(A1)", True),
    ("ISBLANK(C1)", True),
    ("ISBLANK(G1)", False),
    ("TRUE()", True),
    ("FALSE()", False),
]
NUMBERS = [
    ("ROUND(2.5,0)", 3),
    ("ROUND(-2.5,0)", -3),
    ("ROUND(1.005,2)", "1.01"),
    ("ROUND(ROUND(10/3,6),2)", "3.33"),
    ("ROUND(1234.5,-2)", 1200),
    ("ROUND(1250,-2)", 1300),
    ("ROUND(49,-2)", 0),
    ("ROUND(4,-2)", 0),
    ("ROUND(1234.5,1.9)", "1234.5"),
    ("ROUND(2.45,400)", "2.45"),
    ("ROUND(0,2)", 0),
    ("ROUND(1/3*3*2.5,0)", 3),
    ("ROUNDUP(1.0000000001,2)", "1.01"),
    ("ROUNDUP(-1.21,1)", "-1.3"),
    ("ROUNDUP(2,0)", 2),
    ("ROUNDUP(0.001,0)", 1),
    ("ROUNDUP(-4,-2)", -100),
    ("ABS(-3)", 3),
    ('ABS("-3")', 3),
    ("INT(-1.5)", -2),
    ("INT(4.1*100)", 410),
    ("INT(1/3*3)", 1),
    ("MOD(-7,3)", 2),
    ("MOD(7,-3)", -2),
    ("MOD(7,3)", 1),
    ("MOD(5,0)", "#DIV/0!"),
]
DAYS = [
    ("DATE(2026,3,12)", 46093),
    ("DATE(2026,14,31)", 46449),
    ("DATE(2026,0,0)", 45991),
    ("DATE(2026.9,1.9,1.9)", 46023),
    ("DATE(126,1,1)", 46023),  # Excel
    ("DATE(10000,1,1)", "#NUM!"),
    ("DATE(-1,1,1)", "#NUM!"),
    ("DATE(9999,12,32)", "#NUM!"),
    ("YEAR(46093)", 2026),
    ("MONTH(46093.99)", 3),
    ("DAY(46093)", 12),
    ("YEAR(-1)", "#NUM!"),
    ('YEAR("x")', "#VALUE!"),
    ("YEAR(2958466)", "#NUM!"),
    ("EDATE(DATE(2026,1,31),1)", 46081),
    ("EDATE(DATE(2026,1,31)+0.5,1.9)", 46081),
    ("EDATE(DATE(2026,1,31),-1.9)", 46022),
    ("EDATE(DATE(2024,2,29),-12)", 44985),
    ("EOMONTH(DATE(2026,1,31),-2)", 45991),
    ("EOMONTH(DATE(2026,1,31),0)", 46053),
    ("EOMONTH(DATE(9999,12,1),0)", 2958465),
    ("EOMONTH(DATE(9999,12,1),1)", "#NUM!"),
    ("WEEKDAY(DATE(2026,3,1))", 1),
    ("WEEKDAY(DATE(2026,3,1),2)", 7),
    ("WEEKDAY(DATE(2026,3,1),3)", 6),
    ("WEEKDAY(DATE(2026,3,1),11)", 7),
    ("WEEKDAY(DATE(2026,3,1),17)", 1),
    ("WEEKDAY(DATE(2026,3,2),2)", 1),
    ("WEEKDAY(DATE(2026,3,1),4)", "#NUM!"),
    ("NOW()", "46094.5"),
    ("TODAY()", 46094),
]
AGGREGATES = [
    ("SUM(A1:J1)", 7701234572),  # LibreOffice counts TRUE
    ('SUM("5",TRUE)', 6),  # Excel
    ("SUM(1,,2)", 3),
    ("SUM(A2:C2,D2)", 8),
    ("SUM(D1)", 0),
    ('SUM("x")', "#VALUE!"),
    ("COUNT(A1:J1)", 3),
    ('COUNT("5",TRUE,"x",#N/A)', 2),
    ("COUNTA(1/0,D1)", 2),
    ('COUNT("5",TRUE,"x",)', 3),
    ("COUNT(A1,B1)", 1),
    ("COUNTA(A1:J1)", 9),
    ("COUNTA(C1,G1,1)", 2),
    ("MIN(C1:E1)", 0),
    ("MIN(A2:G2)", 1),
    ("MAX(A2:G2,99)", 99),
    ('MAX("3",2)', 3),  # Excel
    ("MEDIAN(A2:F2)", "2.5"),
    ("MEDIAN(A2:G2)", 3),
    ("MEDIAN(C1:E1)", "#NUM!"),
    ("LARGE(A2:G2,2)", 8),
    ("LARGE(A2:G2,0)", "#NUM!"),
    ("LARGE(A2:G2,9)", "#NUM!"),
    ("LARGE(A2:G2,1.5)", 13),
    ("SMALL(A2:G2,2)", 2),
    ("SMALL(A2:G2,1.5)", 1),
    ("RANK(3,A2:G2)", 4),
    ("RANK(2,A2:G2,1)", 2),
    ("RANK(2,A2:G2)", 5),
    ("RANK(4,A2:G2)", "#N/A"),  # LibreOffice answers 4
    ("SUMPRODUCT(A2:C2,D2:F2)", 29),
    ("SUMPRODUCT(A2:C2)", 5),
    ("SUMPRODUCT(A2:C2,D2:E2)", "#VALUE!"),
    ("SUMPRODUCT(A2:C2>1)", 0),  # LibreOffice counts 2
    ("SUMPRODUCT((A2:C2>1)*1)", 2),
    ("SUMPRODUCT((A2:C2>1)*(A2:C2))", 4),
    ("SUMPRODUCT(--(A2:G2>2),A2:G2)", 29),
    ("SUMPRODUCT(A1:J1*A2:J2)", "#VALUE!"),
    ("SUMPRODUCT(A1:J1,A2:J2)", 5),
    ("SUMPRODUCT(LEN(A1:E1))", 8),
    ("SUMPRODUCT(1/COUNTIF(A2:G2,A2:G2))", 6),
    ("SUMPRODUCT((A1:A2=A1:C1)*1)", 1),
    ("SUMPRODUCT((A2:C2)*(A2:B2))", "#N/A"),
    ("SUMPRODUCT(IF(A2:C2>1,1,0))", 2),
    ("SUMPRODUCT(IF(A2:C2>1,1))", 2),
    ("SUMPRODUCT(IFERROR(1/(A2:C2-1),5))", 7),
    ("SUMPRODUCT(1/(A2:C2-1))", "#DIV/0!"),
    ("SUMPRODUCT(ROW(A2:A4)*1)", 9),
    ("SUMPRODUCT(COLUMN(A1:C1)*(A2:C2))", 11),
    ("SUMPRODUCT(ROW()*1,COLUMN()*1)", 2574),
    ("SUMPRODUCT(ROW(1+1)*1)", "#VALUE!"),
    ("SUMPRODUCT((A2:C2>INDEX(A2:C2,1))*1)", 2),
    ("SUMPRODUCT(SUM(A2:C2)*(A2:C2))", 25),
    ("SUMPRODUCT(SUM(A2:C2*2)*1)", 10),
    ("SUMPRODUCT(LARGE((A2:C2)*2,2)*1)", 4),
    ("SUMPRODUCT(COUNTA(A2:C2*1)*1)", 3),
    ("SUMPRODUCT(ISNUMBER(A1:E1/1)*1)", 3),
    ("SUMPRODUCT(ABS(#N/A)*1)", "#N/A"),
    ("SUMPRODUCT(ABS(Q1)*1,A1)", 0),
    ("SUMPRODUCT(2%*A2:C2)", "0.1"),
    ("SUMPRODUCT(+A2:C2)", 5),
    ("SUMPRODUCT(ROUND(A2:C2/3,INDEX(A2:C2,1)))", "1.7"),
    ("SUMPRODUCT(TRUE*1)", 1),
    ('SUMPRODUCT((LEFT(A1:E1&"",1)="5")*1)', 2),
]
CONDITIONS = [
    ('COUNTIF(A1:J1,"5")', 2),
    ("COUNTIF(A1:J1,5)", 2),  # LibreOffice: numbers only for a number
    ("COUNTIF(A1:J1,I1)", 2),
    ('COUNTIF(A1:J1,"")', 2),
    ('COUNTIF(A1:J1,"=")', 1),
    ('COUNTIF(A1:J1,"<>")', 9),
    ('COUNTIF(A1:J1,"<")', 0),
    ('COUNTIF(A1:J1,"<>5")', 8),
    ('COUNTIF(A1:J1,"<>abc")', 9),
    ("COUNTIF(A1:J1,C1)", 1),
    ('COUNTIF(A1:J1,"аб*")', 1),
    ('COUNTIF(A1:J1,"аб")', 0),
    ('COUNTIF(A1:J1,"абв")', 1),
    ('COUNTIF(A1:J1,"???")', 2),
    ('COUNTIF(A1:J1,"~*")', 0),
    ('COUNTIF(A1:J1,">5")', 1),
    ('COUNTIF(A1:J1,">=5")', 2),
    ('COUNTIF(A1:J1,"<5")', 1),
    ('COUNTIF(A1:J1,"<=5")', 2),
    ('COUNTIF(A1:J1,">abc")', 1),
    ("COUNTIF(A1:J1,TRUE)", 1),
    ('COUNTIF(A1:J1,"true")', 1),
    ('COUNTIF(A1:J1,">=FALSE")', 1),
    ("COUNTIF(A1:J1,#N/A)", "#N/A"),
    ("COUNTIF(5,5)", "#VALUE!"),
    ('COUNTIFS(A2:G2,">1",A2:G2,"<=5")', 4),
    ('COUNTIFS(A2:G2,">="&B2,D1:J1,"<>")', 6),
    ('SUMIFS(A2:J2,A1:J1,"abc")', 3),
    ('SUMIFS(A2:J2,A1:J1,"АБВ",A2:J2,">5")', 0),
    ('SUMIFS(A2:J2,A1:I1,"abc")', "#VALUE!"),
    ('SUMIFS(A2:J2,A1:J1,"<>")', "33.5"),
    ('SUMIF(A1:J1,"abc",A2:J2)', 3),
    ('SUMIF(A2:G2,">2")', 29),
    ('AVERAGEIFS(A2:G2,A2:G2,">2")', "7.25"),
    ('IFERROR(AVERAGEIFS(A2:G2,A2:G2,">100"),"")', ""),
    ('AVERAGEIFS(A2:G2,A2:G2,">100")', "#DIV/0!"),
    ("SUMPRODUCT(SUMIF(A2:G2,A2:B2)*1)", 5),
]
LOOKUPS = [
    ('MATCH("АБВ",A1:J1,0)', 5),
    ('MATCH("аб?",A1:J1,0)', 5),
    ('MATCH("аб~?",A1:J1,0)', "#N/A"),
    ('MATCH("5",A1:J1,0)', 2),  # LibreOffice takes the number for the text
    ("MATCH(5,A1:J1,0)", 1),
    ("MATCH(TRUE,A1:J1,0)", 6),
    ('MATCH("",A1:J1,0)', 7),
    ("MATCH(C1,A1:J1,0)", 10),  # Excel
    ("MATCH(99,A1:J1,0)", "#N/A"),
    ("MATCH(#N/A,A1:J1,0)", "#N/A"),
    ("MATCH(4,A2:G2,1)", 4),
    ("MATCH(4,A2:G2)", 4),
    ("MATCH(0,A2:G2,1)", "#N/A"),
    ("MATCH(2,A2:G2,1)", 3),
    ('MATCH("b",D1:E1,1)', 1),
    ("MATCH(2,A2:G2,1)+MATCH(5,A2:G2,1)", 8),
    ("MATCH(TRUE,A1:J1,1)", 6),
    ("MATCH(3,A3:D3,-1)", 2),
    ("MATCH(9,A3:D3,-1)", "#N/A"),
    ("MATCH(1,A1:B2,0)", "#N/A"),
    ("MATCH(1,A1*2,0)", "#N/A"),
    ("INDEX(A2:G2,3)", 2),
    ("INDEX(A2:G2,1,4)", 3),
    ("INDEX(A1:A2,2)", 1),
    ("INDEX(A1:B2,2,2)", 2),
    ("INDEX(A1:B2,2)", "#REF!"),
    ("INDEX(A2:G2,2,1)", "#REF!"),
    ("INDEX(A2:G2,1,9)", "#REF!"),
    ("INDEX(A2:G2,-1)", "#VALUE!"),
    ("INDEX(A2+0,1)", "#VALUE!"),
    ("SUM(INDEX(A2:G2,1,0))", 34),
    ("SUM(INDEX(A2:G2,0))", 34),
    ("SUM(INDEX(A1:B2,0,1))", 6),
    ("SUM(A2:INDEX(A2:G2,3))", 5),
    ("SUM(INDEX(A2:G2,3):A2)", 5),
    ("SUM(A1:B1:A2)", 8),
    ("ROW()", 99),
    ("ROW(B7:C9)", 7),
    ("COLUMN()", 26),
    ("COLUMN(D1)", 4),
    ("ROWS(A1:B7)", 7),
    ("ROWS(1)", "#VALUE!"),
]
ALL = [
    *ARITHMETIC, *TEXTS, *COMPARISONS, *LOGIC, *NUMBERS, *DAYS, *AGGREGATES, *CONDITIONS, *LOOKUPS,
]  # fmt: skip


@pytest.mark.parametrize(("formula", "expected"), ALL)
def test_a_formula_shows(formula: str, expected: object) -> None:
    found = plain(shown(formula, CELLS | row_of(5, 3, 2, 1, row=3)))
    assert (found, type(found)) == (expected, type(expected))


def test_every_function_on_the_list_can_be_calculated() -> None:
    assert set(SIGNATURES) == set(FUNCTIONS) | {"IF", "IFERROR"}
    assert not set(LISTED) & set(ADDITIONS)


@pytest.mark.parametrize("name", sorted(SIGNATURES))
def test_every_function_has_an_example(name: str) -> None:
    assert any(f"{name}(" in formula for formula, _ in ALL)


def test_days_and_hours_are_serial_numbers() -> None:
    cells = row_of(date(2026, 3, 12), datetime(2026, 3, 12, 12), time(6))  # noqa: DTZ001  # a cell has no zone
    assert plain(shown("A1+1", cells)) == 46094
    assert plain(shown("B1-A1", cells)) == "0.5"
    assert plain(shown("C1*24", cells)) == 6


def test_an_english_program_writes_other_marks() -> None:
    assert shown('FIXED(1234.5,1)&" "&1.5', regional=ENGLISH) == "1,234.5 1.5"
    assert plain(shown('"1.5"+1', regional=ENGLISH)) == "2.5"


@pytest.mark.parametrize(
    "formula",
    [
        "SUM(A1:C1)",
        "MAX(A1:C1)",
        "SUMPRODUCT(A1:C1)",
        "SUMPRODUCT(A1:C1,A1:C1)",
        'SUMIFS(A1:C1,A1:C1,"<>5")',
        "AND(A1:C1)",
        "A1&B1",
        "LEN(B1)",
        "NOT(B1)",
        "IF(B1,1,2)",
        "MATCH(B1,A1:C1,0)",
        "ROUND(B1,2)",
        "SUMPRODUCT(SUM(INDEX(A1:C1,2))*1)",
        "SUMPRODUCT(LEN(A1:C1))",
    ],
)
def test_an_error_in_a_cell_spreads(formula: str) -> None:
    assert shown(formula, row_of(5, Fault("#N/A"), 7)) == Fault("#N/A")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ('SUMIFS(A1:C1,A1:C1,">5")', 7),
        ("COUNT(A1:C1)", 2),
        ("COUNTA(A1:C1)", 3),
        ("MATCH(7,A1:C1,0)", 3),
        ("MATCH(7,A1:C1,1)", 3),
        ("COUNTIF(A1:C1,5)", 1),
        ("SUM(A1,C1)", 12),
    ],
)
def test_an_error_nobody_asks_for_does_no_harm(formula: str, expected: int) -> None:
    assert plain(shown(formula, row_of(5, Fault("#N/A"), 7))) == expected
