"""One pass over all books of a team, in the order of STYLE section 4.

Freeze first, then merge and compute inside one transaction, commit with the intents, exchange the
files, confirm. A book that cannot be read or written is reported and left alone; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from model.blueprint import Identity, Role
from model.errors import CannotWrite, CrmError, NotOurWorkbook, WorkbookChanged
from model.figures import PersonFigures, TeamFigures
from model.records import BatchKind, BookState, Question, Source, Stamped, Stance
from model.row_ids import new_row_id
from model.snapshot import Stamp
from model.values import to_serial
from store import Writer
from sync.absorb import Absorbed, Reader, absorb, accept_as_seen, recognise
from sync.ask import of_clashes, of_hold, put_questions, shown_to
from sync.books.read import Loaded, load
from sync.books.xlsx import Layer, lay, results_lost
from sync.desk import GONE, NEXT, Desk, next_base, next_order, refusals
from sync.exchange import let_go, sweep, write_back
from sync.holding import ask_about, batch_of, let_run, said_of, save_of, written_over
from sync.looking import look, read_bytes, token_of
from sync.ooxml import BookFile, patch
from sync.pages import write_pages
from sync.settle.answers import Answering, answer
from sync.settle.everything import settle
from sync.show import KEPT_DAYS, slots_of, tables_of
from sync.team import Team
from sync.thinking import Thought, think
from sync.write_plan import Desired, plan_writes

SHOWN = "shown"
"""Meta key: the version and day that every book already shows."""
CELLS_KEPT = 1_500_000
"""Filled cells that a daemon remembers: half a gigabyte, six books like the owner's of the demo."""
CLOCK = frozenset({"asof", "written_at", "stop_text"})
"""Service cells whose change moves no formula of a row within a day."""


@dataclass(frozen=True, slots=True)
class World:
    """What a pass takes from outside: the moment, chance, and waiting."""

    now: Callable[[], datetime]
    """Aware, in the team's zone."""
    random_bytes: Callable[[int], bytes]
    settle: Callable[[], None]


@dataclass(slots=True)
class Memory:
    """What a running daemon remembers between passes so as to read only what is new in a book."""

    loaded: dict[str, Loaded] = field(default_factory=dict)

    def keep(self, book: str, loaded: Loaded) -> None:
        """Remember a book; past the limit the largest of the others are forgotten."""
        self.loaded[book] = loaded
        others = sorted((b for b in self.loaded if b != book), key=lambda b: self.loaded[b].cells)
        while others and sum(kept.cells for kept in self.loaded.values()) > CELLS_KEPT:
            del self.loaded[others.pop()]


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


def run_pass(team: Team, world: World, *, memory: Memory, dry_run: bool = False) -> PassReport:
    """One pass; with `dry_run` it stops at the plan and leaves no trace."""
    now = world.now()
    desks = [_see(team, world, state, now, memory) for state in _states(team)]
    if not dry_run:
        _replay(team, desks)
    if _is_quiet(team, desks, now):
        return PassReport(now, tuple(_report(desk) for desk in desks), quiet=True)
    for desk in desks:
        _open(team, desk, now, memory, freeze=not dry_run)
    with team.store.write() as writer:
        thought, asked = _merge_and_think(team, world, writer, desks, now)
        for desk in desks:
            if desk.usable:
                _plan(team, writer, desk, thought, now)
        if dry_run:
            writer.cancel()
        else:
            _intend(writer, desks, now)
    if not dry_run:
        for desk in desks:
            _deliver(team, desk, now)
        _finish(team, desks, thought, now)
    again = any(isinstance(desk.fault, WorkbookChanged) for desk in desks)
    reports = tuple(_report(desk) for desk in desks)
    return PassReport(
        now, reports, again=again, questions=asked, people=thought.people, team=thought.team
    )


def _states(team: Team) -> tuple[BookState, ...]:
    with team.store.read() as reader:
        states = [s for s in reader.books() if not s.book.endswith(NEXT)]
    return tuple(sorted(states, key=lambda s: (s.role != Role.OWNER.value, s.book)))


