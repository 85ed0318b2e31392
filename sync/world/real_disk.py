"""The disk of this machine."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from sync.world import FileMark, Rung
from sync.world.real_exchange import (
    linux_exchange,
    linux_place,
    mac_swap,
    windows_files,
    windows_replace,
)

READABLE = 0o644
"""Rights of a file that takes nobody's place: a page for everybody's browser."""


@dataclass(frozen=True, slots=True)
class RealDisk:
    """Calls of the operating system, one for each method as far as it has one."""

    def stat(self, path: PurePath, /) -> FileMark:
        """Size, time and number of a file."""
        found = os.stat(path)  # noqa: PTH116  # a name, not a Path
        return FileMark(found.st_size, found.st_mtime_ns, found.st_ino)

    def exists(self, path: PurePath, /) -> bool:
        """Whether anything stands under the name."""
        return Path(path).exists()

    def read(self, path: PurePath, /) -> bytes:
        """The bytes of a file."""
        return Path(path).read_bytes()

    def names(self, folder: PurePath, /) -> list[str]:
        """Names in a folder."""
        return os.listdir(folder)  # noqa: PTH208  # names are what is asked for

    def resolve(self, path: PurePath, /, *, strict: bool = False) -> PurePath:
        """The name with links followed."""
        try:
            return Path(path).resolve(strict=strict)
        except RuntimeError as loop:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from loop

    def make_folder(self, folder: PurePath, /) -> None:
        """A folder with those above it."""
        Path(folder).mkdir(parents=True, exist_ok=True)

    def create(self, path: PurePath, raw: bytes, /, *, like: PurePath | None = None) -> None:
        """A new file, written, given its rights and synced."""
        old = None if like is None else os.stat(like)  # noqa: PTH116  # a name, not a Path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags, 0o600)
        try:
            with open(handle, "wb") as stream:  # noqa: PTH123  # a descriptor, not a path
                stream.write(raw)
                stream.flush()
                _give_rights(handle, old)
                os.fsync(handle)
        except OSError:
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)
            raise

    def exchange(self, one: PurePath, other: PurePath, /) -> Rung | None:
        """Both names swapped by the call that this system has for it."""
        if linux_exchange(one, other):
            return Rung.EXCHANGE
        if mac_swap(one, other):
            return Rung.SWAP
        if windows_replace(Path(one), Path(other), windows_files()):
            return Rung.REPLACE
        return None

    def rename(self, old: PurePath, new: PurePath, /) -> None:
        """A file under another name, over whatever stood there."""
        Path(old).replace(new)

    def place(self, source: PurePath, target: PurePath, /) -> None:
        """A file under another name, never over another file."""
        if os.name == "nt":
            Path(source).rename(target)  # Windows renames over nothing
            return
        if linux_place(source, target):
            return
        Path(target).hardlink_to(source)
        Path(source).unlink()

    def unlink(self, path: PurePath, /) -> None:
        """The name goes."""
        Path(path).unlink()

    def sync_folder(self, folder: PurePath, /) -> None:
        """The names of a folder survive a power cut from now on."""
        if os.name == "nt":  # folders cannot be opened there
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network file systems cannot
                os.fsync(handle)
        finally:
            os.close(handle)


def _give_rights(handle: int, old: os.stat_result | None) -> None:
    if os.name == "nt":  # ReplaceFileW carries the rights over
        return
    if old is None:
        os.fchmod(handle, READABLE)
        return
    with suppress(PermissionError):
        os.fchown(handle, old.st_uid, old.st_gid)
    os.fchmod(handle, old.st_mode & 0o7777)
