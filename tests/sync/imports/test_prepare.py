# ruff: noqa: E501 - the tables of cases read as tables
import csv
import io
from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ColumnsNotFound
from model.problems import Code
from model.values import Fault
from sync.imports import (
    ImportContext,
    ImportKind,
    Prepared,
    RawRow,
    RawTable,
    Refused,
    guess_columns,
    prepare,
    read_table,
    refused_csv,
    sure_kinds,
    table_of,
)
from sync.imports.days import Order, moment_in, order_of
from sync.world.real_disk import RealDisk


def load(kind: ImportKind, text: str, ctx: ImportContext | None = None) -> Prepared:
    return prepare(kind, table_of(text.encode(), name="файл.csv"), ctx or ImportContext())


def fields(kind: ImportKind, text: str) -> dict[str, str | None]:
    return {g.header: g.field for g in guess_columns(kind, table_of(text.encode(), name="ф.csv"))}


def test_headings_are_known_by_synonym_slip_and_content():
    text = "Организация;тел.;Емайл;ИНН клиента;Кол-во коробок;А;Б;В\n" + "".join(
        f"Ф{n};8916123456{n};;;12;770123456{n};8 903 765-43-2{n};box{n}@firma.ru\n"
        for n in range(4)
    )
    assert fields(ImportKind.CLIENTS, text) == {
        "Организация": "name",
        "тел.": "phone",
        "Емайл": None,
        "ИНН клиента": "inn",
        "Кол-во коробок": None,
        "А": None,
        "Б": None,
        "В": "email",
    }
    assert fields(ImportKind.CLIENTS, "Организацыя;Комментарии\nА;б\n") == {
        "Организацыя": "name",
        "Комментарии": "note",
    }


def test_content_names_a_column_whose_heading_says_nothing():
    inns = ("7701234560", "5018123450", "7701234560")
    text = "Клиент;Поле 7;Поле 8\n" + "".join(
        f"Ф{n};{inn};8 903 765-43-2{n}\n" for n, inn in enumerate(inns)
    )
    assert fields(ImportKind.CLIENTS, text) == {
        "Клиент": "name",
        "Поле 7": "inn",
        "Поле 8": "phone",
    }


def test_the_plainest_filled_column_is_the_field():
    text = "Компания контакта;Компания;Сумма\n;ООО Ромашка;5\n"
    (row,) = load(ImportKind.DEALS, text).rows
    assert row.values["client_id"] == "ООО Ромашка"


def test_a_guess_shows_a_sample_and_how_full_the_column_is():
    table = RawTable("ф", ("ИНН", "Пусто"), (RawRow(2, (Decimal("7701234560"), None)),))
    inn, blank = guess_columns(ImportKind.CLIENTS, table)
    assert (inn.sample, inn.filled_share, inn.column) == ("7701234560", 1.0, 0)
    assert (blank.sample, blank.filled_share) == ("", 0.0)
    assert guess_columns(ImportKind.CLIENTS, RawTable("ф", ("ИНН",), ()))[0].filled_share == 0.0


def test_a_person_may_name_a_column():
    ctx = ImportContext(columns={"Кто": "name", "Телефон": None})
    (row,) = load(ImportKind.CLIENTS, "Кто;Телефон\nВектор;89161234567\n", ctx).rows
    assert row.values == {"name": "Вектор"}
    assert row.extra == {"Телефон": "89161234567"}


def test_a_file_of_another_kind_is_refused_with_what_is_missing():
    with pytest.raises(ColumnsNotFound) as refused:
        load(ImportKind.PAYMENTS, "Клиент;Дата\nА;01.02.2026\n")
    assert refused.value.facts["wanted"] == "«Сумма»"
    assert refused.value.facts["kind"] == "Оплаты"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Сделка;Клиент;Этап;Сумма", ImportKind.DEALS),
        ("Дата;Кампания;Клики;Расход", ImportKind.COSTS),
        ("id;name", None),
        ("Плательщик;ИНН;Дата платежа;Сумма;Назначение платежа", ImportKind.PAYMENTS),
        ("Дата звонка;Номер;Длительность;Результат", ImportKind.CALLS),
        ("ФИО;Отдел;Руководитель;Роль", ImportKind.STAFF),
        ("Имя;Телефон;Сообщение;utm_source;formid", ImportKind.LEADS),
        ("Организация;ИНН;КПП;Телефон;Город", ImportKind.CLIENTS),
        ("раз;два;три", None),
    ],
)
def test_the_kind_of_a_file_is_seen_by_its_columns(head, kind):
    kinds = sure_kinds(table_of(f"{head}\n".encode(), name="ф.csv"))
    assert kinds == (() if kind is None else (kind,))


