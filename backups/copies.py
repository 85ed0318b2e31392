"""The port of the backups: what a copy is and what a keeper of copies can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Copy:
    """One kept version of a workbook. `why` says what took it: a read, a write, a command."""

    id: int
    book: str
    at: datetime
    sha256: str
    size: int
    why: str


class Backups(Protocol):
    """Keeps exact bytes: what was taken comes back equal, or an error says that it cannot."""

    def take(self, book: str, raw: bytes, *, at: datetime, why: str) -> Copy:
        """The copy, durable before this returns; the newest one when nothing differs from it."""
        ...

    def list(self, book: str | None = None) -> tuple[Copy, ...]:
        """Copies, newest first; of every book when none is named."""
        ...

    def find(self, sha256: str, book: str | None = None) -> Copy | None:
        """The newest copy with these very bytes."""
        ...

    def read(self, copy_id: int) -> bytes:
        """The bytes that were taken; raises WrongPlace or BackupDamaged."""
        ...

    def verify(self, copy_id: int) -> bool:
        """Whether a copy gives back the bytes that were taken; raises WrongPlace."""
        ...
