"""Everything that the engine takes from outside, as six faces: what a pass may ask of a machine.

The engine knows paths as names only (`PurePath`): whatever touches the disk, looks at the clock,
takes chance, asks for locks or for other programs is a method of a face. `sync.world.real` binds
the faces to the machine; tests bind them to a world of one thread and one seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import PurePath
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileMark:
    """What tells one state of a file from another without reading it."""

    size: int
    mtime_ns: int
    inode: int


class Rung(Enum):
    """The way two files were swapped, best first."""

    EXCHANGE = "exchange"
    SWAP = "swap"
    REPLACE = "replace"
    ASIDE = "aside"


class Disk(Protocol):
    """Files under their names; every failure is an OSError and leaves the names as they were."""

    def stat(self, path: PurePath, /) -> FileMark:
        """Size, time and number of a file."""
        ...

    def exists(self, path: PurePath, /) -> bool:
        """Whether anything stands under the name."""
        ...

    def read(self, path: PurePath, /) -> bytes:
        """The bytes of a file."""
        ...

    def names(self, folder: PurePath, /) -> list[str]:
        """Names in a folder, in any order."""
        ...

    def resolve(self, path: PurePath, /, *, strict: bool = False) -> PurePath:
        """The name with links followed; `strict`: FileNotFoundError when nothing stands there."""
        ...

    def make_folder(self, folder: PurePath, /) -> None:
        """A folder with those above it, if it is not there yet."""
        ...

    def create(self, path: PurePath, raw: bytes, /, *, like: PurePath | None = None) -> None:
        """A new file whose bytes are on the disk, with the rights of the file `like`.

        FileExistsError when the name is taken; after any failure nothing stands there.
        """
        ...

    def exchange(self, one: PurePath, other: PurePath, /) -> Rung | None:
        """The way in which both names swapped their files in one call; None: no such call here."""
        ...

    def rename(self, old: PurePath, new: PurePath, /) -> None:
        """A file under another name, over whatever stood there."""
        ...

    def place(self, source: PurePath, target: PurePath, /) -> None:
        """A file under another name, never over another file: FileExistsError then."""
        ...

    def unlink(self, path: PurePath, /) -> None:
        """The name goes."""
        ...

    def sync_folder(self, folder: PurePath, /) -> None:
        """The names of a folder survive a power cut from now on, where the system can do that."""
        ...


class Clock(Protocol):
    """The moment, and waiting."""

    def now(self) -> datetime:
        """Aware, in the team's zone."""
        ...

    def settle(self) -> None:
        """Wait as long as a file must stand still before it is read."""
        ...

    def wait(self, seconds: float, /) -> None:
        """Wait so many seconds."""
        ...


class Chance(Protocol):
    """What nobody can guess: row ids and names of temporary files."""

    def random_bytes(self, count: int, /) -> bytes:
        """So many bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known of where this machine's folders really lie."""

    mounts: Mapping[str, str] = field(default_factory=dict)
    """Mount point -> type of its file system."""
    environment: Mapping[str, str] = field(default_factory=dict)
    drive_type: Callable[[str], int] = lambda _: 0
    """GetDriveTypeW for «X:\\»; 0 where there is no such thing."""
    is_there: Callable[[str], bool] = lambda _: False


class Network(Protocol):
    """Other machines: who we are among them, and which folders they serve.

    Books on a share are files like any other: what a share does to them, the Disk tells.
    """

    def host(self) -> str:
        """Name of this machine, as it stands in the lease."""
        ...

    def machine(self) -> Machine:
        """Mounts and drives, for the question whether a folder is a share."""
        ...


class Held(Exception):  # an event, not a fault
    """Another process holds the lock; `words` is what it wrote there."""

    def __init__(self, words: bytes) -> None:
        super().__init__()
        self.words = words


class Broke(Exception):  # an event, not a fault
    """A process apart did not come to its end: `why` is memory, time or crash."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Gone(Exception):  # an event, not a fault
    """A process that was asked ended, or did not answer in time and was ended."""


class Speaker(Protocol):
    """A process of our own that answers lines with lines."""

    def ask(self, line: str, /, *, within: float) -> str:
        """The answer to a line; raises Gone after so many seconds, or when it ended."""
        ...

    def end(self) -> None:
        """The process ends, however it feels."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process apart may take of the machine."""

    memory: int
    """Bytes of its address space."""
    seconds: float
    """Of the processor, and three times as many by the clock on the wall."""


class Process(Protocol):
    """This process among those of the machine."""

    def pid(self) -> int:
        """Its number."""
        ...

    def who(self) -> str:
        """The account that it runs under; empty for one without a name."""
        ...

    def hold(self, path: PurePath, words: bytes, /) -> AbstractContextManager[None]:
        """A lock on a file as long as the block runs, however the process ends; raises Held."""
        ...

    def held(self, path: PurePath, /) -> bytes | None:
        """What the process that holds the lock wrote there; None while it is free."""
        ...

    def apart(
        self, work: str, asked: bytes, raw: bytes, limits: Limits, /
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Lines that `module:function` gives for a question and bytes, in a process of its own.

        The iterator raises Broke when the process is stopped or ends by itself; leaving the block
        ends it.
        """
        ...

    def give_back(self) -> None:
        """Memory that was let go of returns to the system, where that can be asked for."""
        ...


class Waker(Protocol):
    """Waits, and wakes sooner when something moved in the team folder."""

    def wait(self, seconds: float) -> None:
        """Return after so many seconds, or at once when woken."""
        ...

    def wake(self) -> None:
        """End a wait at once."""
        ...


class Office(Protocol):
    """Programs in which people have the books open.

    The owner files that such programs lay beside a book are files: `sync.owner_files` reads them.
    """

    def has_writer(self, path: PurePath, /) -> bool:
        """Whether some program has the file open for writing, as far as the system tells."""
        ...

    def news(self, folder: PurePath, /) -> AbstractContextManager[Waker]:
        """A waker that hears of saves in a folder; where the system cannot, it only waits."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """The six faces."""

    disk: Disk
    clock: Clock
    chance: Chance
    network: Network
    process: Process
    office: Office

    def now(self) -> datetime:
        """The moment, aware, in the team's zone."""
        return self.clock.now()

    def settle(self) -> None:
        """Wait as long as a file must stand still before it is read."""
        self.clock.settle()

    def random_bytes(self, count: int) -> bytes:
        """So many bytes of chance."""
        return self.chance.random_bytes(count)
