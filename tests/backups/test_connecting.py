"""Within a block the file of copies is opened once, and a call there is as safe as any other."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backups import SqliteBackups, folding
from backups import sqlite as keeping
from backups.connecting import Connecting
from model.errors import CannotWrite
from tests.connections import told_opens

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "backups.sqlite3"


@pytest.fixture
def keeper(path: Path) -> SqliteBackups:
    return SqliteBackups.open(path)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    return told_opens(monkeypatch)


def take(keeper: SqliteBackups, raw: bytes) -> int:
    return keeper.take("sales", raw, at=NOON, why="read").id


def beside(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir() if p != path)


def test_a_block_opens_the_file_once_and_leaves_nothing_beside_it(
    path: Path, keeper: SqliteBackups, opened: list[Path]
) -> None:
    with keeper.held():
        assert not opened, "a block that asks for nothing opens nothing"
        first = take(keeper, b"A")
        with keeper.held():
            second = take(keeper, b"B")
        assert [keeper.read(first), keeper.read(second)] == [b"A", b"B"]
        assert keeper.fold(keeper.list()[0].sha256)
        assert opened == [path]
        assert beside(path) == [f"{path.name}-shm", f"{path.name}-wal"]
    assert not beside(path)
    assert len(keeper.list()) == len(opened) == 2


def test_another_thread_has_a_connection_of_its_own(
    keeper: SqliteBackups, opened: list[Path]
) -> None:
    with keeper.held(), ThreadPoolExecutor(1) as pool:
        mine = take(keeper, b"A")
        theirs = pool.submit(take, keeper, b"B").result()
        assert {copy.id for copy in keeper.list()} == {mine, theirs}
    assert len(opened) == 2


def test_what_failed_is_not_gone_on_with(
    keeper: SqliteBackups, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had begun is rolled back, and the next call opens the file anew."""
    full = sqlite3.OperationalError("disk full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def refused(*_: object) -> None:
        raise full

    with keeper.held():
        take(keeper, b"A")
        with monkeypatch.context() as patched:
            patched.setattr(keeping, "move_marks", refused)
            with pytest.raises(CannotWrite):
                take(keeper, b"B")
        assert [copy.size for copy in keeper.list()] == [1]
        assert take(keeper, b"BB") == 2
    assert len(opened) == 2
    assert keeper.is_sound()


def test_one_call_within_another_leaves_none_open(path: Path) -> None:
    """Both have one of their own, and the later end is the one that closes."""
    connecting = Connecting(path, 1.0)
    with connecting.held():
        with connecting.connection() as outer, connecting.connection() as inner:
            assert outer is not inner
        with connecting.connection() as again:
            assert again is inner, "the first that is free is gone on with"
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            outer.execute("SELECT 1")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        inner.execute("SELECT 1")


def test_a_fold_that_is_given_up_leaves_nothing_begun(
    keeper: SqliteBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeper.held():
        take(keeper, b"A")
        monkeypatch.setattr(folding, "keep", lambda *_: False)
        assert not keeper.fold(keeper.list()[0].sha256)
        assert take(keeper, b"B") == 2, "another transaction can begin"


def test_a_file_put_in_the_place_of_the_old_one_is_the_one_written_into(
    path: Path, keeper: SqliteBackups, tmp_path: Path
) -> None:
    fresh = SqliteBackups.open(tmp_path / "fresh.sqlite3")
    take(fresh, b"A")
    with keeper.held():
        take(keeper, b"gone with the old file")
        keeper.settle()
        fresh.settle()
        fresh.path.replace(path)
        assert take(keeper, b"B") == 2
    assert sorted(keeper.read(copy.id) for copy in keeper.list()) == [b"A", b"B"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_what_a_killed_block_took_is_there(path: Path) -> None:
    child = os.fork()
    if child == 0:
        keeper = SqliteBackups.open(path)
        with keeper.held():
            take(keeper, b"A")
            take(keeper, bytes(100_000))
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    keeper = SqliteBackups.open(path)
    assert [copy.size for copy in keeper.list()] == [100_000, 1]
    assert all(keeper.verify(copy.id) for copy in keeper.list())
