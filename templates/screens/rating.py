"""«Рейтинг»: places of the month by the chosen measure, and points over all of them.

Values stand in the hidden block; places, parts and points are the registry's templates, and the
lines are put in order live, so that a choice answers while the book is open.
"""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from formulas.registry import cell_of
from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import faces, room
from templates.screens.canvas import GAP, HEAD_HEIGHT, Canvas, at
from templates.screens.faces import HEAD, HEAD_RIGHT, NUMBER, PLAIN, SMALL, TEXT, TITLE, YOURS
from templates.screens.pages import freshness, landscape

PLACE, WHO, VALUE, POINTS = 2, 3, 4, 5
WIDTHS = (9, 24, 18, 11, *[18] * room.METRICS, *[8] * 5, 20)
FIRST_MEASURE = POINTS + 1
LAST = POINTS + room.METRICS
AT, OWN, RANKED, ORDER, SCORED = range(LAST + 1, LAST + 6)
"""Hidden: which person stands in the line; value, place, order and points of person number n."""
QUALITY = SCORED + 1
"""How full the cards are: behind the hidden columns, which stay where living books have them."""
SELECTOR, HEADER = 4, 6
TOP = HEADER + 1


def draw_rating(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet."""
    people = room.people_room(ctx.people)
    canvas = Canvas(ws, WIDTHS)
    canvas.hide_columns(AT, OWN, RANKED, ORDER, SCORED)
    canvas.row(2, "title", 28)
    canvas.fact(2, PLACE, "rating.title", TITLE)
    freshness(canvas, 2, LAST, ctx)
    _selector(canvas)
    _header(canvas)
    last = TOP + people - 1
    ranges = {col: f"{at(TOP, col, lock=True)}:{at(last, col, lock=True)}" for col in (OWN, ORDER)}
    for number in range(1, people + 1):
        row = canvas.row(TOP + number - 1, f"line{number}")
        _person(canvas, row, number, ranges[OWN])
        _line(canvas, row, number, ranges[ORDER], people)
    area = f"{at(TOP, PLACE)}:{at(last, QUALITY)}"
    shown = f"${at(TOP, AT)}"
    canvas.rule(area, f'{shown}<>""', line=True)
    canvas.rule(area, f'{shown}=""', ink=faces.PAPER)
    landscape(ws, f"B2:{at(last + 1, QUALITY)}")
    ws.freeze_panes = at(TOP, VALUE)
    return canvas.slots


def _selector(canvas: Canvas) -> None:
    """The measure to place by; what is not in the list means the money one."""
    canvas.row(3, "note")
    canvas.row(SELECTOR, "selector", HEAD_HEIGHT)
    canvas.text(SELECTOR, WHO, "Место по показателю", TEXT.but(align="right", color=faces.GREY))
    face = YOURS.but(bold=True)
    canvas.merge(SELECTOR, VALUE, SELECTOR, POINTS, face)
    canvas.entry(SELECTOR, VALUE, "rating.measure", face, start="Оплаты, руб.")
    canvas.choose(SELECTOR, VALUE, "=fig_measures", "Выберите из списка")
    chosen = f"IFERROR(MATCH({at(SELECTOR, VALUE, lock=True)},fig_measure_label,0),1)"
    canvas.live(3, OWN, f"={chosen}", PLAIN, Kind.NUMBER)
    canvas.row(SELECTOR + 1, "gap_selector", GAP)


def _header(canvas: Canvas) -> None:
    canvas.row(HEADER, "header", HEAD_HEIGHT)
    canvas.text(HEADER, PLACE, "Место", HEAD_RIGHT)
    canvas.text(HEADER, WHO, "Менеджер", HEAD)
    chosen = at(3, OWN, lock=True)
    canvas.live(HEADER, VALUE, f'=INDEX(fig_measure_label,{chosen})&""', HEAD_RIGHT)
    canvas.text(HEADER, POINTS, "Баллы", HEAD_RIGHT)
    for number in range(1, room.METRICS + 1):
        label = f'=INDEX(fig_measure_label,{number})&""'
        canvas.live(HEADER, POINTS + number, label, HEAD_RIGHT.but(size=10))
    canvas.text(HEADER, QUALITY, "Карточки, %", HEAD_RIGHT.but(size=10))


def _person(canvas: Canvas, row: int, number: int, values: str) -> None:
    """Value by the choice, place, order and points of person number n, in hidden cells."""
    chosen, own = at(3, OWN, lock=True), at(row, OWN)
    picked = f"INDEX(fig_rate_value,{number},{chosen})"
    canvas.live(row, OWN, f'=IF(COUNT({picked})=0,"",{picked})', PLAIN, Kind.NUMBER)
    ranked = cell_of("rating.rank.ranks", value=own, values=values, better='"more"')
    canvas.live(row, RANKED, ranked, PLAIN, Kind.NUMBER)
    above = f"COUNTIFS({at(TOP, RANKED, lock=True)}:{at(row, RANKED)},{at(row, RANKED)})"
    order = f'=IF({at(row, RANKED)}="","",{at(row, RANKED)}+{above}-1)'
    canvas.live(row, ORDER, order, PLAIN, Kind.NUMBER)
    points = cell_of(
        "rating.score.scores", weights="fig_rate_weight", parts=f"fig_rate_part{number}"
    )
    canvas.live(row, SCORED, points, PLAIN, Kind.NUMBER)


def _line(canvas: Canvas, row: int, number: int, order: str, people: int) -> None:
    """The person who stands in a line."""
    place = at(row, AT)
    canvas.live(row, AT, f'=IFERROR(MATCH({number},{order},0),"")', PLAIN, Kind.NUMBER)
    none = '"Рейтинг появится после первой оплаты"' if number == 1 else '""'
    canvas.live(row, WHO, f'=IF({place}="",{none},INDEX(fig_rate_who,{place})&"")', TEXT)
    bold, plain = NUMBER.but(bold=True), NUMBER.but(format=faces.MIXED)
    for col, source, face in (
        (PLACE, RANKED, bold.but(format="0")),
        (VALUE, OWN, plain.but(bold=True)),
        (POINTS, SCORED, NUMBER.but(format='0.0;-0.0;0;"—"')),
    ):
        first = at(TOP, source, lock=True)
        cells = f"{first}:{at(TOP + people - 1, source, lock=True)}"
        canvas.live(row, col, f'=IF({place}="","",INDEX({cells},{place}))', face, Kind.NUMBER)
    for measure in range(1, room.METRICS + 1):
        shown = f"INDEX(fig_rate_value,{place},{measure})"
        formula = f'=IF({place}="","",IF(COUNT({shown})=0,"",{shown}))'
        canvas.live(row, POINTS + measure, formula, plain.but(color=SMALL.color), Kind.NUMBER)
    kept = f"INDEX(fig_rate_quality,{place})"
    formula = f'=IF({place}="","",IF(COUNT({kept})=0,"",{kept}))'
    canvas.live(row, QUALITY, formula, plain.but(color=SMALL.color), Kind.NUMBER)
