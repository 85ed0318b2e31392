"""`sync`: one pass, or passes until somebody stops them; one process at a time has the team."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from model.errors import BooksNotWritten, CannotRead, CannotWrite
from model.records import BookState
from model.texts import say
from sync.commands.importing import told
from sync.commands.passes import is_first, merged, said_of
from sync.commands.said import Said
from sync.commands.status import note_pass
from sync.copied import Looked, tell_copies
from sync.copies.keeping import after_pass
from sync.cycle import Memory, PassReport, run_pass
from sync.exchange import reason
from sync.founding.from_list import fill_own_columns
from sync.intake.arrival import take_in
from sync.intake.dropping import Dropped, take_all
from sync.lease import Holder, leased
from sync.leavers import LEAVERS_FOLDER, let_go
from sync.newcomers import add_books
from sync.oslock import LOCK_FILE, Holding, locked
from sync.scheduling.twins import keep_twins
from sync.team import HEAD_FOLDER, PEOPLE_FOLDER, Team
from sync.world import Waker, World

TRIES = 3
"""A pass in which somebody saved is repeated; who saves all the time is left for the next run."""
ONCE, DAEMON = "проход", "служба"
NO_BOOKS: tuple[BookState, ...] = ()
T = TypeVar("T")


def once(team: Team, world: World, *, dry_run: bool) -> Said:
    """One pass and what it says; raises AlreadyRunning."""
    memory = Memory()
    if dry_run:
        with locked(world.process, team.state / LOCK_FILE, holding(world, ONCE)):
            report = run_pass(team, world, memory=memory, dry_run=True)
        return said_of(report, owner=team.settings.owner, dry_run=True)
    with alone(team, world, ONCE):
        stuck = end_erasure(team, world)
        take_in(team, world)
        dropped, unread = _dropped(team, world)
        faults: list[str] = []
        gone = [*_tried(faults, team, lambda: let_go(team, world), NO_BOOKS)]
        made = [*_tried(faults, team, lambda: add_books(team, world), NO_BOOKS)]
        _tried(faults, team, lambda: tell_copies(team, world, Looked()), 0)
        with team.backups.held():
            report = run_pass(team, world, memory=memory)
            for _ in range(TRIES - 1):
                left = _tried(faults, team, lambda: let_go(team, world), NO_BOOKS)
                more = _tried(faults, team, lambda: add_books(team, world), NO_BOOKS)
                if not report.again and not more and not left:
                    break
                gone += left
                made += more
                report = merged(report, run_pass(team, world, memory=memory))
            if is_first(report):
                fill_own_columns(team, world)
            note_pass(team, report)
            _tried(faults, team, lambda: keep_twins(team, world), otherwise=False)
            after_pass(team, memory.loaded.values())
    said = said_of(report, owner=team.settings.owner)
    came = (line for one in dropped for line in told(team, one))
    faulty = dict.fromkeys((*unread, *faults))
    return said.and_then(*stuck, *faulty, *came, *new_books(made), *gone_books(gone))


def _tried(faults: list[str], team: Team, work: Callable[[], T], otherwise: T) -> T:
    """What came of work around the books; a folder that fails is named, and the pass goes on."""
    try:
        return work()
    except CannotWrite as error:
        faults.append(say(error.text, **error.facts))
    except OSError as error:
        fault = CannotRead(name=team.settings.folder.name, reason=reason(error, reads=True))
        faults.append(say(fault.text, **fault.facts))
    return otherwise


def _dropped(team: Team, world: World) -> tuple[tuple[Dropped, ...], tuple[str, ...]]:
    """What became of the files of the drop folder; in words, why it cannot be looked through."""
    try:
        return take_all(team, world), ()
    except CannotRead as error:
        return (), (say(error.text, **error.facts),)


def end_erasure(team: Team, world: World) -> tuple[str, ...]:
    """An erasure that was cut off is carried to its end; in words, when it cannot be yet."""
    from sync.erasure.ending import carried_on  # noqa: PLC0415  # seldom needed
    from sync.world.real_keys import kept_key  # noqa: PLC0415  # keyring takes its time

    try:
        carried_on(team, world, partial(kept_key, team.state, team.settings.family))
    except BooksNotWritten as waits:
        return (say(waits.text, **waits.facts),)
    return ()


@contextmanager
def alone(team: Team, world: World, way: str) -> Iterator[None]:
    """The machine's lock and the team's lease as long as the block runs; raises AlreadyRunning."""
    mine = holding(world, way)
    holder = Holder(mine.who, mine.host, mine.pid)
    with (
        locked(world.process, team.state / LOCK_FILE, mine),
        leased(team.store, holder, mine.since, pause=world.clock.wait),
    ):
        yield


def holding(world: World, way: str) -> Holding:
    """Who has the team, as a second start will name it."""
    process, host = world.process, world.network.host()
    return Holding(process.pid(), world.now(), way, process.who(), host)


def new_books(made: Sequence[BookState]) -> tuple[str, ...]:
    """A line for the books of newcomers."""
    if not made:
        return ()
    names = ", ".join(book.person for book in made)
    return (f"Новые книги в папке «{PEOPLE_FOLDER}»: {names}.",)


def gone_books(gone: Sequence[BookState]) -> tuple[str, ...]:
    """A line for the books of people who left."""
    if not gone:
        return ()
    names = ", ".join(book.person for book in gone)
    return (f"Книги ушедших лежат в папке «{HEAD_FOLDER}/{LEAVERS_FOLDER}»: {names}.",)


def watching(team: Team, world: World, *, stop: Event, tell: Callable[[str], None]) -> None:
    """Passes until `stop`; every pass that did something is told in a line."""
    from sync.commands.serving import beside  # noqa: PLC0415  # uvicorn only there
    from sync.daemon import watch  # noqa: PLC0415  # watchdog and schedule only where one watches
    from sync.world.real_keys import kept_key  # noqa: PLC0415  # keyring likewise
    from sync.world.real_post import post_of  # noqa: PLC0415  # smtplib likewise

    def say_door(words: str) -> None:
        tell(f"{world.now():%H:%M}  {words}")

    def say_file(dropped: Dropped) -> None:
        for line in told(team, dropped):
            tell(line)

    def say_pass(report: PassReport) -> None:
        said = said_of(report, owner=team.settings.owner)
        for line in (*said.lines, *said.warnings):
            tell(line)

    with (
        alone(team, world, DAEMON),
        world.office.news(team.settings.folder) as waker,
        beside(team, world, stop, landed=waker.wake, tell=say_door),
    ):
        for line in end_erasure(team, world):
            tell(f"{world.now():%H:%M}  {line}")
        tell(f"{world.now():%H:%M}  слежу за папкой {team.settings.folder}. Остановить: Ctrl+C")
        Thread(target=_wake_to_stop, args=(stop, waker), daemon=True).start()
        post = post_of(team.settings, os.environ)
        key = partial(kept_key, team.state, team.settings.family)
        watch(team, world, waker, stop=stop, tell=say_pass, post=post, dropped=say_file, key=key)
        tell(f"{world.now():%H:%M}  остановлено, всё записанное на месте.")


def _wake_to_stop(stop: Event, waker: Waker) -> None:
    """A stop does not wait for the end of a pause."""
    stop.wait()
    waker.wake()