def test_identity_never_becomes_a_number():
    text = "Клиент;ИНН;Телефон;КПП\nА;0276001234;+7;001\nNA;None;null;\n"
    first, second = load(ImportKind.CLIENTS, text).rows
    assert first.values == {"name": "А", "inn": "0276001234", "phone": "+7", "kpp": "001"}
    assert second.values == {"name": "NA", "inn": "None", "phone": "null"}


def test_number_cells_of_a_workbook_become_text_unless_a_zero_was_lost():
    cells = ("А", Decimal(7701234560), Decimal(276001234), Decimal(79161234567), Decimal(5))
    heads = ("Клиент", "КПП", "ИНН", "Телефон", "Адрес")
    (row,) = prepare(
        ImportKind.CLIENTS, RawTable("ф", heads, (RawRow(2, cells),)), ImportContext()
    ).rows
    assert row.values["inn"] == Decimal(276001234)
    assert row.values["phone"] == "79161234567"
    assert row.values["kpp"] == "7701234560"
    assert row.values["address"] == "5"


def test_several_phones_of_one_row_are_one_cell_and_marks_of_an_export_go():
    text = "Клиент;Рабочий телефон;Мобильный телефон;Факс\nА;'+74951234567;'+79161234567;1\n"
    (row,) = load(ImportKind.CLIENTS, text).rows
    assert row.values["phone"] == "+74951234567, +79161234567"
    assert row.extra == {"Факс": "1"}


def test_the_last_filled_utm_is_the_true_one():
    text = "Телефон;utm_source;utm_source\n89161234567;vk;yandex\n89161234568;vk;\n"
    first, second = load(ImportKind.LEADS, text).rows
    assert first.values["utm_source"] == "yandex"
    assert second.values["utm_source"] == "vk"


def test_the_legal_form_joins_the_name():
    text = "ОПФ;Наименование\nООО;Ромашка\nООО;ООО Лютик\n;Щит\n"
    assert [r.values["name"] for r in load(ImportKind.CLIENTS, text).rows] == [
        "ООО Ромашка",
        "ООО Лютик",
        "Щит",
    ]


def test_stages_of_other_programs_are_put_in_our_words_but_not_our_own():
    text = "Сделка;Этап\nА;Won\nБ;Prospecting\nВ;Принимают решение\nГ;Тендер\nД;won\n"
    stages = [r.values["stage"] for r in load(ImportKind.DEALS, text).rows]
    assert stages == ["Успешно", "Новая", "Переговоры", "Тендер", "Успешно"]
    own = load(ImportKind.DEALS, text, ImportContext(stages=("Won",))).rows
    assert own[0].values["stage"] == "Won"


