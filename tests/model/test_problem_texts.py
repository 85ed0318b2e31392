import runpy
from pathlib import Path

import pytest

from model.blueprint import Blueprint, Column, Kind, Owner, Table, Title
from model.problems import Code, Place, Problem, Severity
from model.texts import page
from model.texts.page import problems_page
from model.texts.problems import PROBLEMS, describe, place_text, short_text

CLIENTS = Table(
    "clients",
    Title("Клиенты", "Clients"),
    (Column("inn", Title("ИНН", "INN"), Owner.PERSON, Kind.INN),),
)
BLUEPRINT = Blueprint(1, {"clients": CLIENTS}, {}, {})
PLACE = Place("clients", "a", "inn", 14)


def test_the_line_names_sheet_row_heading_and_value():
    problem = Problem(Code.INN_CHECKSUM, Severity.WARNING, PLACE, ("1234567890",))
    assert describe(problem, BLUEPRINT) == (
        "«Клиенты», строка 14, «ИНН»: 1234567890: не сходится контрольная цифра. "
        "Сверьте со счётом или карточкой."
    )


def test_what_was_found_alike_is_proposed():
    problem = Problem(
        Code.NOT_IN_LIST, Severity.WARNING, PLACE, ("Переговры", "Переговоры", "Этап")
    )
    assert describe(problem, BLUEPRINT).endswith("Этап «Переговры». Поставить «Переговоры»?")


def test_nothing_alike_gives_the_plain_words():
    problem = Problem(Code.UNKNOWN_PERSON, Severity.WARNING, Place("clients"), ("Ктото",))
    assert describe(problem, BLUEPRINT) == (
        "«Клиенты»: «Ктото»: такого сотрудника нет. Выберите из списка сотрудников."
    )
    assert place_text(Place("clients", field="own"), BLUEPRINT) == "«Клиенты», «own»"


@pytest.mark.parametrize("code", Code)
def test_every_code_has_words_that_its_values_fill(code):
    words = PROBLEMS[code]
    values = tuple(f"<{n}>" for n in range(len(words.facts)))
    full = describe(Problem(code, Severity.NOTICE, PLACE, values), BLUEPRINT)
    assert words.about
    assert short_text(Problem(code, Severity.NOTICE, PLACE, values))
    assert all(value in full for value in values if value != "<2>" or code is not Code.NOT_IN_LIST)
    assert describe(Problem(code, Severity.NOTICE, PLACE), BLUEPRINT)


@pytest.mark.parametrize("word", ["ошибка", "некорректн", "запись", "лид", "синхрониз", "валидац"])
def test_the_tone_of_the_page(word):
    assert word not in problems_page().casefold().replace("солид", "")


def test_the_page_in_docs_is_the_catalogue():
    docs = Path(__file__).parents[2] / "docs" / "problems.md"
    assert docs.read_text(encoding="utf-8") == problems_page()


def test_the_page_is_printed_by_its_module(capsys):
    runpy.run_path(page.__file__, run_name="__main__")
    assert capsys.readouterr().out == problems_page()
