"""What stands in a fresh book: keys, hidden parts, lists, locks, the stamp, headings that fit."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import (
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    SPARE_ROWS,
    Column,
    Identity,
    Owner,
    Role,
    Table,
)
from templates.blueprint import load
from templates.build import build_book
from templates.locks import SPIN_COUNT, locked_hash
from templates.looks import LOOKS, look_of
from templates.screens import faces
from templates.table_sheet import DAEMON, GREY_FILL, GREY_INK, LAST_RULED_ROW
from tests.templates.books import STAMP, built, keys, sheet_with

BLUEPRINT = load()
BOOKS = {role: built(role, owner="Орлов") for role in Role}
TABLES = [(role, key) for role in Role for key in BLUEPRINT.tables_of(role)]
BIG = [(role, key) for role, key in TABLES if len(BLUEPRINT.sheet_of(key).tables) == 1]
PIXELS_A_LETTER, BUTTON_PIXELS, INDENT_PIXELS = 7.6, 18, 9
"""Bold Calibri 11 at 96 dpi, Excel's filter button, one step of indent: measured on pictures."""


def rules_of(sheet: Worksheet, letter: str) -> list[tuple[str, str, str, bool]]:
    """(type, formula, style, shown) of the validations over a column."""
    wanted = f"{letter}{FIRST_ROW}:{letter}{LAST_RULED_ROW}"
    return [
        (rule.type, rule.formula1, rule.errorStyle or "stop", bool(rule.showErrorMessage))
        for rule in sheet.data_validations.dataValidation
        if wanted in str(rule.sqref).split()
    ]


@pytest.mark.parametrize("role", list(Role))
def test_the_tabs_stand_in_the_order_of_the_role(role: Role) -> None:
    titles = [BLUEPRINT.sheets[key].title.ru for key in BLUEPRINT.books[role].sheets]
    assert BOOKS[role].sheetnames[: len(titles)] == titles


def test_the_basic_tabs_of_a_manager_and_an_owner() -> None:
    shown = {
        role: [s.title for s in book.worksheets if s.sheet_state == "visible"]
        for role, book in BOOKS.items()
    }
    assert shown[Role.MANAGER] == [
        "Мой прогноз", "Сделки", "Клиенты", "Заявки", "Вопросы", "Помощь",
    ]  # fmt: skip
    assert shown[Role.OWNER] == [
        "Сводка", "План-факт", "Вопросы", "Сделки", "Клиенты", "Заявки", "Оплаты", "Планы",
        "Зарплата", "Настройки", "Помощь",
    ]  # fmt: skip


def test_pay_of_others_stands_in_no_managers_book() -> None:
    tables = {key.partition(".")[0] for s in BOOKS[Role.MANAGER].worksheets for key in keys(s)}
    assert tables.isdisjoint({"pay_rules", "payroll", "staff", "payments", "plans", "general"})


@pytest.mark.parametrize(("role", "key"), TABLES)
def test_every_column_has_its_key_and_no_key_stands_twice(role: Role, key: str) -> None:
    sheet = sheet_with(BOOKS[role], key)
    found = [str(c.value) for c in sheet[KEY_ROW] if c.value]
    mine = [text for text in found if text.startswith(f"{key}.")]
    assert mine == [f"{key}.{c.key}" for c in BLUEPRINT.columns_of(role, key)]
    assert len(found) == len(set(found))
    assert sheet.row_dimensions[KEY_ROW].hidden


@pytest.mark.parametrize(("role", "key"), TABLES)
def test_columns_hidden_until_wanted_are_hidden(role: Role, key: str) -> None:
    sheet, places = sheet_with(BOOKS[role], key), keys(sheet_with(BOOKS[role], key))
    for column in BLUEPRINT.columns_of(role, key):
        letter = get_column_letter(places[f"{key}.{column.key}"])
        assert sheet.column_dimensions[letter].hidden == column.hidden, column.key


@pytest.mark.parametrize(("role", "key"), TABLES)
def test_live_columns_answer_in_the_prepared_rows(role: Role, key: str) -> None:
    sheet = sheet_with(BOOKS[role], key)
    places = keys(sheet)
    for column in BLUEPRINT.columns_of(role, key):
        value = sheet.cell(FIRST_ROW + 1, places[f"{key}.{column.key}"]).value
        if column.live is None:
            assert value is None, column.key
        else:
            assert isinstance(value, str), column.key
            assert value.startswith("="), column.key


@pytest.mark.parametrize(("role", "key"), TABLES)
def test_lists_refuse_or_ask_and_grey_columns_refuse_typing(role: Role, key: str) -> None:
    sheet = sheet_with(BOOKS[role], key)
    places = keys(sheet)
    for column in BLUEPRINT.columns_of(role, key):
        found = rules_of(sheet, get_column_letter(places[f"{key}.{column.key}"]))
        if column.owner in DAEMON:
            assert found == ([] if column.hidden else [("custom", "FALSE", "stop", True)])
        elif column.choices and f"list_{column.choices}" in BOOKS[role].defined_names:
            style = "stop" if column.closed else "warning"
            assert found == [("list", f"list_{column.choices}", style, True)]
        else:
            assert found == []


