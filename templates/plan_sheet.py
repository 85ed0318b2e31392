"""What «Планы» has beyond a table: the month of today, and the part of the plan nobody got.

The remainder stands in the strip above its month, not as a row: a row inside the table that sums
the table would refer to itself, and below it the rows of new people would run into it.
"""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, STRIP_ROW
from templates.screens import faces
from templates.strips import PLANS_REST, plans_rest
from templates.table_sheet import LAST_RULED_ROW, Placed

MONTHS = tuple(f"m{number:02}" for number in range(1, 13))
REST_FORMAT = "+#,##0;-#,##0;0;@"


def finish_plans(ws: Worksheet, placed: Placed) -> None:
    """Add the month of today and the remainder to a painted «Планы»."""
    mark = f"${get_column_letter(placed.places['mark'])}{FIRST_ROW}"
    for number, field in enumerate(MONTHS, start=1):
        letter = get_column_letter(placed.places[field])
        _shade(ws, f"{letter}{FIRST_ROW}:{letter}{LAST_RULED_ROW}", f"MOD({mark},100)={number}")
        _rest(ws, placed.places[field], field)
    label = ws.cell(STRIP_ROW, placed.places["year"], f"{PLANS_REST}:")
    label.font = Font(name="Calibri", size=10, color=faces.GREY)
    label.alignment = Alignment(horizontal="right", vertical="center", indent=1)


def _shade(ws: Worksheet, area: str, formula: str) -> None:
    fill = PatternFill(bgColor=faces.BLUE_FILL, fill_type="solid")
    font = Font(color=faces.BLUE_INK)
    rule = FormulaRule(formula=[formula], fill=fill, font=font)
    ws.conditional_formatting.add(area, rule)


def _rest(ws: Worksheet, column: int, field: str) -> None:
    cell = ws.cell(STRIP_ROW, column, plans_rest(field))
    cell.font = Font(name="Calibri", size=10, color=faces.GREY)
    cell.alignment = Alignment(horizontal="right", vertical="center", indent=1)
    cell.number_format = REST_FORMAT
    place = f"{get_column_letter(column)}{STRIP_ROW}"
    fill = PatternFill(bgColor=faces.YELLOW_FILL, fill_type="solid")
    ink = Font(color=faces.YELLOW_INK, bold=True)
    uneven = f"AND(COUNT({place})=1,{place}<>0)"
    rule = FormulaRule(formula=[uneven], fill=fill, font=ink)
    ws.conditional_formatting.add(place, rule)
