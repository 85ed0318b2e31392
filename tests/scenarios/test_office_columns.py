"""Columns moved, renamed, hidden and added in LibreOffice, with sheets and looks of one's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.scenarios.calc import Calc
from tests.scenarios.compare import Package, place
from tests.scenarios.story import Story
from tests.scenarios.team import OWNER, ROGOV

pytestmark = pytest.mark.system("soffice", "uno")
DEALS, OWN = "Сделки", "Мои расчёты"


def test_a_table_rebuilt_by_its_person(story: Story, calc: Calc) -> None:
    """A column moved, one renamed, one hidden, one added and filled; colours; a sheet beside."""
    read = story.table(ROGOV, "deals")
    row, places = read.rows[2], read.places
    edited = read.rows[9]
    note, stage, amount = places["note"], places["stage"], story.spot(ROGOV, "deals", "amount")
    allowed = {OWNER: story.carried(OWNER, ("deals", edited.row_id, "amount"))}
    own_cells = {f"B{n}": f"={DEALS}.{amount}{n}*2" for n in range(read.rows[0].row, 12)}
    calc.edit(
        story.book(ROGOV),
        {"do": "add_sheet", "sheet": OWN, "cells": {"A1": "Итого", **own_cells}},
        {"do": "put", "sheet": DEALS, "cell": f"{amount}{read.header_row}", "value": "Цена"},
        {"do": "put", "sheet": DEALS, "cell": f"{amount}{edited.row}", "value": 91_919},
        {"do": "move_column", "sheet": DEALS, "column": note, "before": stage},
        {"do": "insert_column", "sheet": DEALS, "column": places["client_id"] + 1},
        {"do": "put", "sheet": DEALS, "cell": f"D{read.header_row}", "value": "Коробок"},
        *(
            {"do": "put", "sheet": DEALS, "cell": f"D{r.row}", "value": 1000 + r.row}
            for r in read.rows[:15]
        ),
        {"do": "colour", "sheet": DEALS, "area": f"C{row.row}:G{row.row}", "colour": 0xFFCC99},
        {"do": "hide_column", "sheet": DEALS, "column": places["expected_on"] + 2},
        {"do": "hide_rows", "sheet": DEALS, "row": 20, "count": 4},
    )
    report = story.one_pass(allowed)
    assert story.stored("deals", edited.row_id or "").values["amount"] == Decimal(91_919)
    after = story.table(ROGOV, "deals")
    assert after.titles["amount"] == "Цена"
    assert after.places["note"] < after.places["stage"]
    assert [r.row_id for r in after.rows] == [r.row_id for r in read.rows]
    story.pay_agrees(report)
    story.shows_fresh(calc, ROGOV)
    grows_beside_an_own_column(story, calc)


def grows_beside_an_own_column(story: Story, calc: Calc) -> None:
    """A deal that the owner gives to the salesperson arrives below, the own column left alone."""
    read = story.table(OWNER, "deals")
    target = story.table(ROGOV, "clients").rows[0].value("name")
    top = read.last_row + 1
    cells = {"client_id": target, "owner": ROGOV, "stage": "Новая", "amount": 12_321}
    calc.edit(
        story.book(OWNER),
        *(
            {"do": "put", "sheet": DEALS, "cell": story.spot(OWNER, "deals", k, top), "value": v}
            for k, v in cells.items()
        ),
    )
    story.one_pass()
    (arrived,) = [
        r for r in story.table(ROGOV, "deals").rows if r.value("amount") == Decimal(12_321)
    ]
    file = Package(story.book(ROGOV))
    assert (arrived.row, 4) not in file.cells(DEALS) or not any(
        file.cells(DEALS)[arrived.row, 4].content
    )
    assert file.cells(OWN)[place("A1")].value == "Итого"
    story.shows_fresh(calc, ROGOV)


def test_rows_out_of_sight_are_no_deletions(story: Story, calc: Calc) -> None:
    """A filter leaves one stage to be seen; a row that stays in sight is edited."""
    read = story.table(ROGOV, "deals")
    seen = next(r for r in read.rows if r.value("stage") == "Договор")
    last = story.spot(ROGOV, "deals", "due_key", read.last_row)
    allowed = {OWNER: story.carried(OWNER, ("deals", seen.row_id, "note"))}
    calc.edit(
        story.book(ROGOV),
        {
            "do": "filter",
            "sheet": DEALS,
            "area": f"A{read.header_row}:{last}",
            "column": read.places["stage"] - 1,
            "text": "Договор",
        },
        *story.typing(ROGOV, "deals", seen, note="Под фильтром"),
    )
    story.one_pass(allowed)
    assert story.stored("deals", seen.row_id or "").values["note"] == "Под фильтром"
    assert story.ids(ROGOV, "deals") == [r.row_id for r in read.rows]
    hidden = [r.get("r") for r in Package(story.book(ROGOV)).root(DEALS).iter() if r.get("hidden")]
    assert len(hidden) > len(read.rows) / 2
