"""One session after another on one team: LibreOffice, a pass, the comparison, a quiet pass."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from model.blueprint import Role
from model.records import Stance
from model.snapshot import TableRead
from sync.cycle import PassReport
from sync.founding import Content, Ground, Rows
from tests.acceptance.office.excuses import unexcused
from tests.acceptance.office.oracle import Shown, lost, not_told, shown
from tests.acceptance.office.plan import Plan, Sheet
from tests.scenarios.calc import Calc
from tests.scenarios.compare import compare
from tests.scenarios.ours import OWN_PARTS, Allowed, trespasses
from tests.sync.teams import HEAD, HIS, IVANOV, Office, close, few_spare_rows, found_office

TABLES = ("clients", "deals")
CLIENTS, DEALS, MOST = 30, 40, 7
STAGES = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a session came to."""

    done: tuple[str, ...]
    wrong: tuple[str, ...]
    held: bool = False


class Lives:
    """A team and one LibreOffice; after some sessions, or a fault, another team is founded."""

    def __init__(self, place: Path, every: int) -> None:
        self._place, self._every = place, every
        self._stack = ExitStack()
        self._office: Office | None = None
        self._lived = 0
        self._teams = 0

    def __enter__(self) -> Self:
        self._stack.enter_context(few_spare_rows())
        self._calc = self._stack.enter_context(Calc(self._place / "profile"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._forget()
        self._stack.close()

    def session(self, number: int) -> Seen:
        """What session so-and-so did and what was wrong afterwards; the seed says all of it."""
        chance = Random(f"office {number}")
        office = self._team()
        book = chance.choice((HIS, HIS, HEAD))
        seen = _live(office, self._calc, book, chance)
        self._lived += 1
        if seen.wrong or seen.held or self._lived >= self._every:
            self._forget()
        return seen

    def _team(self) -> Office:
        if self._office is None:
            self._teams += 1
            self._office = found_office(self._place / str(self._teams), fill=content)
            self._office.chance = Random(f"passes {self._teams}")  # ids were given from the seed
            self._office.rest()
            self._lived = 0
        return self._office

    def _forget(self) -> None:
        if self._office is not None:
            close(self._office)
            self._office = None


def _live(office: Office, calc: Calc, book: str, chance: Random) -> Seen:
    loaded = office.loaded(book)
    plan = Plan(chance, {t: Sheet(loaded.snapshot.tables[t]) for t in TABLES})
    plan.make(MOST)
    sheets = {t: loaded.snapshot.tables[t].sheet for t in TABLES}
    before = {t: {r.row_id for r in loaded.snapshot.tables[t].rows if r.row_id} for t in TABLES}
    path = office.path(book)
    other = office.path(HIS if book == HEAD else HEAD)
    answers = calc.edit(path, *plan.steps, {"do": "show", "sheets": sorted(sheets.values())})
    saved, theirs = path.read_bytes(), other.read_bytes()
    document = {
        t: shown(answers[-1][sheets[t]]["values"], office.team.blueprint.tables[t]) for t in TABLES
    }
    report = office.sync()
    wrong = [f"{line.name}: {line.fault}" for line in report.books if line.fault is not None]
    held = any(line.held for line in report.books)
    if not held and not wrong:
        wrong += _compared(office, book, document, before)
    role = Role.OWNER if book == HEAD else Role.MANAGER
    may = _may(plan, loaded.snapshot.tables.get("tasks"))
    wrong += unexcused(trespasses(saved, path, office.team.blueprint, role, may), saved, path)
    wrong += [f"part {n}" for n in compare(theirs, other).parts if n not in OWN_PARTS]
    if not held:
        wrong += _restless(office, office.sync())
    return Seen(tuple(plan.done), tuple(wrong), held)


def _may(plan: Plan, tasks: TableRead | None) -> Allowed:
    """Cells of people that the pass sets: the task of a step is over when another is typed."""
    if tasks is None or ("deals", "next_step") not in plan.typed:
        return Allowed()
    return Allowed(cells={("tasks", row.row, "state") for row in tasks.rows})


def _compared(
    office: Office, book: str, document: dict[str, Shown], before: dict[str, set[str]]
) -> list[str]:
    after = office.loaded(book)
    with office.team.store.read() as reader:
        questions = reader.questions(stances={Stance.OPEN, Stance.LATER})
        found = []
        for key in TABLES:
            table, every = office.team.blueprint.tables[key], reader.rows(key, deleted=True)
            alive = {i: r for i, r in every.items() if not r.deleted}
            found += lost(document[key], table, after, alive, questions)
            found += not_told(before[key], after, table, every)
    return found


def _restless(office: Office, report: PassReport) -> list[str]:
    written = [line.name for line in report.books if line.written]
    if not written:
        return []
    second = office.sync()
    return [f"{line.name}: written again and again" for line in second.books if line.written]


def content(ground: Ground) -> Content:
    """Thirty clients and forty deals of one salesperson."""
    clients, deals = Rows(), Rows()
    ids = [ground.new_id() for _ in range(CLIENTS)]
    for n, row_id in enumerate(ids):
        clients.add(
            row_id,
            {
                "name": f"ООО «Фирма {n:02}»",
                "phone": f"+7 495 {200 + n}-10-{n:02}",
                "city": ("Москва", "Тверь", "Казань")[n % 3],
                "contact": f"Контакт {n}",
                "owner": IVANOV,
            },
        )
    for n in range(DEALS):
        at = n % CLIENTS
        deals.add(
            ground.new_id(),
            {
                "client_id": f"ООО «Фирма {at:02}»",
                "owner": IVANOV,
                "stage": STAGES[n % 5],
                "amount": Decimal(50_000 + n * 1_111),
                "next_step": f"Позвонить {n}",
                "step_on": date(2026, 3, 13) + timedelta(days=n % 9),
                "expected_on": date(2026, 3, 20) + timedelta(days=n % 20),
                "created_on": date(2026, 2, 2) + timedelta(days=n % 20),
                "note": f"Заметка {n}" if n % 2 else None,
            },
            client_id=ids[at],
        )
    return Content({"clients": clients, "deals": deals})
