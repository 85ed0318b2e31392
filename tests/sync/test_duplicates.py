# ruff: noqa: E501 - the tables of cases read as tables
import csv
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.blueprint import Column, Kind, Owner, Table, Title
from model.records import Question, Record
from sync.duplicates import (
    DuplicateIndex,
    Pair,
    Tie,
    View,
    card_of,
    compare,
    grouped,
    is_repeat,
    questions_of,
)
from tests.acceptance.duplicates import score
from tests.acceptance.identity import main

INN, OTHER = "7701234560", "5018123450"
KPP, BRANCH = "770101001", "540145001"
MOBILE = "8 916 123-45-67"
FIELDS = (
    ("name", "Название", Kind.NAME),
    ("phone", "Телефон", Kind.PHONE),
    ("inn", "ИНН", Kind.INN),
    ("city", "Город", Kind.TEXT),
    ("note", "Комментарий", Kind.TEXT),
)
CLIENTS = Table(
    "clients",
    Title("Клиенты", "Clients"),
    tuple(Column(key, Title(ru, key), Owner.PERSON, kind) for key, ru, kind in FIELDS),
    prefix="К",
)


def client(row_id: str, number: int = 0, **values: Any) -> Record:
    return Record("clients", row_id, number, values)


def tie(left: dict[str, Any], right: dict[str, Any]) -> Tie | None:
    pair = compare(card_of(client("a", **left)), card_of(client("b", **right)))
    return pair.tie if pair else None


def index_of(*clients: Record) -> DuplicateIndex:
    index = DuplicateIndex()
    for one in clients:
        index.put(one)
    return index


def test_the_pairs_of_the_case_list(pytestconfig, capsys):
    files = pytestconfig.rootpath / "tests" / "files"
    assert main(files / "identity_cases.csv", files / "identity_pairs.csv") == 0
    assert capsys.readouterr().out.endswith("78 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        ({"inn": INN}, {"inn": INN}, Tie.INN),
        ({"inn": INN, "kpp": KPP}, {"inn": f"{INN}/{KPP}"}, Tie.INN),
        ({"inn": INN, "kpp": KPP}, {"inn": INN, "kpp": BRANCH}, Tie.BRANCH),
        ({"inn": INN, "phone": MOBILE}, {"inn": OTHER, "phone": MOBILE}, Tie.PHONE),
        ({"inn": INN, "name": "Вектор"}, {"inn": OTHER, "name": "Вектор"}, None),
        ({"name": "Вектор", "phone": MOBILE}, {"name": "Вектор ООО", "phone": MOBILE}, Tie.CONTACT),
        ({"name": "Вектор", "phone": MOBILE}, {"name": "Лютик", "phone": MOBILE}, Tie.PHONE),
        ({"name": "Вектор", "email": "a@v.ru"}, {"name": "Вектр", "email": "a@v.ru"}, Tie.CONTACT),
        ({"name": "Вектор", "email": "a@v.ru"}, {"name": "Лютик", "email": "a@v.ru"}, None),
        ({"name": "Лютик", "phone": MOBILE, "email": "a@v.ru"}, {"name": "Вектор", "phone": MOBILE, "email": "a@v.ru"}, Tie.CONTACT),
        ({"name": "Заря", "city": "Пермь"}, {"name": "Заря", "city": "Омск"}, None),
        ({"name": "Заря", "city": "Пермь"}, {"name": "ООО Заря", "city": "пермь"}, Tie.NAME),
        ({"name": "Кабельные системы"}, {"name": "Кабельные систем"}, Tie.NAME),
        ({"name": "Вектор", "inn": INN}, {"name": "Вектор", "inn": "7701234561"}, Tie.NAME),
        ({"phone": "84951234567 доб. 1"}, {"phone": "84951234567 доб. 2"}, None),
        ({"name": "А", "phone": "84951234567 доб. 1"}, {"name": "А", "phone": "84951234567"}, Tie.CONTACT),
        ({"name": 5}, {"name": None}, None),
    ],
)  # fmt: skip
def test_what_two_clients_have_in_common(left, right, wanted):
    assert tie(left, right) is wanted
    assert tie(right, left) is wanted


