"""A service that remembers does what one does that has just started: byte for byte.

Two copies of a team live through the same days. One is served by a process that remembers all its
passes, the other by a new process each time. People edit, sort, copy, delete, answer and put old
files back; another process imports and takes back; days pass. After every pass all files are the
same and both stores say the same.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path

import pytest

from model.blueprint import Owner, Role
from model.records import BatchKind, BookState, Source, Stamped
from model.snapshot import TableRead
from model.values import Value
from store import Store
from sync.books.read import Loaded, load
from sync.cycle import Memory, PassReport, run_pass
from sync.ooxml import ANY, BookFile, SetValue, col_letter, patch
from sync.opening import opened
from sync.team import Team
from tests.sync.small_team import OWNER, PEOPLE, FakeWorld, copied_team
from tests.sync.teams import few_spare_rows

NAMES = (
    "ООО «Альфа»",
    "Альфа",
    "АО Берёза",
    "ИП Громов",
    "Берёза",
    "ООО Вектор",
    "Вектр",
    "",
    "Ель",
)
INNS = ("7707083893", "7728168971", "7736050003", "7707083894", "123")
PHONES = ("+7 916 765-43-21", "8 903 111-22-33", "89167654321", "доб. 5", "322-22-33")
STAGES = ("Новая", "КП отправлено", "Счёт выставлен", "Успешно", "Отказ", "Нет такого")
DAYS = (date(2026, 3, 2), date(2026, 3, 11), date(2026, 3, 20), date(2026, 4, 5), "завтра", "15.03")
SUMS = (Decimal(1000), Decimal("250000.50"), Decimal(-5), "300т", "много")
POOL: dict[str, tuple[Value, ...]] = {
    "name": NAMES,
    "client_id": NAMES,
    "payer": NAMES,
    "inn": INNS,
    "payer_inn": INNS,
    "phone": PHONES,
    "stage": STAGES,
    "state": ("Новая", "Стала сделкой", "сделано"),
    "owner": (*PEOPLE, OWNER, "Чужой Человек"),
    "amount": SUMS,
    "prob": (Decimal(40), Decimal("0.5")),
    "value": ("495", "2026", "да", "70"),
    "note": ("позвонить", "срочно", None),
}
TABLES = ("clients", "deals", "leads", "payments", "tasks")
TYPED = {Owner.PERSON, Owner.IMPORT}


@dataclass
class Twin:
    """One copy of the team, the process that serves it, its clock and its chance."""

    place: Path
    remembers: bool
    clock: FakeWorld = field(default_factory=FakeWorld)
    memory: Memory = field(default_factory=Memory)

    @contextmanager
    def process(self, kept: Team) -> Iterator[Team]:
        """The team as this twin's process has it."""
        if self.remembers:
            yield kept
            return
        self.memory = Memory()
        with opened(self.state) as team:
            yield team

    @property
    def state(self) -> Path:
        (state,) = (self.place / "state").iterdir()
        return state

    def store(self) -> Store:
        """The store as yet another process sees it."""
        return Store.open(self.state / "store.sqlite3")


