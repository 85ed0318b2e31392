"""The eight promises of the house (STYLE section 3), kept over real workbooks and a real store."""

from __future__ import annotations

import hashlib
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from model.errors import WorkbookChanged
from model.records import QuestionKind
from sync import delivery
from sync.exchange import WriteResult, write_back
from sync.world import Disk
from tests.sync.teams import HEAD, HIS, Office


def test_1_every_column_has_one_owner(office: Office) -> None:
    client = office.the("clients", name="ООО «Альфа»").row_id
    deal = office.the("deals", client_id="ООО «Альфа»").row_id
    with office.edit(HIS) as pen:
        pen.put("clients", client, phone="8(495)  111-22-33 доб. 4", note="=1+1")
        pen.put("deals", deal, paid=777)
        sheet, _ = pen.sheet("clients")
        sheet.cell(5, 60).value = "моя колонка"
    office.rest()
    phone = office.cell(HIS, "clients", client, "phone").value
    assert phone == "8(495)  111-22-33 доб. 4", "a person's cell is never tidied"
    assert office.cell(HEAD, "clients", client, "phone").value == phone
    assert office.cell(HIS, "clients", client, "note").formula == "1+1"
    assert office.cell(HIS, "deals", deal, "paid").value == 0
    assert [q.column for q in office.questions(QuestionKind.TYPED_OVER)] == ["paid"]
    with office.edit(HIS) as pen:
        assert pen.sheet("clients")[0].cell(5, 60).value == "моя колонка"


def test_2_rows_are_known_by_a_hidden_id(office: Office) -> None:
    before = office.rows("deals")
    first = next(iter(before))
    with office.edit(HIS) as pen:
        pen.turn_over("deals")
    report = office.sync()
    assert [book.edits for book in report.books] == [0, 0]
    assert {i: r.values for i, r in office.rows("deals").items()} == {
        i: r.values for i, r in before.items()
    }
    with office.edit(HIS) as pen:
        pen.copy("deals", first)
    office.rest()
    rows = office.rows("deals")
    (fresh,) = set(rows) - set(before)
    assert rows[first].values == before[first].values
    assert rows[fresh].values["amount"] == before[first].values["amount"]
    assert set(office.shown(HIS, "deals")) == set(office.shown(HEAD, "deals")) == set(rows)


