"""An old list moves in whole: every row, every column, the file itself untouched."""

from __future__ import annotations

import secrets
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from model.errors import ColumnsNotFound
from sync.cycle import Memory, run_pass
from sync.founding import Founding, Pay, found
from sync.founding.from_list import (
    fill_own_columns,
    keep_refused,
    new_people,
    old_content,
    read_old,
    with_own_columns,
)
from sync.team import Team, open_team
from sync.world import World
from sync.world.real_disk import RealDisk
from templates.build import build_book
from tests.sync.founding.ground import BLUEPRINT, NOW, SHARED, chance, quick_book, store_of
from tests.worlds import world_of

SUPPLIERS = SHARED / "inputs" / "crm" / "ru_building_suppliers_cp1251.csv"
LIST = """Организация;ИНН;тел.;Менеджер;Кол-во коробок;Сигнал
ООО «Вектор»;9900456787;8(916)123-45-67;Иванов;12;да
Ромашка;;нет;ПЕТРОВА АННА;;
;;8(916)000-00-01;Иванов;7;
ИП Ковалёв;;;петрова анна;3;
Гранит;;;Иванов ;;
Рассвет;;;-;5;
Итого;;;;27;
"""
PAY = Pay(Decimal(40_000), ((Decimal(0), Decimal(3)),))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "Клиенты 2025.csv"
    path.write_bytes(LIST.encode("cp1251"))
    return path


def test_the_guess_is_shown_before_anything_is_written(old):
    seen = read_old(old, BLUEPRINT)
    assert [(g.header, g.field) for g in seen.guesses] == [
        ("Организация", "name"),
        ("ИНН", "inn"),
        ("тел.", "phone"),
        ("Менеджер", "owner"),
        ("Кол-во коробок", None),
        ("Сигнал", None),
    ]
    assert seen.people == (("Иванов", 2), ("Петрова Анна", 2))
    assert seen.own == ("Кол-во коробок", "Сигнал (из списка)")
    assert seen.rows == 7


def test_a_person_may_name_a_column_otherwise(old):
    seen = read_old(old, BLUEPRINT, {"Кол-во коробок": "note"})
    assert seen.own == ("Сигнал (из списка)",)
    assert seen.prepared.rows[0].values["note"] == "12"


def test_a_list_without_names_is_no_list_of_clients(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Цвет;Вес\nсиний;3\nкрасный;4\n", encoding="utf-8")
    with pytest.raises(ColumnsNotFound):
        read_old(path, BLUEPRINT)


def test_rows_that_cannot_move_in_are_kept_with_the_reason(old, tmp_path):
    path = keep_refused(read_old(old, BLUEPRINT), tmp_path)
    assert path is not None
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].endswith('"нет названия клиента"')
    assert lines[2].endswith('"это строка итогов"')


def moved_in(old: Path, place: Path) -> tuple[Team, World]:
    """A team founded from the list, after its first pass."""
    seen = read_old(old, BLUEPRINT)
    state = found(
        Founding(place / "Продажи", "Орлов Олег", new_people(seen, PAY, None)),
        place / "state",
        blueprint=BLUEPRINT,
        random_bytes=chance(),
        now=NOW,
        build=with_own_columns(build_book, seen.own),
        fill=old_content(seen, BLUEPRINT),
    )
    team, world = open_team(state, BLUEPRINT), world_of(lambda: NOW, secrets.token_bytes)
    run_pass(team, world, memory=Memory())
    return team, world


def test_a_save_while_own_columns_are_filled_is_kept(old, tmp_path, monkeypatch):
    team, world = moved_in(old, tmp_path)
    path = tmp_path / "Продажи" / "Руководитель" / "Отдел продаж.xlsx"
    swap, saves = RealDisk.exchange, ["Записано рукой"]

    def saved_first(disk, live, temp):
        if live == path and saves:
            book = openpyxl.load_workbook(path)
            sheet = book["Клиенты"]
            note = [cell.value for cell in sheet[1]].index("clients.note") + 1
            sheet.cell(4, note).value = saves.pop()
            book.save(path)
        return swap(disk, live, temp)

    monkeypatch.setattr(RealDisk, "exchange", saved_first)
    fill_own_columns(team, world)
    memory = Memory()
    for _ in range(2):
        run_pass(team, world, memory=memory)
    with team.store.read() as reader:
        notes = [r.values.get("note") for r in reader.rows("clients").values()]
    assert "Записано рукой" in notes


def test_the_list_lives_in_the_books_with_its_own_columns(old, tmp_path):
    before, seen = old.read_bytes(), read_old(old, BLUEPRINT)
    folder = tmp_path / "Продажи"
    team, world = moved_in(old, tmp_path)
    assert fill_own_columns(team, world) == 3
    assert fill_own_columns(team, world) == 0
    after = run_pass(team, world, memory=Memory())
    assert [(b.edits, b.written, b.fault) for b in after.books] == [(0, False, None)] * 3
    assert _clients(folder / "Руководитель" / "Отдел продаж.xlsx") == {
        "ООО «Вектор»": ("12", "да"),
        "Ромашка": (None, None),
        "ИП Ковалёв": ("3", None),
        "Гранит": (None, None),
        "Рассвет": ("5", None),
    }
    own = folder / "Сотрудники" / "Петрова Анна" / "Продажи Петрова.xlsx"
    assert _clients(own) == {"Ромашка": (None, None), "ИП Ковалёв": ("3", None)}
    assert old.read_bytes() == before
    assert seen.untouched()


def _clients(path: Path) -> dict[object, tuple[object, ...]]:
    """Name -> own columns; also that they stand inside Excel's table."""
    sheet = openpyxl.load_workbook(path)["Клиенты"]
    table = sheet.tables["tbl_clients"]
    headings = [cell.value for cell in sheet[3]]
    own = [headings.index(h) for h in ("Кол-во коробок", "Сигнал (из списка)")]
    assert [c.name for c in table.tableColumns][-2:] == [headings[at] for at in own]
    name = headings.index("Название")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    return {row[name]: tuple(row[at] for at in own) for row in rows if row[name]}


@pytest.mark.skipif(not SUPPLIERS.exists(), reason="a real list, not ours to put here")
def test_every_row_of_a_real_list_moves_in(tmp_path):
    seen = read_old(SUPPLIERS, BLUEPRINT)
    state = found(
        Founding(tmp_path / "t", "Орлов", new_people(seen, PAY, None)),
        tmp_path / "state",
        blueprint=BLUEPRINT,
        random_bytes=chance(),
        now=NOW,
        build=quick_book,
        fill=old_content(seen, BLUEPRINT),
    )
    with store_of(state).read() as reader:
        clients = list(reader.rows("clients").values())
    assert len(clients) == seen.rows == 541
    assert not seen.prepared.refused
    assert seen.own == ("Код", "Сайт")
    first = clients[0].values
    assert (first["name"], first["+Код"], first["+Сайт"]) == (
        "ООО 13 Трендов",
        "3",
        "http://www.m-delivery.ru",
    )
    assert seen.untouched()