@dataclass
class Hand:
    """What somebody does to one twin; the same dice fall for both."""

    twin: Twin
    team: Team
    dice: random.Random

    def books(self) -> tuple[BookState, ...]:
        with self.team.store.read() as reader:
            return reader.books()

    def open(self, state: BookState) -> Loaded:
        path = self.team.path(state)
        return load(
            BookFile.open(path.read_bytes(), name=path.name),
            book=state.book,
            name=path.name,
            blueprint=self.team.blueprint,
            role=Role(state.role),
        )

    def type(self, edits: Callable[[Loaded], list[SetValue]]) -> None:
        state = self.dice.choice(self.books())
        loaded = self.open(state)
        wanted = edits(loaded)
        if wanted:
            assert isinstance(loaded.file, BookFile)
            self.team.path(state).write_bytes(patch(loaded.file, wanted).raw)

    def table(self, loaded: Loaded, keys: tuple[str, ...] = TABLES) -> TableRead | None:
        found = [t for k, t in loaded.snapshot.tables.items() if k in keys and t.rows]
        return self.dice.choice(found) if found else None

    def values(self, table: str) -> dict[str, Value]:
        columns = [c for c in self.team.blueprint.tables[table].columns if c.owner in TYPED]
        chosen = self.dice.sample(columns, min(len(columns), 4))
        return {c.key: self.value(c.key) for c in chosen}

    def value(self, key: str) -> Value:
        known = POOL.get(key, DAYS if key.endswith(("_on", "date")) else ("так", None))
        return self.dice.choice(known)

    # what can happen

    def edit(self) -> None:
        """A few cells of a few rows."""

        def edits(loaded: Loaded) -> list[SetValue]:
            read = self.table(loaded, (*TABLES, "stages", "general", "staff", "plans"))
            if read is None:
                return []
            rows = self.dice.sample(read.rows, min(len(read.rows), self.dice.choice((1, 1, 3))))
            return [
                put for row in rows for put in self.puts(read, row.row, self.values(read.table))
            ]

        self.type(edits)

    def add(self) -> None:
        """A new row below the others."""

        def edits(loaded: Loaded) -> list[SetValue]:
            read = self.table(loaded)
            return (
                [] if read is None else self.puts(read, read.last_row + 1, self.values(read.table))
            )

        self.type(edits)

    def swap(self) -> None:
        """Two rows change places with all their cells, as a sort does it."""

        def edits(loaded: Loaded) -> list[SetValue]:
            read = self.table(loaded)
            if read is None or len(read.rows) < 2:
                return []
            one, other = self.dice.sample(read.rows, 2)
            return [*self.copied(read, one.row, other.row), *self.copied(read, other.row, one.row)]

        self.type(edits)

    def copy(self) -> None:
        """A row copied below, its hidden id with it."""

        def edits(loaded: Loaded) -> list[SetValue]:
            read = self.table(loaded)
            if read is None:
                return []
            return self.copied(read, self.dice.choice(read.rows).row, read.last_row + 1)

        self.type(edits)

    def clear(self) -> None:
        """A row deleted."""

        def edits(loaded: Loaded) -> list[SetValue]:
            read = self.table(loaded)
            if read is None:
                return []
            row = self.dice.choice(read.rows).row
            return self.puts(read, row, dict.fromkeys(self.plain(read)))

        self.type(edits)

    def answer(self) -> None:
        """A word beside a question."""

        def edits(loaded: Loaded) -> list[SetValue]:
            read = self.table(loaded, ("questions",))
            if read is None:
                return []
            row = self.dice.choice(read.rows).row
            return self.puts(read, row, {"answer": self.dice.choice(("Да", "Нет", "Позже"))})

        self.type(edits)

    def old_file(self) -> None:
        """A book put back as it was some passes ago."""
        state = self.dice.choice(self.books())
        copies = self.team.backups.list(state.book)
        self.team.path(state).write_bytes(self.team.backups.read(self.dice.choice(copies).id))

    def bring(self) -> None:
        """Another process brings facts, or takes the last batch back."""
        store = self.twin.store()
        with store.write() as writer:
            at = self.twin.clock.now.astimezone(UTC)
            batch = writer.start_batch(BatchKind.IMPORT, "", at)
            if self.dice.random() < 0.3:
                newest = next(b.number for b in writer.batches() if b.number != batch)
                writer.undo(newest, by=Stamped(at, "", Source.UNDO, None, batch))
            else:
                table = self.dice.choice(TABLES)
                by = Stamped(at, "", Source.IMPORT, None, batch)
                rows = {f"F{batch}-{n}": self.values(table) for n in range(6)}
                writer.put_many(table, rows, by=by)
        store.close()

    def tomorrow(self) -> None:
        """Nobody does anything until another day."""
        self.twin.clock.later(days=self.dice.choice((1, 3, 20)))

    def puts(self, read: TableRead, row: int, values: dict[str, Value]) -> list[SetValue]:
        return [
            SetValue(read.sheet, f"{col_letter(read.places[key])}{row}", ANY, value)
            for key, value in values.items()
            if key in read.places
        ]

    def plain(self, read: TableRead) -> list[str]:
        live = {c.key for c in self.team.blueprint.tables[read.table].columns if c.live is not None}
        return [key for key in read.places if key not in live]

    def copied(self, read: TableRead, from_row: int, to_row: int) -> list[SetValue]:
        row = next(r for r in read.rows if r.row == from_row)
        values = {key: row.value(key) for key in self.plain(read)}
        return self.puts(read, to_row, {**values, "row_id": row.row_id})


