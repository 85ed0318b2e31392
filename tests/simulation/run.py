"""One seed: a team lives some days, then everybody goes home, and the ledger is compared."""

from __future__ import annotations

import errno
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any, cast
from zoneinfo import ZoneInfo

from model.blueprint import Role
from model.records import BatchKind, BookState, Fact, QuestionKind, Source, Stamped, Stance
from model.row_ids import belongs, new_row_id
from model.snapshot import Stamp
from sync.cycle import Memory, PassReport, run_pass
from sync.displaced import LATE, LOOKS
from sync.exchange import is_ours
from sync.world import World
from tests.simulation.bind import FAMILY, SimTeam, team_of
from tests.simulation.disk import Disk
from tests.simulation.ledger import Ledger
from tests.simulation.pages import Content, by_id, empty, from_bytes, to_bytes
from tests.simulation.people import Editor, Hands, Person, Tokens
from tests.simulation.shape import CLIENTS, QUESTIONS, SCOPE, TYPED
from tests.simulation.world import fault, world_of

MOSCOW = ZoneInfo("Europe/Moscow")
OWNER, SELLERS = "Глава", ("Иванов", "Петрова")
ERRORS = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EBUSY)
STEPS = (6, 18)
ROUNDS = 12
"""Passes within which everything must have come to rest."""


class Crash(BaseException):
    """The process is gone."""


class Broken(AssertionError):
    """A promise was broken: `rule` names it as MERGE_SPEC section 11 does."""

    def __init__(self, rule: str, told: str) -> None:
        super().__init__(f"{rule}: {told}")
        self.rule = rule


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
                    person.session, person.half = None, None
                self.disk.cut_power()
            case _:
                self.memory = Memory()

    def passing(self) -> PassReport | None:
        """One pass of the real engine; a crash throws its memory away."""
        self.now += timedelta(seconds=30)
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
    start = _founded(rng.choice((2, 3, 3)), rng.randint(2, 7), apart=rng.random() < 0.8)
    disk = start.disk.twin(Random(seed + 1))
    team = start.team.twin(disk)
    ledger, tokens = Ledger(), Tokens(start.hands.tokens.last)
    hands = Hands(rng, disk, ledger, tokens, start.hands.people)
    people = [
        Person(p.name, p.book, p.path, rng.choice(list(Editor)), rng.random() < 0.4)
        for p in start.people
    ]
    chances = Chances() if rng.random() < 0.7 else Chances(0, 0, 0)
    life = Life(seed, rng, disk, team, ledger, hands, people, start.now, chances)
    disk.turn, disk.clock = life.turn, life.wall
    disk.on_read, disk.on_swap = ledger.reading.append, ledger.displaced
    return life


@cache
def _founded(count: int, clients: int, *, apart: bool) -> Life:
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
    while not (report := life.passing()) or not report.quiet or len(disk.names) > count:
        pass
    return life


def live(seed: int) -> Life:
    """A whole life, checked; raises Broken."""
    life = begin(seed)
    for _ in range(life.rng.randint(*STEPS)):
        life.step()
    rest(life)
    check(life)
    return life


def rest(life: Life) -> None:
    """Everybody saves and goes home; the daemon comes to rest, holds are answered."""
    for person in life.people:
        if person.session is not None and person.session.deeds and person.half is None:
            life.hands.save(person)
        life.hands.close(person)
        _mend(life, person)
    life.calm = True
    quiet = 0
    for _ in range(ROUNDS):
        report = life.passing()
        if report is not None and report.quiet:
            quiet += 1
            if quiet > LOOKS + 1:
                return
            continue
        quiet = 0
        _release(life)
    raise Broken("I6", "no rest after " + str(ROUNDS) + " passes")


def _mend(life: Life, person: Person) -> None:
    """A book that the power cut tore in the middle of a save is put back from its newest copy."""
    if from_bytes(life.disk.open(person.path).raw) is None:
        copy = life.team.backups.list(person.book)[0]
        life.disk.put(person.path, life.team.backups.read(copy.id))
        life.ledger.answered = True


def _release(life: Life) -> None:
    """Stopped books are let through, in the cell of the answer."""
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
        life.disk.put(person.path, to_bytes(content))


def check(life: Life) -> None:
    """The promises, after everything came to rest."""
    books = {p.name: _content(life, p) for p in life.people}
    with life.team.store.read() as reader:
        rows = reader.rows(CLIENTS, deleted=True)
        kept = {v for r in rows.values() for v in r.values.values()}
        kept |= life.team.backups.texts(LATE)
        kept |= {v for c in life.team.store.shelf.changes for v in (c.before, c.after)}
        listed = " ".join(
            f"{q.wrong} {q.proposal} {' '.join(q.payload.values())}" for q in reader.questions()
        )
    shown = {text for content in books.values() for text in content.texts()}
    for token in sorted(life.ledger.had - life.ledger.excused):
        if token not in shown and token not in kept and token not in listed:
            raise Broken("I1", f"{token} was lost")
    for wish in life.ledger.sole():
        row = rows.get(wish.row_id)
        if row is None and not belongs(FAMILY, wish.row_id):
            continue  # an id of another team: the row goes by another one
        if row is None or row.values.get(wish.field) != wish.value:
            raise Broken("I2", f"{wish.row_id}.{wish.field}: {wish.value!r} is not live")
    for row_id in sorted(life.ledger.unnamed):
        sure = not (life.ledger.answered or life.ledger.rough)
        if sure and (row_id not in rows or rows[row_id].deleted):
            raise Broken("I5", f"{row_id} lost its id and was not known again")
    for person in life.people:
        _ids(books[person.name])
        _rows(person, books[person.name], rows)
    left = [name for name in life.disk.names if is_ours(name.partition("/")[2])]
    if left:
        raise Broken("I14", f"{left} left beside the books")


def _content(life: Life, person: Person) -> Content:
    content = from_bytes(life.disk.open(person.path).raw)
    if content is None:
        raise Broken("I13", f"{person.path} is torn")
    return content


def _ids(content: Content) -> None:
    lines = [line for line in content.pages[CLIENTS].lines if line.cells]
    ids = Counter(line.row_id for line in lines)
    wrong = [i for i, n in ids.items() if not i or n > 1 or not belongs(FAMILY, i)]
    if wrong:
        raise Broken("I5", f"ids {wrong}")


def _rows(person: Person, content: Content, rows: Any) -> None:
    page = content.pages[CLIENTS]
    shown = by_id(page)
    mine = {
        i: r
        for i, r in rows.items()
        if not r.deleted and (person.name == OWNER or r.values.get(SCOPE) == person.name)
    }
    if set(shown) != set(mine):
        raise Broken("I6", f"{person.name}: rows {sorted(set(shown) ^ set(mine))}")
    for row_id, line in shown.items():
        for name in page.columns:
            if name in (*TYPED, SCOPE) and line.cells.get(name) != mine[row_id].values.get(name):
                raise Broken("I6", f"{row_id}.{name}: {line.cells.get(name)!r} on the sheet")


def digest(life: Life) -> str:
    """Fingerprint of all that a life has left: files, store, journal."""
    files = sorted((name, inode.raw) for name, inode in life.disk.names.items())
    shelf = life.team.store.shelf
    told = [getattr(shelf, name) for name in shelf.__slots__]
    return sha256(repr((files, told)).encode()).hexdigest()
