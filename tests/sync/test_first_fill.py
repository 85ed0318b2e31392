"""In which order the rows of a new book stand, and where later ones go."""

from __future__ import annotations

import openpyxl

from model.records import QuestionKind
from model.values import Value
from tests.sync.teams import HEAD, HIS, OWNER, Office


def test_a_row_that_needs_no_answer_says_so(office: Office) -> None:
    client = office.the("clients", name="ООО «Вектор»").row_id
    with office.edit(HIS) as pen:
        pen.put("clients", client, inn="7707083894")
    office.rest()
    asked = next(q for q in office.questions(QuestionKind.PROBLEM) if q.row_id == client)
    shown = office.shown(HIS, "questions")[f"Q{asked.number}"]
    assert (shown["about"], asked.about) == ("✎ ИНН", "ИНН")


def test_a_refused_word_names_who_adds_to_the_list(office: Office) -> None:
    book = openpyxl.load_workbook(office.path(HIS))
    said = [str(v.error) for v in book["Сделки"].data_validations.dataValidation]
    assert any(f"добавляет {OWNER}" in words for words in said)


def stages(office: Office, book: str) -> list[Value]:
    return [cells["stage"] for cells in office.shown(book, "deals").values()]


def test_open_deals_stand_first_and_the_newest_of_them_on_top(office: Office) -> None:
    opened = ["Счёт выставлен", "Переговоры", "КП отправлено", "Новая"]
    for book in (HEAD, HIS):
        assert stages(office, book) == [*opened, "Отказ", "Успешно"]


def test_a_deal_that_comes_later_goes_below_and_nothing_moves(office: Office) -> None:
    before = stages(office, HEAD)
    with office.edit(HIS) as pen:
        pen.add("deals", client_id="ООО «Новая»", stage="Договор", amount=5)
    office.rest()
    for book in (HEAD, HIS):
        assert stages(office, book) == [*before, "Договор"]
