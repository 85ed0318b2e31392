"""A spreadsheet of an older form gets the tabs and columns of a newer program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.blueprint import HEADER_ROW
from sync.commands.upgrading import run_upgrade, said_of
from sync.upgrade import Did, UpgradeReport, Why, upgrade
from tests.google.client import OWNER
from tests.google.emulator.batch import carry_out
from tests.google.office import Cloudy
from tests.sync.teams import HIS
from tests.sync.upgrade.newer import AGREEMENTS, CHANNEL, FREIGHT, NEW, with_columns, with_sheet

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
    assert "В Google обновлено: 1" in said_of(report, dry_run=False).lines[-1].replace(
        "\u202f", " "
    )
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


def test_a_spreadsheet_that_cannot_be_reached_is_named(cloudy: Cloudy) -> None:
    newer(cloudy)
    shared = cloudy.google.cloud.files[cloudy.hand(HIS).book.id].permissions
    shared[:] = [one for one in shared if one["role"] == "owner"]
    said = run_upgrade(cloudy.office.team, cloudy.world(), dry_run=True)
    assert any("Google не пускает" in line for line in said.warnings)
