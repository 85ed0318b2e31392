"""One seed: a team lives some days, then everybody goes home, and the ledger is compared."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any, cast
from zoneinfo import ZoneInfo

from model.blueprint import Role
from model.records import (
    BatchKind,
    BookState,
    Fact,
    QuestionKind,
    Record,
    Source,
    Stamped,
    Stance,
)
from model.row_ids import belongs, new_row_id
from model.snapshot import Stamp
from sync.cycle import Memory, PassReport, run_pass
from sync.delivery import MEANWHILE
from sync.displaced import LATE
from sync.exchange import is_ours
from sync.world import World
from tests.simulation.bind import SimTeam, team_of
from tests.simulation.broken import Broken
from tests.simulation.disk import Disk
from tests.simulation.ledger import Ledger, Wish
from tests.simulation.once import RowLedger, rows_once
from tests.simulation.pages import Content, by_id, empty, from_bytes, to_bytes
from tests.simulation.people import Editor, Hands, Person, Tokens
from tests.simulation.shape import CLIENTS, FAMILY, MEMO, QUESTIONS, SCOPE, SUM, TYPED
from tests.simulation.shown import agree, content_of, own_ids
from tests.simulation.trial import Trial
from tests.simulation.trials_cells import CELLS
from tests.simulation.trials_damage import DAMAGE
from tests.simulation.trials_files import FILES
from tests.simulation.trials_rows import ROWS
from tests.simulation.world import fault, world_of

MOSCOW = ZoneInfo("Europe/Moscow")
OWNER, SELLERS = "Глава", ("Иванов", "Петрова")
ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EBUSY)
STEPS = (6, 18)
TRIED_EVERY = 8
"""One life in so many ends in a trial."""
TRIALS = (*CELLS, *ROWS, *DAMAGE, *FILES)
FRESH = 11 * 3600
"""Seconds within which an owner file is surely believed: it is for twelve hours."""
LAST_LOOKS = 5
"""Looks of the daemon between asking who has a book open and writing it."""
SWAPPING = 0.9
"""Of the teams work on a disk that swaps two names in one call; the rest on a network drive."""
UNCHANGED = 2
"""Later passes that must have found a displaced file as it was."""
ROUNDS = 12
"""Passes within which everything must have come to rest."""


SHOWN = (*TYPED, SCOPE, SUM, MEMO)
"""Fields of a client that stand in the books."""


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Chances:
    """How often the daemon's calls meet something."""

    save: float = 0.02
    error: float = 0.004
    crash: float = 0.003


