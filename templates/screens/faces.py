"""How a cell of a figure screen looks: one `Face` a kind of cell, put on with `wear`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

INK, GREY, LINE = "1F2933", "5C6773", "D9DEE3"
HEAD_FILL, HEAD_INK = "E6E9ED", "4A5560"
PERSON_FILL, PERSON_INK = "2F4B66", "FFFFFF"
CARD_FILL = "F6F7F9"
PAPER = "FFFFFF"
"""Ink of what must not be seen: the dash of a figure in an unused row."""
YOURS_FILL = "FFF8DB"
RED_FILL, RED_INK = "F8D7D3", "9C1C10"
YELLOW_FILL, YELLOW_INK = "FFE9A8", "7A5200"
BLUE_FILL, BLUE_INK = "E3EEF7", "1F4E79"
GREEN_FILL, GREEN_INK = "DDF0E0", "1E6B34"
OFF_FILL, OFF_INK = "EEF1F4", "5C6773"
BAR = "3F7CAC"

SUM = '#,##0;-#,##0;0;"—"'
"""Money in whole roubles; an empty text shows the dash."""
ROUBLES = '#,##0" руб.";-#,##0" руб.";0" руб.";"—"'
KOPECKS = '#,##0.00;-#,##0.00;0.00;"—"'
SHARE = '0" %";-0" %";0" %";"—"'
GROWTH = '+0" %";-0" %";0" %";"—"'
DRIFT = '[>=0.5]+#,##0;[<=-0.5]-#,##0;0;"—"'
"""A deviation: less than half a rouble is neither +0 nor -0."""
MIXED = '[>=50]#,##0;[<0]-#,##0;General;"—"'
"""Sums and counts alike: thousands apart, a small count with its one decimal."""
COMPUTED = '[>=50]#,##0;[=0]0;0.0;"—"'
"""The same for what is computed, whose small counts have more decimals than one."""
DAY = "dd.mm.yy"


@dataclass(frozen=True, slots=True)
class Face:
    """Font, fill, place and format of a cell."""

    size: float = 11
    bold: bool = False
    color: str = INK
    fill: str | None = None
    align: str = "left"
    valign: str = "center"
    format: str = "General"
    line: bool = False
    edge: str | None = None
    """Colour of a thick left edge: the mark of a card."""
    wrap: bool = False
    indent: int = 1
    open: bool = False
    """Stays writable on a protected sheet."""

    def but(self, **changes: object) -> Face:
        """The same face with some traits changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace


BARE = Face()
"""A cell of a hidden sheet or column: nobody looks at it, so it is not painted."""
PLAIN = Face()
SMALL = Face(size=10, color=GREY)
TITLE = Face(size=16, bold=True)
BLOCK = Face(size=12, bold=True)
HEAD = Face(bold=True, color=HEAD_INK, fill=HEAD_FILL)
HEAD_RIGHT = HEAD.but(align="right")
TYPED_HEAD = Face(bold=True, color=PERSON_INK, fill=PERSON_FILL)
NUMBER = Face(align="right", format=SUM)
TEXT = Face()
YOURS = Face(fill=YOURS_FILL, open=True)
CARD = Face(size=10, color=GREY, fill=CARD_FILL)
FIGURE = Face(size=22, bold=True, fill=CARD_FILL, format=ROUBLES)
BARS = Face(size=9, color=BAR)
FIGURE_FACES = {
    "Выполнено": NUMBER.but(format=SHARE),
    "Надо к сегодня": NUMBER.but(format=COMPUTED),
    "Отклонение": NUMBER.but(format=DRIFT, bold=True),
    "Тем же темпом": NUMBER.but(format=COMPUTED),
    "Нужно в день": NUMBER.but(format=MIXED),
}
"""Looks of the live figures of a plan-fact line by their headings."""


def wear(cell: Cell, face: Face) -> None:
    """Put a face on a cell; a bare one stays as it is."""
    if face is BARE:
        return
    cell.font = Font(name="Calibri", size=face.size, bold=face.bold, color=_shade(face))
    cell.alignment = Alignment(
        horizontal=face.align,
        vertical=face.valign,
        indent=face.indent,
        wrap_text=face.wrap,
    )
    if face.fill:
        cell.fill = PatternFill("solid", start_color=face.fill, end_color=face.fill)
    if face.format != "General":
        cell.number_format = face.format
    if face.line or face.edge:
        cell.border = Border(
            bottom=Side("thin", color=LINE) if face.line else None,
            left=Side("thick", color=face.edge) if face.edge else None,
        )
    if face.open:
        cell.protection = Protection(locked=False)


def _shade(face: Face) -> str:
    """The colour of the text, moved by less than an eye sees, by number format.

    LibreOffice draws a right-aligned cell without its indent when it differs from the cell drawn
    before in nothing but the format; a colour of its own makes it look again.
    """
    if face.align != "right":
        return face.color
    step = sum(face.format.encode()) % 16
    return f"{int(face.color, 16) ^ step:06X}"