def test_3_a_write_is_compare_and_set(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = office.the("deals", client_id="ООО «Берёза»").row_id
    with office.edit(HEAD) as pen:
        pen.put("deals", deal, note="из книги руководителя")
    saved: list[bytes] = []

    def somebody_saves_first(disk: Disk, live: Path, new: bytes, **named: Any) -> WriteResult:
        if "Иванов" in live.name and not saved:
            with office.edit(HIS) as pen:
                pen.put("deals", deal, amount=222_222)
            saved.append(live.read_bytes())
        return write_back(disk, live, new, **named)

    monkeypatch.setattr(delivery, "write_back", somebody_saves_first)
    report = office.sync()
    faults = {book.state.book: book.fault for book in report.books}
    assert isinstance(faults[HIS], WorkbookChanged)
    assert report.again
    assert office.path(HIS).read_bytes() == saved[0], "theirs stays"
    office.rest()
    assert office.rows("deals")[deal].values["amount"] == 222_222
    for book in (HEAD, HIS):
        shown = office.shown(book, "deals")[deal]
        assert (shown["amount"], shown["note"]) == (222_222, "из книги руководителя")


def test_4_files_are_exchanged_not_edited(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path = office.path(HIS)
    path.chmod(0o640)
    deal = office.the("deals", client_id="ООО «Берёза»").row_id
    with office.edit(HIS) as pen:
        pen.put("deals", deal, stage="Договор")
    read, inode = path.read_bytes(), path.stat().st_ino
    kept: list[bool] = []

    def look_first(disk: Disk, live: Path, new: bytes, **named: Any) -> WriteResult:
        sha = hashlib.sha256(live.read_bytes()).hexdigest()
        kept.append(any(copy.sha256 == sha for copy in office.team.backups.list()))
        return write_back(disk, live, new, **named)

    monkeypatch.setattr(delivery, "write_back", look_first)
    office.sync()
    assert kept[-1], "what is displaced was copied before"
    assert path.stat().st_ino != inode
    assert path.read_bytes() != read
    assert path.stat().st_mode & 0o777 == 0o640
    (displaced,) = (p for p in office.beside() if p.parent == path.parent)
    assert displaced.read_bytes() == read
    office.rest()
    assert not office.beside(), "two later cycles found it unchanged"
    assert office.cell(HIS, "deals", deal, "stage").value == "Договор"


def test_5_a_persons_change_wins_against_a_deletion(office: Office) -> None:
    edited = office.the("deals", client_id="ООО «Альфа»").row_id
    dropped = office.the("deals", client_id="ООО «Берёза»").row_id
    with office.edit(HIS) as pen:
        pen.delete("deals", edited)
        pen.delete("deals", dropped)
    with office.edit(HEAD) as pen:
        pen.put("deals", edited, amount=555_000)
    office.rest()
    assert office.rows("deals")[edited].values["amount"] == 555_000
    assert office.cell(HIS, "deals", edited, "amount").value == 555_000
    assert dropped not in office.rows("deals"), "nobody touched it: the deletion stands"
    for book in (HEAD, HIS):
        assert dropped not in office.shown(book, "deals")
    asked = {q.row_id: q for q in office.questions(QuestionKind.TRASH)}
    assert set(asked) == {edited, dropped}
    with office.edit(HEAD) as pen:
        pen.answer(asked[dropped].number, "Да")
    office.rest()
    for book in (HEAD, HIS):
        assert office.cell(book, "deals", dropped, "amount").value == Decimal(200_000)


def test_5_a_row_deleted_by_the_head_leaves_the_other_book_too(office: Office) -> None:
    dropped = office.the("deals", client_id="ООО «Берёза»").row_id
    with office.edit(HEAD) as pen:
        pen.delete("deals", dropped)
    office.rest()
    assert dropped not in office.rows("deals")
    assert dropped not in office.shown(HIS, "deals")


def test_6_a_pass_that_would_clear_too_much_stops_and_asks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.merge.brake.BRAKE_ROWS", 2)
    before = office.rows("deals")
    doomed = list(before)[:4]
    with office.edit(HIS) as pen:
        for row_id in doomed:
            pen.delete("deals", row_id)
    report = office.sync()
    assert next(b.held for b in report.books if b.state.book == HIS)
    assert office.rows("deals") == before
    assert set(office.shown(HEAD, "deals")) == set(before)
    (question,) = office.questions(QuestionKind.HOLD)
    office.rest()
    assert office.rows("deals") == before, "nothing moves until a person answers"
    assert not set(doomed) & set(office.shown(HIS, "deals"))
    assert office.questions(QuestionKind.HOLD) == [question], "asked once"
    with office.edit(HEAD) as pen:
        pen.answer(question.number, "Нет")
    office.rest()
    assert set(office.rows("deals")) == set(before) - set(doomed)
    assert set(office.shown(HIS, "deals")) == set(office.shown(HEAD, "deals"))


def test_6_a_stopped_book_is_put_back_when_asked_to(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.merge.brake.BRAKE_ROWS", 2)
    before = office.shown(HIS, "deals")
    with office.edit(HIS) as pen:
        for row_id in list(before)[:4]:
            pen.delete("deals", row_id)
    office.rest()
    (question,) = office.questions(QuestionKind.HOLD)
    with office.edit(HEAD) as pen:
        pen.answer(question.number, "Да")
    office.rest()
    shown = office.shown(HIS, "deals")
    assert {i: r["amount"] for i, r in shown.items()} == {i: r["amount"] for i, r in before.items()}


def test_7_the_daemon_knows_its_own_writes(office: Office) -> None:
    deal = office.the("deals", client_id="ООО «Вектор»").row_id
    with office.edit(HIS) as pen:
        pen.put("deals", deal, stage="Договор")
    wrote = office.sync()
    assert [book.written for book in wrote.books] == [True, True]
    office.restart()
    again = office.sync()
    assert again.quiet
    assert not any(book.edits or book.planned for book in again.books)


def test_8_a_second_pass_without_edits_writes_nothing(office: Office) -> None:
    before = office.files()
    office.sync()
    office.restart()
    office.sync()
    for name in (HEAD, HIS):
        os.utime(office.path(name))  # a look at the file is no edit
    changed = {k for k, v in office.files().items() if v[0] != before[k][0]}
    assert not changed
    office.now = office.now.replace(day=13)
    office.rest()
    morning = office.files()
    assert morning != before, "each book is written once a morning"
    office.sync()
    assert office.files() == morning
