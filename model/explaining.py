"""A shown figure taken apart: every step with its numbers, its rule and the rows behind it.

Steps that `adds` make the figure when they are added up; the others are what those are counted
from. A step that `uses` others follows from their figures and names no rows of theirs again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Address:
    """A cell that a person can go to."""

    book: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Source:
    """A row that a figure was counted from."""

    number: str
    """The visible number: О-12; empty where rows have none."""
    what: str
    amount: Decimal | None = None
    day: date | None = None
    note: str = ""
    at: Address | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What decided it: a row of «Мотивация» or of «Планы» as people read it."""

    text: str
    row: int | None = None
    """Row on the sheet."""
    at: Address | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what, from what sum, at what rate, how it was rounded."""

    code: str
    title: str
    amount: Decimal | None
    calc: str = ""
    """The arithmetic in exact numbers."""
    how: str = ""
    """The same in words, as the sheets say it."""
    basis: Decimal | None = None
    rate: Decimal | None = None
    rounding: str = ""
    adds: bool = False
    uses: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    rules: tuple[Rule, ...] = ()
    at: Address | None = None
    """Where the line stands."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a figure, or a signal, is what it is."""

    kind: str
    """salary, plan or signal."""
    subject: str
    title: str
    figure: Decimal | None
    shown: str
    """The figure or the words as they stand in the book."""
    steps: tuple[Step, ...]
    month: date | None = None
    counted: bool = False
    """Whether the figure is a number of things and not roubles."""
    chain: str = ""
    """The sum written out: it ends with the figure."""
    at: tuple[Address, ...] = ()
    """Where the figure stands."""
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the adding steps make."""
        return sum((s.amount for s in self.steps if s.adds and s.amount is not None), Decimal(0))
