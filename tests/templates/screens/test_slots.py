"""Every cell that the daemon writes has a value, and every value has a cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from openpyxl import Workbook

from model.blueprint import KEY_ROW, Slot, SlotKind
from model.values import Value
from templates.draw import DrawContext
from templates.screens import SCREENS, fill, room
from templates.screens.deal_columns import DEAL_COLUMNS
from tests.templates.screens.sample import ivanov
from tests.templates.screens.team import team

CONTEXT = DrawContext(people=5, titles={"deals": "Сделки"})
FILLS: dict[str, Callable[[], dict[str, Value]]] = {
    "my_forecast": lambda: fill.fill_forecast(ivanov()),
    "fig_forecast": lambda: fill.fill_service_forecast(ivanov()),
    "dashboard": lambda: fill.fill_dashboard(team()),
    "plan_fact": lambda: fill.fill_plan_fact(team()),
    "payroll": lambda: fill.fill_payroll(team()),
    "rating": lambda: fill.fill_rating(team()),
    "my_card": dict,
    "card": dict,
    "fig_team": lambda: fill.fill_service_team(team()),
}
PORTABLE = """
SUMIFS COUNTIFS AVERAGEIFS SUMPRODUCT INDEX MATCH IF AND OR IFERROR ROUND ROUNDUP MIN MAX ABS DATE
YEAR MONTH DAY EDATE EOMONTH WEEKDAY INT MOD RANK MEDIAN LARGE SMALL SUM COUNT COUNTA TEXT LEFT
RIGHT MID LEN TRIM HYPERLINK REPT FIXED ROW SUBSTITUTE
"""
ALLOWED = frozenset(PORTABLE.split())
AGGREGATES = frozenset({"SUMIFS", "COUNTIFS", "SUMPRODUCT", "SMALL", "LARGE", "COUNT", "MATCH"})
DEAL_NAME = re.compile(r"\bdeals_\w+")


def drawn(key: str) -> tuple[Workbook, tuple[Slot, ...]]:
    book = Workbook()
    sheet = book.create_sheet(SCREENS[key].title.ru)
    return book, SCREENS[key].draw(sheet, CONTEXT)


def functions(formula: str) -> set[str]:
    bare = re.sub(r'"[^"]*"', '""', formula)
    return set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare))


def test_every_screen_has_a_fill() -> None:
    assert set(FILLS) == set(SCREENS)


@pytest.mark.parametrize("key", SCREENS)
def test_written_cells_and_values_are_the_same_set(key: str) -> None:
    _, slots = drawn(key)
    facts = [slot.key for slot in slots if slot.kind is SlotKind.FACT]
    assert set(FILLS[key]()) == set(facts)
    assert len(facts) == len(set(facts))


@pytest.mark.parametrize("key", SCREENS)
def test_a_cell_is_found_by_its_row_and_column_keys(key: str) -> None:
    book, slots = drawn(key)
    sheet = book[SCREENS[key].title.ru]
    rows = [cell.value for cell in sheet["A"] if cell.value is not None]
    columns = [cell.value for cell in sheet[KEY_ROW] if cell.value is not None]
    assert max(Counter(rows).values()) == max(Counter(columns).values()) == 1
    places = [(slot.row, slot.col) for slot in slots]
    assert len(places) == len(set(places))
    for slot in slots:
        row, col = slot.at
        assert (sheet.cell(row, 1).value, sheet.cell(KEY_ROW, col).value) == (slot.row, slot.col)


@pytest.mark.parametrize("key", SCREENS)
def test_formulas_use_only_what_every_program_knows(key: str) -> None:
    book, slots = drawn(key)
    sheet = book[SCREENS[key].title.ru]
    live = [slot for slot in slots if slot.kind is SlotKind.LIVE]
    for slot in live:
        assert functions(slot.formula) <= ALLOWED, slot
        assert sheet.cell(*slot.at).value == slot.formula
    texts = {c.value for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")}
    assert texts == {slot.formula for slot in live}, "a formula that nobody addresses"


def test_live_deal_columns_use_only_what_every_program_knows() -> None:
    for column in DEAL_COLUMNS:
        assert functions(column.live or "") <= ALLOWED, column.key


def test_few_formulas_run_over_all_deals() -> None:
    heavy = [
        slot
        for key in SCREENS
        for slot in drawn(key)[1]
        if DEAL_NAME.search(slot.formula) and functions(slot.formula) & AGGREGATES
    ]
    assert 0 < len(heavy) <= 100


def test_a_new_colleague_fits_without_a_redraw() -> None:
    assert [room.people_room(n) for n in (0, 5, 7, 8, 20)] == [8, 8, 8, 16, 24]


def test_too_many_people_are_never_dropped_silently() -> None:
    crowd = tuple(replace(team().payroll[0], name=f"Продавец {n}") for n in range(9))
    filled = fill.fill_payroll(team(payroll=crowd))
    _, slots = drawn("payroll")
    assert not set(filled) <= {slot.key for slot in slots}
    assert filled["payroll.9.name"] == "Продавец 8"
    with pytest.raises(room.NoRoom):
        room.fit(range(9), 8)
