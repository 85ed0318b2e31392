"""«Карточка»: everything about one client on one screen, live over the tables of the book.

A name, INN, phone or number in the yellow cell finds the client. Each line of a block looks up its
row by the key `К-118|3` once, in a hidden column; the rest are INDEX over that place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, Kind, Role, Slot
from templates.draw import DrawContext
from templates.screens import faces
from templates.screens.canvas import HEAD_HEIGHT, Canvas, at
from templates.screens.card_blocks import (
    CALLS,
    CONTACTS,
    DEALS,
    EVENTS,
    LEFT,
    LETTERS,
    LOST,
    PAYMENTS,
    REFUSALS,
    RIGHT,
    TIMELINE,
    Block,
    Event,
    Field,
    Form,
)
from templates.screens.card_head import Behind, draw_head
from templates.screens.card_place import (
    EVENT_AT,
    EVENT_SUM,
    EVENT_WORDS,
    HIDDEN,
    HOUR,
    LAST_COLUMN,
    LEFT_COLUMN,
    LEFT_PLACE,
    LOST_AT,
    NUMBER,
    RIGHT_COLUMN,
    RIGHT_PLACE,
    SCORE,
    TIMELINE_AT,
    WIDTHS,
    Tables,
    cell,
)
from templates.screens.faces import BLOCK, HEAD, HEAD_RIGHT, PLAIN, TEXT
from templates.screens.pages import landscape

TOP = 17
"""First row of the blocks."""
HEADS = 2
"""Rows of a block above its lines: title and headings."""
NUMBERS = faces.NUMBER.but(format="#,##0;-#,##0;0;@")
"""A line without a row shows nothing, a sum typed as a text shows itself."""
FACES = {
    Form.LINK: TEXT.but(color=faces.BLUE_INK),
    Form.NUMBER: TEXT.but(color=faces.BLUE_INK),
    Form.MONEY: NUMBERS,
    Form.COUNT: NUMBERS,
    Form.DAY: TEXT.but(format=faces.DAY),
    Form.MOMENT: TEXT.but(format="dd.mm hh:mm"),
}
KINDS = {
    Form.MONEY: Kind.MONEY,
    Form.COUNT: Kind.COUNT,
    Form.DAY: Kind.DATE,
    Form.MOMENT: Kind.MOMENT,
}
FIGURES = frozenset({Form.MONEY, Form.COUNT})
_APART = 1_000_000_000
"""Events of one moment stand apart by their line, by less than a second."""


def draw_card(ws: Worksheet, ctx: DrawContext, *, role: Role) -> tuple[Slot, ...]:
    """Paint the sheet for the book of a role."""
    tables = Tables(role)
    canvas = Canvas(ws, WIDTHS)
    canvas.hide_columns(*HIDDEN)
    places = placed()
    draw_head(canvas, ctx, tables, _behind(places))
    bottom = max(place.last for place in places.values())
    events = tuple((event, n) for event in EVENTS for n in range(event.block.lines))
    for row in range(TOP, max(bottom, TOP + len(events) - 1) + 1):
        canvas.row(row, f"row{row - TOP + 1}")
    for place in places.values():
        _Painter(canvas, ctx, tables, places, place).draw()
    for row, (event, n) in enumerate(events, start=TOP):
        _event(canvas, tables, row, event, places[event.block.key].place(n))
    _timeline(canvas, places, len(events))
    landscape(ws, f"B2:{at(bottom, LAST_COLUMN)}", sheets=0)
    ws.freeze_panes = at(4, LEFT_COLUMN)
    return canvas.slots


draw_own_card = partial(draw_card, role=Role.MANAGER)
draw_team_card = partial(draw_card, role=Role.OWNER)


@dataclass(frozen=True, slots=True)
class Placed:
    """A block on the sheet: its first row and the column of its first field."""

    block: Block
    top: int

    @property
    def left(self) -> int:
        """Column of the first field."""
        return LEFT_COLUMN if self.block.left else RIGHT_COLUMN

    @property
    def last(self) -> int:
        """The last line."""
        return self.top + HEADS + self.block.lines - 1

    @property
    def hidden(self) -> int:
        """Hidden column in which each line says which row of the table it shows."""
        return LEFT_PLACE if self.block.left else RIGHT_PLACE

    def row(self, line: int) -> int:
        """Row of a line counted from 0."""
        return self.top + HEADS + line

    def place(self, line: int) -> str:
        """Cell that holds which row of the table a line shows."""
        return at(self.row(line), self.hidden, lock=True)

    @property
    def count(self) -> str:
        """Cell that holds how many rows the client has."""
        return at(self.top, self.hidden, lock=True)

    def column(self, field: str) -> int:
        """Column of a field."""
        at_column = self.left
        for one in self.block.fields:
            if one.key == field:
                return at_column
            at_column += one.span
        raise KeyError(field)

    def over(self, column: int) -> str:
        """All lines of a column."""
        return f"{at(self.row(0), column, lock=True)}:{at(self.last, column, lock=True)}"


def placed() -> dict[str, Placed]:
    """Every block with its place, by key; «Что было» stands among those on the right."""
    places: dict[str, Placed] = {}
    for blocks in (LEFT, (*RIGHT[:2], TIMELINE, *RIGHT[2:])):
        top = TOP
        for block in blocks:
            places[block.key] = Placed(block, top)
            top = places[block.key].last + 2
    return places


def _behind(places: Mapping[str, Placed]) -> Behind:
    """Cells of the blocks that the head repeats."""

    def first(block: Block, field: str) -> str:
        place = places[block.key]
        return at(place.row(0), place.column(field), lock=True)

    calls, contacts = places[CALLS.key], places[CONTACTS.key]
    return Behind(
        paid=places[PAYMENTS.key].count,
        deal_stage=first(DEALS, "stage"),
        payment_day=first(PAYMENTS, "date"),
        call_day=first(CALLS, "at"),
        letter_day=first(LETTERS, "at"),
        hours=calls.over(HOUR),
        scores=calls.over(SCORE),
        roles=contacts.over(contacts.column("role")),
        names=contacts.over(contacts.column("fio")),
    )


@dataclass(frozen=True, slots=True)
class _Painter:
    """Paints one block."""

    canvas: Canvas
    ctx: DrawContext
    tables: Tables
    places: Mapping[str, Placed]
    at: Placed

    def draw(self) -> None:
        """Title, headings and lines."""
        block, canvas = self.at.block, self.canvas
        self._title()
        column = self.at.left
        for field in block.fields:
            face = HEAD_RIGHT if field.form in FIGURES else HEAD
            canvas.face(self.at.top + 1, range(column, column + field.span), HEAD)
            canvas.text(self.at.top + 1, column, field.title, face)
            column += field.span
        canvas.face(self.at.top + 1, range(column, self._right + 1), HEAD)
        if block is TIMELINE:
            return
        for line in range(block.lines):
            self._place(line)
            self._fields(line)
            if block is DEALS:
                self._lost(line)
            elif block is CALLS:
                self._hour(line)
        lines = f"{at(self.at.row(0), self.at.left)}:{at(self.at.last, self._right)}"
        canvas.rule(lines, f'${at(self.at.row(0), self.at.hidden)}<>""', line=True)

    @property
    def _right(self) -> int:
        return RIGHT_COLUMN - 2 if self.at.block.left else LAST_COLUMN

    def _title(self) -> None:
        """The name of the block and how many rows there are; the count stands beside, hidden."""
        block, count, nobody = self.at.block, self.at.count, f'{cell(NUMBER)}=""'
        if block is REFUSALS:
            counted = f"COUNT({self.places[DEALS.key].over(LOST_AT)})"
        elif block is TIMELINE:
            counted = f"COUNT({self.at.over(TIMELINE_AT)})"
        else:
            counted = f"COUNTIFS({self.tables.of(block.table, 'client_no')},{cell(NUMBER)})"
        formula = f"=IF({nobody},0,{counted})"
        self.canvas.live(self.at.top, self.at.hidden, formula, PLAIN, Kind.COUNT)
        more = f'IF({count}>{block.lines},", ниже {block.lines} последних","")'
        words = f'="{block.title}"&IF({nobody},"",IF({count}=0,"",": "&{count}&{more}))'
        self.canvas.live(self.at.top, self.at.left, words, BLOCK)
        self.canvas.sheet.row_dimensions[self.at.top].height = HEAD_HEIGHT

    def _place(self, line: int) -> None:
        """Which row of the table the line shows: the newest first."""
        block = self.at.block
        if block is REFUSALS:
            deals = self.places[DEALS.key]
            nth = f"SMALL({deals.over(LOST_AT)},{line + 1})"
            formula = f'=IFERROR(INDEX({deals.over(deals.hidden)},{nth}),"")'
        else:
            key = f'{cell(NUMBER)}&"|"&({self.at.count}-{line})'
            found = f"MATCH({key},{self.tables.key(block.table)},0)"
            formula = f'=IF({self.at.count}<={line},"",IFERROR({found},""))'
        self.canvas.live(self.at.row(line), self.at.hidden, formula, PLAIN, Kind.NUMBER)

    def _fields(self, line: int) -> None:
        row, column = self.at.row(line), self.at.left
        for number, field in enumerate(self.at.block.fields):
            face = FACES.get(field.form, TEXT)
            if field.span > 1:
                self.canvas.merge(row, column, row, column + field.span - 1, face)
            empty = '""'
            if line == 0 and number == 1:
                empty = f'IF({cell(NUMBER)}="","","{self.at.block.empty}")'
            formula = f'=IF({self.at.place(line)}="",{empty},{self._shown(field, line)})'
            self.canvas.live(row, column, formula, face, KINDS.get(field.form, Kind.TEXT))
            column += field.span

    def _shown(self, field: Field, line: int) -> str:
        """Formula part: the field of the row that the line shows."""
        table, place = self.at.block.table, self.at.place(line)
        found = f"INDEX({self.tables.of(table, field.key)},{place})"
        if field.form is Form.LINK:
            link = f'HYPERLINK({found},"{field.word}")'
            return f'IF(LEFT({found},4)="http",{link},{found}&"")'
        if field.form is Form.NUMBER:
            sheet = self.ctx.title(table)
            return f'HYPERLINK("#\'{sheet}\'!C"&({place}+{FIRST_ROW - 1}),{found}&"")'
        if field.form is Form.TEXT:
            return f'{found}&""'
        if (table, field.key) == ("deals", "rest"):
            return f'IF(INDEX(deals_stage_kind,{place})="{LOST}","",{found})'
        return f'IF({found}="","",{found})'

    def _lost(self, line: int) -> None:
        """The line's number where the deal was lost."""
        place = self.at.place(line)
        is_lost = f'INDEX(deals_stage_kind,{place})="{LOST}"'
        formula = f'=IF({place}="","",IF({is_lost},{line + 1},""))'
        self.canvas.live(self.at.row(line), LOST_AT, formula, PLAIN, Kind.NUMBER)

    def _hour(self, line: int) -> None:
        """The hour of a call that was answered, and how it compares: often, then early."""
        row, place = self.at.row(line), self.at.place(line)
        answered = f"INDEX(calls_answered,{place})"
        yes = f'IFERROR({answered}*1,IF({answered}="да",1,0))=1'
        hour = f"INT(ROUND(MOD(INDEX(calls_at,{place}),1)*86400,0)/3600)"
        formula = f'=IF({place}="","",IF({yes},IFERROR({hour},""),""))'
        self.canvas.live(row, HOUR, formula, PLAIN, Kind.NUMBER)
        own = at(row, HOUR, lock=True)
        often = f"COUNTIFS({self.at.over(HOUR)},{own})*100-{own}"
        self.canvas.live(row, SCORE, f'=IF({own}="","",{often})', PLAIN, Kind.NUMBER)


