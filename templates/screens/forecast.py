"""«Мой прогноз»: what is already earned, what it is made of, and what to do today.

The scheme table has seven rows: up to six lines and the total right under the last of them, so a
short scheme leaves no hole between its lines and the sum.
"""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import faces, room
from templates.screens.canvas import BLUE, GREEN, HEAD_HEIGHT, RED, YELLOW, Canvas, at
from templates.screens.canvas import GAP as GAP_HEIGHT
from templates.screens.faces import (
    BARS,
    BLOCK,
    CARD,
    FIGURE,
    FIGURE_FACES,
    HEAD,
    HEAD_RIGHT,
    NUMBER,
    PLAIN,
    SMALL,
    TEXT,
    TITLE,
    YOURS,
)
from templates.screens.pages import DEALS_FIRST_ROW, deals_link, freshness, landscape
from templates.screens.plan_line import FIGURES, LABELS, Line, code_of

WIDTHS = (1.5, 31, 14, 14, 16, 16, 14, 15, 14, 14, 14, 3, 3, 3)
FIRST, LAST, CODE = 3, 12, 13
UNIT, LIGHT = 14, 15
"""Hidden columns of a line of plan against fact."""
CARDS = ((3, 5), (6, 8), (9, 12))
HEADER = 9
BASIS = HEADER + 1
LINES_TOP = BASIS + 1
TOTAL_ROWS = room.LINES + 1
WHAT_IF = LINES_TOP + TOTAL_ROWS
NEXT_TIER = WHAT_IF + 1
METRICS_TOP = NEXT_TIER + 3
TODAY_TOP = METRICS_TOP + room.METRICS + 2
COUNTED_TOP = TODAY_TOP + room.STEPS + 3
RULES_TOP = COUNTED_TOP + room.COUNTED + 3
PROOF = RULES_TOP + room.SENTENCES


