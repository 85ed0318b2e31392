"""A small team founded by the product itself: two salespeople, forty clients, eighty deals.

Every name, phone, INN and sum occurs once, so that a token found in a book tells whose row it is.
The clock is the machine's day, since LibreOffice calculates NOW() when it opens a book.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from model.blueprint import Blueprint, Role
from model.records import BookState, Question, Record
from model.snapshot import TableRead
from model.values import Value
from sync.books.read import Loaded, load
from sync.cycle import Memory, PassReport, run_pass
from sync.founding import Content, Founding, Ground, NewPerson, Pay, Rows, found
from sync.ooxml import BookFile
from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import Team, open_team
from templates.blueprint import load as load_blueprint
from templates.build import build_book
from tests.worlds import world_of

ZONE = ZoneInfo("Europe/Moscow")
OWNER, ROGOV, LEBEDEVA = "Орлова Вера", "Рогов Артём", "Лебедева Нина"
PEOPLE = (ROGOV, LEBEDEVA)
CLIENTS, DEALS, PAYMENTS = 40, 80, 24
STAGES = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен", "Успешно", "Отказ")
SYLLABLES = ("бар", "вол", "гид", "дюн", "жак", "зем", "кир", "лур", "мон", "нет", "пор", "рус")
PAY = {
    ROGOV: Pay(Decimal(41_300), ((Decimal(0), Decimal(3)), (Decimal(900_000), Decimal(4)))),
    LEBEDEVA: Pay(Decimal(52_700), ((Decimal(0), Decimal(2)), (Decimal(700_000), Decimal(5)))),
}
PLANS = {ROGOV: Decimal(1_234_500), LEBEDEVA: Decimal(1_345_600)}
BLUEPRINT = load_blueprint(len(PEOPLE))
DAY = timedelta(days=1)


def today() -> datetime:
    """This day at the hour of the first pass; LibreOffice has no other clock than the machine's."""
    return datetime.now(ZONE).replace(microsecond=0)


def found_team(folder: Path, root: Path, now: datetime) -> Path:
    """State directory of the new team."""
    people = tuple(
        NewPerson(name, pay=PAY[name], plans={"Оплаты, руб.": (PLANS[name],) * 12})
        for name in PEOPLE
    )
    return found(
        Founding(folder, OWNER, people, "Олег, 8 916 000-00-00"),
        root,
        blueprint=BLUEPRINT,
        random_bytes=random.Random(7).randbytes,
        now=now,
        build=_unlocked,
        fill=_content,
    )


def _unlocked(
    blueprint: Blueprint,
    role: Role,
    *,
    stamp: str,
    people: int,
    password: str,  # as `build_book`
    owner: str,
) -> bytes:
    """A book without the password of its locks, which takes seconds to make."""
    return build_book(blueprint, role, stamp=stamp, people=people, owner=owner)


def _content(ground: Ground) -> Content:
    chance = random.Random(11)
    clients, deals, payments = Rows(), Rows(), Rows()
    names = _names(chance)
    ids = [ground.new_id() for _ in range(CLIENTS)]
    for n, (row_id, name) in enumerate(zip(ids, names, strict=True)):
        clients.add(row_id, _client(n, name))
    owners = [PEOPLE[n % 2] for n in range(CLIENTS)]
    for n in range(DEALS):
        at = n % CLIENTS
        values = _deal(n, ground.now.date()) | {"client_id": names[at], "owner": owners[at]}
        deals.add(ground.new_id(), values, client_id=ids[at])
    first = ground.now.date().replace(day=1)
    for n in range(PAYMENTS):
        at = (n * 7) % CLIENTS
        on = first + DAY * (n % ground.now.day)
        payments.add(
            ground.new_id(),
            {
                "date": on,
                "payer": names[at],
                "amount": Decimal(30_011 + n * 1_013),
                "purpose": f"Оплата по счёту {700 + n}",
            },
            client_id=ids[at],
        )
    return Content({"clients": clients, "deals": deals, "payments": payments})


def _names(chance: random.Random) -> list[str]:
    """Names of which no two are alike."""
    found: dict[str, str] = {}
    while len(found) < CLIENTS:
        word = "".join(chance.sample(SYLLABLES, 3)).capitalize()
        found.setdefault(word[:6], f"ООО «{word}»")
    return list(found.values())


