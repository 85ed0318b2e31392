"""How a workbook's file is looked at: who has it open, whether it stands still, its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.errors import WorkbookGone
from model.records import BookState
from sync.owner_files import Holder, holders


@dataclass(frozen=True, slots=True)
class FileMark:
    """What tells one state of a file from another without reading it."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Look:
    """One file as it stands now."""

    state: BookState
    path: Path
    mark: FileMark
    held_by: Holder | None

    @property
    def holder_words(self) -> str:
        """«открыта в Excel (Иванов) с 09:04», empty when nobody has it open."""
        if self.held_by is None:
            return ""
        user = f" ({self.held_by.user})" if self.held_by.user else ""
        return f"открыта в {self.held_by.program}{user} с {self.held_by.since:%H:%M}"


def look(state: BookState, path: Path, *, now: datetime) -> Look:
    """The file's mark and who holds it; raises WorkbookGone."""
    try:
        stat = path.stat()
    except OSError as error:
        raise WorkbookGone(name=path.name, path=path) from error
    fresh = [h for h in holders(path, now=now) if h.fresh]
    mark = FileMark(stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return Look(state, path, mark, fresh[0] if fresh else None)


def read_bytes(path: Path, settle: Callable[[], None]) -> bytes:
    """The bytes of a file that stood still while they were read; raises WorkbookGone.

    `settle` waits on the clock of the caller between two looks.
    """
    for _ in range(SETTLE_TRIES):
        try:
            before = path.stat()
            raw = path.read_bytes()
            after = path.stat()
        except OSError as error:
            raise WorkbookGone(name=path.name, path=path) from error
        same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
        if same and len(raw) == after.st_size:
            return raw
        settle()
    raise WorkbookGone(name=path.name, path=path)


SETTLE_TRIES = 5


def token_of(raw: bytes) -> str:
    """Fingerprint of a file's bytes."""
    return hashlib.sha256(raw).hexdigest()
