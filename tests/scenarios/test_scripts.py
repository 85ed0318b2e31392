"""Books that went through openpyxl: no stored results, parts lost, rows moved as values."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from model.values import Fault
from tests.scenarios.calc import Calc
from tests.scenarios.compare import Package, place
from tests.scenarios.hands import script
from tests.scenarios.ours import Allowed
from tests.scenarios.story import Story
from tests.scenarios.team import OWNER, ROGOV

DEALS, CLIENTS = "Сделки", "Клиенты"


def every_result_stands(story: Story, person: str) -> None:
    """No formula of ours is left without a result, none fails."""
    package = Package(story.book(person))
    cells = {sheet: package.cells(sheet) for sheet in package.sheets}
    bad = [
        (sheet, ref)
        for sheet, ref in story.formulas(person)
        if (cell := cells[sheet][place(ref)]).value is None or cell.kind == "e"
    ]
    assert bad == [], bad[:12]


def test_a_book_loaded_and_saved_gets_its_results_back(story: Story) -> None:
    with script(story.book(ROGOV)):
        pass
    with script(story.book(OWNER)):
        pass
    report = story.one_pass()
    assert not any(book.edits for book in report.books)
    for person in (ROGOV, OWNER):
        every_result_stands(story, person)
    story.pay_agrees(report)


def test_cells_of_every_kind(story: Story) -> None:
    rows, day = story.table(ROGOV, "deals").rows, story.scene.now.date()
    client = story.table(ROGOV, "clients").rows[2]
    told = {"note": "Из сценария", "amount": 88_123.5, "step_on": day.replace(month=12, day=30)}
    with script(story.book(ROGOV)) as book:
        book.put(DEALS, rows[1].row, **told, step_at=time(9, 30), stage="Переговоры")
        book.put(CLIENTS, client.row, inn="7707083893", phone="+7 (999) 111-22-33")
    edits = [("deals", rows[1].row_id, key) for key in (*told, "step_at", "stage")]
    edits += [("clients", client.row_id, key) for key in ("inn", "phone")]
    report = story.one_pass({OWNER: story.carried(OWNER, *edits)})
    values = story.stored("deals", rows[1].row_id or "").values
    assert (values["note"], values["amount"]) == ("Из сценария", Decimal("88123.5"))
    assert (values["step_on"], values["step_at"]) == (day.replace(month=12, day=30), time(9, 30))
    assert values["stage"] == "Переговоры"
    assert story.stored("clients", client.row_id or "").values["inn"] == "7707083893"
    every_result_stands(story, ROGOV)
    story.pay_agrees(report)


def test_rows_moved_added_and_emptied(story: Story) -> None:
    read = story.table(ROGOV, "deals")
    known = set(story.scene.rows("deals"))
    emptied = read.rows[-1]
    allowed = {OWNER: story.standing(OWNER, "deals", emptied.row_id)}
    with script(story.book(ROGOV)) as book:
        book.put(DEALS, emptied.row, **dict.fromkeys((*emptied.cells, "row_id")))
        book.turn_over(DEALS, read.last_row)
        book.put(DEALS, read.last_row + 3, client_id="ООО «Остзюйд»", stage="Новая", amount=5)
    report = story.one_pass(allowed)
    (new,) = story.fresh("deals", known)
    assert (new.values["client_id"], new.values["owner"]) == ("ООО «Остзюйд»", ROGOV)
    assert story.stored("deals", emptied.row_id or "").deleted
    after = {row.row_id: row for row in story.table(ROGOV, "deals").rows}
    for row in read.rows[:-1]:
        for key in ("client_id", "amount", "note", "product", "created_on", "id"):
            assert after[row.row_id].value(key) == row.value(key), (row.row, key)
    assert sum(book.edits for book in report.books) == 2
    every_result_stands(story, ROGOV)


def test_ids_that_were_wiped_are_found_again(story: Story) -> None:
    read = story.table(ROGOV, "clients")
    with script(story.book(ROGOV)) as book:
        for row in read.rows[3:9]:
            book.put(CLIENTS, row.row, row_id=None)
    report = story.one_pass()
    assert story.ids(ROGOV, "clients") == [row.row_id for row in read.rows]
    assert not any(book.edits for book in report.books)


def test_errors_and_unknown_results_clear_nothing(story: Story) -> None:
    rows = story.table(ROGOV, "deals").rows
    kept = rows[4].value("amount")
    with script(story.book(ROGOV)) as book:
        book.put(DEALS, rows[4].row, amount="=1/0", note="#Н/Д")
        book.put(DEALS, rows[5].row, amount="=100*2")
    allowed = Allowed(cells=story.carried(OWNER, ("deals", rows[4].row_id, "note")).cells)
    story.one_pass({OWNER: allowed})
    stored = [story.stored("deals", row.row_id or "").values for row in rows[4:6]]
    assert stored[0]["amount"] == kept
    assert stored[1]["amount"] == rows[5].value("amount")
    cells = [story.row_of(ROGOV, "deals", row.row_id or "").cells["amount"] for row in rows[4:6]]
    assert [cell.formula for cell in cells] == ["1/0", "100*2"]
    assert not isinstance(story.row_of(OWNER, "deals", rows[4].row_id or "").value("amount"), Fault)


@pytest.mark.system("soffice")
def test_libreoffice_agrees_with_results_put_back(story: Story, calc: Calc) -> None:
    rows = story.table(ROGOV, "deals").rows
    with script(story.book(ROGOV)) as book:
        book.put(DEALS, rows[2].row, stage="Счёт выставлен", amount=123_456)
    edits = [("deals", rows[2].row_id, key) for key in ("stage", "amount")]
    story.one_pass({OWNER: story.carried(OWNER, *edits)})
    story.shows_fresh(calc, ROGOV)
