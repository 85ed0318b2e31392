"""«Сводка»: nine lamps, then people, then funnel and money, then twelve months in columns."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from formulas.registry import cell_of
from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import faces, room
from templates.screens.canvas import GAP, GREEN, HEAD_HEIGHT, RED, YELLOW, Canvas, at
from templates.screens.charts import columns_chart
from templates.screens.faces import (
    BARS,
    BLOCK,
    FIGURE_FACES,
    HEAD,
    HEAD_RIGHT,
    NUMBER,
    PLAIN,
    SMALL,
    TEXT,
    TITLE,
)
from templates.screens.pages import freshness, landscape
from templates.screens.plan_line import FIGURES, Line, code_of
from templates.screens.plan_line import MONEY as UNIT_MONEY

FIRST, LAST = 2, 10
WIDTHS = (*[19.5] * 9, *[6] * 13)
CODES = 11
"""First hidden column: lamp sheets and codes, line codes, the twelve months."""
LAMPS_TOP = 5
PEOPLE_HEAD = LAMPS_TOP + 5
PEOPLE_TOP = PEOPLE_HEAD + 1
PAY = "Зарплата, прогноз"
MONEY = ("paid", "expected", "overdue30", "overdue60", "overdue90", "overdue", "fund")
MONEY_LABELS = (
    "Оплачено",
    "Ждём до конца месяца",
    "Просрочено 1-30 дн.",
    "Просрочено 31-60 дн.",
    "Просрочено 61-90 дн.",
    "Просрочено больше 90 дн.",
    "Фонд зарплаты",
)
MONTHS = 12
OVERDUE_ROWS = range(2, 6)


def draw_dashboard(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet."""
    canvas = Canvas(ws, WIDTHS)
    canvas.hide_columns(*range(CODES, CODES + 13))
    canvas.row(2, "title", 28)
    canvas.fact(2, FIRST, "dashboard.title", TITLE)
    freshness(canvas, 2, LAST, ctx)
    canvas.row(3, "note")
    canvas.fact(3, FIRST, "dashboard.note", SMALL)
    canvas.rule(at(3, FIRST), f'{at(3, FIRST)}="Всё в порядке"', ink=faces.GREEN_INK, bold=True)
    canvas.row(4, "gap_note", GAP)
    _lamps(canvas)
    bottom = _people(canvas, room.people_room(ctx.people) + 1)
    _funnel(canvas, bottom + 2)
    _money(canvas, bottom + 2)
    last = bottom + 2 + room.STAGES + 2
    _history(canvas, last)
    landscape(ws, f"B2:J{last + 16}")
    ws.freeze_panes = at(4, 1)
    return canvas.slots


def _lamps(canvas: Canvas) -> None:
    """A tile: name, number, and up to two lines of what is at stake and whose it is."""
    heights = (("lamp", 34.0), ("lamp_count", 34.0), ("lamp_stake", 17.0), ("lamp_worst", 17.0))
    for row, (key, height) in enumerate(heights, start=LAMPS_TOP):
        canvas.row(row, key, height)
    off = faces.Face(fill=faces.OFF_FILL, color=faces.OFF_INK, edge="FFFFFF")
    for number in range(1, room.LAMPS + 1):
        col = FIRST + number - 1
        hidden = CODES + number - 1
        key = f"dashboard.lamp.{number}"
        title, sheet, code = LAMPS_TOP + 1, LAMPS_TOP + 2, LAMPS_TOP + 3
        for row, part in ((title, "title"), (sheet, "sheet"), (code, "code")):
            canvas.fact(row, hidden, f"{key}.{part}", PLAIN)
        name, target = at(title, hidden), at(sheet, hidden)
        link = f'HYPERLINK("#\'"&{target}&"\'!A1",{name})'
        look = off.but(size=10, wrap=True, bold=True)
        canvas.live(LAMPS_TOP, col, f'=IF({target}="",{name}&"",{link})', look)
        canvas.fact(LAMPS_TOP + 1, col, f"{key}.count", off.but(size=18, bold=True))
        for line in (1, 2):
            canvas.fact(LAMPS_TOP + 1 + line, col, f"{key}.detail.{line}", off.but(size=10))
        area = f"{at(LAMPS_TOP, col)}:{at(LAMPS_TOP + 3, col)}"
        for colour in (RED, YELLOW):
            canvas.colour(area, f"{at(code, hidden, lock=True)}={colour}", colour)
    canvas.row(LAMPS_TOP + 4, "gap_lamps", GAP)


