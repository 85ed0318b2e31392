"""Arrivals: written down before the answer, in the store once, found again until understood."""

import sqlite3
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from model.arrivals import InboxState, Landed
from model.errors import CannotWrite, StoreDamaged
from store import Store
from store.landing import Landing
from tests.small_disk import no_file_past
from tests.store.conftest import NOON


def landed(key: str = "id:1", raw: bytes = b"{}", minutes: int = 0) -> Landed:
    return Landed("сайт", key, NOON + timedelta(minutes=minutes), "application/json", raw)


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    opened = Landing.of(tmp_path)
    yield opened
    opened.close()


def keys(store: Store) -> list[str]:
    with store.read() as reader:
        return [row.key for row in reader.waiting_arrivals(limit=100)]


def test_the_landing_file_is_for_its_owner_only(landing: Landing) -> None:
    assert stat.S_IMODE(landing.path.stat().st_mode) == 0o600


def test_what_landed_survives_its_process_and_leaves_when_the_store_has_it(tmp_path: Path) -> None:
    first = Landing.of(tmp_path)
    first.land([landed("id:1", b"\x00\xff"), landed("id:2")], cursor=("почта", "INBOX", "7 12"))
    first.close()
    again = Landing.of(tmp_path)
    one, two = again.first(10)
    assert (one.raw, one.received, two.key) == (b"\x00\xff", NOON, "id:2")
    assert again.cursor("почта", "INBOX") == "7 12"
    assert again.counts() == {"сайт": (2, NOON)}
    again.forget(one.number)
    assert [left.key for left in again.first(10)] == ["id:2"]
    assert again.newest() == two.number
    again.close()


def test_letters_and_their_cursor_land_together_or_not_at_all(landing: Landing) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        landing.land([landed(), landed(raw=None)], cursor=("почта", "INBOX", "1"))  # type: ignore[arg-type]
    assert (landing.first(10), landing.cursor("почта", "INBOX")) == ([], "")


def test_a_full_disk_and_a_broken_file_are_told_in_our_words(tmp_path: Path) -> None:
    opened = Landing.of(tmp_path)
    with no_file_past(64 * 1024), pytest.raises(CannotWrite):
        opened.land([landed(f"id:{number}", b"x" * 10_000) for number in range(100)])
    assert opened.first(10) == []
    opened.close()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "landing.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreDamaged):
        Landing.of(tmp_path / "other")


def test_a_known_key_adds_nothing(store: Store) -> None:
    with store.write() as writer:
        assert writer.take_arrivals([landed("id:1"), landed("id:1"), landed("id:2")]) == 2
    with store.write() as writer:
        assert writer.take_arrivals([landed("id:1", minutes=60)]) == 0
    assert keys(store) == ["id:1", "id:2"]


def test_the_same_nameless_content_counts_once_within_ten_minutes(store: Store) -> None:
    with store.write() as writer:
        for minutes in (0, 9, 21, 22):
            writer.take_arrivals([landed("body:ab", minutes=minutes)])
        assert writer.take_arrivals([landed("body:abc", minutes=22)]) == 1
    assert [key.partition("@")[0] for key in keys(store)] == ["body:ab", "body:ab", "body:abc"]


def test_an_arrival_goes_from_waiting_to_quarantine_and_back(store: Store) -> None:
    with store.write() as writer:
        writer.take_arrivals([landed("id:1", b"?"), landed("id:2")])
        first, second = writer.waiting_arrivals(limit=5)
        writer.settle_arrival(first.number, InboxState.QUARANTINE, at=NOON, reason="не разобрал")
        writer.settle_arrival(second.number, InboxState.DONE, at=NOON)
        writer.tried_arrival(first.number)
        (kept,) = writer.quarantine()
        assert (kept.raw, kept.reason, kept.tries) == (b"?", "не разобрал", 1)
        (health,) = writer.arrival_health()
        assert (health.source, health.waiting, health.quarantined) == ("сайт", 0, 1)
        writer.settle_arrival(kept.number, InboxState.WAITING, at=NOON)
        (again,) = writer.waiting_arrivals(limit=5)
        assert (again.number, again.reason, again.settled_at) == (first.number, "", None)
        assert writer.arrival_health()[0].oldest_waiting == NOON


def test_the_source_of_a_contact_is_remembered_with_its_fault(landing: Landing) -> None:
    landing.note_contact("почта", NOON, "сервер не отвечает")
    landing.note_contact("почта", NOON + timedelta(minutes=1), "")
    assert landing.contacts() == {"почта": (NOON + timedelta(minutes=1), "")}
