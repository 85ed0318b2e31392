"""Sheets that other programs write in their own way are patched in that way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from model.values import Value
from sync.ooxml import ANY, BookFile, Edit, Result, SetCache, SetFormula, SetValue, patch
from tests.sync.ooxml.samples import (
    CLIENTS,
    HIDDEN,
    calamine,
    crm_book,
    parts,
    repacked,
    with_sheet,
)

SHEET = "xl/worksheets/sheet1.xml"
EDITS: tuple[Edit, ...] = (
    SetValue(CLIENTS, "A5", "Клиент 5", "Ромашка"),
    SetValue(CLIENTS, "E4", None, "Уфа"),
    SetCache(CLIENTS, "D6", Decimal(5)),
    SetFormula(CLIENTS, "D7", "C7*2", Decimal(9)),
    SetValue(CLIENTS, "A13", None, "Новый"),
    SetValue(CLIENTS, "Z1", None, True),
)
EXPECTED: dict[tuple[int, int], Value] = {
    (5, 1): "Ромашка",
    (4, 5): "Уфа",
    (6, 4): Decimal(5),
    (7, 4): Decimal(9),
    (13, 1): "Новый",
    (1, 26): True,
    (8, 1): "Клиент 8",
}


def prefixed() -> bytes:
    """Every element of the main namespace under a prefix, as the Open XML SDK writes it."""
    import re

    body = parts(crm_book())[SHEET].decode()
    body = re.sub(r"<(/?)(?=[a-z]\w*[\s/>])", r"<\1x:", body)
    body = body.replace(' xmlns="', ' xmlns:x="')
    return repacked(crm_book(), {SHEET: body.encode()})


def in_utf16() -> bytes:
    body = parts(crm_book())[SHEET].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return repacked(crm_book(), {SHEET: body.encode("utf-16")})


def commented() -> bytes:
    body = parts(crm_book())[SHEET]
    body = body.replace(
        b'<row r="5"', b'<!-- <row r="5"><c r="A5"><v>1</v></c></row> --><row r="5"'
    )
    return repacked(crm_book(), {SHEET: body.replace(b'<c r="C5"', b'<!-- C --><c r="C5"')})


def without_row_numbers() -> bytes:
    """Row 4 follows row 3 and its cells each other without saying so."""
    import re

    body = parts(crm_book())[SHEET].decode()
    row = re.search(r'<row r="5".*?</row>', body)
    assert row is not None
    bare = re.sub(r' r="[A-Z]*5"', "", row[0])
    return repacked(crm_book(), {SHEET: body.replace(row[0], bare).encode()})


def single_quoted() -> bytes:
    body = parts(crm_book())[SHEET]
    head, rows = body.split(b"<sheetData>")
    rows, tail = rows.split(b"</sheetData>")
    quoted = rows.replace(b'"', b"'")
    return repacked(crm_book(), {SHEET: head + b"<sheetData>" + quoted + b"</sheetData>" + tail})


def in_several_looks() -> bytes:
    """Names in runs of their own colour within the cell; `<color` is no cell."""
    import re

    body = parts(crm_book())[SHEET].decode()
    for row in (5, 8):
        rich = (
            f'<c r="A{row}" t="inlineStr"><is><r><rPr><color theme="1"/></rPr><t>Кли</t></r>'
            f"<r><rPr><charset val='204'/></rPr><t>ент {row}</t></r></is></c>"
        )
        body = re.sub(rf'<c r="A{row}".*?</c>', rich, body)
    return repacked(crm_book(), {SHEET: body.encode()})


def indented() -> bytes:
    body = parts(crm_book())[SHEET]
    for tag in (b"<row ", b"<c ", b"</row>"):
        body = body.replace(tag, b"\n    " + tag)
    return repacked(crm_book(), {SHEET: body})


@pytest.mark.parametrize(
    "book",
    [
        crm_book,
        prefixed,
        in_utf16,
        commented,
        without_row_numbers,
        single_quoted,
        in_several_looks,
        indented,
    ],
)
def test_every_shape_takes_the_same_edits(book):
    raw = book()
    done = patch(BookFile.open(raw, name="книга.xlsx"), EDITS)
    assert [o.result for o in done.receipt.outcomes] == [Result.APPLIED] * len(EDITS)
    after = BookFile.open(done.raw, name="книга.xlsx")
    found = {(row.row, c.col): c.value() for row in after.rows(CLIENTS) for c in row.cells}
    assert {place: found[place] for place in EXPECTED} == EXPECTED
    shown = calamine(done.raw)
    assert (shown[4][0], shown[12][0], shown[7][0]) == ("Ромашка", "Новый", "Клиент 8")


def test_a_comment_beside_the_cell_stays():
    done = patch(BookFile.open(commented(), name="к.xlsx"), EDITS)
    assert parts(done.raw)[SHEET].count(b"<!--") == 2


def test_an_empty_sheet_takes_rows():
    done = patch(
        BookFile.open(crm_book(), name="к.xlsx"),
        [SetValue(HIDDEN, "A1", ANY, None), SetValue(HIDDEN, "C3", None, "x")],
    )
    assert calamine(done.raw, HIDDEN) == [["", "", ""], ["", "", ""], ["", "", "x"]]
    empty = repacked(crm_book(), {"xl/worksheets/sheet3.xml": _without_rows()})
    done = patch(
        BookFile.open(empty, name="к.xlsx"),
        [SetValue(HIDDEN, "B9", None, "y"), SetValue(HIDDEN, "A2", None, "x")],
    )
    assert calamine(done.raw, HIDDEN)[1] == ["x", ""]
    assert calamine(done.raw, HIDDEN)[8] == ["", "y"]


def _without_rows() -> bytes:
    body = parts(crm_book())["xl/worksheets/sheet3.xml"]
    start, end = body.index(b"<sheetData>"), body.index(b"</sheetData>") + len(b"</sheetData>")
    return body[:start] + b"<sheetData/>" + body[end:]


def test_a_closed_row_is_opened_and_a_note_at_its_end_stays_last():
    raw = with_sheet(
        crm_book(),
        b"</sheetData>",
        b'<row r="20" spans="1:2" ht="30"/><row r="21"><c r="A21"/><extLst/></row></sheetData>',
    )
    edits = [SetValue(CLIENTS, "C20", None, "x"), SetValue(CLIENTS, "B21", None, "y")]
    body = parts(patch(BookFile.open(raw, name="к.xlsx"), edits).raw)[SHEET]
    assert b'<row r="20" ht="30"><c r="C20"' in body
    assert b"</is></c><extLst/></row>" in body


def test_the_reach_of_a_sheet_is_told_anew():
    edits = [SetValue(CLIENTS, "Z40", None, "x")]
    body = parts(patch(BookFile.open(crm_book(), name="к.xlsx"), edits).raw)[SHEET]
    assert b'<dimension ref="A1:Z40"/>' in body