def _see(team: Team, world: World, state: BookState, now: datetime, memory: Memory) -> Desk:
    """Look at the file; read it unless its content is known."""
    desk = Desk(state)
    try:
        desk.look = look(state, team.path(state), now=now)
        raw = read_bytes(desk.look.path, world.settle)
        desk.live_token = token = token_of(raw)
        desk.changed = token != state.token
        known = memory.loaded.get(state.book)
        if known is not None and known.file.sha256 == token:
            desk.loaded = known
        else:
            desk.loaded = None
            desk.raw = raw
    except CrmError as error:
        desk.fault = error
    return desk


def _is_quiet(team: Team, desks: list[Desk], now: datetime) -> bool:
    """Nothing moved since every book was last brought up to date."""
    if any(desk.changed or desk.fault or desk.state.waiting for desk in desks):
        return False
    with team.store.read() as reader:
        return reader.meta(SHOWN) == _shown(reader.version(), now)


def _shown(version: int, now: datetime) -> str:
    return f"{version}|{now.date().isoformat()}"


def _open(team: Team, desk: Desk, now: datetime, memory: Memory, *, freeze: bool) -> None:
    """Keep the bytes, then parse them."""
    if desk.fault is not None or desk.look is None:
        return
    try:
        if desk.raw and desk.changed and freeze:
            team.backups.take(desk.state.book, desk.raw, at=now.astimezone(UTC), why="read")
        if desk.loaded is None:
            known = memory.loaded.get(desk.state.book)
            name = desk.look.path.name
            file = BookFile.open(desk.raw, name=name, known=known.file if known else None)
            desk.loaded = load(
                file,
                book=desk.state.book,
                name=name,
                blueprint=team.blueprint,
                role=desk.role,
                known=known,
            )
            memory.keep(desk.state.book, desk.loaded)
        stamp = desk.loaded.snapshot.stamp
        if stamp is not None and stamp.family != team.settings.family:
            raise NotOurWorkbook(name=desk.look.path.name)
    except CrmError as error:
        desk.fault, desk.loaded = error, None
    desk.raw = b""


@dataclass(slots=True)
class _Taken:
    """What the books of a pass brought; filled book by book."""

    batch: int = 0
    touched: dict[str, set[str]] = field(default_factory=dict)
    answers: list[tuple[str, str, str]] = field(default_factory=list)
    """(who, row id of «Вопросы», what was typed)."""
    late: list[tuple[Absorbed, str]] = field(default_factory=list)
    holds: list[Question] = field(default_factory=list)


def _merge_and_think(
    team: Team, world: World, writer: Writer, desks: list[Desk], now: datetime
) -> tuple[Thought, tuple[Question, ...]]:
    """Absorb every book, settle what follows, ask, compute."""
    at = now.astimezone(UTC)
    taken = _Taken()
    for desk in desks:
        if desk.changed and desk.loaded is not None and not taken.batch:
            taken.batch = writer.start_batch(BatchKind.SYNC, "", at)
        _take(team, world, writer, desk, taken, now)
    rule = Stamped(at, "", Source.RULE, None, taken.batch or writer.version())
    new_id = _ids(team, world)
    settled = settle(team, writer, now, taken.touched, new_id, rule)
    while taken.answers:
        _answer(Answering(writer, settled.scene, settled.clients, new_id, "", at), taken)
        for desk in desks:
            if desk.stop:
                _take(team, world, writer, desk, taken, now)
        settled = settle(team, writer, now, taken.touched, new_id, rule)
    pending = [*taken.holds, *settled.questions]
    for found, who in taken.late:
        pending += of_clashes(found, team.blueprint, writer, person=who)
    put_questions(writer, pending, at)
    thought = think(
        writer,
        settled,
        [desk.state for desk in desks],
        [f"{desk.state.person}: книга не читается" for desk in desks if desk.fault is not None],
    )
    return thought, writer.questions(stances={Stance.OPEN, Stance.LATER})


def _take(
    team: Team, world: World, writer: Writer, desk: Desk, taken: _Taken, now: datetime
) -> None:
    """Absorb one book; a stopped one leaves a question and waits for the answer."""
    if desk.loaded is None:
        return
    at, book, who = now.astimezone(UTC), desk.state.book, desk.state.person
    desk.save = save_of(writer, book, desk.loaded.file.sha256)
    said = said_of(writer, book, desk.save)
    if desk.stop and said is None:
        return
    batch = batch_of(writer, book) if said is not None else taken.batch
    by = Stamped(at, who, Source.PERSON, book, batch or writer.version())
    found = _absorb(team, world, writer, desk, by, said=said)
    if found.hold is not None:
        hold = of_hold(found.hold, team.blueprint, book=book, token=desk.save, at=now, whom=who)
        question = ask_about(writer, hold, at=at)
        taken.holds.append(question)
        desk.stop = f"СТОП: {question.wrong} - «Вопросы», № {question.number}"
        return
    if desk.state.held:
        let_run(writer, book, at=at)
    desk.stop = ""
    taken.answers += [(who, row_id, text) for row_id, text in found.answers]
    taken.late.append((found, who))
    for table, rows in found.touched.items():
        taken.touched.setdefault(table, set()).update(rows)


