"""Rows sorted, inserted, copied, deleted and cleared in LibreOffice."""

from __future__ import annotations

import pytest

from tests.scenarios.calc import Calc, Step
from tests.scenarios.story import Story
from tests.scenarios.team import ROGOV

pytestmark = pytest.mark.system("soffice")


def sorting(story: Story, first: str, last: str, by: str, *, header: bool = False) -> Step:
    """A sort of the deals from one field's column to another's by a third one."""
    read = story.table(ROGOV, "deals")
    top = read.header_row + (0 if header else 1)
    area = f"{story.spot(ROGOV, 'deals', first, top)}:{story.spot(ROGOV, 'deals', last, read.last_row)}"
    return {
        "do": "sort",
        "sheet": read.sheet,
        "area": area,
        "column": read.places[by] - read.places[first],
        "down": True,
        "header": header,
    }


@pytest.mark.parametrize(
    ("first", "last", "header"),
    [
        pytest.param("id", "due_key", True, id="the whole table, as the toolbar does"),
        pytest.param("id", "lost_reason", False, id="all visible columns"),
        pytest.param("client_id", "lost_reason", False, id="visible columns right of the number"),
    ],
)
def test_a_sort_is_no_edit(story: Story, calc: Calc, first: str, last: str, header: bool) -> None:
    before = {i: story.stored("deals", i).values for i in story.scene.rows("deals")}
    order = story.ids(ROGOV, "deals")
    step = sorting(story, first, last, "amount", header=header)
    calc.edit(story.book(ROGOV), step)
    report = story.one_pass()
    assert {i: story.stored("deals", i).values for i in story.scene.rows("deals")} == before
    rows = story.table(ROGOV, "deals").rows
    amounts = [row.value("amount") for row in rows]
    assert amounts == sorted(amounts, reverse=True)
    assert sorted(story.ids(ROGOV, "deals")) == sorted(order)
    for row in rows:
        kept = before[row.row_id or ""]
        for key in ("client_id", "amount", "note", "product", "created_on", "closed_on"):
            assert row.value(key) == kept.get(key), (row.row, key)
    assert not any(book.edits for book in report.books)
    story.shows_fresh(calc, ROGOV)
