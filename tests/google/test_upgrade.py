"""A spreadsheet of an older form gets the tabs and columns of a newer program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.blueprint import HEADER_ROW
from sync.commands.upgrading import run_upgrade, said_of
from sync.upgrade import Did, Returned, TakenBack, UpgradeReport, Why, take_back, upgrade
from tests.google.client import OWNER
from tests.google.emulator.batch import carry_out
from tests.google.office import Cloudy
from tests.sync.teams import HIS
from tests.sync.upgrade.newer import (
    AGREEMENTS,
    CHANNEL,
    FREIGHT,
    HALF,
    NEW,
    open_to_all,
    with_columns,
    with_sheet,
)

pytestmark = pytest.mark.long


def newer(cloudy: Cloudy) -> None:
    """The program of a later version takes over."""
    office = cloudy.office
    office.team = replace(
        office.team, blueprint=with_sheet(with_columns(office.team.blueprint, *NEW))
    )
    office.restart()


def upgraded(cloudy: Cloudy, *, dry_run: bool = False) -> UpgradeReport:
    return upgrade(cloudy.office.team, cloudy.world(), dry_run=dry_run)


@pytest.fixture(autouse=True)
def rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the later version lets each role do."""
    for holder in ("sync.rights", "sync.rights_lines"):
        monkeypatch.setattr(f"{holder}.DEFAULTS", open_to_all())


def his(taken: TakenBack) -> Returned:
    return next(book for book in taken.books if book.state.book == HIS)


def test_a_spreadsheet_gets_what_it_lacks_and_the_pass_fills_it(cloudy: Cloudy) -> None:
    office, hand = cloudy.office, cloudy.hand(HIS)
    hand.rename("clients", "Мои клиенты")
    deal = next(iter(office.rows("deals")))
    hand.put("deals", deal, note="ещё не читано")
    tabs, before = [t.title for t in hand.book.tabs], hand.shown("deals")
    newer(cloudy)
    dry = upgraded(cloudy, dry_run=True)
    (told,) = (book for book in dry.books if book.state.book == HIS)
    assert [step.did for step in told.done] == [Did.COLUMN] * len(NEW) + [Did.SHEET]
    assert (told.fault, told.written) == (None, False)
    assert [t.title for t in hand.book.tabs] == tabs
    report = upgraded(cloudy)
    (done,) = (book for book in report.books if book.state.book == HIS)
    assert (done.fault, done.written, done.left) == (None, True, ())
    said = said_of(report, dry_run=False).lines[-1]
    assert "1 таблица Google" in said.replace("\u202f", " ")
    assert said.endswith(f"sheetcrm undo {report.batch}")
    office.rest()
    assert [t.title for t in hand.book.tabs] == [*tabs, "Договоры"]
    after = hand.shown("deals")
    typed = ("row_id", "id", "client_id", "stage", "amount", "next_step", "note")
    assert [{k: row.get(k) for k in typed} for row in after.values()] == [
        {k: row.get(k) for k in typed} for row in before.values()
    ]
    assert office.rows("deals")[deal].values["note"] == "ещё не читано"
    tab, keys = hand.tab("deals")
    assert {column.key for column in NEW} <= keys.keys()
    assert tab.at(HEADER_ROW - 1, keys[FREIGHT.key]).value == FREIGHT.title.ru
    hand.put("deals", deal, **{CHANNEL.key: "Сайт"})
    office.rest()
    assert office.rows("deals")[deal].values[CHANNEL.key] == "Сайт"
    assert hand.tab(AGREEMENTS)[0].title == "Договоры"
    assert hand.tab(AGREEMENTS)[1].keys() >= {"row_id", "what", "due"}
    assert all(not book.done for book in upgraded(cloudy).books), "a second time"


def test_a_column_that_a_person_took_away_stays_away(cloudy: Cloudy) -> None:
    hand = cloudy.hand(HIS)
    tab, keys = hand.tab("clients")
    at = keys["note"]
    span = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    cloud = cloudy.google.cloud
    carry_out(cloud, hand.book, OWNER, [{"deleteDimension": {"range": span}}])
    cloud.touched(hand.book.id)
    cloudy.office.rest()
    (book,) = (b for b in upgraded(cloudy).books if b.state.book == HIS)
    assert book.done == ()
    assert [left.why for left in book.left] == [Why.REMOVED]


def test_an_upgrade_of_a_spreadsheet_is_taken_back_and_made_again(cloudy: Cloudy) -> None:
    office, hand, old = cloudy.office, cloudy.hand(HIS), cloudy.office.team.blueprint
    office.rest()
    tabs, before = [t.title for t in hand.book.tabs], hand.shown("deals")
    cols = hand.tab("deals")[0].cols
    newer(cloudy)
    report = upgraded(cloudy)
    office.rest()
    assert report.batch is not None
    dry = his(take_back(office.team, cloudy.world(), report.batch, dry_run=True))
    assert (len(dry.back), dry.left) == (len(NEW) + 1, ())
    assert hand.tab(AGREEMENTS)
    taken = his(take_back(office.team, cloudy.world(), report.batch))
    assert (len(taken.back), taken.left, taken.fault) == (len(NEW) + 1, (), None)
    office.team = replace(office.team, blueprint=old)
    office.restart()
    office.rest()
    assert [t.title for t in hand.book.tabs] == tabs
    assert hand.tab("deals")[0].cols <= cols + len(NEW)
    assert hand.shown("deals") == before
    newer(cloudy)
    again = next(b for b in upgraded(cloudy).books if b.state.book == HIS)
    assert (len(again.done), again.left) == (len(NEW) + 1, ())


def test_what_people_typed_into_a_new_column_of_a_spreadsheet_stays(cloudy: Cloudy) -> None:
    office, hand = cloudy.office, cloudy.hand(HIS)
    newer(cloudy)
    batch = upgraded(cloudy).batch
    office.rest()
    deal = next(iter(office.rows("deals")))
    hand.put("deals", deal, **{FREIGHT.key: 700})
    hand.add(AGREEMENTS, what="Подписать")
    office.rest()
    assert batch is not None
    taken = his(take_back(office.team, cloudy.world(), batch))
    assert [step.field for step in taken.back] == [CHANNEL.key, HALF.key]
    assert {left.why for left in taken.left} == {Why.TYPED}
    office.rest()
    assert hand.shown("deals")[deal][FREIGHT.key] == 700
    assert "what" in hand.tab(AGREEMENTS)[1]


def test_a_spreadsheet_that_cannot_be_reached_is_named(cloudy: Cloudy) -> None:
    newer(cloudy)
    shared = cloudy.google.cloud.files[cloudy.hand(HIS).book.id].permissions
    shared[:] = [one for one in shared if one["role"] == "owner"]
    said = run_upgrade(cloudy.office.team, cloudy.world(), dry_run=True)
    assert any("Google не пускает" in line for line in said.warnings)
