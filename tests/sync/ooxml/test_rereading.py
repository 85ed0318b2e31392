"""A second read that builds on the first gives exactly what a first read would give."""

from __future__ import annotations

import random
import re
from decimal import Decimal

import pytest

from sync.ooxml import (
    ANY,
    AppendRows,
    BookFile,
    Edit,
    Lines,
    Patched,
    RowFormula,
    SetCache,
    SetFormula,
    SetValue,
    patch,
    read_lines,
)
from tests.sync.ooxml.samples import CLIENTS, HIDDEN, LAST, SUMS, crm_book, parts, repacked

SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
RAW = crm_book()


def book(raw: bytes, known: BookFile | None = None) -> BookFile:
    return BookFile.open(raw, name="книга.xlsx", known=known)


def reread(before: bytes, after: bytes, sheet: str = CLIENTS) -> tuple[Lines, Lines]:
    """The tab before, and after as built on it; the latter proven equal to a fresh read."""
    old = book(before)
    known = read_lines(old, sheet)
    new = read_lines(book(after, old), sheet, (old, known))
    fresh = read_lines(book(after), sheet)
    assert new == fresh
    assert list(new.rows) == list(fresh.rows)
    assert [list(line.values()) for line in new.rows.values()] == [
        list(line.values()) for line in fresh.rows.values()
    ]
    return known, new


def reused(known: Lines, new: Lines) -> set[int]:
    """Numbers of the rows that were not read again."""
    return {n for n, line in new.rows.items() if known.rows.get(n) is line}


def done(edits: list[Edit], raw: bytes = RAW) -> Patched:
    return patch(book(raw), edits)


def changed(pattern: str, new: str, raw: bytes = RAW, part: str = SHEET) -> bytes:
    text, count = re.subn(pattern, new, parts(raw)[part].decode(), count=1, flags=re.DOTALL)
    assert count == 1
    return repacked(raw, {part: text.encode()})


def test_an_unchanged_tab_is_the_same_object():
    after = done([SetValue(SUMS, "A2", ANY, Decimal(5))]).raw
    known, new = reread(RAW, after)
    assert new is known
    known, new = reread(RAW, after, SUMS)
    assert new is not known


def test_one_changed_row_is_read_and_no_other():
    known, new = reread(RAW, done([SetValue(CLIENTS, "A7", ANY, "Ромашка")]).raw)
    assert set(new.rows) - reused(known, new) <= {6, 7, 8}
    assert new.rows[7][1].text == "Ромашка"


def test_scattered_changes_leave_the_rows_between_alone():
    edits: list[Edit] = [SetValue(CLIENTS, f"A{row}", ANY, "х") for row in (4, 8, LAST)]
    known, new = reread(RAW, done(edits).raw)
    assert reused(known, new) >= {5, 6, 7, 9, 10, 11} - {5}


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        ('<row r="7".*?</row>', ""),
        ("<row .*</row>", ""),
        ('(<row r="7".*?</row>)', r"\1<!-- примечание -->"),
        ('(<row r="7".*?</row>)', r"<?mark here?>\1"),
        ("</sheetData>", '<row r="40"><c r="A40"><v>1</v></c></row></sheetData>'),
        ("</sheetData>", '<row r="40"/></sheetData>'),
        ('<row r="3"', '<row r="2" hidden="1"><c r="A2"><v>7</v></c></row><row r="3"'),
        ('<row r="7"', "<row"),
        ('<c r="C7"', "<c"),
        ('(<row r="7".*?</row>)(<row r="8".*?</row>)', r"\2\1"),
        ("<sheetData>.*</sheetData>", "<sheetData/>"),
        (r'<row r="12"(.*?</row>)', r'<row r="99999999999999999999"\1'),
        (r"<mergeCells.*?</mergeCells>", ""),
    ],
)
def test_any_other_change_reads_as_if_for_the_first_time(pattern, new):
    after = changed(pattern, new)
    reread(RAW, after)
    reread(after, RAW)


def test_new_texts_at_the_end_keep_the_old_ones():
    tail = "<si><t>Совсем новый</t></si></sst>"
    after = changed("</sst>", tail, part=TEXTS)
    count = len(book(RAW).strings.whole())
    after = changed('(<c r="A7"[^>]*>)<v>[0-9]+</v>', rf"\1<v>{count}</v>", after)
    known, new = reread(RAW, after)
    assert new.rows[7][1].text == "Совсем новый"
    assert 5 in reused(known, new)


def test_texts_that_moved_are_looked_up_anew():
    after = changed("<si>", "<si><t>В начале</t></si><si>", part=TEXTS)
    known, new = reread(RAW, after)
    assert new.rows[7][1].text != known.rows[7][1].text
    assert not reused(known, new)


def test_a_text_that_changed_in_place_is_seen():
    after = changed("Клиент 7", "Клиент семь", part=TEXTS)
    _, new = reread(RAW, after)
    assert new.rows[7][1].text == "Клиент семь"
    _, back = reread(after, RAW)
    assert back.rows[7][1].text == "Клиент 7"


