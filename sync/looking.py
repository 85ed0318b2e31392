"""How a workbook's file is looked at: who has it open, whether it stands still, its bytes."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.errors import CannotRead, CrmError, FileLocked, WorkbookGone
from model.records import BookState
from sync.exchange import is_locked, reason
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
    """The file's mark and who holds it; raises WorkbookGone, FileLocked or CannotRead."""
    try:
        stat = path.stat()
        fresh = [h for h in holders(path, now=now) if h.fresh]
    except OSError as error:
        raise _unread(path, error) from error
    mark = FileMark(stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return Look(state, path, mark, fresh[0] if fresh else None)


def read_bytes(path: Path, settle: Callable[[], None]) -> bytes:
    """The bytes of a file that stood still while they were read; raises as `look` does.

    `settle` waits on the clock of the caller between two looks.
    """
    for _ in range(SETTLE_TRIES):
        try:
            before = path.stat()
            raw = path.read_bytes()
            after = path.stat()
        except OSError as error:
            raise _unread(path, error) from error
        same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
        if same and len(raw) == after.st_size:
            return raw
        settle()
    raise CannotRead(name=path.name, reason="его всё время пишут")


SETTLE_TRIES = 5


def still_free(path: Path, world_now: Callable[[], datetime], settle: Callable[[], None]) -> bool:
    """Whether no fresh owner file comes back within two looks.

    Programs take theirs away for a moment while they save. Raises as `look` does.
    """
    for _ in range(2):
        settle()
        try:
            if any(h.fresh for h in holders(path, now=world_now())):
                return False
        except OSError as error:
            raise _unread(path, error) from error
    return True


def _unread(path: Path, error: OSError) -> CrmError:
    """A file that could not be read, in our own words."""
    if is_locked(error):
        return FileLocked(name=path.name)
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return WorkbookGone(name=path.name, path=path)
    return CannotRead(name=path.name, reason=reason(error))


def token_of(raw: bytes) -> str:
    """Fingerprint of a file's bytes."""
    return hashlib.sha256(raw).hexdigest()
