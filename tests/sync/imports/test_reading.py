import io
import json
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from model.errors import CrmError, UnreadableInput
from sync.imports import (
    ImportContext,
    ImportKind,
    csv_file,
    files,
    prepare,
    read_table,
    sure_kinds,
    table_of,
    xlsx_file,
)
from sync.imports.raw import RawTable
from sync.world.real_disk import RealDisk

LIST = 'Организация;ИНН;Телефон\nООО "Ромашка";0276001234;8 (916) 123-45-67\nЩит;;нет\n'


def table(text: str | bytes, encoding: str = "utf-8") -> RawTable:
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    return table_of(raw, name="список.csv")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8-r", "cp866"]
)
def test_a_russian_list_reads_the_same_in_any_encoding(encoding):
    read = table(LIST, encoding)
    assert read.headers == ("Организация", "ИНН", "Телефон")
    assert [r.cells for r in read.rows] == [
        ('ООО "Ромашка"', "0276001234", "8 (916) 123-45-67"),
        ("Щит", "", "нет"),
    ]
    assert read.rows[1].number == 3
    assert read.delimiter == ";"


def test_western_letters_are_not_taken_for_russian():
    read = table("Name;City\nCafé;Orléans\nÉlan;Nîmes\n", "cp1252")
    assert read.rows[0].cells == ("Café", "Orléans")


def test_a_damaged_letter_leaves_the_file_in_its_encoding():
    raw = (LIST * 5).encode() + "Хвост;".encode()[:-2]
    assert table(raw).encoding == "utf-8"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_columns(delimiter):
    text = delimiter.join(("Название", "Сумма", "Дата")) + "\n"
    text += delimiter.join(('"Иванов, ИП"', '"1,5"', "01.02.2026")) + "\n"
    read = table(text)
    assert (read.delimiter, read.rows[0].cells) == (delimiter, ("Иванов, ИП", "1,5", "01.02.2026"))


def test_excels_own_word_about_the_delimiter_is_heard():
    assert table("sep=|\nИмя|ИНН\nА;Б|7701234560\n").rows[0].cells == ("А;Б", "7701234560")


def test_one_column_is_a_table_too():
    assert table("Название\nРомашка\nЛютик\n").headers == ("Название",)


def test_titles_above_the_headings_and_blank_rows_are_passed_over():
    read = table("Отчёт за март;;\n;;\nКлиент;ИНН;Телефон\n;;\nВектор;7701234560;\n")
    assert read.headers == ("Клиент", "ИНН", "Телефон")
    assert [(r.number, r.cells) for r in read.rows] == [(5, ("Вектор", "7701234560", ""))]


def test_a_title_above_unknown_headings_is_passed_over():
    read = table("Выгрузка\nraz;dva\nа;б\nв;г\n")
    assert (read.headers, len(read.rows)) == (("raz", "dva"), 2)
    deep = table("Строка\n" * 25 + "а;б\n" * 30)
    assert (deep.headers, len(deep.rows)) == (("Строка", "Столбец 2"), 54)


def test_ragged_rows_survive_and_doubled_headings_are_told_apart():
    read = table("Клиент,Тег,Тег\nА,1\nБ,1,2,3\n")
    assert read.headers == ("Клиент", "Тег", "Тег (2)", "Столбец 4")
    assert [r.cells for r in read.rows] == [("А", "1", None, None), ("Б", "1", "2", "3")]


def test_rows_without_headings_get_numbers_for_names():
    assert table("1,english\n2,german\n").headers == ("Столбец 1", "Столбец 2")
    assert table("Zeit;Wert;\nabc;def;\n").headers == ("Zeit", "Wert")


def test_a_quote_that_nobody_closed_does_not_swallow_the_rest():
    rows = "".join(f"Клиент {n};{n}\n" for n in range(80))
    read = table('Название;Код\n"ООО Ромашка;1\n' + rows)
    assert len(read.rows) == 81


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "файл пустой"),
        (b"  \r\n", "файл пустой"),
        (b";;;\n;;;\n", "в файле нет ни одной заполненной строки"),
        (b"<html><table>", "это не таблица, а страница или документ"),
        (b'{"result": []}', "это не таблица, а страница или документ"),
        (b"a;b\n" + b"x" * 140_000 + b";1\n", "строка 2 не делится на столбцы"),
    ],
)
def test_what_is_no_table_is_refused_in_words(raw, reason):
    with pytest.raises(UnreadableInput) as refused:
        table(raw)
    assert refused.value.facts["reason"] == reason


