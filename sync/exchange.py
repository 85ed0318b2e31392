"""A new workbook put in the place of the old one, so that no save of a person is ever lost.

The two files are swapped and what comes out is hashed: when it is not what was read, somebody saved
in between, and what came out is a save like any other. It is not swapped back: whoever saved may
have read our file meanwhile and would save over it. Nothing that ever stood under the workbook's
name is deleted here; it stays beside the workbook, where a program may still write into it, and
`sync.displaced` looks after it (MERGE_SPEC section 8).
"""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from model.errors import (
    CannotWrite,
    CrmError,
    FileLocked,
    FileRefused,
    WorkbookChanged,
    WorkbookGone,
)
from sync.world import Disk, Rung

SHARING = frozenset({32, 33, 1224})
"""Windows: another program holds the file, a part of it, or has it mapped into its memory."""
PREFIX = ".sheetcrm-"
SUFFIX = ".tmp"
FROZEN = ".frozen.xlsx"
"""Ending of a sibling that holds a person's save which is not live."""

_REASONS = {
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "исчерпана ваша квота на диске",
    errno.EROFS: "диск открыт только для чтения",
    errno.EACCES: "нет прав на запись в эту папку",
    errno.EPERM: "нет прав на запись в эту папку",
    errno.EIO: "диск не отвечает: ошибка чтения или записи",
    errno.EBUSY: "файл занят другой программой",
    errno.ETXTBSY: "файл занят другой программой",
    errno.ENOENT: "папки с файлом больше нет",
    errno.ENOTCONN: "сетевая папка недоступна",
    errno.EHOSTDOWN: "сетевая папка недоступна",
    errno.ENETUNREACH: "сетевая папка недоступна",
    errno.ESTALE: "сетевая папка недоступна",
    errno.ENAMETOOLONG: "имя файла слишком длинное",
}
_UNREAD = dict.fromkeys((errno.EACCES, errno.EPERM), "нет прав на чтение")
"""What is told in other words when it was to be read."""
_UNTOLD = {
    **dict.fromkeys((errno.EACCES, errno.EPERM), "нет прав на этот файл или папку"),
    errno.ENOENT: "такого файла или папки нет",
    errno.EIO: "диск не отвечает",
}
"""What is told in other words when nobody knows whether it was read or written."""


ASIDE = ("-aside", "-old")
"""Ends of names that a workbook has between leaving its own and the new file taking it."""
Keep = Callable[[bytes], object]
"""Puts bytes among the copies."""


@dataclass(frozen=True, slots=True)
class WriteResult:
    """A write that took place; `displaced` holds the bytes that were live before.

    `raced`: they are not what was read, so somebody saved in between, or they cannot be read now.
    Then `displaced` is a save that stands nowhere else.
    """

    rung: Rung
    sha256: str
    displaced: PurePath
    raced: bool = False


class SavedMeanwhile(Exception):  # an event, not a fault
    """The name was taken while the old file was aside; `aside` is the old file."""

    def __init__(self, aside: PurePath) -> None:
        super().__init__(str(aside))
        self.aside = aside


def exchange(disk: Disk, live: PurePath, temp: PurePath) -> Rung:
    """The rung that swapped the two files: what was live is `temp` afterwards.

    Raises SavedMeanwhile when, on the last rung, somebody saved while the name was free.
    """
    return disk.exchange(live, temp) or move_aside(disk, live, temp)


def move_aside(disk: Disk, live: PurePath, temp: PurePath) -> Rung:
    """The last rung: the old file leaves, the new one is placed without replacing anything.

    When the disk refuses the old file its name again, too, it stays aside (`left_aside`).
    """
    aside = temp.with_name(f"{temp.stem}-aside{temp.suffix}")
    disk.rename(live, aside)
    try:
        disk.place(temp, live)
    except FileExistsError as error:
        raise SavedMeanwhile(aside) from error
    except OSError:
        with suppress(OSError):
            disk.place(aside, live)
        raise
    with suppress(OSError):  # the write took place: what was live lies there by its other name
        disk.rename(aside, temp)
    return Rung.ASIDE


def left_aside(disk: Disk, live: PurePath, temp_name: str) -> PurePath | None:
    """The workbook that a write left aside; None while any file stands under its name.

    Raises OSError when that cannot be seen now.
    """
    if disk.exists(live):
        return None
    begins = tuple(f"{PurePath(temp_name).stem}{end}" for end in ASIDE)
    return next((path for path in _beside(disk, live) if path.name.startswith(begins)), None)


