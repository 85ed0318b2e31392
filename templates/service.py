"""The hidden service sheet: the moment, the day of the figures, the stop, and a few settings.

`now` holds the only NOW() of a book; everything that answers while the book is open reads it.
"""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens.canvas import Canvas
from templates.screens.faces import PLAIN

FACTS: tuple[tuple[str, Kind], ...] = (
    ("asof", Kind.DATE),
    ("written_at", Kind.MOMENT),
    ("stop_text", Kind.TEXT),
    ("helper", Kind.TEXT),
    ("owner", Kind.TEXT),
    ("person", Kind.TEXT),
    ("role", Kind.TEXT),
    ("reply_minutes", Kind.NUMBER),
    ("plan_year", Kind.NUMBER),
)
LABEL, CELL = 2, 3


def draw_service(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:  # noqa: ARG001  # as all
    """Paint the sheet; every value has its name for formulas."""
    canvas = Canvas(ws, (18, 30))
    row = canvas.row(2, "now")
    canvas.text(row, LABEL, "now", PLAIN)
    canvas.live(row, CELL, "=NOW()", PLAIN.but(format="dd.mm.yyyy hh:mm"), Kind.MOMENT)
    canvas.name("now", (row, CELL))
    for number, (key, kind) in enumerate(FACTS, start=3):
        row = canvas.row(number, key)
        canvas.text(row, LABEL, key, PLAIN)
        looks = {Kind.DATE: "dd.mm.yyyy", Kind.MOMENT: "dd.mm.yyyy hh:mm"}
        canvas.fact(row, CELL, key, PLAIN.but(format=looks.get(kind, "General")), kind)
        canvas.name(key, (row, CELL))
    return canvas.slots
