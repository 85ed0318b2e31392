"""«Журнал»: the newest changes of every book stand there once the owner has switched it on."""

from __future__ import annotations

from decimal import Decimal

from tests.sync.teams import HEAD, HIS, IVANOV, Office
from tests.sync.test_tabs import JOURNAL, switch


def lines(office: Office) -> list[dict[str, object]]:
    return [dict(values) for values in office.shown(HEAD, "journal").values()]


def test_it_is_empty_until_it_is_switched_on(office: Office) -> None:
    office.rest()
    assert lines(office) == []


def test_what_a_person_typed_stands_on_top_with_what_was_before(office: Office) -> None:
    switch(office, JOURNAL, "да")
    office.rest()
    row_id, deal = next(iter(office.rows("deals").items()))
    before = deal.values["amount"]
    with office.edit(HIS) as pen:
        pen.put("deals", row_id, amount=987_654)
    office.rest()
    (line,) = [n for n in lines(office) if n.get("after") == "987\u00a0654"]
    assert (line["who"], line["source"], line["place"]) == (IVANOV, "правка", "Сделки")
    assert line["number"] == f"С-{deal.number}"
    assert line["field"] == "Сумма, руб."
    assert str(line["before"]).replace("\u00a0", "") == str(before)
    assert isinstance(line["id"], Decimal)
    assert "journal" not in office.loaded(HIS).snapshot.tables


def test_it_alone_is_no_reason_to_write(office: Office) -> None:
    switch(office, JOURNAL, "да")
    office.rest()
    before = office.files()
    office.restart()
    office.sync()
    assert office.files() == before