def write_back(
    disk: Disk,
    live: PurePath,
    new: bytes,
    *,
    expected_sha: str,
    temp_name: str,
    keep: Keep | None = None,
) -> WriteResult:
    """The workbook replaced by new bytes, if it still holds what was read.

    Raises WorkbookChanged when somebody saved since (fact `frozen`: paths of saves that are not
    live, usually none), WorkbookGone, FileLocked, or CannotWrite with the live file untouched.
    `temp_name` is the name beside the workbook that the journal already knows. `keep` is given
    each save that is found instead: another may replace it before the next pass reads it.
    """
    try:
        live = disk.resolve(live, strict=True)
        temp = live.with_name(temp_name)
        disk.create(temp, new, like=live)
    except FileNotFoundError as error:
        raise WorkbookGone(name=live.name, path=str(live.parent)) from error
    except OSError as error:
        raise refused(live.name, error) from error
    ours = hashlib.sha256(new).hexdigest()
    try:
        # a save may be written into the new file the moment it is live, and the power fail before
        # the folder is on the disk: the bytes must have a name there by then
        disk.sync_folder(live.parent)
        rung = _exchange_if(disk, live, temp, expected_sha, keep)
    except SavedMeanwhile as event:
        frozen = _keep_unless(disk, event.aside, expected_sha, keep)
        _drop_ours(disk, temp, ours)
        raise WorkbookChanged(name=live.name, frozen=frozen) from event
    except CrmError:
        _drop_ours(disk, temp, ours)
        raise
    except OSError as error:
        _drop_ours(disk, temp, ours)
        raise refused(live.name, error) from error
    came = _what_came(disk, live, temp)
    if came is not None and hashlib.sha256(came).hexdigest() == expected_sha:
        return WriteResult(rung, ours, temp)
    if came is not None:
        _keep_found(keep, came)
    return WriteResult(rung, ours, temp, raced=True)


def new_name(chance: str) -> str:
    """Name for a file beside a workbook."""
    return f"{PREFIX}{chance}{SUFFIX}"


def beside(disk: Disk, live: PurePath) -> list[PurePath]:
    """Files that writes left beside a workbook, by name; a folder that is gone has none."""
    try:
        return _beside(disk, live)
    except OSError:
        return []


def _beside(disk: Disk, live: PurePath) -> list[PurePath]:
    folder = disk.resolve(live).parent
    return [folder / name for name in sorted(disk.names(folder)) if is_ours(name)]


def is_ours(name: str) -> bool:
    """Whether a file's name is one that writes give."""
    return name.startswith(PREFIX) and name.endswith((SUFFIX, FROZEN))


def sha256_of(disk: Disk, path: PurePath) -> str:
    """Fingerprint of a file's bytes."""
    return hashlib.sha256(disk.read(path)).hexdigest()


def is_locked(error: OSError) -> bool:
    """Whether another program holds the file: no fault, only not yet."""
    return getattr(error, "winerror", None) in SHARING or error.errno in {
        errno.EBUSY,
        errno.ETXTBSY,
    }


def refused(name: str, error: OSError) -> CrmError:
    """A write that the system refused, in our own words."""
    if is_locked(error):
        return FileLocked(name=name)
    return CannotWrite(name=name, reason=reason(error))


def stopped_by(error: OSError) -> FileRefused | None:
    """What ended a command, when it was a file; None when the failure names none."""
    if not isinstance(error.filename, str | PurePath):
        return None
    name = PurePath(error.filename).name
    return FileRefused(name=name, reason=_UNTOLD.get(error.errno or 0) or reason(error))


def why(error: CrmError) -> str:
    """How a write ended, as the journal keeps it: the kind of failure and the system's reason."""
    told = error.facts.get("reason")
    return f"{type(error).__name__}: {told}" if told else type(error).__name__


def reason(error: OSError, *, reads: bool = False) -> str:
    """Why a file could not be written, or read, for people."""
    if is_locked(error):
        return _REASONS[errno.EBUSY]
    code = error.errno or 0
    known = (_UNREAD if reads else _REASONS).get(code) or _REASONS.get(code)
    return known or f"система ответила: {error.strerror or error}"


def _exchange_if(
    disk: Disk, live: PurePath, temp: PurePath, expected_sha: str, keep: Keep | None
) -> Rung:
    raw = disk.read(live)
    if hashlib.sha256(raw).hexdigest() != expected_sha:
        if keep is not None:
            keep(raw)
        raise WorkbookChanged(name=live.name, frozen=())
    return exchange(disk, live, temp)


def _what_came(disk: Disk, live: PurePath, temp: PurePath) -> bytes | None:
    """What was live; None when the disk fails just now: later cycles look again."""
    try:
        disk.sync_folder(live.parent)
        return disk.read(temp)
    except OSError:
        return None


def _keep_found(keep: Keep | None, raw: bytes) -> None:
    """A save that came to light after the exchange goes among the copies, if that is possible.

    It lies beside the workbook, too, and the write has taken place: no fault of it any more.
    """
    if keep is not None:
        with suppress(CrmError):
            keep(raw)


def _drop_ours(disk: Disk, temp: PurePath, ours: str) -> None:
    """Remove the temp file unless something else has come to lie under its name."""
    with suppress(OSError):
        if sha256_of(disk, temp) == ours:
            disk.unlink(temp)


def _keep_unless(disk: Disk, path: PurePath, known: str, keep: Keep | None) -> tuple[PurePath, ...]:
    """The path of a save under a name that says what it is; known bytes stay as they are."""
    with suppress(OSError):
        raw = disk.read(path)
        if hashlib.sha256(raw).hexdigest() == known:
            return ()
        _keep_found(keep, raw)
        frozen = path.with_name(path.name.removesuffix(SUFFIX) + FROZEN)
        disk.rename(path, frozen)
        return (frozen,)
    return ()
