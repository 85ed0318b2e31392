"""A copy put back is a person's order: nothing is lost, nothing is held, and it can be undone."""

import pytest

from model.errors import WorkbookBusy, WrongPlace
from model.records import BatchKind, BookState, QuestionKind, Source, Stamped
from model.row_ids import new_row_id
from sync.cycle import Memory, PassReport, run_pass
from sync.looking import token_of
from sync.reporting import report_month
from sync.reports.spans import month_of_text
from sync.restoring import restore
from sync.team import OWNER_BOOK, Team
from tests.sync.small_team import OWNER, FakeWorld

CLIENTS = 40


@pytest.fixture
def book(team: Team) -> BookState:
    with team.store.read() as reader:
        state = reader.book(OWNER_BOOK)
    assert state is not None
    return state


def add_clients(team: Team, clock: FakeWorld, count: int) -> None:
    ids = [new_row_id(team.settings.family, clock.chance.randbytes) for _ in range(count)]
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, OWNER, clock.now)
        by = Stamped(clock.now, OWNER, Source.IMPORT, None, batch)
        writer.put_many("clients", {i: {"name": f"Клиент {n}"} for n, i in enumerate(ids)}, by=by)


def names(team: Team) -> set[object]:
    with team.store.read() as reader:
        return {record.values["name"] for record in reader.rows("clients").values()}


def sync(team: Team, clock: FakeWorld) -> PassReport:
    clock.later(minutes=5)
    return run_pass(team, clock.world(), memory=Memory())


def test_a_restored_book_gives_the_old_state_and_its_undo_the_new_one(
    team: Team, clock: FakeWorld, book: BookState
) -> None:
    path = team.path(book)
    empty = path.read_bytes()
    sync(team, clock)
    add_clients(team, clock, CLIENTS)
    sync(team, clock)
    full = path.read_bytes()
    old = team.backups.find(token_of(empty), OWNER_BOOK)
    assert old is not None

    done = restore(team, old.id, world=clock.world())

    assert path.read_bytes() == empty
    assert done.before is not None
    assert team.backups.read(done.before.id) == full
    report = sync(team, clock)
    assert [b.held for b in report.books if b.held] == []
    assert names(team) == set()
    with team.store.read() as reader:
        trash = [q for q in reader.questions() if q.kind is QuestionKind.TRASH]
    assert len(trash) == CLIENTS

    restore(team, done.before.id, world=clock.world())
    sync(team, clock)
    assert len(names(team)) == CLIENTS


def test_a_busy_book_is_not_replaced(team: Team, clock: FakeWorld, book: BookState) -> None:
    path = team.path(book)
    sync(team, clock)
    live, copies = path.read_bytes(), team.backups.list(OWNER_BOOK)
    sign = path.with_name(f".~lock.{path.name}#")
    sign.write_text("Орлов,orlov,PC,12.03.2026 09:00,file:///;", encoding="utf-8")
    clock.now = clock.now.fromtimestamp(sign.stat().st_mtime, tz=clock.now.tzinfo)
    with pytest.raises(WorkbookBusy):
        restore(team, copies[-1].id, world=clock.world())
    assert path.read_bytes() == live
    assert team.backups.list(OWNER_BOOK) == copies


def test_a_book_that_was_deleted_comes_back(team: Team, clock: FakeWorld, book: BookState) -> None:
    path = team.path(book)
    sync(team, clock)
    written, copy = team.backups.list(OWNER_BOOK)
    assert written.sha256 == token_of(path.read_bytes())
    path.unlink()
    done = restore(team, copy.id, world=clock.world())
    assert done.before is None
    assert token_of(path.read_bytes()) == copy.sha256


def test_a_dry_run_and_an_unknown_copy_change_nothing(
    team: Team, clock: FakeWorld, book: BookState
) -> None:
    path = team.path(book)
    sync(team, clock)
    live = path.read_bytes()
    copies = team.backups.list(OWNER_BOOK)
    assert restore(team, copies[-1].id, world=clock.world(), dry_run=True).changed
    with pytest.raises(WrongPlace):
        restore(team, 999, world=clock.world())
    assert path.read_bytes() == live
    assert team.backups.list(OWNER_BOOK) == copies


def test_a_report_leaves_no_trace_and_is_the_same_twice(team: Team, clock: FakeWorld) -> None:
    add_clients(team, clock, 2)
    with team.store.read() as reader:
        before = (reader.version(), reader.rows("clients"), reader.questions())
    month = month_of_text(None, clock.now.date())
    made = report_month(team, month, world=clock.world())
    again = report_month(team, month, world=clock.world())
    assert made.report == again.report
    assert [path.name for path in made.paths] == ["2026-03 Отчёт.html", "2026-03 Отчёт.xlsx"]
    with team.store.read() as reader:
        assert before == (reader.version(), reader.rows("clients"), reader.questions())
