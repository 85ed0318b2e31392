"""In which order the rows of a new book stand, and where later ones go."""

from __future__ import annotations

from model.values import Value
from tests.sync.teams import HEAD, HIS, Office


def stages(office: Office, book: str) -> list[Value]:
    return [cells["stage"] for cells in office.shown(book, "deals").values()]


def test_open_deals_stand_first_and_the_newest_of_them_on_top(office: Office) -> None:
    opened = ["Счёт выставлен", "Переговоры", "КП отправлено", "Новая"]
    for book in (HEAD, HIS):
        assert stages(office, book) == [*opened, "Отказ", "Успешно"]


def test_a_deal_that_comes_later_goes_below_and_nothing_moves(office: Office) -> None:
    before = stages(office, HEAD)
    with office.edit(HIS) as pen:
        pen.add("deals", client_id="ООО «Новая»", stage="Договор", amount=5)
    office.rest()
    for book in (HEAD, HIS):
        assert stages(office, book) == [*before, "Договор"]