def _ids(team: Team, world: World) -> Callable[[], str]:
    return lambda: new_row_id(team.settings.family, world.random_bytes)


def _absorb(  # the book, the world it is merged in, and what was said about its hold
    team: Team, world: World, writer: Writer, desk: Desk, by: Stamped, *, said: bool | None
) -> Absorbed:
    """Merge one book, or carry out what a person answered to its hold."""
    if desk.loaded is None:
        raise ValueError(desk.state.book)
    reader = Reader(
        team.blueprint, desk.role, desk.state.person, team.settings.family, _ids(team, world)
    )
    if said is False:
        reader = replace(reader, brake=False)
    snapshot = desk.loaded.snapshot
    known = recognise(snapshot, reader) if not desk.changed and not desk.state.held else None
    if known is not None:
        found = known
    elif said:
        found = accept_as_seen(writer, snapshot, reader)
    else:
        found = absorb(writer, snapshot, reader, by)
    desk.absorbed = found
    return found


def _answer(desk: Answering, taken: _Taken) -> None:
    """Carry out what was answered; the rows that it moved are the touched ones now."""
    answers, taken.answers, taken.touched = taken.answers, [], {}
    for who, row_id, text in answers:
        number = row_id.removeprefix("Q")
        question = desk.writer.question(int(number)) if number.isdecimal() else None
        if question is not None:
            answer(replace(desk, who=who), question, text)
            taken.touched.setdefault(question.table, set()).add(question.row_id)


def _plan(team: Team, writer: Writer, desk: Desk, thought: Thought, now: datetime) -> None:
    """What the book should show, the edits that bring it there, and the bytes they give."""
    loaded, absorbed = desk.loaded, desk.absorbed
    if loaded is None or absorbed is None:
        return
    wanted = _wanted(team, writer, desk, thought, now)
    desk.plan = plan_writes(loaded.snapshot, absorbed.places, wanted, team.blueprint, desk.role)
    if _only_clock(desk) and not _needs_morning(desk, now):
        desk.plan = replace(desk.plan, slots=())
    if not desk.plan and not (desk.changed and results_lost(loaded, team.blueprint)):
        return
    generation = desk.state.generation + 1
    stamp = Stamp(team.settings.family, desk.state.book, generation)
    serial = to_serial(now.replace(tzinfo=None, microsecond=0))
    layer = Layer(loaded, team.blueprint, desk.role, serial, _touched(team, desk, now))
    try:
        desk.patched = patch(loaded.file, lay(layer, desk.plan, stamp))
    except CrmError as error:
        desk.fault = error
        return
    desk.refused = refusals(desk.patched)
    seen = writer.bases(desk.state.book)
    for table, rows in next_base(desk, team.blueprint, seen, wanted).items():
        writer.set_base(desk.state.book + NEXT, table, rows, next_order(desk, table))


def _touched(team: Team, desk: Desk, now: datetime) -> dict[str, frozenset[int]] | None:
    """Rows whose live cells must be calculated anew; None for all: a new day, lists or settings.

    Rows that a person edited were calculated by the program that saved them.
    """
    if desk.loaded is None or desk.absorbed is None or _needs_morning(desk, now):
        return None
    lists = {t.key for t in team.blueprint.tables.values() if t.identity is Identity.TEXT}
    moved = {key for key, rows in desk.absorbed.touched.items() if rows}
    moved |= {put.table for put in desk.plan.cells} | {put.table for put in desk.plan.rows}
    settled = {put.row for put in desk.plan.slots if put.sheet == "_crm"} - CLOCK
    if moved & lists or settled:
        return None
    touched: dict[str, set[int]] = {}
    places = [(put.table, put.row) for put in desk.plan.cells]
    places += [(put.table, put.row) for put in desk.plan.live]
    places += [(put.table, put.row) for put in desk.plan.rows]
    for table, row in places:
        touched.setdefault(table, set()).add(row)
    return {key: frozenset(rows) for key, rows in touched.items()}


