"""Generated teams with departments and all roles, whose every row carries words of its own.

A *bundle* is a client with all that hangs on it; it belongs to one seller and moves as a whole.
Whose it is, is known here by itself, not asked of the program.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import sync.newcomers
from model.blueprint import Blueprint, Role
from model.records import BatchKind, BookState, Source, Stamped
from model.row_ids import new_row_id
from model.values import Value
from store import Writer
from sync.cycle import Memory, PassReport, run_pass
from sync.founding import Content, Founding, Ground, NewPerson, Pay, Rows, found
from sync.founding.first_rows import id_of, whole_year
from sync.leavers import let_go
from sync.newcomers import add_books
from sync.team import Team, open_team
from sync.world import World
from templates.blueprint import load
from templates.build import build_book
from tests.sync.teams import few_spare_rows, typed_sheets
from tests.worlds import world_of

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=ZoneInfo("Europe/Moscow"))
OWNER, MARKETING, ACCOUNTANT = "Орлов Борис", "Маркова Инна", "Счетова Вера"
HEADS = {"Север": "Головин Семён", "Юг": "Глебова Рита"}
SELLERS = ("Иванов Пётр", "Смирнова Ольга", "Рогов Лев", "Ким Анна", "Дёмин Яков")
ROOM = len(SELLERS)
LETTERS = "абвгдежзиклмнопрстуфхцчшэюя"
STAGES = ("Новая", "КП отправлено", "Переговоры", "Счёт выставлен", "Успешно", "Отказ")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of one cell, and how files may write it."""

    table: str
    field: str
    spellings: tuple[str, ...]


@dataclass(slots=True)
class Bundle:
    """A client of a seller with everything that hangs on it."""

    owner: str
    rows: dict[str, list[str]] = field(default_factory=dict)
    """Row ids by table."""
    words: list[Word] = field(default_factory=list)
    givers: set[str] = field(default_factory=set)
    """Who had it before."""


@dataclass(slots=True)
class Firm:
    """One generated team."""

    team: Team
    chance: random.Random
    departments: dict[str, str]
    """Of each seller and head."""
    bundles: list[Bundle]
    leads: list[Bundle]
    pay: dict[str, list[Word]]
    """Plan and salary of each person."""
    costs: list[Word]
    now: datetime = NOON
    memory: Memory = field(default_factory=Memory)
    left: dict[str, set[str]] = field(default_factory=dict)
    """Of each department the sellers who went to another one; what they sold counts where they
    were on the day, so it stays in the sums of that department."""
    by_hand: bool = False
    """Whether the owner types the new manager of a client and its deals, and the rest follows."""

    def world(self) -> World:
        """The clock and chance of a pass."""
        return world_of(lambda: self.now, self.chance.randbytes)

    def sync(self) -> PassReport:
        """One turn of the service, some minutes later."""
        self.now += timedelta(minutes=7)
        world = self.world()
        let_go(self.team, world)
        add_books(self.team, world)
        report = run_pass(self.team, world, memory=self.memory)
        faults = [book.fault for book in report.books if book.fault]
        assert not faults, faults
        return report

    def books(self) -> tuple[BookState, ...]:
        """The books of the team."""
        with self.team.store.read() as reader:
            return tuple(s for s in reader.books() if "#" not in s.book)

    def book(self, role: Role, person: str) -> Path:
        """Where the file of a person stands."""
        found_ = [s for s in self.books() if s.role == role.value and s.person == person]
        assert len(found_) == 1, (role, person)
        return self.team.path(found_[0])

    def give(self, bundle: Bundle, to: str) -> None:
        """The bundle belongs to another seller, as a handover does it."""
        scope = {"tasks": "assignee", "calls": "manager"}
        with self.writing() as (writer, by):
            for table, row_ids in bundle.rows.items():
                for row_id in row_ids:
                    writer.put(table, row_id, {scope.get(table, "owner"): to}, by=by)
        bundle.givers.add(bundle.owner)
        bundle.owner = to

    @contextmanager
    def writing(self) -> Iterator[tuple[Writer, Stamped]]:
        """The store, and the owner's name in history."""
        at = self.now.astimezone(ZoneInfo("UTC"))
        with self.team.store.write() as writer:
            batch = writer.start_batch(BatchKind.SYNC, OWNER, at)
            yield writer, Stamped(at, OWNER, Source.PERSON, "owner", batch)


@dataclass(slots=True)
class Maker:
    """Makes words that stand nowhere else."""

    chance: random.Random
    used: set[str] = field(default_factory=set)

    def word(self) -> str:
        """A word of ten letters."""
        while True:
            made = "".join(self.chance.choice(LETTERS) for _ in range(10))
            if made not in self.used:
                self.used.add(made)
                return made.capitalize()

    def digits(self, count: int) -> str:
        """A number that begins with no nought."""
        while True:
            low = 10 ** (count - 1)
            made = str(self.chance.randrange(low + 1, 10 * low))
            if made not in self.used and not made.endswith("00"):
                self.used.add(made)
                return made