def test_the_limits_hold(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a;b\n1;2\n")
    assert read_table(RealDisk(), path).headers == ("a", "b")
    monkeypatch.setattr(files, "MAX_BYTES", 4)
    with pytest.raises(UnreadableInput, match="reason=файл больше"):
        read_table(RealDisk(), path)
    monkeypatch.setattr(csv_file, "MAX_CELLS", 3)
    with pytest.raises(UnreadableInput, match="reason=больше 3 ячеек"):
        table("a;b\n1;2\n")


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(raw):
    try:
        read = table(raw)
    except CrmError:
        return
    assert all(len(row.cells) == len(read.headers) for row in read.rows)


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text):
    try:
        table(text.encode("utf-8", "replace"))
    except CrmError:
        return


def book(*rows: Any, title: str = "Лист1", **more: Any) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, content in more.items():
        other = made.create_sheet(name)
        for row in content:
            other.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_keeps_the_type_of_every_cell():
    read = table(
        book(
            ("Клиент", "ИНН", "Телефон", "Дата", "Время", "Когда"),
            (
                "А",
                "0276001234",
                79161234567,
                datetime.combine(date(2026, 3, 1), time()),
                time(10, 30),
                datetime.combine(date(2026, 3, 1), time(9)),
            ),
            (None, None, "+7", None, None, None),
        )
    )
    assert read.rows[0].cells == (
        "А",
        "0276001234",
        Decimal(79161234567),
        date(2026, 3, 1),
        time(10, 30),
        datetime.fromisoformat("2026-03-01T09:00"),
    )
    assert read.rows[1].cells[2] == "+7"


def test_a_number_that_no_calendar_holds_stays_a_number():
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(("Клиент", "Дата"))
    sheet.append(("А", 99_999_999))
    sheet["B2"].number_format = "dd.mm.yyyy"
    out = io.BytesIO()
    made.save(out)
    assert table(out.getvalue()).rows[0].cells == ("А", Decimal(99_999_999))


def test_a_hidden_sheet_is_not_the_table():
    made = openpyxl.load_workbook(io.BytesIO(book(("Клиент",), ("А",), Много=[("Я", 1, 2)] * 9)))
    made["Много"].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    assert table(out.getvalue()).sheet == "Лист1"


def test_the_sheet_with_most_cells_is_the_table():
    raw = book(("Пусто",), Клиенты=[("Клиент", "ИНН"), ("А", "7701234560")])
    assert table(raw).sheet == "Клиенты"


def test_a_workbook_without_a_table_or_past_the_limits_is_refused(monkeypatch):
    with pytest.raises(UnreadableInput, match="нет листа с таблицей"):
        table(book())
    monkeypatch.setattr(xlsx_file, "_LONGEST", 5)
    with pytest.raises(UnreadableInput, match="строка 2: в ячейке больше 5 знаков"):
        table(book(("А",), ("Длинный",)))
    monkeypatch.setattr(xlsx_file, "MAX_CELLS", 1)
    with pytest.raises(UnreadableInput, match="ячеек"):
        table(book(("Клиент", "ИНН")))


def test_a_cell_in_the_last_corner_is_named(inputs):
    with pytest.raises(UnreadableInput, match="XFD1048576"):
        read_table(RealDisk(), inputs / "hostile_files" / "sparse_far_cell.xlsx")


def test_hostile_files_are_refused(inputs):
    for path in sorted((inputs / "hostile_files").iterdir()):
        with pytest.raises(CrmError):
            read_table(RealDisk(), path)


def test_awkward_files_never_crash(inputs):
    paths = sorted((inputs / "csv_awkward").iterdir())
    for path in paths:
        read = read_table(RealDisk(), path)
        kind = next(iter(sure_kinds(read)), ImportKind.CLIENTS)
        try:
            done = prepare(kind, read, ImportContext())
        except CrmError:
            continue
        assert len(done.rows) + len(done.refused) == len(read.rows)
    assert len(paths) > 40


def test_hostile_cells_arrive_as_text_without_what_no_workbook_can_hold(inputs):
    rows = read_table(RealDisk(), inputs / "hostile_cells.csv").rows
    texts = [json.loads(str(row.cells[2])) * int(str(row.cells[3])) for row in rows]
    for text in texts:
        if not isinstance(text, str) or len(text) > 100_000:
            continue
        quoted = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        line = '"А","' + quoted.replace('"', '""') + '"\n'
        (row,) = table(f"Клиент,Комментарий\n{line}").rows
        cell = row.cells[1]
        assert cell is None or isinstance(cell, str)
        assert not any(c in "\x00\x0b\ufffe\uffff" for c in cell or "")
