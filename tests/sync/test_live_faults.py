"""Lamp 9: a formula that was typed over, and a live total that is not the program's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import openpyxl
import pytest

from model.blueprint import Slot, SlotKind
from model.records import QuestionKind, Stance
from model.snapshot import CellRead, GridRead, Snapshot
from model.values import Value
from sync.live_faults import DASHBOARD, FORECAST, totals_apart
from sync.team import Team
from templates.blueprint import load
from templates.screens.service_forecast import TOTAL_ROW
from tests.sync.small_team import OWNER, PEOPLE, FakeWorld
from tests.sync.test_inputs import Books

IVANOV = PEOPLE[0]


@pytest.fixture
def books(team: Team, clock: FakeWorld) -> Books:
    return Books(team, clock)


def test_a_formula_typed_over_comes_back_and_is_named(books: Books) -> None:
    title, place, formula = _total(books)
    book = openpyxl.load_workbook(books.path(IVANOV))
    book[title][place].value = 99_000
    book.save(books.path(IVANOV))
    report = books.sync()
    assert openpyxl.load_workbook(books.path(IVANOV))[title][place].value == formula
    (asked,) = [q for q in report.questions if q.kind is QuestionKind.TYPED_OVER]
    assert asked.where == f"«{title}», {place}"
    assert asked.whom == IVANOV
    assert "вы вписали 99 000" in asked.wrong.replace("\xa0", " ")
    assert report.team is not None
    lamp = report.team.lamps[8]
    assert (lamp.count, lamp.detail) == (1, (f"«{title}», {place}: вписано поверх формулы",))
    with books.team.store.write() as writer:
        writer.settle(asked.number, Stance.KEPT, answer="нет", at=books.clock.now, outcome="")
    again = books.sync()
    assert again.team is None or again.team.lamps[8].count == 0


def _total(books: Books) -> tuple[str, str, object]:
    """A live cell of «Мой прогноз»: sheet, place, formula."""
    sheet = openpyxl.load_workbook(books.path(IVANOV))["Мой прогноз"]
    cell = next(c for c in sheet["D"] if str(c.value).startswith("=fig_basis_now"))
    return sheet.title, cell.coordinate, cell.value


def grid_of(
    sheet: str, values: Mapping[str, Value], live: Mapping[tuple[str, str], Value]
) -> Snapshot:
    """A book that shows one figure sheet: values by slot key, live cells by row and column."""
    slots: tuple[Slot, ...] = load().sheets[sheet].slots
    cells = {(s.row, s.col): CellRead(values[s.key]) for s in slots if s.key in values}
    formulas = {place: CellRead(value, "A1") for place, value in live.items()}
    rows = {s.row: s.at[0] for s in slots}
    cols = {s.col: s.at[1] for s in slots}
    assert all(s.kind is SlotKind.LIVE for s in slots if (s.row, s.col) in live)
    return Snapshot("b", "t", None, {}, {sheet: GridRead(sheet, rows, cols, cells | formulas)})


def pay(now: str, likely: str = "2") -> Snapshot:
    ours = {"fig.pay_now": Decimal("61440"), "fig.pay_likely": Decimal(2), "fig.pay_all": None}
    return grid_of(
        FORECAST, ours, {(TOTAL_ROW, "c3"): Decimal(now), (TOTAL_ROW, "c4"): Decimal(likely)}
    )


def test_a_total_apart_by_more_than_a_kopeck_is_named() -> None:
    assert totals_apart(pay("61440.01"), load(), edited=False) == []
    (said,) = totals_apart(pay("61440.02"), load(), edited=False)
    assert said.replace("\xa0", " ") == "«Мой прогноз», итого: 61 440,02 вместо 61 440"


def test_what_a_person_typed_since_may_move_the_likely_sum() -> None:
    assert totals_apart(pay("61440", "9"), load(), edited=True) == []
    assert len(totals_apart(pay("61440", "9"), load(), edited=False)) == 1


def test_the_dashboard_is_counted_again() -> None:
    def book(expected: str) -> Snapshot:
        plan = {"dashboard.person.1.plan": Decimal(1_000_000)}
        live = {("people", "c11"): Decimal(20), ("people", "c12"): Decimal(9)}
        return grid_of(DASHBOARD, plan, {**live, ("person1", "c6"): Decimal(expected)})

    assert totals_apart(book("450000"), load(), edited=True) == []
    (said,) = totals_apart(book("450001"), load(), edited=True)
    assert said.startswith("«Сводка», ")
    assert OWNER not in said
