"""Names on the simulated disk, with the part of `pathlib.Path` that the engine asks for."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from typing_extensions import override

from tests.simulation.disk import Disk


def path_of(disk: Disk, key: str) -> SimPath:
    """The path of `folder/name`."""
    folder, _, name = key.partition("/")
    return SimPath(disk, name, folder)


@dataclass(frozen=True, slots=True)
class SimPath:
    """One name in a folder."""

    disk: Disk
    name: str
    folder: str

    @property
    def key(self) -> str:
        """The name as the disk knows it."""
        return f"{self.folder}/{self.name}"

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def suffix(self) -> str:
        return f".{self.name.rpartition('.')[2]}"

    @property
    def parent(self) -> SimPath:
        return SimPath(self.disk, "", self.folder)

    def with_name(self, name: str) -> SimPath:
        return SimPath(self.disk, name, self.folder)

    def resolve(self, *, strict: bool = False) -> SimPath:
        if strict:
            self.disk.mark(self.key)
        return self

    def stat(self) -> Any:
        size, moved_at, number = self.disk.mark(self.key)
        wall = self.disk.wall(self.key)
        return SimpleNamespace(st_size=size, st_mtime_ns=moved_at, st_ino=number, st_mtime=wall)

    def exists(self) -> bool:
        return self.key in self.disk.names

    def read_bytes(self) -> bytes:
        return self.disk.read(self.key)

    def iterdir(self) -> list[SimPath]:
        found = self.disk.starting(f"{self.folder}/")
        return [SimPath(self.disk, key.partition("/")[2], self.folder) for key in found]

    def rename(self, target: SimPath) -> SimPath:
        self.disk.rename(self.key, target.key)
        return target

    def unlink(self, *, missing_ok: bool = False) -> None:
        if not missing_ok or self.exists():
            self.disk.unlink(self.key)

    def __lt__(self, other: SimPath) -> bool:
        return self.name < other.name

    @override
    def __str__(self) -> str:
        return self.name


def sha256_of(path: SimPath) -> str:
    """Fingerprint of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def create(temp: SimPath, live: SimPath, new: bytes) -> None:
    """The new bytes on the disk beside the workbook."""
    live.stat()
    try:
        temp.disk.create(temp.key, new)
    except OSError as error:
        if error.errno != errno.EEXIST and temp.exists():
            del temp.disk.names[temp.key]
        raise


def exchange(live: SimPath, temp: SimPath) -> bool:
    """Whether two names were swapped in one call."""
    if live.disk.swaps:
        live.disk.exchange(live.key, temp.key)
    return live.disk.swaps


def place(source: SimPath, target: SimPath) -> None:
    """A file under another name, never over another file."""
    source.disk.rename(source.key, target.key)


def fault(code: int) -> OSError:
    """An error of the system, as it tells it."""
    return OSError(code, os.strerror(code))