def test_a_deal_keeps_what_cannot_be_read_and_needs_no_client():
    text = "Сделка;Клиент;Сумма;Дата закрытия;Дата создания\nА;;300т;не закрыта;когда-то\n"
    (row,) = load(ImportKind.DEALS, text).rows
    assert row.values == {"title": "А", "amount": "300т", "created_at": "когда-то"}


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (ImportKind.CLIENTS, "Клиент;ИНН\n;7701234560\n", "нет названия клиента"),
        (ImportKind.CLIENTS, "Клиент;ИНН\nИтого:;2\n", "это строка итогов"),
        (ImportKind.DEALS, "Клиент;Сумма;Комментарий\n;;да\n", "нет ни клиента, ни суммы, ни этапа"),
        (ImportKind.LEADS, "Имя;Телефон\nИван;\n", "нет ни телефона, ни почты"),
        (ImportKind.CALLS, "Дата;Номер\nвчера;89161234567\n", "не разобрал дату звонка"),
        (ImportKind.CALLS, "Дата;Номер\n;89161234567\n", "нет даты звонка"),
        (ImportKind.CALLS, "Дата;Номер\n01.02.2026 10:00;\n", "нет номера"),
        (ImportKind.STAFF, "ФИО;Отдел\n;Опт\n", "нет имени сотрудника"),
        (ImportKind.PAYMENTS, "Дата;Сумма\n31.02.2026;5\n", "не разобрал дату «31.02.2026»"),
        (ImportKind.PAYMENTS, "Дата;Сумма\n01.02.2026;много\n", "не разобрал сумму «много»"),
        (ImportKind.PAYMENTS, "Дата;Сумма\n;5\n", "нет даты"),
        (ImportKind.PAYMENTS, "Дата;Сумма\n01.02.2026;\n", "нет суммы"),
        (ImportKind.CLIENTS, f"Клиент;Комментарий\nА;{'я' * 32768}\n", "в ячейке больше 32767 знаков"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_one_is_refused_in_words(kind, text, reason):
    done = load(kind, text)
    assert [(r.source_row, r.reason) for r in done.refused] == [(2, reason)]
    assert done.rows == ()


def test_a_failed_formula_is_refused():
    table = RawTable("ф", ("Клиент", "ИНН"), (RawRow(5, ("А", Fault("#N/A"))),))
    (refused,) = prepare(ImportKind.CLIENTS, table, ImportContext()).refused
    assert refused.reason == "в ячейке не значение, а сбой формулы"


def test_a_payment_is_read_with_russian_numbers_and_days():
    text = "Дата;Сумма;Плательщик;ИНН\n05.02.2026;1 234,50;Вектор;7701234560\n"
    (row,) = load(ImportKind.PAYMENTS, text).rows
    assert row.values["date"] == date(2026, 2, 5)
    assert row.values["amount"] == Decimal("1234.50")


def test_a_call_keeps_its_moment():
    text = "Дата;Номер;Длительность\n05.02.2026 10:15:30;89161234567;62\n"
    (row,) = load(ImportKind.CALLS, text).rows
    assert row.values["at"] == datetime.fromisoformat("2026-02-05T10:15:30")


@pytest.mark.parametrize(
    ("columns", "order"),
    [
        ([["10/20/2016", "3/1/2017"]], Order.MONTH_FIRST),
        ([["20/10/2016", "3/1/2017"]], Order.DAY_FIRST),
        ([["1/2/2016"], ["10/20/2016"]], Order.MONTH_FIRST),
        ([["20.10.2016"], ["10/20/2016"]], Order.DAY_FIRST),
        ([["20.10.2016", "10/20/2016"]], Order.DAY_FIRST),
        ([["1/2/2016", None, date(2026, 1, 1)]], Order.DAY_FIRST),
    ],
)
def test_the_order_of_day_and_month_is_proved(columns, order):
    assert order_of(columns) is order


@pytest.mark.parametrize(
    ("cell", "order", "moment"),
    [
        ("3/1/2017", Order.MONTH_FIRST, "2017-03-01"),
        ("3/1/17 1:05 PM", Order.MONTH_FIRST, "2017-03-01T13:05"),
        ("12:30", Order.DAY_FIRST, None),
        ("01.09.2026 10:12:33", Order.DAY_FIRST, "2026-09-01T10:12:33"),
        ("2020-01-01T15:00:00Z", Order.DAY_FIRST, "2020-01-01T15:00"),
        ("2020-01-01 15:00 когда-то", Order.DAY_FIRST, None),
        (date(2026, 1, 2), Order.DAY_FIRST, "2026-01-02"),
        (datetime.combine(date(2026, 1, 2), time(3)), Order.DAY_FIRST, "2026-01-02T03:00"),
        (Decimal(5), Order.DAY_FIRST, None),
    ],
)
def test_a_day_of_a_foreign_file(cell, order, moment):
    assert moment_in(cell, order) == (datetime.fromisoformat(moment) if moment else None)


def test_the_same_file_gives_the_same_keys_and_equal_rows_are_counted():
    text = "Дата;Сумма;Плательщик\n01.02.2026;5;А\n01.02.2026;5;А\n01.02.2026;5,00;А\n"
    first, again = (load(ImportKind.PAYMENTS, text) for _ in range(2))
    assert [r.key for r in first.rows] == [r.key for r in again.rows]
    assert [r.key.rpartition(":")[2] for r in first.rows] == ["1", "2", "3"]
    longer = load(
        ImportKind.PAYMENTS, "Дата;Сумма;Плательщик\n02.02.2026;7;Б\n" + text.partition("\n")[2]
    )
    assert {r.key for r in first.rows} < {r.key for r in longer.rows}


def test_another_encoding_and_order_of_columns_gives_the_same_keys():
    one = table_of("Клиент;ИНН;Цвет\nА;7701234560;красный\n".encode(), name="1")
    two = table_of("ИНН,Цвет,Клиент\n7701234560,красный,А\n".encode("cp1251"), name="2")
    keys = [
        [r.key for r in prepare(ImportKind.CLIENTS, t, ImportContext()).rows] for t in (one, two)
    ]
    assert keys[0] == keys[1]


def test_the_sources_number_is_the_key_only_when_every_row_has_its_own():
    assert [r.key for r in load(ImportKind.CLIENTS, "ID;Клиент\n7;А\n8;Б\n").rows] == [
        "id:7",
        "id:8",
    ]
    for text in ("ID;Клиент\n7;А\n7;Б\n", "ID;Клиент\n7;А\n;Б\n"):
        assert all(r.key.startswith("row:") for r in load(ImportKind.CLIENTS, text).rows)


def test_characters_that_kill_a_workbook_are_taken_out_and_told():
    done = load(ImportKind.CLIENTS, "Клиент;Комментарий\nА\ufffe;б\x0b\x07\n")
    assert done.rows[0].values == {"name": "А", "note": "б"}
    (problem,) = done.problems
    assert (problem.code, problem.where.row, problem.values) == (Code.BAD_CHARACTERS, 2, ("3",))


def test_refused_rows_go_back_as_they_stood_and_come_in_when_mended(tmp_path):
    text = "Дата;Сумма;Плательщик;Счёт\n01.02.2026;много;=1+1;-\n02.02.2026;6;+7 916 123-45-67;\n"
    done = load(ImportKind.PAYMENTS, text)
    path = tmp_path / "отказ.csv"
    path.write_bytes(refused_csv(done.headers, done.refused))
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Дата", "Сумма", "Плательщик", "Счёт", "Причина"],
        ["01.02.2026", "много", "'=1+1", "-", "не разобрал сумму «много»"],
    ]
    mended = prepare(
        ImportKind.PAYMENTS,
        table_of(raw.replace("много".encode(), b"5"), name="ф"),
        ImportContext(),
    )
    (row,) = mended.rows
    assert row.values == {"date": date(2026, 2, 1), "amount": Decimal(5), "payer": "=1+1"}
    assert row.extra == {"Счёт": "-"}
    assert refused_csv(mended.headers, ()).decode("utf-8-sig").count("Причина") == 1


