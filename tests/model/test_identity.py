import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from model.emails import is_strong_email, read_email
from model.identity import Inn, Kpp, Reading, Status, read_inn, read_kpp
from model.keys import company_key, person_key, same_person
from model.phones import Phone, phone_of, pretty_phone, read_phone
from model.problems import Code
from model.values import Fault
from tests.acceptance.identity import check_case

FILES = Path(__file__).parent.parent / "files"
with (FILES / "identity_cases.csv").open(encoding="utf-8-sig", newline="") as stream:
    CASES = list(csv.DictReader(stream))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_cell_is_read_as_the_case_list_says(case):
    assert check_case(case) == ""


@pytest.mark.parametrize(
    ("cell", "status", "values", "code"),
    [
        (Decimal("7701234561"), Status.REJECT, (), Code.INN_CHECKSUM),
        (Decimal("7701234560.5"), Status.REJECT, (), Code.INN_LENGTH),
        ("077001232", Status.REJECT, (), Code.INN_LENGTH),
        ("276001234", Status.ASK, ("0276001234",), Code.INN_LOST_ZERO),
        ("2.76001234E+08", Status.FIX, ("0276001234",), Code.INN_LOST_ZERO),
        ("7701234560 / 7701234560", Status.FIX, ("7701234560",), None),
        ("7701234561, 7701234562", Status.REJECT, (), Code.INN_CHECKSUM),
        (date(2026, 3, 1), Status.REJECT, (), Code.INN_LENGTH),
        (None, Status.EMPTY, (), None),
        (Fault("#N/A"), Status.EMPTY, (), None),
    ],
)
def test_an_inn_cell(cell, status, values, code):
    reading = read_inn(cell)
    assert (reading.status, reading.values, reading.code) == (status, values, code)


def test_only_a_whole_inn_is_an_inn():
    assert Inn.parse("7701234560") == Inn("7701234560")
    assert Inn.parse("0000000000") is Code.INN_ZEROS
    assert Inn.parse("٧٧٠١٢٣٤٥٦٠") is Code.INN_LENGTH
    assert Inn("772712345605").is_person
    assert not Inn("7701234560").is_person


@pytest.mark.parametrize(
    ("cell", "status", "values"),
    [
        ("770101001", Status.OK, ("770101001",)),
        ("7701aa001", Status.FIX, ("7701AA001",)),
        ("КПП: 7701 01001", Status.FIX, ("770101001",)),
        (Decimal("770101001"), Status.FIX, ("770101001",)),
        (Decimal("27601001"), Status.FIX, ("027601001",)),
        ("77010", Status.REJECT, ()),
        ("нет", Status.EMPTY, ()),
        (None, Status.EMPTY, ()),
        (True, Status.REJECT, ()),
    ],
)
def test_a_kpp_cell(cell, status, values):
    reading = read_kpp(cell)
    assert (reading.status, reading.values) == (status, values)
    assert isinstance(Kpp.parse("770101001"), Kpp)


