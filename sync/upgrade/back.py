"""An upgrade taken back: its columns, sheets and shown tabs, as far as nobody works with them yet.

What people did later stays: a column or a sheet in which somebody typed, or at which a formula of
theirs looks, is left and told. What was mended stays mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from model.blueprint import Role
from model.errors import CrmError, OddWorkbook, WorkbookChanged, WrongPlace
from model.records import BatchKind, BookState, Source, Stamped
from model.snapshot import Stamp
from model.texts import Text
from sync.books.read import load
from sync.books.stamp import stamp_edits
from sync.cycle import Memory, run_pass
from sync.delivery import deliver, freeze_writes, intend
from sync.desk import Desk
from sync.looking import look, read_bytes
from sync.ooxml import BookFile, Result, SetSheetState, narrowed, patch, ungrafted
from sync.place import is_file
from sync.team import Team
from sync.upgrade.back_online import back_online
from sync.upgrade.fresh import FreshBooks
from sync.upgrade.lacking import absent_from, without
from sync.upgrade.redrawing import redrawn, screen_of
from sync.upgrade.reforming import back_to
from sync.upgrade.run import Shaping, meta_key
from sync.upgrade.steps import Did, Left, Step, Why, unpacked
from sync.upgrade.traces import names_over, sheet_traces, traces
from sync.world import World


@dataclass(frozen=True, slots=True)
class Returned:
    """What was taken back in one book, and what stays."""

    name: str
    state: BookState
    back: tuple[Step, ...]
    left: tuple[Left, ...]
    holder: str = ""
    fault: CrmError | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of taking an upgrade back; `batch` is None when no book was written."""

    books: tuple[Returned, ...]
    batch: int | None


def take_back(team: Team, world: World, number: int, *, dry_run: bool = False) -> TakenBack:
    """The books without what an upgrade put into them; raises WrongPlace."""
    with team.store.read() as reader:
        kept = reader.meta(meta_key(number))
    if kept is None:
        raise WrongPlace(what=Text.A_BATCH, value=number)
    run_pass(team, world, memory=Memory(), dry_run=dry_run)
    with team.store.read() as reader:
        states = {state.book: state for state in reader.books()}
    undoing = _Undoing(team, world, Shaping(team, FreshBooks(team)), dry_run=dry_run)
    books = [
        undoing.of(states[book], steps) for book, steps in unpacked(kept).items() if book in states
    ]
    done = any(book.back for book in books) and not dry_run
    return TakenBack(tuple(books), _remember(team, world.now(), number) if done else None)


def _remember(team: Team, now: datetime, number: int) -> int:
    at, who = now.astimezone(UTC), team.settings.owner
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.UNDO, who, at, note=f"действие {number}")
        writer.undo(number, by=Stamped(at, who, Source.UNDO, None, batch))
    return batch


@dataclass(frozen=True, slots=True)
class _Undoing:
    """What taking every book back needs."""

    team: Team
    world: World
    shaping: Shaping
    dry_run: bool

    def of(self, state: BookState, steps: Sequence[Step]) -> Returned:
        return (self._file if is_file(state) else self._spreadsheet)(state, steps)

    def _file(self, state: BookState, steps: Sequence[Step]) -> Returned:
        team, world, desk = self.team, self.world, Desk(state)
        path = team.path(state)
        try:
            desk.look = look(world.disk, state, path, now=world.now())
            raw = read_bytes(world, path)
            file = BookFile.open(raw, name=path.name)
            desk.live_token = file.sha256
            desk.loaded = load(
                file, book=state.book, name=path.name, blueprint=team.blueprint, role=desk.role
            )
            if file.sha256 != state.token:
                raise WorkbookChanged(name=path.name, frozen=())
            work = _Back(desk, team, self.shaping, file)
            for step in reversed(steps):
                work.take(step)
            if work.back and not self.dry_run and desk.look.held_by is None:
                _write(team, world, desk, work.file)
        except CrmError as error:
            desk.fault = error
            return Returned(path.stem, state, (), (), fault=error)
        waits = desk.look.holder_words or (desk.state.holder if not desk.written else "")
        back = tuple(work.back) if desk.written or self.dry_run or waits else ()
        return Returned(path.stem, desk.state, back, tuple(work.left), waits, desk.fault)

    def _spreadsheet(self, state: BookState, steps: Sequence[Step]) -> Returned:
        name = state.path.rpartition("/")[2]
        fresh = self.shaping.fresh.of(Role(state.role)).workbook
        try:
            back, left = back_online(
                self.team, self.world, state, steps, fresh, dry_run=self.dry_run
            )
        except CrmError as error:
            return Returned(name, state, (), (), fault=error)
        return Returned(name, state, back, left)


