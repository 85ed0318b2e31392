"""The head of «Карточка»: the yellow cell, five figures, what is known, «Добавить»."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.worksheet.datavalidation import DataValidation

from model.blueprint import Kind, Role
from templates.draw import DrawContext
from templates.screens import faces
from templates.screens.canvas import GAP, HEAD_HEIGHT, RED, YELLOW, Canvas, at
from templates.screens.card_place import (
    ADD_PHONE,
    ADD_TEXT,
    ADD_WHAT,
    ADD_WHEN,
    CLEAN,
    CLIENT,
    LAST_COLUMN,
    NOBODY,
    NUMBER,
    PICK,
    PICKER,
    PICKER_ROW,
    SAME,
    TITLE_ROW,
    TYPED,
    Tables,
    cell,
    day_words,
    of_client,
)
from templates.screens.faces import CARD, FIGURE, SMALL, TEXT, TITLE, YOURS
from templates.screens.pages import freshness

CARDS_ROW = 5
FACTS_ROW = 9
ADD_ROW = 14
PAIRS = ((2, 3, 4), (5, 6, 8), (10, 11, 11), (12, 13, 14))
"""Columns of a label and of the value beside it, from the left."""
ASK = "Впишите название, ИНН или телефон в жёлтую клетку"
LABEL = TEXT.but(color=faces.GREY, size=10)
_PLAIN = (
    *((mark, "") for mark in ("«", "»", '""')),
    *((mark, " ") for mark in ("-", "–", ".", ",")),
    *(("ё", "е"), ("Ё", "Е")),
)
"""What the key of a name has instead of a mark."""
_BARE = (" ", " ", "-", "(", ")", "+", ".")
"""What people put between the digits of a phone."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Cells of the blocks that the head repeats."""

    paid: str
    """How many payments the client made."""
    deal_stage: str
    """Stage of the deal on top."""
    payment_day: str
    call_day: str
    letter_day: str
    hours: str
    scores: str
    roles: str
    names: str
    """Roles and names of the contacts on the card."""


def draw_head(canvas: Canvas, ctx: DrawContext, tables: Tables, behind: Behind) -> None:
    """Paint everything above the blocks."""
    _picker(canvas, ctx)
    _cards(canvas, tables, behind)
    _facts(canvas, tables, behind)
    _adding(canvas)


def _picker(canvas: Canvas, ctx: DrawContext) -> None:
    canvas.row(TITLE_ROW, "title", 28)
    name = f'INDEX(clients_name,{cell(CLIENT)})&"   ·   "&{cell(NUMBER)}'
    canvas.live(TITLE_ROW, 2, f'=IF({NOBODY},"Карточка клиента",{name})', TITLE)
    freshness(canvas, TITLE_ROW, LAST_COLUMN, ctx)
    canvas.row(PICKER_ROW, "picker", 24)
    canvas.text(PICKER_ROW, 2, "Клиент", LABEL)
    face = YOURS.but(bold=True, format="@")
    canvas.merge(PICKER_ROW, 3, PICKER_ROW, 5, face)
    canvas.entry(*PICKER, PICK, face)
    _offer_names(canvas)
    _find(canvas)
    same = f'"Таких названий "&{cell(SAME)}&": уточните по ИНН или №"'
    none = '"Такого клиента в вашей книге нет: проверьте название, ИНН или телефон"'
    fresh = '"Клиент новый: карточка соберётся, когда вы закроете книгу"'
    canvas.live(
        PICKER_ROW,
        6,
        f'=IF({cell(TYPED)}="","{ASK}",IF({NOBODY},{none},IF({cell(NUMBER)}="",{fresh},'
        f'IF({cell(SAME)}>1,{same},""))))',
        TEXT.but(color=faces.BLUE_INK),
    )
    canvas.row(PICKER_ROW + 1, "gap_picker", GAP)


def _offer_names(canvas: Canvas) -> None:
    """The names of all clients to choose from; anything else may be typed."""
    names = "INDEX(clients_name,1):INDEX(clients_name,MAX(1,COUNTA(clients_name)))"
    rule = DataValidation(type="list", formula1=names, allow_blank=True, showErrorMessage=False)
    rule.add(at(*PICKER))
    canvas.sheet.add_data_validation(rule)