def _event(canvas: Canvas, tables: Tables, row: int, event: Event, place: str) -> None:
    """A line of a block as an event: its moment, words and sum, in hidden cells."""
    table = event.block.table
    day = f"INDEX({tables.of(table, event.day)},{place})"
    moment = f"{day}+ROW()/{_APART}"
    happened = f'IF(COUNT({day})=0,"",IF({day}>now,"",{moment}))'
    canvas.live(row, EVENT_AT, f'=IF({place}="","",{happened})', PLAIN, Kind.MOMENT)
    mine = at(row, EVENT_AT, lock=True)

    def found(field: str) -> str:
        return f"INDEX({tables.of(table, field)},{place})"

    word, said = f'"{event.word}"', found(event.said)
    if event.kind:
        word = f'IF({found(event.kind)}="",{word},{found(event.kind)})'
    if event.numbered:
        word += f'&" "&{found("id")}'
    if event.otherwise:
        said = f'IF({said}="",{found(event.otherwise)},{said})'
    words = f'{word}&IF({said}="","",": "&{said})'
    canvas.live(row, EVENT_WORDS, f'=IF({mine}="","",{words})', PLAIN)
    if event.money:
        money = found(event.money)
        formula = f'=IF({mine}="","",IF({money}="","",{money}))'
        canvas.live(row, EVENT_SUM, formula, PLAIN, Kind.MONEY)


