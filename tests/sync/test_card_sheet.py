"""«Карточка» of a living book: what is typed there is taken, what it shows is what is true."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from model.blueprint import Role
from model.records import BatchKind, Source, Stamped
from model.row_ids import new_row_id
from model.values import Value
from sync.card.collect import cards_of
from sync.commands.as_of import month_as_of
from sync.cycle import Memory, run_pass
from sync.rights import plain_access
from sync.team import OWNER_BOOK, Team
from sync.thinking import compute
from tests.cards import HINT, PICKER, SHEET, TITLE, differences, recounted, shown_cards, tables
from tests.scenarios.calc import Calc
from tests.sync.small_team import PEOPLE, FakeWorld

WHO = PEOPLE[0]
HIS = f"m:{WHO}"
moment = datetime.fromisoformat


def fill(team: Team, clock: FakeWorld) -> None:
    """A client with two deals, a payment, calls, a contact and a document; another without any."""
    at = clock.now.astimezone(UTC)
    ids = [new_row_id(team.settings.family, clock.chance.randbytes) for _ in range(12)]
    client, other, won, opened = ids[:4]
    to: dict[str, str | None] = {"client_id": client}
    his: dict[str, Value] = {"client_id": "Вектор", "owner": WHO}
    called: dict[str, Value] = {"dir": "исходящий", "manager": WHO, "seconds": Decimal(61)}
    record: dict[str, Value] = {"record_url": "https://ats.example/1.mp3"}
    rows: tuple[tuple[str, str, dict[str, Value], dict[str, str | None]], ...] = (
        ("clients", client, {"name": "ООО «Вектор»", "inn": "7707083893", "owner": WHO,
                             "phone": "+7 (916) 123-45-67"}, {}),
        ("clients", other, {"name": "ИП Громов-Юг", "owner": WHO, "inn": "7728168971"}, {}),
        ("deals", won, {**his, "stage": "Успешно", "amount": Decimal(90_000),
                        "created_on": date(2026, 2, 3), "expected_on": date(2026, 3, 1)}, {**to}),
        ("deals", opened, {**his, "stage": "Новая", "amount": Decimal(7_500),
                           "created_on": date(2026, 3, 3)}, {**to}),
        ("deals", ids[4], {**his, "stage": "Отказ", "lost_reason": "Дорого",
                           "created_on": date(2026, 3, 1)}, {**to}),
        ("payments", ids[5], {"date": date(2026, 3, 4), "amount": Decimal("60000.50"),
                              "payer": "Вектор", "purpose": "Счёт 1"}, {**to, "deal_id": won}),
        ("calls", ids[6], {**called, **record, "at": moment("2026-03-05T15:30:00"),
                           "answered": True}, {**to}),
        ("calls", ids[7], {**called, "at": moment("2026-03-06T10:00:00"),
                           "answered": False}, {**to}),
        ("contacts", ids[8], {**his, "fio": "Петрова Анна", "role": "ЛПР"}, {**to}),
        ("documents", ids[9], {**his, "kind": "счёт", "number": "18", "date": date(2026, 3, 2),
                               "amount": Decimal(90_000)}, {**to}),
        ("letters", ids[10], {**his, "at": moment("2026-03-07T09:15:00"), "channel": "почта",
                              "subject": "Вопрос по срокам"}, {**to}),
        ("complaints", ids[11], {**his, "date": date(2026, 3, 8), "text": "Не та марка",
                                 "state": "новая"}, {**to}),
    )  # fmt: skip
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "", at)
        by = Stamped(at, "", Source.IMPORT, None, batch)
        for table, row_id, values, links in rows:
            writer.put(table, row_id, values, links=links, by=by)


def sync(team: Team, clock: FakeWorld) -> None:
    clock.later(minutes=1)
    report = run_pass(team, clock.world(), memory=Memory())
    assert not [book.fault for book in report.books if book.fault]


def path_of(team: Team, book: str) -> Path:
    with team.store.read() as reader:
        return team.path(next(state for state in reader.books() if state.book == book))


def write(path: Path, cells: Mapping[str, str]) -> None:
    workbook = openpyxl.load_workbook(path)
    for place, value in cells.items():
        workbook[SHEET][place] = value
    workbook.save(path)


def read(path: Path, *places: str) -> list[object]:
    workbook = openpyxl.load_workbook(path, data_only=True)
    return [workbook[SHEET][place].value for place in places]


def test_what_is_typed_into_the_card_becomes_a_row_and_the_cells_are_cleared(
    team: Team, clock: FakeWorld
) -> None:
    fill(team, clock)
    sync(team, clock)
    path = path_of(team, HIS)
    note = {PICKER: "8 916 123 45 67", "C14": "Заметка", "D14": "Ждут скидку 5 %"}
    write(path, note)
    sync(team, clock)
    assert read(path, PICKER, "C14", "D14", "B2", "B6") == [
        "8 916 123 45 67", None, None, "ООО «Вектор»   ·   К-1", 60_000.5,
    ]  # fmt: skip
    sync(team, clock)
    with team.store.read() as reader:
        made = [r.values for r in reader.rows("tasks").values() if r.values.get("kind")]
    assert [(row["what"], row["assignee"]) for row in made] == [("Ждут скидку 5 %", WHO)]


@pytest.mark.system("soffice", "uno")
def test_the_card_in_libreoffice_is_what_the_daemon_computes(
    team: Team, clock: FakeWorld, tmp_path: Path
) -> None:
    fill(team, clock)
    sync(team, clock)
    with (
        Calc(tmp_path / "profile") as calc,
        month_as_of(team, clock.world(), clock.now.date()) as (month, settled),
    ):
        columns = compute(month.reader, settled, clock.now.date()).columns
        for book, role, who in ((OWNER_BOOK, Role.OWNER, ""), (HIS, Role.MANAGER, WHO)):
            path = tmp_path / f"{role.value}.xlsx"
            shutil.copy(path_of(team, book), path)
            cards = cards_of(month.reader, settled.scene, columns, plain_access(role, who))
            found = {cards.scene.number("clients", i): i for i in cards.scene.rows["clients"]}
            picks = ["вектор", "7707083893", "+7(916)123-45-67", "К-1", "громов-юг", "Никто", ""]
            seen = shown_cards(calc, path, picks)
            for one in seen[:4]:
                assert list(differences(one, cards.card(found["К-1"]))) == []
            assert list(differences(seen[4], cards.card(found["К-2"]))) == []
            assert seen[5].at(*HINT).startswith("Такого клиента в вашей книге нет")
            assert seen[6].at(*HINT) == "Впишите название, ИНН или телефон в жёлтую клетку"
            assert seen[6].at(*TITLE) == "Карточка клиента"
            counted = recounted(tables(path), "К-1", clock.now.date())
            assert (seen[0].figure("paid"), seen[0].figure("debt")) == (
                pytest.approx(counted["paid"]), pytest.approx(counted["debt"]),
            )  # fmt: skip
            assert counted["debt"] == pytest.approx(29_999.5)
