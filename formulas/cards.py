"""How well a card is filled, what clients say, and how a chain of letters works (METRICS.md 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulas.rounding import ZERO, pct, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

SATISFIED = 4
"""CSAT mark from which a client is satisfied."""
PROMOTER = 9
DETRACTOR = 6


@dataclass(frozen=True, slots=True)
class CardField:
    """One field of a card: its weight, its text, and whether it is asked for and valid."""

    weight: Decimal
    value: str | None
    required_for: tuple[str, ...] | None = None
    valid: bool = True

    @property
    def filled(self) -> bool:
        """Not blank, and valid."""
        return bool((self.value or "").strip()) and self.valid


@dataclass(frozen=True, slots=True)
class CardScore:
    """Per cent of the card that is filled, and the fields that are not, heaviest first."""

    score: Decimal | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """Unique recipients of one letter of a chain by what they did."""

    sent: int
    delivered: int
    opened: int
    clicked: int
    replied: int
    deals: int


@dataclass(frozen=True, slots=True)
class LetterRates:
    """Conversions of one letter."""

    delivery: Decimal | None
    open: Decimal | None
    click: Decimal | None
    reply: Decimal | None
    to_deal: Decimal | None


@dataclass(frozen=True, slots=True)
class Chain:
    """Conversions of all letters, of the whole chain, and the letter that sells best."""

    steps: tuple[LetterRates, ...]
    chain_conv: Decimal | None
    best: int | None


def card(fields: Mapping[str, CardField], kind: str | None) -> CardScore:
    """How well a card of this kind is filled."""
    asked = {
        name: known
        for name, known in fields.items()
        if known.required_for is None or kind in known.required_for
    }
    whole = sum((known.weight for known in asked.values()), ZERO)
    filled = sum((known.weight for known in asked.values() if known.filled), ZERO)
    blank = [name for name, known in asked.items() if not known.filled]
    missing = sorted(blank, key=lambda name: asked[name].weight, reverse=True)
    return CardScore(pct(filled, whole), tuple(missing))


def csat(marks: Iterable[int | None]) -> Decimal | None:
    """Per cent of satisfied clients; blanks are skipped."""
    known = [mark for mark in marks if mark is not None]
    return pct(sum(mark >= SATISFIED for mark in known), len(known))


def nps(marks: Iterable[int | None]) -> Decimal | None:
    """Per cent of promoters less per cent of detractors; blanks are skipped."""
    known = [mark for mark in marks if mark is not None]
    promoters = sum(mark >= PROMOTER for mark in known)
    return pct(promoters - sum(mark <= DETRACTOR for mark in known), len(known))


def chain(letters: Sequence[Letter]) -> Chain:
    """How a chain of letters works, by unique recipients."""
    sells = [(ratio(one.deals, one.sent), -number) for number, one in enumerate(letters)]
    known = [(share, number) for share, number in sells if share is not None]
    return Chain(
        steps=tuple(_rates(one) for one in letters),
        chain_conv=ratio(sum(one.deals for one in letters), letters[0].sent) if letters else None,
        best=-max(known)[1] if known else None,
    )


def _rates(letter: Letter) -> LetterRates:
    return LetterRates(
        delivery=ratio(letter.delivered, letter.sent),
        open=ratio(letter.opened, letter.delivered),
        click=ratio(letter.clicked, letter.delivered),
        reply=ratio(letter.replied, letter.delivered),
        to_deal=ratio(letter.deals, letter.sent),
    )
