"""How a workbook's file is looked at: who has it open, whether it stands still, its bytes."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from model.errors import CannotRead, CrmError, FileLocked, WorkbookGone
from model.records import BookState
from sync.exchange import is_locked, reason
from sync.owner_files import Holder, holders
from sync.world import Disk, FileMark, World


@dataclass(frozen=True, slots=True)
class Look:
    """One file as it stands now."""

    state: BookState
    path: PurePath
    mark: FileMark
    held_by: Holder | None

    @property
    def holder_words(self) -> str:
        """«открыта в Excel (Иванов) с 09:04», empty when nobody has it open."""
        if self.held_by is None:
            return ""
        user = f" ({self.held_by.user})" if self.held_by.user else ""
        return f"открыта в {self.held_by.program}{user} с {self.held_by.since:%H:%M}"


def look(disk: Disk, state: BookState, path: PurePath, *, now: datetime) -> Look:
    """The file's mark and who holds it; raises WorkbookGone, FileLocked or CannotRead."""
    try:
        mark = disk.stat(path)
        fresh = [h for h in holders(disk, path, now=now) if h.fresh]
    except OSError as error:
        raise _unread(path, error) from error
    return Look(state, path, mark, fresh[0] if fresh else None)


def read_bytes(
    world: World, path: PurePath, *, keep: Callable[[bytes], object] | None = None
) -> bytes:
    """The bytes of a file that stood still while they were read; raises as `look` does.

    `keep` is given what was read while somebody saved: a save that the next one replaces.
    """
    for _ in range(SETTLE_TRIES):
        try:
            before = world.disk.stat(path)
            raw = world.disk.read(path)
            after = world.disk.stat(path)
        except OSError as error:
            raise _unread(path, error) from error
        same = (before.mtime_ns, before.size) == (after.mtime_ns, after.size)
        if same and len(raw) == after.size:
            return raw
        if keep is not None:
            keep(raw)
        world.settle()
    raise CannotRead(name=path.name, reason="его всё время пишут")


SETTLE_TRIES = 5


def still_free(world: World, path: PurePath) -> bool:
    """Whether no fresh owner file comes back within two looks.

    Programs take theirs away for a moment while they save. Raises as `look` does.
    """
    for _ in range(2):
        world.settle()
        try:
            if any(h.fresh for h in holders(world.disk, path, now=world.now())):
                return False
        except OSError as error:
            raise _unread(path, error) from error
    return True


def _unread(path: PurePath, error: OSError) -> CrmError:
    """A file that could not be read, in our own words."""
    if is_locked(error):
        return FileLocked(name=path.name)
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return WorkbookGone(name=path.name, path=path)
    return CannotRead(name=path.name, reason=reason(error, reads=True))


def token_of(raw: bytes) -> str:
    """Fingerprint of a file's bytes."""
    return hashlib.sha256(raw).hexdigest()