def _find(canvas: Canvas) -> None:
    """Which client is meant: by name, number, INN or phone, in any spelling that people use."""
    typed, clean = cell(TYPED), cell(CLEAN)
    canvas.live(*TYPED, f'=TRIM({cell(PICKER)}&"")', TEXT)
    plain = typed
    for mark, other in _PLAIN:
        plain = f'SUBSTITUTE({plain},"{mark}","{other}")'
    canvas.live(*CLEAN, f"=TRIM({plain})", TEXT)
    digits = typed
    for mark in _BARE:
        digits = f'SUBSTITUTE({digits},"{mark}","")'
    bare = (
        f'IF(MID({clean},4,1)=" ",MID({clean},5,250),'
        f'IF(MID({clean},3,1)=" ",MID({clean},4,250),{clean}))'
    )
    ways = (
        f"MATCH({typed},clients_name,0)",
        f"MATCH({typed},clients_id,0)",
        f"MATCH({typed},clients_inn,0)",
        f"MATCH({typed}*1,clients_inn,0)",
        f"MATCH(RIGHT({digits},10),clients_find_phone,0)",
        f"MATCH({clean},clients_find_name,0)",
        f"MATCH({bare},clients_find_name,0)",
    )
    found = '""'
    for way in reversed(ways):
        found = f"IFERROR({way},{found})"
    canvas.live(*CLIENT, f'=IF({typed}="","",{found})', TEXT, Kind.NUMBER)
    canvas.live(*NUMBER, of_client("id"), TEXT)
    alike = f"COUNTIFS(clients_name,INDEX(clients_name,{cell(CLIENT)}))"
    canvas.live(*SAME, f"=IF({NOBODY},0,{alike})", TEXT, Kind.NUMBER)


def _cards(canvas: Canvas, tables: Tables, behind: Behind) -> None:
    """Five figures: paid, owed, in work, the last talk, the best hour."""
    rows = {
        key: canvas.row(CARDS_ROW + n, f"cards_{key}", height)
        for n, (key, height) in enumerate((("title", 20.0), ("value", 34.0), ("note", 20.0)))
    }
    no, none = cell(NUMBER), f'{cell(NUMBER)}=""'
    paid = f"SUMIFS({tables.of('payments', 'amount')},{tables.of('payments', 'client_no')},{no})"
    owed = f"SUM(INDEX(clients_debt,{cell(CLIENT)}))"
    work = f'SUMIFS(deals_amount,deals_client_no,{no},deals_stage_kind,"open")'
    active = f'COUNTIFS(deals_client_no,{no},deals_stage_kind,"open")'
    touched = f"MAX({behind.call_day},{behind.letter_day})"
    best = f"MAX({behind.scores})"
    hour = f"INDEX({behind.hours},MATCH({best},{behind.scores},0))"
    money, day = FIGURE.but(size=18), FIGURE.but(size=18, format="dd.mm.yyyy")
    cards = (
        (2, 3, "Оплатил за всё время", paid, money, Kind.MONEY,
         f'IF({behind.paid}=0,"оплат не было",{behind.paid}&" опл., последняя "'
         f"&{day_words(behind.payment_day)})"),
        (4, 5, "Долг", owed, money, Kind.MONEY,
         f'IF({owed}>0,"срок оплаты прошёл","просроченного нет")'),
        (6, 8, "В работе", work, money, Kind.MONEY,
         f'IF({active}=0,"открытых сделок нет",{active}&" сдел., новая: "&{behind.deal_stage})'),
        (10, 11, "Последний разговор или письмо", f'IF({touched}=0,"нет",{touched})', day,
         Kind.MOMENT, f'IF({touched}=0,"",(INT(now)-INT({touched}))&" дн. назад")'),
        (12, 14, "Лучше звонить", f'IF({best}=0,"нет данных",{hour}&":00 - "&({hour}+1)&":00")',
         day, Kind.TEXT,
         f'IF({best}=0,"",INT(({best}+{hour})/100)&" из "&COUNT({behind.hours})'
         '&" разговоров были в этот час")'),
    )  # fmt: skip
    for left, right, title, value, face, kind, note in cards:
        for row in rows.values():
            canvas.merge(row, left, row, right, CARD.but(edge=faces.BAR))
        canvas.text(rows["title"], left, title, CARD.but(edge=faces.BAR))
        shown = face.but(edge=faces.BAR)
        canvas.live(rows["value"], left, f'=IF({none},"",{value})', shown, kind)
        canvas.live(rows["note"], left, f'=IF({none},"",{note})', CARD.but(edge=faces.BAR))
    late = f"{at(rows['title'], 4)}:{at(rows['note'], 5)}"
    canvas.colour(late, f'LEFT({at(rows["note"], 4, lock=True)},4)="срок"', RED)
    canvas.row(CARDS_ROW + len(rows), "gap_cards", GAP)