def test_the_popup_says_who_adds_a_variant() -> None:
    rules = sheet_with(BOOKS[Role.OWNER], "deals").data_validations.dataValidation
    said = next(rule.error for rule in rules if rule.formula1 == "list_stages")
    assert said == "Выберите из списка. Новый вариант добавляет Орлов: «Настройки», «Этапы»."


@pytest.mark.parametrize("role", list(Role))
def test_popups_fit_into_excel(role: Role) -> None:
    for sheet in BOOKS[role].worksheets:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.error or "") <= 225
            assert len(rule.errorTitle or "") <= 32


def test_clients_are_never_picked_from_a_list() -> None:
    assert BLUEPRINT.tables["deals"].column("client_id").choices is None


@pytest.mark.parametrize(("role", "key"), BIG)
def test_the_native_table_covers_headings_and_the_first_row(role: Role, key: str) -> None:
    sheet = sheet_with(BOOKS[role], key)
    native = sheet.tables[f"tbl_{key}"]
    right = get_column_letter(len(BLUEPRINT.columns_of(role, key)))
    assert native.ref == native.autoFilter.ref == f"A{HEADER_ROW}:{right}{FIRST_ROW}"
    titles = [sheet.cell(HEADER_ROW, n).value for n in range(1, len(native.tableColumns) + 1)]
    assert [c.name for c in native.tableColumns] == titles
    assert len({str(t).casefold() for t in titles}) == len(titles)


@pytest.mark.parametrize(("role", "key"), BIG)
def test_headings_and_the_first_columns_stay_in_sight(role: Role, key: str) -> None:
    sheet = sheet_with(BOOKS[role], key)
    look = look_of(key, BLUEPRINT.columns_of(role, key))
    column = keys(sheet)[f"{key}.{look.frozen}"] + 1
    assert sheet.freeze_panes == f"{get_column_letter(column)}{FIRST_ROW}"


@pytest.mark.parametrize("key", [key for key in BLUEPRINT.tables if key in LOOKS])
def test_the_look_of_a_table_speaks_of_its_own_fields(key: str) -> None:
    look, table = LOOKS[key], BLUEPRINT.tables[key]
    texts = [look.over, look.strong, *(condition for _, condition in look.due)]
    fields = {f for text in texts for f in re.findall(r"\{(\w+)\}", text)}
    fields |= {
        look.frozen,
        look.stamp_at,
        *(f for f, _ in look.due),
        *filter(None, [look.coloured]),
    }
    assert [f for f in fields if not table.has(f)] == []


def test_a_table_without_a_look_of_its_own_gets_the_usual_one() -> None:
    columns = BLUEPRINT.tables["staff"].columns
    look = look_of("staff", columns)
    assert (look.frozen, look.stamp_at, look.strip) == ("fio", "login", "")


@pytest.mark.parametrize(("role", "key"), TABLES)
def test_no_heading_is_cut(role: Role, key: str) -> None:
    filtered = (role, key) in BIG
    for column in BLUEPRINT.columns_of(role, key):
        if not column.hidden:
            need = len(column.title.ru) * PIXELS_A_LETTER + INDENT_PIXELS
            need += BUTTON_PIXELS if filtered else 0
            assert need <= column.width * 7 + 5, column.key


@pytest.mark.parametrize(("role", "key"), TABLES)
def test_headings_say_who_writes(role: Role, key: str) -> None:
    sheet = sheet_with(BOOKS[role], key)
    places = keys(sheet)
    for column in BLUEPRINT.columns_of(role, key):
        cell = sheet.cell(HEADER_ROW, places[f"{key}.{column.key}"])
        person = column.owner in {Owner.PERSON, Owner.IMPORT}
        fill = faces.PERSON_FILL if person else faces.HEAD_FILL
        assert cell.fill.start_color.rgb == f"00{fill}"


