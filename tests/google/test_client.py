"""Patience with reads, none with writes, one bucket for a key; what is withheld; the spelling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from sync.books.google.client import Away, PatientClient, Unknown
from sync.books.google.keys import host_of
from sync.books.google.spelling import spelled
from sync.withholding import HIDDEN, Secrets, is_business
from sync.world import World
from tests.google.client import HOST, new_book, session_to
from tests.google.emulator.faults import Kind
from tests.google.emulator.service import PER_USER, Google
from tests.google.emulator.state import Cloud
from tests.worlds import world_of


class Wait:
    """A client whose waiting moves its own clock."""

    def __init__(self, *, limits: bool = False) -> None:
        self.now = datetime(2026, 3, 12, 9, tzinfo=UTC)
        self.slept: list[float] = []
        self.google = Google(Cloud(now=lambda: self.now), limits=limits)
        self.key = new_book(self.google)
        self.client = PatientClient(None, session_to(self.google), world=self._world(), host=HOST)

    def _world(self) -> World:
        plain = world_of(lambda: self.now, lambda count: b"\xff" * count)
        return replace(plain, clock=_Clock(self))

    def read(self) -> int:
        return int(self.client.request("get", SPREADSHEET_URL % self.key).status_code)

    def write(self) -> int:
        body = {"requests": [{"addSheet": {"properties": {"title": "Лист"}}}]}
        url = SPREADSHEET_BATCH_UPDATE_URL % self.key
        return int(self.client.request("post", url, json=body).status_code)

    def fail(self, *kinds: Kind) -> None:
        for kind in kinds:
            self.google.faults.add(kind, lambda call: call.path != "/token")


@dataclass(frozen=True, slots=True)
class _Clock:
    of: Wait

    def now(self) -> datetime:
        return self.of.now

    def settle(self) -> None:
        """At once."""

    def wait(self, seconds: float, /) -> None:
        self.of.slept.append(seconds)
        self.of.now += timedelta(seconds=seconds)


def test_a_read_is_repeated_with_longer_pauses_and_as_google_wishes() -> None:
    wait = Wait()
    wait.fail(Kind.HTML, Kind.CUT, Kind.TIMEOUT, Kind.QUOTA_LATER)
    assert (wait.read(), wait.slept) == (200, [1.0, 2.0, 4.0, 10.0])


def test_a_read_gives_up_within_its_patience() -> None:
    wait = Wait()
    wait.fail(*[Kind.UNAVAILABLE] * 20)
    with pytest.raises(Away):
        wait.read()
    assert sum(wait.slept) <= 90


@pytest.mark.parametrize("kind", [Kind.UNAVAILABLE_DONE, Kind.TIMEOUT_DONE, Kind.CUT, Kind.HTML])
def test_a_write_whose_answer_is_lost_is_not_repeated(kind: Kind) -> None:
    wait = Wait()
    wait.fail(kind)
    with pytest.raises(Unknown):
        wait.write()
    assert sum(method == "POST" and path != "/token" for method, path, _ in wait.google.log) == 1


def test_a_write_is_repeated_after_429_since_nothing_was_done() -> None:
    wait = Wait()
    wait.fail(Kind.QUOTA, Kind.QUOTA)
    assert wait.write() == 200


def test_one_key_stays_below_the_quota_by_itself() -> None:
    wait = Wait(limits=True)
    for _ in range(2 * PER_USER):
        wait.read()
    assert all(status == 200 for _, _, status in wait.google.log)
    assert wait.slept


def test_a_key_says_where_its_google_stands() -> None:
    assert host_of("https://oauth2.googleapis.com/token") == ""
    assert host_of("http://127.0.0.1:8901/token") == "http://127.0.0.1:8901"
    assert host_of("https://googleapis.com.evil.example/token") != ""


@pytest.mark.parametrize(
    ("formula", "sent"),
    [
        ('IF(A1>0.5,SUM(1,2),"а, б; 1.5")', 'IF(A1>(5/10);SUM(1;2);"а, б; 1.5")'),
        ("'Лист, 1.5'!A1*1.10", "'Лист, 1.5'!A1*(11/10)"),
        ("ROUND(A1,2)", "ROUND(A1;2)"),
    ],
)
def test_formulas_go_out_in_a_spelling_of_every_language(formula: str, sent: str) -> None:
    assert spelled(formula) == sent


@pytest.mark.parametrize(
    ("row", "business"),
    [
        ({"name": "ООО «Ромашка»"}, True),
        ({"name": "Иванова Анна"}, False),
        ({"name": "Иванова Анна", "inn": "500100732259"}, True),
        ({"name": "ИП Иванова"}, True),
        ({"name": "Каоооша", "type": "физлицо"}, False),
        ({"name": "Ромашка", "type": "юрлицо"}, True),
    ],
)
def test_a_row_is_of_a_private_person_unless_it_says_otherwise(
    row: dict[str, str], business: bool
) -> None:
    assert is_business(dict(row)) is business


def test_texts_lose_what_is_withheld_and_nothing_else() -> None:
    secrets = Secrets(frozenset({"9161234567"}), frozenset({"anna@mail.ru"}))
    text = "8 (916) 123-45-67 и Anna@mail.ru, а 8 495 111-22-33, К-1234567 и 1 500 000 остаются"
    kept = f"{HIDDEN} и {HIDDEN}, а 8 495 111-22-33, К-1234567 и 1 500 000 остаются"
    assert secrets.masked(text) == kept
