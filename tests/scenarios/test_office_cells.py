"""Cells of every kind changed in LibreOffice, with everything that people do to looks beside it."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from model.snapshot import RowRead
from tests.scenarios.calc import Calc
from tests.scenarios.story import Story, serial
from tests.scenarios.team import DAY, OWNER, ROGOV

pytestmark = pytest.mark.system("soffice", "uno")


def test_a_save_without_edits_is_no_edit(story: Story, calc: Calc) -> None:
    for person in story.scene.states():
        calc.edit(story.book(person))
    report = story.one_pass()
    assert not any(book.written or book.edits for book in report.books)


def test_cells_of_every_kind(story: Story, calc: Calc) -> None:
    """Text, money, date, time, stage, phone; a cleared cell; in two sheets of one book."""
    rows, day = story.table(ROGOV, "deals").rows, story.scene.now.date()
    client = story.table(ROGOV, "clients").rows[4]
    noted = next(r for r in rows[5:] if r.value("note"))
    told: list[tuple[str, RowRead, dict[str, object]]] = [
        ("deals", rows[0], {"note": "Ждут договор", "amount": 777_001, "step_at": 0.6875}),
        ("deals", rows[1], {"stage": "Счёт выставлен", "expected_on": serial(day)}),
        ("deals", rows[2], {"next_step": "Отправить договор", "step_on": serial(day + DAY)}),
        ("deals", noted, {"note": None}),
        ("clients", client, {"phone": "8 (903) 555-44-33", "city": "Рязань", "email": "a@b.ru"}),
    ]
    steps = [
        step for table, row, cells in told for step in story.typing(ROGOV, table, row, **cells)
    ]
    edits = [(table, row.row_id, key) for table, row, cells in told for key in cells]
    allowed = {OWNER: story.carried(OWNER, *edits)}
    calc.edit(story.book(ROGOV), *steps)
    report = story.one_pass(allowed)
    deals = [story.stored("deals", row.row_id or "").values for row in (*rows[:3], noted)]
    assert (deals[0]["note"], deals[0]["amount"]) == ("Ждут договор", Decimal(777_001))
    assert deals[0]["step_at"] == time(16, 30)
    assert (deals[1]["stage"], deals[1]["expected_on"]) == ("Счёт выставлен", day)
    assert (deals[2]["next_step"], deals[2]["step_on"]) == ("Отправить договор", day + DAY)
    assert deals[3].get("note") is None
    assert story.stored("clients", client.row_id or "").values["phone"] == "8 (903) 555-44-33"
    change = story.history("deals", rows[0].row_id or "", "amount")[0]
    assert (change.who, change.book, change.after) == (ROGOV, f"m:{ROGOV}", Decimal(777_001))
    assert change.before == rows[0].value("amount")
    for table, row, cells in told:
        for key in cells:
            shown = story.row_of(OWNER, table, row.row_id or "").value(key)
            assert shown == story.row_of(ROGOV, table, row.row_id or "").value(key)
    story.pay_agrees(report)
    for person in (ROGOV, OWNER):
        story.shows_fresh(calc, person)
