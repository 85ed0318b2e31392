"""The loop: it sees changes itself, outlives failures, waits for quiet files, stops when told."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from model.blueprint import Role
from model.errors import CannotWrite, LeaseLost
from model.records import Lease
from sync import daemon
from sync.cycle import PassReport, run_pass
from sync.daemon import Watch, morning, timetable, turn, watch
from sync.team import OWNER_BOOK, Team
from tests.sync.small_team import PEOPLE, ZONE, FakeWorld

Act = Callable[[], object] | None


class FakeWaker:
    """Waits by moving the clock; what stands in `acts` happens during the waits, one a wait."""

    def __init__(self, clock: FakeWorld, stop: Event, acts: Sequence[Act] = ()) -> None:
        self.clock, self.stop, self.acts = clock, stop, list(acts)
        self.waits: list[float] = []

    def wake(self) -> None:
        """Nobody waits here."""

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.later(seconds=seconds)
        if not self.acts:
            self.stop.set()
            return
        act = self.acts.pop(0)
        if act is not None:
            act()


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[PassReport]:
    """Every pass that the loop makes, with its report or its failure."""
    made: list[PassReport] = []

    def counted(*args: Any, **kwargs: Any) -> PassReport:
        report = run_pass(*args, **kwargs)
        made.append(report)
        return report

    monkeypatch.setattr(daemon, "run_pass", counted)
    return made


def loop(team: Team, clock: FakeWorld, *acts: Act) -> tuple[list[PassReport], FakeWaker]:
    """Runs the loop until its acts are used up; what it told."""
    told: list[PassReport] = []
    stop = Event()
    waker = FakeWaker(clock, stop, acts)
    watch(team, clock.world(), waker, stop=stop, tell=told.append)
    return told, waker


def path_of(team: Team, book: str) -> Path:
    with team.store.read() as reader:
        state = reader.book(book)
    assert state is not None
    return team.path(state)


def is_due(state: Watch) -> bool:
    return state.due


def test_the_first_turn_passes_and_quiet_turns_do_not(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    told, waker = loop(team, clock, None, None, None, None)
    assert len(passes) == 1
    assert [book.written for book in told[0].books] == [True] * 3
    assert waker.waits == [team.settings.poll_seconds] * 5


def test_a_saved_book_wakes_a_pass_once_it_stands_still(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    path = path_of(team, OWNER_BOOK)

    def save() -> None:
        raw = path.read_bytes()
        path.write_bytes(raw)

    _, waker = loop(team, clock, None, save, None, None)
    assert len(passes) == 2
    assert passes[1].quiet
    assert team.settings.settle_seconds in waker.waits


def test_a_change_behind_an_unchanged_mark_is_found_within_a_minute(
    team: Team, clock: FakeWorld, passes: list[PassReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop(team, clock)
    state = Watch()
    monkeypatch.setattr(daemon, "token_of", lambda _: "other bytes")
    waker = FakeWaker(clock, Event())
    state.seen, state.due = daemon.sight(team, clock.world()), False
    state.hashed_at = clock.now
    turn(team, clock.world(), waker, state, tell=lambda _: None)
    assert len(passes) == 1
    clock.later(seconds=61)
    turn(team, clock.world(), waker, state, tell=lambda _: None)
    assert len(passes) == 2


def test_a_failing_pass_is_logged_and_comes_again_ever_more_seldom(
    team: Team, clock: FakeWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(daemon, "run_pass", broken)
    with caplog.at_level(logging.WARNING):
        told, waker = loop(team, clock, None, None)
    assert told == []
    assert [r.getMessage() for r in caplog.records] == ["a pass failed"] * 3
    poll = team.settings.poll_seconds
    assert waker.waits == [poll * 2, poll * 4, poll * 8]


def test_a_book_that_is_gone_does_not_keep_the_others_from_their_pass(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    path_of(team, OWNER_BOOK).rename(team.settings.folder / "унесли.xlsx")
    told, _ = loop(team, clock)
    faults = {b.state.book: type(b.fault).__name__ for b in told[0].books if b.fault}
    assert faults == {OWNER_BOOK: "WorkbookGone"}
    assert sum(book.written for book in told[0].books) == 2


def test_a_book_that_is_gone_does_not_slow_the_looks_at_the_others(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    """It is tried again ever more seldom; what another one saves is seen in the same rhythm."""
    with team.store.read() as reader:
        other = next(team.path(book) for book in reader.books() if book.book != OWNER_BOOK)
    path_of(team, OWNER_BOOK).rename(team.settings.folder / "унесли.xlsx")
    tried: list[int] = []

    def save() -> None:
        tried.append(len(passes))
        other.write_bytes(other.read_bytes())

    def seen() -> None:
        tried.append(len(passes))

    quiet = [None] * 60
    _, waker = loop(team, clock, *quiet, save, None, seen)
    poll = team.settings.poll_seconds
    assert set(waker.waits) == {poll, team.settings.settle_seconds}
    before, after = tried
    assert 4 <= before <= 7, "after 2, 4, 8, 16, 32 looks"
    assert after == before + 1


def test_a_team_taken_over_ends_the_loop(team: Team, clock: FakeWorld) -> None:
    path = path_of(team, OWNER_BOOK)
    written: list[bytes] = []

    def taken() -> None:
        written.append(path.read_bytes())
        with team.store.read() as reader:
            lease = reader.lease()
        assert lease is not None
        assert lease.beat, "the loop gave a sign of life"
        team.store.fence = None
        with team.store.write() as writer:
            writer.grant(Lease("oleg", "crm-2", 2, since=clock.now, beat_at=clock.now))
        team.store.fence = lease.fence
        path.touch()
        clock.later(days=1)

    with team.store.write() as writer:
        mine = writer.grant(Lease("anna", "crm-1", 1, since=clock.now, beat_at=clock.now))
    team.store.fence = mine.fence
    with pytest.raises(LeaseLost):
        loop(team, clock, taken, None, None)
    assert path.read_bytes() == written[0], "nothing is written once the lease is lost"


def test_a_job_that_fails_is_logged_and_the_loop_goes_on(
    team: Team, clock: FakeWorld, passes: list[PassReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise CannotWrite(name="store.sqlite3", reason="disk full")

    monkeypatch.setattr(daemon, "morning", fails)
    loop(team, clock, None, None)
    assert passes


def test_an_import_by_another_process_wakes_a_pass(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    from model.records import BatchKind

    def bring() -> None:
        with team.store.write() as writer:
            writer.start_batch(BatchKind.IMPORT, "", clock.now)

    loop(team, clock, None, bring, None)
    assert len(passes) == 2


def test_the_morning_is_due_once_a_day_from_the_hour_of_the_settings_on(
    team: Team, clock: FakeWorld
) -> None:
    state = Watch(due=False)
    clock.now = clock.now.replace(hour=8, minute=29)
    morning(team, clock.world(), state)
    assert not is_due(state)
    clock.later(minutes=2)
    morning(team, clock.world(), state)
    assert is_due(state)
    state.due = False
    clock.later(hours=3)
    morning(team, clock.world(), state)
    assert not is_due(state)
    clock.later(days=1)
    timetable(team, clock.world(), state)
    assert is_due(state)


def test_the_morning_comes_by_the_clock_of_the_world(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    clock.now = clock.now.replace(hour=8, minute=0)
    loop(team, clock, None, lambda: clock.later(minutes=40), None)
    assert [f"{made.at:%H:%M}" for made in passes] == ["08:00", "08:40"]


def test_a_weekend_and_a_holiday_have_no_morning_and_a_working_saturday_has_one(
    team: Team, clock: FakeWorld
) -> None:
    state = Watch(due=False)
    for free in ((2026, 3, 14), (2026, 3, 9), (2026, 6, 12)):
        clock.now = datetime(*free, 10, tzinfo=ZONE)
        morning(team, clock.world(), state)
        assert not is_due(state), free
    clock.now = datetime(2025, 11, 1, 10, tzinfo=ZONE)
    morning(team, clock.world(), state)
    assert is_due(state)


def test_a_save_on_a_saturday_is_shown_as_of_that_saturday(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    from model.records import BatchKind

    def saturday() -> None:
        clock.now = datetime(2026, 3, 14, 11, tzinfo=ZONE)

    def bring() -> None:
        with team.store.write() as writer:
            writer.start_batch(BatchKind.IMPORT, "", clock.now)

    loop(team, clock, None, saturday, None, bring, None)
    assert [made.at.day for made in passes] == [12, 14]
    assert all(person.asof == date(2026, 3, 14) for person in passes[1].people)
    assert [book.written for book in passes[1].books] == [True] * 3


def test_a_night_without_edits_writes_no_book(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    loop(team, clock)
    clock.now = clock.now.replace(hour=23, minute=59)
    loop_state = Watch(seen=daemon.sight(team, clock.world()), due=False)
    loop_state.hashed_at = clock.now
    clock.later(minutes=30)
    turn(team, clock.world(), FakeWaker(clock, Event()), loop_state, tell=lambda _: None)
    assert len(passes) == 1
    clock.now += timedelta(hours=9)
    morning(team, clock.world(), loop_state)
    turn(team, clock.world(), FakeWaker(clock, Event()), loop_state, tell=lambda _: None)
    assert [book.written for book in passes[1].books] == [True] * 3


def test_a_newcomer_on_the_list_gets_a_book(
    team: Team, clock: FakeWorld, passes: list[PassReport]
) -> None:
    from model.records import BatchKind, Source, Stamped
    from model.row_ids import text_id

    name = "Крылов Егор"

    def hire() -> None:
        with team.store.write() as writer:
            batch = writer.start_batch(BatchKind.SYNC, "", clock.now)
            by = Stamped(clock.now, "", Source.PERSON, None, batch)
            writer.put("staff", text_id((name,)), {"fio": name, "role": "менеджер"}, by=by)

    loop(team, clock, None, hire, None)
    with team.store.read() as reader:
        books = {s.person: s for s in reader.books() if s.role == Role.MANAGER.value}
    assert set(books) == {*PEOPLE, name}
    assert books[name].generation == 1
    assert team.path(books[name]).name == "Продажи Крылов.xlsx"
