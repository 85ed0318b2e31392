"""Bytes in, the same bytes out, or an error that says so."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backups import Backups, Copy, Label, Retention, SqliteBackups, sqlite
from backups.connecting import PAGE
from backups.page import retention_page
from backups.retention import kept, labels
from model.errors import BackupDamaged, CannotWrite, StoreBusy, StoreTooNew, WrongPlace
from model.texts import say
from tests.small_disk import no_file_past

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "backups.sqlite3"


@pytest.fixture
def keeper(path: Path) -> Backups:
    return SqliteBackups.open(path)


def change(path: Path, sql: str, *values: object) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(sql, values)
    connection.close()


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", bytes(range(256)) * 5000])
def test_what_was_taken_comes_back(keeper: Backups, raw: bytes) -> None:
    copy = keeper.take("sales", raw, at=NOON, why="read")
    assert copy == Copy(1, "sales", NOON, sha256(raw).hexdigest(), len(raw), "read")
    assert keeper.read(copy.id) == raw
    assert keeper.verify(copy.id)
    assert keeper.list() == keeper.list("sales") == (copy,)


def test_equal_bytes_are_kept_once(path: Path, keeper: Backups) -> None:
    """
    sales   A   read      -> copy 1
    sales   A   read      -> copy 1 again
    sales   A   displaced -> copy 2
    owner   A   read      -> copy 3
    sales   B   read      -> copy 4
    sales   A   read      -> copy 5
    """
    story = [
        ("sales", b"A", "read", 1),
        ("sales", b"A", "read", 1),
        ("sales", b"A", "displaced", 2),
        ("owner", b"A", "read", 3),
        ("sales", b"B", "read", 4),
        ("sales", b"A", "read", 5),
    ]
    for minute, (book, raw, why, number) in enumerate(story):
        at = NOON + timedelta(minutes=minute)
        assert keeper.take(book, raw, at=at, why=why).id == number
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT raw FROM contents ORDER BY raw").fetchall() == [
        (b"A",),
        (b"B",),
    ]
    connection.close()
    assert [copy.id for copy in keeper.list("sales")] == [5, 4, 2, 1]
    assert [copy.id for copy in keeper.list()] == [5, 4, 3, 2, 1]


def test_a_new_file_has_pages_fit_for_workbooks(path: Path, keeper: Backups) -> None:
    keeper.take("main", b"x", at=NOON, why="read")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (PAGE,)


def test_folding_writes_no_file_but_its_own(keeper: SqliteBackups) -> None:
    with keeper._connecting.connection() as connection:
        assert connection.execute("PRAGMA temp_store").fetchone() == (2,)


def test_a_version_is_found_by_its_hash(keeper: Backups) -> None:
    token = sha256(b"A").hexdigest()
    assert keeper.find(token) is None
    first = keeper.take("sales", b"A", at=NOON, why="read")
    second = keeper.take("owner", b"A", at=NOON, why="read")
    assert keeper.find(token) == second
    assert keeper.find(token, "sales") == first
    assert keeper.find(token, "other") is None


def test_a_copy_that_never_was_is_named(keeper: Backups) -> None:
    with pytest.raises(WrongPlace) as raised:
        keeper.read(7)
    assert say(raised.value.text, **raised.value.facts).startswith("Не нашёл копию «7».")
    with pytest.raises(WrongPlace):
        keeper.verify(7)


def test_changed_bytes_are_noticed_and_mended_by_the_next_take(path: Path, keeper: Backups) -> None:
    copy = keeper.take("sales", b"good bytes", at=NOON, why="read")
    change(path, "UPDATE contents SET raw = ?", b"goop bytes")
    assert not keeper.verify(copy.id)
    with pytest.raises(BackupDamaged) as raised:
        keeper.read(copy.id)
    assert "повреждена" in say(raised.value.text, **raised.value.facts)
    keeper.take("sales", b"good bytes", at=NOON, why="read")
    assert keeper.read(copy.id) == b"good bytes"


def test_lost_bytes_are_noticed(path: Path, keeper: Backups) -> None:
    copy = keeper.take("sales", b"good bytes", at=NOON, why="read")
    change(path, "DELETE FROM contents")
    assert not keeper.verify(copy.id)


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database, just some notes of a person\n" * 100)
    with pytest.raises(BackupDamaged):
        SqliteBackups.open(path)


def test_a_file_of_a_newer_program_is_left_alone(path: Path, keeper: Backups) -> None:
    change(path, "PRAGMA user_version = 3")
    with pytest.raises(StoreTooNew):
        SqliteBackups.open(path)


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        SqliteBackups.open(tmp_path)


def test_opening_again_keeps_the_copies_and_the_file_is_private(
    path: Path, keeper: Backups
) -> None:
    keeper.take("sales", b"A", at=NOON, why="read")
    assert SqliteBackups.open(path).read(1) == b"A"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_patience_ends_in_words(path: Path, keeper: Backups) -> None:
    hasty = SqliteBackups.open(path, patience=0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        hasty.take("sales", b"A", at=NOON, why="read")
    other.close()
    assert keeper.list() == ()


def test_a_lock_that_was_not_to_be_had_is_told_as_a_busy_store(
    keeper: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = sqlite3.OperationalError("locking protocol")
    failure.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL

    def refused(*_: object) -> None:
        raise failure

    monkeypatch.setattr(sqlite, "_keep_content", refused)
    with pytest.raises(StoreBusy):
        keeper.take("main", b"x", at=NOON, why="read")


def test_times_are_kept_in_utc_and_a_naive_one_is_refused(keeper: Backups) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=10)))
    keeper.take("sales", b"A", at=local, why="read")
    (copy,) = keeper.list()
    assert (copy.at, copy.at.utcoffset()) == (NOON, timedelta())
    with pytest.raises(ValueError, match="2026"):
        keeper.take("sales", b"B", at=NOON.replace(tzinfo=None), why="read")
    assert len(keeper.list()) == 1


def test_a_disk_that_refuses_is_named_and_nothing_is_lost(keeper: Backups) -> None:
    first = keeper.take("sales", b"A", at=NOON, why="read")
    with no_file_past(200_000), pytest.raises(CannotWrite):
        keeper.take("sales", bytes(1_000_000), at=NOON, why="read")
    assert keeper.list() == (first,)
    assert keeper.read(first.id) == b"A"
    assert keeper.take("sales", bytes(1_000_000), at=NOON, why="read").id == 2


CUT = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from backups import SqliteBackups

keeper = SqliteBackups.open(Path(sys.argv[1]))
keeper.take("sales", bytes(3_000_000), at=datetime(2026, 3, 12, tzinfo=UTC), why="read")
os._exit(9)
"""