DEEDS = (
    *(Hand.edit,) * 8,
    *(Hand.add,) * 3,
    *(Hand.bring,) * 3,
    *(Hand.answer,) * 2,
    Hand.swap,
    Hand.copy,
    Hand.clear,
    Hand.old_file,
    Hand.tomorrow,
)


def first_rows(team: Team, twin: Twin) -> None:
    """A list of clients, deals and payments to begin with."""
    dice, at = random.Random(1), twin.clock.now.astimezone(UTC)
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "", at)
        by = Stamped(at, "", Source.IMPORT, None, batch)
        for table, count in zip(TABLES, (30, 40, 6, 20, 6), strict=True):
            hand = Hand(twin, team, dice)
            writer.put_many(
                table, {f"{table}-{n}": hand.values(table) for n in range(count)}, by=by
            )


def one_pass(twin: Twin, kept: Team, *, dry_run: bool = False) -> PassReport:
    twin.clock.later(minutes=1)
    with twin.process(kept) as team:
        return run_pass(team, twin.clock.world(), memory=twin.memory, dry_run=dry_run)


def seen(team: Team) -> dict[str, object]:
    """All that the team's folder and its store hold."""
    folder = team.settings.folder
    found: dict[str, object] = {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
    with team.store.read() as reader:
        found["questions"] = reader.questions()
        for table in (*TABLES, "staff", "stages", "general", "inputs"):
            found[f"rows {table}"] = list(reader.rows(table, deleted=True).items())
            found[f"parts {table}"] = reader.contributions_of(table)
        for state in reader.books():
            found[f"base {state.book}"] = reader.bases(state.book)
            found[f"state {state.book}"] = state
    return found


def live(template: Path, place: Path, seed: int, days: int) -> None:
    """Both twins through the same days."""
    twins = [Twin(place / "one", remembers=True), Twin(place / "other", remembers=False)]
    with (
        few_spare_rows(),
        copied_team(template, twins[0].place) as one,
        copied_team(template, twins[1].place) as other,
    ):
        teams = (one, other)
        for twin, team in zip(twins, teams, strict=True):
            first_rows(team, twin)
            one_pass(twin, team)
        dice, edits = random.Random(seed), 0
        for _ in range(days):
            deed, fall = dice.choice(DEEDS), dice.random()
            dry_run = dice.random() < 0.1
            reports: list[PassReport] = []
            for twin, team in zip(twins, teams, strict=True):
                deed(Hand(twin, team, random.Random(fall)))
                if dry_run:
                    one_pass(twin, team, dry_run=True)
                reports.append(one_pass(twin, team))
            assert reports[0].questions == reports[1].questions, deed.__name__
            assert reports[0].team == reports[1].team, deed.__name__
            assert reports[0].people == reports[1].people, deed.__name__
            mine, theirs = map(seen, teams)
            differing = {key for key in mine | theirs if mine.get(key) != theirs.get(key)}
            assert not differing, (deed.__name__, differing)
            edits += sum(book.edits for book in reports[0].books)
    assert edits > days // 3, "hardly anything happened"


@pytest.mark.parametrize("seed", range(1))
def test_a_service_that_remembers_does_what_a_new_one_does(
    template: Path, tmp_path: Path, seed: int
) -> None:
    live(template, tmp_path, seed, days=10)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_it_does_so_for_many_days(template: Path, tmp_path: Path, seed: int) -> None:
    live(template, tmp_path, seed, days=60)