def _timeline(canvas: Canvas, places: Mapping[str, Placed], events: int) -> None:
    """The newest events of all blocks, each with its day and its sum."""
    here = places[TIMELINE.key]
    last = TOP + events - 1
    moments, words, sums = (
        f"{at(TOP, column, lock=True)}:{at(last, column, lock=True)}"
        for column in (EVENT_AT, EVENT_WORDS, EVENT_SUM)
    )
    for line in range(TIMELINE.lines):
        row, place = here.row(line), at(here.row(line), TIMELINE_AT, lock=True)
        found = f'=IFERROR(MATCH(LARGE({moments},{line + 1}),{moments},0),"")'
        canvas.live(row, TIMELINE_AT, found, PLAIN, Kind.NUMBER)
        shown = {
            "at": (f"INT(INDEX({moments},{place}))", FACES[Form.DAY], Kind.DATE, '""'),
            "words": (f'INDEX({words},{place})&""', TEXT, Kind.TEXT, '""'),
            "money": (f"INDEX({sums},{place})", NUMBERS, Kind.MONEY, '""'),
        }
        for field in TIMELINE.fields:
            value, face, kind, empty = shown[field.key]
            column = here.column(field.key)
            if field.span > 1:
                canvas.merge(row, column, row, column + field.span - 1, face)
            if field.key == "money":
                value = f'IF({value}="","",{value})'
            if field.key == "words" and line == 0:
                empty = f'IF({cell(NUMBER)}="","","{TIMELINE.empty}")'
            canvas.live(row, column, f'=IF({place}="",{empty},{value})', face, kind)
