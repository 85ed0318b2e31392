"""Live cells show in LibreOffice what Python calculates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from openpyxl.utils.datetime import to_excel

from formulas.cells import CellValue, Evaluator, lint
from formulas.cells.signatures import ADDITIONS, SIGNATURES
from formulas.cells.tokens import corner
from model.values import Fault
from tests.formulas.cells.book import HOME, Cells, row_of
from tests.formulas.cells.libreoffice import places, recalculated
from tests.formulas.cells.random_formulas import NAMES, random_cells, random_formulas
from tests.formulas.cells.test_functions import ALL, CELLS

DIFFERENT = {
    "a truth value is a number with a format": [
        "SUM(A1:J1)", "COUNT(A1:J1)", "TRUE=1", 'TRUE>"z"', 'TRUE&""', 'FALSE&""',
        "SUMPRODUCT(A2:C2>1)", "SUMPRODUCT(A1:J1,A2:J2)", 'COUNTIF(A1:J1,">=5")',
        'COUNTIF(A1:J1,">=FALSE")', 'COUNTIF(A1:J1,"<5")', 'COUNTIF(A1:J1,"<=5")',
        'COUNTIF(A1:J1,"true")', "MATCH(TRUE,A1:J1,1)",
        "SUMPRODUCT(LEN(A1:J1))",
    ],
    "a text given directly is no number": ['SUM("5",TRUE)', 'MAX("3",2)'],
    "a number matches no text, a text matches a number": [
        "COUNTIF(A1:J1,5)", 'MATCH("5",A1:J1,0)',
    ],
    "a blank matches an empty text": ["MATCH(C1,A1:J1,0)"],
    "years count from 0": ["DATE(126,1,1)", "DATE(-1,1,1)", "YEAR(-1)"],
    "days go on past the year 9999": [
        "DATE(10000,1,1)", "DATE(9999,12,32)", "YEAR(2958466)", "EOMONTH(DATE(9999,12,1),1)",
    ],
    "a root of a negative number exists, 0^0 is 1": ["0^0", "(-8)^(1/3)"],
    "a power of ten has three digits": ['1E20&""', '-1.5E-11&""'],
    "a repeated text may be longer than a cell": ['REPT("ab",16384)'],
    "a pattern may be any text": ["TEXT(5,D1)"],
    "grids of different shapes are cut": ["SUMPRODUCT((A2:C2)*(A2:B2))"],
    "the clock goes on": ["NOW()", "TODAY()"],
    "a text spells the largest number at most": ['"1E999"+1'],
    "a rank exists for a missing number": ["RANK(4,A2:G2)"],
    "the order of texts is Russian first": ['COUNTIF(A1:J1,">abc")', 'MATCH("b",D1:E1,1)'],
}  # fmt: skip
"""Where LibreOffice answers otherwise; no live cell may need these."""


def is_same(ours: CellValue, theirs: object) -> bool:
    if isinstance(ours, Fault):
        return isinstance(theirs, str) and theirs.startswith("#")
    if isinstance(theirs, date):
        theirs = to_excel(theirs)
    if isinstance(ours, Decimal) and isinstance(theirs, int | float):
        if isinstance(theirs, bool):
            return False
        gap = abs(float(ours) - theirs)
        return gap <= max(1e-9, 1e-9 * abs(theirs)) or (gap <= 0.004 and abs(theirs) > 1e6)
    return (ours or "") == (theirs or "") and isinstance(ours, bool) == isinstance(theirs, bool)


def differences(
    folder: Path,
    cells: Mapping[str, object],
    formulas: Mapping[str, str],
    names: Mapping[str, str] | None = None,
) -> str:
    """The cells that show something else, one a line."""
    theirs = recalculated(folder, dict(cells), dict(formulas), names)
    evaluator = Evaluator(Cells(dict(cells) | dict(formulas), names))
    found = []
    for place, formula in formulas.items():
        row, col, _, _ = corner(place)
        ours = evaluator.value(HOME, row, col)
        if not is_same(ours, theirs[place]):
            found.append(f"{place} {formula}: {ours!r}, not {str(theirs[place])[:80]!r}")
    return "\n".join(found)


@pytest.mark.system("soffice")
def test_the_examples_show_the_same(tmp_path: Path) -> None:
    known = {formula for formulas in DIFFERENT.values() for formula in formulas}
    formulas = [formula for formula, _ in ALL if formula not in known]
    cells = CELLS | row_of(5, 3, 2, 1, row=3)
    assert differences(tmp_path, cells, places(formulas, col="Z", row=100)) == ""


@pytest.mark.system("soffice")
def test_random_formulas_show_the_same(tmp_path: Path) -> None:
    rng = Random("live cells")
    formulas = random_formulas(rng, rounds=8)
    cells = random_cells(rng)
    assert len(formulas) > 300
    assert differences(tmp_path, cells, places(formulas, col="H", row=1), NAMES) == ""


def test_random_formulas_are_portable_and_use_every_function() -> None:
    formulas = random_formulas(Random("live cells"), rounds=8)
    assert {name for name in SIGNATURES if not any(f"{name}(" in one for one in formulas)} == set()
    reasons = {reason for formula in formulas for reason in lint(formula, allow_now=True)}
    theirs = {f"{name} is not on the list" for name in ADDITIONS}
    allowed = {"FIXED outside a sentence", *theirs}
    assert {reason for reason in reasons if "+ over" not in reason} <= allowed


def test_a_difference_would_be_seen() -> None:
    assert is_same(Decimal("1.5"), 1.5)
    assert is_same(Decimal(46093), datetime(2026, 3, 12))  # noqa: DTZ001  # a cell has no zone
    assert is_same(Fault("#N/A"), "#N/A")
    assert is_same("", None)
    assert not is_same(Decimal(1), True)
    assert not is_same(Decimal(1), "1")
    assert not is_same(Decimal("1.5"), 1.5001)
    assert not is_same("a", "b")
    assert not is_same(Fault("#N/A"), None)
