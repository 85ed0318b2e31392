"""Which value stands where several cards are one client, and why that one.

Nothing is written: a joined card keeps what it says, this is how both are read together. Phones
and e-mails add up. Else a value that passes its check stands before one that does not, a person's
before a fact's, among people the later one, among facts the main card's. Whose the client is and
the stage are never chosen, since pay hangs on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from model.blueprint import Column, Kind, Owner, Table
from model.canon import canon
from model.emails import read_email
from model.identity import read_kpp
from model.records import Change, Record, Source
from model.values import Value
from sync.identity import inn_keys, read_any_phone

NEVER_CHOSEN = frozenset({"owner", "stage"})
_PEOPLE = frozenset({Source.PERSON, Source.ANSWER})


class Why(Enum):
    """Why a value stands."""

    ONLY = "only"
    """The other cards are blank there."""
    SAME = "same"
    BOTH = "both"
    """Phones or e-mails of all cards."""
    CHECKED = "checked"
    PERSON = "person"
    LATER = "later"
    MAIN = "main"
    ASK = "ask"
    """Nobody may choose but the owner of the business."""


@dataclass(frozen=True, slots=True)
class Side:
    """One card, and the last change of each of its fields."""

    client: Record
    last: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the cards say in one column, the main one first, and what stands for all."""

    column: Column
    said: tuple[Value, ...]
    value: Value
    why: Why
    by: Change | None = None
    """The change that brought it, where that is why it stands."""


def last_changes(history: Sequence[Change]) -> dict[str, Change]:
    """The last change of each field, from changes that stand newest first."""
    found: dict[str, Change] = {}
    for change in history:
        found.setdefault(change.field, change)
    return found


def standing(table: Table, sides: Sequence[Side]) -> tuple[Standing, ...]:
    """Every column that a card fills, in the order of the sheet; the main card is the first."""
    people = (c for c in table.columns if c.owner in {Owner.PERSON, Owner.IMPORT})
    found = (_standing(column, sides) for column in people)
    return tuple(one for one in found if any(value is not None for value in one.said))


def _standing(column: Column, sides: Sequence[Side]) -> Standing:
    said = tuple(side.client.values.get(column.key) for side in sides)
    filled = [n for n, value in enumerate(said) if canon(column.kind, value) is not None]
    different = {canon(column.kind, said[n]) for n in filled}
    if len(different) <= 1:
        why = Why.SAME if len(filled) > 1 else Why.ONLY
        return Standing(column, said, said[filled[0]] if filled else None, why)
    if column.key in NEVER_CHOSEN:
        return Standing(column, said, None, Why.ASK)
    if column.kind in _LISTS:
        return _together(column, said, filled)
    at, why = _chosen(column, said, filled, sides)
    by = sides[at].last.get(column.key) if why in {Why.PERSON, Why.LATER} else None
    return Standing(column, said, said[at], why, by)


def _chosen(
    column: Column, said: tuple[Value, ...], filled: list[int], sides: Sequence[Side]
) -> tuple[int, Why]:
    check = _CHECKS.get(column.kind)
    checked = [n for n in filled if check is not None and check(said[n])]
    if checked and len({canon(column.kind, said[n]) for n in checked}) == 1:
        return checked[0], Why.CHECKED
    left = checked or filled
    last = [side.last.get(column.key) for side in sides]
    moments = {n: c.at for n in left if (c := last[n]) is not None and c.source in _PEOPLE}
    if not moments:
        return left[0], Why.MAIN
    latest = max(moments, key=lambda n: (moments[n], -n))
    if len(moments) == 1:
        return latest, Why.PERSON
    return latest, Why.LATER


def _together(column: Column, said: tuple[Value, ...], filled: list[int]) -> Standing:
    """Every number or address once, as it is spelled where it stands first."""
    read, kept, known = _LISTS[column.kind], dict[str, set[str]](), set[str]()
    for n in filled:
        text = str(said[n])
        keys = {*read(said[n])} or {text}
        if not keys <= known:
            kept = {one: has for one, has in kept.items() if not has < keys} | {text: keys}
        known |= keys
    return Standing(column, said, "; ".join(kept), Why.BOTH)


_LISTS: Mapping[Kind, Callable[[Value], tuple[str, ...]]] = {
    Kind.PHONE: lambda value: read_any_phone(value).sure,
    Kind.EMAIL: lambda value: read_email(value).sure,
}
_CHECKS: Mapping[Kind, Callable[[Value], object]] = {
    Kind.INN: inn_keys,
    Kind.KPP: lambda value: read_kpp(value).sure,
}
