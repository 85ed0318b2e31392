"""A team in a folder of its own, and the people at its books."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from model.blueprint import Blueprint
from sync.opening import opened
from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import find_state
from tests.live.hand import Hand
from tests.sync.small_team import OWNER, PEOPLE, ZONE


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


def settle_in(ground: Path, place: Path) -> Office:
    """A copy of a founded team at a place of its own, looked at five times a second."""
    shutil.copytree(ground, place)
    folder, root = place / "team", place / "state"
    state = find_state(folder, root, place)
    settings = read_settings(state / FILE_NAME)
    quick = {"folder": folder, "poll_seconds": 0.2, "settle_seconds": 0.1}
    write_settings(state / FILE_NAME, settings.model_copy(update=quick))
    with opened(state) as team:
        with team.store.read() as reader:
            books = {book.person: book for book in reader.books()}
        hands = {who: Hand(book, team.path(book), team.blueprint) for who, book in books.items()}
        sellers = tuple(hands[who] for who in PEOPLE)
        return Office(folder, root, team.blueprint, hands[OWNER], sellers, datetime.now(ZONE))
