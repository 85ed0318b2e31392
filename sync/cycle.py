"""One pass over all books of a team, in the order of STYLE section 4.

Freeze first, then merge and compute inside one transaction, commit with the intents, exchange the
files, confirm. A book that cannot be read or written is reported and left alone; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePath
from typing import Protocol

from model.blueprint import Role
from model.errors import (
    CrmError,
    HalfCopied,
    NotAWorkbook,
    NotOurWorkbook,
    WorkbookChanged,
)
from model.figures import PersonFigures, TeamFigures
from model.problems import Problem
from model.records import BookState, Question
from model.row_ids import new_row_id
from model.snapshot import Stamp
from store import Writer
from sync.beside import find_beside
from sync.books.read import Loaded
from sync.delivery import (
    MEANWHILE,
    bring_back_all,
    deliver,
    freeze_writes,
    intend,
    replay,
)
from sync.descent import Contents
from sync.desk import NEXT, Desk
from sync.displaced import tend
from sync.known import Known
from sync.late import Late, freeze
from sync.live import how_left, see_live
from sync.looking import Look, look, read_bytes, still_free, token_of
from sync.online import see_online
from sync.ooxml import BookFile
from sync.pages import write_pages
from sync.place import files_of, is_file
from sync.planning import plan_book
from sync.sweeping import no_sweeping
from sync.taken import Taking
from sync.taking import merge_and_think
from sync.team import Team
from sync.thinking import Thought
from sync.world import FileMark, World

SHOWN = "shown"
"""Meta key: the version and day that every book already shows."""
SHAPED = "upgrade"
"""Why of the copy of a book as it was before it got another form."""
CELLS_KEPT = 1_500_000
"""Filled cells that a daemon remembers: half a gigabyte, six books like the owner's of the demo."""


@dataclass(slots=True)
class Memory:
    """What a running daemon remembers between passes so as to read only what is new in a book."""

    loaded: dict[str, Loaded] = field(default_factory=dict)
    parsed: dict[str, Contents] = field(default_factory=dict)
    """Kept contents that were parsed to be a base, by fingerprint."""
    remarks: dict[str, tuple[str, tuple[Problem, ...]]] = field(default_factory=dict)
    """By book, the fingerprint that was looked over last and what is wrong in it."""
    judged: dict[PurePath, FileMark] = field(default_factory=dict)
    """Other workbooks beside the books that need no second look."""
    known: Known = field(default_factory=Known)
    """What was computed of single rows."""

    def keep(self, book: str, loaded: Loaded) -> None:
        """Remember a book; past the limit the largest of the others are forgotten."""
        self.loaded[book] = loaded
        others = sorted((b for b in self.loaded if b != book), key=lambda b: self.loaded[b].cells)
        while others and sum(kept.cells for kept in self.loaded.values()) > CELLS_KEPT:
            gone = others.pop()
            del self.loaded[gone]
            self.known.forget(gone)


@dataclass(frozen=True, slots=True)
class BookReport:
    """What happened to one book."""

    state: BookState
    name: str
    edits: int = 0
    written: bool = False
    planned: int = 0
    waiting: int = 0
    refused: int = 0
    held: str = ""
    fault: CrmError | None = None


@dataclass(frozen=True, slots=True)
class PassReport:
    """What a pass did."""

    at: datetime
    books: tuple[BookReport, ...]
    quiet: bool = False
    again: bool = False
    """Somebody saved while we wrote: another pass is due at once."""
    questions: tuple[Question, ...] = ()
    people: tuple[PersonFigures, ...] = ()
    team: TeamFigures | None = None


class Shaping(Protocol):
    """Gives books another form on their way in (`sync.upgrade`)."""

    def shaped(self, desk: Desk, file: BookFile) -> BookFile | None:
        """The book in its new form; None when it stays as it is."""
        ...

    def begin(self, writer: Writer, desks: list[Desk], now: datetime) -> None:
        """Remember, within the pass's transaction, what is about to be written."""
        ...


def run_pass(
    team: Team,
    world: World,
    *,
    memory: Memory,
    dry_run: bool = False,
    shaping: Shaping | None = None,
) -> PassReport:
    """One pass; with `dry_run` it stops at the plan and leaves no trace."""
    with no_sweeping():
        return _run_pass(team, world, memory, dry_run=dry_run, shaping=shaping)


def _run_pass(
    team: Team, world: World, memory: Memory, *, dry_run: bool, shaping: Shaping | None
) -> PassReport:
    now = world.now()
    states = _states(team)
    files = files_of(states)
    if not dry_run:
        bring_back_all(team, world, files)
    desks = [_see(team, world, state, now, memory, freeze=not dry_run) for state in states]
    late: tuple[Late, ...] = ()
    if not dry_run:
        replay(team, world, desks)
        late = freeze(team, tend(team, world, files), files, now)
    find_beside(team, world, desks, memory.judged, freeze=not dry_run)
    if shaping is None and not late and _is_quiet(team, desks, now):
        return PassReport(now, tuple(_report(desk) for desk in desks), quiet=True)
    for desk in desks:
        _open(team, desk, now, memory, freeze=not dry_run, shaping=shaping)
    with team.store.write() as writer:
        _begin(shaping, writer, desks, now)
        taking = Taking(
            team, writer, now, _ids(team, world), memory.parsed, memory.remarks, memory.known
        )
        thought, asked = merge_and_think(taking, desks, late)
        for desk in desks:
            if desk.usable:
                plan_book(team, writer, desk, thought, now, memory.known)
        if dry_run:
            writer.cancel()
        else:
            intend(writer, desks, now, world)
    if not dry_run:
        freeze_writes(team, desks, now)
        for desk in desks:
            deliver(team, world, desk, now)
        _finish(team, world, desks, thought, now)
    again = any(desk.raced or isinstance(desk.fault, WorkbookChanged) for desk in desks)
    reports = tuple(_report(desk) for desk in desks)
    return PassReport(
        now, reports, again=again, questions=asked, people=thought.people, team=thought.team
    )


