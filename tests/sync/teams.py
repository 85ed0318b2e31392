"""A tiny team on the disk: its books are real xlsx files, its store is SQLite, its clock is ours.

The team is founded once for all tests and brought up to date; each test gets a copy. Its books have
the sheets on which people type, with few prepared rows: the boards are tested elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Blueprint, Role
from model.records import Question, QuestionKind, Record, Stance
from model.snapshot import CellRead
from model.values import Value
from sync.books import xlsx
from sync.books.read import Loaded, load
from sync.cycle import Memory, PassReport, run_pass
from sync.founding import Content, Founding, Ground, NewPerson, Pay, Rows, found
from sync.ooxml import BookFile
from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import Team, open_team
from sync.world import World
from templates import table_sheet
from templates.blueprint import load as load_blueprint
from templates.build import build_book
from tests.worlds import world_of

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=ZoneInfo("Europe/Moscow"))
OWNER, IVANOV = "Орлов Борис", "Иванов Пётр"
SERVICE = "_crm"
HEAD, HIS = "owner", f"m:{IVANOV}"
"""Keys of the two books."""
CLIENTS = ("ООО «Альфа»", "ООО «Берёза»", "ООО «Вектор»", "ИП Громов", "ООО «Дельта»", "ООО «Ель»")
INNS = ("7707083893", "7728168971", "7736050003")
PAY = Pay(
    Decimal(40_000),
    ((Decimal(0), Decimal(3)), (Decimal(1_000_000), Decimal(4))),
    Decimal(3000),
    Decimal(500),
    3,
)


@dataclass
class Office:
    """A team with its clock; what people do to its books and what the daemon does then."""

    team: Team
    now: datetime = NOON
    seed: int = 0
    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def world(self) -> World:
        """The clock and chance of a pass; nobody waits."""
        return world_of(lambda: self.now, self.chance.randbytes)

    def sync(self, minutes: int = 1, *, dry_run: bool = False) -> PassReport:
        """One pass, some minutes later."""
        self.now += timedelta(minutes=minutes)
        return run_pass(self.team, self.world(), memory=self.memory, dry_run=dry_run)

    def rest(self, most: int = 6) -> PassReport:
        """Passes until one is quiet and nothing lies beside the books; more mean no convergence."""
        for _ in range(most):
            report = self.sync()
            faults = [book.fault for book in report.books if book.fault]
            assert not faults, faults
            if report.quiet and not self.beside():
                return report
        raise AssertionError("the passes do not come to rest")

    def beside(self) -> list[Path]:
        """Files that our writes left beside the books."""
        return sorted(self.team.settings.folder.rglob(".sheetcrm-*"))

    def questions(self, kind: QuestionKind | None = None) -> list[Question]:
        """Open questions, of one kind when told."""
        with self.team.store.read() as reader:
            waiting = reader.questions(stances={Stance.OPEN, Stance.LATER})
        return [q for q in waiting if kind in (None, q.kind)]

    def files(self) -> dict[str, tuple[str, int]]:
        """Fingerprint and time of every file of the team's folder."""
        folder = self.team.settings.folder
        return {
            str(p.relative_to(folder)): (
                hashlib.sha256(p.read_bytes()).hexdigest(),
                p.stat().st_mtime_ns,
            )
            for p in sorted(folder.rglob("*"))
            if p.is_file()
        }

    def restart(self) -> None:
        """What a new process knows: nothing but the disk."""
        self.memory = Memory()

    def path(self, book: str) -> Path:
        """Where a book's file stands."""
        with self.team.store.read() as reader:
            return self.team.path(next(b for b in reader.books() if b.book == book))

    def rows(self, table: str, *, deleted: bool = False) -> dict[str, Record]:
        """Rows of the store."""
        with self.team.store.read() as reader:
            return dict(reader.rows(table, deleted=deleted))

    def the(self, table: str, **wanted: Value) -> Record:
        """The one row of the store with these values."""
        found = [
            r
            for r in self.rows(table).values()
            if all(r.values.get(k) == v for k, v in wanted.items())
        ]
        assert len(found) == 1, (table, wanted, len(found))
        return found[0]

    def loaded(self, book: str) -> Loaded:
        """A book as the daemon reads it now."""
        path = self.path(book)
        role = Role.OWNER if book == HEAD else Role.MANAGER
        file = BookFile.open(path.read_bytes(), name=path.name)
        return load(file, book=book, name=path.name, blueprint=self.team.blueprint, role=role)

    def shown(self, book: str, table: str) -> dict[str, dict[str, Value]]:
        """What stands in a table of a book, by row id."""
        rows = self.loaded(book).snapshot.tables[table].rows
        return {r.row_id or f"row {r.row}": {k: c.value for k, c in r.cells.items()} for r in rows}

    def cell(self, book: str, table: str, row_id: str, key: str) -> CellRead:
        """One cell of a book."""
        rows = self.loaded(book).snapshot.tables[table].rows
        row = next(r for r in rows if r.row_id == row_id)
        return row.cells.get(key, CellRead(None))

    @contextmanager
    def edit(self, book: str) -> Iterator[Pen]:
        """A person opens a book, changes it and saves it with openpyxl."""
        path = self.path(book)
        workbook = openpyxl.load_workbook(path)
        yield Pen(workbook, self)
        workbook.save(path)


