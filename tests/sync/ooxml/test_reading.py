"""What a workbook says, read from its bytes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from model.errors import (
    EncryptedWorkbook,
    HalfCopied,
    HostileWorkbook,
    NotAWorkbook,
    OddWorkbook,
)
from model.values import Fault, Value, from_serial
from sync.ooxml import BookFile, CellKind
from sync.ooxml.formula import translate
from sync.ooxml.styles import shows_date
from tests.sync.ooxml.samples import (
    CLIENTS,
    HIDDEN,
    SHARED,
    SUMS,
    crm_book,
    parts,
    repacked,
    with_sheet,
)


def values(raw: bytes, sheet: str = CLIENTS) -> dict[tuple[int, int], Value]:
    book = BookFile.open(raw, name="книга.xlsx")
    return {(c.col, r.row): c.value() for r in book.rows(sheet) for c in r.cells}


def test_sheets_names_and_tables_of_a_book():
    book = BookFile.open(crm_book(), name="книга.xlsx")
    assert [(s.name, s.state) for s in book.sheets] == [
        (CLIENTS, "visible"), (SUMS, "visible"), (HIDDEN, "hidden"),
    ]  # fmt: skip
    assert book.names == {"Города": "Клиенты!$E$4:$E$12"}
    (table,) = book.tables(CLIENTS)
    assert (table.name, table.ref, table.has_filter, table.totals) == (
        "Clients", "A3:E12", True, False,
    )  # fmt: skip
    assert table.columns == ("Имя", "Дата", "Сумма", "С налогом", "Город")
    assert book.merged(CLIENTS) == ("A1:C1",)
    assert not book.protected(CLIENTS)
    assert not book.date1904


def test_cells_keep_their_types():
    book = BookFile.open(crm_book(), name="книга.xlsx")
    rows = {row.row: {cell.col: cell for cell in row.cells} for row in book.rows(CLIENTS)}
    row = rows[5]
    assert row[1].value() == "Клиент 5"
    day = row[2].value()
    assert isinstance(day, Decimal)
    moment = from_serial(day)
    assert moment is not None
    assert moment.date() == date(2026, 1, 5)
    assert book.is_date_style(row[2].style)
    assert not book.is_date_style(row[3].style)
    assert row[3].value() == Decimal("502.5")
    assert (row[4].formula, row[4].value()) == ("C5*1.2", Decimal(603))


def test_rich_text_and_ticks_are_read():
    found = values(crm_book(), SUMS)
    assert found[1, 2] is True
    assert found[1, 3] == "просто так"


@pytest.mark.parametrize(
    ("markup", "value"),
    [
        (b'<c r="A20"><v>0.30000000000000004</v></c>', Decimal("0.3")),
        (b'<c r="A20"><v>1E-3</v></c>', Decimal("0.001")),
        (b'<c r="A20" t="b"><v>0</v></c>', False),
        (b'<c r="A20" t="e"><v>#N/A</v></c>', Fault("#N/A")),
        (b'<c r="A20" t="str"><f>A1</f><v>a_x000D_b</v></c>', "a\rb"),
        (b'<c r="A20"><f>NOW()</f></c>', Fault("?")),
        (b'<c r="A20" t="inlineStr"><is><t>a &amp;&#10;b</t></is></c>', "a &\nb"),
        (b'<c r="A20" t="inlineStr"><is><r><t>a</t></r><rPh><t>x</t></rPh></is></c>', "a"),
        (b'<c r="A20" t="d"><v>2026-01-02</v></c>', Decimal(46024)),
        (b"<c r='A20' t='str'><v>one</v></c>", "one"),
        (b'<c r="A20" t="str"><v><![CDATA[<a>]]></v></c>', "<a>"),
        (b'<c r="A20" s="1"/>', None),
        (b"<c><v>7</v></c>", Decimal(7)),
    ],
)
def test_every_way_to_write_a_cell_is_read(markup: bytes, value: Value) -> None:
    raw = with_sheet(crm_book(), b"</sheetData>", b'<row r="20">' + markup + b"</row></sheetData>")
    assert values(raw)[1, 20] == value


def test_rows_and_cells_without_addresses_follow_those_before():
    tail = b'<row><c><v>1</v></c><c r="D13"><v>2</v></c><c><v>3</v></c></row></sheetData>'
    found = values(with_sheet(crm_book(), b"</sheetData>", tail))
    assert (found[1, 13], found[4, 13], found[5, 13]) == (Decimal(1), Decimal(2), Decimal(3))


def test_comments_in_the_markup_hold_no_rows():
    tail = b'<!-- <row r="13"><c r="A13"><v>1</v></c></row> --></sheetData>'
    assert (1, 13) not in values(with_sheet(crm_book(), b"</sheetData>", tail))


def test_children_of_a_shared_formula_read_their_own_text():
    master = b'<row r="20"><c r="A20"><f t="shared" ref="A20:A21" si="0">B20+$C$1</f><v>1</v></c>'
    child = b'</row><row r="21"><c r="A21"><f t="shared" si="0"/><v>2</v></c></row></sheetData>'
    book = BookFile.open(with_sheet(crm_book(), b"</sheetData>", master + child), name="к.xlsx")
    rows = {row.row: row.cells for row in book.rows(CLIENTS)}
    assert rows[20][0].formula == "B20+$C$1"
    assert rows[21][0].formula == "B21+$C$1"


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1+$A1+A$1+$A$1", "B3+$A3+B$1+$A$1"),
        ("SUM(A:B)+SUM(1:2)+SUM(A1:B2)", "SUM(B:C)+SUM(3:4)+SUM(B3:C4)"),
        ('"A1"&LOG10(A1)', '"A1"&LOG10(B3)'),
        ("'Лист A1'!A1+Лист1!A1", "'Лист A1'!B3+Лист1!B3"),
        ("Таблица[[#This Row],[A1]]+A1", "Таблица[[#This Row],[A1]]+B3"),
        ("Итог_A1+A1_x+FOO1(2)", "Итог_A1+A1_x+FOO1(2)"),
    ],
)
def test_references_move_with_the_cell(formula: str, moved: str) -> None:
    assert translate(formula, rows=2, cols=1) == moved


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd.mm.yyyy", True),
        ("[h]:mm", True),
        ("[$-419]d mmm", True),
        ('0.00" дней"', False),
        ("# ##0.00_р_.", False),
        ("General", False),
        ("[Red]0", False),
    ],
)
def test_a_format_says_whether_it_shows_dates(code: str, shown: bool) -> None:
    assert shows_date(code) is shown


def test_a_prefixed_sheet_in_utf16_reads_the_same():
    raw = crm_book()
    name = "xl/worksheets/sheet1.xml"
    body = parts(raw)[name].decode()
    for tag in ("row", "c", "v", "f", "sheetData"):
        body = body.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        body = body.replace(f"</{tag}>", f"</x:{tag}>").replace(f"<{tag}/>", f"<x:{tag}/>")
    body = body.replace("<worksheet ", '<worksheet xmlns:x="http://x" ', 1)
    body = body.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert values(repacked(raw, {name: body.encode("utf-16")})) == values(raw)


def test_broken_properties_are_no_properties():
    raw = crm_book()
    rels = parts(raw)["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId9" Type="http://x/custom-properties" Target="docProps/custom.xml"/>'
        b"</Relationships>",
    )
    broken = repacked(raw, {"_rels/.rels": rels, "docProps/custom.xml": b"<?xml?><a"})
    assert BookFile.open(broken, name="к.xlsx").properties == {}


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", HalfCopied),
        (b"\0" * 2000, HalfCopied),
        (b"%PDF-1.7", NotAWorkbook),
        (b"<html><table>", NotAWorkbook),
        ("имя;сумма\n".encode(), NotAWorkbook),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, NotAWorkbook),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            EncryptedWorkbook,
        ),
        (crm_book()[:-300], HalfCopied),
        (crm_book()[: len(crm_book()) // 2], HalfCopied),
    ],
)
def test_what_is_no_workbook_is_named(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        BookFile.open(raw, name="книга.xlsx")


def test_other_archives_are_named():
    document = repacked(crm_book(), {"xl/workbook.xml": None, "word/document.xml": b"<a/>"})
    with pytest.raises(NotAWorkbook) as caught:
        BookFile.open(document, name="к.xlsx")
    assert caught.value.facts["found"] == "документ Word"


def test_a_damaged_member_is_told_apart_from_an_odd_one():
    raw = bytearray(crm_book())
    at = raw.find(b"xl/worksheets/sheet1.xml") + 200
    raw[at] ^= 0xFF
    book = BookFile.open(bytes(raw), name="к.xlsx")
    with pytest.raises(HalfCopied):
        list(book.rows(CLIENTS))


def test_a_document_type_is_hostile():
    raw = crm_book()
    body = parts(raw)["xl/workbook.xml"].replace(
        b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1
    )
    with pytest.raises(HostileWorkbook):
        BookFile.open(repacked(raw, {"xl/workbook.xml": body}), name="к.xlsx")


def test_a_string_that_does_not_exist_is_odd():
    tail = b'<row r="20"><c r="A20" t="s"><v>99999</v></c></row></sheetData>'
    book = BookFile.open(with_sheet(crm_book(), b"</sheetData>", tail), name="к.xlsx")
    with pytest.raises(OddWorkbook):
        list(book.rows(CLIENTS))


@pytest.mark.skipif(not SHARED.exists(), reason="harmful files are not ours to put here")
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("billion_laughs_shared_strings.xlsx", HostileWorkbook),
        ("xxe_shared_strings.xlsx", HostileWorkbook),
        ("zip_bomb_sheet_64mb.xlsx", HostileWorkbook),
        ("not_a_zip.xlsx", NotAWorkbook),
        ("xls_renamed_html_table.xls", NotAWorkbook),
        ("truncated.xlsx", HalfCopied),
    ],
)
def test_hostile_files_are_refused(name: str, error: type[Exception]) -> None:
    raw = (SHARED / "inputs" / "hostile_files" / name).read_bytes()
    with pytest.raises(error):
        _read_all(raw, name)


@pytest.mark.skipif(not SHARED.exists(), reason="harmful files are not ours to put here")
@pytest.mark.parametrize("name", ["sparse_far_cell.xlsx", "path_traversal_entry.xlsx"])
def test_harmless_oddities_are_read(name: str) -> None:
    assert _read_all((SHARED / "inputs" / "hostile_files" / name).read_bytes(), name) > 0


def _read_all(raw: bytes, name: str) -> int:
    book = BookFile.open(raw, name=name)
    return sum(
        cell.kind is not CellKind.EMPTY
        for sheet in book.sheets
        for row in book.rows(sheet.name)
        for cell in row.cells
    )
