"""A column put at the right edge of a table: its cells, its place in the table, what is around."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from model.errors import OddWorkbook
from sync.ooxml import (
    AppendColumn,
    BookFile,
    Edit,
    Patched,
    Result,
    Rule,
    SpareRows,
    mends,
    patch,
    read_lines,
    verify,
)
from tests.office import Office
from tests.sync.ooxml.samples import (
    CLIENTS,
    LAST,
    calamine,
    crm_book,
    openpyxl_book,
    parts,
    repacked,
    with_sheet,
)

SHEET, TABLE = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"
LIST = Rule("list", "Города", "Нет в списке", "Выберите «из списка» & дальше", warns=True)
PLAIN = AppendColumn(
    CLIENTS, "Clients", "Склад", like=5, key="clients.store", key_row=2, width=21.5, rule=LIST
)
LIVE = AppendColumn(
    CLIENTS,
    "Clients",
    "Доля",
    like=3,
    hidden=True,
    formula="C{row}/100",
    results={row: Decimal(row) for row in range(4, LAST + 1)},
)


RAW = crm_book()


def opened(raw: bytes) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx")


def done(*edits: Edit, raw: bytes = RAW) -> Patched:
    made = patch(opened(raw), edits)
    assert [o.result for o in made.receipt.outcomes] == [Result.APPLIED] * len(edits)
    return made


def test_the_table_is_wider_and_everything_else_as_it_was():
    raw = RAW
    made = done(PLAIN, LIVE)
    touched = set(made.receipt.parts_rewritten)
    before, after = parts(raw), parts(made.raw)
    assert {name for name in before if before[name] != after[name]} <= touched
    assert list(before) == list(after)
    sheet, old = openpyxl_book(made.raw)[CLIENTS], openpyxl_book(raw)[CLIENTS]
    table = sheet.tables["Clients"]
    assert (table.ref, table.autoFilter.ref) == ("A3:G12", "A3:G12")
    assert [c.name for c in table.tableColumns][-2:] == ["Склад", "Доля"]
    assert len({c.id for c in table.tableColumns}) == 7
    assert (sheet["F2"].value, sheet["F3"].value, sheet["G3"].value) == (
        "clients.store", "Склад", "Доля",
    )  # fmt: skip
    assert sheet["G7"].value == "=C7/100"
    assert sheet["G7"].number_format == "# ##0.00"
    assert [calamine(made.raw)[r - 1][6] for r in (4, LAST)] == [4, LAST]
    for row in old.iter_rows(max_col=5):
        for cell in row:
            assert sheet[cell.coordinate].value == cell.value


def test_widths_rules_and_colours():
    made = done(PLAIN, LIVE)
    sheet = openpyxl_book(made.raw)[CLIENTS]
    assert sheet.column_dimensions["F"].width == 21.5
    assert sheet.column_dimensions["G"].hidden
    first, second = sheet.data_validations.dataValidation
    assert (str(first.sqref), str(second.sqref)) == ("E4:E12", "F4:F12")
    assert (second.formula1, second.errorStyle) == ("Города", "warning")
    assert second.error == "Выберите «из списка» & дальше"
    assert mends(opened(made.raw), CLIENTS, read_lines(opened(made.raw), CLIENTS).rows,
                 frozenset(range(1, 8))) == ()  # fmt: skip


def test_rows_kept_free_get_their_cells_too():
    spare = done(SpareRows(CLIENTS, LAST, range(LAST + 1, LAST + 6))).raw
    made = done(LIVE, raw=spare)
    sheet = openpyxl_book(made.raw)[CLIENTS]
    assert sheet.tables["Clients"].ref == "A3:F12"
    assert sheet["F17"].value == "=C17/100"


def test_a_colour_over_the_whole_row_reaches_on():
    rows = b'<conditionalFormatting sqref="A4:E12 G1"><cfRule type="expression" priority="9">'
    rows += b"<formula>$A4=1</formula></cfRule></conditionalFormatting>"
    raw = with_sheet(RAW, b"<conditionalFormatting", rows + b"<conditionalFormatting")
    body = parts(done(PLAIN, raw=raw).raw)[SHEET]
    assert b'sqref="A4:F12 G1"' in body


def test_a_run_of_columns_is_cut_around_the_new_one():
    body = parts(RAW)[SHEET]
    body = re.sub(rb"<cols>.*</cols>", b'<cols><col min="2" max="99" width="7"/></cols>', body)
    made = done(PLAIN, raw=repacked(RAW, {SHEET: body}))
    cols = re.findall(rb'<col min="(\d+)" max="(\d+)" width="([^"]*)"', parts(made.raw)[SHEET])
    assert cols == [(b"2", b"5", b"7"), (b"6", b"6", b"21.5"), (b"7", b"99", b"7")]


def test_a_sheet_without_widths_and_rules_gets_them():
    body = parts(RAW)[SHEET]
    for tag in (b"cols", b"dataValidations"):
        body = re.sub(rb"<%s.*</%s>" % (tag, tag), b"", body)
    made = done(PLAIN, raw=repacked(RAW, {SHEET: body}))
    sheet = openpyxl_book(made.raw)[CLIENTS]
    assert sheet.column_dimensions["F"].width == 21.5
    (rule,) = sheet.data_validations.dataValidation
    assert str(rule.sqref) == "F4:F12"


@pytest.mark.parametrize(
    ("edit", "raw", "reason"),
    [
        (AppendColumn(CLIENTS, "Clients", "ГОРОД", like=5), None, "такой заголовок"),
        (AppendColumn(CLIENTS, "Нет", "Склад", like=5), None, "такой таблицы"),
        (PLAIN, "</row></sheetData>", "столбец справа от таблицы занят"),
    ],
)
def test_a_column_goes_where_nothing_stands(edit, raw, reason):
    book = RAW
    if raw is not None:
        cell = b'<c r="F12"><v>1</v></c></row></sheetData>'
        book = with_sheet(book, raw.encode(), cell)
    made = patch(opened(book), [edit])
    assert made.receipt.outcomes[0].result is Result.REFUSED
    assert made.receipt.outcomes[0].reason.startswith(reason)
    assert made.raw == book


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, ">clients.store<", ">clients.stone<"),
        (SHEET, ">Склад<", ">Слад<"),
        (SHEET, "C7/100", "C8/100"),
        (SHEET, "<f>C7/100</f><v>7</v>", "<f>C7/100</f><v>8</v>"),
        (SHEET, '<c r="G7" s="3">', '<c r="G7" s="1">'),
        (SHEET, 'width="21.5"', 'width="22"'),
        (SHEET, 'sqref="F4:F12"', 'sqref="F4:F11"'),
        (SHEET, ">Города<", ">Горы<"),
        (SHEET, 'sqref="E4:E12"', 'sqref="E4:E11"'),
        (SHEET, "<v>703.5</v>", "<v>704.5</v>"),
        (TABLE, 'name="Доля"', 'name="Ноль"'),
        (TABLE, 'name="Имя"', 'name="Иначе"'),
        (TABLE, 'ref="A3:G12"', 'ref="A3:H12"'),
    ],
)
def test_a_wrong_column_is_found(part, old, new):
    before = opened(RAW)
    after = opened(done(PLAIN, LIVE).raw)
    text = parts(after.raw)[part].decode()
    assert old in text
    index = next(i for i, m in enumerate(after.package.members) if m.name == part)
    wrong = after.package.rebuild({index: text.replace(old, new, 1).encode()})
    with pytest.raises(OddWorkbook):
        verify(before, wrong, [PLAIN, LIVE])


@pytest.mark.system("soffice")
def test_libreoffice_takes_the_wider_table(libreoffice: Office, tmp_path: Path) -> None:
    (tmp_path / "книга.xlsx").write_bytes(done(PLAIN, LIVE).raw)
    (tmp_path / "out").mkdir()
    made = libreoffice.convert(tmp_path / "книга.xlsx", "xlsx", tmp_path / "out", recalc=True)
    shown = calamine(made.read_bytes())
    assert shown[2][4:7] == ["Город", "Склад", "Доля"]
    assert shown[6][6] == pytest.approx(7.035)
    assert openpyxl_book(made.read_bytes())[CLIENTS].tables["Clients"].ref == "A3:G12"