def test_a_phone_of_three_different_clients_is_no_key():
    index = index_of(
        client("a", name="Вектор", phone=MOBILE), client("b", name="Лютик", phone=MOBILE)
    )
    assert [p.tie for p in index.pairs()] == [Tie.PHONE]
    changed = index.put(client("c", name="Заря-Строй", phone=MOBILE))
    assert changed == {"a", "b", "c"}
    assert index.pairs() == ()
    assert index.drop("c") == {"a", "b", "c"}
    assert [p.key for p in index.pairs(["b"])] == ["duplicate|clients|a|b"]


def test_one_client_entered_three_times_is_not_a_crowd():
    index = index_of(*(client(i, name="Вектор", phone=MOBILE, inn="") for i in "abc"))
    assert [(p.left, p.right) for p in index.pairs()] == [("a", "b"), ("a", "c"), ("b", "c")]
    index = index_of(*(client(i, inn=INN, phone=MOBILE) for i in "abc"))
    assert len(index.pairs()) == 3


def test_a_reception_desk_is_never_a_key():
    index = index_of(*(client(f"{i:03}", phone=MOBILE, name=f"{i * 7919}") for i in range(60)))
    assert [p for p in index.pairs() if p.tie is not Tie.NAME] == []


def test_a_name_of_very_many_tells_nothing_and_its_rows_are_looked_at_again():
    ids = [f"{i:03}" for i in range(51)]
    index = index_of(*(client(i, name="Вектор") for i in ids[:-1]))
    assert len(index.pairs()) == 50 * 49 // 2
    assert index.put(client(ids[-1], name="Вектор")) == {*ids}
    assert index.pairs() == ()
    assert index.drop(ids[0]) == {*ids}
    assert len(index.pairs()) == 50 * 49 // 2


def test_many_rows_with_one_inn_are_all_found():
    index = index_of(*(client(f"{i:03}", inn=INN) for i in range(60)))
    found = {row for p in index.pairs() for row in (p.left, p.right)}
    assert len(found) == 60
    assert len(index.pairs(["059"])) == 59


def test_an_unchanged_client_changes_no_pair():
    index = index_of(client("a", inn=INN), client("b", inn=INN))
    assert index.put(client("a", inn=INN, note="новое")) == frozenset()
    assert index.put(client("a", inn=OTHER)) == {"a"}, "what it was to b goes with it"
    assert index.pairs() == ()
    assert index.drop("нет такого") == frozenset()
    assert index.pairs(["нет такого"]) == ()


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Вектор", "Вектр", "Лютик", ""]),
            "inn": st.sampled_from([INN, OTHER, ""]),
            "phone": st.sampled_from([MOBILE, "8 903 765-43-21", ""]),
        }
    ),
    max_size=6,
)


@given(ROWS, st.integers(0, 5))
def test_what_changes_one_by_one_ends_as_all_at_once(rows, moved):
    """The pairs kept by touching only what `put` names are the pairs of a fresh index."""
    index = DuplicateIndex()
    kept: dict[str, Pair] = {}
    steps = [*enumerate(rows), *([(moved, {"name": "Лютик"})] if rows else [])]
    for number, values in steps:
        touched = index.put(client(str(number), **values))
        kept = {k: p for k, p in kept.items() if not {p.left, p.right} & touched}
        kept |= {p.key: p for p in index.pairs(touched)}
    last = {str(n): v for n, v in steps}
    assert kept == {p.key: p for p in index_of(*(client(i, **v) for i, v in last.items())).pairs()}


LANDLINE = "8 495 123-45-67"
TOWN = {"city": "Пермь"}


