"""The card of a client as a page of html that needs nothing else and prints on A4, and as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from model.texts.numbers import counted, day_year, money, number
from model.texts.values import shown
from model.values import Value
from sync.card.collect import ClientCard, Line, Part
from sync.reports.html import render
from templates.screens.card_blocks import TIMELINE, Block, Field, Form

FIGURES = frozenset({Form.MONEY, Form.COUNT})
WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table as it is printed; `href` leads somewhere."""

    text: str
    figure: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A block as a table: what stands above it, headings, lines, or why there are none."""

    key: str
    title: str
    heads: tuple[Cell, ...]
    lines: tuple[tuple[Cell, ...], ...]
    empty: str
    left: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the five figures on top; `red` says that it is bad."""

    title: str
    value: str
    note: str
    red: bool = False


def render_card(card: ClientCard, made: datetime) -> str:
    """The card as one page of html."""
    facts = [(title, said) for title, value in card.facts if (said := shown(value))]
    grids = tuple(grids_of(card))
    return render(
        "card.html",
        title=f"{card.name} · {card.number}" if card.number else card.name,
        figures=figures_of(card, made.date()),
        facts=facts,
        grids=[grid for grid in grids if grid.lines],
        without=[grid.empty.partition(":")[0] for grid in grids if not grid.lines],
        made=made,
    )


def figures_of(card: ClientCard, today: date) -> tuple[Figure, ...]:
    """The five figures on top of the sheet, in the same words."""
    paid = "оплат не было"
    if card.payments:
        last = card.last_payment
        when = f", последняя {day_year(last)}" if isinstance(last, date) else ""
        paid = f"{counted(card.payments, 'оплата', 'оплаты', 'оплат')}{when}"
    work = "открытых сделок нет"
    if card.open_deals:
        deals = counted(card.open_deals, "сделка", "сделки", "сделок")
        work = f"{deals}, новая: {card.top_stage}"
    owed = "срок оплаты прошёл" if card.debt else "просроченного нет"
    quiet = "" if card.touched is None else f"{(today - card.touched.date()).days} дн. назад"
    hour, note = "нет данных", ""
    if card.hour is not None:
        hour = f"{card.hour.starts}:00 - {card.hour.starts + 1}:00"
        note = f"{card.hour.answered} из {card.hour.talks} разговоров были в этот час"
    return (
        Figure("Оплатил за всё время, руб.", money(card.paid), paid),
        Figure("Долг, руб.", money(card.debt), owed, red=bool(card.debt)),
        Figure("В работе, руб.", money(card.in_work), work),
        Figure(
            "Последний разговор или письмо",
            "нет" if card.touched is None else day_year(card.touched),
            quiet,
        ),
        Figure("Лучше звонить", hour, note),
    )


def grids_of(card: ClientCard) -> Iterator[Grid]:
    """Every block and «Что было» as tables, in the order of the sheet."""
    for part in card.parts:
        yield _grid(part)
        if part.block.key == "tasks":
            yield _events(card)


def _grid(part: Part) -> Grid:
    block = part.block
    lines = tuple(tuple(_cell(f, line) for f in block.fields) for line in part.lines)
    return Grid(block.key, title_of(part), _heads(block), lines, block.empty, block.left)


def _events(card: ClientCard) -> Grid:
    lines = tuple(
        (Cell(day_year(one.at)), Cell(one.words), Cell(_figure(one.money, Form.MONEY), figure=True))
        for one in card.events
    )
    heads = _heads(TIMELINE)
    return Grid(TIMELINE.key, TIMELINE.title, heads, lines, TIMELINE.empty, TIMELINE.left)


def title_of(part: Part) -> str:
    """The name of a block and how many rows there are."""
    if not part.total:
        return part.block.title
    more = f", ниже {len(part.lines)} последних" if part.total > len(part.lines) else ""
    return f"{part.block.title}: {number(part.total)}{more}"


def _heads(block: Block) -> tuple[Cell, ...]:
    return tuple(Cell(field.title, field.form in FIGURES) for field in block.fields)


def _cell(field: Field, line: Line) -> Cell:
    value = line.cells.get(field.key)
    if field.form is Form.LINK and isinstance(value, str) and value.startswith(WEB):
        return Cell(field.word, href=value)
    return Cell(_figure(value, field.form), field.form in FIGURES)


def _figure(value: Value, form: Form) -> str:
    """A value as its column shows it."""
    if form is Form.DAY and isinstance(value, datetime):
        return day_year(value)
    return shown(value)
