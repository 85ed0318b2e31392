# ruff: noqa: E501 - the tables of cases read as tables
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from model.blueprint import Blueprint, Column, Kind, Owner, Table, Title
from model.problems import Code, Place, Problem, Severity
from model.records import QuestionKind, Record
from model.texts.problems import describe
from model.values import Fault, Value
from sync.scene import Person, Scene, Stage, StageKind
from sync.validate import Context, context_of, is_asked, question_of, row_remark, validate_record
from sync.validate.cells import shown


def column(key: str, title: str, kind: Kind = Kind.TEXT, **more: Any) -> Column:
    return Column(key, Title(title, key), Owner.PERSON, kind, **more)


CLIENTS = Table(
    "clients",
    Title("Клиенты", "Clients"),
    (
        Column("id", Title("№", "No"), Owner.SYSTEM, Kind.CODE),
        column("name", "Название", Kind.NAME),
        column("phone", "Телефон", Kind.PHONE),
        column("inn", "ИНН", Kind.INN),
        column("kpp", "КПП", Kind.KPP),
        column("email", "E-mail", Kind.EMAIL),
        column("owner", "Менеджер", Kind.REF, ref="staff"),
        column("born", "Основан", Kind.DATE),
        column("boxes", "Коробок", Kind.COUNT),
        column("sector", "Отрасль", Kind.CHOICE, choices="sectors", closed=False),
        Column("debt", Title("Долг", "Debt"), Owner.COMPUTED, Kind.MONEY),
    ),
    prefix="К",
)
DEALS = Table(
    "deals",
    Title("Сделки", "Deals"),
    (
        Column("id", Title("№", "No"), Owner.SYSTEM, Kind.CODE),
        column("client_id", "Клиент", Kind.REF, ref="clients"),
        column("stage", "Этап", Kind.CHOICE, choices="stages"),
        column("amount", "Сумма", Kind.MONEY),
        column("next_step", "Следующий шаг"),
        column("step_on", "Когда", Kind.DATE),
        column("step_at", "Время", Kind.TIME),
        column("expected_on", "Ждём оплату", Kind.DATE),
        column("lost_reason", "Причина отказа", Kind.CHOICE, choices="reasons"),
        column("parent", "Основная", Kind.REF, ref="deals"),
    ),
    prefix="С",
)
PAYMENTS = Table("payments", Title("Оплаты", "Payments"), (column("amount", "Сумма", Kind.MONEY),))
BLUEPRINT = Blueprint(1, {"clients": CLIENTS, "deals": DEALS, "payments": PAYMENTS}, {}, {})
TODAY = date(2026, 3, 12)
NAMES = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен", "Успешно", "Отказ")
KINDS = {"Успешно": StageKind.WON, "Отказ": StageKind.LOST}
SHARES = ("0.1", "0.4", "0.5", "0.8", "0.9", "1", "0")
STAGES = {
    name.casefold(): Stage(name, n, KINDS.get(name, StageKind.OPEN), Decimal(SHARES[n]), 5)
    for n, name in enumerate(NAMES)
}
CONTEXT = Context(
    asof=TODAY,
    stages=STAGES,
    lists={"stages": NAMES, "reasons": ("Дорого", "Спам"), "sectors": ("Стройка",)},
    staff=("Иванов Пётр", "Смирнова Ольга"),
    clients={"k1": Record("clients", "k1", 1, {"name": "Вектор"})},
    places={"r1": 14},
    city="495",
)


def problems(
    table: Table, values: Mapping[str, Value], context: Context = CONTEXT, **more: Any
) -> tuple[Problem, ...]:
    return validate_record(table, Record(table.key, "r1", 204, values, **more), context)