@pytest.mark.parametrize(
    ("left", "right", "sure"),
    [
        ({"name": "Вектор", "phone": MOBILE}, {"name": "Вектор", "phone": MOBILE, "inn": INN}, False),
        ({"name": "Вектор", "phone": LANDLINE}, {"name": "Вектор", "phone": LANDLINE, "inn": INN}, True),
        ({"name": "Вектор", "phone": MOBILE, **TOWN}, {"name": "Вектор", "phone": MOBILE, "inn": INN, **TOWN}, True),
        ({"name": "Вектор", "email": "a@v.ru"}, {"name": "Вектр", "email": "a@v.ru", "inn": INN}, True),
        ({"name": "Вектор", "phone": LANDLINE, "inn": "5018123451"}, {"name": "Вектор", "phone": LANDLINE, "inn": INN}, False),
        ({"name": "ИП Иванов И.И.", "phone": LANDLINE}, {"name": "ИП Иванов Иван Иванович", "phone": LANDLINE}, False),
        ({"name": "Завод железобетонных изделий", **TOWN}, {"name": "ЗАВОД ЖЕЛЕЗОБЕТОННЫХ ИЗДЕЛИЙ", **TOWN}, True),
        ({"name": "Вектор", **TOWN}, {"name": "Вектор", **TOWN}, False),
    ],
)  # fmt: skip
def test_what_needs_nobodys_eye(left, right, sure):
    for one, other in ((left, right), (right, left)):
        pair = compare(card_of(client("a", **one)), card_of(client("b", **other)))
        assert pair is not None
        assert pair.sure is sure


def test_a_group_is_split_at_its_weakest_link():
    """The card without an INN is nearer to the first firm; the link to the other is asked about."""
    index = index_of(
        client("a", name="Вектор", inn=INN, phone=LANDLINE, email="a@vektor.ru"),
        client("b", name="Вектор", phone=LANDLINE, email="a@vektor.ru"),
        client("c", name="Вектр", inn=OTHER, phone=LANDLINE),
    )
    made = grouped(index.pairs(), lambda row: frozenset(index.card(row).inns))
    assert made.groups == (("a", "b"),)
    (refused,) = made.refused
    assert {refused.left, refused.right} == {"b", "c"}
    assert not refused.sure
    assert refused.reasons[-1] == "но вместе с остальными выходят два разных ИНН"


def test_the_russian_set_is_put_together_as_asked(pytestconfig):
    files = pytestconfig.rootpath / "tests" / "files"
    rows, gold = (_lines(files / f"ru_dedupe_{name}.csv") for name in ("rows", "gold"))
    found = score(rows, {row["id"]: row["cluster"] for row in gold})
    assert found.precision == 1.0
    assert found.recall >= 0.85
    assert found.recall_with_offers >= 0.96
    assert found.offers_right >= 0.80


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def view(*clients: Record, **deals: int) -> View:
    return View(CLIENTS, {c.row_id: c for c in clients}, deals, "Орлов")


def ask(left: Record, right: Record, **deals: int) -> tuple[Question, ...]:
    (pair,) = index_of(left, right).pairs()
    return questions_of(pair, view(left, right, **deals))


def test_the_question_names_reason_difference_and_main_row():
    left = client("b", 377, inn=INN, city="Омск", note="срочно", owner="Иванов")
    right = client("a", 204, inn=INN, city="Пермь", note="не звонить", owner="Иванов")
    (question,) = ask(left, right, a=5, b=1)
    assert question.wrong == (
        "К-204 и К-377: одинаковый ИНН. "
        "Разное: город: Пермь / Омск; комментарий: не звонить / срочно"
    )
    assert (
        question.proposal == "Объединить? Главный К-204, 5 сделок (другой главный - впишите его №)"
    )
    assert (question.about, question.whom, question.red) == ("Похоже на дубль", "Иванов", True)
    assert question.payload == {"main": "a", "loser": "b", "tie": "inn"}
    assert question.key == "duplicate|clients|a|b"


