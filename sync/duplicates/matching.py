"""What the search for duplicates must know of one kind of record: clients, persons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, the tie between them, the reasons in words; `sure` needs nobody's eye.

    `strength` orders pairs: a group that cannot stay together is split at its weakest one.
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


class Keyed(Protocol):
    """What a card must have: the row it tells of."""

    @property
    def row_id(self) -> str:
        """The row."""
        ...


CardT = TypeVar("CardT", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Matching(Generic[CardT]):
    """How cards of one kind are found and compared.

    Two cards are compared when they share a key. A key of very many rows is none, unless it begins
    with what `never_crowds`. `contacts` are phones and e-mails, which say nothing when several
    different parties have them.
    """

    keys: Callable[[CardT], Iterable[str]]
    compare: Callable[[CardT, CardT, frozenset[str]], Pair | None]
    contacts: Callable[[CardT], frozenset[str]]
    one_party: Callable[[CardT, CardT], bool]
    never_crowds: str