def test_typed_cells_go_back_readable():
    moment = datetime.fromisoformat("2026-02-01T10:00")
    row = Refused(3, (moment, date(2026, 2, 1), Decimal("5.50"), None, Fault("#N/A")), "нет")
    text = refused_csv(("А", "Б", "В", "Г", "Д"), (row,)).decode("utf-8-sig")
    assert text.splitlines()[1] == '"2026-02-01 10:00:00";"2026-02-01";"5.5";"";"#N/A";"нет"'


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_what_is_refused_comes_back_cell_by_cell(rows):
    refused = [Refused(n, cells, "нет") for n, cells in enumerate(rows)]
    read = table_of(refused_csv(("Клиент", "ИНН"), refused), name="ф.csv")
    back = [tuple(str(c or "").removeprefix("'") for c in row.cells[:2]) for row in read.rows]
    assert back == [tuple(c.removeprefix("'") for c in cells) for cells in rows]


def test_the_deals_of_a_public_data_set(inputs):
    table = read_table(RealDisk(), inputs / "crm" / "maven_sales_pipeline.csv")
    done = prepare(ImportKind.DEALS, table, ImportContext())
    assert (len(done.rows), done.refused, done.order) == (8800, (), Order.MONTH_FIRST)
    assert Counter(r.values["stage"] for r in done.rows) == {
        "Успешно": 4238,
        "Отказ": 2473,
        "Переговоры": 1589,
        "Новая": 500,
    }
    assert sum("client_id" not in r.values for r in done.rows) == 1425
    assert sum(isinstance(r.values.get("closed_on"), date) for r in done.rows) == 6711
    assert len({r.key for r in done.rows}) == 8800


def test_the_clients_and_the_staff_of_a_public_data_set(inputs):
    table = read_table(RealDisk(), inputs / "crm" / "maven_accounts.csv")
    clients = prepare(ImportKind.CLIENTS, table, ImportContext())
    assert len(clients.rows) == 85
    assert clients.rows[0].extra["revenue"] == "1100.04"
    staff = prepare(
        ImportKind.STAFF,
        read_table(RealDisk(), inputs / "crm" / "maven_sales_teams.csv"),
        ImportContext(),
    )
    assert staff.rows[0].values == {
        "fio": "Anna Snelling",
        "head": "Dustin Brinkmann",
        "department": "Central",
    }


def test_a_russian_list_in_an_old_encoding(inputs):
    table = read_table(RealDisk(), inputs / "crm" / "ru_building_suppliers_cp1251.csv")
    done = prepare(ImportKind.CLIENTS, table, ImportContext())
    assert (table.encoding, table.delimiter) == ("cp1251", ";")
    assert (len(done.rows), done.refused) == (541, ())
    assert done.rows[0].values["name"] == "ООО 13 Трендов"


def test_an_amocrm_export(inputs):
    table = read_table(RealDisk(), inputs / "composed" / "amocrm_deals.csv")
    (row,) = prepare(ImportKind.DEALS, table, ImportContext()).rows
    assert row.key == "id:15001"
    assert row.values["client_id"] == "ООО Ромашка"
    assert row.values["phone"] == "+74951234567, +79161234567"
    assert "closed_on" not in row.values
    assert row.extra["Воронка"] == "Продажи"