@pytest.mark.parametrize(("deals", "main"), [({"b": 1}, "b"), ({}, "a"), ({"a": 2, "b": 2}, "a")])
def test_the_main_row_has_more_deals_then_the_older_number(deals, main):
    left, right = client("b", 377, inn=INN), client("a", 204, inn=INN)
    (question,) = ask(left, right, **deals)
    assert question.payload["main"] == main
    assert question.whom == "Орлов"


def test_different_inns_with_one_phone_are_only_asked_about():
    left, right = client("a", 204, inn=INN, phone=MOBILE), client("b", 590, inn=OTHER, phone=MOBILE)
    (question,) = ask(left, right)
    assert question.about == "Один телефон"
    assert question.wrong == (
        f"К-204 и К-590: общий телефон, ИНН разные. Разное: ИНН: {INN} / {OTHER}. "
        "Рядом: файл «Похожие клиенты.html»"
    )
    assert question.proposal == "Это один клиент?"


def test_a_branch_is_linked_not_merged():
    (question,) = ask(client("a", 204, inn=INN, kpp=KPP), client("b", 611, inn=INN, kpp=BRANCH))
    assert (question.about, question.proposal) == ("Филиал", "Связать как филиал?")
    assert question.payload["tie"] == "branch"


def test_a_colleagues_client_is_not_shown():
    left = client("a", 204, inn=INN, name="Вектор", owner="Иванов")
    right = client("b", 377, inn=INN, name="Вектор", owner="Смирнова")
    full, masked = ask(left, right, a=1)
    assert full.whom == "Орлов"
    assert masked.whom == "Смирнова"
    assert masked.wrong == "Клиент с таким ИНН уже ведётся другим менеджером"
    seen = (masked.where, masked.wrong, masked.proposal, *masked.payload.values())
    assert not any("204" in text or "Иванов" in text or "Вектор" in text for text in seen)
    names = ask(
        client("a", 1, name="Вектор", owner="Иванов"), client("b", 2, name="Вектор", owner="П")
    )
    assert [q.whom for q in names] == ["Орлов"]


def test_values_are_told_to_who_sees_both_cards():
    cities = {"a": "Пермь", "b": "Омск"}
    for owners, seen in ((("Иванов", "Смирнова"), True), (("Иванов", ""), False), (("", ""), True)):
        left, right = (
            client(row, n, inn=INN, city=cities[row], owner=owner or None)
            for n, (row, owner) in enumerate(zip("ab", owners, strict=True), 1)
        )
        asked = ask(left, right)
        said = asked[0].wrong.partition("Разное: ")[2]
        assert asked[0].whom == ("Иванов" if owners == ("Иванов", "") else "Орлов")
        assert ("Пермь / Омск" in said) is seen
        assert "город" in said
        assert not any(city in q.wrong for q in asked[1:] for city in cities.values())


def test_long_values_and_many_fields_are_cut_short():
    columns = tuple(
        Column(f"f{n}", Title(f"Поле {n}", f"Field {n}"), Owner.PERSON, Kind.TEXT) for n in range(9)
    )
    left, right = (
        client(row, n, inn=INN, **{c.key: f"{row} слово" * 30 for c in columns})
        for n, row in enumerate("ab", 1)
    )
    (pair,) = index_of(left, right).pairs()
    wide = replace(view(left, right), table=replace(CLIENTS, columns=columns))
    (question,) = questions_of(pair, wide)
    assert "; ещё поле 6, поле 7, поле 8. Рядом" in question.wrong
    assert len(question.wrong) < 700


def test_a_second_request_within_a_day_is_the_same_request():
    first = datetime.fromisoformat("2026-01-10T10:00")
    assert is_repeat(first, datetime.fromisoformat("2026-01-10T10:07"))
    assert not is_repeat(first, datetime.fromisoformat("2026-04-10T10:00"))