@dataclass(slots=True)
class Life:
    """The world of one seed."""

    seed: int
    rng: Random
    disk: Disk
    team: SimTeam
    ledger: Ledger
    hands: Hands
    people: list[Person]
    now: datetime
    chances: Chances
    memory: Memory = field(default_factory=Memory)
    told: list[str] = field(default_factory=list)
    calm: bool = False
    facts: list[Fact] = field(default_factory=list)
    depth: int = 0
    excused: int = 0
    """Values that are nowhere, and only a pass that failed or was killed ever had them."""
    only_copies: int = 0
    """Values that nothing but a copy of a late or replaced save holds."""
    trouble: bool = False
    """Whether the pass that runs now met an error or a crash."""

    def world(self) -> World:
        """What a pass takes from outside."""
        return world_of(self)

    def wall(self) -> float:
        """What the clock on the wall says, in seconds."""
        return self.now.timestamp()

    def wait(self) -> None:
        """Time goes by while the daemon waits."""
        self.now += timedelta(seconds=2)

    def turn(self, call: str) -> None:
        """Something may happen before a call of the daemon is carried out."""
        if self.calm or self.depth:
            return
        dice = self.rng.random()
        if dice < self.chances.save:
            self.depth += 1
            person = self.rng.choice(self.people)
            self.someone(person)
            self.depth -= 1
        elif dice < self.chances.save + self.chances.error:
            self.told.append(f"error at {call}")
            self.trouble = True
            raise fault(self.rng.choice(ERRORS))
        elif dice < self.chances.save + self.chances.error + self.chances.crash:
            self.told.append(f"crash at {call}")
            self.trouble = True
            raise Crash

    def someone(self, person: Person) -> None:
        """A person does the next thing at the own desk."""
        session = person.session
        if person.half is not None:
            self.hands.finish(person)
            self.told.append(f"{person.name} ends the save")
        elif session is None:
            self.hands.open(person)
            if person.session is not None:
                self.hands.act(person)
        elif session.deeds:
            self.told.append(f"{person.name} saves {'+'.join(session.deeds)}")
            self.hands.save(person)
            if self.rng.random() < 0.6:
                self.hands.close(person)
        else:
            self.hands.act(person)

    def step(self) -> None:
        """One thing happens."""
        what = self.rng.choices(
            ("person", "pass", "fact", "clock", "power", "restart"), (10, 6, 2, 0.5, 0.3, 0.5)
        )[0]
        match what:
            case "person":
                self.someone(self.rng.choice(self.people))
            case "pass":
                self.passing()
            case "fact":
                self.bring()
            case "clock":
                self.now += timedelta(seconds=self.rng.randrange(-200_000, 200_000))
            case "power":
                self.told.append("power cut")
                self.memory = Memory()
                for person in self.people:
                    if person.half is not None and person.session is not None:
                        # half a save in a file that is not live is torn for ever (`_mend`)
                        aside = self.disk.names.get(person.path) is not person.session.inode
                        self.ledger.answered |= aside
                    person.session, person.half = None, None
                self.disk.cut_power()
            case _:
                self.memory = Memory()

    def writing(self, live: str, temp: str) -> None:
        """The daemon puts a file in the place of a book: it looked before whether it is open."""
        folder, _, name = live.partition("/")
        sign = f"{folder}/~${name}"
        tick, look = self.disk.looked.get(sign, (0, 0))
        lock = self.disk.names.get(sign)
        seen = lock is not None and lock.moved_at < tick and self.wall() - lock.wall < FRESH
        if seen or self.disk.marks - look > LAST_LOOKS:
            raise Broken("8.1", f"{live} is written without a look who has it open: {temp}")

    def removing(self, name: str, passes: int) -> None:
        """The daemon removes what it displaced: two later passes found it unchanged."""
        if passes < UNCHANGED:
            raise Broken("8.4", f"{name} is removed {passes} passes after it was written into")

    def restart(self) -> None:
        """The daemon is started anew."""
        self.memory = Memory()
        self.ledger.reading.clear()

    def passing(self) -> PassReport | None:
        """One pass of the real engine; a crash throws its memory away."""
        self.now += timedelta(seconds=30)
        self.disk.passes += 1
        self.trouble = False
        try:
            report = run_pass(cast("Any", self.team), self.world(), memory=self.memory)
        except Crash:
            self.memory = Memory()
            return None
        except OSError as error:
            raise Broken("I14", f"an error of the system came through: {error}") from error
        finally:
            self.ledger.passed(self.team.backups.holds, trouble=self.trouble)
        if not report.quiet:
            self.told.append("pass " + ",".join(f"{b.state.book}:{b.edits}" for b in report.books))
        return report

    def bring(self) -> None:
        """A source delivers a fact, perhaps one that it delivered before."""
        if self.facts and self.rng.random() < 0.4:
            fact = self.rng.choice(self.facts)
        else:
            with self.team.store.read() as reader:
                rows = [i for i, r in reader.rows(CLIENTS).items() if not r.deleted]
            fresh = not rows or self.rng.random() < 0.3
            row_id = new_row_id(FAMILY, self.rng.randbytes) if fresh else self.rng.choice(rows)
            value = self.hands.tokens.make("fact", "stage")
            fact = Fact("site", f"f{len(self.facts)}", "lead", value, row_id, 0, self.now)
            self.facts.append(fact)
            self.ledger.fact(row_id, "stage", value)
        self.deliver(fact)

    def deliver(self, fact: Fact) -> None:
        """The same fact again changes nothing: the key and its effect are one transaction."""
        with self.team.store.write() as writer:
            if writer.fact_known(fact.source, fact.key) is not None:
                return
            at = self.now.astimezone(UTC)
            by = Stamped(at, "", Source.IMPORT, None, writer.start_batch(BatchKind.IMPORT, "", at))
            known = writer.get(CLIENTS, fact.row_id)
            values = {"stage": fact.payload}
            if known is None:
                values |= {"name": f"name-{fact.key}", SCOPE: self.rng.choice(SELLERS)}
            writer.put(CLIENTS, fact.row_id, values, by=by)
            writer.add_facts([fact])


def begin(seed: int) -> Life:
    """A team with a few clients, its books founded and its people at their desks."""
    rng = Random(seed)
    start = founded(rng.choice((2, 3, 3)), rng.randint(2, 7), apart=rng.random() < 0.8)
    disk = start.disk.twin(Random(seed + 1))
    team = start.team.twin(disk)
    ledger, tokens = RowLedger(family=FAMILY), Tokens(start.hands.tokens.last)
    hands = Hands(rng, disk, ledger, tokens, start.hands.people)
    people = [
        Person(p.name, p.book, p.path, rng.choice(list(Editor)), rng.random() < 0.4)
        for p in start.people
    ]
    chances = Chances() if rng.random() < 0.7 else Chances(0, 0, 0)
    disk.swaps = rng.random() < SWAPPING
    life = Life(seed, rng, disk, team, ledger, hands, people, start.now, chances)
    disk.turn, disk.clock = life.turn, life.wall
    disk.on_read, disk.on_swap = ledger.reading.append, ledger.displaced
    disk.on_write, disk.on_unlink = life.writing, life.removing
    return life