def draw_forecast(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:
    """Paint the sheet."""
    canvas = Canvas(ws, WIDTHS)
    canvas.hide_columns(CODE, UNIT, LIGHT)
    _title(canvas, ctx)
    _cards(canvas)
    _scheme(canvas)
    _what_if(canvas)
    _metrics(canvas)
    _today(canvas, ctx)
    _left_out(canvas)
    _counted(canvas)
    _changes(canvas)
    _rules(canvas)
    _last_month(canvas)
    landscape(ws, f"B2:L{PROOF + 1}", sheets=2)
    return canvas.slots


def _title(canvas: Canvas, ctx: DrawContext) -> None:
    canvas.row(2, "title", 28)
    canvas.fact(2, FIRST, "forecast.title", TITLE)
    freshness(canvas, 2, LAST, ctx)
    canvas.row(3, "note")
    canvas.fact(3, FIRST, "forecast.note", SMALL)


def _cards(canvas: Canvas) -> None:
    for row, key, height in (
        (4, "card", 20),
        (5, "figure", 34),
        (6, "detail", 17),
        (7, "more", 17),
    ):
        canvas.row(row, key, height)
    for (left, right), colour in zip(CARDS, (faces.GREEN_INK, faces.BAR, faces.BAR), strict=True):
        for top, bottom, face in ((4, 4, CARD), (5, 5, FIGURE), (6, 7, CARD)):
            wrap = top == 6
            look = face.but(edge=colour, wrap=wrap, valign="top" if wrap else "center")
            canvas.merge(top, left, bottom, right, look)
    earned, share, daily = (left for left, _ in CARDS)
    edge = {"edge": faces.GREEN_INK}
    canvas.text(4, earned, "Уже ваши, если больше никто не заплатит", CARD.but(**edge))
    canvas.live(
        5,
        earned,
        '=IF(SUM(fig_scheme)=0,"",fig_total_now)',
        FIGURE.but(color=faces.GREEN_INK, **edge),
        Kind.MONEY,
    )
    canvas.live(
        6,
        earned,
        '=IF(SUM(fig_scheme)=0,"",fig_yesterday&"Скорее всего "&FIXED(fig_total_likely,0))',
        CARD.but(wrap=True, valign="top", **edge),
    )
    for col, key, label in (
        (share, "share", ""),
        (daily, "daily", "Нужно в день до конца месяца"),
    ):
        blue = {"edge": faces.BAR}
        if key == "share":
            canvas.fact(4, col, "forecast.share.label", CARD.but(**blue))
        else:
            canvas.text(4, col, label, CARD.but(**blue))
        format_ = faces.SHARE if key == "share" else faces.ROUBLES
        title = "Выполнено" if key == "share" else "Нужно в день"
        figure_face = FIGURE.but(format=format_, **blue)
        canvas.live(5, col, _line(METRICS_TOP).under(title), figure_face, Kind.NUMBER)
        canvas.fact(6, col, f"forecast.{key}.detail", CARD.but(wrap=True, valign="top", **blue))
    canvas.live(5, LIGHT, _line(METRICS_TOP).light(), PLAIN)
    canvas.live(5, CODE, f"={code_of(at(5, LIGHT))}", PLAIN, Kind.NUMBER)
    figure = at(5, share)
    for code, ink in ((RED, faces.RED_INK), (YELLOW, faces.YELLOW_INK), (GREEN, faces.GREEN_INK)):
        canvas.rule(figure, f"{at(5, CODE, lock=True)}={code}", ink=ink)
    canvas.row(8, "gap_cards", GAP_HEIGHT)


def _scheme(canvas: Canvas) -> None:
    canvas.row(HEADER, "scheme", HEAD_HEIGHT)
    canvas.face(HEADER, range(FIRST, LAST + 1), HEAD)
    canvas.text(HEADER, FIRST, "Из чего складывается, руб.", BLOCK.but(fill=faces.HEAD_FILL))
    for col, label in ((4, "На сегодня"), (5, "Скорее всего"), (6, "Если оплатят всё")):
        canvas.text(HEADER, col, label, HEAD_RIGHT)
    canvas.text(HEADER, 7, "Как посчитано на сегодня", HEAD)
    canvas.row(BASIS, "basis")
    canvas.face(BASIS, range(FIRST, LAST + 1), SMALL.but(line=True))
    grey = NUMBER.but(color=faces.GREY, line=True)
    canvas.fact(BASIS, FIRST, "forecast.basis", TEXT.but(color=faces.GREY, line=True))
    for col, name in ((4, "now"), (5, "likely"), (6, "all")):
        canvas.live(BASIS, col, f"=fig_basis_{name}", grey, Kind.MONEY)
    rest, weighted = "SUMIFS(deals_rest,deals_counts,1)", "(fig_basis_likely-fig_basis_now)"
    canvas.live(
        BASIS,
        7,
        '=fig_paid&IF(COUNTIFS(deals_counts,1)=0,"; до конца месяца больше ничего не ждём",'
        f'"; ждём ещё "&COUNTIFS(deals_counts,1)&" на "&FIXED({rest},0)'
        f'&", с вероятностью "&FIXED({weighted},0))',
        SMALL.but(line=True),
    )
    for number in range(1, TOTAL_ROWS + 1):
        _scheme_row(canvas, LINES_TOP + number - 1, number)
    area = f"{at(LINES_TOP, FIRST)}:{at(LINES_TOP + TOTAL_ROWS - 1, LAST)}"
    top = f"${at(LINES_TOP, CODE)}"
    canvas.rule(area, f"{top}=2", bold=True, fill=faces.HEAD_FILL)
    canvas.rule(area, f"{top}=1", line=True)


def _scheme_row(canvas: Canvas, row: int, number: int) -> None:
    """A line of the scheme, or the total right under the last one, or nothing."""
    canvas.row(row, f"scheme{number}")
    code = at(row, CODE)
    count = 'SUMPRODUCT((fig_line_code<>"")*1)'
    state = f"IF({count}=0,0,IF({number}<={count},1,IF({number}={count}+1,2,0)))"
    canvas.live(row, CODE, f"={state}", PLAIN, Kind.NUMBER)
    last = number > room.LINES

    def pick(name: str, total: str) -> str:
        line = '""' if last else f"INDEX(fig_line_{name},{number})"
        return f'=IF({code}=2,{total},IF({code}=1,{line},""))'

    words = '""' if last else f'INDEX(fig_line_title,{number})&""'
    canvas.live(row, FIRST, f'=IF({code}=2,"Итого до вычета НДФЛ",IF({code}=1,{words},""))', TEXT)
    canvas.face(row, range(7, LAST + 1), PLAIN)
    for col, name in ((4, "now"), (5, "likely"), (6, "all")):
        face = NUMBER.but(format="#,##0;-#,##0;0")
        canvas.live(row, col, pick(name, f"fig_total_{name}"), face, Kind.MONEY)
    proof = (
        "IF(ABS(ROUND(fig_total_now-SUM(fig_pay_now),2))<0.005,"
        '"программа пересчитала отдельно: сходится до копейки",'
        '"программа насчитала "&FIXED(SUM(fig_pay_now),2)&" - разберёмся")'
    )
    how = '""' if last else f'INDEX(fig_line_how,{number})&""'
    canvas.live(row, 7, f'=IF({code}=2,{proof},IF({code}=1,{how},""))', SMALL)


def _what_if(canvas: Canvas) -> None:
    canvas.row(WHAT_IF, "what_if", HEAD_HEIGHT)
    canvas.text(WHAT_IF, FIRST, "А если придёт ещё, руб.", TEXT)
    face = YOURS.but(align="right", format="#,##0;-#,##0", bold=True)
    canvas.entry(WHAT_IF, 4, "forecast.what_if", face, Kind.MONEY)
    canvas.name("fig_add", (WHAT_IF, 4))
    gain = "(fig_total_what_if-fig_total_now)"
    canvas.live(
        WHAT_IF,
        5,
        '=IF(SUM(fig_scheme)=0,"",IF(SUM(fig_add)=0,'
        '"впишите сумму в жёлтую клетку - покажу, сколько станет",'
        '"станет "&FIXED(fig_total_what_if,0)&" ("&IF('
        f'{gain}<0,"-","+")&FIXED(ABS({gain}),0)&"). Прикидка, на факт не влияет"))',
        TEXT.but(color=faces.BLUE_INK, bold=True),
    )
    canvas.row(NEXT_TIER, "next_tier")
    canvas.fact(NEXT_TIER, FIRST, "forecast.next_tier", TEXT.but(color=faces.BLUE_INK))
    canvas.row(NEXT_TIER + 1, "gap_scheme", GAP_HEIGHT)


def _metrics(canvas: Canvas) -> None:
    head = METRICS_TOP - 1
    canvas.row(head, "metrics", HEAD_HEIGHT)
    canvas.face(head, range(FIRST, LAST + 1), HEAD)
    canvas.text(head, FIRST, "План и факт", BLOCK.but(fill=faces.HEAD_FILL))
    for col, label in enumerate(LABELS, start=4):
        canvas.text(head, col, label, HEAD_RIGHT)
    for number in range(1, room.METRICS + 1):
        row = canvas.row(METRICS_TOP + number - 1, f"metric{number}")
        key = f"forecast.metric.{number}"
        canvas.fact(row, FIRST, f"{key}.title", TEXT)
        plain, line = NUMBER.but(format=faces.MIXED), _line(row)
        canvas.fact(row, 4, f"{key}.plan", plain, Kind.NUMBER)
        canvas.fact(row, 5, f"{key}.fact", plain.but(bold=True), Kind.NUMBER)
        for col, heading in enumerate(FIGURES, start=6):
            canvas.live(row, col, line.under(heading), FIGURE_FACES[heading], Kind.NUMBER)
        share = at(row, 6)
        bar = f'=IF(COUNT({share})=1,REPT("█",ROUND(MAX(MIN({share}/100,1),0)*10,0)),"")'
        canvas.live(row, 11, bar, BARS)
        canvas.fact(row, UNIT, f"{key}.unit", PLAIN)
        canvas.live(row, LIGHT, line.light(), PLAIN)
        canvas.live(row, CODE, f"={code_of(at(row, LIGHT))}", PLAIN, Kind.NUMBER)
    last = METRICS_TOP + room.METRICS - 1
    code = f"${at(METRICS_TOP, CODE)}"
    for number in (RED, YELLOW, GREEN):
        canvas.colour(f"{at(METRICS_TOP, 8)}:{at(last, 8)}", f"{code}={number}", number)
    area = f"{at(METRICS_TOP, FIRST)}:{at(last, LAST)}"
    canvas.rule(area, f'${at(METRICS_TOP, FIRST)}<>""', line=True)
    canvas.rule(area, f'${at(METRICS_TOP, FIRST)}=""', ink=faces.PAPER)
    canvas.row(last + 1, "gap_metrics", GAP_HEIGHT)


def _line(row: int) -> Line:
    """Where the inputs of a line of plan against fact stand; the first is the money line."""
    days = {key: f"fig_days_{key}" for key in ("total", "passed", "left")}
    cells = {"plan": at(row, 4), "fact": at(row, 5), "expected": at(row, 7), "unit": at(row, UNIT)}
    return Line(**cells, **days)


def _today(canvas: Canvas, ctx: DrawContext) -> None:
    head = TODAY_TOP - 1
    canvas.row(head, "today", HEAD_HEIGHT)
    canvas.face(head, range(FIRST, 7), HEAD)
    canvas.text(head, FIRST, "Сегодня и просрочено", BLOCK.but(fill=faces.HEAD_FILL))
    for number in range(1, room.STEPS + 1):
        row = canvas.row(TODAY_TOP + number - 1, f"today{number}")
        due, place = f"INDEX(fig_due,{number})", f"INDEX(fig_due_row,{number})"
        none = '"На сегодня шагов нет"' if number == 1 else '""'
        late = f'"Просрочено на "&(INT(now)-INT({due}))&" дн."'
        hour = f'IF({due}<now,"Просрочено сегодня","Сегодня")'
        canvas.live(
            row,
            FIRST,
            f'=IF({due}="",{none},IF(INT({due})<INT(now),{late},{hour}))',
            TEXT,
        )
        words = f'INDEX(deals_client_id,{place})&": "&INDEX(deals_next_step,{place})'
        link = deals_link(ctx, f"({place}+{DEALS_FIRST_ROW - 1})", words)
        canvas.live(row, 4, f'=IF({due}="","",{link})', TEXT)
        canvas.face(row, range(5, 7), PLAIN)
        canvas.live(
            row,
            CODE,
            f'=IF({due}="",0,IF({due}<now,{YELLOW},{BLUE}))',
            PLAIN,
            Kind.NUMBER,
        )
    last = TODAY_TOP + room.STEPS - 1
    code = f"${at(TODAY_TOP, CODE)}"
    for number in (YELLOW, BLUE):
        canvas.colour(f"{at(TODAY_TOP, FIRST)}:{at(last, FIRST)}", f"{code}={number}", number)
    canvas.rule(f"{at(TODAY_TOP, FIRST)}:{at(last, 6)}", f"{code}>0", line=True)


def _left_out(canvas: Canvas) -> None:
    head = TODAY_TOP - 1
    canvas.face(head, range(7, LAST + 1), HEAD)
    title = BLOCK.but(fill=faces.HEAD_FILL, edge="FFFFFF")
    canvas.text(head, 7, "Не вошло в расчёт, и почему", title)
    for number in range(1, room.LEFT_OUT + 1):
        row = TODAY_TOP + number - 1
        key = f"forecast.left_out.{number}"
        canvas.face(row, range(7, LAST + 1), PLAIN)
        canvas.fact(row, 7, f"{key}.client", TEXT)
        canvas.fact(row, 9, f"{key}.amount", NUMBER, Kind.MONEY)
        canvas.fact(row, 10, f"{key}.why", SMALL)
    area = f"{at(TODAY_TOP, 7)}:{at(TODAY_TOP + room.LEFT_OUT - 1, LAST)}"
    canvas.rule(area, f'${at(TODAY_TOP, 7)}<>""', line=True)


def _counted(canvas: Canvas) -> None:
    canvas.row(COUNTED_TOP - 2, "gap_fold", GAP_HEIGHT)
    head = canvas.row(COUNTED_TOP - 1, "counted", HEAD_HEIGHT)
    canvas.face(head, range(FIRST, 8), HEAD)
    canvas.text(head, FIRST, "Что вошло", BLOCK.but(fill=faces.HEAD_FILL))
    for col, label in ((4, "Дата"), (5, "Сумма"), (6, "Ставка"), (7, "В зарплату")):
        canvas.text(head, col, label, HEAD_RIGHT)
    for number in range(1, room.COUNTED + 1):
        row = canvas.row(COUNTED_TOP + number - 1, f"counted{number}")
        key = f"forecast.counted.{number}"
        canvas.fact(row, FIRST, f"{key}.client", TEXT)
        canvas.fact(row, 4, f"{key}.day", NUMBER.but(format=faces.DAY), Kind.DATE)
        canvas.fact(row, 5, f"{key}.amount", NUMBER, Kind.MONEY)
        canvas.fact(row, 6, f"{key}.rate", NUMBER.but(format="General"))
        canvas.fact(row, 7, f"{key}.pay", NUMBER.but(bold=True), Kind.MONEY)
    area = f"{at(COUNTED_TOP, FIRST)}:{at(COUNTED_TOP + room.COUNTED - 1, 7)}"
    canvas.rule(area, f'${at(COUNTED_TOP, FIRST)}<>""', line=True)


def _changes(canvas: Canvas) -> None:
    head = COUNTED_TOP - 1
    canvas.face(head, range(8, LAST + 1), HEAD)
    title = BLOCK.but(fill=faces.HEAD_FILL, edge="FFFFFF")
    canvas.text(head, 8, "Что изменило сумму за 10 дней", title)
    for number in range(1, room.COUNTED + 1):
        row = COUNTED_TOP + number - 1
        key = f"forecast.change.{number}"
        canvas.face(row, range(8, LAST + 1), PLAIN)
        canvas.fact(row, 8, f"{key}.day", TEXT.but(format="dd.mm"), Kind.DATE)
        canvas.fact(row, 9, f"{key}.amount", NUMBER.but(format=faces.DRIFT), Kind.MONEY)
        canvas.fact(row, 10, f"{key}.why", SMALL)
    area = f"{at(COUNTED_TOP, 8)}:{at(COUNTED_TOP + room.COUNTED - 1, LAST)}"
    canvas.rule(area, f'${at(COUNTED_TOP, 10)}<>""', line=True)


def _rules(canvas: Canvas) -> None:
    canvas.row(RULES_TOP - 2, "gap_rules", GAP_HEIGHT)
    head = canvas.row(RULES_TOP - 1, "rules", HEAD_HEIGHT)
    canvas.face(head, range(FIRST, 8), HEAD)
    canvas.text(head, FIRST, "Как считается ваша зарплата", BLOCK.but(fill=faces.HEAD_FILL))
    for number in range(1, room.SENTENCES + 1):
        row = canvas.row(RULES_TOP + number - 1, f"rule{number}")
        canvas.fact(row, FIRST, f"forecast.rule.{number}", TEXT)
    _proof(canvas)


def _proof(canvas: Canvas) -> None:
    """«Проверка: оплат [...] при плане [...] → ...»: the whole scheme on sums that one types."""
    row = canvas.row(PROOF, "proof", HEAD_HEIGHT)
    face = YOURS.but(align="right", format="#,##0;-#,##0", bold=True)
    label = TEXT.but(align="right")
    canvas.text(row, FIRST, "Проверка: оплат, руб.", label)
    canvas.entry(row, 4, "forecast.check.paid", face, Kind.MONEY)
    canvas.name("fig_check_paid", (row, 4))
    canvas.text(row, 5, "при плане, руб.", label)
    canvas.entry(row, 6, "forecast.check.plan", face, Kind.MONEY)
    canvas.name("fig_check_plan", (row, 6))
    canvas.live(
        row,
        7,
        '=IF(SUM(fig_scheme)=0,"",IF(COUNT(fig_check_paid)=0,'
        '"впишите сумму - покажу зарплату по этой схеме",'
        '"станет "&FIXED(fig_total_check,2)&" руб. до НДФЛ"))',
        TEXT.but(color=faces.BLUE_INK, bold=True),
    )


def _last_month(canvas: Canvas) -> None:
    head = RULES_TOP - 1
    canvas.face(head, range(9, LAST + 1), HEAD)
    canvas.text(head, 9, "Прошлый месяц", BLOCK.but(fill=faces.HEAD_FILL))
    canvas.fact(RULES_TOP, 9, "forecast.promised", TEXT)
    canvas.text(RULES_TOP + 2, 9, "Не согласны? Напишите, ответит руководитель", BLOCK)
    top = RULES_TOP + 3
    face = YOURS.but(wrap=True, valign="top")
    canvas.merge(top, 9, top + 3, LAST, face)
    canvas.entry(top, 9, "forecast.disagree", face)
    canvas.fact(top + 4, 9, "forecast.answer", SMALL)
