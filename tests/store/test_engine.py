"""The file: made private, migrated, checked; transactions that hold or never were."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from model.errors import CannotWrite, CrmError, StoreBusy, StoreDamaged, StoreTooNew
from model.records import BatchKind, BookState
from model.texts import say
from store import Store
from store.engine import translated
from store.migrate import configured
from store.schema import HEAD, NaiveMoment, metadata
from tests.small_disk import no_file_past
from tests.store.conftest import NOON, batch_of

ROOT = Path(__file__).parents[2]


def fill(store: Store, rows: int = 200) -> None:
    with store.write() as writer:
        by = batch_of(writer)
        writer.put_many("deals", {f"d{n}": {"note": "x" * 200} for n in range(rows)}, by=by)


def words(error: CrmError) -> str:
    return say(error.text, **error.facts)


@pytest.mark.filterwarnings("ignore:.*expression-based index .?ix_rows_paid")
def test_the_tables_are_what_the_migrations_build(store: Store) -> None:
    with store._engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert found == []


def test_the_index_of_payments_is_what_the_migrations_build(store: Store) -> None:
    (index,) = (one for one in metadata.tables["rows"].indexes if one.name == "ix_rows_paid")
    wanted = str(CreateIndex(index).compile(dialect=sqlite.dialect()))
    with store._engine.connect() as connection:
        asked = text("SELECT sql FROM sqlite_master WHERE name = 'ix_rows_paid'")
        assert connection.scalar(asked) == wanted


def test_the_head_is_the_newest_migration(store: Store) -> None:
    with store._engine.connect() as connection:
        script = ScriptDirectory.from_config(configured(connection))
    assert script.get_heads() == [HEAD]


def test_opening_again_keeps_everything(path: Path) -> None:
    for versions in (0, 1, 2):
        store = Store.open(path)
        with store.write() as writer:
            assert writer.version() == versions
            batch_of(writer)
        store.close()


def test_only_the_owner_may_read_the_file(path: Path, store: Store) -> None:
    fill(store)
    files = [path, *path.parent.glob("store.sqlite3-*")]
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    store = Store.open(path)
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew) as raised:
        Store.open(path)
    assert "более новой версией" in words(raised.value)
    assert path.read_bytes() == before


def test_the_driver_never_waits_for_the_disk_less_than_fully(store: Store) -> None:
    with store._engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("damage", ["no database", "overwritten middle", "emptied page", "cut off"])
def test_a_damaged_file_is_named_and_not_touched(path: Path, damage: str) -> None:
    store = Store.open(path)
    fill(store)
    store.close()
    raw = path.read_bytes()
    match damage:
        case "no database":
            path.write_bytes(b"These are notes of a person, not a database.\n" * 200)
        case "overwritten middle":
            path.write_bytes(raw[:8192] + b"\x07" * 65536 + raw[8192 + 65536 :])
        case "emptied page":
            page = raw.index(b"x" * 200) // 4096 * 4096
            path.write_bytes(raw[:page] + bytes(4096) + raw[page + 4096 :])
        case "cut off":
            path.write_bytes(raw[: len(raw) // 2])
    before = path.read_bytes()
    with pytest.raises(StoreDamaged) as raised:
        Store.open(path)
    assert str(path) in words(raised.value)
    assert path.read_bytes() == before


def test_a_file_damaged_while_open_is_named_too(path: Path) -> None:
    store = Store.open(path)
    fill(store)
    store._engine.dispose()
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\x07" * (len(raw) - 4096))
    with pytest.raises(StoreDamaged), store.read() as reader:
        reader.rows("deals")
    store.close()


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        Store.open(tmp_path)


def test_a_disk_that_refuses_keeps_the_state_before(store: Store) -> None:
    with no_file_past(200_000), pytest.raises(CannotWrite):
        fill(store, rows=3000)
    with store.read() as reader:
        assert (reader.version(), reader.rows("deals")) == (0, {})
    fill(store)


def test_threads_may_share_a_store(store: Store) -> None:
    threads = [threading.Thread(target=fill, args=(store, n)) for n in (10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.read() as reader:
        assert (reader.version(), len(reader.rows("deals"))) == (3, 30)


def test_an_exception_takes_everything_back(store: Store) -> None:
    def broken_pass() -> None:
        with store.write() as writer:
            writer.put("deals", "d", {"note": "x"}, by=batch_of(writer))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        broken_pass()
    with store.read() as reader:
        assert (reader.version(), reader.rows("deals")) == (0, {})


def test_a_dry_run_sees_its_own_writes_and_leaves_none(store: Store) -> None:
    with store.write() as writer:
        writer.cancel()
        writer.put("deals", "d", {"note": "x"}, by=batch_of(writer))
        assert writer.rows("deals")["d"].values == {"note": "x"}
    with store.read() as reader:
        assert (reader.version(), reader.rows("deals")) == (0, {})


def test_a_reader_sees_one_moment(store: Store) -> None:
    fill(store, rows=1)
    with store.read() as reader:
        assert reader.version() == 1
        fill(store, rows=2)
        assert (reader.version(), len(reader.rows("deals"))) == (1, 1)
    with store.read() as reader:
        assert (reader.version(), len(reader.rows("deals"))) == (2, 2)


def test_two_writers_wait_for_each_other(path: Path, store: Store) -> None:
    inside, order = threading.Event(), list[str]()

    def second() -> None:
        other = Store.open(path)
        inside.set()
        with other.write() as writer:
            batch_of(writer, "second")
            order.append(f"second after {writer.version() - 1}")
        other.close()

    thread = threading.Thread(target=second)
    with store.write() as writer:
        thread.start()
        assert inside.wait(30)
        batch_of(writer, "first")
        order.append("first")
    thread.join(30)
    assert order == ["first", "second after 1"]
    with store.read() as reader:
        assert [batch.who for batch in reader.batches()] == ["second", "first"]


def test_patience_ends_in_words(path: Path, store: Store) -> None:
    hasty = Store.open(path, patience=0)
    with store.write(), pytest.raises(StoreBusy) as raised, hasty.write():
        pass
    hasty.close()
    assert "занята" in words(raised.value)


CUT = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from model.records import BatchKind, Source, Stamped
from store import Store

store = Store.open(Path(sys.argv[1]))
at = datetime(2026, 3, 12, tzinfo=UTC)
with store.write() as writer:
    by = Stamped(at, "Орлов", Source.PERSON, None, writer.start_batch(BatchKind.SYNC, "Орлов", at))
    writer.put_many("deals", {f"d{n}": {"note": "new" * 500} for n in range(3000)}, by=by)
    writer.set_meta("generation", "2")
    if sys.argv[2] == "inside":
        os._exit(9)
os._exit(9)
"""


