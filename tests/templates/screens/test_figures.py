"""A figure that may be live is asked of the registry; no screen writes a formula of its own."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from openpyxl import Workbook

from formulas.registry import REGISTRY
from model.blueprint import Role, Slot, SlotKind
from templates.blueprint import load
from templates.draw import DrawContext
from templates.live import cell_formula
from templates.screens import SCREENS
from templates.screens.plan_line import FIGURES

CONTEXT = DrawContext(people=5, titles={"deals": "Сделки"})
HEADINGS = {
    **FIGURES,
    "К прошлому": "pf.compare.delta_pct",
    "К прошлому году": "pf.compare.delta_pct",
}
"""What METRICS section 4 calls the figures on the sheets."""
REFERENCE = r"(?:\"\w+\"|[$A-Z]+[$0-9]+|[a-z_]+|INDEX\([^()]*\))"
BUDGET = 300
AGGREGATES = re.compile(r"\b(SUMIFS|COUNTIFS|AVERAGEIFS|SUMPRODUCT|SMALL|LARGE|RANK|MATCH)\(")
WIDE = re.compile(r"\b(deals|clients|leads|payments|tasks|calls)_\w+")


def pattern(metric: str) -> re.Pattern[str]:
    """What a cell of the metric looks like, over any cells and names."""
    template = (REGISTRY[metric].cell or "").removeprefix("=")
    parts = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(text) + (REFERENCE if name else ""))
    return re.compile("".join(parts))


def is_of(metric: str, formula: str) -> bool:
    """Whether a formula is the template of the metric, alone or for rows that are in use."""
    bare = re.sub(r'^IF\([$A-Z0-9]+="","",(.*)\)$', r"\1", formula.removeprefix("="))
    return pattern(metric).fullmatch(bare) is not None


def under_headings(key: str) -> list[tuple[str, Slot]]:
    """Slots under a heading of a live figure, with the heading."""
    sheet = Workbook().create_sheet("x")
    slots = {slot.at: slot for slot in SCREENS[key].draw(sheet, CONTEXT)}
    titles: dict[tuple[int, int], str] = {}
    for row in sheet.iter_rows():
        for cell in row:
            text = str(cell.value or "")
            quoted = re.findall(r'"([^"]+)"', text) if text.startswith("=") else [text]
            for title in (t for t in quoted if t in HEADINGS):
                titles[cell.row, cell.column] = title
    found = []
    for (top, col), title in titles.items():
        row = top + 1
        while (row, col) in slots:
            found.append((title, slots[row, col]))
            row += 1
    return found


@pytest.mark.parametrize("key", ["plan_fact", "my_forecast", "dashboard"])
def test_figures_under_their_headings_are_the_templates(key: str) -> None:
    found = under_headings(key)
    assert len({title for title, _ in found}) >= 4
    for title, slot in found:
        assert slot.kind is SlotKind.LIVE, (title, slot)
        assert is_of(HEADINGS[title], slot.formula), (title, slot.formula)


def test_a_formula_of_ones_own_would_be_seen() -> None:
    assert is_of(
        "pf.summary.pct", '=IF(COUNT(C7,D7)<2,"",IF(C7<=0,"",ROUND(ROUND(100*D7/C7,6),2)))'
    )
    assert not is_of("pf.summary.pct", '=IF(C7="","",ROUND(100*D7/C7,2))')


@pytest.mark.parametrize("role", list(Role))
def test_a_book_keeps_to_the_budget_of_live_aggregates(role: Role) -> None:
    """Formulas over a whole table: on screens one by one, in tables once a row, so none there."""
    blueprint = load()
    heavy = [
        slot.formula
        for key in blueprint.books[role].sheets
        for slot in blueprint.sheets[key].slots
        if slot.kind is SlotKind.LIVE
        and AGGREGATES.search(slot.formula)
        and WIDE.search(slot.formula)
    ]
    assert len(heavy) <= BUDGET
    for table in blueprint.tables_of(role):
        for column in blueprint.columns_of(role, table):
            places = {one.key: n for n, one in enumerate(blueprint.columns_of(role, table), 1)}
            if column.live is not None:
                assert not WIDE.search(cell_formula(column, places, 4)), column.key
