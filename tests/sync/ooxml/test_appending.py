"""Many rows laid below the last one in one piece."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from model.errors import OddWorkbook
from model.values import Value, to_serial
from sync.ooxml import (
    ANY,
    AppendRows,
    BookFile,
    Edit,
    GrowTable,
    Result,
    SetValue,
    SpareRows,
    patch,
    verify,
)
from tests.sync.ooxml.samples import CLIENTS, LAST, calamine, crm_book, openpyxl_book, parts

SHEET = "xl/worksheets/sheet1.xml"
COUNT = 300
BLOCK = AppendRows(
    CLIENTS,
    LAST,
    LAST + 1,
    tuple({1: f"=Клиент {n}", 2: date(2026, 3, 1), 3: Decimal(n)} for n in range(COUNT)),
    {4: "C{row}*1.2"},
    tuple({4: Decimal(n) * Decimal("1.2")} for n in range(COUNT)),
)
BOOK = BookFile.open(crm_book(), name="книга.xlsx")


def test_rows_are_laid_in_one_piece_and_read_by_others():
    done = patch(BOOK, [BLOCK, GrowTable(CLIENTS, "Clients", LAST + COUNT)])
    assert {o.result for o in done.receipt.outcomes} == {Result.APPLIED}
    shown = calamine(done.raw)[LAST + 6]
    assert shown[:4] == ["=Клиент 6", date(2026, 3, 1), 6, pytest.approx(7.2)]
    sheet = openpyxl_book(done.raw)[CLIENTS]
    assert sheet["D19"].value == "=C19*1.2"
    assert sheet["C19"].number_format == "# ##0.00"
    assert str(sheet.data_validations.dataValidation[0].sqref) == f"E4:E{LAST + COUNT}"
    assert sheet.dimensions == f"A1:E{LAST + COUNT}"


def test_edits_around_the_block_keep_the_order_of_rows():
    last = LAST + COUNT
    edits: list[Edit] = [
        BLOCK,
        SpareRows(CLIENTS, LAST, range(LAST + 1, last + 5), {4: "C{row}*1.2"}),
        SetValue(CLIENTS, f"A{last + 9}", None, "ниже"),
        SetValue(CLIENTS, "A5", ANY, "выше"),
    ]
    done = patch(BOOK, edits)
    assert {o.result for o in done.receipt.outcomes} == {Result.APPLIED}
    book = BookFile.open(done.raw, name="к.xlsx")
    numbers = [row.row for row in book.rows(CLIENTS)]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == last + 9
    values = {(c.col, row.row): c.value() for row in book.rows(CLIENTS) for c in row.cells}
    assert values[2, LAST + 1] == to_serial(date(2026, 3, 1))
    assert values[1, 5] == "выше"


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ((AppendRows(CLIENTS, LAST, LAST, ({1: "x"},)),), "строки можно добавить только ниже"),
        ((AppendRows(CLIENTS, 99, 100, ({1: "x"},)),), "строки-образца на листе нет"),
        ((AppendRows(CLIENTS, LAST, 1_048_576, ({1: "x"}, {})),), "строки можно добавить только"),
        ((BLOCK, AppendRows(CLIENTS, LAST, LAST + 2, ({1: "x"},))), "строки можно добавить только"),
        ((SetValue(CLIENTS, "A14", ANY, "x"), BLOCK), "строки можно добавить только ниже"),
        ((BLOCK, SetValue(CLIENTS, "A14", ANY, "x")), "эта строка добавляется сейчас целиком"),
    ],
)
def test_a_block_goes_where_nothing_stands(edits, reason):
    outcome = patch(BOOK, edits).receipt.outcomes[-1]
    assert outcome.result is Result.REFUSED
    assert outcome.reason.startswith(reason)


def test_a_value_that_no_cell_can_hold_is_left_out_and_told():
    rows: tuple[dict[int, Value], ...] = ({1: "я" * 40_000, 3: Decimal(1)}, {1: "а\x00б"})
    done = patch(BOOK, [AppendRows(CLIENTS, LAST, LAST + 1, rows)])
    (outcome,) = done.receipt.outcomes
    assert outcome.reason == "A13: текст длиннее 32 767 знаков; A14: убраны недопустимые знаки"
    assert calamine(done.raw)[12][:3] == ["", "", 1]
    assert calamine(done.raw)[13][0] == "аб"


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (rb"=\xd0\x9a\xd0\xbb\xd0\xb8\xd0\xb5\xd0\xbd\xd1\x82 6<", b"x<"),
        (rb"<f>C19\*1.2</f>", b"<f>C18*1.2</f>"),
        (rb"<f>C19\*1.2</f><v>7.2</v>", b"<f>C19*1.2</f><v>7.3</v>"),
        (rb'<row r="20".*?</row>', b""),
        (rb'<c r="A20".*?</c>', b""),
        (rb"</row></sheetData>", b'<c r="Z312"><v>1</v></c></row></sheetData>'),
        (rb"</row></sheetData>", b'</row><row r="313"/></sheetData>'),
    ],
)
def test_damage_inside_the_block_is_found(pattern, new):
    book = BookFile.open(patch(BOOK, [BLOCK]).raw, name="к.xlsx")
    verify(BOOK, book.raw, [BLOCK])
    content, count = re.subn(pattern, new, parts(book.raw)[SHEET], count=1, flags=re.DOTALL)
    assert count == 1
    index = next(i for i, m in enumerate(book.package.members) if m.name == SHEET)
    with pytest.raises(OddWorkbook):
        verify(BOOK, book.package.rebuild({index: content}), [BLOCK])
