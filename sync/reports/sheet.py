"""One page of a report as a value, the same for the terminal, html, a workbook and JSON.

Numbers stay numbers. A cell that was counted from rows says which: `behind` names them, and the
page turns that into a link to their list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from model.figures import Cut, Light, Measure, Period
from model.texts.numbers import DASH, delta_percent, money, number, percent
from sync.reports.words import attainment


class Form(Enum):
    """How a figure is printed."""

    MONEY = "money"
    COUNT = "count"
    """Whole, or with a place where a shared deal makes a part."""
    PERCENT = "percent"
    ATTAINMENT = "attainment"
    """Percent of a plan: just under 100 keeps a place."""
    DELTA = "delta"
    """A change in percent with its sign."""
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Cite:
    """The rows that add to a sum: of which measures, people with their days, keys of a cut."""

    measures: tuple[Measure, ...]
    spans: tuple[tuple[str | None, Period], ...]
    """A person and the days that count; None is everybody."""
    cut: Cut | None = None
    keys: tuple[str, ...] = ()
    """Keys of the cut; an empty one stands for rows without any."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Clients as the rows behind a number of clients: row id, last payment, sum."""

    lines: tuple[tuple[str, date | None, Decimal], ...]


Behind = Cite | Clients


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; an undefined one is shown as a dash."""

    value: Decimal | None
    form: Form
    behind: Behind | None = None
    light: Light | None = None

    @property
    def shown(self) -> str:
        """The figure in words."""
        return said(self.value, self.form)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    name: str
    cells: tuple[Cell, ...]
    total: bool = False


class Shape(Enum):
    """How a chart draws its lines."""

    COLUMNS = "columns"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class Chart:
    """Some columns of a table drawn beside it; the total is left out."""

    title: str
    shape: Shape
    columns: tuple[int, ...]
    """Places among the cells of a line."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading, an optional chart and a note."""

    title: str
    titles: tuple[str, ...]
    """Heading of the names, then of each cell."""
    lines: tuple[Line, ...]
    note: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One of the large figures at the top."""

    title: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: cards, tables, sentences about what did not count."""

    kind: str
    title: str
    days: str
    """«март 2026», and of whom when one person is meant."""
    cards: tuple[Card, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row behind a figure."""

    number: str
    day: date | None
    client: str
    who: str
    what: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows behind one figure; they add up to it."""

    title: str
    form: Form
    lines: tuple[RowLine, ...]

    @property
    def total(self) -> Decimal:
        """What the rows add up to."""
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Document:
    """A report: its pages, the rows behind its figures, its footer."""

    title: str
    sheets: tuple[Sheet, ...]
    listed: Mapping[Behind, Listed]
    footer: tuple[str, ...]
    version: int


def said(value: Decimal | None, form: Form) -> str:
    """A figure in words: «5 914 000», «0,6», «44 %», «+12 %», «31»; None is a dash."""
    if value is None:
        return DASH
    match form:
        case Form.MONEY:
            return money(value)
        case Form.PERCENT:
            return percent(value)
        case Form.ATTAINMENT:
            return attainment(value)
        case Form.DELTA:
            return delta_percent(value)
        case _:
            whole = value == value.to_integral_value()
            return number(value, places=0 if whole else 1)
