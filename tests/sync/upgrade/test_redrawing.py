"""Screens of living books drawn anew: two books of an older program, saved by LibreOffice.

`older_manager.xlsx` and `older_owner.xlsx` were made before most figures of the screens were live.
Somebody typed into their cells, wrote beside them and let other cells look at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from model.blueprint import Role
from sync.books.read import Loaded, load
from sync.cycle import Memory, run_pass
from sync.ooxml import BookFile
from sync.team import Team
from sync.upgrade import Did, UpgradeReport, Why, take_back, upgrade
from sync.upgrade.lacking import lacks
from sync.upgrade.redrawing import KEPT_TITLE
from sync.upgrade.reshaping import Reshaped, reshape
from templates.blueprint import load as blueprint
from templates.build import build_book
from tests.sync.small_team import FakeWorld

FILES = Path(__file__).parents[2] / "files"
FORECAST, PROGRESS = "Мой прогноз", "План-факт"


def read(file: BookFile, role: Role) -> Loaded:
    return load(file, book="", name=file.name, blueprint=blueprint(3), role=role)


@cache
def renewed(name: str, role: Role) -> tuple[Reshaped, Loaded]:
    """A book of the files after the upgrade, and the fresh one; a second upgrade does nothing."""
    fresh = read(BookFile.open(build_book(blueprint(3), role, stamp="s"), name="fresh"), role)
    file = BookFile.open((FILES / name).read_bytes(), name=name)
    lack = lacks(file, fresh, blueprint(3), role, once_hidden=())
    done = reshape(file, lack, fresh)
    assert not done.left
    assert lacks(done.file, fresh, blueprint(3), role, once_hidden=()).nothing
    return done, fresh


def texts(file: BookFile, sheet: str) -> dict[str, str]:
    """What stands on a tab: formulas with their sign, else texts."""
    return {
        cell: seen
        for line in file.rows(sheet)
        for c in line.cells
        if (seen := f"={c.formula}" if c.formula is not None else c.text)
        for cell in [f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[c.col - 1]}{line.row}" if c.col < 27 else ""]
    }


@pytest.mark.parametrize(
    ("name", "role", "screens"),
    [
        ("older_manager.xlsx", Role.MANAGER, ["Мой прогноз", "_fig"]),
        ("older_owner.xlsx", Role.OWNER, ["Сводка", "План-факт", "Зарплата", "_fig"]),
    ],
)
def test_a_screen_of_an_older_program_has_every_formula_of_a_fresh_one(
    name: str, role: Role, screens: list[str]
):
    done, fresh = renewed(name, role)
    assert [step.title for step in done.done if step.did is Did.REDRAWN] == screens
    after = read(done.file, role).snapshot.grids
    for key, grid in fresh.snapshot.grids.items():
        for place, cell in grid.cells.items():
            if cell.formula is not None:
                assert after[key].cells[place].formula is not None, (key, place)
    old = BookFile.open((FILES / name).read_bytes(), name=name)
    kept = [(ref.name, ref.state) for ref in done.file.sheets][: len(old.sheets)]
    assert kept == [(ref.name, ref.state) for ref in old.sheets]


def test_what_people_typed_into_an_old_forecast_stands_on_the_new_one():
    done, _ = renewed("older_manager.xlsx", Role.MANAGER)
    seen = texts(done.file, FORECAST)
    assert (seen["C2"], seen["D18"]) == ("Иванов Пётр, март 2026", "250000")
    assert seen["I56"] == "Не учли оплату от Вектора 11.03"  # one row further down than it stood
    assert seen["C76"] == "Спросить у Орлова про отпуск"
    assert (seen["Q5"], seen["R5"]) == ("Моя цель на квартал", "900000")
    assert (seen["R6"], seen["R7"]) == ("=D17*2", "=R5-SUM(D11:D16)")


def test_a_note_whose_place_is_hidden_now_stands_below_the_screen():
    done, _ = renewed("older_owner.xlsx", Role.OWNER)
    seen = texts(done.file, PROGRESS)
    assert [seen[f"L{row}"] for row in (12, 13, 14)] == ["Причина 1", "Причина 2", "Причина 3"]
    top = next(int(cell[1:]) for cell, text in seen.items() if text == KEPT_TITLE)
    assert top > 30  # below the chart
    assert (seen[f"C{top + 1}"], seen[f"D{top + 1}"]) == ("R4:", "Совещание 15-го")
    assert seen[f"D{top + 2}"] == "=SUM(D8:D12)"
    assert texts(done.file, "Сводка")["C4"] == "Без шага!"  # worded otherwise: not drawn anew


@dataclass
class Desk:
    """A small team with all its screens; the book of one person of it."""

    team: Team
    clock: FakeWorld

    @property
    def path(self) -> Path:
        with self.team.store.read() as reader:
            return self.team.path(next(b for b in reader.books() if b.role == "manager"))

    @property
    def file(self) -> BookFile:
        return BookFile.open(self.path.read_bytes(), name=self.path.name)

    def sync(self) -> None:
        """Passes until everything shows what it should."""
        for _ in range(3):
            self.clock.later(minutes=1)
            report = run_pass(self.team, self.clock.world(), memory=Memory())
            assert not any(book.fault for book in report.books)

    def typed(self, cells: dict[str, str | None], remark: str = "") -> None:
        """Somebody changes cells of the forecast and saves."""
        book = openpyxl.load_workbook(self.path)
        for cell, value in cells.items():
            book[FORECAST][cell] = value
        if remark:
            book[FORECAST]["D17"].comment = Comment(remark, "Громов")
        book.save(self.path)
        self.sync()

    def upgraded(self) -> UpgradeReport:
        self.clock.later(minutes=1)
        return upgrade(self.team, self.clock.world())


@pytest.fixture
def desk(team: Team, clock: FakeWorld) -> Desk:
    """A book whose forecast an older program drew, with a note of its person."""
    found = Desk(team, clock)
    found.typed({"D10": "=fig_basis_now*1", "E9": None, "R5": "Моя цель"})
    return found


def test_a_redrawn_screen_can_be_taken_back(desk: Desk):
    report = desk.upgraded()
    mine = next(book for book in report.books if book.done)
    assert [(s.did, s.title) for s in mine.done] == [(Did.REDRAWN, FORECAST)]
    assert mine.written
    assert report.batch is not None
    seen = texts(desk.file, FORECAST)
    assert (seen["D10"], seen["E9"], seen["R5"]) == ("=fig_basis_now", "Скорее всего", "Моя цель")
    desk.typed({"R6": "дописал позже"})
    desk.clock.later(minutes=1)
    undone = take_back(desk.team, desk.clock.world(), report.batch)
    assert [s.did for book in undone.books for s in book.back] == [Did.REDRAWN]
    seen = texts(desk.file, FORECAST)
    assert (seen["D10"], seen.get("E9")) == ("=fig_basis_now*1", None)
    assert (seen["R5"], seen["R6"]) == ("Моя цель", "дописал позже")


def test_a_screen_with_a_remark_of_somebody_is_left_and_told(desk: Desk):
    desk.typed({}, remark="Проверить")
    left = [one for book in desk.upgraded().books for one in book.left]
    assert [(one.step.title, one.why) for one in left] == [(FORECAST, Why.REFUSED)]
    assert texts(desk.file, FORECAST)["D10"] == "=fig_basis_now*1"