def _begin(shaping: Shaping | None, writer: Writer, desks: list[Desk], now: datetime) -> None:
    if shaping is not None:
        shaping.begin(writer, desks, now)


def _ids(team: Team, world: World) -> Callable[[], str]:
    return lambda: new_row_id(team.settings.family, world.random_bytes)


def _states(team: Team) -> tuple[BookState, ...]:
    with team.store.read() as reader:
        states = [s for s in reader.books() if not s.book.endswith(NEXT)]
    return tuple(sorted(states, key=lambda s: (s.role != Role.OWNER.value, s.book)))


def _see(
    team: Team, world: World, state: BookState, now: datetime, memory: Memory, *, freeze: bool
) -> Desk:
    """Look at the file; read it unless its content is known."""
    keep = partial(_keep_passing, team, state, now) if freeze else None
    desk = Desk(state)
    try:
        if not is_file(state):
            desk.look, raw = see_online(team, world, state)
        elif live := see_live(team, world, state):
            (desk.look, raw), desk.live = live, True
        else:
            desk.look = _looked(team, world, state, now)
            raw = read_bytes(world, desk.look.path, keep=keep)
        desk.live_token = token = token_of(raw)
        desk.changed = token != state.token
        if desk.changed and not desk.live:
            desk.left = how_left(team, state, token)
        known = memory.loaded.get(state.book)
        if known is not None and known.file.sha256 == token:
            desk.loaded = known
        else:
            desk.loaded = None
            desk.raw = raw
    except CrmError as error:
        desk.fault = error
    return desk


def _keep_passing(team: Team, state: BookState, now: datetime, raw: bytes) -> None:
    """A copy of a whole save that was gone the next moment: it may be read here only."""
    with suppress(NotAWorkbook, HalfCopied):
        team.books.open(raw, name=state.path)
        team.backups.take(state.book, raw, at=now.astimezone(UTC), why=MEANWHILE)


def _looked(team: Team, world: World, state: BookState, now: datetime) -> Look:
    """The file and who has it; one just let go of is looked at again before it counts as free."""
    path = team.path(state)
    seen = look(world.disk, state, path, now=now)
    if seen.held_by is None and state.holder and not still_free(world, path):
        return look(world.disk, state, path, now=world.now())
    return seen


def _is_quiet(team: Team, desks: list[Desk], now: datetime) -> bool:
    """Nothing moved since every book was last brought up to date."""
    if any(desk.changed or desk.beside or desk.fault or desk.state.waiting for desk in desks):
        return False
    with team.store.read() as reader:
        return reader.meta(SHOWN) == _shown(reader.version(), now)


def _shown(version: int, now: datetime) -> str:
    return f"{version}|{now.date().isoformat()}"


def _open(  # what a pass knows
    team: Team,
    desk: Desk,
    now: datetime,
    memory: Memory,
    *,
    freeze: bool,
    shaping: Shaping | None,
) -> None:
    """Keep the bytes of a whole workbook, then parse them; a half-copied one is no version."""
    if desk.fault is not None or desk.look is None:
        return
    try:
        if desk.loaded is None:
            known = memory.loaded.get(desk.state.book)
            name = desk.look.path.name
            file = team.books.open(desk.raw, name=name, known=known.file if known else None)
            if isinstance(file, BookFile):
                file.made_of(desk.live_token)
            if desk.changed and freeze:
                team.backups.take(desk.state.book, desk.raw, at=now.astimezone(UTC), why="read")
            _refuse_others(team, desk.state, team.books.stamp(file), name)
            shaped = None
            if shaping is not None and isinstance(file, BookFile):
                shaped = shaping.shaped(desk, file)
            if shaped is not None:
                if freeze:
                    team.backups.take(desk.state.book, desk.raw, at=now.astimezone(UTC), why=SHAPED)
                desk.shaped, file = True, shaped.made_of(file.sha256)
            desk.loaded = team.books.load(
                file,
                book=desk.state.book,
                name=name,
                blueprint=team.blueprint,
                role=desk.role,
                known=known,
            )
            if not desk.shaped:
                memory.keep(desk.state.book, desk.loaded)
    except CrmError as error:
        desk.fault, desk.loaded = error, None
    desk.raw = b""


def _refuse_others(team: Team, state: BookState, stamp: Stamp | None, name: str) -> None:
    """Before its sheets are looked for: those of another book may well be others."""
    if stamp is not None and (stamp.family, stamp.book) != (team.settings.family, state.book):
        raise NotOurWorkbook(name=name)


def _finish(team: Team, world: World, desks: list[Desk], thought: Thought, now: datetime) -> None:
    """Write the pages beside the books; remember what is shown."""
    faults = write_pages(team, world.disk, files_of(desk.state for desk in desks), thought)
    for desk in desks:
        desk.fault = desk.fault or faults.get(desk.state.book)
    current = all(desk.fault is None and not desk.state.waiting for desk in desks)
    with team.store.write() as writer:
        if current:
            writer.set_meta(SHOWN, _shown(writer.version(), now))


def _report(desk: Desk) -> BookReport:
    name = desk.look.path.stem if desk.look is not None else desk.state.book
    return BookReport(
        state=desk.state,
        name=name,
        edits=desk.absorbed.edits if desk.absorbed is not None and desk.changed else 0,
        written=desk.written,
        planned=len(desk.plan),
        waiting=desk.state.waiting,
        refused=desk.refused,
        held=desk.stop,
        fault=desk.fault,
    )