def _wanted(team: Team, writer: Writer, desk: Desk, thought: Thought, now: datetime) -> Desired:
    person = desk.state.person
    mine = [
        q
        for q in thought.questions
        if (desk.role is Role.OWNER or q.whom == person)
        and (q.stance in {Stance.OPEN, Stance.LATER} or _recent(q, now))
    ]
    by_person, fresh = shown_to(mine, now.date(), a_day=team.settings.questions_a_day)
    writer.show(fresh, now.date())
    rows = [q for group in by_person.values() for q in group]
    figures = thought.team if desk.role is Role.OWNER else thought.of(person)
    slots = slots_of(desk.role, desk.state, thought.scene, figures, stop=desk.stop)
    tables = tables_of(writer, team.blueprint, desk.role, person, thought.columns, rows)
    if desk.stop:
        tables = {"questions": tables["questions"]}
    return Desired(tables, slots)


def _recent(question: Question, now: datetime) -> bool:
    answered = question.stance in {Stance.DONE, Stance.KEPT} and question.answered_at is not None
    return answered and now - (question.answered_at or now) < KEPT_DAYS


def _only_clock(desk: Desk) -> bool:
    """Whether the plan holds nothing but the moment of writing."""
    plan = desk.plan
    if plan.cells or plan.rows or plan.live or plan.live_slots:
        return False
    return all(put.sheet == "_crm" and put.expected is not None for put in plan.slots)


def _needs_morning(desk: Desk, now: datetime) -> bool:
    """Figures depend on the date: each book is written once a day."""
    written = desk.state.written_at
    return written is None or written.astimezone(now.tzinfo).date() != now.date()


def _intend(writer: Writer, desks: list[Desk], now: datetime) -> None:
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
            desk.intent = writer.intend(state.book, desk.loaded.file.sha256, new, "", at)
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


def _deliver(team: Team, desk: Desk, now: datetime) -> None:
    """Exchange the file and confirm; a lost race or a full disk leaves theirs in place."""
    if desk.patched is None or not desk.intent or desk.loaded is None or desk.look is None:
        return
    try:
        result = write_back(desk.look.path, desk.patched.raw, expected_sha=desk.loaded.file.sha256)
    except (WorkbookChanged, CannotWrite, CrmError) as error:
        desk.fault = error
        with team.store.write() as writer:
            _drop_next(writer, desk.state.book)
            writer.finish(desk.intent, type(error).__name__)
        return
    with team.store.write() as writer:
        _confirm(writer, desk, now)
    desk.written = True
    let_go(result.displaced, sha256=desk.loaded.file.sha256)


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
    _drop_next(writer, book)


def _drop_next(writer: Writer, book: str) -> None:
    for table, rows in writer.bases(book + NEXT).items():
        writer.set_base(book + NEXT, table, dict.fromkeys(rows))


def _replay(team: Team, desks: list[Desk]) -> None:
    """Writes that were begun before a crash: done if the live file is ours, else never happened."""
    with team.store.read() as reader:
        pending = reader.pending()
    if not pending:
        return
    by_book: Mapping[str, Desk] = {desk.state.book: desk for desk in desks}
    with team.store.write() as writer:
        for intent in pending:
            desk = by_book.get(intent.book)
            if desk is not None:
                sweep(team.path(desk.state), frozenset({intent.base_token, intent.new_token}))
            live = desk.live_token if desk is not None else ""
            if desk is not None and live == intent.new_token:
                _take_next(writer, intent.book)
                state = replace(
                    desk.state,
                    token=live,
                    generation=desk.state.generation + 1,
                    written_at=intent.at,
                )
                desk.state, desk.changed = state, False
                writer.put_book(state)
                writer.finish(intent.number, "done after a restart")
            else:
                _drop_next(writer, intent.book)
                writer.finish(intent.number, "never swapped")


def _finish(team: Team, desks: list[Desk], thought: Thought, now: datetime) -> None:
    """Write the pages beside the books; remember what is shown."""
    faults = write_pages(team, [desk.state for desk in desks], thought)
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
