"""A sheet of a fresh book set into a living one."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from model.errors import OddWorkbook
from sync.ooxml import BookFile, Grafted, Result, SetSheetState, graft, patch, read_lines
from sync.ooxml.graftproof import prove
from tests.office import Office
from tests.sync.ooxml.samples import (
    CLIENTS,
    HIDDEN,
    SUMS,
    calamine,
    crm_book,
    openpyxl_book,
    parts,
    repacked,
)

NEW = "Склад & цены"
SHEET, STYLES, WORKBOOK = "xl/worksheets/sheet4.xml", "xl/styles.xml", "xl/workbook.xml"


def fresh_book() -> bytes:
    """Looks of every kind, a table, rules, a chart, a picture-free drawing, names of its own."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    head = book.add_format(
        {"bold": True, "font_color": "#C00000", "bg_color": "#FFF2CC", "border": 1, "rotation": 45}
    )
    money = book.add_format({"num_format": '# ##0.00\\ "₽"', "locked": False, "italic": True})
    day = book.add_format({"num_format": "dd.mm.yyyy", "align": "center", "indent": 1})
    odd = book.add_format({"num_format": '0.000"кг"', "font_name": "Courier New", "font_size": 17})
    bad = book.add_format({"bg_color": "#FFC7CE", "bold": True})
    other = book.add_worksheet("Лишний")
    other.write("A1", "не нужен", head)
    sheet = book.add_worksheet(NEW)
    sheet.add_table("A3:C9", {"name": "Store", "columns": [{"header": h} for h in "абв"]})
    sheet.write("A1", "Заголовок <склада> & цен", head)
    sheet.merge_range("B1:C1", "слитно", head)
    for row in range(4, 10):
        sheet.write(f"A{row}", f"Товар {row}", odd)
        sheet.write(f"B{row}", row * 10.5, money)
        sheet.write_formula(f"C{row}", f"=B{row}*rate", day, row * 21)
    sheet.write_boolean("D4", True)
    sheet.write_formula("D5", f"=SUM({CLIENTS}!C4:C12)", money, 7236)
    sheet.set_row(1, 33, head)
    sheet.set_column("F:H", 31, odd)
    sheet.data_validation("A4:A9", {"validate": "list", "source": "=goods"})
    sheet.conditional_format("B4:B9", {"type": "cell", "criteria": ">", "value": 50, "format": bad})
    sheet.conditional_format("C4:C9", {"type": "data_bar", "data_bar_2010": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{NEW}'!$B$4:$B$9"})
    sheet.insert_chart("E4", chart)
    sheet.repeat_rows(2)
    sheet.write_url("D6", "https://example.com/?a=1&b=2", string="ссылка")
    sheet.write_comment("D7", "заметка")
    sheet.activate()
    book.define_name("goods", f"='{NEW}'!$A$4:$A$9")
    book.define_name("rate", f"={CLIENTS}!$C$4")
    book.define_name("stray", "=Лишний!$A$1")
    book.close()
    return stream.getvalue()


RAW, FRESH = crm_book(), fresh_book()


def opened(raw: bytes) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx")


def source() -> BookFile:
    return opened(FRESH)


def grafted(raw: bytes = RAW) -> Grafted:
    return graft(opened(raw), source(), NEW)


def test_the_sheet_comes_with_everything_it_shows():
    book, fresh = openpyxl_book(grafted().raw), openpyxl_book(FRESH)
    assert book.sheetnames == [CLIENTS, SUMS, HIDDEN, NEW]
    new, old = book[NEW], fresh[NEW]
    for row in old.iter_rows():
        for cell in row:
            twin = new[cell.coordinate]
            assert twin.value == cell.value
            for name in ("font", "fill", "border", "alignment", "protection", "number_format"):
                assert repr(getattr(twin, name)) == repr(getattr(cell, name)), cell.coordinate
    assert new.merged_cells.ranges == old.merged_cells.ranges
    assert new.tables["Store"].ref == "A3:C9"
    assert new.print_title_rows == "$3:$3"
    assert "xl/charts/chart2.xml" in grafted().parts
    assert new["D6"].hyperlink.target == "https://example.com/?a=1&b=2"
    assert new["D7"].comment.text == "заметка"
    (rule,) = new.conditional_formatting["B4:B9"]
    assert rule.dxf.fill == old.conditional_formatting["B4:B9"][0].dxf.fill
    assert new.column_dimensions["F"].width == old.column_dimensions["F"].width
    assert not new.sheet_view.tabSelected
    assert set(book.defined_names) == {"Города", "goods", "rate"}


def test_the_book_stays_as_it_was():
    raw = RAW
    made = grafted(raw)
    before, after = parts(raw), parts(made.raw)
    told = {WORKBOOK, "xl/_rels/workbook.xml.rels", STYLES, "[Content_Types].xml"}
    assert {name for name in before if before[name] != after.get(name)} <= told
    assert set(after) - set(before) == set(made.parts)
    for name in (CLIENTS, SUMS, HIDDEN):
        assert read_lines(opened(raw), name) == read_lines(opened(made.raw), name)
        assert calamine(raw, name) == calamine(made.raw, name)
    looks = [openpyxl_book(r)[CLIENTS]["C5"] for r in (raw, made.raw)]
    assert looks[0].number_format == looks[1].number_format


def test_table_numbers_and_part_names_are_free():
    made = grafted()
    tables = [parts(made.raw)[n] for n in parts(made.raw) if n.startswith("xl/tables/table")]
    numbers = {openpyxl.xml.functions.fromstring(t).get("id") for t in tables}
    assert len(numbers) == len(tables) == 2
    assert "xl/charts/chart2.xml" in made.parts


def test_looks_that_the_book_has_are_used_again():
    once = grafted()
    pruned = openpyxl_book(once.raw)
    twin = FRESH
    names = (
        parts(twin)[WORKBOOK].decode().replace(f'name="{NEW.replace("&", "&amp;")}"', 'name="Б"')
    )
    names = names.replace(f"'{NEW.replace('&', '&amp;')}'!", "Б!").replace("goods", "goods2")
    table = parts(twin)["xl/tables/table1.xml"].replace(b"Store", b"Store2")
    again = repacked(twin, {WORKBOOK: names.encode(), "xl/tables/table1.xml": table})
    twice = graft(opened(once.raw), opened(again), "Б")
    assert parts(twice.raw)[STYLES] == parts(once.raw)[STYLES]
    assert pruned.sheetnames[-1] == NEW


def test_the_new_tab_may_be_hidden_and_shown_later():
    made = graft(opened(RAW), source(), NEW, state="hidden")
    book = opened(made.raw)
    assert book.sheet(NEW).state == "hidden"
    done = patch(book, [SetSheetState(NEW, "visible")])
    assert done.receipt.outcomes[0].result is Result.APPLIED
    assert openpyxl_book(done.raw)[NEW].sheet_state == "visible"


def test_the_order_of_calculation_is_left_to_the_program():
    types = parts(RAW)["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="x/calc"/></Types>'
    )
    rels = parts(RAW)["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId77" Type="http://x/calcChain" Target="calcChain.xml"/>'
        b"</Relationships>",
    )
    raw = repacked(
        RAW,
        {
            "[Content_Types].xml": types,
            "xl/_rels/workbook.xml.rels": rels,
            "xl/calcChain.xml": b"<calcChain/>",
        },
    )
    after = parts(grafted(raw).raw)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


def test_what_cannot_be_set_in_is_told():
    book = opened(RAW)
    taken = repacked(
        FRESH,
        {
            "xl/tables/table1.xml": parts(FRESH)["xl/tables/table1.xml"].replace(
                b"Store", b"Clients"
            )
        },
    )
    lacking = parts(FRESH)[WORKBOOK].decode().replace(f"{CLIENTS}!$C$4", "Лишний!$C$4")
    told = {
        "уже есть": (book, opened(RAW), CLIENTS),
        "занято": (book, opened(taken), NEW),
        "«Лишний», которого нет": (
            book, opened(repacked(FRESH, {WORKBOOK: lacking.encode()})), NEW,
        ),
    }  # fmt: skip
    for words, (living, fresh, sheet) in told.items():
        with pytest.raises(OddWorkbook) as caught:
            graft(living, fresh, sheet)
        assert words in str(caught.value.facts["detail"])


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, "Товар 5", "Товар 6"),
        (SHEET, '<c r="B4" s="', '<c r="B4" s="1" x="'),
        (SHEET, "B5*rate", "B5*rates"),
        (SHEET, '<mergeCell ref="B1:C1"/>', '<mergeCell ref="B1:D1"/>'),
        (STYLES, '<cellXfs count="', '<cellXfs count="9"><xf/></cellXfs><cellXfs count="'),
        (WORKBOOK, 'name="Города"', 'name="Горы"'),
        (WORKBOOK, 'state="hidden"', ""),
        ("xl/worksheets/sheet1.xml", "<v>502.5</v>", "<v>502.6</v>"),
    ],
)
def test_a_wrong_graft_is_found(part, old, new):
    before, made = opened(RAW), grafted()
    after = opened(made.raw)
    text = parts(made.raw)[part].decode()
    assert old in text
    index = next(i for i, m in enumerate(after.package.members) if m.name == part)
    wrong = opened(after.package.rebuild({index: text.replace(old, new, 1).encode()}))
    prove(before, after, source(), NEW, frozenset(made.parts))
    with pytest.raises(OddWorkbook):
        prove(before, wrong, source(), NEW, frozenset(made.parts))


@pytest.mark.system("soffice")
def test_libreoffice_calculates_the_new_sheet(libreoffice: Office, tmp_path: Path) -> None:
    (tmp_path / "книга.xlsx").write_bytes(grafted().raw)
    (tmp_path / "out").mkdir()
    made = libreoffice.convert(tmp_path / "книга.xlsx", "xlsx", tmp_path / "out", recalc=True)
    shown = calamine(made.read_bytes(), NEW)
    assert shown[0][0] == "Заголовок <склада> & цен"
    assert shown[4][:2] == ["Товар 5", 52.5]
    assert calamine(made.read_bytes(), NEW)[4][3] == pytest.approx(7236)
    assert openpyxl_book(made.read_bytes())[NEW]["A5"].font.name == "Courier New"
