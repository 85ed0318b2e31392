"""People who work on between our requests, and requests that fail: nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.errors import GoogleUnsettled
from sync import delivery
from tests.google.emulator.faults import Call, Kind
from tests.google.office import Cloudy
from tests.sync.teams import HEAD, HIS, IVANOV


def is_batch(call: Call) -> bool:
    return call.path.endswith(":batchUpdate")


def before_the_batch(cloudy: Cloudy, deed: Callable[[], None]) -> None:
    """Somebody does something after our last look and before our write arrives."""

    def once(call: Call) -> None:
        if is_batch(call):
            cloudy.google.faults.between = None
            deed()

    cloudy.google.faults.between = once


def edited_in_the_file(cloudy: Cloudy, name: str = "ИП Громов") -> str:
    """A client whose note the owner writes into the file: it is due in the spreadsheet."""
    row_id = cloudy.office.the("clients", name=name).row_id
    with cloudy.office.edit(HEAD) as pen:
        pen.put("clients", row_id, note="от руководителя")
        pen.add("clients", name="ООО «Новый»", owner=IVANOV)
    return row_id


def shows_what_the_store_holds(cloudy: Cloudy) -> bool:
    rows = cloudy.office.rows("clients")
    shown = cloudy.hand(HIS).shown("clients")
    wanted = {i: (r.values["name"], r.values.get("note")) for i, r in rows.items()}
    return {i: (r.get("name"), r.get("note")) for i, r in shown.items()} == wanted


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param("insert", marks=pytest.mark.soak),
        pytest.param("sort", marks=pytest.mark.soak),
        pytest.param("delete", marks=pytest.mark.soak),
    ],
)
def test_rows_moved_within_our_round_trip(cloudy: Cloudy, deed: str) -> None:
    hand, rows = cloudy.hand(HIS), cloudy.office.rows("clients")
    gone = cloudy.office.the("clients", name="ООО «Альфа»").row_id
    row_id = edited_in_the_file(cloudy)
    deeds: dict[str, Callable[[], None]] = {
        "insert": lambda: hand.insert("clients", 4),
        "sort": lambda: hand.sort("clients", "name", down=True),
        "delete": lambda: hand.delete("clients", gone),
    }
    before_the_batch(cloudy, deeds[deed])
    cloudy.office.rest()
    assert shows_what_the_store_holds(cloudy)
    assert cloudy.hand(HIS).shown("clients")[row_id]["note"] == "от руководителя"
    known = set(rows) - ({gone} if deed == "delete" else set())
    assert len(cloudy.office.rows("clients")) == len(known) + 1


@pytest.mark.soak
def test_a_lost_answer_is_settled_by_the_stamp(cloudy: Cloudy) -> None:
    for kind in (Kind.TIMEOUT_DONE, Kind.TIMEOUT, Kind.CUT_DONE, Kind.INTERNAL):
        row_id = cloudy.office.the("clients", name="ИП Громов").row_id
        with cloudy.office.edit(HEAD) as pen:
            pen.put("clients", row_id, note=f"при {kind.name}")
        cloudy.google.faults.add(kind, is_batch)
        cloudy.office.sync()  # a write that did not take place is told as «прочитаю ещё раз»
        cloudy.office.rest()
        assert shows_what_the_store_holds(cloudy), kind


@pytest.mark.soak
def test_a_write_that_nobody_saw_the_end_of_is_taken_up_later(cloudy: Cloudy) -> None:
    edited_in_the_file(cloudy)
    faults = cloudy.google.faults
    faults.add(Kind.CUT_DONE, is_batch)
    after = [False]

    def cut(call: Call) -> bool:
        return after[0] and call.is_read

    def once(call: Call) -> None:
        after[0] = after[0] or is_batch(call)

    faults.between = once
    for _ in range(40):
        faults.add(Kind.CUT, cut)
    report = cloudy.office.sync()
    assert [type(b.fault) for b in report.books if b.fault] == [GoogleUnsettled]
    faults.between = None
    faults.waiting.clear()
    version = cloudy.hand(HIS).book.version
    cloudy.office.rest()
    assert shows_what_the_store_holds(cloudy)
    assert cloudy.hand(HIS).book.version - version <= 1  # at most what questions changed


@pytest.mark.soak
def test_a_pass_that_died_after_its_batch_is_taken_up(
    cloudy: Cloudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited_in_the_file(cloudy)
    confirm, count = delivery._confirm, [0]

    def dies(*given: object) -> None:
        count[0] += 1
        if count[0] == 2:  # the owner's file comes first
            raise SystemExit
        confirm(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery, "_confirm", dies)
    with pytest.raises(SystemExit):
        cloudy.office.sync()
    monkeypatch.undo()
    rows = len(cloudy.hand(HIS).shown("clients"))
    cloudy.office.restart()
    cloudy.office.rest()
    assert shows_what_the_store_holds(cloudy)
    assert len(cloudy.hand(HIS).shown("clients")) == rows


@pytest.mark.long
def test_rows_moved_under_a_write_that_nobody_saw_the_end_of(cloudy: Cloudy) -> None:
    hand, office = cloudy.hand(HIS), cloudy.office
    row_id = edited_in_the_file(cloudy)
    unread = office.the("clients", name="ООО «Ель»").row_id
    faults, gone = cloudy.google.faults, [False]

    def between(call: Call) -> None:
        if is_batch(call) and not gone[0]:
            gone[0] = True
            hand.sort("clients", "name", down=True)
        elif call.is_read and not gone[0]:
            hand.put("clients", unread, note="ещё никто не читал")

    faults.between = between
    faults.add(Kind.CUT_DONE, is_batch)
    for _ in range(40):
        faults.add(Kind.CUT, lambda call: gone[0] and call.is_read)
    report = office.sync()
    assert [type(b.fault) for b in report.books if b.fault] == [GoogleUnsettled]
    faults.between = None
    faults.waiting.clear()
    office.rest()
    assert shows_what_the_store_holds(cloudy)
    assert hand.shown("clients")[row_id]["note"] == "от руководителя"
    assert hand.shown("clients")[unread]["note"] == "ещё никто не читал"
    notes = [r.get("note") for r in hand.shown("clients").values()]
    assert notes.count("от руководителя") == 1, "no other client has it"