def codes(table: Table, values: Mapping[str, Value], **more: Any) -> list[Code]:
    return [p.code for p in problems(table, values, **more)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("inn", "9900123453", "9900123453: не сходится контрольная цифра. Сверьте со счётом или карточкой."),
        ("inn", Decimal("276001234"), "276001234: 9 цифр. Похоже, Excel срезал ноль впереди. Поставить 0276001234?"),
        ("inn", "0000000000", "0000000000: одни нули, клиента по нему не узнать. Впишите настоящий ИНН или очистите ячейку."),
        ("inn", "77012З4560", "«77012З4560»: в ИНН 10 цифр у фирмы и 12 у ИП. Поставить 7701234560?"),
        ("phone", "123-45-67", "123-45-67: не хватает кода города. Впишите: 495 123-45-67."),
        ("phone", "8 9О6 123-45-67", "«8 9О6 123-45-67»: по такому номеру не дозвониться. Поставить +7 906 123-45-67?"),
        ("phone", "9,16123E+09", "9,16123E+09: Excel превратил номер в число. Впишите номер заново."),
        ("email", "ivan@romashka,ru", "«ivan@romashka,ru»: письмо не дойдёт. Поставить ivan@romashka.ru?"),
        ("kpp", "7701", "«7701»: в КПП 9 знаков, счёт с таким не примут. Сверьте со счётом или карточкой."),
        ("owner", "Ивонов Петр", "«Ивонов Петр»: такого сотрудника нет. Похож Иванов Пётр. Поставить «Иванов Пётр»?"),
        ("owner", "Чужой", "«Чужой»: такого сотрудника нет. Выберите из списка сотрудников."),
        ("born", "при царе", "«при царе»: напомнить не смогу. Впишите, например, 12.03."),
        ("born", date(1812, 1, 1), "Основан 01.01.1812. Проверьте год."),
        ("email", "ivan@romashka", "«ivan@romashka»: письмо не дойдёт. Впишите, например, ivan@firma.ru."),
        ("boxes", "много", "Коробок «много»: в расчёт не попадёт. Впишите одно число."),
        ("name", Fault("#N/A"), "#N/A вместо значения: взял прежнее. Поправьте формулу или впишите значение."),
    ],
)  # fmt: skip
def test_a_bad_cell_of_a_client_is_named(field, value, words):
    (problem,) = problems(CLIENTS, {field: value})
    title = CLIENTS.column(field).title.ru
    assert describe(problem, BLUEPRINT) == f"«Клиенты», строка 14, «{title}»: {words}"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "300т", "«300т»: в план и зарплату не попадёт. Впишите 300000."),
        ("amount", "1,5 млн руб.", "«1,5 млн руб.»: в план и зарплату не попадёт. Впишите 1500000."),
        ("amount", "дорого", "«дорого»: в план и зарплату не попадёт. Впишите одно число, например 300000."),
        ("amount", Decimal(-5), "-5: в план и зарплату не попадёт. Впишите без минуса. Возврат вписывают на листе «Оплаты»."),
        ("stage", "Переговры", "Этап «Переговры». Поставить «Переговоры»?"),
        ("stage", "ъ", "Этап «ъ». Выберите из списка."),
        ("expected_on", date(2062, 3, 15), "Ждём оплату 15.03.2062. Поставить 15.03.2026?"),
        ("expected_on", date(2062, 1, 15), "Ждём оплату 15.01.2062. Поставить 15.01.2026?"),
        ("expected_on", date(2016, 8, 15), "Ждём оплату 15.08.2016. Поставить 15.08.2026?"),
        ("step_at", "после обеда", "«после обеда»: напомню в течение дня. Впишите, например, 10:00."),
        ("step_at", Decimal("99"), "«99»: напомню в течение дня. Впишите, например, 10:00."),
        ("client_id", "Вектр", "«Вектр»: такого клиента нет. Завести нового?"),
        ("parent", "С-1", "«С-1»: такой сделки нет. Впишите номер сделки, например С-125."),
    ],
)  # fmt: skip
def test_a_bad_cell_of_a_deal_is_named(field, value, words):
    (problem,) = problems(DEALS, {field: value})
    title = DEALS.column(field).title.ru
    assert describe(problem, BLUEPRINT) == f"«Сделки», строка 14, «{title}»: {words}"


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (CLIENTS, {"inn": "7701234560", "phone": "8(495)123-45-67", "email": "a@b.ru"}),
        (CLIENTS, {"inn": Decimal("7701234560"), "phone": Decimal("9161234567"), "kpp": "7701AA001"}),
        (CLIENTS, {"inn": "нет", "phone": "", "email": None, "owner": "иванов пётр"}),
        (CLIENTS, {"boxes": Decimal(5), "born": datetime(1999, 1, 1, 10, tzinfo=UTC)}),
        (CLIENTS, {"sector": "Новая отрасль", "debt": "300т", "born": date(1999, 1, 1)}),
        (DEALS, {"amount": "300 000,50", "step_at": "10.30", "expected_on": "пн"}),
        (DEALS, {"stage": "переговоры ", "amount": Decimal(1), "next_step": "Звонок", "step_on": TODAY}),
        (PAYMENTS, {"amount": Decimal(-5)}),
    ],
)  # fmt: skip
def test_a_readable_cell_is_no_finding(table, values):
    assert codes(table, values) == []