@pytest.mark.parametrize(
    ("ink", "fill"),
    [
        (faces.PERSON_INK, faces.PERSON_FILL), (faces.HEAD_INK, faces.HEAD_FILL),
        (GREY_INK, GREY_FILL), (faces.INK, faces.YOURS_FILL), (faces.RED_INK, faces.RED_FILL),
        (faces.YELLOW_INK, faces.YELLOW_FILL), (faces.BLUE_INK, faces.BLUE_FILL),
        (faces.GREEN_INK, faces.GREEN_FILL), (faces.OFF_INK, faces.OFF_FILL),
        (faces.GREY, "FFFFFF"),
    ],
)  # fmt: skip
def test_every_text_can_be_read_on_its_ground(ink: str, fill: str) -> None:
    light, dark = sorted((luminance(ink), luminance(fill)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 5


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_long_numbers_are_texts_and_typed_sums_stay_visible() -> None:
    sheet = sheet_with(BOOKS[Role.MANAGER], "clients")
    places = keys(sheet)
    for field in ("id", "inn", "kpp", "phone"):
        assert sheet.cell(FIRST_ROW, places[f"clients.{field}"]).number_format == "@"
    deals = sheet_with(BOOKS[Role.MANAGER], "deals")
    amount = deals.cell(FIRST_ROW, keys(deals)["deals.amount"])
    assert amount.number_format.endswith(";@")


@pytest.mark.parametrize("role", list(Role))
def test_names_leave_room_below_the_prepared_rows(role: Role) -> None:
    first = BLUEPRINT.tables_of(role)[0]
    key = next(c.key for c in BLUEPRINT.columns_of(role, first) if not c.hidden)
    for name in (f"{first}_{key}", "stages_name"):
        bottom = str(BOOKS[role].defined_names[name].attr_text).rpartition("$")[2]
        assert int(bottom) >= FIRST_ROW + SPARE_ROWS + 500


@pytest.mark.parametrize("role", list(Role))
def test_the_stamp_stands_twice(role: Role) -> None:
    book = BOOKS[role]
    assert book.custom_doc_props["sheetcrm"].value == STAMP  # type: ignore[attr-defined]
    name = book.defined_names["sheetcrm_stamp"]
    assert (name.attr_text, name.hidden) == (f'"{STAMP}"', True)


def test_whole_sheets_are_locked_and_cells_to_fill_are_open() -> None:
    locked = [s.title for s in BOOKS[Role.OWNER].worksheets if s.protection.sheet]
    assert locked == [
        *("Сводка", "План-факт", "Планы", "Зарплата", "Настройки"),
        *("Карточка", "Рейтинг", "Нормативы", "Календарь", "Ставки"),
        *("Правила распределения", "Полнота карточек", "Доступ"),
    ]
    plans = sheet_with(BOOKS[Role.OWNER], "plans")
    places = keys(plans)
    assert not plans.cell(FIRST_ROW, places["plans.m03"]).protection.locked
    assert plans.cell(FIRST_ROW, places["plans.year"]).protection.locked
    assert not sheet_with(BOOKS[Role.OWNER], "deals").protection.sheet


def test_the_password_of_a_lock_is_hashed_as_the_format_says() -> None:
    salt = hashlib.sha256(b"salt").digest()[:16]
    value = hashlib.sha512(salt + "пароль".encode("utf-16-le")).digest()
    for spin in range(SPIN_COUNT):
        value = hashlib.sha512(value + spin.to_bytes(4, "little")).digest()
    assert locked_hash("пароль", salt) == value
    sheet = sheet_with(built(Role.OWNER, password="пароль"), "plans")
    assert base64.b64decode(sheet.protection.hashValue or "") == locked_hash(
        "пароль", base64.b64decode(sheet.protection.saltValue or "")
    )
    assert (sheet.protection.algorithmName, sheet.protection.spinCount) == ("SHA-512", SPIN_COUNT)


@pytest.mark.parametrize("role", list(Role))
def test_equal_facts_give_equal_bytes_without_a_trace_of_the_machine(role: Role) -> None:
    one, two = (build_book(BLUEPRINT, role, stamp=STAMP) for _ in range(2))
    assert one == two
    assert build_book(BLUEPRINT, role, stamp="f|b|2|x") != one
    assert len(one) < 170_000  # each sheet of its own brings its spare rows


@pytest.mark.parametrize("role", list(Role))
def test_visible_words_keep_the_tone(role: Role) -> None:
    banned = re.compile(r"ошибк|некорректн|невалидн|синхрониз|валидац|\bлид[аоуы]?\b|штраф", re.I)
    for text in visible_texts(BOOKS[role]):
        assert not banned.search(text), text
        assert "…" not in text, text
        assert "–" not in text, text


def visible_texts(book: Workbook) -> list[str]:
    found = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            for row in sheet.iter_rows(min_row=KEY_ROW + 1):
                found += [str(c.value) for c in row if isinstance(c.value, str)]
    return found


def test_help_answers_where_the_empty_sheets_send_people() -> None:
    texts = [str(row[1].value) for row in BOOKS[Role.OWNER]["Помощь"].iter_rows() if row[1].value]
    assert "6. Заявки с сайта и почты" in texts
    assert "7. Звонки" in texts


def test_tables_known_by_text_have_key_fields_and_no_row_id() -> None:
    for table in BLUEPRINT.tables.values():
        if table.identity is Identity.TEXT:
            assert table.key_fields, table.key
            assert all(table.has(field) for field in table.key_fields)
            assert not table.has("row_id")
        else:
            assert id_stands_between_number_and_name(table), table.key


def id_stands_between_number_and_name(table: Table) -> bool:
    return [c.key for c in table.columns[:2]] == ["id", "row_id"] and table.columns[1].hidden


def test_a_live_column_is_the_daemons() -> None:
    live: list[Column] = [c for t in BLUEPRINT.tables.values() for c in t.columns if c.live]
    assert live
    assert {c.owner for c in live} == {Owner.COMPUTED}
