"""Lamp 9 for live cells: what was typed over a formula of ours, and totals that do not agree.

The formula comes back with the next write (`write_plan.LiveSlot`); what the person typed is kept in
a question that names sheet and cell. Totals are compared within one content of a book, where the
live sum and the program's own stand side by side over the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from formulas.registry import compute
from model.blueprint import Blueprint, Role, Slot, SlotKind
from model.records import Question, QuestionKind
from model.snapshot import EMPTY, GridRead, Snapshot
from model.texts.questions import formula_typed_over
from model.texts.values import shown
from model.values import Value
from templates.live import letter
from templates.screens.service_forecast import TOTAL_ROW

KOPECK = Decimal("0.01")
KEY = "over"
"""Start of the key of a question about a formula that was typed over."""
FORECAST, TOTALS = "fig_forecast", {"now": "c3", "likely": "c4", "all": "c5"}
DASHBOARD, EXPECTED = "dashboard", "c6"


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A live cell of a screen that holds something else than its formula."""

    sheet: str
    title: str
    place: str
    slot: Slot
    value: Value


def overwritten(snapshot: Snapshot, blueprint: Blueprint, role: Role) -> tuple[Overwritten, ...]:
    """Live cells of a book's screens where a person's value stands."""
    found: list[Overwritten] = []
    for key in blueprint.books[role].sheets:
        grid = snapshot.grids.get(key)
        if grid is None or blueprint.sheets[key].service:
            continue
        for slot in blueprint.sheets[key].slots:
            if slot.kind is not SlotKind.LIVE or not _stands(grid, slot):
                continue
            cell = grid.cells.get((slot.row, slot.col), EMPTY)
            if cell.formula is None and cell.value not in (None, ""):
                place = f"{letter(grid.cols[slot.col])}{grid.rows[slot.row]}"
                title = blueprint.sheets[key].title.ru
                found.append(Overwritten(key, title, place, slot, cell.value))
    return tuple(found)


def questions_over(found: tuple[Overwritten, ...], *, book: str, whom: str) -> Iterator[Question]:
    """«Вписано в серое» for each of them, once for each value."""
    for one in found:
        words = formula_typed_over(one.place, shown(one.value))
        yield Question(
            key=f"{KEY}|{book}|{one.sheet}|{one.slot.row}|{one.slot.col}|{shown(one.value)}",
            kind=QuestionKind.TYPED_OVER,
            about=words.about,
            where=f"«{one.title}», {one.place}",
            wrong=words.wrong,
            proposal=words.proposal,
            whom=whom,
            payload={"book": book, "value": shown(one.value)},
        )


def faults_of(questions: tuple[Question, ...]) -> list[str]:
    """How lamp 9 names formulas that were typed over, until somebody has read the question."""
    over = [q for q in questions if q.key.startswith(f"{KEY}|")]
    return [f"{q.where}: вписано поверх формулы" for q in over]


def totals_apart(snapshot: Snapshot, blueprint: Blueprint, *, edited: bool) -> list[str]:
    """Totals where the live cell and the program differ by more than a kopeck.

    In a book that a person has edited since, only sums that no typed cell moves are compared.
    """
    grid = snapshot.grids.get(FORECAST)
    found = [] if grid is None else _pay_apart(grid, blueprint, edited=edited)
    grid = snapshot.grids.get(DASHBOARD)
    return found if grid is None else [*found, *_expected_apart(grid, blueprint)]


def _pay_apart(grid: GridRead, blueprint: Blueprint, *, edited: bool) -> list[str]:
    known = {slot.key: slot for slot in blueprint.sheets[FORECAST].slots if slot.key}
    apart = []
    for name, col in TOTALS.items():
        own = known[f"fig.pay_{name}"]
        ours = grid.cells.get((own.row, own.col), EMPTY).value
        live = grid.cells.get((TOTAL_ROW, col), EMPTY).value
        if (name == "now" or not edited) and _differ(ours, live):
            apart.append(f"«Мой прогноз», итого: {shown(live)} вместо {shown(ours)}")
    return apart


def _expected_apart(grid: GridRead, blueprint: Blueprint) -> list[str]:
    """«Надо к сегодня» of «Сводка», counted again from the plan and the days beside it."""
    days = {
        name: _number(grid, "people", col) for name, col in (("total", "c11"), ("passed", "c12"))
    }
    apart = []
    for slot in blueprint.sheets[DASHBOARD].slots:
        if slot.key.startswith("dashboard.person.") and slot.key.endswith(".plan"):
            given = {"plan": _number(grid, slot.row, slot.col), **days}
            live = _number(grid, slot.row, EXPECTED)
            if None in given.values() or live is None:
                continue
            ours = compute("pf.summary.expected", given)["value"]
            if isinstance(ours, Decimal) and _differ(ours, live):
                place = f"G{grid.rows[slot.row]}"
                apart.append(f"«Сводка», {place}: {shown(live)} вместо {shown(ours)}")
    return apart


def _number(grid: GridRead, row: str, col: str) -> Decimal | None:
    value = grid.cells.get((row, col), EMPTY).value
    return value if isinstance(value, Decimal) else None


def _differ(ours: Value, live: Value) -> bool:
    known = isinstance(ours, Decimal) and isinstance(live, Decimal)
    return known and abs(ours - live) > KOPECK  # type: ignore[operator]  # both are numbers here


def _stands(grid: GridRead, slot: Slot) -> bool:
    return slot.row in grid.rows and slot.col in grid.cols
