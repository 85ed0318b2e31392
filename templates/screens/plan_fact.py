"""«План-факт»: any period, measure and cut by three selectors, worst first, with a chart.

The figures are live over the hidden block, so a choice answers while the book is open. The cells
«Причина и что делаем» belong to the people of the first view (this month, the money measure, by
manager); in other views they are shaded, since their rows show somebody else.
"""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from formulas.registry import cell_of
from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import faces, room
from templates.screens.canvas import GAP, GREEN, HEAD_HEIGHT, RED, YELLOW, Canvas, at
from templates.screens.charts import people_chart
from templates.screens.faces import (
    FIGURE_FACES,
    HEAD,
    HEAD_RIGHT,
    NUMBER,
    PLAIN,
    SMALL,
    TEXT,
    TITLE,
    TYPED_HEAD,
    YOURS,
)
from templates.screens.pages import freshness, landscape
from templates.screens.plan_line import FIGURES, LABELS, Line, code_of

WIDTHS = (22, 13, 13, 12, 16, 13, 15, 14, 11, 14, 34, 3, 3, 3, 22, 12, 12, 8)
WHO, REASON = 2, 12
SELECTORS_ROW = 4
CODE, PLACE, REASON_WHO = 13, 14, 15
CHART = (16, 17, 18)
"""Hidden columns the chart reads: people without the total."""
LIGHT = 19
"""Hidden column of the light's word."""
UNIT = (SELECTORS_ROW, LIGHT)
DAYS = dict(zip(("total", "passed", "left"), ((3, 16), (3, 17), (3, 18)), strict=True))
"""Hidden cells with the unit and the working days of the choice."""
CHOICES = {
    "period": ("Период", 3, "Месяц"),
    "measure": ("Показатель", 6, "Оплаты, руб."),
    "cut": ("Разрез", 10, "по менеджерам"),
}
"""Title, column and first choice of each selector."""
HIDDEN = {"measure": CODE, "period": PLACE, "cut": REASON_WHO}
"""Where the choice in force stands in the hidden part of row 3."""
HEADER = 6
TOP = HEADER + 1