@cache
def founded(count: int, clients: int, *, apart: bool) -> Life:
    """A team that has come to rest; lives begin with copies of it."""
    rng = Random(f"{count} {clients} {apart}")
    disk = Disk(rng)
    team = team_of(disk, OWNER)
    names = (OWNER, *SELLERS)[:count]
    people = [
        Person(
            name, f"book{n}", f"{n if apart else 'all'}/book{n}.xlsx", Editor.RENAME, locks=False
        )
        for n, name in enumerate(names)
    ]
    hands = Hands(rng, disk, Ledger(), Tokens(), names[1:])
    now = datetime(2026, 3, 12, 9, 0, tzinfo=MOSCOW)
    life = Life(0, rng, disk, team, hands.ledger, hands, people, now, Chances(), calm=True)
    disk.turn, disk.clock = life.turn, life.wall
    at = now.astimezone(UTC)
    with team.store.write() as writer:
        by = Stamped(at, "", Source.IMPORT, None, writer.start_batch(BatchKind.INIT, "", at))
        for _ in range(clients):
            values = {n: hands.tokens.make("old", n) for n in TYPED}
            values[SCOPE] = rng.choice(names[1:])
            writer.put(CLIENTS, new_row_id(FAMILY, rng.randbytes), values, by=by)
        for person in people:
            role = Role.OWNER if person.name == OWNER else Role.MANAGER
            writer.put_book(BookState(person.book, person.path, role.value, person.name))
    for person in people:
        disk.put(person.path, to_bytes(empty(Stamp(FAMILY, person.book, 0))))
    for _ in range(ROUNDS):
        report = life.passing()
        if report is not None and report.quiet and len(disk.names) == count:
            return life
    raise Broken("I6", "no rest after founding")