@dataclass
class Pen:
    """Typing into an open book, by table, row id and field."""

    workbook: Any
    office: Office

    def sheet(self, table: str) -> tuple[Worksheet, dict[str, int]]:
        """The sheet of a table and the columns of its fields."""
        for sheet in self.workbook.worksheets:
            keys = {
                str(c.value).partition(".")[2]: c.column
                for c in sheet[1]
                if c.value and str(c.value).startswith(f"{table}.")
            }
            if keys:
                return sheet, keys
        raise KeyError(table)

    def row(self, table: str, row_id: str) -> int:
        """Number of the row with an id."""
        sheet, keys = self.sheet(table)
        column = keys["row_id"]
        return next(n for n in range(4, sheet.max_row + 1) if sheet.cell(n, column).value == row_id)

    def put(self, table: str, row_id: str, **values: Any) -> None:
        """Type values into a row."""
        sheet, keys = self.sheet(table)
        row = self.row(table, row_id)
        for key, value in values.items():
            sheet.cell(row, keys[key]).value = value

    def add(self, table: str, **values: Any) -> int:
        """Type a new row below the others; its number."""
        sheet, keys = self.sheet(table)
        typed = [c for k, c in keys.items() if k not in {"signal", "code", "stage_kind"}]
        used = [
            n
            for n in range(4, sheet.max_row + 1)
            if any(
                sheet.cell(n, c).value not in (None, "")
                and not str(sheet.cell(n, c).value).startswith("=")
                for c in typed
            )
        ]
        row = max(used, default=3) + 1
        for key, value in values.items():
            sheet.cell(row, keys[key]).value = value
        return row

    def delete(self, table: str, row_id: str) -> None:
        """Delete the whole row."""
        sheet, _ = self.sheet(table)
        sheet.delete_rows(self.row(table, row_id))

    def copy(self, table: str, row_id: str) -> int:
        """Copy a row below the others, hidden cells and all; its number."""
        sheet, keys = self.sheet(table)
        row = self.row(table, row_id)
        cells = {k: sheet.cell(row, c).value for k, c in keys.items()}
        return self.add(table, **cells)

    def turn_over(self, table: str) -> None:
        """Sort the table the other way round, as a sort of all visible and hidden columns does."""
        sheet, keys = self.sheet(table)
        live = {c.key for c in self.office.team.blueprint.tables[table].columns if c.live}
        columns = [c for k, c in keys.items() if k not in live]
        used = [n for n in range(4, sheet.max_row + 1) if sheet.cell(n, keys["row_id"]).value]
        rows = [[sheet.cell(n, c).value for c in columns] for n in used]
        for number, cells in zip(used, reversed(rows), strict=True):
            for column, value in zip(columns, cells, strict=True):
                sheet.cell(number, column).value = value

    def answer(self, number: int, text: str) -> None:
        """Answer a question."""
        self.put("questions", f"Q{number}", answer=text)


