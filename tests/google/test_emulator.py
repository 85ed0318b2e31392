"""The emulator as gspread and google-auth see it, and beside Google's recorded answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import gspread
import pytest
import requests
from google.oauth2.service_account import Credentials
from gspread.utils import ValueRenderOption

from tests.acceptance.google import AIMS, Score, replay, share
from tests.google.client import (
    OWNER,
    ROBOT,
    Readdressed,
    gspread_to,
    key_file,
    new_book,
    session_to,
)
from tests.google.emulator.faults import Call, Kind
from tests.google.emulator.service import PER_USER, Google
from tests.google.emulator.state import Cloud
from tests.google.emulator.wire import Server


@pytest.fixture
def google() -> Google:
    return Google()


def test_recorded_answers_are_given_again(shared_data: Path) -> None:
    scores = replay(shared_data / "google" / "gspread_recordings.jsonl")
    assert {n: aim for n, aim in AIMS.items() if share(scores.get(n, Score())) < aim} == {}


def test_gspread_writes_and_reads_over_a_port() -> None:
    google = Google()
    key = new_book(google)
    with Server(google) as server:

        class Client(Readdressed):
            address = server.address

        credentials = Credentials.from_service_account_info(
            key_file(server.address), scopes=["https://www.googleapis.com/auth/spreadsheets"]
        )
        tab = gspread.Client(auth=credentials, http_client=Client).open_by_key(key).sheet1
        tab.update([["ООО Ромашка", 1500.5], ["0077", None]], "A1")
        assert tab.get("A1:B2") == [["ООО Ромашка", "1500,5"], ["0077"]]


def test_an_expired_token_is_fetched_anew() -> None:
    hours = [0]
    google = Google(Cloud(now=lambda: datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours[0])))
    tab = gspread_to(google).open_by_key(new_book(google)).sheet1
    hours[0] = 2
    assert tab.get("A1") == [[]]
    assert [path for _, path, _ in google.log].count("/token") == 2


def test_null_leaves_its_cell_alone_and_an_empty_text_clears_it(google: Google) -> None:
    tab = gspread_to(google).open_by_key(new_book(google)).sheet1
    tab.update([["a", "b", "c"]], "A1")
    told = tab.update([[None, "", "d"]], "A1")
    assert (tab.get("A1:C1"), told["updatedCells"]) == ([["a", "", "d"]], 2)


def test_a_batch_is_all_or_nothing(google: Google) -> None:
    book = gspread_to(google).open_by_key(new_book(google))
    cell = {"userEnteredValue": {"numberValue": 7}}
    good = {"rows": [{"values": [cell]}], "fields": "userEnteredValue", "start": {}}
    with pytest.raises(gspread.exceptions.APIError, match="No grid with id: 99"):
        book.batch_update({"requests": [{"updateCells": good}, {"deleteSheet": {"sheetId": 99}}]})
    assert book.sheet1.get("A1") == [[]]


@pytest.mark.asks_wrongly
def test_an_unknown_property_is_refused_as_google_does(google: Google) -> None:
    book = gspread_to(google).open_by_key(new_book(google))
    with pytest.raises(gspread.exceptions.APIError, match="Unknown name"):
        book.batch_update({"requests": [{"addSheet": {"propertys": {}}}]})


def test_a_service_account_owns_no_file(google: Google) -> None:
    google.cloud.storeless.add(ROBOT)
    with pytest.raises(gspread.exceptions.APIError, match="storage quota"):
        gspread_to(google).create("Моя")


def test_a_protected_column_stops_others_but_not_its_editor(google: Google) -> None:
    key = new_book(google)
    google.cloud.share(key, "ivanov@example.com")
    area = {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}
    protect = {"range": area, "editors": {"users": [ROBOT]}}
    gspread_to(google).open_by_key(key).batch_update(
        {"requests": [{"addProtectedRange": {"protectedRange": protect}}]}
    )
    gspread_to(google).open_by_key(key).sheet1.update([["ours"]], "A1")
    token = google.cloud.sign_in("ivanov@example.com")
    body = {"values": [["theirs"]]}
    path = f"/v4/spreadsheets/{key}/values/A1"
    query = (("valueInputOption", "RAW"),)
    refused = google.answer(Call("PUT", path, query, body, {"authorization": f"Bearer {token}"}))
    owner = {"authorization": f"Bearer {google.cloud.sign_in(OWNER)}"}
    assert refused.status == 400
    assert google.answer(Call("PUT", path, query, body, owner)).status == 200


def test_a_minutes_quota_is_used_up_and_comes_back() -> None:
    at = [datetime(2026, 3, 2, tzinfo=UTC)]
    google = Google(Cloud(now=lambda: at[0]), limits=True)
    key = new_book(google)
    session = session_to(google)
    url = f"https://google.emulated/v4/spreadsheets/{key}"
    codes = [session.get(url).status_code for _ in range(PER_USER + 1)]
    at[0] += timedelta(minutes=1)
    assert (codes[-2:], session.get(url).status_code) == ([200, 429], 200)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_fault_is_told_apart_by_whether_it_took_effect(google: Google, kind: Kind) -> None:
    key = new_book(google)
    session = session_to(google)
    url = f"https://google.emulated/v4/spreadsheets/{key}/values/A1?valueInputOption=RAW"
    google.faults.add(kind, lambda call: call.method == "PUT")
    try:
        status = session.put(url, json={"values": [["x"]]}).status_code
    except requests.RequestException:
        status = 0
    done = google.cloud.books[key].tabs[0].at(0, 0).value == "x"
    repeated = kind is Kind.UNAUTHORISED  # google-auth asks for a token and tries again
    assert done == (kind.name.endswith("DONE") or repeated)
    assert (status == 200) == repeated


def test_two_formulas_one_of_which_looks_at_the_other(google: Google) -> None:
    tab = gspread_to(google).open_by_key(new_book(google, locale="en_US")).sheet1
    tab.update([["=A2*2", "=SUM(A1:A2)"], [21, ""]], "A1", raw=False)
    assert tab.get("A1:B1", value_render_option=ValueRenderOption.unformatted) == [[42, 63]]


def test_rows_inserted_above_take_names_and_formulas_along(google: Google) -> None:
    book = gspread_to(google).open_by_key(new_book(google, locale="en_US"))
    book.define_named_range("A1:A2", "two") if hasattr(book, "define_named_range") else None
    tab = book.sheet1
    tab.update([[1], [2], ["=A1+A2"]], "A1", raw=False)
    tab.insert_row([10], 2)
    assert tab.get("A4", value_render_option=ValueRenderOption.formula) == [["=A1+A3"]]
