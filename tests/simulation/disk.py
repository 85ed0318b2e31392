"""A disk of inodes: what is not synced may be gone after a power cut, and anyone may cut in.

Every call of the daemon goes through `turn`, where the world may let a person save, fail the call
with an error of the system, kill the process, or cut the power.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

Turn = Callable[[str], None]


@dataclass(slots=True)
class Inode:
    """The bytes of a file as programs see them, and as they would survive a power cut."""

    number: int
    raw: bytes
    safe: bytes | None = None
    moved_at: int = 0
    wall: float = 0.0
    """What the clock on the wall said when it was last written."""
    watched: int = 0
    """How many editors keep it open."""


@dataclass(slots=True)
class Disk:
    """Names and inodes; `safe_names` are the names that survive a power cut."""

    rng: Random
    turn: Turn = lambda _: None
    names: dict[str, Inode] = field(default_factory=dict)
    safe_names: dict[str, Inode] = field(default_factory=dict)
    ticks: int = 0
    inodes: int = 0
    clock: Callable[[], float] = float
    marks: int = 0
    looked: dict[str, tuple[int, int]] = field(default_factory=dict)
    """When the daemon looked at a name last, there or not: ticks and looks by then."""
    on_read: Callable[[bytes], None] = lambda _: None
    on_swap: Callable[[bytes], None] = lambda _: None
    """Told the bytes that the daemon has read, or taken the place of."""
    on_write: Callable[[str, str], None] = lambda _, __: None
    """Told the name of a book and the file of the daemon that is put in its place."""
    on_unlink: Callable[[str, int], None] = lambda _, __: None
    """Told the name that the daemon removes, and how many passes ago it was displaced or written
    into; nothing is told of files that were never anybody's book."""
    passes: int = 0
    left: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    """The pass that displaced an inode or first found other bytes in it, and these bytes."""
    swaps: bool = True
    """Whether two names can be swapped in one call; a network drive cannot."""

    def _tick(self) -> int:
        self.ticks += 1
        return self.ticks

    def twin(self, rng: Random) -> Disk:
        """Another disk with the same files."""
        made = Disk(rng, ticks=self.ticks, inodes=self.inodes)
        copies = {i.number: replace(i) for i in self._all()}
        made.names = {name: copies[i.number] for name, i in self.names.items()}
        made.safe_names = {name: copies[i.number] for name, i in self.safe_names.items()}
        return made

    # what people's programs do

    def open(self, name: str) -> Inode:
        """The inode under a name, as an editor keeps it open; raises FileNotFoundError."""
        if name not in self.names:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
        return self.names[name]

    def put(self, name: str, raw: bytes, *, synced: bool = True) -> Inode:
        """A new file under a name, over whatever stood there: an editor that renames."""
        inode = self._new(raw)
        if synced:
            inode.safe = raw
        self.names[name] = inode
        if synced:
            self.safe_names[name] = inode
        return inode

    def overwrite(self, inode: Inode, raw: bytes, *, synced: bool = True) -> None:
        """New bytes in the same file: an editor that writes in place."""
        inode.raw, inode.moved_at, inode.wall = raw, self._tick(), self.clock()
        if synced:
            inode.safe = raw

    def _new(self, raw: bytes) -> Inode:
        self.inodes += 1
        return Inode(self.inodes, raw, None, self._tick(), self.clock())

    # what the daemon does

    def mark(self, name: str) -> tuple[int, int, int]:
        """Size, moment and inode of a file."""
        self.turn("stat")
        self.marks += 1
        self.looked[name] = self.ticks, self.marks
        inode = self.open(name)
        return len(inode.raw), inode.moved_at, inode.number

    def wall(self, name: str) -> float:
        """When a file was last written, by the clock on the wall."""
        return self.open(name).wall

    def read(self, name: str) -> bytes:
        """The bytes under a name."""
        self.turn("read")
        inode = self.open(name)
        raw = inode.raw
        if inode.number in self.left and self.left[inode.number][1] != raw:
            self.left[inode.number] = self.passes, raw
        self.on_read(raw)
        return raw

    def create(self, name: str, raw: bytes) -> None:
        """A new file with its bytes on the disk; raises FileExistsError."""
        self.turn("create")
        if name in self.names:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        inode = self._new(b"")
        self.names[name] = inode
        self.turn("write")
        inode.raw = raw
        self.turn("fsync")
        inode.safe = raw

    def exchange(self, one: str, other: str) -> None:
        """Two names swap their files in one call."""
        self.turn("exchange")
        self.on_write(one, other)
        self.names[one], self.names[other] = self.open(other), self.open(one)
        self.on_swap(self.names[other].raw)
        self.left[self.names[other].number] = self.passes, self.names[other].raw

    def rename(self, old: str, new: str, *, over: bool = False) -> None:
        """A file under another name, which must be free unless it goes `over` what stands there."""
        self.turn("rename")
        inode = self.open(old)
        if new in self.names and not over:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
        del self.names[old]
        self.names[new] = inode
        self.on_swap(inode.raw)

    def unlink(self, name: str) -> None:
        """The name goes."""
        self.turn("unlink")
        inode = self.open(name)
        if inode.number in self.left:
            self.on_unlink(name, self.passes - self.left[inode.number][0])
        del self.names[name]

    def sync_folder(self) -> None:
        """Names as they stand survive from now on."""
        self.turn("fsync folder")
        self.safe_names = dict(self.names)

    def starting(self, prefix: str) -> list[str]:
        """Names that begin so, sorted."""
        self.turn("list")
        return sorted(name for name in self.names if name.startswith(prefix))

    def state(self) -> dict[str, tuple[bytes, int]]:
        """Bytes and moment of all files."""
        return {name: (inode.raw, inode.moved_at) for name, inode in self.names.items()}

    # what happens to it

    def cut_power(self) -> None:
        """What was not synced survives by chance, file by file and name by name."""
        for inode in self._all():
            if inode.safe is not None and inode.raw != inode.safe and self.rng.random() < 0.5:
                inode.raw = inode.safe
            elif inode.safe is None and self.rng.random() < 0.5:
                inode.raw = inode.raw[: self.rng.randrange(len(inode.raw) + 1)]
            inode.safe, inode.watched = inode.raw, 0
        keep = self.rng.random() < 0.5  # a journal replays in order: all names, or the synced ones
        self.names = dict(self.names if keep else self.safe_names)
        self.safe_names = dict(self.names)

    def _all(self) -> Iterator[Inode]:
        seen: set[int] = set()
        for inode in (*self.names.values(), *self.safe_names.values()):
            if inode.number not in seen:
                seen.add(inode.number)
                yield inode
