"""What LibreOffice leaves behind when a column is put into a table, and how it is mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.errors import OddWorkbook
from sync.ooxml import (
    BookFile,
    NameColumn,
    Result,
    SetReach,
    mends,
    patch,
    read_lines,
    verify,
)
from tests.scenarios.calc import Calc
from tests.sync.ooxml.samples import CLIENTS, crm_book, openpyxl_book, parts, repacked

SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
KEYED = frozenset({1, 2, 3, 4, 5})
"""Columns of the program in the sound book."""


def opened(raw: bytes) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx")


def planned(raw: bytes, keyed: frozenset[int]) -> tuple[NameColumn | SetReach, ...]:
    book = opened(raw)
    return mends(book, CLIENTS, read_lines(book, CLIENTS).rows, keyed)


def mended(raw: bytes, keyed: frozenset[int]) -> bytes:
    done = patch(opened(raw), planned(raw, keyed))
    assert {o.result for o in done.receipt.outcomes} == {Result.APPLIED}
    assert planned(done.raw, keyed) == ()
    return done.raw


def spread() -> bytes:
    """The validation of E reaches over F, a column that the table lists and nobody headed."""
    content = parts(crm_book())
    sheet = content[SHEET].replace(b"E4:E12", b"E4:F12 C2")
    table = content[TABLE].replace(b"A3:E12", b"A3:F12").replace(b'count="5"', b'count="6"')
    table = table.replace(
        b"</tableColumns>", b'<tableColumn id="9" name="Column6"/></tableColumns>'
    )
    return repacked(crm_book(), {SHEET: sheet, TABLE: table})


def test_a_sound_sheet_needs_nothing():
    assert planned(crm_book(), KEYED) == ()


def test_the_rule_is_drawn_back_and_the_heading_said():
    assert planned(spread(), KEYED) == (
        NameColumn(CLIENTS, "Clients", 6, "Столбец 6"),
        SetReach(CLIENTS, "E4:F12 C2", "E4:E12 C2"),
    )
    sheet = openpyxl_book(mended(spread(), KEYED))[CLIENTS]
    assert sheet["F3"].value == "Столбец 6"
    assert [c.name for c in sheet.tables["Clients"].tableColumns][-1] == "Столбец 6"
    (rule,) = sheet.data_validations.dataValidation
    assert set(str(rule.sqref).split()) == {"E4:E12", "C2"}


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('t="inlineStr"><is><t>Коробок, шт.</t></is></c>', "Коробок, шт."),
        ("><v>2026</v></c>", "2026"),
        ('t="inlineStr"><is><t xml:space="preserve">две\nстроки</t></is></c>', "две\nстроки"),
        ('t="inlineStr"><is><t></t></is></c>', "Столбец 6"),
    ],
)
def test_a_heading_that_a_person_typed_is_the_name(cell, name):
    body = parts(spread())[SHEET].decode()
    body = re.sub(r'(<row r="3".*?)</row>', rf'\1<c r="F3" {cell}</row>', body, count=1)
    raw = mended(repacked(spread(), {SHEET: body.encode()}), KEYED)
    sheet = openpyxl_book(raw)[CLIENTS]
    assert sheet["F3"].value == name
    listed = [c.name for c in sheet.tables["Clients"].tableColumns][-1]
    assert listed.replace("_x000a_", "\n") == name


def test_a_name_that_is_taken_gets_a_number():
    body = parts(spread())[SHEET].decode()
    texts = parts(spread())["xl/sharedStrings.xml"].decode().replace(">Город<", ">столбец 6<")
    raw = repacked(spread(), {SHEET: body.encode(), "xl/sharedStrings.xml": texts.encode()})
    names = [edit.name for edit in planned(raw, KEYED) if isinstance(edit, NameColumn)]
    assert names == ["столбец 6", "Столбец 6 (2)"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (NameColumn(CLIENTS, "Clients", 5, "ИМЯ"), "такой заголовок в таблице уже есть"),
        (NameColumn(CLIENTS, "Clients", 9, "Новый"), "такого адреса ячейки не бывает"),
        (NameColumn(CLIENTS, "Другая", 5, "Новый"), "такой таблицы на листе нет"),
        (SetReach(CLIENTS, "A1:A2", "A1"), "такого правила на листе нет"),
    ],
)
def test_what_cannot_be_mended_is_told(edit, reason):
    (outcome,) = patch(opened(crm_book()), [edit]).receipt.outcomes
    assert (outcome.result, outcome.reason) == (Result.REFUSED, reason)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (TABLE, 'name="Столбец 6"', 'name="Другой"'),
        (TABLE, 'name="Имя"', 'name="Иначе"'),
        (SHEET, 'sqref="E4:E12 C2"', 'sqref="E4:E12"'),
        (SHEET, 'sqref="E4:E12 C2"', 'sqref="E4:E13 C2"'),
        (SHEET, ">Столбец 6<", ">Столбец 7<"),
    ],
)
def test_a_wrong_mend_is_found(part, old, new):
    raw = spread()
    edits = planned(raw, KEYED)
    after = opened(patch(opened(raw), edits).raw)
    text = parts(after.raw)[part].decode()
    assert old in text
    index = next(i for i, m in enumerate(after.package.members) if m.name == part)
    wrong = after.package.rebuild({index: text.replace(old, new, 1).encode()})
    with pytest.raises(OddWorkbook):
        verify(opened(raw), wrong, edits)


@pytest.mark.system("soffice", "uno")
def test_a_column_put_in_by_libreoffice_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "книга.xlsx"
    raw = crm_book()
    sheet = parts(raw)[SHEET].replace(b"E4:E12", b"C4:C12")
    path.write_bytes(repacked(raw, {SHEET: sheet}))
    with Calc(tmp_path / "profile") as calc:
        calc.edit(path, {"do": "insert_column", "sheet": CLIENTS, "column": 4})
        keyed = frozenset({1, 2, 3, 5, 6})
        edits = planned(path.read_bytes(), keyed)
        assert NameColumn(CLIENTS, "Clients", 4, "Столбец 4") in edits
        assert [e.new for e in edits if isinstance(e, SetReach)] == ["C4:C12"]
        path.write_bytes(mended(path.read_bytes(), keyed))
        (shown,) = calc.show(path, {"do": "show", "sheets": [CLIENTS]})
    assert shown[CLIENTS]["values"][2][2:5] == ["Сумма", "Столбец 4", "С налогом"]
    book = openpyxl_book(path.read_bytes())[CLIENTS]
    assert [book.cell(3, c).value for c in (3, 4, 5)] == ["Сумма", "Столбец 4", "С налогом"]
