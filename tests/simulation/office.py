"""A small real team for full sessions: real workbooks and databases, a simulated disk and people.

The team is founded once a process by the product's own founding and brought to rest; each session
gets the same files on a disk of its own and copies of both databases.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any, cast
from zoneinfo import ZoneInfo

from typing_extensions import override

from backups import SqliteBackups
from model.blueprint import Blueprint
from store import Store
from sync.cycle import Memory, run_pass
from sync.founding import Content, Founding, Ground, NewPerson, Pay, Rows, found
from sync.settings import FILE_NAME, Settings, read_settings
from sync.team import Team
from templates.blueprint import load as load_blueprint
from templates.build import build_book
from tests.simulation.disk import Disk
from tests.simulation.people import Tokens
from tests.simulation.world import SimDisk, SimOffice
from tests.simulation.xlsx_pages import BOOKS
from tests.sync.teams import few_spare_rows, typed_sheets
from tests.worlds import world_of

OWNER, SELLERS = "Орлов Борис", ("Иванов Пётр", "Смирнова Ольга")
CLIENT_ROWS, DEAL_ROWS = 40, 20
BEGAN = datetime(2026, 3, 12, 9, 0, tzinfo=ZoneInfo("Europe/Moscow"))
MEMORY = Path("/dev/shm")
"""A file system in memory, where Linux has one."""
STAGES = ("Новая", "КП отправлено", "Переговоры", "Счёт выставлен")
PAY = Pay(Decimal(40_000), ((Decimal(0), Decimal(3)),))
STORE, COPIES = "store.sqlite3", "backups.sqlite3"
FILLED = frozenset(
    ("clients", "deals", "leads", "payments", "receipts", "questions", "settings", "_lists")
)
"""Tabs of the books of most sessions."""
RESTS = 6
"""Passes that bring a new team to rest."""


class RealTokens(Tokens):
    """Values that real columns take: an INN with its check digit, phones of one length."""

    @override
    def make(self, who: str, field_key: str) -> str:
        if field_key == "inn":
            self.last += 1
            return inn(self.last)
        return super().make(who, field_key)


def inn(number: int) -> str:
    """A valid INN of a company."""
    digits = f"77{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 % 10
    return f"{digits}{check}"


@dataclass(frozen=True, slots=True)
class Founded:
    """A team at rest, to be copied."""

    settings: Settings
    blueprint: Blueprint
    state: Path
    disk: Disk
    books: tuple[tuple[str, str, str], ...]
    """Key, person and path of each book."""
    last: int
    now: datetime
    memory: Memory


def memory_folder() -> Path:
    """A new folder on a file system in memory, else among the temporary files."""
    return Path(mkdtemp(prefix="crm-full-", dir=MEMORY if MEMORY.is_dir() else None))


def _content(tokens: Tokens) -> Callable[[Ground], Content]:
    def fill(ground: Ground) -> Content:
        clients, deals, payments = Rows(), Rows(), Rows()
        ids = [ground.new_id() for _ in range(CLIENT_ROWS)]
        for n, row_id in enumerate(ids):
            fields = {key: tokens.make("old", key) for key in ("name", "inn", "phone", "note")}
            city, owner = tokens.make("old", "city"), SELLERS[n % len(SELLERS)]
            clients.add(row_id, {**fields, "city": city, "owner": owner})
        for n in range(DEAL_ROWS):
            client, owner = ids[n], SELLERS[n % len(SELLERS)]
            deals.add(
                ground.new_id(),
                {
                    "client_id": clients.values[client]["name"],
                    "owner": owner,
                    "stage": STAGES[n % len(STAGES)],
                    "amount": Decimal(100_000 + n),
                    "next_step": "Позвонить",
                    "step_on": date(2026, 3, 13 + n % 10),
                },
                client_id=client,
            )
        return Content({"clients": clients, "deals": deals, "payments": payments})

    return fill


@cache
def founded(*, whole: bool) -> Founded:
    """The team that sessions begin with; its folder stays until the process ends.

    Most sessions have only the tabs that somebody fills there: a pass reads, lays and proves all
    the others for nothing.
    """
    place, tokens = memory_folder(), RealTokens()
    Finalize(None, shutil.rmtree, (place, True), exitpriority=0)
    people = tuple(NewPerson(name, "", PAY, {}) for name in SELLERS)
    chance = Random(1)
    blueprint = typed_sheets(load_blueprint(len(people)))
    if not whole:
        blueprint = _filled(blueprint)
    BOOKS.blueprint = blueprint
    with few_spare_rows():
        state = found(
            Founding(place / "team", OWNER, people, "Олег"),
            place / "state",
            blueprint=blueprint,
            random_bytes=chance.randbytes,
            now=BEGAN,
            build=build_book,
            fill=_content(tokens),
        )
    settings = read_settings(state / FILE_NAME)
    disk = Disk(chance)
    team = open_at(state, settings, blueprint)
    with team.store.read() as reader:
        states = reader.books()
    for book in states:
        disk.put(str(team.path(book)), team.path(book).read_bytes())
    books = tuple((s.book, s.person or OWNER, str(team.path(s))) for s in states)
    clock, memory = [BEGAN], Memory()
    world = replace(
        world_of(lambda: clock[0], chance.randbytes), disk=SimDisk(disk), office=SimOffice(disk)
    )
    with few_spare_rows():
        for _ in range(RESTS):
            clock[0] += timedelta(minutes=1)
            run_pass(team, world, memory=memory)
    team.store.close()
    shutil.rmtree(place / "team")
    gc.collect()
    gc.freeze()  # it stays, so no sweep of a session has to walk over it
    return Founded(settings, blueprint, state, disk, books, tokens.last, clock[0], memory)


def _filled(blueprint: Blueprint) -> Blueprint:
    """The blueprint without tabs that neither people nor sources of a session fill."""
    books = {
        role: replace(
            plan,
            sheets=tuple(s for s in plan.sheets if s in FILLED or not blueprint.sheets[s].tables),
        )
        for role, plan in blueprint.books.items()
    }
    return replace(blueprint, books=books)


def open_at(state: Path, settings: Settings, blueprint: Blueprint) -> Team:
    """The team whose databases lie in a folder."""
    store, copies = Store.open(state / STORE), SqliteBackups.open(state / COPIES)
    return Team(settings, state, store, copies, blueprint, cast("Any", BOOKS))
