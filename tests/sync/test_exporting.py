"""Rows leave by right only, each export is written down, and a leak names where it came from."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from model.blueprint import Role
from model.errors import NoSuchPerson, NotAllowed, WrongPlace
from model.records import BatchKind, Source, Stamped
from model.values import Value
from store import Store
from sync.commands.exporting import export, list_exports, trace
from sync.exporting import canaries
from sync.exporting.files import as_csv
from sync.exporting.gathering import Gathered, gathered
from sync.exporting.ledger import Entry, write_down
from sync.exporting.tracing import How, traced
from sync.importing import import_file
from sync.importing.run import CANARY
from sync.imports import ImportKind
from sync.journal import journal_rows
from sync.scene import make_scene
from sync.settings import Settings
from sync.team import Team
from templates.blueprint import load
from tests.leaks import AT, OWNER, SELLERS, Leak, leaked, named, places, plant
from tests.sync.small_team import FakeWorld
from tests.worlds import world_of

BLUEPRINT = load(len(SELLERS))
BOOKKEEPER, MARKETER = "Сидорова Нина", "Лис Яна"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.sqlite3")
    plant(opened, random.Random(3), clients=60)
    with opened.write() as writer:
        by = Stamped(AT, OWNER, Source.PERSON, None, writer.start_batch(BatchKind.INIT, OWNER, AT))
        staff: dict[str, dict[str, Value]] = {
            BOOKKEEPER: {"fio": BOOKKEEPER, "role": "бухгалтер"},
            MARKETER: {"fio": MARKETER, "role": "маркетолог"},
        }
        writer.put_many("staff", staff, by=by)
        paid: dict[str, dict[str, Value]] = {
            f"P{n}": {"payer": f"ООО «Верба {n}»", "purpose": "=2+3", "manager": SELLERS[0]}
            for n in range(30)
        }
        writer.put_many("payments", paid, by=by)
        asked: dict[str, dict[str, Value]] = {
            "L1": {"name": "Пчёлкин", "phone": "+7 916 000-11-22", "text": "звоните 8 916 0001122"}
        }
        writer.put_many("leads", asked, by=by)
    yield opened
    opened.close()


def out(store: Store, who: str, sheet: str) -> Gathered:
    chance = random.Random(5)
    with store.read() as reader:
        return gathered(reader, BLUEPRINT, who, sheet, owner=OWNER, chance=chance.randbytes)


@pytest.mark.parametrize("sheet", ["Клиенты", "Сделки", "Оплаты", "Заявки"])
def test_a_salesperson_carries_nothing_out(store: Store, sheet: str) -> None:
    with pytest.raises(NotAllowed):
        out(store, SELLERS[0], sheet)


def test_an_export_holds_what_the_rights_say_and_nothing_else(store: Store) -> None:
    assert len(out(store, OWNER, "Клиенты").row_ids) == 60
    with pytest.raises(NotAllowed):
        out(store, BOOKKEEPER, "Клиенты")
    money = out(store, "Сидорова", "оплаты")
    assert len(money.row_ids) == 30
    with pytest.raises(NotAllowed):
        out(store, MARKETER, "Заявки")
    for person, sheet, error in (("Никто", "Оплаты", NoSuchPerson), (OWNER, "Нет", WrongPlace)):
        with pytest.raises(error):
            out(store, person, sheet)


def test_canaries_look_like_rows_and_are_nobody(store: Store) -> None:
    found = out(store, OWNER, "Клиенты")
    assert len(found.canaries) == canaries.wanted(60) == 5
    assert len(found.rows) == 65
    with store.read() as reader:
        real = {str(r.values["name"]) for r in reader.rows("clients").values()}
        assert not real & {canary.name for canary in found.canaries}
        before = reader.last_change()
    by_name = {str(row["name"]): row for row in found.rows}
    for canary in found.canaries:
        row = by_name[canary.name]
        assert row["phone"] == canary.phone
        assert canary.phone.split()[2].startswith("1"), "a number that nobody can have"
        assert canary.inn.startswith("00"), "a region that does not exist"
        assert row["owner"] in SELLERS
        assert str(row["id"]).startswith("К-")
    assert len({row["id"] for row in found.rows}) == 65
    with store.read() as reader:
        assert reader.last_change() == before, "the store never sees them"
    other = out(store, OWNER, "Оплаты")
    assert all(row.get("amount") is None for row in other.rows if row["payer"] not in
               {f"ООО «Верба {n}»" for n in range(30)}), "sums stay what they are"  # fmt: skip


def test_texts_of_strangers_wake_no_formula(store: Store) -> None:
    found = out(store, BOOKKEEPER, "Оплаты")
    text = as_csv(found.columns, found.rows).decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row}
    assert "'=2+3" in cells
    assert "=2+3" not in cells


def test_a_leaked_part_names_its_place(store: Store, tmp_path: Path) -> None:
    fresh = Store.open(tmp_path / "leaks.sqlite3")
    chance = random.Random(11)
    everything = places(fresh, BLUEPRINT, chance, 300)
    with fresh.read() as reader:
        for place in everything:
            assert named(reader, BLUEPRINT, leaked(place, 0.3, chance)) == place.name
        stranger = Leak("x", [["ООО «Совсем другая»", "+7 900 111-22-33"]])
        assert traced(reader, BLUEPRINT, stranger.rows).places == ()
        mixed = [row for place in everything[1:3] for row in leaked(place, 0.3, chance)]
        assert traced(reader, BLUEPRINT, mixed).places[0].book == "owner"
    fresh.close()


def test_the_command_writes_down_and_recognises(store: Store, tmp_path: Path) -> None:
    team = Team(
        Settings(folder=tmp_path, family="FAMILY", owner=OWNER), tmp_path, store,
        type("", (), {})(), BLUEPRINT,
    )  # fmt: skip
    world, path = world_of(lambda: AT, random.Random(7).randbytes), tmp_path / "клиенты.xlsx"
    tried = export(team, world, OWNER, "Клиенты", out=path, dry_run=True)
    assert tried.facts["rows"] == 60
    assert not path.exists()
    said = export(team, world, OWNER, "Клиенты", out=path, dry_run=False)
    listed = list_exports(team, world).facts["exports"]
    assert [(one["number"], one["rows"], one["who"]) for one in listed] == [  # type: ignore[attr-defined]
        (said.facts["number"], 60, OWNER)
    ]
    with store.read() as reader:
        assert reader.batches(limit=1)[0].kind is BatchKind.EXPORT
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.delete_rows(2, 30)
    book.save(tmp_path / "утекло.xlsx")
    found = trace(team, world, tmp_path / "утекло.xlsx").facts["places"]
    assert [(p.export, p.how) for p in found] == [(said.facts["number"], How.CANARY)]  # type: ignore[attr-defined]


def test_an_export_that_comes_back_brings_no_canary(
    team: Team, clock: FakeWorld, tmp_path: Path
) -> None:
    with team.store.write() as writer:
        by = Stamped(AT, "test", Source.PERSON, None, writer.start_batch(BatchKind.INIT, "", AT))
        rows: dict[str, dict[str, Value]] = {
            f"C{n}": {"name": f"ООО «Верба {n}»", "phone": f"+7 916 300-00-{n:02d}"}
            for n in range(30)
        }
        writer.put_many("clients", rows, by=by)
    path = tmp_path / "назад.csv"
    export(team, clock.world(), team.settings.owner, "Клиенты", out=path, dry_run=False)
    done = import_file(team, ImportKind.CLIENTS, path, world=clock.world())
    assert dict(done.skipped) == {CANARY: canaries.wanted(30)}
    assert done.new_clients == 0
    with team.store.read() as reader:
        assert len(reader.rows("clients")) == 30


def test_an_export_stands_on_the_journal(store: Store) -> None:
    """Between what moved before it and after it, by whom and what the rights gave to whom."""
    found = out(store, OWNER, "Клиенты")
    with store.write() as writer:
        entry = Entry(0, AT, OWNER, "owner", "clients", 60, "", "я", (), found.row_ids)
        number = write_down(writer, entry, note="Орлов Борис: «Клиенты», 60 строк", owner=OWNER)
        by = Stamped(AT, OWNER, Source.PERSON, None, writer.start_batch(BatchKind.SYNC, OWNER, AT))
        writer.put("clients", "K-later", {"name": "ООО «Позже»"}, by=by)
        people = {"Журнал": {"sheet": "Журнал", "shown": "да"}}
        writer.put_many("sheets", people, by=by)
    with store.read() as reader:
        scene = make_scene(reader, BLUEPRINT, now=AT, owner=OWNER, helper="")
        lines = list(journal_rows(reader, scene, Role.OWNER).values())
    at = next(n for n, line in enumerate(lines) if line["id"] == number)
    said = [lines[at].get(key) for key in ("who", "place", "field", "after")]
    assert said == [OWNER, "Доступ", "Выгрузка", "Орлов Борис: «Клиенты», 60 строк"]
    assert {"ООО «Позже»"} <= {line.get("after") for line in lines[:at]}
    assert at + 1 < len(lines), "what the base was planted with"
