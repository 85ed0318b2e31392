"""What is written late into a displaced file is a save like any other."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from model.records import QuestionKind
from sync import cycle, delivery, exchange
from sync.displaced import LOOKS, UNREADABLE, LateSave, tend
from sync.exchange import WriteResult, write_back
from sync.world import Disk, Rung, real_disk
from sync.world.real_disk import RealDisk
from sync.world.real_office import RealOffice
from tests.sync.teams import HEAD, HIS, Office, Pen, touch_owner_file

ALFA, BEREZA = "ООО «Альфа»", "ООО «Берёза»"
OVER = {"name": "ООО «Омега»", "inn": "7743013902", "phone": "+7 495 777-66-55"}
"""Another client, to be typed over one."""


def displaced(office: Office, book: str) -> list[Path]:
    """What lies beside a book."""
    return [p for p in office.beside() if p.parent == office.path(book).parent]


def write_his(office: Office) -> Path:
    """His book is written once; the file that was displaced."""
    with office.edit(HEAD) as pen:
        pen.put("deals", office.the("deals", client_id=ALFA).row_id, note="от руководителя")
    office.sync()
    (file,) = displaced(office, HIS)
    return file


def save_into(office: Office, file: Path, deal: str, **values: object) -> None:
    """Somebody's program still writes into the file that is not live any more."""
    with into(office, file) as pen:
        pen.put("deals", deal, **values)


@contextmanager
def into(office: Office, file: Path) -> Iterator[Pen]:
    """The program of somebody whose file is not live any more: it saves into that one."""
    live = office.path(HIS)
    now = live.read_bytes()
    live.write_bytes(file.read_bytes())
    with office.edit(HIS) as pen:
        yield pen
    late = live.read_bytes()
    live.write_bytes(now)
    with file.open("r+b") as program:
        program.truncate()
        program.write(late)


def test_a_late_save_is_merged_and_what_the_program_wrote_stands(office: Office) -> None:
    alfa = office.the("deals", client_id=ALFA).row_id
    bereza = office.the("deals", client_id=BEREZA).row_id
    file = write_his(office)
    assert office.shown(HIS, "deals")[alfa]["note"] == "от руководителя"
    save_into(office, file, bereza, amount=222_222, note="поздно")
    office.rest()
    rows = office.rows("deals")
    assert rows[bereza].values["amount"] == 222_222
    assert rows[alfa].values["note"] == "от руководителя", "not in the late save, yet no clearing"
    for book in (HEAD, HIS):
        shown = office.shown(book, "deals")
        assert (shown[bereza]["amount"], shown[bereza]["note"]) == (222_222, "поздно")
        assert shown[alfa]["note"] == "от руководителя"
    assert not office.questions(QuestionKind.CONFLICT)
    assert any(copy.why == "late save" for copy in office.team.backups.list(HIS))


def test_a_late_save_of_an_older_write_takes_nothing_back(office: Office) -> None:
    """Its program had opened the book before the head's words came: they are no clearing of his."""
    alfa = office.the("deals", client_id=ALFA).row_id
    bereza = office.the("deals", client_id=BEREZA).row_id
    opened = office.path(HIS).read_bytes()
    first = write_his(office)
    with office.edit(HEAD) as pen:
        pen.put("deals", bereza, amount=111_111)
    office.sync()
    (second,) = set(displaced(office, HIS)) - {first}
    second.write_bytes(opened)
    save_into(office, second, bereza, note="поздно")
    office.rest()
    rows = office.rows("deals")
    assert rows[alfa].values["note"] == "от руководителя"
    assert (rows[bereza].values["amount"], rows[bereza].values["note"]) == (111_111, "поздно")


@pytest.mark.parametrize("way", [1, -1])
def test_of_two_late_saves_the_one_of_the_newer_write_has_the_last_word(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: int
) -> None:
    """He had the book open twice; in which order the files are found says nothing."""
    bereza = office.the("deals", client_id=BEREZA).row_id
    first = write_his(office)
    with office.edit(HEAD) as pen:
        pen.put("deals", bereza, amount=111_111)
    office.sync()
    (second,) = set(displaced(office, HIS)) - {first}
    save_into(office, first, bereza, note="раньше")
    save_into(office, second, bereza, note="позже")

    def found(*given: Any) -> tuple[LateSave, ...]:
        saves = sorted(tend(*given), key=lambda save: save.file.name == first.name)
        return tuple(saves[::way])

    monkeypatch.setattr(cycle, "tend", found)
    office.rest()
    assert office.rows("deals")[bereza].values["note"] == "позже"


