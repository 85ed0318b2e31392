"""Rare ways to write a workbook: each is patched in its own way, and nothing else in it moves."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from typing_extensions import override

from model.errors import OddWorkbook
from sync.ooxml import (
    ANY,
    AppendRows,
    BookFile,
    Edit,
    GrowTable,
    Patched,
    Result,
    SetCache,
    SetFormula,
    SetName,
    SetProperty,
    SetSheetState,
    SetValue,
    patch,
    verify,
)
from tests.office import Office
from tests.sync.ooxml.samples import (
    CLIENTS,
    HIDDEN,
    LAST,
    SUMS,
    calamine,
    crm_book,
    openpyxl_book,
    parts,
    repacked,
    with_sheet,
)

SHEET, WORKBOOK, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"
ALL: tuple[Edit, ...] = (
    SetValue(CLIENTS, "A5", "Клиент 5", "Ромашка"),
    SetValue(CLIENTS, "B6", ANY, date(2026, 5, 1)),
    SetCache(CLIENTS, "D6", Decimal(5)),
    SetFormula(CLIENTS, "D7", "C7*2", Decimal(9)),
    AppendRows(CLIENTS, LAST, LAST + 1, ({1: "Новый", 3: Decimal(1)},), {4: "C{row}*1.2"}),
    GrowTable(CLIENTS, "Clients", LAST + 1),
    SetProperty("crm", "метка"),
    SetName("crm_stamp", '"метка"', hidden=True),
    SetSheetState(HIDDEN, "visible"),
)


def opened(raw: bytes) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx")


def done(raw: bytes, edits: tuple[Edit, ...] = ALL) -> Patched:
    """The patched book, every edit applied and every untouched member byte for byte the same."""
    made = patch(opened(raw), edits)
    assert [o.result for o in made.receipt.outcomes] == [Result.APPLIED] * len(edits)
    touched = set(made.receipt.parts_rewritten)
    before, after = packed(raw), packed(made.raw)
    assert [m for m in before if m[0] not in touched] == [m for m in after if m[0] not in touched]
    return made


def packed(raw: bytes) -> list[tuple[str, bytes]]:
    package = opened(raw).package
    return [(m.name, bytes(package.packed_bytes(m))) for m in package.members]


def in_utf16() -> bytes:
    """Every part but the list of types in UTF-16, as a program in Java once wrote them."""
    found = {}
    for name, content in parts(crm_book()).items():
        if name.endswith((".xml", ".rels")) and name != TYPES:
            text = content.decode().replace("UTF-8", "UTF-16")
            found[name] = text.encode("utf-16")
    return repacked(crm_book(), found)


def strict() -> bytes:
    """The strict dialect: other names for every namespace and every kind of relationship."""
    swaps = (
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main",
         "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
         "http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships",
         "http://purl.oclc.org/ooxml/officeDocument/relationships"),
        ("http://schemas.openxmlformats.org/drawingml/2006/main",
         "http://purl.oclc.org/ooxml/drawingml/main"),
    )  # fmt: skip
    found = {}
    for name, content in parts(crm_book()).items():
        text = content.decode()
        for old, new in swaps:
            text = text.replace(old, new)
        found[name] = text.encode()
    book = found[WORKBOOK].replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
    return repacked(crm_book(), {**found, WORKBOOK: book})


def prefixed_everywhere() -> bytes:
    """The main namespace under a prefix in the sheet, the book and the table alike."""
    found = {}
    for name in (SHEET, WORKBOOK, "xl/tables/table1.xml"):
        text = parts(crm_book())[name].decode()
        text = re.sub(r"<(/?)(?=[A-Za-z]\w*[\s/>])", r"<\1x:", text)
        found[name] = text.replace(' xmlns="', ' xmlns:x="').encode()
    return repacked(crm_book(), found)


def with_cdata() -> bytes:
    body = parts(crm_book())[SHEET]
    body = body.replace(b"<f>C8*1.2</f>", b"<f><![CDATA[C8*1.2]]></f>")
    body = body.replace(b'<row r="9"', b'<?mark <row r="9"> ?><row r="9"')
    note = b'<c r="E8" t="inlineStr"><is><t><![CDATA[a </row> <b>]]></t></is></c></row><?mark'
    return repacked(crm_book(), {SHEET: body.replace(b"</row><?mark", note)})


def streamed() -> bytes:
    """Sizes behind the content, as a program writes that cannot go back."""

    class Pipe(io.BytesIO):
        @override
        def seekable(self) -> bool:
            return False

        @override
        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        @override
        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts(crm_book()).items():
            archive.writestr(name, body)
    assert opened(pipe.getvalue()).package.members[0].flags & 8
    return pipe.getvalue()


def wide() -> bytes:
    """Every member with 64-bit sizes, though none needs them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts(crm_book()).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(body)
    return stream.getvalue()


