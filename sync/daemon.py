"""The loop that keeps the books: looks at the files, wakes for their changes, passes, goes on.

What a file system tells about changes only wakes the loop sooner; the truth is what the loop sees
itself: the marks of the files at every turn and their hashes once a minute. A fault of a pass is
logged and tried again later, ever more seldom.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from schedule import Scheduler

from backups.sealing import Key
from model.errors import CannotRead, CrmError, LeaseLost
from model.records import BookState
from model.texts import say
from store.landing import FILE, Landing
from sync.commands.passes import is_first
from sync.commands.status import note_pass
from sync.copied import Looked, tell_copies
from sync.copies.keeping import FOLDS_AT_ONCE, fold_waiting, night, send_due, tell_read
from sync.cycle import Memory, PassReport, run_pass
from sync.displaced import tend
from sync.founding.from_list import fill_own_columns
from sync.intake.arrival import take_in as take_landed
from sync.intake.dropping import Dropped, Looks, take_in
from sync.lease import beat
from sync.leavers import let_go
from sync.looking import token_of
from sync.newcomers import add_books
from sync.online import look_after
from sync.owner_files import holders
from sync.place import files_of
from sync.plans.calendar import calendar_of
from sync.scheduling.monthly import Monthly, monthly
from sync.scheduling.post import Post
from sync.scheduling.twins import keep_twins
from sync.sweeping import rest
from sync.team import Team
from sync.world import FileMark, Waker, World

LOG = logging.getLogger("sheetcrm")
HASH_EVERY = TICK_EVERY = timedelta(minutes=1)
LONGEST_WAIT = 300.0
MORNING = "morning"
STILL_TRIES = 5


class Stop(Protocol):
    """Whether the loop is to end."""

    def is_set(self) -> bool:
        """True from the moment on when somebody asked for it."""
        ...


@dataclass(frozen=True, slots=True)
class Sight:
    """What the loop compares: the mark of each file and who has it open, the store's version."""

    files: Mapping[str, tuple[FileMark | None, tuple[str, ...]]]
    version: int


@dataclass(slots=True)
class Watch:
    """State of the loop between its turns."""

    memory: Memory = field(default_factory=Memory)
    seen: Sight | None = None
    hashed_at: datetime | None = None
    ticked_at: datetime | None = None
    due: bool = True
    failures: int = 0
    """Passes in a row that failed as a whole."""
    faults: int = 0
    """Passes in a row with a book at fault."""
    passed_at: datetime | None = None
    passes: int = 0
    """That were not quiet."""
    landing: Landing | None = None
    """Where arrivals land, once anything ever has."""
    looks: Looks = field(default_factory=Looks)
    """How the files of the drop folder looked."""
    copied: Looked = field(default_factory=Looked)
    """Copies of books that lie in the folder."""


def watch(  # noqa: PLR0913  # what a loop is given once
    team: Team,
    world: World,
    waker: Waker,
    *,
    stop: Stop,
    tell: Callable[[PassReport], None],
    post: Post | None = None,
    key: Callable[[], Key | None] = lambda: None,
    dropped: Callable[[Dropped], None] = lambda _: None,
) -> None:
    """Passes until `stop` is set; `tell` hears of every pass that did something.

    Letters are sent when there is a `post`; `dropped` hears of every file of the drop folder;
    copies leave the machine when there is a `key`.
    """
    state = Watch()
    jobs = timetable(team, world, state, post, key)
    try:
        while not stop.is_set():
            _guarded(state, lambda: tick(jobs, world, state))
            arrivals(team, world, state)
            _guarded(state, lambda: files(team, world, state, dropped))
            turn(team, world, waker, state, tell=tell)
            if not stop.is_set():
                waker.wait(_pause(team, state))
    finally:
        if state.landing is not None:
            state.landing.close()


def arrivals(team: Team, world: World, state: Watch) -> None:
    """What has come in goes into the store, which then makes a pass due.

    The books never wait for an arrival at which the program fails.
    """
    try:
        if state.landing is None and world.disk.exists(team.state / FILE):
            state.landing = Landing.of(team.state)
        if state.landing is not None:
            take_landed(team, world, state.landing, known=state.memory.known)
    except LeaseLost:
        raise
    except Exception as failure:  # noqa: BLE001  # it comes again, and the books go on
        _log(failure)