OPEN: dict[str, Value] = {"next_step": "Звонок", "step_on": TODAY}


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"stage": "Новая"}, [Code.NO_NEXT_STEP]),
        ({"stage": "Новая", "next_step": "Звонок"}, [Code.NO_STEP_DATE]),
        ({"stage": "Новая", "next_step": "Звонок", "step_on": date(2026, 3, 10)}, [Code.STEP_OVERDUE]),
        ({"stage": "КП отправлено", **OPEN}, [Code.NO_AMOUNT]),
        ({"stage": "Договор", "amount": Decimal(1), **OPEN}, [Code.NO_INN]),
        ({"stage": "Счёт выставлен", "amount": Decimal(1), **OPEN}, [Code.NO_INN, Code.NO_EXPECTED_DATE]),
        ({"stage": "Новая", "expected_on": date(2026, 3, 1), **OPEN}, [Code.EXPECTED_PASSED]),
        ({"stage": "Новая", "expected_on": date(2026, 3, 1), "amount": Decimal(5), "paid": Decimal(5), **OPEN}, []),
        ({"stage": "Отказ"}, [Code.NO_LOST_REASON]),
        ({"stage": "Отказ", "lost_reason": "Дорого"}, []),
        ({"stage": "Успешно"}, []),
    ],
)  # fmt: skip
def test_a_stage_asks_for_what_it_needs(values, wanted):
    assert codes(DEALS, values, links={"client_id": "k1"}) == wanted


def test_an_unknown_list_or_person_cell_is_left_to_others():
    bare = Context(TODAY)
    assert problems(DEALS, {"stage": "Любая", "lost_reason": "Любая"}, bare) == ()
    assert problems(CLIENTS, {"owner": Decimal(5), "kpp": "нет"}, bare) == ()
    (short,) = problems(CLIENTS, {"name": Fault("#N/A" * 40)}, bare)
    assert len(short.values[0]) == 160


def test_a_long_cell_is_quoted_short():
    (problem,) = problems(CLIENTS, {"boxes": "много " * 40})
    assert len(problem.values[0]) == 60


def test_a_renamed_stage_is_judged_by_its_probability():
    stage = Stage("Смета", 0, StageKind.OPEN, Decimal("0.45"), None)
    context = Context(TODAY, stages={"смета": stage}, lists={})
    assert [p.code for p in problems(DEALS, {"stage": "Смета", **OPEN}, context)] == [
        Code.NO_AMOUNT
    ]


def test_a_typed_tomorrow_counts_from_the_day_of_the_edit():
    values = {"stage": "Новая", "next_step": "Звонок", "step_on": "завтра"}
    changed = datetime(2026, 3, 1, tzinfo=UTC)
    assert codes(DEALS, values) == []
    (late,) = problems(DEALS, values, changed_at=changed)
    assert late.values == ("Звонок", "02.03.2026", "10")


