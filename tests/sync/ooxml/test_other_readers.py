"""What we write is read alike by every other program at hand."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from sync.ooxml import BookFile, Edit, GrowTable, Result, SetFormula, SetValue, SpareRows, patch
from tests.sync.ooxml.samples import CLIENTS, calamine, crm_book, openpyxl_book

NEW = range(13, 16)


@pytest.fixture(scope="module")
def grown() -> bytes:
    """Three rows more in the table, with texts that programs like to take for something else."""
    edits: list[Edit] = [SpareRows(CLIENTS, 12, range(13, 30), {4: "C{row}*1.2"})]
    for row in NEW:
        edits += [
            SetValue(CLIENTS, f"A{row}", None, f"=1+{row}"),
            SetValue(CLIENTS, f"C{row}", None, Decimal(row)),
            SetFormula(CLIENTS, f"D{row}", f"C{row}*1.2", Decimal(row) * Decimal("1.2")),
        ]
    edits.append(GrowTable(CLIENTS, "Clients", NEW[-1]))
    done = patch(BookFile.open(crm_book(), name="книга.xlsx"), edits)
    assert {o.result for o in done.receipt.outcomes} == {Result.APPLIED}
    return done.raw


def test_calamine_reads_the_new_rows(grown):
    for row in NEW:
        shown = calamine(grown)[row - 1]
        assert shown[0] == f"=1+{row}"
        assert shown[2:4] == [row, pytest.approx(row * 1.2)]


def test_openpyxl_reads_the_new_rows_and_the_table(grown):
    book = openpyxl_book(grown)
    table = book[CLIENTS].tables["Clients"]
    assert (table.ref, table.autoFilter.ref) == ("A3:E15", "A3:E15")
    for row in NEW:
        assert book[CLIENTS][f"A{row}"].data_type == "s"
        assert book[CLIENTS][f"C{row}"].number_format == "# ##0.00"
        assert book[CLIENTS][f"D{row}"].value == f"=C{row}*1.2"
    assert book[CLIENTS]["D29"].value == "=C29*1.2"
    (rule,) = book[CLIENTS].data_validations.dataValidation
    assert str(rule.sqref) == "E4:E29"


@pytest.mark.system("soffice")
def test_libreoffice_reads_the_new_rows(grown, libreoffice, tmp_path):
    path = tmp_path / "книга.xlsx"
    path.write_bytes(grown)
    libreoffice.convert(path, "csv:Text - txt - csv (StarCalc):44,34,76,1", tmp_path)
    with (tmp_path / "книга.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    for row in NEW:
        assert rows[row - 1][0] == f"=1+{row}"
        assert _shown(rows[row - 1][2]) == row
        assert _shown(rows[row - 1][3]) == pytest.approx(row * 1.2)


def _shown(number: str) -> float:
    """A number as a Russian office shows it."""
    return float(number.replace(",", "."))
