"""Who may see and do what: every role by every way, and the lines of «Доступ»."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from model.blueprint import Kind, Role
from model.records import Record
from model.rights import DEFAULTS, KEPT_FIELDS, WAYS, Reach, Rights, TableRights, Way
from model.values import Value
from sync.rights import Who, edits, exports, gets, role_of, sees, shown, veiled, who_of
from sync.rights_lines import default_lines, rights_of, unclear_lines
from templates.blueprint import load

BLUEPRINT = load(5)
OWNER, ME = "Орлов Борис", "Иванов Пётр"
STAFF: tuple[Mapping[str, Value], ...] = (
    {"fio": OWNER, "role": "руководитель", "scheme": "Личная"},
    {
        "fio": "Головин Семён",
        "role": "руководитель",
        "department": "Север",
        "scheme": "Головин Семён",
    },
    {"fio": "Глебова Рита", "role": "руководитель", "department": "Юг"},
    {"fio": ME, "role": "менеджер", "department": "Север", "head": OWNER, "scheme": "Основная"},
    {"fio": "Рогов Лев", "role": "", "department": "Юг", "head": "Головин Семён", "scheme": "Юг"},
    {"fio": "Ким Анна", "department": "Юг", "scheme": "Основная"},
)
NORTH = who_of("Головин Семён", STAFF, OWNER)


def line(**cells: Value) -> Record:
    return Record("access", "L1", None, dict(cells), {})


def table(key: str, role: Role, *lines: Record) -> TableRights:
    return rights_of(role, lines, BLUEPRINT)[0].of(key)


@pytest.mark.parametrize(
    ("role", "ways"),
    [
        (Role.OWNER, "книга карточка отчёт сводка выгрузка страница копии"),
        (Role.HEAD, "книга карточка сводка выгрузка страница"),
        (Role.MANAGER, "книга карточка сводка страница"),
        (Role.MARKETING, "книга сводка выгрузка"),
        (Role.ACCOUNTANT, "книга карточка сводка выгрузка"),
    ],
)
def test_every_role_has_its_ways_and_no_other(role: Role, ways: str) -> None:
    """PRODUCT 2.2: reports of the team and copies hold everything, so they are the owner's."""
    have = [way.value.split()[0] for way in Way if gets(DEFAULTS[role], way)]
    assert have == [way.value.split()[0] for way in Way if way.value.split()[0] in ways.split()]
    assert set(WAYS) == set(Role)


def test_a_department_is_whom_the_column_names_and_else_who_shares_it() -> None:
    """«Руководитель» with the owner's name says nothing: the owner leads everybody."""
    assert NORTH.department == {"головин семён", "иванов пётр", "рогов лев", "север"}
    assert NORTH.schemes == {"основная", "юг", "иванов пётр", "рогов лев"}
    south = who_of("Глебова Рита", STAFF, OWNER)
    assert south.department == {"глебова рита", "ким анна", "юг"}


def test_nobodys_rows_are_seen_by_the_head_of_the_whole_team_only() -> None:
    whole = who_of("Головин Семён", STAFF[:2] + STAFF[3:4], OWNER)
    nobodys: dict[str, Value] = {"name": "Ничей"}
    rights = DEFAULTS[Role.HEAD]
    assert sees(rights, BLUEPRINT.tables["clients"], nobodys, whole)
    assert not sees(rights, BLUEPRINT.tables["clients"], nobodys, NORTH)


@pytest.mark.parametrize(
    ("role", "key", "row", "seen"),
    [
        (Role.OWNER, "deals", {"owner": "Кто-то"}, True),
        (Role.HEAD, "deals", {"owner": " ИВАНОВ  Пётр"}, True),
        (Role.HEAD, "deals", {"owner": "Ким Анна"}, False),
        (Role.HEAD, "pay_rules", {"scheme": "Головин Семён"}, False),
        (Role.HEAD, "pay_rules", {"scheme": "Личная"}, False),
        (Role.HEAD, "pay_rules", {"scheme": "основная"}, True),
        (Role.HEAD, "norms", {"who": None}, True),
        (Role.HEAD, "access", {"role": "менеджер"}, False),
        (Role.MANAGER, "deals", {"owner": "Головин Семён"}, True),
        (Role.MANAGER, "deals", {"owner": ME}, False),
        (Role.MANAGER, "payments", {"manager": "Головин Семён"}, False),
        (Role.MANAGER, "pay_rules", {"scheme": "Основная"}, False),
        (Role.MARKETING, "leads", {"owner": "Ким Анна"}, True),
        (Role.MARKETING, "clients", {"owner": "Ким Анна"}, False),
        (Role.MARKETING, "deals", {}, False),
        (Role.ACCOUNTANT, "payments", {}, True),
        (Role.ACCOUNTANT, "leads", {}, False),
        (Role.ACCOUNTANT, "tasks", {}, False),
    ],
)
def test_whose_rows_a_role_sees(
    role: Role,
    key: str,
    row: dict[str, Value],
    seen: bool,  # a column of the table
) -> None:
    assert sees(DEFAULTS[role], BLUEPRINT.tables[key], row, NORTH) is seen