def live(seed: int, *, tried: bool | None = None) -> Life:
    """A whole life, checked, with or without a trial at its end; raises Broken."""
    life = begin(seed)
    for _ in range(life.rng.randint(*STEPS)):
        life.step()
    rest(life)
    check(life)
    if seed % TRIED_EVERY == 0 if tried is None else tried:
        _try(life, TRIALS[(seed if tried else seed // TRIED_EVERY) % len(TRIALS)])
    return life


def _try(life: Life, deed: Callable[[Trial], None]) -> None:
    """A trial, where every book has all its columns."""
    whole = all(
        set(TYPED) <= {*content_of(life.disk, p).pages[CLIENTS].columns} for p in life.people
    )
    if whole:
        deed(Trial(life))
        rest(life)
        stands(life)


def rest(life: Life) -> None:
    """Everybody saves and goes home; the daemon comes to rest, holds are answered."""
    for person in life.people:
        if person.session is not None and person.session.deeds and person.half is None:
            life.hands.save(person)
        life.hands.close(person)
        _mend(life, person)
    life.calm = True
    for _ in range(ROUNDS):
        report = life.passing()
        if _release(life):
            continue
        if report is not None and report.quiet and not _beside(life):
            before, day = life.disk.state(), life.now.date()
            report = life.passing()
            if life.now.date() != day:
                continue  # each book is written once a morning
            if report is None or not report.quiet or life.disk.state() != before:
                raise Broken("I6", "a pass after a quiet one did something")
            return
    raise Broken("I6", f"no rest after {ROUNDS} passes: {_beside(life)} are left beside the books")


def _mend(life: Life, person: Person) -> None:
    """A book that the power cut tore in a save is put back from its newest copy that opens."""
    inode = life.disk.names.get(person.path)  # none after a crash with the book aside
    if inode is not None and from_bytes(inode.raw) is None:
        copies = (life.team.backups.read(c.id) for c in life.team.backups.list(person.book))
        life.disk.put(person.path, next(raw for raw in copies if from_bytes(raw) is not None))
        life.ledger.answered = True


def _release(life: Life) -> bool:
    """Stopped books are let through, in the cell of the answer; whether there was one."""
    with life.team.store.read() as reader:
        held = [
            q
            for q in reader.questions(stances={Stance.OPEN, Stance.LATER})
            if q.kind is QuestionKind.HOLD
        ]
    for question in held:
        person = next(p for p in life.people if p.book == question.payload["book"])
        content = from_bytes(life.disk.open(person.path).raw)
        if content is None:
            continue
        for line in content.pages[QUESTIONS].lines:
            if line.row_id == f"Q{question.number}":
                line.cells["answer"] = "Нет"
        content.saved = life.hands.moment()
        life.disk.put(person.path, to_bytes(content))
    return bool(held)


def check(life: Life) -> None:
    """The promises, after everything came to rest."""
    books = {p.name: content_of(life.disk, p) for p in life.people}
    with life.team.store.read() as reader:
        rows = reader.rows(CLIENTS, deleted=True)
        kept = {v for r in rows.values() for v in r.values.values()}
        copied = life.team.backups.texts({LATE, MEANWHILE})
        kept |= {v for c in life.team.store.shelf.changes for v in (c.before, c.after)}
        listed = " ".join(
            f"{q.wrong} {q.proposal} {' '.join(q.payload.values())}" for q in reader.questions()
        )
    shown = {text for content in books.values() for text in content.texts()}
    for token in sorted(life.ledger.had - shown - kept):
        if token not in copied and token not in listed:
            raise Broken("I1", f"{token} was lost")
        life.only_copies += token not in listed
    gone = life.ledger.missed - life.ledger.had - shown - kept - copied
    life.excused = sum(token not in listed for token in gone)
    for wish in life.ledger.sole():
        row = rows.get(wish.row_id)
        if row is None and not belongs(FAMILY, wish.row_id):
            continue  # an id of another team: the row goes by another one
        live_value = None if row is None or _emptied(row, wish) else row.values.get(wish.field)
        if row is None or (live_value != wish.value and not life.ledger.shared(wish, live_value)):
            raise Broken("I2", f"{wish.row_id}.{wish.field}: {wish.value!r} is not live")
    for row_id, line in sorted(life.ledger.unnamed.items()):
        meant = life.ledger.answered or life.ledger.rough or life.ledger.replaced(row_id, line)
        if not meant and (row_id not in rows or rows[row_id].deleted):
            raise Broken("I5", f"{row_id} lost its id and was not known again")
    living = [r.values for r in rows.values() if not r.deleted]
    changes = life.team.store.shelf.changes
    replaced = {str(c.before) for c in changes if c.source is not Source.PERSON}
    asked = {token for token in life.ledger.had if token in listed}
    elsewhere = copied | replaced | asked | life.ledger.buried(rows)
    rows_once(cast("RowLedger", life.ledger), living, books, elsewhere)
    stands(life)


def _emptied(row: Record, wish: Wish) -> bool:
    """Whether the cell that was emptied was the last of its row, which is gone with it."""
    return row.deleted and wish.value is None


def stands(life: Life) -> None:
    """Every book shows what the store holds, each row once and under an id of its own."""
    with life.team.store.read() as reader:
        rows = reader.rows(CLIENTS, deleted=True)
    for person in life.people:
        content = content_of(life.disk, person)
        own_ids(content, FAMILY)
        sees_all = person.name == OWNER
        agree(person.name, content, rows, fields=SHOWN, sees_all=sees_all)
        _base(life, person, content)
    _questions(life)


def _base(life: Life, person: Person, content: Content) -> None:
    """What the next save is compared with is what stands there (P5)."""
    base = life.team.store.shelf.bases.get((person.book, CLIENTS), {})
    for row_id, line in by_id(content.pages[CLIENTS]).items():
        for name in content.pages[CLIENTS].columns:
            have, known = line.cells.get(name), base.get(row_id, {}).get(name)
            if name in SHOWN and have != known:
                raise Broken("P5", f"{row_id}.{name}: {have!r} is compared with {known!r}")


def _questions(life: Life) -> None:
    """One open entry for each row, field and other value."""
    with life.team.store.read() as reader:
        found = reader.questions(stances={Stance.OPEN, Stance.LATER})
    conflicts = [q for q in found if q.kind is QuestionKind.CONFLICT]
    asked = Counter((q.row_id, q.column, q.payload["value"]) for q in conflicts)
    if asked and max(asked.values()) > 1:
        raise Broken("I15", f"asked twice: {asked.most_common(1)}")


def _beside(life: Life) -> list[str]:
    """Files of ours that lie beside the books."""
    return [name for name in life.disk.names if is_ours(name.rpartition("/")[2])]


def digest(life: Life) -> str:
    """Fingerprint of all that a life has left: files, store, journal."""
    files = sorted((name, inode.raw) for name, inode in life.disk.names.items())
    shelf = life.team.store.shelf
    told = [getattr(shelf, name) for name in shelf.__slots__]
    return sha256(repr((files, told)).encode()).hexdigest()
