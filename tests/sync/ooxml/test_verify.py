"""The proof catches every kind of damage that a faulty patch could do."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from model.errors import OddWorkbook
from sync.ooxml import (
    ANY,
    BookFile,
    Edit,
    GrowTable,
    SetCache,
    SetFormula,
    SetProperty,
    SetSheetState,
    SetValue,
    SpareRows,
    patch,
    verify,
)
from tests.sync.ooxml.samples import CLIENTS, HIDDEN, SUMS, crm_book, parts

SHEET, OTHER, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"
TABLE, TYPES = "xl/tables/table1.xml", "[Content_Types].xml"
EDITS: list[Edit] = [
    SetValue(CLIENTS, "A5", ANY, "Ромашка"),
    SetFormula(CLIENTS, "D6", "C6*2", Decimal(1)),
    SetCache(CLIENTS, "D7", Decimal(1)),
    SetValue(CLIENTS, "A14", ANY, "Новый"),
    SpareRows(CLIENTS, 12, range(15, 18), {4: "C{row}*1.2"}),
    GrowTable(CLIENTS, "Clients", 14),
    SetProperty("crm", "1"),
    SetSheetState(HIDDEN, "veryHidden"),
]
BOOK = BookFile.open(crm_book(), name="книга.xlsx")
DONE = patch(BOOK, EDITS).raw


def changed(name: str, pattern: bytes, new: bytes) -> bytes:
    """The patched book with a piece of a part replaced by its own means, other members raw."""
    book = BookFile.open(DONE, name="книга.xlsx")
    index = next(i for i, m in enumerate(book.package.members) if m.name == name)
    old = book.package.read(book.package.members[index])
    content, count = re.subn(pattern, new, old, count=1, flags=re.DOTALL)
    assert count == 1
    return book.package.rebuild({index: content})


def test_an_honest_patch_passes():
    verify(BOOK, DONE, EDITS)


@pytest.mark.parametrize(
    ("name", "pattern", "new"),
    [
        (SHEET, "Ромашка".encode(), b"?"),
        (SHEET, rb'<c r="A5" t="inlineStr">', b'<c r="A5" s="9" t="inlineStr">'),
        (SHEET, rb"C6\*2", b"C6*3"),
        (SHEET, rb"C7\*1\.2", b"C7*1"),
        (SHEET, rb'(<c r="C5"[^>]*>)<v>502.5</v>', rb"\1<v>502.6</v>"),
        (SHEET, rb'(<c r="C10"[^>]*>)<v>1005</v>', rb"\1<v>1006</v>"),
        (SHEET, rb'<row r="9".*?</row>', b""),
        (SHEET, rb'<row r="5"[^>]*>', b'<row r="5" hidden="1">'),
        (SHEET, rb'<c r="C5"[^>]*>.*?</c>', b""),
        (SHEET, rb"</row></sheetData>", b'<c r="Z17"><v>1</v></c></row></sheetData>'),
        (SHEET, rb"</sheetData>", b'<row r="90"><c r="A90"><v>1</v></c></row></sheetData>'),
        (SHEET, rb"<mergeCells.*?</mergeCells>", b""),
        (SHEET, rb"<tableParts.*?</tableParts>", b""),
        (SHEET, rb"</worksheet>", b""),
        (SHEET, rb"</t></is></c>", b"</t></c>"),
        (OTHER, rb"<v>7236</v>", b"<v>1</v>"),
        (WORKBOOK, rb"<definedName .*?</definedName>", b""),
        (WORKBOOK, rb'name="_', b'name="x'),
        (TABLE, rb'name="\xd0\xa1\xd1\x83\xd0\xbc\xd0\xbc\xd0\xb0"', b'name="x"'),
        (TABLE, rb'ref="A3:E14"', b'ref="A3:E15"'),
        (TYPES, rb"<Override[^>]*sheet2[^>]*/>", b""),
        ("docProps/custom.xml", rb">1<", b">2<"),
        ("_rels/.rels", rb"<Relationship [^>]*core[^>]*/>", b""),
    ],
)
def test_damage_is_found(name, pattern, new):
    with pytest.raises(OddWorkbook):
        verify(BOOK, changed(name, pattern, new), EDITS)


def test_an_edit_that_was_not_made_is_found():
    extras: tuple[Edit, ...] = (
        SetValue(CLIENTS, "A6", ANY, "другое"),
        SetValue(SUMS, "A1", ANY, "другое"),
        SetCache(CLIENTS, "D8", Decimal(5)),
        SetProperty("crm", "2"),
        GrowTable(CLIENTS, "Clients", 15),
    )
    for extra in extras:
        with pytest.raises(OddWorkbook):
            verify(BOOK, DONE, [*EDITS, extra])


def test_a_lost_member_and_a_torn_file_are_found():
    book = BookFile.open(DONE, name="книга.xlsx")
    chart = next(i for i, m in enumerate(book.package.members) if "chart" in m.name)
    for damaged in (book.package.rebuild({}, dropped=frozenset({chart})), DONE[:-200], b"PK"):
        with pytest.raises(OddWorkbook):
            verify(BOOK, damaged, EDITS)


def test_nothing_is_allowed_without_edits():
    assert parts(DONE)
    with pytest.raises(OddWorkbook):
        verify(BOOK, DONE, [])
    verify(BOOK, BOOK.raw, [])