def test_a_merged_save_that_a_power_cut_brings_back_says_nothing_again(office: Office) -> None:
    alfa = office.the("deals", client_id=ALFA).row_id
    file = write_his(office)
    save_into(office, file, alfa, note="поздно")
    late = file.read_bytes()
    office.rest()
    with office.edit(HIS) as pen:
        pen.put("deals", alfa, note="потом")
    office.rest()
    assert not file.exists()
    file.write_bytes(late)  # the disk forgot that it was removed
    office.rest()
    assert office.rows("deals")[alfa].values["note"] == "потом"


def test_a_new_row_named_by_the_write_is_no_second_row(office: Office) -> None:
    with office.edit(HIS) as pen:
        pen.add("deals", client_id="ООО «Жук»", stage="Новая", amount=5)
    office.sync()
    (file,) = displaced(office, HIS)
    save_into(office, file, office.the("deals", client_id=ALFA).row_id, note="поздно")
    office.rest()
    office.the("deals", client_id="ООО «Жук»")
    assert office.the("deals", client_id=ALFA).values["note"] == "поздно"


@pytest.mark.parametrize("locked", [False, True], ids=["written", "waiting"])
def test_a_row_that_a_late_save_brought_is_no_second_row_in_the_next(
    office: Office, *, locked: bool
) -> None:
    """The program never sees the id that its new row got, and moves the row before it saves on."""
    beetle, file = "ООО «Жук»", write_his(office)
    with into(office, file) as pen:
        at = pen.add("deals", client_id=beetle, stage="Новая", amount=5)
    sign = touch_owner_file(office.path(HIS), at=office.now)
    if not locked:
        sign.unlink()
    office.sync()
    with into(office, file) as pen:
        sheet, keys = pen.sheet("deals")
        for key in ("client_id", "stage", "amount"):
            sheet.cell(at + 1, keys[key]).value = sheet.cell(at, keys[key]).value
            sheet.cell(at, keys[key]).value = None
        sheet.cell(at + 1, keys["note"]).value = "второе"
    office.sync()
    sign.unlink(missing_ok=True)
    office.rest()
    assert office.the("deals", client_id=beetle).values["note"] == "второе"


def test_new_rows_that_move_on_after_they_were_named_stay_two(office: Office) -> None:
    """The write knows where they stood then; each later save has its own places."""
    with office.edit(HIS) as pen:
        at = pen.add("deals", client_id="ООО «Жук»", stage="Новая", amount=5)
        pen.add("deals", client_id="ООО «Оса»", stage="Новая", amount=6)
    office.sync()
    (file,) = displaced(office, HIS)
    with into(office, file) as pen:
        sheet, keys = pen.sheet("deals")
        live = {c.key for c in office.team.blueprint.tables["deals"].columns if c.live}
        columns = [column for key, column in keys.items() if key not in live]
        rows = [[sheet.cell(row, c).value for c in columns] for row in range(4, at + 2)]
        moved = [rows[-2], *rows[:-3], rows[-1], rows[-3]]
        for row, cells in enumerate(moved, start=4):
            for column, value in zip(columns, cells, strict=True):
                sheet.cell(row, column).value = value
    office.sync()
    with into(office, file) as pen:
        sheet, keys = pen.sheet("deals")
        assert sheet.cell(at, keys["client_id"]).value == "ООО «Оса»"
        sheet.cell(at, keys["note"]).value = "поздно"
    office.rest()
    assert office.the("deals", client_id="ООО «Оса»").values["note"] == "поздно"
    office.the("deals", client_id="ООО «Жук»")
    assert len(office.rows("deals")) == len(rows)


