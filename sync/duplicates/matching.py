"""What the search for duplicates must know of one kind of record: clients, persons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from sync.duplicates.couples import Hopeless, Keyed
from sync.duplicates.numbers import (
    FOR_GOOD,
    LOOSE,
    Ints,
    Keys,
    Mask,
    given_keys,
    text_number,
)


class Tie(Enum):
    """What two records have in common."""

    INN = "inn"
    BRANCH = "branch"
    CONTACT = "contact"
    """The same phone or e-mail and nothing against it."""
    PHONE = "phone"
    """The same phone, and a name or an INN against it."""
    NAME = "name"
    LIKENESS = "likeness"
    """Many fields that are nearly the same."""


class Pair(NamedTuple):
    """Two records, the tie between them, the reasons in words; `sure` needs nobody's eye.

    `strength` orders pairs: a group that cannot stay together is split at its weakest one. A tuple,
    since a search makes one for every tie it finds.
    """

    left: str
    right: str
    tie: Tie
    reasons: tuple[str, ...]
    sure: bool = False
    strength: int = 0

    @property
    def key(self) -> str:
        """The same for the same two rows, in either order."""
        return "|".join(("duplicate", "clients", *sorted((self.left, self.right))))


CardT = TypeVar("CardT", bound=Keyed)
AnyT_contra = TypeVar("AnyT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Named(Generic[CardT]):
    """Keys that a function names as texts; those with a certain beginning are keys for good."""

    keys: Callable[[CardT], Iterable[str]]
    for_good: str

    def of_one(self, card: CardT) -> Iterator[int]:
        """The numbers of one card."""
        for key in self.keys(card):
            yield text_number(key, FOR_GOOD if key.startswith(self.for_good) else LOOSE)

    def of_all(self, cards: Sequence[CardT]) -> Keys:
        """The numbers of many cards."""
        return given_keys([tuple(self.of_one(card)) for card in cards])


class Numbered(Protocol[AnyT_contra]):
    """The keys by which cards of one kind are found."""

    def of_one(self, card: AnyT_contra, /) -> Iterable[int]:
        """The numbers of one card."""
        ...

    def of_all(self, cards: Sequence[AnyT_contra], /) -> Keys:
        """The same of many cards at once."""
        ...


def none_is_hopeless(cards: Sequence[object]) -> Hopeless:
    """Every couple is compared."""

    def unlike(lefts: Ints, _: Ints) -> Mask:
        return np.zeros(len(lefts), np.bool_)

    return Hopeless(np.zeros(len(cards), np.bool_), unlike)


@dataclass(frozen=True, slots=True)
class Matching(Generic[CardT]):
    """How cards of one kind are found and compared.

    Two cards are compared when they share a key. `contacts` are phones and e-mails, which say
    nothing when several different parties have them. `hopeless` spares comparing couples of which
    arrays alone tell that they make no pair; it may only name such.
    """

    keys: Numbered[CardT]
    compare: Callable[[CardT, CardT, frozenset[str]], Pair | None]
    contacts: Callable[[CardT], frozenset[str]]
    one_party: Callable[[CardT, CardT], bool]
    hopeless: Callable[[Sequence[CardT]], Hopeless] = none_is_hopeless