@pytest.mark.parametrize(
    ("cell", "status", "values"),
    [
        ("8 916 123-45-67 8 903 765-43-21", Status.OK, ("+79161234567", "+79037654321")),
        ("8 916 123-45-67 и 8 903 765-43-21", Status.OK, ("+79161234567", "+79037654321")),
        ("+79161234567 ::: +79037654321", Status.OK, ("+79161234567", "+79037654321")),
        ("8(495)123-45-67/8(495)765-43-21", Status.OK, ("+74951234567", "+74957654321")),
        ("8 916 123-45-67, 12", Status.ASK, ("+79161234567",)),
        ("8 916 123-45-67, тел. 123-45-67", Status.ASK, ("+79161234567",)),
        ("+74951234567;ext=204|+79161234567", Status.OK, ("+74951234567;ext=204", "+79161234567")),
        ("8 495 123-45-67 (внутр. 305)", Status.OK, ("+74951234567;ext=305",)),
        ("'+79161234567", Status.FIX, ("+79161234567",)),
        ("7.9161234567E+10", Status.FIX, ("+79161234567",)),
        ("8 029 123-45-67", Status.ASK, ("+375291234567",)),
        ("810375291234567", Status.OK, ("+375291234567",)),
        ("375291234567", Status.OK, ("+375291234567",)),
        ("+49 30 901820", Status.OK, ("+4930901820",)),
        ("+375 29 123", Status.REJECT, ()),
        ("+1", Status.REJECT, ()),
        ("12", Status.REJECT, ()),
        ("доб. 12", Status.EMPTY, ()),
        ("9999999999", Status.REJECT, ()),
        ("123-45-67/68", Status.ASK, ()),
        ("9О6 123", Status.ASK, ()),
        ("9О6 123-45-67-89", Status.REJECT, ()),
        ("--0", Status.REJECT, ()),
        (Decimal("100"), Status.ASK, ()),
        (Decimal("72564.9167"), Status.REJECT, ()),
        (Decimal("-79161234567"), Status.REJECT, ()),
        (date(2026, 1, 1), Status.REJECT, ()),
        (None, Status.EMPTY, ()),
    ],
)
def test_a_phone_cell(cell, status, values):
    reading = read_phone(cell)
    assert (reading.status, reading.values) == (status, values)


def test_a_short_number_is_offered_with_the_code_of_the_town():
    reading = read_phone("123-45-67", city="495")
    assert reading == Reading(Status.ASK, ("+74951234567",), Code.PHONE_NO_CODE)


def test_a_phone_is_shown_as_people_write_it():
    assert pretty_phone("+74951234567;ext=12") == "+7 495 123-45-67 доб. 12"
    assert pretty_phone("+4930901820") == "+4930901820"


def test_a_phone_is_one_number():
    assert Phone.parse("8 495 123-45-67 доб. 12") == Phone("+74951234567", "12")
    assert Phone.parse("8 916 123-45-67, 8 903 765-43-21") is Code.PHONE_SHAPE
    assert Phone.parse("123-45-67") is Code.PHONE_NO_CODE
    assert phone_of("+78005553535").is_key is False
    assert phone_of("+74951234567;ext=12").is_key


@pytest.mark.parametrize(
    ("cell", "status", "values"),
    [
        ("mailto:ivan@romashka.ru", Status.OK, ("ivan@romashka.ru",)),
        ("ivan@romashka.ru (бухгалтер)", Status.OK, ("ivan@romashka.ru",)),
        ("ivan @ romashka.ru", Status.ASK, ("ivan@romashka.ru",)),
        ("ivan@@romashka.ru", Status.ASK, ("ivan@romashka.ru",)),
        ("почта@ромашка.рф", Status.OK, ("почта@ромашка.рф",)),
        ("ivan@romashka", Status.REJECT, ()),
        ("www.romashka.ru", Status.REJECT, ()),
        ("89161234567", Status.REJECT, ()),
        (Decimal(1), Status.REJECT, ()),
        (None, Status.EMPTY, ()),
    ],
)
def test_an_email_cell(cell, status, values):
    reading = read_email(cell)
    assert (reading.status, reading.values) == (status, values)


def test_a_desk_at_a_free_host_is_a_weak_key():
    assert not is_strong_email("info@mail.ru")
    assert is_strong_email("info@romashka.ru")
    assert is_strong_email("ivan.petrov@mail.ru")


def test_a_name_that_is_only_a_form_stays():
    assert company_key("ООО").text == "ООО"
    assert company_key("Publichnoe").text == "PUBLICHNOE"
    assert company_key("Ромашка, общество с ограниченной ответственностью").text == "РОМАШКА|ООО"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Пётр Иванов", "иванов петр", True),
        ("Иванов И.И.", "Иванов Иван Иванович", True),
        ("Иванов П.И.", "Иванов Иван Иванович", False),
        ("Иванов", "Иванов Иван", False),
        ("Иванов И.И.", "Иванчук И.И.", False),
        ("", "", False),
    ],
)
def test_people_are_known_by_their_words_or_initials(left, right, same):
    assert same_person(left, right) is same
    assert person_key("Пётр Иванов") == "ИВАНОВ ПЕТР"
