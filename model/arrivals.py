"""What strangers send us, before and after it was understood: raw bytes, source and key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Landed:
    """Bytes that came in and wait for the next pass."""

    source: str
    """Name of the source, as `intake sources` lists it."""
    key: str
    """The same within a source: the same thing sent again."""
    received: datetime
    """Aware."""
    media: str
    """Type that the sender named: «application/json», «message/rfc822»."""
    raw: bytes
    number: int = 0
    """Order of arrival; given by the landing file."""


class InboxState(Enum):
    """What became of an arrival."""

    __hash__ = object.__hash__  # members are single

    WAITING = "waiting"
    DONE = "done"
    QUARANTINE = "quarantine"
    """It could not be understood; the bytes stay, with the reason."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One arrival as the store keeps it, with its bytes."""

    number: int
    source: str
    key: str
    received: datetime
    media: str
    raw: bytes
    state: InboxState = InboxState.WAITING
    reason: str = ""
    tries: int = 0
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source fares: what came, what waits, what lies in quarantine."""

    source: str
    last: datetime
    waiting: int
    oldest_waiting: datetime | None
    quarantined: int
