"""«Зарплата»: one row a person, the lines of the scheme shut under the name, places to sign."""

from __future__ import annotations

from openpyxl.worksheet.properties import Outline
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import faces, room
from templates.screens.canvas import GAP, HEAD_HEIGHT, Canvas, at
from templates.screens.faces import HEAD, HEAD_RIGHT, NUMBER, PLAIN, SMALL, TEXT, TITLE, TYPED_HEAD
from templates.screens.pages import freshness, landscape

FIRST, APPROVED, QUESTION = 2, 11, 12
WIDTHS = (24, 12, 12, 13, 12, 17, 13, 12, 13, 14, 30)
HEADER = 5
TOP = HEADER + 1
SUMS = ("base", "worked", "percent", "bonuses", "penalty", "gross", "tax", "net")
LABELS = (
    "Оклад",
    "Отработано",
    "Процент",
    "Премии",
    "Депремирование",
    "Начислено",
    "НДФЛ",
    "К выплате",
)
LINE_RATE, LINE_AMOUNT, LINE_HOW = 7, 8, 9
SHOWN_MONTH = '"показан "mm.yyyy'
KOPECKS = NUMBER.but(format=faces.KOPECKS)


def draw_payroll(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet."""
    canvas = Canvas(ws, WIDTHS)
    canvas.row(2, "title", 28)
    canvas.fact(2, FIRST, "payroll.title", TITLE)
    freshness(canvas, 2, QUESTION, ctx)
    canvas.row(3, "state")
    state = at(3, FIRST)
    canvas.fact(3, FIRST, "payroll.state", SMALL.but(bold=True))
    canvas.rule(state, f'LEFT({state},6)="Предва"', ink=faces.YELLOW_INK)
    canvas.rule(state, f'LEFT({state},6)="Утверж"', ink=faces.GREEN_INK)
    _picker(canvas)
    canvas.row(4, "gap_state", GAP)
    _header(canvas)
    people = room.people_room(ctx.people)
    step = room.PAY_LINES + 1
    for number in range(1, people + 1):
        _person(canvas, TOP + (number - 1) * step, number)
    total = TOP + people * step
    _total(canvas, total)
    _signatures(canvas, total + 2)
    ws.sheet_properties.outlinePr = Outline(summaryBelow=False)
    ws.print_title_rows = f"{HEADER}:{HEADER}"
    landscape(ws, f"B2:L{total + 4}", sheets=0)
    ws.freeze_panes = at(TOP, FIRST + 1)
    return canvas.slots


def _picker(canvas: Canvas) -> None:
    """The cell that picks the month, and the month that the sheet shows."""
    canvas.text(3, APPROVED - 1, "Месяц", SMALL.but(align="right"))
    pick = faces.TEXT.but(open=True, fill=faces.YOURS_FILL)
    canvas.entry(3, APPROVED, "payroll.pick", pick)
    canvas.fact(3, QUESTION, "payroll.month", SMALL.but(format=SHOWN_MONTH), Kind.DATE)


def _header(canvas: Canvas) -> None:
    canvas.row(HEADER, "header", HEAD_HEIGHT)
    canvas.text(HEADER, FIRST, "ФИО", HEAD)
    for col, label in enumerate(LABELS, start=FIRST + 1):
        canvas.text(HEADER, col, label, HEAD_RIGHT)
    canvas.text(HEADER, APPROVED, "Утверждено", TYPED_HEAD)
    canvas.text(HEADER, QUESTION, "Вопрос сотрудника", HEAD)


def _person(canvas: Canvas, row: int, number: int) -> None:
    """The person's sums, and the lines under them, grouped shut."""
    canvas.row(row, f"person{number}")
    key = f"payroll.{number}"
    canvas.fact(row, FIRST, f"{key}.name", TEXT.but(bold=True))
    for col, part in enumerate(SUMS, start=FIRST + 1):
        worked = part == "worked"
        face = NUMBER.but(format="#,##0") if worked else KOPECKS.but(bold=part in {"gross", "net"})
        canvas.fact(row, col, f"{key}.{part}", face, Kind.COUNT if worked else Kind.MONEY)
    canvas.entry(row, APPROVED, f"{key}.approved", TEXT.but(open=True))
    canvas.choose(row, APPROVED, '"да"', "Впишите «да» - месяц этого человека утверждён")
    canvas.fact(row, QUESTION, f"{key}.question", SMALL)
    name = at(row, FIRST, lock=True)
    sums = f"{at(row, FIRST)}:{at(row, QUESTION)}"
    waits = f'AND({name}<>"",{at(row, APPROVED, lock=True)}="")'
    canvas.rule(at(row, APPROVED), waits, fill=faces.YOURS_FILL)
    canvas.rule(
        at(row, QUESTION), f'{at(row, QUESTION)}<>""', fill=faces.YELLOW_FILL, ink=faces.YELLOW_INK
    )
    canvas.rule(sums, f'{name}<>""', line=True)
    for line in range(1, room.PAY_LINES + 1):
        _line(canvas, row + line, f"{key}.line.{line}", f"person{number}_line{line}")


def _line(canvas: Canvas, row: int, key: str, name: str) -> None:
    canvas.row(row, name)
    shape = canvas.sheet.row_dimensions[row]
    shape.outlineLevel, shape.hidden = 1, True
    canvas.fact(row, FIRST, f"{key}.title", SMALL.but(indent=3))
    canvas.fact(row, LINE_RATE, f"{key}.rate", SMALL.but(align="right"))
    canvas.fact(
        row, LINE_AMOUNT, f"{key}.amount", KOPECKS.but(size=10, color=faces.GREY), Kind.MONEY
    )
    canvas.fact(row, LINE_HOW, f"{key}.how", SMALL)


def _total(canvas: Canvas, row: int) -> None:
    canvas.row(row, "total", HEAD_HEIGHT)
    canvas.face(row, range(FIRST, QUESTION + 1), HEAD)
    canvas.text(row, FIRST, "Всего", HEAD)
    for col, part in enumerate(SUMS, start=FIRST + 1):
        if part != "worked":
            face = KOPECKS.but(bold=True, fill=faces.HEAD_FILL)
            canvas.fact(row, col, f"payroll.total.{part}", face, Kind.MONEY)


def _signatures(canvas: Canvas, row: int) -> None:
    canvas.row(row - 1, "gap_total", 26)
    canvas.row(row, "signatures", 26)
    places = ((FIRST, "Руководитель"), (6, "Бухгалтер"), (10, "Дата"))
    for col, label in places:
        canvas.text(row, col, f"{label}  ______________________", TEXT.but(valign="bottom"))
    canvas.face(row, (3, 4, 5, 7, 8, 9, 11, 12), PLAIN)
