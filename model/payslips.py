"""A closed month of a person's pay as it was approved: what it was counted from, line by line.

A slip never moves. What its month turns out to be later stands as a correction in an open month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """A row that a figure was counted from, and what it added: roubles or a count."""

    table: str
    row_id: str
    day: date | None
    amount: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line as it stood: its numbers and its words."""

    code: str
    title: str
    basis: Decimal | None
    rate: Decimal | None
    amount: Decimal
    how: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """A person's closed month; sums in roubles.

    `said` is everything the pay was counted from (rows of the scheme, what happened), as text, so
    that it can be counted again.
    """

    person: str
    month: date
    gross: Decimal
    """With the corrections of earlier months."""
    corrected: Decimal
    """What of it these corrections are."""
    main: Decimal
    """Bases of the income tax: without and with the regional part."""
    regional: Decimal
    tax_main: Decimal
    tax_regional: Decimal
    draw_balance: Decimal
    carry_out: Decimal
    rate: Decimal
    """Effective rate of the commission, for refunds in later months."""
    lines: tuple[SlipLine, ...]
    pieces: dict[str, tuple[Piece, ...]] = field(default_factory=dict)
    """Rows behind the lines, by code."""
    said: str = ""
