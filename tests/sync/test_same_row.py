"""R9 over real workbooks: another client typed over a row, and the word that it is the same one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.records import Question, QuestionKind
from tests.sync.teams import HEAD, HIS, Office, touch_owner_file

TYPED = {"name": "ООО «Омега»", "inn": "7743013902", "phone": "+7 495 777-66-55"}


def type_over(office: Office, *, open_book: bool = False) -> tuple[str, str, Question]:
    """Альфа, who stands under the new text, and the question about it."""
    old = office.the("clients", name="ООО «Альфа»").row_id
    if open_book:
        touch_owner_file(office.path(HIS), at=office.now)
    with office.edit(HIS) as pen:
        pen.put("clients", old, **TYPED)
    if open_book:
        office.sync()
    else:
        office.rest()
    new = office.the("clients", name="ООО «Омега»").row_id
    (question,) = office.questions(QuestionKind.REPLACED)
    return old, new, question


def row_of(office: Office, book: str, name: str) -> int:
    rows = office.loaded(book).snapshot.tables["clients"].rows
    return next(r.row for r in rows if r.value("name") == name)


def answer(office: Office, question: Question, word: str) -> None:
    with office.edit(HEAD) as pen:
        pen.answer(question.number, word)
    office.rest()


def test_the_text_stays_in_place_under_an_id_of_its_own(office: Office) -> None:
    place = row_of(office, HIS, "ООО «Альфа»")
    old, new, question = type_over(office)
    assert new != old
    assert row_of(office, HIS, "ООО «Омега»") == place
    assert set(office.shown(HIS, "clients")) == set(office.rows("clients"))
    deal = office.the("deals", client_id="ООО «Альфа»")
    assert deal.links["client_id"] == old, "deals are not given to another client by inference"
    assert "ООО «Альфа»" in question.wrong
    assert str(place) in question.wrong
    assert office.rows("clients", deleted=True)[old].deleted


def test_nothing_moves_when_it_is_said_to_be_another(office: Office) -> None:
    old, new, question = type_over(office)
    answer(office, question, "Нет")
    assert new in office.rows("clients")
    assert old not in office.rows("clients")
    assert not office.questions(QuestionKind.REPLACED)


def test_the_same_client_keeps_its_id_its_place_and_its_deals(office: Office) -> None:
    place = row_of(office, HIS, "ООО «Альфа»")
    old, new, question = type_over(office)
    answer(office, question, "Да")
    rows = office.rows("clients")
    assert new not in rows
    assert {k: rows[old].values[k] for k in TYPED} == TYPED
    assert row_of(office, HIS, "ООО «Омега»") == place
    for book in (HEAD, HIS):
        assert set(office.shown(book, "clients")) == set(rows)
    deal = office.the("deals", client_id="ООО «Альфа»")
    assert deal.links["client_id"] == old
    with office.edit(HIS) as pen:
        pen.put("clients", old, city="Псков")
    office.rest()
    assert office.rows("clients")[old].values["city"] == "Псков"


def test_the_word_can_be_taken_back(office: Office) -> None:
    _, _, question = type_over(office)
    before = {i: r.values for i, r in office.rows("clients").items()}
    answer(office, question, "Да")
    answer(office, question, "Отменить")
    assert {i: r.values for i, r in office.rows("clients").items()} == before
    assert set(office.shown(HIS, "clients")) == set(before)


@pytest.mark.parametrize("word", ["Да", "Нет"])
def test_a_row_typed_over_in_an_open_book_stays_one_row(office: Office, word: str) -> None:
    old, new, question = type_over(office, open_book=True)
    path = office.path(HIS)
    with office.edit(HIS) as pen:
        pen.put("clients", old, city="Псков")  # the sheet shows the old id still
    office.sync()
    assert office.rows("clients")[new].values["city"] == "Псков"
    with office.edit(HEAD) as pen:
        pen.answer(question.number, word)
    office.sync()
    office.restart()
    with office.edit(HIS) as pen:
        pen.put("clients", old, note="ещё правка")
    office.sync()
    path.with_name(f"~${path.name}").unlink()
    office.rest()
    stands = old if word == "Да" else new
    assert office.rows("clients")[stands].values["note"] == "ещё правка"
    assert office.cell(HIS, "clients", stands, "note").value == "ещё правка"
    for book in (HEAD, HIS):
        assert set(office.shown(book, "clients")) == set(office.rows("clients"))


def put_back_by_hand(office: Office, old: str, new: str) -> None:
    with office.edit(HIS) as pen:
        sheet, keys = pen.sheet("clients")
        row = pen.add("clients", name="ООО «Альфа»")
        sheet.cell(row, keys["row_id"]).value = old


def removed_again(office: Office, old: str, new: str) -> None:
    with office.edit(HIS) as pen:
        pen.delete("clients", new)


@pytest.mark.parametrize("act", [put_back_by_hand, removed_again])
def test_the_question_stays_until_a_person_answers(
    office: Office, act: Callable[[Office, str, str], None]
) -> None:
    old, new, question = type_over(office)
    act(office, old, new)
    office.rest()
    assert question.number in {q.number for q in office.questions(QuestionKind.REPLACED)}
    answer(office, question, "Да")
    rows = office.rows("clients")
    assert rows[old].values["name"] == "ООО «Омега»"
    assert new not in rows
    assert set(office.shown(HIS, "clients")) == set(rows)
