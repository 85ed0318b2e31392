"""Rows sorted, inserted, copied, deleted and cleared in LibreOffice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from model.records import QuestionKind
from tests.scenarios.calc import Calc, Step
from tests.scenarios.ours import Allowed
from tests.scenarios.story import Story
from tests.scenarios.team import BLUEPRINT, OWNER, ROGOV

pytestmark = pytest.mark.system("soffice", "uno")
DEALS = "Сделки"


def sorting(story: Story, first: str, last: str, by: str, *, header: bool = False) -> Step:
    """A sort, downwards, of the deals from one field's column to another's by a third one."""
    read = story.table(ROGOV, "deals")
    top = read.header_row + (0 if header else 1)
    left = story.spot(ROGOV, "deals", first, top)
    right = story.spot(ROGOV, "deals", last, read.last_row)
    return {
        "do": "sort",
        "sheet": read.sheet,
        "area": f"{left}:{right}",
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
    before = {i: row.values for i, row in story.scene.rows("deals").items()}
    order = story.ids(ROGOV, "deals")
    calc.edit(story.book(ROGOV), sorting(story, first, last, "amount", header=header))
    allowed = hidden_cells(story)
    report = story.one_pass({ROGOV: allowed} if last == "lost_reason" else None)
    assert {i: row.values for i, row in story.scene.rows("deals").items()} == before
    assert not any(book.edits for book in report.books)
    rows = story.table(ROGOV, "deals").rows
    amounts = [row.value("amount") for row in rows]
    assert amounts == sorted(amounts, key=str, reverse=True)
    assert {row.row_id for row in rows} == set(order)
    for row in rows:
        kept = before[row.row_id or ""]
        for key in ("client_id", "amount", "note", "title", "product", "created_on", "closed_on"):
            assert row.value(key) == kept.get(key), (row.row, key)
    assert not [q for q in story.scene.questions() if q.kind is QuestionKind.TYPED_OVER]
    story.shows_fresh(calc, ROGOV)


def hidden_cells(story: Story) -> Allowed:
    """Hidden cells of the deals, which a sort of the visible columns leaves behind."""
    hidden = [c.key for c in BLUEPRINT.tables["deals"].columns if c.hidden]
    rows = story.table(ROGOV, "deals").rows
    return Allowed(cells={("deals", row.row, key) for row in rows for key in hidden})


def test_a_column_sorted_alone_waits_for_a_word(story: Story, calc: Calc) -> None:
    before = {i: row.values for i, row in story.scene.rows("deals").items()}
    calc.edit(story.book(ROGOV), sorting(story, "amount", "amount", "amount"))
    story.one_pass(held=ROGOV)
    assert {i: row.values for i, row in story.scene.rows("deals").items()} == before
    (question,) = [q for q in story.scene.questions() if q.kind is QuestionKind.HOLD]
    assert "«Сумма, руб.»" in question.wrong


def test_rows_typed_copied_and_emptied(story: Story, calc: Calc) -> None:
    """A deal in a row inserted in the middle, a pasted copy, one below the table, one emptied."""
    read = story.table(ROGOV, "deals")
    client = story.table(ROGOV, "clients").rows[3]
    copied, emptied = read.rows[5], read.rows[20]
    inserted, pasted = read.rows[8].row, read.last_row + 2
    typed: dict[int, dict[str, Any]] = {
        inserted: {"client_id": client.value("name"), "stage": "Новая", "amount": 55_501},
        pasted + 2: {"client_id": "ООО «Зюйдвест»", "stage": "Договор", "amount": 55_502},
    }
    known = set(story.scene.rows("deals"))
    allowed = {OWNER: story.standing(OWNER, "deals", emptied.row_id)}
    calc.edit(
        story.book(ROGOV),
        {"do": "insert_rows", "sheet": DEALS, "row": inserted},
        {"do": "copy_row", "sheet": DEALS, "row": copied.row, "to": pasted},
        {"do": "clear", "sheet": DEALS, "area": f"A{emptied.row + 1}:BZ{emptied.row + 1}"},
        *(
            {"do": "put", "sheet": DEALS, "cell": story.spot(ROGOV, "deals", k, r), "value": v}
            for r, cells in typed.items()
            for k, v in cells.items()
        ),
    )
    report = story.one_pass(allowed)
    fresh = {row.values["amount"]: row for row in story.fresh("deals", known)}
    assert set(fresh) == {Decimal(55_501), Decimal(55_502), copied.value("amount")}
    assert fresh[Decimal(55_501)].links["client_id"] == client.row_id
    new = fresh[Decimal(55_502)].links["client_id"]
    assert story.stored("clients", new).values == {"name": "ООО «Зюйдвест»", "owner": ROGOV}
    assert story.stored("deals", emptied.row_id or "").deleted
    assert gone(story) == {emptied.row_id}
    rows = {row.row_id: row for row in story.table(ROGOV, "deals").rows}
    assert len(rows) == len(read.rows) + 2
    for record in fresh.values():
        own, owners = rows[record.row_id], story.row_of(OWNER, "deals", record.row_id)
        assert own.value("id") == f"С-{record.number}"
        assert own.cells["signal"].formula is not None
        assert owners.value("owner") == ROGOV
        assert owners.value("amount") == record.values["amount"]
    assert rows[fresh[Decimal(55_501)].row_id].row == inserted
    assert rows[copied.row_id].row == copied.row
    story.pay_agrees(report)
    for person in (ROGOV, OWNER):
        story.shows_fresh(calc, person)


def gone(story: Story) -> set[str]:
    """Rows that «Строка пропала» asks about."""
    return {
        q.row_id
        for q in story.scene.questions()
        if q.kind is QuestionKind.TRASH and q.stance.value == "open"
    }


def test_deleted_rows_lie_in_the_basket_until_they_are_called_back(
    story: Story, calc: Calc
) -> None:
    deals = story.table(ROGOV, "deals").rows
    client = story.table(ROGOV, "clients").rows[7]
    lost = [deals[4], deals[5], deals[6]]
    cleared = story.standing(OWNER, "deals", *(row.row_id for row in lost))
    cleared = Allowed(rows=cleared.rows | story.standing(OWNER, "clients", client.row_id).rows)
    calc.edit(
        story.book(ROGOV),
        {"do": "delete_rows", "sheet": DEALS, "row": lost[0].row, "count": 3},
        {"do": "delete_rows", "sheet": "Клиенты", "row": client.row},
    )
    report = story.one_pass({OWNER: cleared})
    assert gone(story) == {client.row_id, *(row.row_id for row in lost)}
    for row in lost:
        assert story.stored("deals", row.row_id or "").deleted
        assert row.row_id not in story.ids(OWNER, "deals")
    story.pay_agrees(report)
    answers = story.table(ROGOV, "questions")
    asked = next(q for q in story.scene.questions() if q.row_id == lost[1].row_id)
    line = next(row for row in answers.rows if row.value("id") == Decimal(asked.number))
    calc.edit(story.book(ROGOV), *story.typing(ROGOV, "questions", line, answer="Да"))
    story.one_pass()
    back = story.row_of(ROGOV, "deals", lost[1].row_id or "")
    for key in ("client_id", "stage", "amount", "next_step", "created_on"):
        assert back.value(key) == lost[1].value(key)
    assert lost[1].row_id in story.ids(OWNER, "deals")
    story.shows_fresh(calc, ROGOV)