def _facts(canvas: Canvas, tables: Tables, behind: Behind) -> None:
    """What is known of the client, in pairs of a label and a value."""
    owner = f'=IF({NOBODY},"",person&"")'
    if tables.role is Role.OWNER:
        owner = of_client("owner")
    first = f'MATCH({cell(NUMBER)}&"|1",{tables.key("payments")},0)'
    since = f"INDEX({tables.of('payments', 'date')},{first})"
    facts = (
        (("Менеджер", owner), ("Состояние", of_client("lifecycle")),
         ("Дальше", of_client("next_step")), ("Когда", of_client("next_at", number=True))),
        (("ИНН", of_client("inn")), ("Платит с", f'=IF({NOBODY},"",IFERROR({since},""))'),
         ("Сигнал", of_client("signal")), ("ЛПР", _person("ЛПР", behind))),
        (("Телефон", of_client("phone")), ("Сегмент", _segment()),
         ("Контакт", of_client("contact")), ("ЛВР", _person("ЛВР", behind))),
        (("E-mail", of_client("email")), ("Город", of_client("city")),
         ("Комментарий", of_client("note")), ("Откуда", of_client("source"))),
    )  # fmt: skip
    dates = {"Когда", "Платит с"}
    for number, line in enumerate(facts):
        row = canvas.row(FACTS_ROW + number, f"facts{number + 1}")
        for (label_at, left, right), (label, formula) in zip(PAIRS, line, strict=True):
            canvas.text(row, label_at, label, LABEL)
            face = TEXT.but(format=faces.DAY) if label in dates else TEXT
            if right > left:
                canvas.merge(row, left, row, right, face)
            canvas.live(row, left, formula, face, Kind.DATE if label in dates else Kind.TEXT)
    signal = at(FACTS_ROW + 1, PAIRS[2][1])
    code = f"{at(FACTS_ROW + 1, 15, lock=True)}"
    canvas.live(FACTS_ROW + 1, 15, of_client("code", number=True), TEXT, Kind.NUMBER)
    for number in (RED, YELLOW):
        canvas.colour(signal, f"{code}={number}", number)
    canvas.row(FACTS_ROW + len(facts), "gap_facts", GAP)


def _segment() -> str:
    """Formula: the segment, and the trade of one that has none."""
    found = [f'INDEX(clients_{field},{cell(CLIENT)})&""' for field in ("segment", "industry")]
    return f'=IF({NOBODY},"",IF({found[0]}="",{found[1]},{found[0]}))'


def _person(role: str, behind: Behind) -> str:
    """Formula: the first contact on the card who has the role."""
    found = f'INDEX({behind.names},MATCH("{role}",{behind.roles},0))'
    return f'=IF({NOBODY},"",IFERROR({found}&"",""))'


def _adding(canvas: Canvas) -> None:
    """A line to type into: the next pass makes a row of it."""
    row = canvas.row(ADD_ROW, "add", HEAD_HEIGHT)
    cut = YOURS.but(edge=faces.PAPER)
    canvas.text(row, 2, "Добавить", LABEL)
    canvas.entry(row, 3, ADD_WHAT, YOURS)
    canvas.choose(row, 3, "=list_card_adds", "Выберите из списка: Шаг, Заметка или Контакт.")
    canvas.merge(row, 4, row, 8, cut)
    canvas.entry(row, 4, ADD_TEXT, cut)
    canvas.entry(row, 10, ADD_WHEN, YOURS.but(format=faces.DAY), Kind.DATE)
    canvas.entry(row, 11, ADD_PHONE, cut.but(format="@"), Kind.PHONE)
    what, said, when, phone = (at(row, col, lock=True) for col in (3, 4, 10, 11))
    nobody = '"Сначала выберите клиента в жёлтой клетке выше"'
    taken = (
        f'IF({what}="Контакт","Сохраните - появится на листе «Контакты»",'
        f'IF({what}="Заметка","Сохраните - заметка появится ниже",'
        '"Сохраните - шаг появится ниже"))'
    )
    empty = f'AND({said}="",{phone}="",{when}="")'
    canvas.live(
        row,
        12,
        f'=IF({empty},"",IF({NOBODY},{nobody},{taken}))',
        TEXT.but(color=faces.BLUE_INK, size=10),
    )
    hints = canvas.row(row + 1, "add_hint", 16)
    for column, words in (
        (3, "что"),
        (4, "текст; для контакта - ФИО и роль: «Петрова Анна, ЛПР»"),
        (10, "когда"),
        (11, "телефон контакта"),
    ):
        canvas.text(hints, column, words, SMALL)
    canvas.row(row + 2, "gap_add", GAP)
