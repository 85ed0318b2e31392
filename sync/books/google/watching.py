"""What is remembered of spreadsheets between looks, and how often each is looked at.

All calls of a key share its quota, so the more books move, the seldomer each is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sync.books.google.reading import CELLS, Answer
from sync.books.written import Sheet

BUSY_EVERY, QUIET_EVERY = timedelta(seconds=5), timedelta(seconds=30)
BUSY_FOR = timedelta(minutes=3)
"""After its last edit a book is looked at often for so long."""
BUSY_LOOKS, QUIET_LOOKS = 22, 14
"""Looks of a minute; the rest of the 54 reads that we allow ourselves is for reading."""
WHOLE_EVERY = timedelta(hours=1)
"""So often a quiet book is read as a whole: what formulas of people give may have moved."""
KNOWN_FOR = timedelta(minutes=2)
"""So long a look that found nothing new spares the pass a read."""
LOOK = f"sheets(properties(sheetId,title),{CELLS.replace(',effectiveValue', '')})"
"""What a look asks for: what was entered, half of a read."""


@dataclass(slots=True)
class Watched:
    """What is remembered of one spreadsheet between looks."""

    digests: Mapping[str, str] = field(default_factory=dict)
    """By title, the fingerprint of what was entered, as it was read or written last."""
    token: str = ""
    """Fingerprint of the content that was read last."""
    quiet_at: datetime | None = None
    """When a look found it as it was read."""
    asked_at: datetime | None = None
    moved_at: datetime | None = None
    read_at: datetime | None = None
    title: str = ""
    zone: str = ""
    locale: str = ""
    answer: Answer | None = None
    """The last whole read, for its locks."""


def pause_of(watched: Watched, now: datetime, busy: int, quiet: int) -> timedelta:
    """Time between two looks at a book: by when it moved last, and how many share the minute."""
    if is_busy(watched, now):
        return max(BUSY_EVERY, timedelta(minutes=busy / BUSY_LOOKS))
    return max(QUIET_EVERY, timedelta(minutes=quiet / QUIET_LOOKS))


def is_busy(watched: Watched, now: datetime) -> bool:
    """Whether somebody moved something a short while ago."""
    return watched.moved_at is not None and now - watched.moved_at < BUSY_FOR


def is_known(watched: Watched, last: bytes, now: datetime) -> bool:
    """Whether a look has just found a spreadsheet as it was read."""
    if watched.quiet_at is None or not timedelta(0) <= now - watched.quiet_at <= KNOWN_FOR:
        return False
    return watched.token == sha256(last).hexdigest()


def digests_of(tabs: tuple[Sheet, ...]) -> dict[str, str]:
    """By title, the fingerprint of what was entered; results of formulas do not count."""
    return {tab.title: sha256(repr(_entered(tab)).encode()).hexdigest() for tab in tabs}


def _entered(tab: Sheet) -> list[tuple[int, tuple[tuple[int, str], ...]]]:
    return [
        (n, tuple((c.col, f"={c.formula}" if c.formula is not None else c.text) for c in row))
        for n, row in sorted(tab.rows.items())
        if row
    ]
