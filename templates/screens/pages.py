"""What every figure screen shares: freshness in the corner, links, print set-up."""

from __future__ import annotations

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW
from templates.draw import DrawContext
from templates.screens import faces
from templates.screens.canvas import Canvas, at
from templates.screens.faces import SMALL

DEALS_FIRST_ROW = FIRST_ROW


def landscape(ws: Worksheet, area: str, *, sheets: int = 1) -> None:
    """Print the area on A4 across, one sheet wide; 0 sheets: as many as it takes downwards."""
    ws.print_area = area
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = 9
    ws.page_setup.fitToWidth = 1
    ws.page_setup.fitToHeight = sheets
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.page_margins.left = ws.page_margins.right = 0.4
    ws.page_margins.top = ws.page_margins.bottom = 0.3


def deals_link(ctx: DrawContext, row: str, words: str) -> str:
    """Formula part: the words, and a click that leads to the row of «Сделки»."""
    return f"HYPERLINK(\"#'{ctx.title('deals')}'!C\"&{row},{words})"


def freshness(canvas: Canvas, row: int, col: int, ctx: DrawContext) -> None:  # noqa: ARG001
    """How old the figures are, live, in the corner (UX section 3)."""
    canvas.live(row, col, freshness_formula(), SMALL.but(align="right"))
    place = at(row, col)
    canvas.rule(place, f'LEFT({place},4)="СТОП"', fill=faces.RED_FILL, ink=faces.RED_INK)
    late = f'LEFT({place},6)="Данные"'
    canvas.rule(place, late, fill=faces.YELLOW_FILL, ink=faces.YELLOW_INK)


def freshness_formula() -> str:
    """How old the book is, and what to do about it."""
    stamp = stamp_words("written_at")
    later = '" - новое появится, когда закроете книгу"'
    return (
        '=IF(stop_text<>"",stop_text&"",'
        f'IF(INT(written_at)<INT(now),"Данные от "&{stamp}'
        '&"! Закройте и откройте книгу."&IF(helper="",""," Не помогло: "&helper),'
        f'"Обновлено "&{stamp}&IF(now-written_at>1/24,{later},"")))'
    )


def stamp_words(moment: str) -> str:
    """Formula part: 12.03 в 14:32."""
    hours = f"INT(ROUND(MOD({moment},1)*1440,0)/60)"
    minutes = f"MOD(ROUND(MOD({moment},1)*1440,0),60)"
    parts = (f"DAY({moment})", f"MONTH({moment})", hours, minutes)
    day, month, hour, minute = (f'RIGHT("0"&{part},2)' for part in parts)
    return f'{day}&"."&{month}&" в "&{hour}&":"&{minute}'