def files(
    team: Team, world: World, state: Watch, dropped: Callable[[Dropped], None] = lambda _: None
) -> None:
    """The drop folder: a pass is due when something of it came into the store."""
    try:
        found = take_in(team, world, state.looks)
    except CannotRead as failure:  # the folder is looked through again; the books do not wait
        if not state.looks.unread:
            _log(failure)
        state.looks.unread = True
        return
    state.looks.unread = False
    for one in found:
        state.due = state.due or one.result is not None
        dropped(one)


def turn(
    team: Team, world: World, waker: Waker, state: Watch, *, tell: Callable[[PassReport], None]
) -> None:
    """One look, and a pass when something is due; a pass that fails is logged and comes again."""
    _guarded(state, lambda: _turn(team, world, waker, state, tell=tell))


def _turn(
    team: Team, world: World, waker: Waker, state: Watch, *, tell: Callable[[PassReport], None]
) -> None:
    if not _is_due(team, world, waker, state):
        return
    _logged(lambda: let_go(team, world))
    _logged(lambda: add_books(team, world, state.memory.known.canonical))
    with team.backups.held():
        report = run_pass(team, world, memory=state.memory)
        if not report.quiet:
            state.passes += 1
            rest(state.passes, world.process)
            if is_first(report):
                fill_own_columns(team, world)
            note_pass(team, report)
            tell(report)
            tell_read(team, state.memory.loaded.values())
    state.seen = sight(team, world)
    state.due, state.failures = report.again, 0
    state.passed_at = world.now()
    state.faults = state.faults + 1 if any(book.fault for book in report.books) else 0


def _guarded(state: Watch, work: Callable[[], object]) -> None:
    """Work that may fail: it is logged and comes again; a team taken over ends the loop."""
    try:
        work()
    except LeaseLost:
        raise
    except Exception as failure:  # noqa: BLE001  # the one broad catch: the daemon outlives a pass
        state.due, state.failures = True, state.failures + 1
        _log(failure)


def timetable(
    team: Team,
    world: World,
    state: Watch,
    post: Post | None = None,
    key: Callable[[], Key | None] = lambda: None,
) -> Scheduler:
    """The jobs of a minute, done once; when each was done that day stands in the store."""
    jobs = Scheduler()
    jobs.every().minute.do(morning, team, world, state)
    jobs.every().minute.do(lambda: beat(team.store, world.now()))
    jobs.every().minute.do(_report, team, world, post, Monthly())
    jobs.every().minute.do(_copies, team, world, key)
    jobs.every().minute.do(_twins, team, world)
    jobs.every().minute.do(_look_after, team, world)
    jobs.every().minute.do(_copied, team, world, state)
    _guarded(state, lambda: tick(jobs, world, state))
    return jobs


def _look_after(team: Team, world: World) -> None:
    """A spreadsheet that cannot be reached today is logged; passes go on."""
    _logged(lambda: look_after(team, world))


def _copied(team: Team, world: World, state: Watch) -> None:
    """Copies of books are looked for now and then; a folder that cannot be read is logged."""
    if not state.copied.is_due(world.now()):
        return

    def look() -> None:
        state.due = tell_copies(team, world, state.copied) > 0 or state.due

    _logged(look)


def tick(jobs: Scheduler, world: World, state: Watch) -> None:
    """The jobs once a minute of the world's clock, whichever way it was set meanwhile."""
    now = world.now()
    if state.ticked_at is None or abs(now - state.ticked_at) >= TICK_EVERY:
        state.ticked_at = now
        jobs.run_all()


def morning(team: Team, world: World, state: Watch) -> None:
    """Once a working day, from `day_start` on, a pass is due: figures depend on the date.

    On other days only a save makes a pass, and its figures are those of its own day.
    """
    now = world.now()
    if now.time() < time.fromisoformat(team.settings.day_start):
        return
    with team.store.read() as reader:
        if not calendar_of(reader, now.year).working(now.date()):
            return
    with team.store.write() as writer:
        done = writer.job_done(MORNING)
        if done is not None and done.astimezone(now.tzinfo).date() == now.date():
            return
        writer.mark_job(MORNING, now.astimezone(UTC))
    state.due = True


def _report(team: Team, world: World, post: Post | None, state: Monthly) -> None:
    """A report that fails is logged; passes go on, and it comes again later."""
    _logged(lambda: monthly(team, world, post, state))


def _twins(team: Team, world: World) -> None:
    """A page that cannot be written is logged; it comes again."""
    _logged(lambda: keep_twins(team, world))