def draw_plan_fact(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet."""
    rows = room.people_room(ctx.people) + 1
    canvas = Canvas(ws, WIDTHS)
    canvas.hide_columns(CODE, PLACE, REASON_WHO, *CHART, LIGHT)
    canvas.row(2, "title", 28)
    canvas.text(2, WHO, "План и факт", TITLE)
    freshness(canvas, 2, REASON, ctx)
    canvas.row(3, "note")
    _selectors(canvas)
    _measuring(canvas)
    _header(canvas)
    for number in range(1, rows + 1):
        _row(canvas, TOP + number - 1, number, rows)
    _colours(canvas, TOP + rows - 1)
    foot = canvas.row(TOP + rows, "undistributed")
    canvas.fact(foot, WHO, "plan_fact.undistributed", SMALL)
    for col, title in ((CHART[1], "Факт"), (CHART[2], "План")):
        canvas.text(HEADER, col, title, PLAIN)
    ws.add_chart(people_chart(ws, CHART[0], HEADER, rows - 1), f"B{foot + 2}")
    landscape(ws, f"B2:L{foot + 18}")
    ws.freeze_panes = at(TOP, WHO + 1)
    return canvas.slots


def _selectors(canvas: Canvas) -> None:
    """Period, measure and cut; what is not in the list means the first of it."""
    canvas.row(SELECTORS_ROW, "selectors", HEAD_HEIGHT)
    label = TEXT.but(color=faces.GREY, align="right")
    face = YOURS.but(bold=True)
    for key, (title, left, start) in CHOICES.items():
        canvas.text(SELECTORS_ROW, left - 1, title, label)
        canvas.merge(SELECTORS_ROW, left, SELECTORS_ROW, left + 1, face)
        canvas.entry(SELECTORS_ROW, left, f"plan_fact.{key}", face, start=start)
        canvas.choose(SELECTORS_ROW, left, f"=fig_{key}s", "Выберите из списка")
        cell = at(SELECTORS_ROW, left, lock=True)
        picked = f"=IF(COUNTIFS(fig_{key}_label,{cell})=0,fig_first_{key},{cell})"
        canvas.live(3, HIDDEN[key], picked, PLAIN)
    canvas.row(SELECTORS_ROW + 1, "gap_selectors", GAP)
    number = f"MATCH({_chosen('period')},fig_period_label,0)"
    canvas.live(3, WHO, f'=IFERROR(INDEX(fig_period_name,{number})&"","")', SMALL)


def _chosen(key: str) -> str:
    return at(3, HIDDEN[key], lock=True)


def _header(canvas: Canvas) -> None:
    canvas.row(HEADER, "header", HEAD_HEIGHT)
    cut = f'=IF({_chosen("cut")}=fig_first_cut,"Менеджер","Отдел")'
    canvas.live(HEADER, WHO, cut, HEAD)
    for col, label in enumerate(LABELS, start=3):
        canvas.text(HEADER, col, label, HEAD_RIGHT)
    number = f"MATCH({_chosen('period')},fig_period_label,0)"
    for col, part, fallback in ((10, "previous", "К прошлому"), (11, "year", "К прошлому году")):
        heading = f'=IFERROR(INDEX(fig_period_{part},{number})&"","{fallback}")'
        canvas.live(HEADER, col, heading, HEAD_RIGHT)
    canvas.text(HEADER, REASON, "Причина и что делаем", TYPED_HEAD)


def _row(canvas: Canvas, row: int, number: int, rows: int) -> None:
    canvas.row(row, f"line{number}")
    key = '&"|"&'.join([*(_chosen(part) for part in ("period", "measure", "cut")), str(number)])
    place = at(row, PLACE, lock=True)
    canvas.live(row, PLACE, f'=IFERROR(MATCH({key},fig_pf_key,0),"")', PLAIN, Kind.NUMBER)
    line = _line(row)
    canvas.live(row, LIGHT, line.light(), PLAIN)
    code = f"SUM(INDEX(fig_pf_code,{place}),{code_of(at(row, LIGHT))})"
    canvas.live(row, CODE, f'=IF({place}="",0,{code})', PLAIN, Kind.NUMBER)
    empty = '"За этот период данных нет"' if number == 1 else '""'
    canvas.live(row, WHO, f'=IF({place}="",{empty},INDEX(fig_pf_who,{place})&"")', TEXT)
    for col, part in ((3, "plan"), (4, "fact")):
        face = NUMBER.but(format=faces.MIXED, bold=part == "fact")
        formula = f'=IF({place}="","",INDEX(fig_pf_{part},{place}))'
        canvas.live(row, col, formula, face, Kind.NUMBER)
    for col, heading in enumerate(FIGURES, start=5):
        canvas.live(row, col, line.under(heading), FIGURE_FACES[heading], Kind.NUMBER)
    for col, part in ((10, "before"), (11, "year_ago")):
        base = f"INDEX(fig_pf_{part},{place})"
        change = cell_of("pf.compare.delta_pct", current=at(row, 4), base=base)
        formula = f'=IF({place}="","",{change.removeprefix("=")})'
        canvas.live(row, col, formula, NUMBER.but(format=faces.GROWTH), Kind.NUMBER)
    if number < rows:
        canvas.entry(row, REASON, f"plan_fact.reason.{number}", TEXT.but(open=True))
        canvas.fact(row, REASON_WHO, f"plan_fact.reason_who.{number}", PLAIN)
        _chart_row(canvas, row)


def _line(row: int) -> Line:
    """Where the inputs of a line stand."""
    days = {key: at(*place, lock=True) for key, place in DAYS.items()}
    cells = {"plan": at(row, 3), "fact": at(row, 4), "expected": at(row, 6)}
    return Line(**cells, **days, unit=at(*UNIT, lock=True))


def _measuring(canvas: Canvas) -> None:
    """Working days of the chosen period and the unit of the chosen measure, in hidden cells."""
    period = f"MATCH({_chosen('period')},fig_period_label,0)"
    for key in ("total", "passed"):
        formula = f"=IFERROR(INDEX(fig_period_{key},{period}),0)"
        canvas.live(*DAYS[key], formula, PLAIN, Kind.NUMBER)
    total, passed = (at(*DAYS[key]) for key in ("total", "passed"))
    left = cell_of("pf.summary.days_left", total=total, passed=passed)
    canvas.live(*DAYS["left"], left, PLAIN, Kind.NUMBER)
    measure = f"MATCH({_chosen('measure')},fig_measure_label,0)"
    canvas.live(*UNIT, f'=IFERROR(INDEX(fig_measure_unit,{measure})&"","")', PLAIN)


def _chart_row(canvas: Canvas, row: int) -> None:
    """What the chart reads: name, fact and plan of a person, nothing for a total."""
    code = at(row, CODE)
    person = f'AND({at(row, PLACE)}<>"",{code}<10)'
    canvas.live(row, CHART[0], f'=IF({person},{at(row, WHO)},"")', PLAIN)
    for col, source in ((CHART[1], 4), (CHART[2], 3)):
        cell = at(row, source)
        canvas.live(row, col, f'=IF(AND({person},COUNT({cell})=1),{cell},"")', PLAIN, Kind.NUMBER)


def _colours(canvas: Canvas, last: int) -> None:
    code = f"${at(TOP, CODE)}"
    for number in (RED, YELLOW, GREEN):
        area = f"{at(TOP, 7)}:{at(last, 7)}"
        canvas.colour(area, f"MOD({code},10)={number}", number)
    canvas.rule(f"{at(TOP, WHO)}:{at(last, 11)}", f"{code}>=10", bold=True, fill=faces.HEAD_FILL)
    first_view = (
        f"AND({_chosen('period')}=fig_first_period,{_chosen('measure')}=fig_first_measure,"
        f"{_chosen('cut')}=fig_first_cut)"
    )
    canvas.live(HEADER, REASON_WHO, f"=IF({first_view},1,0)", PLAIN, Kind.NUMBER)
    home = at(HEADER, REASON_WHO, lock=True)
    area = f"{at(TOP, REASON)}:{at(last - 1, REASON)}"
    canvas.rule(area, f"{home}=0", fill=faces.OFF_FILL, ink=faces.OFF_FILL)
    canvas.rule(area, f"AND({home}=1,{code}=1)", fill=faces.YOURS_FILL)
    canvas.rule(f"{at(TOP, WHO)}:{at(last, REASON)}", f'${at(TOP, PLACE)}<>""', line=True)
    canvas.rule(f"{at(TOP, 3)}:{at(last, 11)}", f'${at(TOP, PLACE)}=""', ink=faces.PAPER)
    guard = DataValidation(
        type="custom",
        formula1=f"{home}=1",
        allow_blank=True,
        showErrorMessage=True,
        error="Причину пишут в первом виде: «Месяц», первый показатель, по менеджерам",
    )
    guard.add(area)
    canvas.sheet.add_data_validation(guard)