def test_a_finding_without_a_cell_names_the_row_or_the_sheet():
    place = Place("payments")
    problem = Problem(Code.PAYMENT_UNLINKED, Severity.WARNING, place, ("5", "Вектор", "11.03"))
    record = Record("payments", "r1", None, {})
    assert question_of(problem, record, BLUEPRINT, "Орлов").where == "Оплаты"


def test_a_moment_is_quoted_with_its_hour():
    moment = datetime(2062, 3, 15, 10, 30, tzinfo=UTC)
    assert shown(moment) == "15.03.2062 10:30"


def test_the_context_is_taken_from_the_scene():
    sectors = Table("sectors", Title("Отрасли", "Sectors"), (column("name", "Отрасль"),))
    blueprint = Blueprint(1, {"sectors": sectors}, {}, {}, {"sectors": "sectors.name"})
    scene = Scene(
        blueprint=blueprint,
        rows={"sectors": {"a": Record("sectors", "a", None, {"name": "Стройка "})}},
        people=(Person("Иванов Пётр", "", "", "", active=True),),
        stages=STAGES,
        general={"код города": "8 (495)"[2:]},
        owner="Орлов",
        helper="",
        asof=TODAY,
        now=datetime(2026, 3, 12, tzinfo=UTC),
        zone=UTC,
    )
    context = context_of(scene, {"r1": 5})
    assert context.lists == {"sectors": ("Стройка",)}
    assert (context.staff, context.city, context.clients) == (("Иванов Пётр",), "495", {})
    assert context.places == {"r1": 5}


def test_a_day_long_past_this_year_is_proposed_for_the_next():
    december = Context(asof=date(2026, 12, 20))
    (problem,) = problems(DEALS, {"expected_on": date(2062, 1, 15)}, december)
    assert problem.values[1] == "15.01.2027"


def test_a_fix_carries_the_value_that_yes_writes():
    record = Record(
        "deals", "r1", 97, {"expected_on": date(2062, 3, 15), "amount": Decimal(640000)}
    )
    (problem,) = validate_record(DEALS, record, CONTEXT)
    question = question_of(problem, record, BLUEPRINT, "Иванов")
    assert question.kind is QuestionKind.FIX
    assert question.payload == {"value": "d:2026-03-15"}
    assert (question.where, question.money) == ("С-97, «Ждём оплату»", Decimal(640000))
    assert question.key == "date-strange|deals|r1|expected_on|15.03.2062"
    assert not question.red


def test_a_slip_that_only_a_person_can_mend_asks_for_no_answer():
    record = Record("clients", "r1", 204, {"inn": "9900123453"})
    (problem,) = validate_record(CLIENTS, record, CONTEXT)
    question = question_of(problem, record, BLUEPRINT, "Иванов")
    assert (question.kind, question.payload, question.red) == (QuestionKind.PROBLEM, {}, True)
    assert question.about == "ИНН"
    assert is_asked(problem)


def test_the_gravest_remark_stands_in_the_row():
    found = problems(CLIENTS, {"phone": "123-45-67", "inn": "9900123453"})
    assert [p.code for p in found] == [Code.PHONE_NO_CODE, Code.INN_CHECKSUM]
    assert row_remark(found) == ("Проверьте ИНН", 1)
    assert row_remark(found[:1]) == ("Телефон без кода", 2)
    assert row_remark(problems(DEALS, {"step_at": "потом"})) == ("Непонятное время", 3)
    assert row_remark(()) == ("", 0)


def test_what_the_live_formula_says_is_not_said_twice():
    (problem,) = problems(DEALS, {"stage": "Новая"})
    assert not is_asked(problem)
    assert row_remark((problem,)) == ("", 0)
    assert problem.severity is Severity.WARNING