@pytest.mark.parametrize(("cut", "generation", "rows"), [("inside", "1", 5), ("after", "2", 3000)])
def test_a_killed_transaction_is_there_whole_or_not_at_all(
    path: Path, cut: str, generation: str, rows: int
) -> None:
    store = Store.open(path)
    fill(store, rows=5)
    with store.write() as writer:
        writer.set_meta("generation", "1")
    store.close()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(
        [sys.executable, "-c", CUT, path, cut], env=environment, check=False, timeout=60
    )
    assert killed.returncode == 9
    store = Store.open(path)
    with store.write() as writer:
        found = writer.rows("deals")
        assert (writer.meta("generation"), len(found)) == (generation, rows)
        assert all(len(writer.history("deals", row_id)) >= 2 for row_id in list(found)[:5])
        assert writer.recount() == 0
    store.close()


def test_times_are_kept_in_utc_and_a_naive_one_is_refused(store: Store) -> None:
    vladivostok = timezone(timedelta(hours=10))
    with store.write() as writer:
        writer.start_batch(BatchKind.SYNC, "Орлов", NOON.astimezone(vladivostok))
        first = writer.batch(1)
        assert first is not None
        assert (first.at, first.at.utcoffset()) == (NOON, timedelta())
    with pytest.raises(NaiveMoment), store.write() as writer:
        writer.mark_job("nightly", datetime(2026, 3, 12, 12))  # noqa: DTZ001  # the mistake


def test_half_a_surrogate_pair_does_not_stop_a_pass(store: Store) -> None:
    with store.write() as writer:
        writer.put_book(BookState("book", "C:/\udcff.xlsx", "owner", "Орлов"))
        state = writer.book("book")
    assert state is not None
    assert state.path == "C:/?.xlsx"


def test_a_migration_cut_off_leaves_nothing_half_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = command.upgrade

    def cut_at_the_end(config: Config, revision: str) -> None:
        whole(config, revision)
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", cut_at_the_end)
        with pytest.raises(InterruptedError):
            Store.open(path)
    plain = sqlite3.connect(path)
    assert plain.execute("SELECT name FROM sqlite_master").fetchall() == []
    plain.close()
    Store.open(path).close()


def test_a_lock_that_was_not_to_be_had_is_told_as_a_busy_store(store: Store) -> None:
    failure = sqlite3.OperationalError("locking protocol")
    failure.sqlite_errorcode = sqlite3.SQLITE_PROTOCOL
    assert isinstance(translated(failure, store.path), StoreBusy)