def test_marketing_sees_a_lead_without_who_it_is() -> None:
    lead: dict[str, Value] = {
        "row_id": "R1",
        "name": "Пётр",
        "phone": "+7 916 123-45-67",
        "email": "petr@mail.ru",
        "inn": "7707083893",
        "text": "звоните 8 (916) 123-45-67 или petr@mail.ru",
        "utm_source": "yandex",
    }
    assert shown(DEFAULTS[Role.MARKETING], BLUEPRINT.tables["leads"], lead) == {
        "row_id": "R1",
        "name": "Пётр",
        "phone": "••• 67",
        "email": "p•••@•••",
        "text": "звоните ••• или •••",
        "utm_source": "yandex",
    }


def test_an_accountant_knows_of_a_client_the_name_and_the_inn() -> None:
    client: dict[str, Value] = {
        "id": "К-1",
        "name": "Альфа",
        "inn": "77",
        "phone": "8",
        "note": "x",
    }
    seen = shown(DEFAULTS[Role.ACCOUNTANT], BLUEPRINT.tables["clients"], client)
    assert seen == {"id": "К-1", "name": "Альфа", "inn": "77"}


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_an_empty_contact_stays_empty(blank: Value) -> None:
    assert veiled(Kind.PHONE, blank) == blank


def test_what_gives_rights_is_written_by_the_owner_alone() -> None:
    """A head who may edit «Сотрудники» still cannot take in another department."""
    wide = table("staff", Role.HEAD, line(role="руководитель", sheet="Сотрудники", edit="да"))
    rights = Rights(Role.HEAD, {"staff": wide})
    assert edits(rights, "staff", "ext")
    for key in KEPT_FIELDS["staff"]:
        assert not edits(rights, "staff", key)
        assert edits(DEFAULTS[Role.OWNER], "staff", key)


def test_a_line_of_the_sheet_overrides_the_default() -> None:
    before = table("deals", Role.MANAGER)
    after = table(
        "deals",
        Role.MANAGER,
        line(
            role=" Менеджер",
            sheet="сделки",
            rows="отдел",
            hide="Сумма, руб.; Комментарий, Телефон частично",
            edit="нет",
            export="да",
        ),
    )
    assert (before.rows, before.edit, before.export) == (Reach.OWN, True, False)
    assert (after.rows, after.edit, after.export) == (Reach.DEPARTMENT, False, True)
    assert after.hidden == {"amount", "note"}
    assert table("deals", Role.MANAGER, line(role="менеджер", sheet="Сделки", hide="нет")) == before
    only = table(
        "clients", Role.HEAD, line(role="руководитель", sheet="Клиенты", hide="только ИНН")
    )
    assert only.only == {"inn"}


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"role": "сторож", "sheet": "Сделки"}, "role"),
        ({"role": "владелец", "sheet": "Сделки"}, "role"),
        ({"sheet": "Сделки"}, "role"),
        ({"role": "менеджер", "sheet": "Зарплата"}, "sheet"),
        ({"role": "маркетолог", "sheet": "Клиенты"}, "sheet"),
        ({"role": "менеджер", "sheet": "Сделки", "rows": "половина"}, "rows"),
        ({"role": "маркетолог", "sheet": "Расходы", "rows": "свои"}, "rows"),
        ({"role": "менеджер", "sheet": "Мой прогноз", "rows": "все"}, "rows"),
        ({"role": "менеджер", "sheet": "Сделки", "hide": "Погода"}, "hide"),
        ({"role": "менеджер", "sheet": "Сделки", "edit": "иногда"}, "edit"),
        ({"role": "бухгалтер", "sheet": "Зарплата", "hide": "Оклад"}, "hide"),
    ],
)
def test_nonsense_is_named_and_the_default_holds(cells: dict[str, Value], field: str) -> None:
    (doubt,) = unclear_lines([line(**cells)], BLUEPRINT)
    assert doubt.field == field
    for role in (Role.MANAGER, Role.MARKETING, Role.ACCOUNTANT):
        assert rights_of(role, [line(**cells)], BLUEPRINT)[0] == DEFAULTS[role]


def test_the_lines_that_the_sheet_begins_with_say_what_holds_anyway() -> None:
    lines = [
        Record("access", str(n), None, cells, {})
        for n, cells in enumerate(default_lines(BLUEPRINT))
    ]
    assert list(unclear_lines(lines, BLUEPRINT)) == []
    for role in Role:
        assert rights_of(role, lines, BLUEPRINT)[0] == DEFAULTS[role]
    assert len({(one.values["role"], one.values["sheet"]) for one in lines}) == len(lines)


def test_every_table_of_a_book_has_rights() -> None:
    """A table that nobody thought of would stand empty in the book of its role."""
    for role, plan in BLUEPRINT.books.items():
        for key in {*BLUEPRINT.tables_of(role)} if role is not Role.OWNER else ():
            assert DEFAULTS[role].of(key).rows is not Reach.NONE, (role, key)
        for sheet in plan.sheets if role is not Role.OWNER else ():
            shape = BLUEPRINT.sheets[sheet]
            if shape.slots and not shape.service:
                assert sheet in DEFAULTS[role].tables, (role, sheet)


def test_the_owner_is_named_by_the_settings_not_by_the_role() -> None:
    assert role_of({"fio": "орлов  БОРИС", "role": "менеджер"}, OWNER) is Role.OWNER
    assert role_of({"fio": "Другой", "role": "Руководитель"}, OWNER) is Role.HEAD
    assert role_of({"fio": "Другой", "role": "сторож"}, OWNER) is None
    assert exports(DEFAULTS[Role.OWNER], "deals")
    assert Who("x").department == frozenset()