def _people(canvas: Canvas, rows: int) -> int:
    """People worst first, the team's line right under the last of them; returns the last row."""
    canvas.row(PEOPLE_HEAD, "people", HEAD_HEIGHT)
    canvas.text(PEOPLE_HEAD, FIRST, "Менеджер", HEAD)
    shown = tuple(FIGURES)[:4]
    for col, label in enumerate(("План", "Факт", *shown, PAY), start=FIRST + 1):
        canvas.text(PEOPLE_HEAD, col, label, HEAD_RIGHT)
    canvas.text(PEOPLE_HEAD, LAST, "", HEAD)
    days = _days(canvas)
    for number in range(1, rows + 1):
        row = canvas.row(PEOPLE_TOP + number - 1, f"person{number}")
        key = f"dashboard.person.{number}"
        canvas.fact(row, FIRST, f"{key}.who", TEXT)
        for col, part in ((FIRST + 1, "plan"), (FIRST + 2, "fact"), (FIRST + 7, "pay")):
            face = NUMBER.but(bold=part == "fact")
            canvas.fact(row, col, f"{key}.{part}", face, Kind.NUMBER)
        cells = {"plan": at(row, 3), "fact": at(row, 4), "expected": at(row, 6)}
        line = Line(**cells, **days, unit=f'"{UNIT_MONEY}"')
        for col, heading in enumerate(shown, start=FIRST + 3):
            canvas.live(row, col, line.under(heading), FIGURE_FACES[heading], Kind.NUMBER)
        share = at(row, FIRST + 3)
        bar = f'=IF(COUNT({share})=1,REPT("█",ROUND(MAX(MIN({share}/100,1),0)*10,0)),"")'
        canvas.live(row, LAST, bar, BARS)
        total, light = at(row, CODES + 1), at(row, CODES + 2)
        canvas.fact(row, CODES + 1, f"{key}.code", PLAIN, Kind.NUMBER)
        canvas.live(row, CODES + 2, line.light(), PLAIN)
        canvas.live(row, CODES, f"=SUM({total},{code_of(light)})", PLAIN, Kind.NUMBER)
    last = PEOPLE_TOP + rows - 1
    code = f"${at(PEOPLE_TOP, CODES)}"
    for colour in (RED, YELLOW, GREEN):
        area = f"{at(PEOPLE_TOP, 7)}:{at(last, 7)}"
        canvas.colour(area, f"MOD({code},10)={colour}", colour)
    area = f"{at(PEOPLE_TOP, FIRST)}:{at(last, LAST)}"
    canvas.rule(area, f"{code}>=10", bold=True, fill=faces.HEAD_FILL)
    canvas.rule(area, f'${at(PEOPLE_TOP, FIRST)}<>""', line=True)
    canvas.rule(area, f'${at(PEOPLE_TOP, FIRST)}=""', ink=faces.PAPER)
    canvas.row(last + 1, "gap_people", GAP)
    return last


def _days(canvas: Canvas) -> dict[str, str]:
    """The month's working days, live from the list of periods into hidden cells."""
    places = {
        key: at(PEOPLE_HEAD, CODES + number, lock=True)
        for number, key in enumerate(("total", "passed", "left"))
    }
    for number, key in enumerate(("total", "passed")):
        known = "MATCH(fig_first_period,fig_period_label,0)"
        formula = f"=IFERROR(INDEX(fig_period_{key},{known}),0)"
        canvas.live(PEOPLE_HEAD, CODES + number, formula, PLAIN, Kind.NUMBER)
    left = cell_of("pf.summary.days_left", total=places["total"], passed=places["passed"])
    canvas.live(PEOPLE_HEAD, CODES + 2, left, PLAIN, Kind.NUMBER)
    return places


