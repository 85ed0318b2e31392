"""Copies of books that lie in the team's folder are recognised by what is in them and told once."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl

from model.records import Question, QuestionKind
from model.snapshot import Stamp
from sync.books.stamp import stamp_edits
from sync.copied import EVERY, Looked, tell_copies
from sync.ooxml import BookFile, patch
from tests.sync.teams import HEAD, HIS, IVANOV, OWNER, Office


def told(office: Office) -> list[tuple[str, str, str]]:
    """To whom, what it is called and where it lies."""
    notes: list[Question] = office.questions(QuestionKind.NOTE)
    return sorted((q.whom, q.about, q.where) for q in notes)


def look(office: Office, looked: Looked | None = None) -> int:
    return tell_copies(office.team, office.world(), looked or Looked())


def folder(office: Office, *names: str) -> Path:
    found = office.team.settings.folder.joinpath(*names)
    found.mkdir(parents=True, exist_ok=True)
    return found


def test_a_book_under_another_name_elsewhere_is_told_to_the_owner(office: Office) -> None:
    office.rest()
    assert look(office) == 0
    copy = folder(office, "Руководитель", "Разное") / "смета.xlsx"
    shutil.copy(office.path(HIS), copy)
    assert look(office) == 1
    assert told(office) == [(OWNER, "Копия книги", "Руководитель/Разное/смета.xlsx")]
    (note,) = office.questions(QuestionKind.NOTE)
    assert f"копия книги «{office.path(HIS).stem}»" in note.wrong
    assert look(office) == 0, "once"
    office.sync()
    shown = office.shown(HEAD, "questions").values()
    assert note.wrong in {line.get("wrong") for line in shown}
    copy.unlink()
    look(office)
    assert told(office) == []
    shutil.copy(office.path(HIS), copy)
    assert look(office) == 1, "it lies there again"


def test_a_safety_copy_is_told_to_its_person_and_a_changed_one_is_a_save(office: Office) -> None:
    office.rest()
    shutil.copy(office.path(HIS), office.path(HIS).with_name("на всякий случай.xlsx"))
    look(office)
    place = office.path(HIS).parent.relative_to(office.team.settings.folder).as_posix()
    assert told(office) == [(IVANOV, "Копия книги", f"{place}/на всякий случай.xlsx")]
    changed = office.path(HIS).with_name("правка.xlsx")
    shutil.copy(office.path(HIS), changed)
    book = openpyxl.load_workbook(changed)
    book.worksheets[1].cell(40, 3).value = "правка"
    book.save(changed)
    assert look(office) == 0, "the pass reads it as a second save"


def test_a_book_of_another_team_and_rows_without_a_stamp(office: Office) -> None:
    office.rest()
    raw = office.path(HIS).read_bytes()
    there = patch(BookFile.open(raw, name="x"), stamp_edits(Stamp("DRUGAYA", HIS, 3))).raw
    (folder(office, "Входящие", "Карантин") / "чужая.xlsx").write_bytes(there)
    row_id = next(iter(office.rows("clients")))
    rows, plain = openpyxl.Workbook(), openpyxl.Workbook()
    rows.worksheets[0].append(["ООО «Альфа»", row_id])
    plain.worksheets[0].append(["ООО «Альфа»", "ABCDEFGHIJKLMNOP-QRST"])
    rows.save(folder(office, "Сотрудники") / "выписка.xlsx")
    plain.save(folder(office, "Сотрудники") / "прайс.xlsx")
    assert look(office) == 2
    assert told(office) == [
        (OWNER, "Книга другой команды", "Входящие/Карантин/чужая.xlsx"),
        (OWNER, "Копия книги", "Сотрудники/выписка.xlsx"),
    ]


def test_a_service_opens_a_file_once_and_looks_now_and_then(office: Office) -> None:
    office.rest()
    looked = Looked()
    shutil.copy(office.path(HIS), folder(office, "Разное") / "копия.xlsx")
    assert look(office, looked) == 1
    (mark,) = looked.marks.values()
    assert not looked.is_due(office.now)
    assert looked.is_due(office.now + EVERY)
    assert look(office, looked) == 0
    assert list(looked.marks.values()) == [mark]
    assert [q.about for q in looked.found.values()] == ["Копия книги"]