def test_a_copy_in_a_displaced_file_goes_on_by_the_id_that_it_got(office: Office) -> None:
    """The program goes on showing the id of the row that it was copied from, in both."""
    alfa, file = office.the("deals", client_id=ALFA).row_id, write_his(office)
    with into(office, file) as pen:
        at = pen.copy("deals", alfa)
    office.sync()
    same = {i for i, row in office.rows("deals").items() if row.values["client_id"] == ALFA}
    (copied,) = same - {alfa}
    with into(office, file) as pen:
        sheet, keys = pen.sheet("deals")
        sheet.cell(at, keys["note"]).value = "копия"
        pen.put("deals", alfa, amount=7)
    office.rest()
    rows = office.rows("deals")
    assert (rows[alfa].values["amount"], rows[alfa].values["note"]) == (7, "от руководителя")
    assert rows[copied].values["note"] == "копия"
    assert [r.values["client_id"] for r in rows.values()].count(ALFA) == 2


def test_the_same_client_goes_on_by_its_own_id_before_the_book_is_read(office: Office) -> None:
    """«Тот же», and a late save that was typed over it: both before the book can be read again."""
    old, file = office.the("clients", name=ALFA).row_id, write_his(office)
    with into(office, file) as pen:
        pen.put("clients", old, **OVER)
    office.sync()
    new = office.the("clients", name=OVER["name"]).row_id
    (question,) = office.questions(QuestionKind.REPLACED)
    with office.edit(HEAD) as pen:
        pen.answer(question.number, "Да")
    whole = office.path(HIS).read_bytes()
    office.path(HIS).write_bytes(whole[:5_000])
    office.sync()
    assert new not in office.rows("clients")
    office.path(HIS).write_bytes(whole)
    with into(office, file) as pen:
        pen.put("clients", old, note="поздно")
    office.rest()
    assert office.rows("clients")[old].values["note"] == "поздно"
    assert new not in office.rows("clients")


def test_a_save_between_the_last_look_and_the_removal_is_merged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bereza = office.the("deals", client_id=BEREZA).row_id
    file = write_his(office)
    late = iter((222_222,))

    def saves_now(_: RealOffice, path: Path) -> bool:
        if path == file and (amount := next(late, None)) is not None:
            save_into(office, file, bereza, amount=amount)
        return False

    monkeypatch.setattr(RealOffice, "has_writer", saves_now)
    office.rest()
    assert next(late, None) is None, "the program was not asked about"
    assert office.rows("deals")[bereza].values["amount"] == 222_222


def test_half_a_late_save_waits_for_the_rest(office: Office) -> None:
    file = write_his(office)
    alfa = office.the("deals", client_id=ALFA).row_id
    save_into(office, file, alfa, amount=7)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    office.sync()
    assert file.exists()
    file.write_bytes(whole)
    office.rest()
    assert office.rows("deals")[alfa].values["amount"] == 7


