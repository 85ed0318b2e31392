"""MERGE_SPEC section 7 over real workbooks: old files, old copies, lost stamps, second files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from model.errors import NotOurWorkbook
from model.records import Question, QuestionKind, Source
from tests.sync.teams import HEAD, HIS, Office, Pen, touch_owner_file

DEAL = "ООО «Берёза»"
OTHER = "ООО «Альфа»"


def deal_of(office: Office, client: str = DEAL) -> str:
    return office.the("deals", client_id=client).row_id


def amounts(office: Office) -> dict[str, object]:
    return {i: r.values.get("amount") for i, r in office.rows("deals").items()}


def typed(office: Office, **values: object) -> None:
    with office.edit(HIS) as pen:
        pen.put("deals", deal_of(office), **values)
    office.rest()


@contextmanager
def editing(office: Office, raw: bytes) -> Iterator[tuple[Pen, list[bytes]]]:
    """A program that had opened these bytes; what it saves is the one element of the list."""
    workbook = openpyxl.load_workbook(BytesIO(raw))
    saved: list[bytes] = []
    yield Pen(workbook, office), saved
    out = BytesIO()
    workbook.save(out)
    saved.append(out.getvalue())


def edited(office: Office, raw: bytes, row_id: str, **values: object) -> bytes:
    with editing(office, raw) as (pen, saved):
        pen.put("deals", row_id, **values)
    return saved[0]


def asked(office: Office, kind: QuestionKind) -> Question:
    (question,) = office.questions(kind)
    return question


def answer(office: Office, question: Question, word: str) -> None:
    with office.edit(HEAD) as pen:
        pen.answer(question.number, word)


def test_an_old_file_put_back_brings_no_edits_and_comes_forward(office: Office) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333)
    before = office.rows("deals")
    office.path(HIS).write_bytes(old)
    report = office.sync()
    assert [b.edits for b in report.books] == [0, 0]
    office.rest()
    assert office.rows("deals") == before
    assert office.cell(HIS, "deals", deal_of(office), "amount").value == 333_333
    assert "Старый файл" in asked(office, QuestionKind.ROLLBACK).about


@pytest.mark.parametrize("restarted", [False, True])
def test_one_word_rolls_back_to_the_old_file_and_another_takes_that_back(
    office: Office, restarted: bool
) -> None:
    old, was = office.path(HIS).read_bytes(), amounts(office)
    typed(office, amount=333_333)
    now = amounts(office)
    office.path(HIS).write_bytes(old)
    office.rest()
    question = asked(office, QuestionKind.ROLLBACK)
    if restarted:
        office.restart()
    answer(office, question, "Да")
    office.rest()
    assert amounts(office) == was
    for book in (HEAD, HIS):
        assert office.cell(book, "deals", deal_of(office), "amount").value == 200_000
    answer(office, question, "Отменить")
    office.rest()
    assert amounts(office) == now


def test_an_old_file_that_stays_when_it_is_not_wanted(office: Office) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333)
    office.path(HIS).write_bytes(old)
    office.rest()
    answer(office, asked(office, QuestionKind.ROLLBACK), "Нет")
    office.rest()
    assert amounts(office)[deal_of(office)] == 333_333


@pytest.mark.parametrize(("word", "left"), [("Да", 200_000), ("Нет", 333_333)])
def test_the_same_old_file_three_times_in_an_hour_is_held(
    office: Office, word: str, left: int
) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333)
    for _ in range(2):
        office.path(HIS).write_bytes(old)
        office.rest()
        assert not office.questions(QuestionKind.HOLD)
    office.path(HIS).write_bytes(old)
    office.rest()
    question = asked(office, QuestionKind.HOLD)
    assert "облачный диск" in question.wrong
    assert office.cell(HIS, "deals", deal_of(office), "amount").value == 200_000, "left alone"
    assert amounts(office)[deal_of(office)] == 333_333
    answer(office, question, word)
    office.rest()
    assert amounts(office)[deal_of(office)] == left
    assert office.cell(HIS, "deals", deal_of(office), "amount").value == left


def test_the_same_old_file_now_and_then_is_no_fight(office: Office) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333)
    for _ in range(4):
        office.path(HIS).write_bytes(old)
        office.rest()
        office.sync(minutes=40)
    assert not office.questions(QuestionKind.HOLD)


def test_work_that_goes_on_in_a_held_old_file_is_only_that_work(office: Office) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333)
    for _ in range(3):
        office.path(HIS).write_bytes(old)
        office.rest()
    other = deal_of(office, OTHER)
    with office.edit(HIS) as pen:
        pen.put("deals", other, note="правка в старом файле")
    office.rest()
    assert not office.questions(QuestionKind.HOLD)
    assert office.rows("deals")[other].values["note"] == "правка в старом файле"
    assert amounts(office)[deal_of(office)] == 333_333, "the stale cell is no edit"


def test_an_edited_old_copy_brings_its_edits_and_no_stale_cells(office: Office) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333, note="новое")
    with office.edit(HEAD) as pen:
        pen.delete("deals", deal_of(office, "ООО «Вектор»"))
    office.rest()
    other = deal_of(office, OTHER)
    office.path(HIS).write_bytes(edited(office, old, other, amount=777_777))
    office.rest()
    rows = office.rows("deals")
    assert rows[other].values["amount"] == 777_777
    assert rows[deal_of(office)].values["amount"] == 333_333
    assert rows[deal_of(office)].values["note"] == "новое"
    assert not [r for r in rows.values() if r.values["client_id"] == "ООО «Вектор»"], "R6"
    assert office.cell(HIS, "deals", deal_of(office), "amount").value == 333_333
    assert not office.questions(QuestionKind.CONFLICT)


def test_the_base_of_an_old_copy_is_the_save_it_was_made_from(office: Office) -> None:
    """Two saves under one stamp while the book is open; the copy was made after the first."""
    path, row = office.path(HIS), deal_of(office)
    sign = touch_owner_file(path, at=office.now)
    path.write_bytes(edited(office, path.read_bytes(), row, note="первое"))
    office.sync()
    first = path.read_bytes()
    path.write_bytes(edited(office, first, row, amount=333_333))
    office.sync()
    sign.unlink()
    office.rest()
    path.write_bytes(edited(office, first, deal_of(office, OTHER), note="из копии"))
    office.rest()
    values = office.rows("deals")[row].values
    assert (values["note"], values["amount"]) == ("первое", 333_333)
    assert office.rows("deals")[deal_of(office, OTHER)].values["note"] == "из копии"
    changed = [c for c in history(office, row, "amount") if c.source is Source.PERSON]
    assert len(changed) == 1, "the copy took nothing back"


def test_a_new_row_that_is_typed_on_in_an_open_book_stays_one(office: Office) -> None:
    """The first save got its id on disk; the program that has the book open knows nothing of it."""
    path = office.path(HIS)
    with editing(office, path.read_bytes()) as (pen, first):
        at = pen.add("deals", client_id=OTHER, amount=55_000, note="новая")
    path.write_bytes(first[0])
    office.rest()
    with editing(office, first[0]) as (pen, second):
        sheet, keys = pen.sheet("deals")
        for key, value in (("next_step", "Позвонить"), ("amount", 66_000)):
            sheet.cell(at, keys[key]).value = value
    path.write_bytes(second[0])
    office.rest()
    (found,) = [r.values for r in office.rows("deals").values() if r.values.get("note") == "новая"]
    assert (found["amount"], found["next_step"]) == (66_000, "Позвонить")


def test_a_new_row_that_others_changed_meanwhile_stays_one(office: Office) -> None:
    """By then the store holds more of the row than its program ever showed."""
    path = office.path(HIS)
    with editing(office, path.read_bytes()) as (pen, first):
        at = pen.add("deals", client_id="ООО «Жук»", note="новая")
    path.write_bytes(first[0])
    office.rest()
    born = office.the("deals", note="новая").row_id
    with office.edit(HEAD) as pen:
        pen.put("deals", born, amount=77_000, next_step="Позвонить", client_id="ООО «Жук и Ко»")
    office.rest()
    with editing(office, first[0]) as (pen, second):
        sheet, keys = pen.sheet("deals")
        sheet.cell(at, keys["note"]).value = "моя"
    path.write_bytes(second[0])
    office.rest()
    values = office.rows("deals")[born].values
    assert (values["note"], values["amount"]) == ("моя", 77_000)
    assert not [r for r in office.rows("deals").values() if "Жук" in str(r.values["client_id"])][1:]


def history(office: Office, row_id: str, key: str):
    with office.team.store.read() as reader:
        return reader.history("deals", row_id, key)


def unstamped(raw: bytes, office: Office, *, cells: int = 0, validations: bool = True) -> bytes:
    """The file as a program saves it that knows no properties and drops hidden names."""
    with editing(office, raw) as (pen, saved):
        pen.workbook.custom_doc_props.props.clear()
        del pen.workbook.defined_names["sheetcrm_stamp"]
        if not validations:
            for sheet in pen.workbook.worksheets:
                sheet.data_validations.dataValidation.clear()
        for row_id in list(office.rows("deals"))[:cells]:
            pen.put("deals", row_id, note="без метки")
    return saved[0]


def test_a_file_that_lost_its_stamp_is_known_by_its_content(office: Office) -> None:
    typed(office, amount=333_333)
    path = office.path(HIS)
    path.write_bytes(unstamped(path.read_bytes(), office, cells=1, validations=False))
    office.rest()
    assert office.loaded(HIS).snapshot.stamp is not None, "our part is written again"
    assert sum(r.values.get("note") == "без метки" for r in office.rows("deals").values()) == 1
    note = asked(office, QuestionKind.NOTE)
    assert "проверки ввода" in note.wrong
    assert "копии №" in note.wrong
    assert not office.questions(QuestionKind.HOLD)


def test_an_old_file_that_lost_its_stamp_takes_nothing_back(office: Office) -> None:
    old = office.path(HIS).read_bytes()
    typed(office, amount=333_333, note="новое", next_step="Другое")
    office.path(HIS).write_bytes(unstamped(old, office))
    office.rest()
    assert amounts(office)[deal_of(office)] == 333_333


@pytest.mark.parametrize(("word", "left"), [("Да", 6), ("Нет", 0)])
def test_a_file_without_a_stamp_that_resembles_nothing_is_held(
    office: Office, monkeypatch: pytest.MonkeyPatch, word: str, left: int
) -> None:
    monkeypatch.setattr("sync.merge.brake.BRAKE_ROWS", 2)
    monkeypatch.setattr("sync.merge.brake.BRAKE_SHARE", 100)
    path = office.path(HIS)
    with editing(office, unstamped(path.read_bytes(), office)) as (pen, saved):
        for row_id in office.rows("deals"):
            pen.delete("deals", row_id)
    path.write_bytes(saved[0])
    office.rest()
    question = asked(office, QuestionKind.HOLD)
    assert "метк" in question.wrong
    assert len(office.rows("deals")) == 6
    answer(office, question, word)
    office.rest()
    assert len(office.rows("deals")) == left


def test_the_book_of_a_colleague_is_not_merged(office: Office) -> None:
    before = office.rows("deals")
    office.path(HIS).write_bytes(office.path(HEAD).read_bytes())
    report = office.sync()
    fault = next(b.fault for b in report.books if b.state.book == HIS)
    assert isinstance(fault, NotOurWorkbook)
    assert office.rows("deals") == before


def test_a_conflicted_copy_is_merged_reported_and_never_written(office: Office) -> None:
    path, row = office.path(HIS), deal_of(office)
    beside = path.with_name("Продажи Иванов (конфликтующая копия).xlsx")
    beside.write_bytes(edited(office, path.read_bytes(), deal_of(office, OTHER), note="из копии"))
    typed(office, amount=333_333)
    copy = beside.read_bytes()
    office.rest()
    assert office.rows("deals")[deal_of(office, OTHER)].values["note"] == "из копии"
    assert office.cell(HIS, "deals", deal_of(office, OTHER), "note").value == "из копии"
    assert amounts(office)[row] == 333_333
    assert beside.read_bytes() == copy
    note = asked(office, QuestionKind.NOTE)
    assert beside.name in note.wrong
    office.restart()
    assert office.sync().quiet, "each content of it is merged once"


def test_two_files_that_changed_one_cell_are_two_people(office: Office) -> None:
    path, row = office.path(HIS), deal_of(office)
    raw = path.read_bytes()
    typed(office, amount=333_333)
    path.with_name("Копия.xlsx").write_bytes(edited(office, raw, row, amount=444_444))
    office.rest()
    assert amounts(office)[row] == 333_333, "the first stands"
    question = asked(office, QuestionKind.CONFLICT)
    assert question.payload["value"] == "n:444444"
    answer(office, question, "Да")
    office.rest()
    assert amounts(office)[row] == 444_444


def test_rows_of_a_copy_are_taken_once_however_often_it_is_saved(office: Office) -> None:
    path = office.path(HIS)
    beside = path.with_name("Копия.xlsx")
    with editing(office, path.read_bytes()) as (pen, saved):
        pen.add("clients", name="ООО «Заря»", phone="+7 495 000-11-22")
    beside.write_bytes(saved[0])
    office.rest()
    with editing(office, saved[0]) as (pen, again):
        pen.put("deals", deal_of(office), note="ещё правка")
    beside.write_bytes(again[0])
    office.rest()
    assert office.the("clients", name="ООО «Заря»").number
    assert office.rows("deals")[deal_of(office)].values["note"] == "ещё правка"


def test_a_ruined_copy_is_reported_and_brings_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.merge.brake.BRAKE_ROWS", 2)
    before = office.rows("deals")
    with editing(office, office.path(HIS).read_bytes()) as (pen, saved):
        for row_id in list(before)[:4]:
            pen.delete("deals", row_id)
    office.path(HIS).with_name("Копия.xlsx").write_bytes(saved[0])
    office.rest()
    assert office.rows("deals") == before
    assert "слишком много строк" in asked(office, QuestionKind.NOTE).wrong


@pytest.mark.parametrize("content", ["same", "other team", "no workbook"])
def test_files_beside_that_bring_nothing_are_left_alone(office: Office, content: str) -> None:
    path = office.path(HIS)
    raw = path.read_bytes()
    if content == "other team":
        raw = raw.replace(b"", b"") and unstamped(raw, office)
    path.with_name("Рядом.xlsx").write_bytes(b"PK no workbook" if content == "no workbook" else raw)
    path.with_name("~$Рядом.xlsx").write_bytes(b"")
    assert office.sync().quiet
    assert office.sync().quiet
    assert not office.questions(QuestionKind.NOTE)


def test_a_program_that_opened_earlier_takes_back_the_last_save_and_is_told(
    office: Office,
) -> None:
    path, row = office.path(HIS), deal_of(office)
    touch_owner_file(path, at=office.now)
    opened = path.read_bytes()
    path.write_bytes(edited(office, opened, row, amount=333_333, note="Раз", next_step="Два"))
    office.sync()
    path.write_bytes(edited(office, opened, deal_of(office, OTHER), note="чужое"))
    office.sync()
    values = office.rows("deals")[row].values
    assert (values["amount"], values.get("note")) == (Decimal(200_000), None), "w is live"
    question = asked(office, QuestionKind.TAKE_BACK)
    answer(office, question, "Да")
    office.sync()
    values = office.rows("deals")[row].values
    assert (values["amount"], values["note"]) == (Decimal(333_333), "Раз")
    assert office.rows("deals")[deal_of(office, OTHER)].values["note"] == "чужое"


def test_a_person_who_undoes_three_cells_is_not_asked(office: Office) -> None:
    path, row = office.path(HIS), deal_of(office)
    touch_owner_file(path, at=office.now)
    opened = path.read_bytes()
    path.write_bytes(edited(office, opened, row, amount=333_333, note="Раз", next_step="Два"))
    office.sync()
    path.write_bytes(edited(office, opened, row, amount=200_000))
    office.sync()
    assert not office.questions(QuestionKind.TAKE_BACK)
    assert amounts(office)[row] == 200_000


def test_answers_typed_into_a_stopped_book_are_heard(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.merge.brake.BRAKE_ROWS", 2)
    with office.edit(HEAD) as pen:
        for row_id in list(office.rows("deals"))[:4]:
            pen.delete("deals", row_id)
    office.rest()
    question = asked(office, QuestionKind.HOLD)
    with office.edit(HEAD) as pen:
        pen.answer(question.number, "Да")
    office.rest()
    assert len(office.rows("deals")) == 6
    assert len(office.shown(HEAD, "deals")) == 6
    assert not office.questions(QuestionKind.HOLD)


def test_the_same_damage_again_is_asked_about_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.merge.brake.BRAKE_ROWS", 2)
    with editing(office, office.path(HIS).read_bytes()) as (pen, saved):
        for row_id in list(office.rows("deals"))[:4]:
            pen.delete("deals", row_id)
    office.path(HIS).write_bytes(saved[0])
    office.rest()
    answer(office, asked(office, QuestionKind.HOLD), "Да")
    office.rest()
    assert len(office.shown(HIS, "deals")) == 6
    office.path(HIS).write_bytes(saved[0])
    office.rest()
    assert len(office.rows("deals")) == 6, "the same file back is an old file: nothing is lost"


def test_a_store_from_yesterday_takes_what_the_books_know(office: Office, tmp_path: Path) -> None:
    state = office.team.state / "store.sqlite3"
    office.team.store.close()
    yesterday = state.read_bytes()
    typed(office, amount=333_333)
    typed(office, amount=444_444)
    office.team.store.close()
    for name in ("store.sqlite3-wal", "store.sqlite3-shm"):
        (office.team.state / name).unlink(missing_ok=True)
    state.write_bytes(yesterday)
    office.restart()
    office.rest()
    assert amounts(office)[deal_of(office)] == 444_444
    stamp = office.loaded(HIS).snapshot.stamp
    assert stamp is not None
    with office.team.store.read() as reader:
        book = reader.book(HIS)
    assert book is not None
    assert book.generation == stamp.generation, "no generation is given twice"


def hand_over(office: Office, row_id: str) -> None:
    with office.edit(HEAD) as pen:
        pen.put("deals", row_id, owner="Смирнова Ольга")
    office.rest()
    assert row_id not in office.shown(HIS, "deals")


def test_an_old_copy_may_still_speak_of_a_row_that_was_handed_over(office: Office) -> None:
    old, row = office.path(HIS).read_bytes(), deal_of(office)
    hand_over(office, row)
    count = len(office.rows("deals"))
    office.path(HIS).write_bytes(edited(office, old, row, note="вписано до передачи"))
    office.rest()
    assert len(office.rows("deals")) == count, "it is no new row"
    assert office.rows("deals")[row].values["note"] == "вписано до передачи"
    assert row not in office.shown(HIS, "deals")


def test_an_old_copy_does_not_delete_a_row_that_was_handed_over(office: Office) -> None:
    old, row = office.path(HIS).read_bytes(), deal_of(office)
    hand_over(office, row)
    with editing(office, old) as (pen, saved):
        pen.delete("deals", row)
    office.path(HIS).write_bytes(saved[0])
    office.rest()
    assert row in office.rows("deals")


def test_the_id_of_a_colleagues_row_is_a_foreign_one(office: Office) -> None:
    row = deal_of(office)
    hand_over(office, row)
    before = office.rows("deals")[row].values
    with office.edit(HIS) as pen:
        sheet, keys = pen.sheet("deals")
        at = pen.add("deals", client_id=OTHER, amount=5)
        sheet.cell(at, keys["row_id"]).value = row
    office.rest()
    assert office.rows("deals")[row].values == before
    fresh = next(i for i, r in office.rows("deals").items() if r.values.get("amount") == 5)
    with office.team.store.read() as reader:
        assert [c.after for c in reader.history("deals", fresh, "~from")] == [row]
