"""Cells changed by comparing first, and everything else left as it was."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import OddWorkbook
from model.values import Fault, from_serial, to_serial
from sync.ooxml import (
    ANY,
    BookFile,
    CellScan,
    Edit,
    Outcome,
    Result,
    SetCache,
    SetFormula,
    SetName,
    SetProperty,
    SetSheetState,
    SetValue,
    col_letter,
    patch,
)
from tests.sync.ooxml.samples import (
    CLIENTS,
    HIDDEN,
    SUMS,
    calamine,
    crm_book,
    openpyxl_book,
    parts,
    repacked,
    with_sheet,
)

BOOK = crm_book()


def opened(raw: bytes = BOOK) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx")


def fate(edit: Edit, raw: bytes = BOOK) -> tuple[Outcome, BookFile]:
    """What came of one edit, and the book after it."""
    done = patch(opened(raw), [edit])
    return done.receipt.outcomes[0], opened(done.raw)


def cells(book: BookFile, sheet: str = CLIENTS) -> dict[str, CellScan]:
    """The cells of a sheet by address."""
    return {
        f"{col_letter(each.col)}{row.row}": each for row in book.rows(sheet) for each in row.cells
    }


def cell(book: BookFile, ref: str) -> CellScan:
    return cells(book)[ref]


@pytest.mark.parametrize(
    ("ref", "expected", "new"),
    [
        ("A5", "Клиент 5", "ООО «Ромашка» & <Ко>"),
        ("A5", "Клиент 5", "=cmd|'/c calc'!A1"),
        ("A5", "Клиент 5", " _x000D_ с пробелами \r\n"),
        ("A5", "Клиент 5", None),
        ("A5", "Клиент 5", True),
        ("A5", "Клиент 5", Fault("#N/A")),
        ("C5", Decimal("502.5"), Decimal("-1234567.89")),
        ("C5", Decimal("502.50000000000001"), Decimal("1E+30")),
        ("E4", None, "Уфа"),
        ("E4", "", Decimal(1)),
        ("H40", None, "новая строка"),
        ("A2", None, Decimal(7)),
    ],
)
def test_a_value_is_written_where_the_old_one_still_stands(ref, expected, new):
    outcome, book = fate(SetValue(CLIENTS, ref, expected, new))
    assert outcome.result is Result.APPLIED
    found = cell(book, ref)
    assert found.value() == new
    assert found.formula is None


@pytest.mark.parametrize(
    ("expected", "new"),
    [
        (date(2026, 1, 5), date(2026, 2, 28)),
        (datetime(2026, 1, 5), datetime(2026, 2, 28, 14, 35)),  # noqa: DTZ001  # a cell has no zone
        (Decimal(46027), time(9, 30)),
    ],
)
def test_a_date_is_written_as_its_number_and_keeps_the_look(expected, new):
    outcome, book = fate(SetValue(CLIENTS, "B5", expected, new))
    assert outcome.result is Result.APPLIED
    found = cell(book, "B5")
    assert found.value() == to_serial(new)
    assert book.is_date_style(found.style)


def test_a_date_of_the_1904_system_is_compared_and_written_in_it():
    body = parts(BOOK)["xl/workbook.xml"].replace(b"<workbookPr ", b'<workbookPr date1904="1" ')
    raw = repacked(BOOK, {"xl/workbook.xml": body})
    day = from_serial(Decimal(46027), date1904=True)
    assert day is not None
    outcome, book = fate(SetValue(CLIENTS, "B5", day, date(2026, 2, 28)), raw)
    assert outcome.result is Result.APPLIED
    found = cell(book, "B5")
    assert found.value() == to_serial(date(2026, 2, 28), date1904=True)


@pytest.mark.parametrize(
    ("ref", "expected", "found"),
    [
        ("A5", "Клиент 6", "Клиент 5"),
        ("A5", None, "Клиент 5"),
        ("C5", Decimal("502.51"), Decimal("502.5")),
        ("C5", "502.5", Decimal("502.5")),
        ("B5", date(2026, 1, 6), Decimal(46027)),
        ("H40", "что-то", None),
    ],
)
def test_a_cell_that_somebody_changed_is_left_alone(ref, expected, found):
    outcome, book = fate(SetValue(CLIENTS, ref, expected, "наше"))
    assert (outcome.result, outcome.found) == (Result.CONFLICT, found)
    assert book.raw == BOOK


def test_nothing_to_do_gives_the_same_bytes():
    edits: list[Edit] = [
        SetValue(CLIENTS, "A5", ANY, "Клиент 5"),
        SetValue(CLIENTS, "A5", "не то", "Клиент 5"),
        SetValue(CLIENTS, "C5", ANY, Decimal("502.5")),
        SetValue(CLIENTS, "B5", ANY, date(2026, 1, 5)),
        SetValue(CLIENTS, "Z99", None, ""),
        SetFormula(CLIENTS, "D5", "C5*1.2", Decimal(603)),
        SetCache(CLIENTS, "D5", Decimal(603)),
        SetName("Города", "Клиенты!$E$4:$E$12"),
        SetSheetState(HIDDEN, "hidden"),
    ]
    done = patch(opened(), edits)
    assert {o.result for o in done.receipt.outcomes} == {Result.SAME}
    assert done.raw == BOOK
    assert done.receipt.sha_before == done.receipt.sha_after
    assert done.receipt.parts_rewritten == ()


def test_rich_text_with_the_same_words_keeps_its_looks():
    outcome, _ = fate(SetValue(SUMS, "A3", "просто так", "просто так"))
    assert outcome.result is Result.SAME


def test_a_formula_is_only_replaced_when_told():
    outcome, _ = fate(SetValue(CLIENTS, "D5", Decimal(603), Decimal(1)))
    assert (outcome.result, outcome.reason) == (Result.REFUSED, "в ячейке формула")
    outcome, book = fate(SetValue(CLIENTS, "D5", Decimal(603), Decimal(1), over_formula=True))
    assert outcome.result is Result.APPLIED
    assert cell(book, "D5").formula is None


def test_a_new_result_keeps_the_formula():
    outcome, book = fate(SetCache(CLIENTS, "D5", Decimal("604.5")))
    assert outcome.result is Result.APPLIED
    found = cell(book, "D5")
    assert (found.formula, found.value()) == ("C5*1.2", Decimal("604.5"))
    assert openpyxl_book(book.raw)[CLIENTS]["D5"].value == "=C5*1.2"
    assert calamine(book.raw)[4][3] == 604.5


@pytest.mark.parametrize("result", ["нет данных", None, True, Fault("#DIV/0!"), date(2026, 5, 1)])
def test_a_result_may_be_of_any_type(result):
    _, book = fate(SetCache(CLIENTS, "D5", result))
    found = cell(book, "D5")
    wanted = to_serial(result) if isinstance(result, date) else result or ""
    assert (found.formula, found.value()) == ("C5*1.2", wanted)


def test_an_unknown_result_is_told_from_an_empty_one():
    _, book = fate(SetCache(CLIENTS, "D5", Fault("?")))
    assert cell(book, "D5").value() == Fault("?")


def test_a_result_for_a_cell_whose_formula_is_gone_is_a_conflict():
    for ref, found in (("C5", Decimal("502.5")), ("Z50", None)):
        outcome, book = fate(SetCache(CLIENTS, ref, Decimal(1)))
        assert (outcome.result, outcome.found) == (Result.CONFLICT, found)
        assert book.raw == BOOK


def test_a_formula_comes_back_where_somebody_typed_over_it():
    _, typed = fate(SetValue(CLIENTS, "D5", ANY, Decimal(1), over_formula=True))
    outcome, book = fate(
        SetFormula(CLIENTS, "D5", '=IF(C5>0,"да & нет","")', "да & нет"), typed.raw
    )
    assert outcome.result is Result.APPLIED
    found = cell(book, "D5")
    assert (found.formula, found.value()) == ('IF(C5>0,"да & нет","")', "да & нет")
    assert found.style == cell(opened(), "D5").style


def test_the_calculation_chain_goes_only_when_a_formula_does():
    types = parts(BOOK)["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="a/b"/></Types>'
    )
    rels = parts(BOOK)["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://x/calcChain" Target="calcChain.xml"/>'
        b"</Relationships>",
    )
    raw = repacked(
        BOOK,
        {
            "[Content_Types].xml": types,
            "xl/_rels/workbook.xml.rels": rels,
            "xl/calcChain.xml": b"<calcChain/>",
        },
    )
    for edit in (SetCache(CLIENTS, "D5", Decimal(2)), SetValue(CLIENTS, "A5", ANY, "x")):
        assert "xl/calcChain.xml" in parts(patch(opened(raw), [edit]).raw)
    after = parts(patch(opened(raw), [SetFormula(CLIENTS, "F5", "1+1", Decimal(2))]).raw)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


def test_the_book_asks_to_be_calculated_when_opened():
    body = parts(BOOK)["xl/workbook.xml"]
    without = re.sub(rb"<calcPr[^>]*/>", b"", body)
    for raw in (BOOK, repacked(BOOK, {"xl/workbook.xml": without})):
        done = patch(opened(raw), [SetValue(CLIENTS, "A5", ANY, "x")])
        text = parts(done.raw)["xl/workbook.xml"].decode()
        assert 'fullCalcOnLoad="1"' in text
        assert text.index("definedNames") < text.index("calcPr")
    kept = patch(opened(without_calc()), [SetProperty("метка", "1")])
    assert b"calcPr" not in parts(kept.raw)["xl/workbook.xml"]


def without_calc() -> bytes:
    body = re.sub(rb"<calcPr[^>]*/>", b"", parts(BOOK)["xl/workbook.xml"])
    return repacked(BOOK, {"xl/workbook.xml": body})


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (SetValue("Нет такого", "A1", ANY, "x"), "такого листа в книге нет"),
        (SetValue(CLIENTS, "A0", ANY, "x"), "такого адреса ячейки не бывает"),
        (SetValue(CLIENTS, "XFE1", ANY, "x"), "такого адреса ячейки не бывает"),
        (SetValue(CLIENTS, "B1", ANY, "x"), "ячейка объединена с другой"),
        (SetValue(CLIENTS, "A3", ANY, "x"), "это заголовок таблицы Excel"),
        (SetValue(SUMS, "B2", ANY, "x"), "ячейка входит в формулу массива или в таблицу данных"),
        (SetFormula(SUMS, "B1", "1", None), "ячейка входит в формулу массива или в таблицу данных"),
        (SetValue(CLIENTS, "A5", ANY, "я" * 32_768), "текст длиннее 32 767 знаков"),
        (SetValue(CLIENTS, "A5", ANY, "🙂" * 16_384), "текст длиннее 32 767 знаков"),
        (SetValue(CLIENTS, "A5", ANY, date(1800, 1, 1)), "дат раньше 1900 года в Excel нет"),
        (SetValue(CLIENTS, "A5", ANY, Decimal("NaN")), "это не число"),
        (SetValue(CLIENTS, "A5", ANY, Decimal("1E+400")), "это не число"),
        (SetValue(CLIENTS, "A5", ANY, Fault("#ОЙ")), "такой ошибки в Excel нет"),
        (SetSheetState(CLIENTS, "прозрачный"), "такого состояния листа не бывает"),
        (SetName("A1", "1"), "такое имя Excel не примет"),
        (SetName("с пробелом", "1"), "такое имя Excel не примет"),
    ],
)
def test_what_would_break_the_book_is_refused_with_a_reason(edit, reason):
    outcome, book = fate(edit)
    assert (outcome.result, outcome.reason) == (Result.REFUSED, reason)
    assert book.raw == BOOK


def shared_book() -> bytes:
    tail = (
        b'<row r="20"><c r="A20"><f t="shared" ref="A20:A21" si="0">B20*2</f><v>1</v></c></row>'
        b'<row r="21"><c r="A21"><f t="shared" si="0"/><v>2</v></c></row></sheetData>'
    )
    return with_sheet(BOOK, b"</sheetData>", tail)


def test_the_first_cell_of_a_shared_formula_hands_it_on():
    for edit in (
        SetValue(CLIENTS, "A20", ANY, "x", over_formula=True),
        SetFormula(CLIENTS, "A20", "1+1", Decimal(2)),
    ):
        outcome, book = fate(edit, shared_book())
        assert outcome.result is Result.APPLIED
        assert cell(book, "A21").formula == "B21*2"
        assert b't="shared"' in parts(book.raw)["xl/worksheets/sheet1.xml"]


def test_another_cell_of_a_shared_formula_may_be_overwritten():
    outcome, book = fate(SetValue(CLIENTS, "A21", ANY, "x", over_formula=True), shared_book())
    assert outcome.result is Result.APPLIED
    assert cell(book, "A20").formula == "B20*2"
    outcome, book = fate(SetFormula(CLIENTS, "A21", "B21*2", Decimal(9)), shared_book())
    assert b'<f t="shared" si="0"/>' in parts(book.raw)["xl/worksheets/sheet1.xml"]
    assert cell(book, "A21").value() == Decimal(9)


def test_a_picture_in_a_cell_is_not_overwritten():
    tail = b'<row r="20"><c r="A20" t="e" vm="1"><v>#VALUE!</v></c></row></sheetData>'
    outcome, _ = fate(SetValue(CLIENTS, "A20", ANY, "x"), with_sheet(BOOK, b"</sheetData>", tail))
    assert outcome.result is Result.REFUSED


def test_a_signed_book_is_not_written():
    rels = parts(BOOK)["_rels/.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId9" Type="http://x/digital-signature/origin" Target="o"/>'
        b"</Relationships>",
    )
    with pytest.raises(OddWorkbook):
        patch(opened(repacked(BOOK, {"_rels/.rels": rels})), [SetValue(CLIENTS, "A5", ANY, "x")])


def test_rows_out_of_order_are_not_written_between():
    raw = with_sheet(BOOK, b"</sheetData>", b'<row r="2"><c r="A2"><v>1</v></c></row></sheetData>')
    with pytest.raises(OddWorkbook):
        patch(opened(raw), [SetValue(CLIENTS, "A30", ANY, "x")])


def test_forbidden_characters_are_dropped_and_told():
    outcome, book = fate(SetValue(CLIENTS, "A5", ANY, "а\x00б\x1f\ud800в"))
    assert (outcome.result, outcome.reason) == (Result.APPLIED, "убраны недопустимые знаки")
    assert cell(book, "A5").value() == "абв"


def test_injected_markup_and_formulas_stay_text_for_every_reader():
    text = '=HYPERLINK("http://x","</t></is></c><c><f>1</f></c>") _x0041_ ]]> &lt;'
    _, book = fate(SetValue(CLIENTS, "A5", ANY, text))
    assert cell(book, "A5").value() == text
    assert calamine(book.raw)[4][0] == text
    shown = openpyxl_book(book.raw)[CLIENTS]["A5"]
    assert shown.data_type == "s"
    assert shown.value == text.replace("_x0041_", "_x005F_x0041_"), "it keeps escapes as written"
    assert b"<f>1</f>" not in parts(book.raw)["xl/worksheets/sheet1.xml"]


def test_a_new_cell_looks_like_the_one_above_or_as_told():
    look = cell(opened(), "C12").style
    _, book = fate(SetValue(CLIENTS, "C13", None, Decimal(1)))
    assert cell(book, "C13").style == look
    _, book = fate(SetValue(CLIENTS, "C30", None, Decimal(1), style_from="C12"))
    assert cell(book, "C30").style == look
    _, book = fate(SetValue(CLIENTS, "G30", None, "x"))
    assert cell(book, "G30").style is not None, "the column has a look of its own"


def test_edits_see_those_before_them():
    edits: list[Edit] = [
        SetValue(CLIENTS, "H30", None, "раз"),
        SetValue(CLIENTS, "H30", "раз", "два"),
        SetValue(CLIENTS, "H30", "раз", "три"),
    ]
    done = patch(opened(), edits)
    results = [o.result for o in done.receipt.outcomes]
    assert results == [Result.APPLIED, Result.APPLIED, Result.CONFLICT]
    assert cell(opened(done.raw), "H30").value() == "два"


def test_properties_and_names_are_made_and_changed():
    edits: list[Edit] = [
        SetProperty("crm", "а & б"),
        SetProperty("crm2", "2"),
        SetName("_crm", '"я"', hidden=True),
    ]
    once = patch(opened(), edits)
    book = opened(once.raw)
    assert dict(book.properties) == {"crm": "а & б", "crm2": "2"}
    assert book.names["_crm"] == '"я"'
    twice = opened(
        patch(book, [SetProperty("crm", "новое"), SetName("_crm", "2", hidden=True)]).raw
    )
    assert dict(twice.properties) == {"crm": "новое", "crm2": "2"}
    assert twice.names["_crm"] == "2"
    shown = openpyxl_book(twice.raw).custom_doc_props  # type: ignore[attr-defined]  # its types lag
    assert {p.name: p.value for p in shown.props} == {"crm": "новое", "crm2": "2"}


def test_a_sheet_is_shown_and_hidden_but_one_stays():
    outcome, book = fate(SetSheetState(HIDDEN, "visible"))
    assert outcome.result is Result.APPLIED
    assert {s.state for s in book.sheets} == {"visible"}
    _, one = fate(SetSheetState(CLIENTS, "veryHidden"))
    assert b'activeTab="1"' in parts(one.raw)["xl/workbook.xml"]
    assert b'tabSelected="0"' in parts(one.raw)["xl/worksheets/sheet1.xml"]
    outcome, _ = fate(SetSheetState(SUMS, "hidden"), one.raw)
    assert outcome.reason == "последний видимый лист скрыть нельзя"


TEXTS = st.text(st.characters(exclude_categories=()), max_size=40)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("AEFHZ"), st.integers(4, 30)),
        TEXTS | NUMBERS | st.booleans(),
        max_size=8,
    )
)
def test_whatever_is_written_reads_back_and_nothing_else_moves(wanted):
    edits: list[Edit] = [
        SetValue(CLIENTS, f"{col}{row}", ANY, new) for (col, row), new in wanted.items()
    ]
    before, done = cells(opened()), patch(opened(), edits)
    after = cells(opened(done.raw))
    touched = {f"{col}{row}" for col, row in wanted}
    assert {ref: each for ref, each in after.items() if ref not in touched} == {
        ref: each for ref, each in before.items() if ref not in touched
    }
    for (col, row), outcome in zip(wanted, done.receipt.outcomes, strict=True):
        new = wanted[col, row]
        assert outcome.result in {Result.APPLIED, Result.SAME}
        found = after[f"{col}{row}"].value() if f"{col}{row}" in after else None
        assert found == new or outcome.reason or (new == "" and found is None)
