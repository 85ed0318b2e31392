"""One cell written, every part compared: what may differ is named here, with the reason."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from openpyxl.worksheet.table import Table

from model.errors import CrmError
from sync.ooxml import (
    ANY,
    BookFile,
    Edit,
    GrowTable,
    Result,
    SetFormula,
    SetProperty,
    SetValue,
    SpareRows,
    patch,
)
from sync.ooxml.deflate import crc32
from tests.sync.ooxml.samples import CLIENTS, SHARED, crm_book, openpyxl_book, parts, repacked

CORPUS = sorted((SHARED / "xlsx_corpus").glob("*.xls*"))
SHEET, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def opened(raw: bytes) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx")


def raw_members(raw: bytes) -> dict[str, bytes]:
    """The compressed bytes of every member."""
    book = opened(raw)
    return {m.name: bytes(book.package.packed_bytes(m)) for m in book.package.members}


def test_one_cell_changes_two_parts_and_only_in_one_place():
    calm = parts(crm_book())[WORKBOOK].replace(b' fullCalcOnLoad="1"', b"")
    raw = repacked(crm_book(), {WORKBOOK: calm})
    done = patch(opened(raw), [SetValue(CLIENTS, "A5", "Клиент 5", "Ромашка")])
    before, after = parts(raw), parts(done.raw)
    assert list(before) == list(after), "the order of the members stays"
    differing = {name for name in before if before[name] != after[name]}
    # the sheet holds the cell; the workbook asks for a calculation on opening
    assert differing == {SHEET, WORKBOOK} == set(done.receipt.parts_rewritten)
    packed = raw_members(raw), raw_members(done.raw)
    assert all(packed[0][n] == packed[1][n] for n in before.keys() - differing)
    cell = b'<c r="A5" t="inlineStr"><is><t xml:space="preserve">' + "Ромашка".encode()
    start = before[SHEET].index(b'<c r="A5"')
    end = before[SHEET].index(b"</c>", start) + 4
    assert after[SHEET] == (before[SHEET][:start] + cell + b"</t></is></c>" + before[SHEET][end:])


def test_the_zip_is_one_that_every_reader_takes():
    done = patch(opened(crm_book()), [SetValue(CLIENTS, "A5", ANY, "x")])
    with zipfile.ZipFile(BytesIO(done.raw)) as archive:
        for info in archive.infolist():
            assert not info.flag_bits & 8, "no data descriptors: sizes stand in the local header"
            assert crc32(archive.read(info)) == info.CRC


def test_a_patch_of_a_patch_keeps_its_size():
    raw = crm_book()
    once = patch(opened(raw), [SetValue(CLIENTS, "A5", ANY, "x")]).raw
    again = once
    for text in "абвгд":
        again = patch(opened(again), [SetValue(CLIENTS, "A5", ANY, text)]).raw
    assert abs(len(again) - len(once)) < 20


def test_bytes_before_the_archive_and_a_comment_behind_it_are_survived():
    raw = bytearray(crm_book())
    raw[-2:] = (4).to_bytes(2, "little")
    glued = b"#!launcher\n" + bytes(raw) + b"note"
    with pytest.raises(Exception, match="found"):
        opened(glued)
    done = patch(opened(bytes(raw) + b"note"), [SetValue(CLIENTS, "A5", ANY, "x")])
    assert done.raw.endswith(b"note")
    assert parts(done.raw)[SHEET]


@pytest.mark.skipif(not CORPUS, reason="real workbooks, not ours to put here")
@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.name)
def test_no_real_workbook_loses_anything(path):
    """A number, a text far below, a formula and a property go in; every element stays."""
    try:
        book = opened(path.read_bytes())
        sheet = next(s.name for s in book.sheets if b"sheetData" in book.sheet_xml(s.name))
        edits: list[Edit] = [
            SetValue(sheet, "AA40", ANY, Decimal("1.5")),
            SetValue(sheet, "C3000", ANY, "текст"),
            SetFormula(sheet, "D3000", "1+1", Decimal(2)),
            SetProperty("crm", "1"),
        ]
        done = patch(book, edits)
    except CrmError as error:
        if path.name not in REFUSED:
            raise AssertionError(error.facts) from error
        return
    assert {o.result for o in done.receipt.outcomes} == {Result.APPLIED}
    before, after = raw_members(book.raw), raw_members(done.raw)
    touched = set(done.receipt.parts_rewritten)
    assert before.keys() - touched == after.keys() - touched
    assert all(before[name] == after[name] for name in before.keys() - touched)
    content = parts(done.raw)
    for name in touched & content.keys():
        ET.fromstring(content[name])


REFUSED = {
    "poi__extenxls_pwd123.xlsx": "password",
    "poi__protected_passtika.xlsx": "password",
    "poi__ms-office-2010-signed.xlsx": "signature",
}


def test_a_table_grows_over_its_spare_rows_with_its_filter():
    raw = crm_book()
    edits: list[Edit] = [
        SpareRows(CLIENTS, 12, range(13, 40), {4: "C{row}*1.2"}),
        SetValue(CLIENTS, "A13", None, "Новый"),
        SetValue(CLIENTS, "C13", None, Decimal(10)),
        GrowTable(CLIENTS, "Clients", 13),
    ]
    done = patch(opened(raw), edits)
    assert {o.result for o in done.receipt.outcomes} == {Result.APPLIED}
    text = parts(done.raw)["xl/tables/table1.xml"].decode()
    assert 'ref="A3:E13"' in text
    assert '<autoFilter ref="A3:E13"' in text
    assert "A3:E12" not in text
    sheet = parts(done.raw)[SHEET].decode()
    assert sheet.count("E4:E39") == 1, "the list of choices reaches over the new rows"
    assert sheet.count("C4:C39") == 2, "the bars too, here and in the extension"
    again = patch(opened(done.raw), edits[:1] + edits[3:])
    assert {o.result for o in again.receipt.outcomes} == {Result.SAME}
    assert again.raw == done.raw


@pytest.mark.parametrize(
    ("last", "reason"),
    [(3, "таблица не может кончаться на этой строке"), (20, "ниже стоит другая таблица")],
)
def test_a_table_has_edges(last, reason):
    book = openpyxl_book(crm_book())
    for column in "AB":
        book[CLIENTS][f"{column}18"] = column
    book[CLIENTS].add_table(Table(name="Other", displayName="Other", ref="A18:B19"))
    stream = BytesIO()
    book.save(stream)
    done = patch(opened(stream.getvalue()), [GrowTable(CLIENTS, "Clients", last)])
    (outcome,) = done.receipt.outcomes
    assert (outcome.result, outcome.reason) == (Result.REFUSED, reason)


def test_the_hidden_name_of_the_filter_follows_it():
    body = parts(crm_book())[WORKBOOK].replace(
        b"<definedNames>",
        b'<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
        + f"{CLIENTS}!$A$3:$E$12</definedName>".encode(),
    )
    raw = repacked(crm_book(), {WORKBOOK: body})
    done = patch(opened(raw), [GrowTable(CLIENTS, "Clients", 15)])
    assert f"{CLIENTS}!$A$3:$E$15</definedName>".encode() in parts(done.raw)[WORKBOOK]