def sum_words(value: str) -> tuple[str, ...]:
    """A sum as a cell has it and as sentences have it."""
    grouped = f"{int(value):,}"
    return f">{value}<", grouped.replace(",", " "), grouped.replace(",", "\u00a0")


@dataclass(slots=True)
class Rooms:
    """Rows in the making, and their words."""

    ground: Ground
    maker: Maker
    tables: dict[str, Rows] = field(default_factory=dict)

    @classmethod
    def of(cls, firm: Firm) -> Rooms:
        """For rows of a firm that lives already."""
        family, chance = firm.team.settings.family, firm.chance
        ground = Ground(family, lambda: new_row_id(family, chance.randbytes), firm.now)
        return cls(ground, Maker(chance))

    def add(
        self, bundle: Bundle, table: str, values: dict[str, Value], client: str | None = None
    ) -> str:
        row_id = self.ground.new_id()
        self.tables.setdefault(table, Rows()).add(row_id, values, client_id=client)
        bundle.rows.setdefault(table, []).append(row_id)
        return row_id

    def text(self, bundle: Bundle, table: str, key: str) -> str:
        made = self.maker.word()
        bundle.words.append(Word(table, key, (made,)))
        return made

    def phone(self, bundle: Bundle, table: str, key: str) -> str:
        digits = "9" + self.maker.digits(9)
        said = f"+7 {digits[:3]} {digits[3:6]}-{digits[6:8]}-{digits[8:]}"
        bundle.words.append(Word(table, key, (said, digits)))
        return said

    def sum(self, bundle: Bundle, table: str, key: str) -> Decimal:
        digits = self.maker.digits(7)
        bundle.words.append(Word(table, key, sum_words(digits)))
        return Decimal(digits)


def client_of(rows: Rooms, owner: str) -> Bundle:
    """A client of a seller with everything that hangs on it."""
    bundle, chance = Bundle(owner), rows.maker.chance
    day = NOON.date()
    name = rows.text(bundle, "clients", "name")
    values: dict[str, Value] = {
        "name": f"ООО «{name}»",
        "phone": rows.phone(bundle, "clients", "phone"),
        "email": f"{rows.text(bundle, 'clients', 'email')}@mail.example",
        "contact": rows.text(bundle, "clients", "contact"),
        "note": rows.text(bundle, "clients", "note"),
        "city": rows.text(bundle, "clients", "city"),
        "owner": owner,
    }
    client = rows.add(bundle, "clients", values)
    shown = str(values["name"])
    for _ in range(chance.randint(1, 2)):
        stage = chance.choice(STAGES)
        deal: dict[str, Value] = {
            "client_id": shown,
            "owner": owner,
            "stage": stage,
            "amount": rows.sum(bundle, "deals", "amount"),
            "next_step": rows.text(bundle, "deals", "next_step"),
            "step_on": day + timedelta(days=chance.randint(-3, 9)),
            "expected_on": day + timedelta(days=chance.randint(-9, 20)),
            "created_on": day - timedelta(days=chance.randint(5, 60)),
            "note": rows.text(bundle, "deals", "note"),
        }
        rows.add(bundle, "deals", deal, client)
    linked: dict[str, Value] = {"client_id": shown}
    mine: dict[str, Value] = {**linked, "owner": owner}
    contact = {"fio": rows.text(bundle, "contacts", "fio")}
    rows.add(
        bundle,
        "contacts",
        {**mine, **contact, "phone": rows.phone(bundle, "contacts", "phone")},
        client,
    )
    paper: dict[str, Value] = {
        **mine,
        "date": day,
        "kind": "счёт",
        "number": rows.text(bundle, "documents", "number"),
        "amount": rows.sum(bundle, "documents", "amount"),
    }
    rows.add(bundle, "documents", paper, client)
    rows.add(
        bundle, "letters", {**mine, "subject": rows.text(bundle, "letters", "subject")}, client
    )
    rows.add(
        bundle,
        "complaints",
        {**mine, "date": day, "text": rows.text(bundle, "complaints", "text")},
        client,
    )
    task = {"what": rows.text(bundle, "tasks", "what"), "assignee": owner}
    rows.add(bundle, "tasks", {**linked, **task, "due": day, "state": "новая"}, client)
    payment: dict[str, Value] = {
        **linked,
        "date": day - timedelta(days=chance.randint(0, 9)),
        "payer": shown,
        "amount": rows.sum(bundle, "payments", "amount"),
        "purpose": rows.text(bundle, "payments", "purpose"),
    }
    rows.add(bundle, "payments", payment, client)
    del bundle.rows["payments"]  # a payment has no manager of its own: it follows its client
    return bundle