def _client(n: int, name: str) -> dict[str, Value]:
    return {
        "name": name,
        "owner": PEOPLE[n % 2],
        "phone": f"+7 495 {211 + n:03}-{37 + n % 50:02}-{11 + n:02}",
        "inn": inn(770_112_340 + n * 7),
        "city": ("Москва", "Тверь", "Калуга")[n % 3],
        "contact": f"Контакт {_initials(n)}",
    }


def _initials(n: int) -> str:
    return "".join("АБВГДЕЖЗИК"[int(c)] for c in f"{n:02}")


def inn(nine: int) -> str:
    """A company's INN with its right last digit."""
    digits = [int(c) for c in f"{nine:09}"]
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11 % 10
    return f"{nine:09}{check}"


def _deal(n: int, day: date) -> dict[str, Value]:
    stage = STAGES[n % len(STAGES)]
    values: dict[str, Value] = {
        "stage": stage,
        "amount": Decimal(100_003 + n * 1_377),
        "note": f"Заметка {n}" if n % 4 == 0 else None,
        "title": f"Поставка {n}" if n % 3 == 0 else None,
        "product": f"Товар {n}" if n % 5 == 0 else None,
        "created_on": day - DAY * (n + 3),
    }
    if stage == "Отказ":
        return values | {"lost_reason": "Дорого", "closed_on": day - DAY * (n % 20)}
    if stage == "Успешно":
        return values | {"closed_on": day - DAY * (n % 25)}
    if n % 4:
        values |= {"next_step": f"Позвонить {n}", "step_on": day + DAY * (n % 9 - 3)}
    return values | {"expected_on": day + DAY * (n % 12 - 2)}


@dataclass(slots=True)
class Scene:
    """One copy of the team with its clock: passes go through it, books are looked at in it."""

    team: Team
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(23))
    memory: Memory = field(default_factory=Memory)
    read: dict[str, tuple[bytes, Loaded]] = field(default_factory=dict)

    def run(self) -> PassReport:
        """One pass, a minute later."""
        self.now += timedelta(minutes=1)
        world = world_of(lambda: self.now, self.chance.randbytes)
        return run_pass(self.team, world, memory=self.memory)

    def states(self) -> dict[str, BookState]:
        """Books by person."""
        with self.team.store.read() as reader:
            return {state.person: state for state in reader.books()}

    def book(self, person: str) -> Path:
        """Path of a person's book."""
        return self.team.path(self.states()[person])

    def loaded(self, person: str) -> Loaded:
        """A person's book as the product reads it."""
        state, path = self.states()[person], self.book(person)
        raw = path.read_bytes()
        known = self.read.get(person)
        if known is None or known[0] != raw:
            file = BookFile.open(raw, name=path.name)
            role = Role(state.role)
            found = load(file, book=state.book, name=path.name, blueprint=BLUEPRINT, role=role)
            known = self.read[person] = raw, found
        return known[1]

    def table(self, person: str, table: str) -> TableRead:
        """A table of a person's book."""
        return self.loaded(person).snapshot.tables[table]

    def rows(self, table: str, *, deleted: bool = False) -> Mapping[str, Record]:
        """Rows of the store."""
        with self.team.store.read() as reader:
            return reader.rows(table, deleted=deleted)

    def questions(self) -> tuple[Question, ...]:
        """All questions of the store."""
        with self.team.store.read() as reader:
            return reader.questions()

    def close(self) -> None:
        """Let go of the store."""
        self.team.store.close()


def copy_team(template: Path, place: Path, now: datetime) -> Scene:
    """A copy of a founded team of its own, ready for passes; `template` holds folder and states."""
    shutil.copytree(template, place)
    state = next((place / "states").iterdir())
    settings = read_settings(state / FILE_NAME)
    write_settings(state / FILE_NAME, settings.model_copy(update={"folder": place / "team"}))
    return Scene(open_team(state, BLUEPRINT), now)


def quiet(report: PassReport) -> bool:
    """Whether a pass wrote no book."""
    return not any(book.written for book in report.books)


def prints(scene: Scene) -> dict[str, tuple[bytes, int]]:
    """Bytes and times of all books."""
    paths = {person: scene.book(person) for person in scene.states()}
    return {p: (path.read_bytes(), path.stat().st_mtime_ns) for p, path in paths.items()}
