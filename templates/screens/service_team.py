"""The hidden figures sheet of the owner's book: lists of the selectors, plan against fact, chart.

The plan-fact block holds one row per period, measure, cut and place; its key is the four texts as
the selectors show them, so a choice is answered by one MATCH.
"""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from formulas.registry import cell_of
from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import room
from templates.screens.canvas import Canvas, at
from templates.screens.faces import BARE

PERIOD_COLUMNS = ("label", "name", "previous", "year", "total", "passed")
BLOCK = {
    "key": Kind.TEXT,
    "who": Kind.TEXT,
    "plan": Kind.MONEY,
    "fact": Kind.MONEY,
    "before": Kind.MONEY,
    "year_ago": Kind.MONEY,
    "code": Kind.NUMBER,
}
"""Columns of the block; each is named `fig_pf_` and its key."""
TOTAL_CODE = 10
"""The code of a total's row: added to the colour of its light."""


def draw_service_team(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet and name its blocks."""
    canvas = Canvas(ws, (26, *[16] * (2 * room.METRICS + 2)))
    _list(canvas, 2, "period", room.PERIODS, PERIOD_COLUMNS)
    _list(canvas, 12, "measure", room.METRICS, ("label", "unit"))
    _list(canvas, 21, "cut", 2, ("label",))
    for row, key in enumerate(("period", "measure", "cut"), start=25):
        canvas.row(row, f"first_{key}")
        canvas.fact(row, 3, f"fig.first.{key}", BARE)
        canvas.name(f"fig_first_{key}", (row, 3))
    for row, key in enumerate(("green", "yellow"), start=28):
        canvas.row(row, key)
        canvas.fact(row, 3, f"fig.{key}", BARE, Kind.NUMBER)
        canvas.name(f"fig_{key}", (row, 3))
    top = 30
    rows = room.plan_fact_room(ctx.people)
    for number in range(1, rows + 1):
        row = canvas.row(top + number - 1, f"pf{number}")
        for col, (part, kind) in enumerate(BLOCK.items(), start=3):
            canvas.fact(row, col, f"fig.pf.{number}.{part}", BARE, kind)
    for col, part in enumerate(BLOCK, start=3):
        canvas.name(f"fig_pf_{part}", (top, col), (top + rows - 1, col))
    _rates(canvas, top + rows + 1, room.people_room(ctx.people))
    return canvas.slots


def _rates(canvas: Canvas, top: int, people: int) -> None:
    """What «Рейтинг» counts from: facts of people by measure, and their parts of the best."""
    size = room.METRICS
    canvas.row(top, "rate_weight")
    for col in range(1, size + 1):
        canvas.fact(top, 3 + col, f"fig.rate.weight.{col}", BARE, Kind.NUMBER)
    canvas.name("fig_rate_weight", (top, 4), (top, 3 + size))
    first, last = top + 1, top + people
    for number in range(1, people + 1):
        row = canvas.row(top + number, f"rate{number}")
        canvas.fact(row, 3, f"fig.rate.{number}.who", BARE)
        for col in range(1, size + 1):
            value = at(row, 3 + col)
            canvas.fact(row, 3 + col, f"fig.rate.{number}.v{col}", BARE, Kind.NUMBER)
            values = f"{at(first, 3 + col, lock=True)}:{at(last, 3 + col, lock=True)}"
            part = cell_of("rating.score.part", value=value, values=values, better='"more"')
            shown = f'=IF({at(top, 3 + col, lock=True)}=1,{part.removeprefix("=")},"")'
            canvas.live(row, 3 + size + col, shown, BARE, Kind.NUMBER)
        canvas.name(f"fig_rate_part{number}", (row, 4 + size), (row, 3 + 2 * size))
        canvas.fact(row, 4 + 2 * size, f"fig.rate.{number}.quality", BARE, Kind.NUMBER)
    canvas.name("fig_rate_who", (first, 3), (last, 3))
    canvas.name("fig_rate_value", (first, 4), (last, 3 + size))
    canvas.name("fig_rate_quality", (first, 4 + 2 * size), (last, 4 + 2 * size))


def _list(canvas: Canvas, top: int, key: str, size: int, columns: tuple[str, ...]) -> None:
    """A list for a selector: the name covers the filled part only."""
    for number in range(1, size + 1):
        row = canvas.row(top + number - 1, f"{key}{number}")
        for col, part in enumerate(columns, start=3):
            canvas.fact(row, col, f"fig.{key}.{number}.{part}", BARE)
    for col, part in enumerate(columns, start=3):
        canvas.name(f"fig_{key}_{part}", (top, col), (top + size - 1, col))
    area = f"'{canvas.sheet.title}'!$C${top}:$C${top + size - 1}"
    first = f"'{canvas.sheet.title}'!$C${top}"
    canvas.define(f"fig_{key}s", f"{first}:INDEX({area},MAX(1,COUNTA({area})))")