def oddly_named() -> bytes:
    """Backslashes, a leading slash, names in Russian, and two that differ in case only."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts(crm_book()).items():
            odd = f"/{name}" if name == "xl/styles.xml" else name
            # zipfile turns backslashes into slashes on Windows only, when it makes the entry
            entry = zipfile.ZipInfo("x")
            entry.filename = odd.replace("/", "\\") if "theme" in name else odd
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
        archive.writestr("xl/Картинка с видом.bin", b"one")
        archive.writestr("xl/КАРТИНКА с видом.bin", b"two")
        archive.writestr("XL/WORKSHEETS/SHEET1.xml", b"<stranger/>")
    return stream.getvalue()


ODD: dict[str, Callable[[], bytes]] = {
    "utf16": in_utf16,
    "strict": strict,
    "prefixed": prefixed_everywhere,
    "cdata": with_cdata,
    "streamed": streamed,
    "wide": wide,
    "names": oddly_named,
}


@pytest.mark.parametrize("kind", ODD)
def test_a_rare_book_takes_every_edit(kind):
    raw = ODD[kind]()
    made = done(raw)
    book = opened(made.raw)
    found = {(c.col, row.row): c.value() for row in book.rows(CLIENTS) for c in row.cells}
    assert (found[1, 5], found[2, 6], found[4, 7]) == ("Ромашка", Decimal(46143), Decimal(9))
    assert (found[1, 13], found[1, 12], found[4, 8]) == ("Новый", "Клиент 12", Decimal("964.8"))
    assert book.tables(CLIENTS)[0].ref == "A3:E13"
    assert (book.properties["crm"], book.names["crm_stamp"]) == ("метка", '"метка"')
    assert book.sheet(HIDDEN).state == "visible"


@pytest.mark.parametrize("kind", [k for k in ODD if k not in {"utf16", "names"}])
def test_other_readers_take_what_came_of_a_rare_book(kind):
    made = done(ODD[kind]())
    assert calamine(made.raw)[12][0] == "Новый"
    if kind != "strict":  # openpyxl takes the strict dialect for an empty book
        sheet = openpyxl_book(made.raw)[CLIENTS]
        assert (sheet["A5"].value, sheet["D13"].value) == ("Ромашка", "=C13*1.2")


def test_a_strict_book_stays_strict():
    made = parts(done(strict()).raw)
    assert b"purl.oclc.org" in made["docProps/custom.xml"]
    assert b"schemas.openxmlformats.org/officeDocument" not in made["_rels/.rels"]


def test_cdata_is_text_and_stays_where_nobody_writes():
    made = done(with_cdata())
    body = parts(made.raw)[SHEET]
    assert body.count(b"<![CDATA[") == 2
    assert body.count(b"<?mark") == 1
    assert calamine(made.raw)[7][3:5] == [pytest.approx(964.8), "a </row> <b>"]


def test_days_of_1904_are_written_in_it():
    content = parts(crm_book())[WORKBOOK].replace(b"<workbookPr ", b'<workbookPr date1904="1" ', 1)
    raw = repacked(crm_book(), {WORKBOOK: content})
    block = AppendRows(CLIENTS, LAST, LAST + 1, ({2: date(2026, 5, 1)},))
    made = done(raw, (SetValue(CLIENTS, "B6", ANY, date(2026, 5, 1)), block))
    sheet = openpyxl_book(made.raw)[CLIENTS]
    assert sheet["B6"].value.date() == sheet["B13"].value.date() == date(2026, 5, 1)
    assert opened(made.raw).date1904


@pytest.mark.parametrize(
    ("cell", "edit"),
    [
        ('<c r="{}" cm="1"><f t="array" ref="{}:D6">SORT(C4:C6)</f><v>1</v></c>', "D4"),
        ('<c r="{}" cm="1"><f t="array" ref="{}:D6">SORT(C4:C6)</f><v>1</v></c>', "D6"),
        ('<c r="{}"><f t="dataTable" ref="{}:D6" dt2D="0" dtr="0" r1="C4"/><v>1</v></c>', "D5"),
    ],
)
def test_a_cell_of_a_whole_is_not_written_alone(cell, edit):
    body = parts(crm_book())[SHEET].decode()
    body = re.sub(r'<c r="D4".*?</c>', cell.format("D4", "D4"), body, count=1)
    body = re.sub(r'<c r="D([56])".*?</c>', r'<c r="D\1"><v>2</v></c>', body)
    raw = repacked(crm_book(), {SHEET: body.encode()})
    made = patch(opened(raw), [SetValue(CLIENTS, edit, ANY, "x", over_formula=True)])
    assert made.receipt.outcomes[0].result is Result.REFUSED
    assert made.receipt.outcomes[0].reason.startswith("ячейка входит в формулу массива")
    assert made.raw == raw


def shared_column() -> bytes:
    """D4:D12 share the formula of D4; D6 is one of them no more."""
    body = parts(crm_book())[SHEET].decode()
    for row in range(4, LAST + 1):
        rest = f' ref="D4:D{LAST}" si="0">C4*1.2</f>' if row == 4 else ' si="0"/>'
        if row != 6:
            body = body.replace(f"<f>C{row}*1.2</f>", f'<f t="shared"{rest}')
    return repacked(crm_book(), {SHEET: body.encode()})


def test_the_home_of_a_shared_formula_moves_when_its_cell_is_written():
    made = done(shared_column(), (SetValue(CLIENTS, "D4", ANY, Decimal(1), over_formula=True),))
    book = openpyxl_book(made.raw)[CLIENTS]
    formulas = {c.col: c.formula for row in opened(made.raw).rows(CLIENTS) for c in row.cells
                if row.row == 9}  # fmt: skip
    assert (book["D4"].value, book["D5"].value) == (1, "=C5*1.2")
    assert formulas[4] == "C9*1.2"
    found = re.search(r'<c r="D5"[^>]*><f ([^>]*)>([^<]*)</f>', parts(made.raw)[SHEET].decode())
    assert found is not None
    assert 'ref="D5:D12"' in found[1]


def test_a_shared_formula_moves_on_cell_by_cell_until_none_is_left():
    rows = [row for row in range(4, LAST + 1) if row != 6]
    edits = tuple(SetFormula(CLIENTS, f"D{row}", f"C{row}+{row}", None) for row in rows)
    made = done(shared_column(), edits)
    sheet = openpyxl_book(made.raw)[CLIENTS]
    assert [sheet[f"D{row}"].value for row in rows] == [f"=C{row}+{row}" for row in rows]
    assert b"shared" not in parts(made.raw)[SHEET]


def test_a_shared_formula_over_several_columns_is_left_alone():
    body = parts(crm_book())[SHEET].decode()
    body = body.replace("<f>C4*1.2</f>", '<f t="shared" ref="D4:E5" si="0">C4*1.2</f>')
    body = body.replace("<f>C5*1.2</f>", '<f t="shared" si="0"/>')
    raw = repacked(crm_book(), {SHEET: body.encode()})
    made = patch(opened(raw), [SetValue(CLIENTS, "D4", ANY, "x", over_formula=True)])
    assert made.receipt.outcomes[0].result is Result.REFUSED
    assert made.receipt.outcomes[0].reason.startswith("от этой формулы зависят соседние")


X14 = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14='
    '"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation '
    'type="list" allowBlank="1"><x14:formula1><xm:f>\'Итоги &amp; план\'!$A$1:$A$3</xm:f>'
    "</x14:formula1><xm:sqref>A4:A12 G1</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
)


def test_rules_of_the_extension_list_reach_over_appended_rows():
    raw = with_sheet(crm_book(), b"<extLst>", X14.encode())
    made = done(raw, (ALL[4], ALL[5]))
    body = parts(made.raw)[SHEET].decode()
    assert "<xm:sqref>A4:A13 G1</xm:sqref>" in body
    assert "<xm:sqref>C4:C13</xm:sqref>" in body
    assert 'conditionalFormatting sqref="C4:C13"' in body
    assert "E4:E13" in body


MODERN = {
    "xl/slicers/slicer1.xml": ("application/vnd.ms-excel.slicer+xml", b"<slicers/>"),
    "xl/slicerCaches/slicerCache1.xml": (
        "application/vnd.ms-excel.slicerCache+xml",
        b"<slicerCacheDefinition/>",
    ),
    "xl/timelines/timeline1.xml": ("application/vnd.ms-excel.timeline+xml", b"<timelines/>"),
    "xl/timelineCaches/timelineCache1.xml": (
        "application/vnd.ms-excel.timelineCache+xml",
        b"<timelineCacheDefinition/>",
    ),
    "xl/charts/chartEx1.xml": ("application/vnd.ms-office.chartex+xml", b"<cx:chartSpace/>"),
    "xl/threadedComments/threadedComment1.xml": (
        "application/vnd.ms-excel.threadedcomments+xml",
        b"<ThreadedComments/>",
    ),
    "xl/persons/person.xml": ("application/vnd.ms-excel.person+xml", b"<personList/>"),
    "xl/richData/rdrichvalue.xml": ("application/vnd.ms-excel.rdrichvalue+xml", b"<rvData/>"),
}
LISTED = (
    '<ext uri="{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}" xmlns:x14="http://schemas.microsoft.com/'
    'office/spreadsheetml/2009/9/main"><x14:slicerList><x14:slicer r:id="rId90"/></x14:slicerList>'
    '</ext><ext uri="{7E03D99C-DC04-49d9-9315-930204A7B6E9}" xmlns:x15="http://schemas.microsoft.'
    'com/office/spreadsheetml/2010/11/main"><x15:timelineRefs><x15:timelineRef r:id="rId91"/>'
    "</x15:timelineRefs></ext>"
)


def test_what_is_newer_than_us_stays_as_it_is():
    """Slicers, timelines, new charts, threaded comments: parts and references are never parsed."""
    types = parts(crm_book())[TYPES].decode()
    for name, (kind, _) in MODERN.items():
        entry = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        types = types.replace("</Types>", entry)
    raw = repacked(
        crm_book(), {n: body for n, (_, body) in MODERN.items()} | {TYPES: types.encode()}
    )
    raw = with_sheet(raw, b"<extLst>", f"<extLst>{LISTED}".encode())
    made = parts(done(raw).raw)
    assert all(made[name] == body for name, (_, body) in MODERN.items())
    assert all(kind.encode() in made[TYPES] for kind, _ in MODERN.values())
    assert LISTED.encode() in made[SHEET]


def test_a_locked_member_is_told_in_words():
    raw = bytearray(crm_book())
    directory = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"xl/worksheets/sheet1.xml"))
    raw[directory + 8] |= 1
    with pytest.raises(OddWorkbook) as caught:
        patch(opened(bytes(raw)), [SetValue(CLIENTS, "A5", ANY, "x")])
    assert "зашифрована" in str(caught.value.facts["detail"])


def test_a_part_that_lies_in_the_archive_twice_is_told():
    stream = io.BytesIO(crm_book())
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<stranger/>")
    with pytest.raises(OddWorkbook) as caught:
        opened(stream.getvalue())
    assert "дважды" in str(caught.value.facts["detail"])


def test_stored_results_stay_and_a_calculation_is_asked_for():
    made = done(crm_book(), (SetValue(CLIENTS, "C4", ANY, Decimal(1)),))
    assert b'fullCalcOnLoad="1"' in parts(made.raw)[WORKBOOK]
    assert calamine(made.raw, SUMS)[0][0] == 7236
    assert calamine(made.raw)[3][3] == pytest.approx(482.4)


@pytest.mark.system("soffice")
@pytest.mark.parametrize("kind", ["strict", "prefixed", "cdata", "wide", "shared"])
def test_libreoffice_opens_what_came_of_a_rare_book(
    kind: str, libreoffice: Office, tmp_path
) -> None:
    raw = shared_column() if kind == "shared" else ODD[kind]()
    edits = (ALL[0], SetFormula(CLIENTS, "D4", "C4*2", None), *ALL[4:])
    (tmp_path / "книга.xlsx").write_bytes(done(raw, edits).raw)
    (tmp_path / "out").mkdir()
    made = libreoffice.convert(tmp_path / "книга.xlsx", "xlsx", tmp_path / "out", recalc=True)
    shown = calamine(made.read_bytes())
    assert shown[4][0] == "Ромашка"
    assert shown[3][3] == pytest.approx(804)
    assert shown[8][3] == pytest.approx(1085.4)
    assert shown[12][:4] == ["Новый", "", 1, pytest.approx(1.2)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">C5*1.2</f>", b">C5*1.3</f>"),
        (b'ref="D5:D12"', b'ref="D5:D8"'),
        (b"</f><v>603.0</v>", b"</f><v>604</v>"),
        (b'<f t="shared" si="0"/><v>844.1999999999999</v>', b"<v>844.1999999999999</v>"),
    ],
)
def test_a_home_that_moved_wrongly_is_found(old, new):
    edits = [SetValue(CLIENTS, "D4", ANY, Decimal(1), over_formula=True)]
    book = opened(shared_column())
    after = opened(patch(book, edits).raw)
    verify(book, after.raw, edits)
    index = next(i for i, m in enumerate(after.package.members) if m.name == SHEET)
    content = parts(after.raw)[SHEET]
    assert old in content
    with pytest.raises(OddWorkbook):
        verify(book, after.package.rebuild({index: content.replace(old, new, 1)}), edits)
