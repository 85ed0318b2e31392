"""What the doctor says of spreadsheets, each thing broken on purpose."""

from __future__ import annotations

from sync.doctor import CHECKS
from sync.finding import Around, Finding, Patient
from sync.place import key_of
from tests.google.client import ROBOT
from tests.google.office import Cloudy
from tests.sync.teams import HIS


def said(cloudy: Cloudy) -> list[Finding]:
    patient = Patient(cloudy.office.team, cloudy.world(), Around(), repair=False)
    return list(CHECKS["google"](patient))


def test_spreadsheets_that_are_in_order_are_one_line(cloudy: Cloudy) -> None:
    (found,) = said(cloudy)
    assert (found.fine, "таблица открывается" in found.words) == (True, True)


def test_what_is_wrong_with_a_spreadsheet_is_told(cloudy: Cloudy) -> None:
    (state,) = (s for s in cloudy.states() if s.book == HIS)
    cloud, key = cloudy.google.cloud, key_of(state)
    cloud.books[key].tabs[1].protections.clear()
    (locks, fine) = said(cloudy)
    assert (locks.fine, "замки" in locks.words, fine.fine) == (True, True, True)
    cloud.share(key, "stranger@example.com")
    assert any(not one.fine and "stranger@example.com" in one.words for one in said(cloudy))
    shared = cloud.files[key].permissions
    shared[:] = [one for one in shared if one.get("emailAddress") != ROBOT]
    (shut,) = said(cloudy)
    assert (shut.fine, ROBOT in shut.words) == (False, True)
