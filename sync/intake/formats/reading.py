"""What every format gives: rows of one kind under the names of `sync.imports.headings`.

A format is pure: bytes in, a reading out, no disk, no clock. Rows may come lazily, so that a long
log of calls is never in memory as a whole. A row is a fact of its source: its key stays the same
in every file and every request that brings it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol
from zoneinfo import ZoneInfo

from model.errors import UnreadableInput
from model.values import Value
from sync.imports import Guess, ImportKind, Incoming, Refused

Row = Incoming | Refused
Cells = Mapping[str, str]
"""One record of a foreign program: its own names and texts."""


class Merging(Enum):
    """What a second arrival of a known fact does."""

    LATEST = "latest"
    """Its values are newer: they fill cells that nobody has touched."""
    JOINED = "joined"
    """It is another piece of the same event: blanks are filled, nothing is blanked, and the
    pieces may come in any order."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The zone of a source and the zone of the team."""

    source: ZoneInfo
    team: ZoneInfo

    def local(self, moment: datetime) -> datetime:
        """A moment as the team's clocks show it, to the second; without an offset the source's."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self.source)
        return aware.astimezone(self.team).replace(tzinfo=None, microsecond=0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the team decides about a reading."""

    kind: ImportKind | None = None
    """What a person said the rows are; None: to be found out."""
    zone: str = "Europe/Moscow"
    stages: tuple[str, ...] = ()
    columns: Mapping[str, str | None] = field(default_factory=dict)
    """Heading -> field, over the guess."""
    profiles: tuple[str, ...] = ()
    """Profiles of the team's own, as TOML; they go before ours."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Format -> zone of its times, where it is not the team's."""

    micros: bool = False
    """Costs: whether money stands in millionths of a rouble."""
    came: datetime | None = None
    """When a request or letter arrived, by the team's clocks; a file has no such moment."""

    def clock(self, name: str, zone: str = "") -> Clock:
        """What turns the times of a format into the team's."""
        return Clock(ZoneInfo(self.zones.get(name) or zone or self.zone), ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format found."""

    kind: ImportKind
    format: str
    """Short name of the format: `1c`, `asterisk`, `table`…"""
    title: str
    """The format in words of a person."""
    source: str
    """Whom the facts come from; with the key it names a fact for ever."""
    rows: Iterable[Row]
    merging: Merging = Merging.JOINED
    headers: tuple[str, ...] = ()
    """Of the cells of refused rows."""
    guesses: tuple[Guess, ...] = ()
    problems: tuple[str, ...] = ()
    """What is wrong with the whole, in words: the balance does not agree."""
    notes: tuple[str, ...] = ()
    """What else a person wants to know about the whole."""


class Format(Protocol):
    """One kind of file or request."""

    def __call__(self, raw: bytes, name: str, wish: Wish) -> Reading | None:
        """The reading; None when the bytes are of another format.

        Raises UnreadableInput for bytes that are of this format and cannot be read.
        """
        ...


def unreadable(name: str, reason: str) -> UnreadableInput:
    """The error that says why a file is not taken."""
    return UnreadableInput(name=name, reason=reason)


def source_of(kind: ImportKind, provider: str) -> str:
    """The name of a source of facts."""
    return f"{kind.value}:{provider}"


def row_of(  # the parts of a row
    number: int,
    key: str,
    values: Mapping[str, Value],
    *,
    extra: Mapping[str, str] | None = None,
    partial: bool = False,
) -> Incoming:
    """A row to bring in; blank values say nothing."""
    filled = {name: value for name, value in values.items() if value not in (None, "")}
    return Incoming(number, key, filled, extra or {}, partial)