def _write(team: Team, world: World, desk: Desk, file: BookFile) -> None:
    """Journal, keep, exchange, confirm, as a pass does."""
    now = world.now()
    stamp = Stamp(team.settings.family, desk.state.book, desk.state.generation + 1)
    desk.patched = patch(file, stamp_edits(stamp))
    with team.store.write() as writer:
        intend(writer, [desk], now, world)
    freeze_writes(team, [desk], now)
    deliver(team, world, desk, now)


@dataclass(slots=True)
class _Back:
    """One book while steps are taken back."""

    desk: Desk
    team: Team
    shaping: Shaping
    file: BookFile
    back: list[Step] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Take one step back, or say why it stays."""
        try:
            match step.did:
                case Did.COLUMN:
                    self._column(step)
                case Did.SHEET:
                    self._sheet(step)
                case Did.SHOWN:
                    self._hide(step)
                case Did.REDRAWN:
                    self._undraw(step)
                case Did.FORMULAS:
                    self._reform(step)
                case Did.MENDED:
                    pass
        except OddWorkbook as error:
            self.left.append(Left(step, Why.REFUSED, str(error.facts.get("detail", ""))))

    def _column(self, step: Step) -> None:
        loaded = self.desk.loaded
        read = loaded.snapshot.tables.get(step.table) if loaded is not None else None
        if loaded is None or read is None or step.field not in read.places:
            return
        shape = self.team.blueprint.tables[step.table]
        why = traces(loaded, self.file, shape, step.field)
        if why is not None or read.native is None:
            self.left.append(Left(step, why or Why.NO_TABLE))
            return
        name = f"{step.table}_{step.field}"
        self.file = narrowed(self.file, read.sheet, read.native, name)
        self.back.append(step)

    def _sheet(self, step: Step) -> None:
        loaded = self.desk.loaded
        titles = {t: key for key, t in loaded.homes.items()} if loaded is not None else {}
        if loaded is None or step.sheet not in titles:
            return
        sheet = self.team.blueprint.sheets[titles[step.sheet]]
        fresh = self.shaping.fresh.of(self.desk.role).workbook
        why = sheet_traces(loaded, self.file, sheet, self.team.blueprint, fresh)
        if why is not None:
            self.left.append(Left(step, why))
            return
        self.file = ungrafted(self.file, step.sheet, frozenset(names_over(fresh, step.sheet)))
        self.back.append(step)

    def _undraw(self, step: Step) -> None:
        """The screen as the copy before the upgrade has it, with what people typed since."""
        loaded, blueprint = self.desk.loaded, self.team.blueprint
        titles = {t: key for key, t in loaded.homes.items()} if loaded is not None else {}
        copy = self.team.backups.find(step.field, self.desk.state.book)
        if loaded is None or step.sheet not in titles or copy is None:
            self.left.append(Left(step, Why.NO_COPY))
            return
        file = BookFile.open(self.team.backups.read(copy.id), name=self.file.name)
        role = self.desk.role
        known = without(blueprint, role, absent_from(file, blueprint, role))
        before = load(file, book="", name=file.name, blueprint=known, role=role)
        sheet = blueprint.sheets[titles[step.sheet]]
        ours = screen_of(self.shaping.fresh.of(role), sheet).texts
        now = screen_of(loaded, sheet)
        self.file = redrawn(self.file, now, screen_of(before, sheet), sheet, ours)
        self.back.append(step)

    def _reform(self, step: Step) -> None:
        """The row formulas of before, where today's still stand."""
        loaded = self.desk.loaded
        read = loaded.snapshot.tables.get(step.table) if loaded is not None else None
        if loaded is None or read is None or step.field not in read.places:
            return
        column = self.team.blueprint.tables[step.table].column(step.field)
        edits = tuple(back_to(loaded, read, column, step.before))
        patched = patch(self.file, edits)
        if any(made.result is Result.APPLIED for made in patched.receipt.outcomes):
            self.file = BookFile.open(patched.raw, name=self.file.name)
            self.back.append(step)

    def _hide(self, step: Step) -> None:
        states = {ref.name: ref.state for ref in self.file.sheets}
        if states.get(step.sheet) != "visible":
            return
        patched = patch(self.file, [SetSheetState(step.sheet, "hidden")])
        if patched.receipt.outcomes[0].result is Result.APPLIED:
            self.file = BookFile.open(patched.raw, name=self.file.name)
            self.back.append(step)