def _funnel(canvas: Canvas, head: int) -> None:
    canvas.row(head, "funnel", HEAD_HEIGHT)
    canvas.face(head, range(FIRST, 7), HEAD)
    canvas.fact(head, FIRST, "dashboard.funnel", BLOCK.but(fill=faces.HEAD_FILL))
    for col, label in ((3, "Сделок"), (4, "Сумма, руб.")):
        canvas.text(head, col, label, HEAD_RIGHT)
    canvas.text(head, 6, "Дошли дальше", HEAD)
    top = head + 1
    for number in range(1, room.STAGES + 1):
        row = canvas.row(top + number - 1, f"stage{number}")
        key = f"dashboard.stage.{number}"
        canvas.fact(row, FIRST, f"{key}.name", TEXT)
        canvas.fact(row, 3, f"{key}.deals", NUMBER, Kind.COUNT)
        canvas.fact(row, 4, f"{key}.amount", NUMBER, Kind.MONEY)
        canvas.fact(row, 6, f"{key}.onward", TEXT)
        deals, first = at(row, 3), at(top, 3, lock=True)
        share = f"ROUND({deals}/{first}*10,0)"
        ready = f"AND(COUNT({deals})=1,SUM({first})>0)"
        canvas.live(row, 5, f'=IF({ready},REPT("█",{share}),"")', BARS)
        canvas.fact(row, CODES, f"{key}.code", PLAIN, Kind.NUMBER)
    last = top + room.STAGES - 1
    code = f"${at(top, CODES)}"
    canvas.rule(f"{at(top, 6)}:{at(last, 6)}", f"{code}={RED}", ink=faces.RED_INK, bold=True)
    canvas.rule(f"{at(top, FIRST)}:{at(last, 6)}", f'${at(top, FIRST)}<>""', line=True)


def _money(canvas: Canvas, head: int) -> None:
    canvas.face(head, range(8, LAST + 1), HEAD)
    canvas.text(head, 8, "Деньги, руб.", BLOCK.but(fill=faces.HEAD_FILL))
    for number, (key, label) in enumerate(zip(MONEY, MONEY_LABELS, strict=True), start=1):
        row = head + number
        canvas.text(row, 8, label, TEXT.but(line=True))
        canvas.face(row, (9,), PLAIN.but(line=True))
        bold = key in {"paid", "fund"}
        canvas.fact(
            row, LAST, f"dashboard.money.{key}", NUMBER.but(line=True, bold=bold), Kind.MONEY
        )
        if number - 1 in OVERDUE_ROWS:
            cell = at(row, LAST)
            canvas.rule(cell, f"SUM({cell})>0", ink=faces.RED_INK, bold=True)
    canvas.fact(head + len(MONEY) + 1, 8, "dashboard.money.note", SMALL)


def _history(canvas: Canvas, head: int) -> None:
    """Twelve months, plan beside fact; the figures stand in hidden columns."""
    canvas.row(head, "history", HEAD_HEIGHT)
    canvas.face(head, range(FIRST, LAST + 1), HEAD)
    canvas.fact(head, FIRST, "dashboard.history", BLOCK.but(fill=faces.HEAD_FILL))
    names = CODES + 1
    for number in range(1, MONTHS + 1):
        row = canvas.row(head + number, f"month{number}")
        key = f"dashboard.month.{number}"
        for col, part in ((names, "name"), (names + 1, "fact"), (names + 2, "plan")):
            canvas.fact(row, col, f"{key}.{part}", PLAIN)
    for col, title in ((names + 1, "Факт"), (names + 2, "План")):
        canvas.text(head, col, title, PLAIN)
    chart = columns_chart(canvas.sheet, names, head, MONTHS)
    canvas.sheet.add_chart(chart, f"B{head + 1}")