def lead_of(rows: Rooms, owner: str) -> Bundle:
    """A lead of a seller."""
    bundle = Bundle(owner)
    lead: dict[str, Value] = {
        "at": NOON.replace(tzinfo=None) - timedelta(days=1),
        "name": rows.text(bundle, "leads", "name"),
        "phone": rows.phone(bundle, "leads", "phone"),
        "email": f"{rows.text(bundle, 'leads', 'email')}@mail.example",
        "text": rows.text(bundle, "leads", "text"),
        "state": "В работе",
        "first_reply": NOON.replace(tzinfo=None),
        "owner": owner,
    }
    rows.add(bundle, "leads", lead)
    return bundle


@cache
def _shape(*, boards: bool) -> Blueprint:
    return load(ROOM) if boards else typed_sheets(load(ROOM))


@cache
def _built(role: Role, *, boards: bool) -> bytes:
    shape = _shape(boards=boards)
    return build_book(shape, role, stamp="", people=ROOM, password="слово", owner=OWNER)


def built(blueprint: Blueprint, role: Role, **_: object) -> bytes:
    """The empty book of a role, drawn once for all firms; every firm stamps it anew."""
    return _built(role, boards=blueprint is _shape(boards=True))


@contextmanager
def drawn_once() -> Iterator[None]:
    """Newcomers get the same empty books, with few prepared rows."""
    with few_spare_rows(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync.newcomers, "build_book", built)
        yield


def made(place: Path, seed: int, *, most: int = ROOM, boards: bool = True) -> Firm:
    """A founded firm, not yet synced; without boards its books have the sheets of rows only."""
    shape = _shape(boards=boards)
    chance = random.Random(seed)
    maker = Maker(chance)
    sellers = SELLERS[: chance.randint(3, most)]
    departments = {name: list(HEADS)[n % 2] for n, name in enumerate(sellers)}
    pay: dict[str, list[Word]] = {}
    people = tuple(_person(maker, name, departments[name], pay) for name in sellers)
    bundles: list[Bundle] = []
    leads: list[Bundle] = []
    costs: list[Word] = []

    def fill(ground: Ground) -> Content:
        rows = Rooms(ground, maker)
        for name in sellers:
            bundles.extend(client_of(rows, name) for _ in range(chance.randint(1, 3)))
            leads.append(lead_of(rows, name))
        cost = Bundle("")
        campaign = rows.text(cost, "costs", "campaign")
        rows.add(cost, "costs", {"date": NOON.date(), "campaign": campaign, "cost": Decimal(1)})
        costs.extend(cost.words)
        return Content(rows.tables)

    heads = dict(list(HEADS.items())[: chance.randint(1, 2)])
    departments |= {name: place_ for place_, name in heads.items()}
    state = found(
        Founding(place / "team", OWNER, people),
        place / "state",
        blueprint=shape,
        random_bytes=chance.randbytes,
        now=NOON,
        build=built,
        fill=fill,
        then=lambda writer: _others(writer, heads, maker, pay),
    )
    team = open_team(state, shape)
    return Firm(team, chance, departments, bundles, leads, pay, costs)


def _person(maker: Maker, name: str, department: str, pay: dict[str, list[Word]]) -> NewPerson:
    salary, plan = maker.digits(6), maker.digits(8)
    pay[name] = [
        Word("pay_rules", "rate", sum_words(salary)),
        Word("plans", "m03", sum_words(plan)),
    ]
    return NewPerson(
        name,
        department,
        Pay(Decimal(salary), ((Decimal(0), Decimal(3)),)),
        whole_year(Decimal(plan)),
    )


def _others(
    writer: Writer, heads: dict[str, str], maker: Maker, pay: dict[str, list[Word]]
) -> None:
    """Heads with rules of their own, marketing and the accountant on «Сотрудники»."""
    tables = load(ROOM).tables
    at = NOON.astimezone(ZoneInfo("UTC"))
    by = Stamped(at, OWNER, Source.PERSON, None, writer.start_batch(BatchKind.SYNC, OWNER, at))
    lines: list[dict[str, Value]] = [
        {"fio": name, "role": "руководитель", "department": place, "active": "да", "scheme": name}
        for place, name in heads.items()
    ]
    lines.append({"fio": MARKETING, "role": "маркетолог", "active": "да"})
    lines.append({"fio": ACCOUNTANT, "role": "бухгалтер", "active": "да"})
    for line in lines:
        writer.put("staff", id_of(tables["staff"], line), line, by=by)
    for name in heads.values():
        salary = maker.digits(6)
        pay[name] = [Word("pay_rules", "rate", sum_words(salary))]
        rule: dict[str, Value] = {"scheme": name, "component": "оклад", "rate": Decimal(salary)}
        writer.put("pay_rules", id_of(tables["pay_rules"], rule), rule, by=by)
