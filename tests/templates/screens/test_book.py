"""The screens inside the real books: every name resolves, and the sums come out the same."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from model.blueprint import Blueprint, Role, SlotKind
from model.values import Value
from templates.blueprint.whole import load
from templates.build import build_book
from templates.screens import SCREENS, fill
from tests.templates.books import put
from tests.templates.screens import sample
from tests.templates.screens.sample import ivanov


def book_of(blueprint: Blueprint, role: Role) -> Workbook:
    return load_workbook(io.BytesIO(build_book(blueprint, role, stamp="test")))


def names_in(formula: str) -> set[str]:
    bare = re.sub(r'"[^"]*"', "", formula)
    return set(re.findall(r"\b[a-z_][a-z_0-9]*\b(?!\()", bare))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MARKETING])
def test_every_name_a_screen_reads_stands_in_the_book(role: Role) -> None:
    blueprint = load()
    book = book_of(blueprint, role)
    mine = [key for key in SCREENS if key in blueprint.books[role].sheets]
    assert mine
    for key in mine:
        for slot in blueprint.sheets[key].slots:
            if slot.kind is SlotKind.LIVE:
                assert names_in(slot.formula) <= set(book.defined_names), (key, slot.formula)


def test_no_screen_of_the_owner_stands_in_a_salespersons_book() -> None:
    blueprint = load()
    for key, screen in SCREENS.items():
        for role in Role:
            assert (key in blueprint.books[role].sheets) == (role in screen.roles)


@pytest.mark.system
def test_the_example_inside_a_real_book(tmp_path: Path) -> None:
    blueprint = load()
    book = book_of(blueprint, Role.MANAGER)
    put(book, "deals", [dict(zip(sample.DEAL_FIELDS, d, strict=True)) for d in sample.deals()])
    stages = [
        {"name": name, "prob": share, "outcome": outcome or None}
        for name, share, outcome in sample.STAGES
    ]
    put(book, "stages", stages)
    fills: dict[str, dict[str, Value]] = {
        "my_forecast": fill.fill_forecast(ivanov()),
        "fig_forecast": fill.fill_service_forecast(ivanov()),
        "_crm": {"asof": sample.ASOF, "written_at": sample.NOW, "helper": "Олег"},
    }
    for key, filled in fills.items():
        sheet = blueprint.sheets[key]
        sample.pour(book[sheet.title.ru], sheet.slots, filled)
    clock = next(s for s in blueprint.sheets["_crm"].slots if s.row == "now")
    book["_crm"].cell(*clock.at).value = sample.NOW
    result = sample.recalculated(book, tmp_path)["Мой прогноз"]
    rows = [[cell.value for cell in row] for row in result.iter_rows(min_col=3, max_col=7)]
    totals = [row for row in rows if row[0] == "Итого до вычета НДФЛ"]
    said = "программа пересчитала отдельно: сходится до копейки"
    assert totals == [["Итого до вычета НДФЛ", 61440, 82544, 93680, said]]
    assert ["Сегодня", "Гранит-Юг: Созвон по КП"] in [row[:2] for row in rows]