def test_a_shared_formula_that_moved_changes_the_cells_that_share_it():
    first = changed(r"<f>C4\*1.2</f>", '<f t="shared" ref="D4:D6" si="0">C4*1.2</f>')
    for row in (5, 6):
        first = changed(rf"<f>C{row}\*1.2</f>", '<f t="shared" si="0"/>', first)
    moved = changed(r"C4\*1.2", "C4*3", first)
    known, new = reread(first, moved)
    assert (known.rows[6][4].formula, new.rows[6][4].formula) == ("C6*1.2", "C6*3")
    edited = changed('(<c r="C6"[^>]*>)<v>[^<]*</v>', r"\1<v>1</v>", first)
    known, new = reread(first, edited)
    assert new.rows[6][4].formula == "C6*1.2"
    assert 4 in reused(known, new)


def test_formulas_of_one_column_share_their_text():
    """Those of the sample say `C4*1.2`, `C5*1.2`…; the fourth column of each row."""
    lines = read_lines(book(RAW), CLIENTS)
    written = [lines.rows[row][4].written for row in range(5, LAST)]
    assert all(isinstance(formula, RowFormula) for formula in written)
    assert len({id(f.template) for f in written if isinstance(f, RowFormula)}) == 1
    assert [lines.rows[row][4].formula for row in (4, 5, 9)] == ["C4*1.2", "C5*1.2", "C9*1.2"]
    assert written[0] == "C5*1.2" != written[1]
    assert len({*written, "C5*1.2"}) == len(written)


def test_a_formula_that_says_its_row_in_another_way_keeps_its_own_text():
    """The constant 15 of row 5 is no row; in row 15 it is read as one and comes out the same."""
    raw = RAW
    for row in (5, 15):
        raw = done([SetFormula(CLIENTS, f"D{row}", f'C{row}&" 15 & <{row}>"', None)], raw).raw
    lines = read_lines(book(raw), CLIENTS)
    assert lines.rows[5][4].formula == 'C5&" 15 & <5>"'
    assert lines.rows[15][4].formula == 'C15&" 15 & <15>"'


def test_a_row_between_two_others_that_became_one_is_read():
    """No row of before is taken for one that begins with its bytes."""
    reread(RAW, changed('(<row r="7".*?</row>)', r"\1 \n "))
    reread(RAW, changed("</row></sheetData>", "</row> </sheetData>"))


def test_a_tab_that_is_new_is_read():
    renamed = changed("Клиенты", "Заказчики", part="xl/workbook.xml")
    old = book(RAW)
    known = read_lines(old, CLIENTS)
    assert read_lines(book(renamed, old), "Заказчики", None) == known
    assert read_lines(old, HIDDEN).rows[1][1].text == "ключ"


def test_an_array_formula_typed_since_the_last_read_is_not_written_into():
    cell = r'<c r="D5" cm="1"><f t="array" ref="D5:D6">SORT(C4:C6)</f><v>1</v></c>'
    typed = changed(r'<c r="D5".*?</c>', cell)
    known, new = reread(RAW, typed)
    assert (known.locks, new.locks) == (False, True)
    old = book(RAW)
    after = book(typed, old)
    read_lines(after, CLIENTS, (old, read_lines(old, CLIENTS)))
    (fate,) = patch(after, [SetValue(CLIENTS, "D6", ANY, "x", over_formula=True)]).receipt.outcomes
    assert fate.reason.startswith("ячейка входит в формулу массива")


@pytest.mark.parametrize("seed", range(25))
def test_a_chain_of_random_writes_reads_as_afresh(seed):
    dice = random.Random(seed)
    raw, old = RAW, book(RAW)
    known = {name: read_lines(old, name) for name in (CLIENTS, SUMS)}
    last = LAST
    for _ in range(6):
        edits: list[Edit] = []
        for _ in range(dice.randint(1, 5)):
            row = dice.randint(4, last)
            match dice.randrange(4):
                case 0:
                    edits.append(SetValue(CLIENTS, f"A{row}", ANY, f"Имя {dice.random()}"))
                case 1:
                    edits.append(SetValue(CLIENTS, f"E{row + 3}", ANY, None))
                case 2:
                    edits.append(SetFormula(CLIENTS, f"D{row}", f"C{row}*{dice.random()}", None))
                case _:
                    edits.append(SetCache(SUMS, "A1", Decimal(dice.randint(0, 99))))
        block = AppendRows(CLIENTS, LAST, last + 9, ({1: "низ"}, {3: Decimal(1)}))
        raw = done([*edits, block], raw).raw
        last += 20
        new = book(raw, old)
        for name, lines in known.items():
            known[name] = read_lines(new, name, (old, lines))
            assert known[name] == read_lines(book(raw), name)
        old = new
