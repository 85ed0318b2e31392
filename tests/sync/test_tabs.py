"""«Настройки», «Листы»: a switch shows a tab in every book, once; then it is the person's own."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from model.row_ids import text_id
from tests.sync.teams import HEAD, HIS, Office

CALLS, TASKS, JOURNAL = "Звонки", "Задачи", "Журнал"


def state(office: Office, book: str, title: str) -> str:
    workbook = openpyxl.load_workbook(office.path(book), read_only=True)  # the list of sheets only
    try:
        return str(workbook[title].sheet_state)
    finally:
        workbook.close()


def switch(office: Office, title: str, word: str) -> None:
    with office.edit(HEAD) as pen:
        sheet, keys = pen.sheet("sheets")
        places = [n for n in range(1, 400) if sheet.cell(n, keys["sheet"]).value == title]
        sheet.cell(places[0], keys["shown"]).value = word


def turn(office: Office, book: str, title: str, *, to: Literal["visible", "hidden"]) -> None:
    path: Path = office.path(book)
    workbook = openpyxl.load_workbook(path)
    workbook[title].sheet_state = to
    workbook.save(path)


@pytest.mark.parametrize("title", [CALLS, TASKS])
def test_yes_shows_the_tab_in_every_book_and_no_hides_it(office: Office, title: str) -> None:
    office.rest()
    other = TASKS if title == CALLS else CALLS
    switch(office, title, "да")
    office.rest()
    for book in (HEAD, HIS):
        assert (state(office, book, title), state(office, book, other)) == ("visible", "hidden")
    switch(office, title, "нет")
    office.rest()
    assert [state(office, book, title) for book in (HEAD, HIS)] == ["hidden", "hidden"]


def test_a_tab_that_a_person_hid_or_showed_stays_so(office: Office) -> None:
    office.rest()
    switch(office, CALLS, "да")
    office.rest()
    turn(office, HIS, CALLS, to="hidden")
    turn(office, HEAD, TASKS, to="visible")
    office.rest()
    assert (state(office, HIS, CALLS), state(office, HEAD, TASKS)) == ("hidden", "visible")


def test_the_switches_of_a_new_team_are_known(office: Office) -> None:
    known = {r.values["sheet"] for r in office.rows("sheets").values()}
    assert known >= {CALLS, TASKS, JOURNAL, "Рейтинг", "Календарь", "Ставки", "Нормативы"}
    assert text_id((CALLS,)) in office.rows("sheets")
