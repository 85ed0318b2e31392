"""A team in a folder of its own, and the people at its books."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from model.blueprint import Blueprint
from tests.live.hand import Hand


@dataclass(slots=True)
class Office:
    """A team, the hands at its books, and what they typed: a ledger that no program keeps."""

    folder: Path
    root: Path
    blueprint: Blueprint
    owner: Hand
    sellers: tuple[Hand, ...]
    today: datetime
    typed: dict[str, tuple[Hand, str]] = field(default_factory=dict)
    """Token -> the hand and the table."""
    paid: Decimal = Decimal(0)
    deals: int = 0

    @property
    def hands(self) -> tuple[Hand, ...]:
        return (self.owner, *self.sellers)
