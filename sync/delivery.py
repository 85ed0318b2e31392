"""What a pass planned goes into the files: journalled, kept, exchanged, confirmed, or replayed.

Everything that stands between «planned» and «written» of a pass (MERGE_SPEC section 8): the journal
tells after a crash which writes came to their exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from model.errors import (
    CrmError,
    FileLocked,
    GoogleUnsettled,
    LeaseLost,
    LiveUnsettled,
    WorkbookBusy,
)
from model.records import BookState, Intent, KeptKind
from store import Writer
from sync.desk import GONE, NEXT, Desk, named_rows
from sync.displaced import UNREADABLE, bring_back, expected, keep_own, never_swapped
from sync.exchange import left_aside, new_name, why, write_back
from sync.holding import written_over
from sync.live import write_live
from sync.looking import look
from sync.online import Undone, take_back, write_online
from sync.place import is_file
from sync.team import Team
from sync.world import World

TEMP_BYTES = 6
"""Of chance in the name of a file beside a workbook."""
LOCKED = "занята другой программой"
MEANWHILE = "saved meanwhile"
"""Why of the copy of a save that came between our look and our write."""


def intend(writer: Writer, desks: list[Desk], now: datetime, world: World) -> None:
    """Journal the writes to come and remember what was seen."""
    at = now.astimezone(UTC)
    for desk in desks:
        state = desk.state
        if desk.loaded is None:
            continue
        holder = desk.look.holder_words if desk.look is not None else ""
        waiting = len(desk.plan) if holder else 0
        if desk.patched is not None and not holder:
            new = desk.patched.receipt.sha_after
            desk.temp_name = new_name(world.random_bytes(TEMP_BYTES).hex())
            desk.intent = writer.intend(
                state.book, desk.loaded.file.sha256, new, desk.temp_name, at
            )
            if is_file(state) and not desk.live:
                writer.put_displaced(expected(desk, desk.temp_name, named_rows(desk)))
            writer.keep(state.book, state.generation + 1, new, KeptKind.WROTE, at=at)
            if desk.stop:
                written_over(writer, state.book, desk.save, new)
        desk.state = replace(
            state,
            token=desk.loaded.file.sha256,
            seen_at=at if desk.changed else state.seen_at,
            holder=holder,
            waiting=waiting,
            held=desk.stop,
        )
        writer.put_book(desk.state)


def freeze_writes(team: Team, desks: list[Desk], now: datetime) -> None:
    """Keep what is about to be written: a program that opens it may save over a later write."""
    for desk in desks:
        if desk.patched is None or not desk.intent:
            continue
        try:
            raw, at = desk.patched.raw, now.astimezone(UTC)
            team.backups.take(desk.state.book, raw, at=at, why="write")
        except CrmError as error:
            desk.fault, desk.patched = error, None


def deliver(team: Team, world: World, desk: Desk, now: datetime) -> None:
    """Exchange the file and confirm; after a lost race what was displaced is merged in the next."""
    if desk.patched is None or not desk.intent or desk.loaded is None or desk.look is None:
        return
    try:
        keep_own(team, desk, now)
        undone: Undone = frozenset()
        if desk.live:
            undone = write_live(team, world, desk)
        elif is_file(desk.state):
            _nobody_opened(team, world, desk, now)
            team.store.check_fence()
            desk.raced = write_back(
                world.disk,
                desk.look.path,
                desk.patched.raw,
                expected_sha=desk.loaded.file.sha256,
                temp_name=desk.temp_name,
                keep=lambda raw: team.backups.take(
                    desk.state.book, raw, at=now.astimezone(UTC), why=_why(team, desk, raw)
                ),
            ).raced
        else:
            undone = write_online(team, world, desk)
    except LeaseLost:
        raise
    except (GoogleUnsettled, LiveUnsettled) as error:
        desk.fault = error  # the journal keeps the write open: `replay` sees what became of it
        return
    except CrmError as error:
        _refused(team, world, desk, error)
        return
    with team.store.write() as writer:
        if undone:
            take_back(writer, desk, undone)
        _confirm(writer, desk, now)
        is_beside = is_file(desk.state) and not desk.live
        if desk.raced and is_beside:  # it was moved by somebody: the next look at it is the first
            left = expected(desk, desk.temp_name, named_rows(desk))
            writer.put_displaced(replace(left, seen=""))
    desk.written = True


def _refused(team: Team, world: World, desk: Desk, error: CrmError) -> None:
    """A write that did not take place: told, and forgotten by the journal."""
    assert desk.look is not None  # noqa: S101  # by `deliver`
    desk.fault = None if isinstance(error, WorkbookBusy) else error
    if is_file(desk.state) and _may_be_aside(team, world, desk):
        return  # the journal keeps it open: `bring_back_all` gives the workbook its name again
    with team.store.write() as writer:
        drop_next(writer, desk.state.book)
        writer.finish(desk.intent, why(error))
        if isinstance(error, WorkbookBusy | FileLocked):
            holder = desk.look.holder_words or LOCKED
            desk.state = replace(desk.state, holder=holder, waiting=len(desk.plan))
            writer.put_book(desk.state)


def _may_be_aside(team: Team, world: World, desk: Desk) -> bool:
    try:
        return left_aside(world.disk, team.path(desk.state), desk.temp_name) is not None
    except OSError:
        return True  # it cannot be seen now; `replay` sees it


def _why(team: Team, desk: Desk, raw: bytes) -> str:
    """Why what an exchange displaced is kept: it may be the first half of a save."""
    try:
        team.books.open(raw, name=desk.state.path)
    except CrmError:
        return UNREADABLE
    return MEANWHILE


def _nobody_opened(team: Team, world: World, desk: Desk, now: datetime) -> None:
    """Raises WorkbookBusy when somebody opened the book while we computed."""
    held = look(world.disk, desk.state, team.path(desk.state), now=now)
    if held.held_by is not None:
        desk.look = held
        by = held.held_by
        raise WorkbookBusy(
            name=held.path.name, user=by.user, program=by.program, since=f"{by.since:%H:%M}"
        )


def _confirm(writer: Writer, desk: Desk, now: datetime) -> None:
    """The planned base becomes the base."""
    if desk.patched is None:
        return
    _take_next(writer, desk.state.book)
    if desk.intent:
        writer.finish(desk.intent, "done")
    desk.state = replace(
        desk.state,
        token=desk.patched.receipt.sha_after,
        generation=desk.state.generation + 1,
        written_at=now.astimezone(UTC),
        waiting=0,
    )
    writer.put_book(desk.state)


def _take_next(writer: Writer, book: str) -> None:
    for table, rows in writer.bases(book + NEXT).items():
        kept = {i: None if values == GONE else values for i, values in rows.items()}
        writer.set_base(book, table, kept, writer.base_order(book + NEXT, table))
    drop_next(writer, book)


def drop_next(writer: Writer, book: str) -> None:
    """Forget a planned base: its write never took place, or waited and was planned anew."""
    for table, rows in writer.bases(book + NEXT).items():
        writer.set_base(book + NEXT, table, dict.fromkeys(rows))


def bring_back_all(team: Team, world: World, states: tuple[BookState, ...]) -> None:
    """Books that were left aside stand under their names again before anybody looks."""
    with team.store.read() as reader:
        pending = {intent.book: intent for intent in reader.pending()}
    for state in states:
        if state.book in pending:
            bring_back(world.disk, team.path(state), pending[state.book])


def replay(team: Team, world: World, desks: list[Desk]) -> None:
    """Writes that were begun before a crash: done if the live file is ours, else never happened."""
    with team.store.read() as reader:
        pending = reader.pending()
    if not pending:
        return
    by_book: Mapping[str, Desk] = {desk.state.book: desk for desk in desks}
    with team.store.write() as writer:
        for intent in pending:
            desk = by_book.get(intent.book)
            live = desk.live_token if desk is not None else ""
            if desk is not None and not live:
                continue  # it cannot be read now: whether it was written is seen when it can
            try:
                written = desk is not None and _is_written(team, desk, intent)
            except CrmError:
                continue  # somebody is saving: which file was opened is seen when it is whole
            if desk is not None and written:
                _take_next(writer, intent.book)
                state = replace(
                    desk.state,
                    token=intent.new_token,
                    generation=desk.state.generation + 1,
                    written_at=intent.at,
                )
                desk.state, desk.changed = state, live != intent.new_token
                writer.put_book(state)
                writer.finish(intent.number, "done after a restart")
            else:
                drop_next(writer, intent.book)
                writer.finish(intent.number, "never swapped")
                if desk is not None and live == intent.base_token and is_file(desk.state):
                    never_swapped(world.disk, team.path(desk.state), intent)


def _is_written(team: Team, desk: Desk, intent: Intent) -> bool:
    """Whether a write came to its exchange: the live file is ours, or a save that descends from it.

    Raises for a file that is no whole workbook: somebody is saving, and when it is whole its stamp
    tells which file was opened.
    """
    if desk.live_token in {intent.base_token, intent.new_token}:
        return desk.live_token == intent.new_token
    opened = None if desk.loaded is None else desk.loaded.file
    file = opened or team.books.open(desk.raw, name=desk.state.path)
    stamp = team.books.stamp(file)
    return (
        stamp is not None and stamp.book == intent.book and stamp.generation > desk.state.generation
    )
