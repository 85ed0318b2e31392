"""«План-факт»: any period, measure and cut by three selectors, worst first, with a chart.

The figures are live over the hidden block, so a choice answers while the book is open. The cells
«Причина и что делаем» belong to the people of the first view (this month, the money measure, by
manager); in other views they are shaded, since their rows show somebody else.
"""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import faces, room
from templates.screens.canvas import GAP, GREEN, HEAD_HEIGHT, RED, YELLOW, Canvas, at
from templates.screens.charts import people_chart
from templates.screens.faces import (
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

WIDTHS = (22, 13, 13, 12, 16, 13, 15, 14, 11, 14, 34, 3, 3, 3, 22, 12, 12)
WHO, REASON = 2, 12
CODE, PLACE, REASON_WHO = 13, 14, 15
CHART = (16, 17, 18)
"""Hidden columns the chart reads: people without the total."""
CHOICES = {
    "period": ("Период", 3, "Месяц"),
    "measure": ("Показатель", 6, "Оплаты, руб."),
    "cut": ("Разрез", 10, "по менеджерам"),
}
"""Title, column and first choice of each selector."""
HIDDEN = {"measure": CODE, "period": PLACE, "cut": REASON_WHO}
"""Where the choice in force stands in the hidden part of row 3."""
SELECTORS = 4
HEADER = 6
TOP = HEADER + 1


def draw_plan_fact(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet."""
    rows = room.people_room(ctx.people) + 1
    canvas = Canvas(ws, WIDTHS)
    canvas.hide_columns(CODE, PLACE, REASON_WHO, *CHART)
    canvas.row(2, "title", 28)
    canvas.text(2, WHO, "План и факт", TITLE)
    freshness(canvas, 2, REASON, ctx)
    canvas.row(3, "note")
    _selectors(canvas)
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
    canvas.row(SELECTORS, "selectors", HEAD_HEIGHT)
    label = TEXT.but(color=faces.GREY, align="right")
    face = YOURS.but(bold=True)
    for key, (title, left, start) in CHOICES.items():
        canvas.text(SELECTORS, left - 1, title, label)
        canvas.merge(SELECTORS, left, SELECTORS, left + 1, face)
        canvas.entry(SELECTORS, left, f"plan_fact.{key}", face, start=start)
        canvas.choose(SELECTORS, left, f"=fig_{key}s", "Выберите из списка")
        cell = at(SELECTORS, left, lock=True)
        picked = f"=IF(COUNTIFS(fig_{key}_label,{cell})=0,fig_first_{key},{cell})"
        canvas.live(3, HIDDEN[key], picked, PLAIN)
    canvas.row(SELECTORS + 1, "gap_selectors", GAP)
    number = f"MATCH({_chosen('period')},fig_period_label,0)"
    canvas.live(3, WHO, f'=IFERROR(INDEX(fig_period_name,{number})&"","")', SMALL)


def _chosen(key: str) -> str:
    return at(3, HIDDEN[key], lock=True)


def _header(canvas: Canvas) -> None:
    canvas.row(HEADER, "header", HEAD_HEIGHT)
    cut = f'=IF({_chosen("cut")}=fig_first_cut,"Менеджер","Отдел")'
    canvas.live(HEADER, WHO, cut, HEAD)
    labels = (
        "План",
        "Факт",
        "Выполнено",
        "Надо к сегодня",
        "Отклонение",
        "Тем же темпом",
        "Нужно в день",
    )
    for col, label in enumerate(labels, start=3):
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
    canvas.live(row, CODE, f'=IF({place}="",0,INDEX(fig_pf_code,{place}))', PLAIN, Kind.NUMBER)
    empty = '"За этот период данных нет"' if number == 1 else '""'
    canvas.live(row, WHO, f'=IF({place}="",{empty},INDEX(fig_pf_who,{place})&"")', TEXT)
    plain = NUMBER.but(format=faces.MIXED)
    looks = (
        ("plan", plain),
        ("fact", plain.but(bold=True)),
        ("pct", NUMBER.but(format=faces.SHARE)),
        ("expected", plain),
        ("deviation", NUMBER.but(format=faces.DRIFT, bold=True)),
        ("runrate", plain),
        ("per_day", plain),
        ("previous", NUMBER.but(format=faces.GROWTH)),
        ("year", NUMBER.but(format=faces.GROWTH)),
    )
    for col, (part, face) in enumerate(looks, start=3):
        look = face.but(format=face.format.replace('"—"', "@"))
        formula = f'=IF({place}="","",INDEX(fig_pf_{part},{place}))'
        canvas.live(row, col, formula, look, Kind.NUMBER)
    if number < rows:
        canvas.entry(row, REASON, f"plan_fact.reason.{number}", TEXT.but(open=True))
        canvas.fact(row, REASON_WHO, f"plan_fact.reason_who.{number}", PLAIN)
        _chart_row(canvas, row)


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
    guard = DataValidation(
        type="custom",
        formula1=f"{home}=1",
        allow_blank=True,
        showErrorMessage=True,
        error="Причину пишут в первом виде: «Месяц», первый показатель, по менеджерам",
    )
    guard.add(area)
    canvas.sheet.add_data_validation(guard)
