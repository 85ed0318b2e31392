"""What LibreOffice shows while the daemon may not write: signals, colours, strips, the plans.

One recalculated book a role serves all tests; each case is one row of a table.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from model.blueprint import FIRST_ROW, STRIP_ROW, Role
from tests.templates.books import (
    REASONS,
    STAGES,
    Row,
    built,
    column,
    keys,
    put,
    set_clock,
    sheet_with,
)
from tests.templates.screens.sample import ASOF, NOW, recalculated

pytestmark = pytest.mark.system("soffice")


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def at(number: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 3, number, hour, minute)  # noqa: DTZ001  # a cell holds local time


OPEN: Row = {
    "client_id": "Вектор",
    "stage": "Новая",
    "next_step": "Позвонить",
    "step_on": day(20),
}
DEALS: list[tuple[str, Row, str, int]] = [
    ("quiet", OPEN, "", 0),
    ("no client yet", {"amount": 100}, "", 0),
    ("lost without a reason", {**OPEN, "stage": "Отказ"}, "Выберите причину отказа", 1),
    ("lost with a reason", {**OPEN, "stage": "Отказ", "lost_reason": "Дорого"}, "", 0),
    (
        "lost is never late",
        {**OPEN, "stage": "Отказ", "lost_reason": "Спам", "step_on": day(1)},
        "",
        0,
    ),
    ("won is never late", {**OPEN, "stage": "Успешно", "next_step": None, "step_on": None}, "", 0),
    ("no step", {**OPEN, "next_step": None, "step_on": None}, "Нет следующего шага", 1),
    ("no step though dated", {**OPEN, "next_step": None}, "Нет следующего шага", 1),
    ("no day", {**OPEN, "step_on": None}, "Впишите, когда", 1),
    (
        "no stage counts as open",
        {**OPEN, "stage": None, "next_step": None},
        "Нет следующего шага",
        1,
    ),
    (
        "unknown stage counts as open",
        {**OPEN, "stage": "Переговры", "step_on": None},
        "Впишите, когда",
        1,
    ),
    (
        "red remark before lateness",
        {**OPEN, "step_on": day(10), "remark": "Сумма текстом", "remark_code": 1},
        "Сумма текстом",
        1,
    ),
    ("two days late", {**OPEN, "step_on": day(10)}, "Просрочено на 2 дн.", 2),
    ("day typed with an hour", {**OPEN, "step_on": at(10, 15, 30)}, "Просрочено на 2 дн.", 2),
    ("an hour ago", {**OPEN, "step_on": ASOF, "step_at": time(13, 30)}, "Просрочено сегодня", 2),
    ("later today", {**OPEN, "step_on": ASOF, "step_at": time(16)}, "Сегодня", 3),
    ("some time today", {**OPEN, "step_on": ASOF}, "Сегодня", 3),
    ("payment day past", {**OPEN, "expected_on": day(11)}, "Дата оплаты прошла", 2),
    ("payment due today", {**OPEN, "expected_on": ASOF}, "", 0),
    (
        "late step before payment",
        {**OPEN, "step_on": day(11), "expected_on": day(11)},
        "Просрочено на 1 дн.",
        2,
    ),
    (
        "too long on a stage",
        {**OPEN, "stage_days": 24, "stage_norm": 14},
        "24 дн. на этапе, норма 14",
        2,
    ),
    ("just within the norm", {**OPEN, "stage_days": 14, "stage_norm": 14}, "", 0),
    ("no norm", {**OPEN, "stage_days": 99}, "", 0),
    ("untouched", {**OPEN, "idle_days": 14}, "14 дн. без касания", 2),
    ("touched in time", {**OPEN, "idle_days": 13}, "", 0),
    (
        "yellow remark before the norm",
        {
            **OPEN,
            "stage_days": 24,
            "stage_norm": 14,
            "remark": "Впишите ИНН клиента",
            "remark_code": 2,
        },
        "Впишите ИНН клиента",
        2,
    ),
    (
        "today before a hint",
        {**OPEN, "step_on": ASOF, "remark": "Новый клиент К-412", "remark_code": 3},
        "Сегодня",
        3,
    ),
    (
        "a day in words",
        {**OPEN, "step_on": "завтра", "remark": "Понял: 13.03 в 10:00", "remark_code": 3},
        "Понял: 13.03 в 10:00",
        3,
    ),
    ("sum in words", {**OPEN, "amount": "300т"}, "", 0),
]
CLIENTS: list[tuple[str, Row, str, object]] = [
    ("fine", {"name": "Вектор", "phone": "+7 916 123-45-67"}, "", 0),
    ("empty row", {"phone": "+7 916 123-45-67"}, "", ""),
    ("no phone", {"name": "Вектор"}, "Нет телефона", 3),
    (
        "debt first",
        {"name": "Вектор", "remark": "Долг 250 000, 62 дн.", "remark_code": 1},
        "Долг 250 000, 62 дн.",
        1,
    ),
    ("silent", {"name": "Вектор", "remark": "Молчит 94 дн.", "remark_code": 2}, "Молчит 94 дн.", 2),
]
NEW: Row = {"name": "Олег", "state": "Новая"}
LEADS: list[tuple[str, Row, str, object]] = [
    ("in time", {**NEW, "at": at(12, 14, 27)}, "Ответить до 14:57", 0),
    ("nearly late", {**NEW, "at": at(12, 14, 3)}, "Ответить до 14:33", 2),
    ("minutes late", {**NEW, "at": at(12, 13, 27)}, "Опоздали на 35 мин.", 1),
    ("hours late", {**NEW, "at": at(12, 9, 0)}, "Опоздали на 5 ч", 1),
    ("days late", {**NEW, "at": at(9, 14, 0)}, "Опоздали на 3 дн.", 1),
    (
        "working hours say more",
        {**NEW, "at": at(11, 18, 30), "due_at": at(12, 15, 0)},
        "Ответить до 15:00",
        0,
    ),
    ("state not chosen", {"name": "Олег", "at": at(12, 14, 27)}, "Ответить до 14:57", 0),
    ("answered", {**NEW, "at": at(12, 9, 0), "first_reply": at(12, 9, 10)}, "", 0),
    (
        "known client",
        {**NEW, "state": "В работе", "at": at(12, 9, 0), "match": "К-204"},
        "Это клиент К-204",
        3,
    ),
    ("no moment", {**NEW}, "", 0),
    ("empty row", {"source": "Сайт"}, "", ""),
]
PAYMENTS: list[tuple[Row, int]] = [
    ({"date": ASOF, "amount": 100, "state": "Оплачено"}, 0),
    ({"date": ASOF, "amount": 100, "state": "Не привязана"}, 1),
    ({"date": ASOF, "amount": 100, "state": "Просрочено на 3 дн."}, 1),
    ({"date": ASOF, "amount": 100, "state": "Ждём"}, 2),
    ({"date": ASOF, "amount": 100, "state": "Частично"}, 2),
]
RULES: list[tuple[Row, str]] = [
    ({"component": "оклад", "rate": 40000}, "Оклад 40 000 руб. за полный месяц"),
    ({"component": "процент", "rate": 3.5}, "3,5 % с продаж"),
    ({"component": "шкала", "start": 0, "rate": 3}, "3 % с продаж"),
    ({"component": "шкала", "start": 1000000, "rate": 4}, "4 % с продаж свыше 1 000 000 руб."),
    (
        {"component": "шкала", "base": "план", "start": 100, "rate": 4},
        "4 % с продаж, когда план выполнен от 100 %",
    ),
    (
        {"component": "коэффициент плана", "start": 80, "factor": 0.8},
        "План выполнен от 80 %: процент умножаем на 0,8",
    ),
    ({"component": "новые клиенты", "rate": 3000}, "3 000 руб. за нового клиента"),
    (
        {"component": "депремирование", "start": 3, "rate": 500},
        "Минус 500 руб. за просроченный шаг, первые 3 прощаем. Оклад не трогаем",
    ),
    (
        {"component": "процент", "base": "маржа", "rate": 10},
        "10 % с: маржа",
    ),
    (
        {"component": "шкала", "base": "маржа, план", "start": 80, "rate": 5},
        "5 % с продаж, когда план выполнен от 80 %",
    ),
    (
        {"component": "показатель", "base": "звонки", "start": 50, "rate": 5000, "cap": 120},
        "5 000 руб. за весь план: звонки; меньше 50 % - ничего; больше 120 % не считаем",
    ),
    (
        {"component": "порог", "base": "просроченные шаги", "start": 5, "factor": 0.5},
        "Просроченных шагов больше 5: процент и показатели умножаем на 0,5",
    ),
    (
        {"component": "порог", "base": "звонки", "start": 200},
        "Если звонки меньше 200: процент и показатели умножаем на 0",
    ),
    ({"component": "премия", "rate": 5000}, "5 000 руб. в месяце из «С даты»"),
    (
        {"component": "премия", "base": "звонки", "start": 200, "rate": 10},
        "10 руб. за каждые сверх 200: звонки",
    ),
    ({"component": "команда", "rate": 1}, "1 % с оплат отдела, поровну"),
    ({"component": "возвраты"}, "Возврат в другом месяце, до 90 дн.: процент вычитаем"),
    ({"component": "перенос"}, "Минус по премии переносим на следующий месяц"),
    (
        {"component": "гарантия", "base": "возвратная", "rate": 60000},
        "Не меньше 60 000 руб. за полный месяц, доплату потом вычитаем",
    ),
    ({"component": "потолок", "base": "нет"}, "С этой даты больше нет"),
    ({"component": "потолок", "cap": 100000}, "Сверх оклада не больше 100 000 руб. в месяц"),
    ({"component": "надбавка", "rate": 1}, "Выберите компонент из списка"),
    ({"scheme": "Основная"}, ""),
]
PLANS: list[Row] = [
    {"who": "Отдел", "metric": "Оплаты, руб.", "m01": 100, "m02": 100, "m03": 100},
    {"who": "Иванов", "metric": "Оплаты, руб.", "m01": 60, "m02": 50, "m03": 80},
    {"who": "Петрова", "metric": "Оплаты, руб.", "m01": 40, "m03": 40},
    {"who": "Иванов", "metric": "КП отправлено", "m01": 7},
]


def filled(role: Role, **clock: object) -> Workbook:
    book = built(role)
    set_clock(book, **clock)
    put(book, "stages", STAGES)
    put(book, "reasons", REASONS)
    return book


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    book = filled(Role.MANAGER)
    put(book, "deals", [row for _, row, _, _ in DEALS])
    put(book, "clients", [row for _, row, _, _ in CLIENTS])
    put(book, "leads", [row for _, row, _, _ in LEADS])
    put(
        book,
        "questions",
        [
            {"about": "ИНН", "code": 1},
            {"about": "Кто это", "code": 0},
            {"about": "КПП", "code": 12},
        ],
    )
    return recalculated(book, tmp_path_factory.mktemp("manager"))


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    book = filled(Role.OWNER)
    put(book, "payments", [row for row, _ in PAYMENTS])
    put(book, "pay_rules", [row for row, _ in RULES])
    put(book, "plans", PLANS)
    return recalculated(book, tmp_path_factory.mktemp("owner"))


def shown(values: list[object]) -> list[object]:
    return ["" if value is None else value for value in values]


def seen(text: object) -> str:
    return str(text or "").replace("\u00a0", " ")


def strip(book: Workbook, table: str, field: str) -> object:
    sheet = sheet_with(book, table)
    return sheet.cell(STRIP_ROW, keys(sheet)[f"{table}.{field}"]).value


@pytest.mark.parametrize(
    ("table", "cases"), [("deals", DEALS), ("clients", CLIENTS), ("leads", LEADS)]
)
def test_signals_answer_at_once(
    manager: Workbook, table: str, cases: list[tuple[str, Row, str, object]]
) -> None:
    said = shown(column(manager, table, "signal", len(cases)))
    codes = shown(column(manager, table, "code", len(cases)))
    got = [
        (name, text, code or 0) for (name, *_), text, code in zip(cases, said, codes, strict=True)
    ]
    assert got == [(name, text, code or 0) for name, _, text, code in cases]


def test_a_typed_step_enters_the_forecast_at_once(manager: Workbook, tmp_path: Path) -> None:
    book = filled(Role.MANAGER)
    due = day(25)
    won: Row = {"client_id": "А", "stage": "Успешно", "amount": 100, "paid": 40, "expected_on": due}
    rows: list[Row] = [
        {**OPEN, "amount": 100, "expected_on": due},
        {**OPEN, "amount": 100, "expected_on": day(1, 4)},
        {**OPEN, "amount": 100, "expected_on": due, "step_on": None},
        {**OPEN, "amount": None, "expected_on": due},
        won,
        {**won, "stage": "Отказ"},
    ]
    put(book, "deals", rows)
    after = recalculated(book, tmp_path)
    assert column(after, "deals", "counts", 6) == [1, 0, 0, 0, 1, 0]
    assert shown(column(after, "deals", "rest", 6)) == [100, 100, 100, "", 60, 60]
    assert column(after, "deals", "prob_eff", 6) == [0.1, 0.1, 0.1, 0.1, 1, 0]


def test_the_strip_counts_what_the_sheet_shows(manager: Workbook) -> None:
    late = sum(text.startswith("Просрочено на") for _, _, text, _ in DEALS) + 1
    said = seen(strip(manager, "deals", "id"))
    assert said.startswith("В работе 24   ·   без следующего шага 5   ·   ")
    assert f"просрочено {late}   ·   на сегодня 4" in said
    assert seen(strip(manager, "clients", "id")).startswith("Клиентов 4   ·   ")
    assert strip(manager, "leads", "id") == "Новых 8   ·   опоздали с ответом 3"
    assert seen(strip(manager, "questions", "id")).startswith(
        "Ждут ответа 1, поправить в клетках 1."
    )


def test_empty_sheets_say_what_to_do(owner: Workbook, tmp_path: Path) -> None:
    after = recalculated(filled(Role.OWNER), tmp_path)
    assert seen(strip(after, "deals", "id")).startswith("Впишите в «Клиент» название, ИНН или")
    assert strip(after, "questions", "id") == "Вопросов нет, всё сходится"
    assert seen(strip(after, "leads", "id")).startswith("Заявок нет.")
    assert strip(after, "payments", "id") == "Положите выписку из банка в папку «Входящие»"


def test_payments_are_coloured_by_their_state(owner: Workbook) -> None:
    assert column(owner, "payments", "code", len(PAYMENTS)) == [code for _, code in PAYMENTS]


def test_pay_rules_read_as_sentences(owner: Workbook) -> None:
    said = [seen(text) for text in column(owner, "pay_rules", "sentence", len(RULES))]
    assert said == [text for _, text in RULES]


def test_plans_add_up_and_show_what_nobody_got(owner: Workbook) -> None:
    assert shown(column(owner, "plans", "year", 4)) == [300, 190, 80, 7]
    rest = [strip(owner, "plans", f"m{month:02}") for month in range(1, 5)]
    assert shown(rest) == [0, 50, -20, ""]
    assert column(owner, "plans", "mark", 4) == [103, 3, 3, 3]


@pytest.mark.parametrize("role", list(Role))
def test_no_cell_of_a_fresh_or_filled_book_shows_an_error(
    role: Role, manager: Workbook, owner: Workbook, tmp_path: Path
) -> None:
    fresh = recalculated(filled(role), tmp_path)
    for book in (fresh, manager if role is Role.MANAGER else owner):
        for sheet in book.worksheets:
            for row in sheet.iter_rows(min_row=STRIP_ROW):
                for cell in row:
                    wrong = isinstance(cell.value, str) and cell.value.startswith(("#", "Err:"))
                    assert not wrong, (sheet.title, cell.coordinate, cell.value)


def test_rows_below_the_table_stay_silent(manager: Workbook) -> None:
    sheet = sheet_with(manager, "deals")
    places = keys(sheet)
    row = FIRST_ROW + len(DEALS)
    assert NOW.date() == ASOF
    assert [sheet.cell(row, places[f"deals.{f}"]).value for f in ("id", "signal")] == [None, None]