def _copies(team: Team, world: World, key: Callable[[], Key | None]) -> None:
    """Copies are put in order while nobody waits; a fault is logged, and passes go on."""

    def keep() -> None:
        fold_waiting(team, most=FOLDS_AT_ONCE)
        night(team, world, key)
        send_due(team, world, key)

    _logged(keep)


def _logged(job: Callable[[], object]) -> None:
    """Work around the books whose fault is logged: it comes again, and nothing waits for it."""
    try:
        job()
    except LeaseLost:
        raise
    except (CrmError, OSError) as failure:
        _log(failure)


def sight(team: Team, world: World) -> Sight:
    """The files and the store as they stand now."""
    with team.store.read() as reader:
        states, version = reader.books(), reader.version()
    return Sight({s.book: _file(team, world, s) for s in files_of(states)}, version)


def _file(team: Team, world: World, book: BookState) -> tuple[FileMark | None, tuple[str, ...]]:
    """Its mark, and who has it open; nothing of a file that cannot be looked at now."""
    path = team.path(book)
    signs: tuple[str, ...] = ()
    with suppress(OSError):
        seen = holders(world.disk, path, now=world.now())
        signs = tuple(f"{h.program}|{h.user}" for h in seen if h.fresh)
        return world.disk.stat(path), signs
    return None, signs


def _is_due(team: Team, world: World, waker: Waker, state: Watch) -> bool:
    found = sight(team, world)
    if state.seen is not None and found.files != state.seen.files:
        found = _still(team, world, waker, found)
        return True
    if state.due or state.seen is None or found.version != state.seen.version:
        return True
    if _is_tried_again(team, world, state):
        return True
    # both are asked, so that each knows its own; a hash is taken only when nothing else is due
    moved = (_online_moved(team, world), _live_moved(team, world))
    return any(moved) or _hashes_moved(team, world, state)


def _live_moved(team: Team, world: World) -> bool:
    """Whether a book moved in the program that has it open."""
    if team.live is None:
        return False
    with team.store.read() as reader:
        files = {state.book: team.path(state) for state in files_of(reader.books())}
    return team.live.moved(world, files)


def _online_moved(team: Team, world: World) -> bool:
    """Whether a spreadsheet in Google seems to have moved; how often it is asked is its affair."""
    if team.online is None:
        return False
    with team.store.read() as reader:
        return team.online.moved(world, reader.books())


def _still(team: Team, world: World, waker: Waker, found: Sight) -> Sight:
    """Waits until the files have stood as long as the settings want, within reason."""
    for _ in range(STILL_TRIES):
        waker.wait(team.settings.settle_seconds)
        again = sight(team, world)
        if again.files == found.files:
            break
        found = again
    return found


def _hashes_moved(team: Team, world: World, state: Watch) -> bool:
    """Whether a file changed behind an unchanged mark, or a displaced one; once a minute."""
    now = world.now()
    if state.hashed_at is not None and now - state.hashed_at < HASH_EVERY:
        return False
    state.hashed_at = now
    with team.store.read() as reader:
        books = files_of(reader.books())
    open_here = frozenset() if team.live is None else team.live.reached().keys()
    return bool(tend(team, world, books)) or any(
        _token(team, world, book) not in {book.token, ""}
        for book in books
        if book.book not in open_here
    )


def _token(team: Team, world: World, book: BookState) -> str:
    try:
        return token_of(world.disk.read(team.path(book)))
    except OSError:
        return ""


def _pause(team: Team, state: Watch) -> float:
    """The settings' rhythm; after failures of the whole pass twice as long each time."""
    return _ever_longer(team, state.failures)


def _is_tried_again(team: Team, world: World, state: Watch) -> bool:
    """Whether it is time for a book at fault; the others keep the rhythm meanwhile."""
    if not state.faults or state.passed_at is None:
        return False
    gone = abs(world.now() - state.passed_at)
    return gone >= timedelta(seconds=_ever_longer(team, state.faults))


def _ever_longer(team: Team, times: int) -> float:
    return min(team.settings.poll_seconds * 2.0 ** min(times, 10), LONGEST_WAIT)


def _log(failure: Exception) -> None:
    if isinstance(failure, CrmError):
        LOG.warning("%s", say(failure.text, **failure.facts))
    else:
        LOG.error("a pass failed", exc_info=failure)
