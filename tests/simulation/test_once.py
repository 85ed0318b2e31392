"""The check that a new row stands once notices a doubled row and a lost one."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace

import pytest

from model.row_ids import new_row_id
from model.values import Value
from tests.simulation.broken import Broken
from tests.simulation.ledger import Save, Wish
from tests.simulation.once import RowLedger, rows_once
from tests.simulation.pages import Content, Line, empty
from tests.simulation.shape import CLIENTS, FAMILY

NAME = "name-Рогов-1"
OWN, OTHER = (new_row_id(FAMILY, Random(seed).randbytes) for seed in (1, 2))


def book(*lines: Line) -> Content:
    content = empty(None)
    content.pages[CLIENTS].lines.extend(lines)
    return content


def row(row_id: str | None = None) -> Line:
    return Line(row_id, {"name": NAME})


def saved(ledger: RowLedger, was: Content, now: Content, *deeds: str, back: bool = False) -> None:
    ledger.saved(Save("Рогов", "m", was, now, travelled=back, deeds=deeds))
    ledger.had.add(NAME)


@pytest.fixture
def ledger() -> RowLedger:
    """Somebody typed a new row and saved."""
    made = RowLedger(family=FAMILY)
    saved(made, book(), book(row()), "add")
    return made


def looked(ledger: RowLedger, stored: int, shown: int) -> None:
    rows_once(ledger, [{"name": NAME}] * stored, {"Рогов": book(*(row(),) * shown)}, ())


def test_a_row_that_stands_once_is_right(ledger: RowLedger) -> None:
    looked(ledger, 1, 1)
    saved(ledger, book(row()), book(row()), "edit")  # the editor kept the row without its id
    looked(ledger, 1, 1)


@pytest.mark.parametrize(("stored", "shown"), [(2, 1), (1, 2), (0, 0)])
def test_a_doubled_or_lost_row_is_noticed(ledger: RowLedger, stored: int, shown: int) -> None:
    with pytest.raises(Broken, match=NAME):
        looked(ledger, stored, shown)


@pytest.mark.parametrize(("inn", "single"), [("7701", True), ("7702", False)])
def test_a_row_whose_every_key_was_typed_over_is_another_client(inn: str, *, single: bool) -> None:
    made = RowLedger(family=FAMILY)
    line = Line(None, {"name": "Рогов", "inn": "7701", "note": NAME})
    saved(made, book(), book(line), "add")
    saved(made, book(line), book(Line(None, {"name": "Ко", "inn": inn, "note": NAME})), "edit")
    assert (NAME in made.single()) is single


def test_a_value_that_stood_under_an_id_is_no_new_row() -> None:
    """A cloud puts the cells of a row back that the book no longer has."""
    made = RowLedger(family=FAMILY)
    saved(made, book(row(OWN)), book(row(OWN)), "edit")
    saved(made, book(), book(row()), "lose id")
    assert NAME not in made.single()


def test_a_row_that_people_doubled_may_stand_twice(ledger: RowLedger) -> None:
    saved(ledger, book(row(OWN)), book(row(OWN), row(OWN)), "copy")
    looked(ledger, 2, 2)


def test_a_row_that_lost_its_id_may_stand_twice(ledger: RowLedger) -> None:
    saved(ledger, book(row(OWN)), book(row()), "lose id")
    looked(ledger, 2, 2)


@pytest.mark.parametrize(("inn", "known"), [("7701", True), ("7702", False)])
def test_a_row_that_lost_its_id_and_every_key_is_another_client(inn: str, *, known: bool) -> None:
    made = RowLedger(family=FAMILY)
    said: dict[str, Value] = {"id": "К-1", "name": "Рогов", "inn": "7701"}
    saved(made, book(Line(OWN, said)), book(Line(None, said)), "lose id")
    now = Line(None, said | {"name": "Ко", "inn": inn})
    saved(made, book(Line(None, said)), book(now), "edit")
    assert (OWN in made.unnamed) is known


def test_a_row_that_was_deleted_need_not_stand(ledger: RowLedger) -> None:
    saved(ledger, book(row(OWN), Line(OTHER, {"name": "name-old-1"})), book(), "delete")
    looked(ledger, 0, 0)
    with pytest.raises(Broken, match=NAME):
        looked(ledger, 2, 0)


def test_a_row_that_an_old_file_brought_back_may_stand_twice(ledger: RowLedger) -> None:
    saved(ledger, book(row()), book(row()), "travel", back=True)
    looked(ledger, 2, 2)


def test_a_row_with_an_id_whose_every_key_was_typed_over_is_another_client() -> None:
    made = RowLedger(family=FAMILY)
    line: dict[str, Value] = {"name": "Рогов", "inn": "7701", "note": NAME}
    saved(made, book(), book(Line(None, line)), "add")
    now = Line(OWN, line | {"name": "Ко", "inn": "7702"})
    saved(made, book(Line(OWN, line)), book(now), "edit")
    assert NAME not in made.single()


def test_a_new_row_that_another_wrote_over_lies_in_the_basket(ledger: RowLedger) -> None:
    """In a book that has no column for the value: by the row alone it is known."""
    was, now = ({"name": name, "inn": inn} for name, inn in (("Рогов", "7701"), ("Ко", "7702")))
    saved(ledger, book(Line(OWN, {**was})), book(Line(OWN, {**now})), "paste over")
    buried = SimpleNamespace(values={"name": NAME}, deleted=True)
    assert ledger.buried({OWN: buried, OTHER: buried}) == {NAME}
    assert not ledger.buried({OTHER: buried})


def test_what_stands_twice_on_the_screen_of_a_cloud_may_stand_twice(ledger: RowLedger) -> None:
    """The cloud puts the copy alone on the disk: its original has left the book."""
    twice = book(row(), row())
    ledger.saved(Save("Рогов", "m", book(), book(row()), travelled=False, deeds=(), seen=twice))
    looked(ledger, 2, 2)


@pytest.mark.parametrize("row_id", [None, new_row_id("another-family", Random(3).randbytes), OWN])
def test_what_another_emptied_in_a_row_that_no_id_tells_is_not_asked_of_anybody(
    row_id: str | None,
) -> None:
    """Without an id, with one of another team, or with that of the row it is a copy of."""
    made = RowLedger(family=FAMILY)
    line: dict[str, Value] = {"name": "Рогов", "note": "раньше"}
    twins = [Line(OWN, line)] if row_id == OWN else []
    now = Line(row_id, {"name": "Рогов"})
    saved(made, book(Line(row_id, line), *twins), book(now, *twins), "clear")
    wish = Wish("Петрова", OWN, "note", "позже")
    assert made.shared(wish, None)
    assert not made.shared(Wish("Рогов", OWN, "note", "позже"), "раньше")