def content(ground: Ground) -> Content:
    """Six clients, six deals and a few payments of one salesperson."""
    clients, deals, payments = Rows(), Rows(), Rows()
    ids = [ground.new_id() for _ in CLIENTS]
    for n, (row_id, name) in enumerate(zip(ids, CLIENTS, strict=True)):
        inn = INNS[n] if n < len(INNS) else None
        clients.add(
            row_id,
            {
                "name": name,
                "inn": inn,
                "phone": f"+7 916 000-00-{n:02}",
                "owner": IVANOV,
            },
        )
    stages = ("Новая", "КП отправлено", "Переговоры", "Счёт выставлен", "Успешно", "Отказ")
    for n, (client, name) in enumerate(zip(ids, CLIENTS, strict=True)):
        deals.add(
            ground.new_id(),
            {
                "client_id": name,
                "owner": IVANOV,
                "stage": stages[n],
                "amount": Decimal(100_000 * (n + 1)),
                "next_step": "Позвонить" if n < 4 else None,
                "step_on": date(2026, 3, 13 + n) if n < 4 else None,
                "expected_on": date(2026, 3, 20 + n),
                "created_on": date(2026, 2, 2 + n),
                "lost_reason": "Дорого" if n == 5 else None,
            },
            client_id=client,
        )
    for n in range(2):
        payments.add(
            ground.new_id(),
            {
                "date": date(2026, 3, 2 + n),
                "payer": CLIENTS[4],
                "amount": Decimal("123456.78") + n,
                "purpose": "Оплата по счёту",
            },
        )
    return Content({"clients": clients, "deals": deals, "payments": payments})


def typed_sheets(blueprint: Blueprint) -> Blueprint:
    """The blueprint without the boards."""
    books = {
        role: replace(
            plan,
            sheets=tuple(s for s in plan.sheets if blueprint.sheets[s].tables or s == SERVICE),
        )
        for role, plan in blueprint.books.items()
    }
    return replace(blueprint, books=books)


@contextmanager
def few_spare_rows() -> Iterator[None]:
    """Eight prepared rows below a table instead of two hundred."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_sheet, "SPARE_ROWS", 8)
        patch.setattr(xlsx, "SPARE_ROWS", 8)
        patch.setattr(xlsx, "LOW_SPARE", 3)
        yield


def found_office(
    place: Path,
    *,
    fill: Callable[[Ground], Content] = content,
    seed: int = 1,
    colleagues: tuple[str, ...] = (),
) -> Office:
    """A new team at a place, not yet synced; colleagues have books of their own beside his."""
    plans: dict[str, tuple[Decimal | None, ...]] = {"Оплаты, руб.": (Decimal(1_250_000),) * 12}
    people = tuple(NewPerson(name, "Продажи", PAY, plans) for name in (IVANOV, *colleagues))
    chance = random.Random(seed)
    blueprint = typed_sheets(load_blueprint(len(people)))
    state = found(
        Founding(place / "team", OWNER, people, "Олег, 8 916 000-00-00"),
        place / "state",
        blueprint=blueprint,
        random_bytes=chance.randbytes,
        now=NOON,
        build=build_book,
        fill=fill,
    )
    return Office(open_team(state, blueprint), seed=seed)


def copy_office(office: Office, place: Path) -> Office:
    """The same team elsewhere, as it stands on the disk."""
    state = place / "state" / office.team.state.name
    shutil.copytree(office.team.state, state)
    shutil.copytree(office.team.settings.folder, place / "team")
    settings = read_settings(state / FILE_NAME)
    write_settings(state / FILE_NAME, settings.model_copy(update={"folder": place / "team"}))
    return Office(open_team(state, office.team.blueprint), now=office.now, seed=office.seed + 1)


def close(office: Office) -> None:
    """Let the database go."""
    office.team.store.close()


def touch_owner_file(path: Path, *, at: datetime, program: str = "excel") -> Path:
    """The small file by which a program says that it has the book open."""
    name = f"~${path.name}" if program == "excel" else f".~lock.{path.name}#"
    sign = path.with_name(name)
    sign.write_bytes(b"\x06Ivanov" + b" " * 48 if program == "excel" else b",Ivanov,pc,12.03;")
    os.utime(sign, (at.timestamp(), at.timestamp()))
    return sign
