"""`python -m tests.simulation.full --seeds 1000`: sessions of a team that is real but for time.

Workbooks are xlsx files, store and copies are SQLite, the pass is the product's own with settling,
figures and all; the disk, the people and the clock are those of the simulated lives. Sources bring
leads and payments as files. What is promised is checked as there. Ends in `N passed, N failed`;
with `--resume FILE` a long run goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from typing_extensions import override

from model.records import Record
from model.row_ids import belongs
from store import Reader
from sync.cycle import Memory, PassReport, run_pass
from sync.delivery import MEANWHILE
from sync.displaced import LATE
from sync.exchange import is_ours
from sync.importing import import_file
from sync.imports import ImportKind
from sync.team import Team
from tests.faults.slices import Tally
from tests.quick import small_things_remembered
from tests.simulation.__main__ import spare, told
from tests.simulation.broken import Broken
from tests.simulation.deeds import DEALT
from tests.simulation.files import copies_read_back, own_rows_only, strange_parts_stay
from tests.simulation.office import (
    OWNER,
    SELLERS,
    Founded,
    RealTokens,
    founded,
    memory_folder,
    open_at,
)
from tests.simulation.once import RowLedger, rows_once
from tests.simulation.pages import from_bytes, to_bytes
from tests.simulation.people import Editor, Hands, Person
from tests.simulation.run import Chances, Crash, Life, rest
from tests.simulation.shape import CLIENTS, SCOPE, TYPED
from tests.simulation.shown import agree, content_of, own_ids
from tests.simulation.xlsx_pages import BOOKS, NAMES
from tests.sync.teams import few_spare_rows

BLOCK = 5
STEPS = (2, 6)
DEEDS = 3
COPIES = 0.1
WHOLE_EVERY = 8
NOT_HERE = frozenset({"swap columns", "drop column"})
"""Deeds that our patcher cannot do for people; LibreOffice moves columns in its own tests."""
SOURCES = {ImportKind.LEADS: ("leads", "text"), ImportKind.PAYMENTS: ("payments", "purpose")}
"""Table and field in which what a source said must stand."""
DEALS = "deals"
MOST_CHANGES = 1_000_000
PASS_SECONDS = 30


@dataclass(slots=True)
class Session(Life):
    """A life whose team, workbooks and databases are real."""

    state: Path = Path()
    brought: list[tuple[ImportKind, str, bytes]] = field(default_factory=list)
    """Kind, token and file of everything that sources delivered."""

    @override
    def step(self) -> None:
        """People do more between two happenings than in the lives: a pass costs more here."""
        for _ in range(DEEDS):
            self.someone(self.rng.choice(self.people))
        if self.rng.random() < COPIES:
            self.copy_beside(self.rng.choice(self.people))
        Life.step(self)

    def copy_beside(self, person: Person) -> None:
        """What a person has open is saved under another name beside the book, as clouds do, too."""
        if person.session is None or not person.session.deeds:
            return
        path = PurePosixPath(person.path)
        name = path.with_stem(f"{path.stem} (копия {len(self.disk.names)})")
        self.disk.put(str(name), to_bytes(person.session.content))
        self.rows.beside(person.session.content)
        self.ledger.answered = True  # whose cell it is then is no longer told by the saves alone
        self.told.append(f"{person.name} lays a copy beside")

    @override
    def passing(self) -> PassReport | None:
        """One pass; after a crash the databases are opened anew, as by another process."""
        self.now += timedelta(seconds=PASS_SECONDS)
        self.trouble, crashed = False, False
        try:
            with self.real.backups.held():
                report = run_pass(self.real, self.world(), memory=self.memory)
        except Crash:
            crashed = True
            return None
        except OSError as error:
            raise Broken("I14", f"an error of the system came through: {error}") from error
        finally:
            self.ledger.passed(self.holds, trouble=self.trouble)
            if crashed:
                self.restart()
        if not report.quiet:
            self.told.append("pass " + ",".join(f"{b.state.book}:{b.edits}" for b in report.books))
        return report

    @property
    def real(self) -> Team:
        """The team, which lives of the other kind have simulated."""
        return cast("Team", self.team)

    @property
    def rows(self) -> RowLedger:
        """The ledger, which knows more of new rows here."""
        return cast("RowLedger", self.ledger)

    @override
    def restart(self) -> None:
        """Another process takes the team up."""
        self.real.store.close()
        self.memory = Memory()
        self.team = cast("Any", open_at(self.state, self.real.settings, self.real.blueprint))

    def holds(self, raw: bytes) -> bool:
        """Whether any book has these bytes among its copies."""
        return self.real.backups.find(sha256(raw).hexdigest()) is not None

    @override
    def bring(self) -> None:
        """A source delivers a file, perhaps one that it delivered before."""
        if self.brought and self.rng.random() < AGAIN:
            kind, token, raw = self.rng.choice(self.brought)
        else:
            kind = self.rng.choice(list(SOURCES))
            token = self.hands.tokens.make("fact", "source")
            raw = FILES[kind](token, len(self.brought) + 1)
            self.brought.append((kind, token, raw))
        path = PurePosixPath("inbox") / f"{token}.csv"
        self.disk.put(str(path), raw)
        self.depth += 1  # faults of the disk are met by the pass
        import_file(self.real, kind, path, world=self.world())
        self.depth -= 1
        del self.disk.names[str(path)]
        self.disk.safe_names.pop(str(path), None)
        self.told.append(f"{kind.value} {token}")


AGAIN = 0.4


def _leads(token: str, number: int) -> bytes:
    head = "Дата;Имя;Телефон;Текст;Ответственный"
    who = SELLERS[number % len(SELLERS)]
    line = f"12.03.2026 10:{number % 60:02};Заявка {number};+7 912 555-{number:02}-01;{token};{who}"
    return f"{head}\n{line}\n".encode()


def _payments(token: str, number: int) -> bytes:
    head = "Дата;Плательщик;Сумма;Назначение платежа;Номер документа"
    return f"{head}\n12.03.2026;Плательщик {number};{1000 + number};{token};{number}\n".encode()


FILES = {ImportKind.LEADS: _leads, ImportKind.PAYMENTS: _payments}


def ground_of(seed: int) -> Founded:
    """The team of a session: in one of a few its books have all tabs."""
    return founded(whole=seed % WHOLE_EVERY == 0)


def begin(seed: int, place: Path) -> Session:
    """The founded team in a folder of its own, its people at their desks."""
    rng, ground = Random(seed), ground_of(seed)
    BOOKS.blueprint = ground.blueprint
    state = place / str(seed)
    shutil.copytree(ground.state, state)
    disk, team = (
        ground.disk.twin(Random(seed + 1)),
        open_at(state, ground.settings, ground.blueprint),
    )
    ledger, tokens = RowLedger(family=ground.settings.family), RealTokens(ground.last)
    hands = Hands(rng, disk, ledger, tokens, SELLERS, [n for n in DEALT if n not in NOT_HERE])
    people = [
        Person(who, book, path, rng.choice(list(Editor)), rng.random() < 0.4)
        for book, who, path in ground.books
    ]
    chances = Chances() if rng.random() < 0.7 else Chances(0, 0, 0)
    session = Session(
        seed,
        rng,
        disk,
        cast("Any", team),
        ledger,
        hands,
        people,
        ground.now,
        chances,
        state=state,
    )
    BOOKS.last = dict(ground.memory.loaded)
    session.memory = Memory(loaded=dict(ground.memory.loaded))
    disk.turn, disk.clock = session.turn, session.wall
    disk.on_read, disk.on_swap = ledger.reading.append, ledger.displaced
    return session


def live(seed: int, place: Path) -> Session:
    """A whole session, checked; raises Broken."""
    session = begin(seed, place)
    spend(session)
    return session


def spend(session: Session) -> None:
    """All that happens in a session, and what must be true of it then."""
    try:
        for _ in range(session.rng.randint(*STEPS)):
            session.step()
        rest(session)
        check(session)
    finally:
        session.real.store.close()
        shutil.rmtree(session.state)


def check(session: Session) -> None:
    """The promises, after everything came to rest."""
    books = {p.name: content_of(session.disk, p) for p in session.people}
    family = session.real.settings.family
    with session.real.store.read() as reader:
        rows = {i: _as_typed(r) for i, r in reader.rows(CLIENTS, deleted=True).items()}
        listed = " ".join(
            f"{q.wrong} {q.proposal} {' '.join(q.payload.values())}" for q in reader.questions()
        )
        kept = {v for r in rows.values() for v in r.values.values()} | _history(reader)
        for kind, token, _ in session.brought:
            _once(reader, kind, token)
        deals = list(reader.rows(DEALS).values())
    copied = _late(session)
    kept |= copied
    shown = {text for content in books.values() for text in content.texts()}
    for token in sorted(session.ledger.had):
        if token not in shown and token not in kept and token not in listed:
            raise Broken("I1", f"{token} was lost")
    for wish in session.ledger.sole():
        row = rows.get(wish.row_id)
        if row is None and not belongs(family, wish.row_id):
            continue  # an id of another team: the row goes by another one
        if row is None or row.values.get(wish.field) != wish.value:
            raise Broken("I2", f"{wish.row_id}.{wish.field}: {wish.value!r} is not live")
    for name, content in books.items():
        own_ids(content, family)
        agree(name, content, rows, fields=(*TYPED, SCOPE), sees_all=name == OWNER)
    living = [r.values for r in rows.values() if not r.deleted]
    rows_once(session.rows, living, books, copied | session.rows.buried(rows))
    left = [name for name in session.disk.names if is_ours(name.rpartition("/")[2])]
    if left:
        raise Broken("I14", f"{left} left beside the books")
    _files(session, living, deals)


def _files(session: Session, rows: list[dict[str, object]], deals: list[Record]) -> None:
    """What is asked of the archives themselves."""
    first = ground_of(session.seed).disk
    for person in session.people:
        raw = session.disk.open(person.path).raw
        strange_parts_stay(person.name, first.open(person.path).raw, raw)
        if person.name != OWNER:
            own = [deal.values for deal in deals if deal.values.get(SCOPE) == person.name]
            named = {v for deal in own for v in deal.values() if isinstance(v, str)}
            own_rows_only(person.book, person.name, raw, rows, named)
    copies_read_back(session.real.backups, session.rng)


def _as_typed(record: Any) -> Any:
    values = {NAMES.get(key, key): value for key, value in record.values.items()}
    return SimpleNamespace(values=values, deleted=record.deleted)


def _history(reader: Reader) -> set[object]:
    changes = reader.newest_changes(MOST_CHANGES)
    return {value for change in changes for value in (change.before, change.after)}


def _once(reader: Reader, kind: ImportKind, token: str) -> None:
    table, name = SOURCES[kind]
    found = [r for r in reader.rows(table).values() if r.values.get(name) == token]
    if len(found) != 1:
        raise Broken("I9", f"{kind.value} {token} stands {len(found)} times")


def _late(session: Session) -> set[str]:
    backups = session.real.backups
    raws = [backups.read(copy.id) for copy in backups.list() if copy.why in {LATE, MEANWHILE}]
    contents = [from_bytes(raw) for raw in raws]
    return {text for content in contents if content is not None for text in content.texts()}


def block(first: int, last: int) -> list[tuple[int, str]]:
    """Seeds from the first to before the last that failed, and how."""
    bad = []
    place = memory_folder()
    try:
        with few_spare_rows(), small_things_remembered():
            for seed in range(first, last):
                try:
                    live(seed, place)
                except Broken as broken:
                    bad.append((seed, str(broken)))
                except Exception as error:  # noqa: BLE001  # whatever the engine raises is a finding
                    bad.append((seed, f"{type(error).__name__}: {error}"))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return bad


def run(first: int, seeds: int, *, workers: int, mark: Path | None) -> int:
    """All seeds in blocks; the exit code."""
    tally = Tally.read(mark, seeds)
    if tally.done:
        print(f"going on after {tally.done} sessions, {len(tally.bad)} broken")
    start, end = first + tally.done, first + seeds
    began = last = time.perf_counter()
    blocks = [(at, min(at + BLOCK, end)) for at in range(start, end, BLOCK)]
    with ProcessPoolExecutor(workers, initializer=spare) as pool:
        for (at, to), bad in zip(blocks, pool.map(block, *zip(*blocks, strict=True)), strict=True):
            lines = [*told(bad, "tests.simulation.full")]
            print(*lines, sep="\n", end="\n" * bool(lines), flush=True)
            now = time.perf_counter()
            tally.add(to - at, now - last, {}, lines)
            last = now
            words = f"{tally.done} sessions, {len(tally.bad)} broken, {now - began:.0f} s"
            print(words, file=sys.stderr)
    print(f"sessions per second: {tally.done / max(tally.seconds, 0.01):.2f}")
    print(f"{tally.done - len(tally.bad)} passed, {len(tally.bad)} failed")
    return 1 if tally.bad else 0


def replay(seed: int) -> int:
    """One session told; the exit code."""
    place, how = memory_folder(), "good"
    session = begin(seed, place)
    try:
        with few_spare_rows(), small_things_remembered():
            spend(session)
    except Broken as broken:
        how = str(broken)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(*session.told, f"seed {seed}: {how}", sep="\n")
    return 0 if how == "good" else 1


def main() -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.full", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--resume", type=Path)
    given = parser.parse_args()
    if given.seed is not None:
        return replay(given.seed)
    return run(given.first, given.seeds, workers=given.workers, mark=given.resume)


if __name__ == "__main__":
    raise SystemExit(main())