def test_a_copy_survives_the_end_of_the_program(path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        [sys.executable, "-c", CUT, path], env=environment, check=False, timeout=60
    )
    assert killed.returncode == 9
    assert SqliteBackups.open(path).read(1) == bytes(3_000_000)


def test_pruning_lets_go_of_copies_and_of_bytes_that_none_needs(path: Path) -> None:
    keeper = SqliteBackups.open(path)
    for hour, raw in enumerate([b"A", b"B", b"A", b"C"]):
        keeper.take("sales", raw, at=NOON + timedelta(hours=hour), why="read")
    keeper.take("owner", b"O", at=NOON, why="read")
    assert keeper.prune(Retention(last=2, hours=0, days=0, weeks=0, months=0)) == 2
    assert [copy.id for copy in keeper.list()] == [5, 4, 3]
    assert [keeper.read(copy.id) for copy in keeper.list()] == [b"O", b"C", b"A"]
    assert keeper.find(sha256(b"B").hexdigest()) is None


def saves(*hours: float, why: str = "read") -> Iterator[Copy]:
    for number, hour in enumerate(hours, start=1):
        yield Copy(number, "sales", NOON + timedelta(hours=hour), "", 0, why)


NOTHING = Retention(last=0, hours=0, days=0, weeks=0, months=0)


@pytest.mark.parametrize(
    ("rule", "stay"),
    [
        (NOTHING, {6}),
        (Retention(last=3, hours=0, days=0, weeks=0, months=0), {4, 5, 6}),
        (Retention(last=0, hours=2, days=0, weeks=0, months=0), {4, 6}),
        (Retention(last=0, hours=0, days=2, weeks=0, months=0), {3, 6}),
        (Retention(last=0, hours=0, days=9, weeks=0, months=0), {1, 2, 3, 6}),
        (Retention(), {1, 2, 3, 4, 5, 6}),
    ],
)
def test_which_copies_stay(rule: Retention, stay: set[int]) -> None:
    """
    1    10 дней назад
    2    2 дня назад
    3    вчера
    4    сегодня 12:00
    5    сегодня 13:00
    6    сегодня 13:30
    """
    assert kept(saves(-240, -48, -24, 0, 1, 1.5), rule) == stay


def test_a_copy_taken_for_a_reason_that_stays_for_ever_stays() -> None:
    copies = [*saves(0, why="init"), Copy(2, "sales", NOON, "", 0, "read"), *saves(0, 1, 2)]
    rule = Retention(last=1, hours=0, days=0, weeks=0, months=0, forever=frozenset({"init"}))
    assert 1 in kept(copies, rule)


@given(
    st.lists(st.floats(-50_000, 50_000), min_size=1, max_size=40),
    st.builds(Retention, *[st.integers(0, 5)] * 5),
)
def test_pruning_never_removes_the_newest_copy_whatever_the_clock_says(
    hours: list[float], rule: Retention
) -> None:
    copies = list(saves(*hours))
    stay = kept(copies, rule)
    assert max(copy.id for copy in copies) in stay
    assert kept([copy for copy in copies if copy.id in stay], rule) == stay


def test_the_page_about_retention_is_made_of_the_rule() -> None:
    page = ROOT / "docs" / "ru" / "сколько-хранятся.md"
    assert page.read_text(encoding="utf-8") == retention_page()


def test_every_copy_that_stays_says_why() -> None:
    """
    1    a year ago
    2    a day ago, before an upgrade
    3    now, looks like damage
    """
    copies = [
        Copy(1, "sales", NOON - timedelta(days=365), "", 0, "read"),
        Copy(2, "sales", NOON - timedelta(days=1), "", 0, "upgrade"),
        Copy(3, "sales", NOON, "", 0, "read"),
    ]
    rule = Retention(last=1, hours=0, days=1, weeks=0, months=2, forever=frozenset({"upgrade"}))
    assert labels(copies, rule, frozenset({3})) == {
        2: (Label.NEWEST, Label.LAST, Label.DAY, Label.MONTH, Label.FOREVER),
        1: (Label.MONTH,),
        3: (Label.STRANGE,),
    }


def test_hours_and_days_are_those_of_the_team() -> None:
    """Two saves of one evening in Vladivostok lie on two days of UTC."""
    east = timezone(timedelta(hours=10))
    evening = datetime(2026, 3, 12, 9, tzinfo=east)
    copies = [
        Copy(1, "sales", evening.astimezone(UTC), "", 0, "read"),
        Copy(2, "sales", (evening + timedelta(hours=3)).astimezone(UTC), "", 0, "read"),
    ]
    rule = Retention(last=0, hours=0, days=2, weeks=0, months=0, zone=east)
    assert set(kept(copies, rule)) == {2}