def test_half_a_save_that_was_given_up_is_merged_when_the_rest_comes(office: Office) -> None:
    file = write_his(office)
    alfa = office.the("deals", client_id=ALFA).row_id
    save_into(office, file, alfa, amount=7)
    whole = file.read_bytes()
    with file.open("r+b") as program:  # it stays open, so the file stays
        program.truncate(len(whole) // 2)
        for _ in range(5):
            office.sync()
        assert any(c.why == "unreadable rest" for c in office.team.backups.list(HIS))
        program.write(whole)
    office.rest()
    assert office.rows("deals")[alfa].values["amount"] == 7
    assert not [q for q in office.questions() if "мимо книги" in q.wrong]


def test_rubbish_that_stands_still_is_kept_as_a_copy(office: Office) -> None:
    file = write_his(office)
    file.write_bytes(b"PK\x03\x04 half of a book")
    office.rest()
    (copy,) = (c for c in office.team.backups.list(HIS) if c.why == "unreadable rest")
    assert office.team.backups.read(copy.id) == b"PK\x03\x04 half of a book"


def test_a_file_that_a_program_has_open_stays(office: Office) -> None:
    file = write_his(office)
    with file.open("r+b") as program:
        assert RealOffice().has_writer(file)
        for _ in range(4):
            office.sync()
        assert file.exists()
        program.flush()
    assert not RealOffice().has_writer(file)
    office.rest()


def test_a_save_in_the_last_moment_is_merged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was displaced before anybody read it: the next pass of the same run brings it back."""
    alfa = office.the("deals", client_id=ALFA).row_id
    with office.edit(HEAD) as pen:
        pen.put("deals", alfa, note="от руководителя")
    saves = iter(({"amount": 111},))
    swap = exchange.exchange

    def somebody_saves(disk: Disk, live: Path, temp: Path) -> Rung:
        values = next(saves, None) if live == office.path(HIS).resolve() else None
        if values is not None:
            with office.edit(HIS) as pen:
                pen.put("deals", alfa, **values)
        return swap(disk, live, temp)

    monkeypatch.setattr(exchange, "exchange", somebody_saves)
    report = office.sync()
    assert report.again
    (file,) = displaced(office, HIS)
    with office.team.store.read() as reader:
        assert [d.seen for d in reader.displaced() if d.name == file.name] == [""], "not looked at"
    office.sync()
    assert office.shown(HIS, "deals")[alfa]["amount"] == 111
    office.rest()
    values = office.rows("deals")[alfa].values
    assert (values["amount"], values["note"]) == (111, "от руководителя")
    assert not office.questions(QuestionKind.CONFLICT)


def test_half_a_save_in_the_last_moment_is_kept_as_no_whole_copy(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program writes in place: what the exchange displaces is the first half of its save."""
    with office.edit(HEAD) as pen:
        pen.put("deals", office.the("deals", client_id=ALFA).row_id, note="от руководителя")
    halves = iter((office.path(HIS).read_bytes()[:5_000],))
    swap = exchange.exchange

    def somebody_writes(disk: Disk, live: Path, temp: Path) -> Rung:
        if live == office.path(HIS).resolve() and (half := next(halves, None)) is not None:
            live.write_bytes(half)
        return swap(disk, live, temp)

    monkeypatch.setattr(exchange, "exchange", somebody_writes)
    office.sync()
    kept = {c.why for c in office.team.backups.list(HIS) if c.size == 5_000}
    assert kept == {UNREADABLE}


def test_a_crash_after_a_lost_race_leaves_a_save_that_is_merged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    alfa = office.the("deals", client_id=ALFA).row_id
    with office.edit(HEAD) as pen:
        pen.put("deals", alfa, note="от руководителя")

    def lost_and_killed(disk: Disk, live: Path, new: bytes, **named: Any) -> WriteResult:
        if "Иванов" not in live.name:
            return write_back(disk, live, new, **named)
        with office.edit(HIS) as pen:
            pen.put("deals", alfa, amount=333)
        temp = live.with_name(named["temp_name"])
        temp.write_bytes(new)
        exchange.exchange(disk, live, temp)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "write_back", lost_and_killed)
        with pytest.raises(KeyboardInterrupt):
            office.sync()
    office.restart()
    office.rest()
    values = office.rows("deals")[alfa].values
    assert (values["amount"], values["note"]) == (333, "от руководителя")


def test_a_book_left_aside_by_a_crash_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.edit(HIS) as pen:
        pen.put("deals", office.the("deals", client_id=ALFA).row_id, amount=444)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(real_disk, "linux_exchange", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(RealDisk, "place", killed)
        with pytest.raises(KeyboardInterrupt):
            office.sync()
    assert not office.path(HEAD).exists()
    office.restart()
    office.rest()
    assert office.the("deals", client_id=ALFA).values["amount"] == 444
    assert office.path(HEAD).exists()


def test_a_book_that_the_disk_refused_its_name_comes_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the new file nor the old one got it, for longer than displaced files are kept."""
    with office.edit(HIS) as pen:
        pen.put("deals", office.the("deals", client_id=ALFA).row_id, amount=444)
    raw = office.path(HEAD).read_bytes()

    def refused(*_: object) -> None:
        raise OSError(errno.EIO, "gone for a while")

    monkeypatch.setattr(real_disk, "linux_exchange", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(RealDisk, "place", refused)
        for _ in range(LOOKS + 3):
            office.sync()
    assert not office.path(HEAD).exists()
    assert [path.read_bytes() for path in office.beside()].count(raw) == 1
    office.rest()
    assert office.path(HEAD).exists()
    deal = office.the("deals", client_id=ALFA)
    assert office.shown(HEAD, "deals")[deal.row_id]["amount"] == 444
    assert not office.questions(QuestionKind.ROLLBACK)
