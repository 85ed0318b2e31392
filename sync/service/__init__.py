"""The daemon as a service of the operating system: what it needs, and how a system keeps it.

One module for each system, all behind the same port `Keeper`; each writes a text that its system
understands and calls the system's own program. The texts are pure; whatever touches the machine is
a method of `Shell`, which `sync.world.real_shell` binds and tests replace. What the programs do and
answer is taken from their documentation (docs/assumptions.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

SECRETS = "service.env"
"""File in the state with the variables that hold secrets; only its owner can read it."""
AGAIN_AFTER = 30
"""Seconds after which a daemon that ended by itself is started again, for ever."""


@dataclass(frozen=True, slots=True)
class Service:
    """One team's daemon as a system should run it."""

    name: str
    """`sheetcrm-` and the team's id."""
    title: str
    words: tuple[str, ...]
    """The program and its arguments."""
    state: PurePath
    """Where it runs; its log and its secrets lie there."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a system is told: the file that says it."""

    path: PurePath
    text: str
    encoding: str = "utf-8"

    @property
    def raw(self) -> bytes:
        """The bytes of the file."""
        return self.text.encode(self.encoding)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a service stands, as its system tells."""

    installed: bool
    running: bool = False
    boot: bool = False
    """Whether it starts with the computer; else when its person signs in."""
    pid: int | None = None
    code: int | None = None
    """With which the last run ended; None while nobody knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program of the system said at its end."""

    code: int
    out: str = ""

    @property
    def fine(self) -> bool:
        """Whether it did what it was asked."""
        return self.code == 0


class Shell(Protocol):
    """The machine around a service: programs of the system and a few files."""

    def run(self, *words: str) -> Answer:
        """A program of the system; one that is not there answers 127."""
        ...

    def read(self, path: PurePath, /) -> bytes | None:
        """A file; None where there is none."""
        ...

    def write(self, path: PurePath, raw: bytes, /) -> None:
        """A file over whatever stood there, its folders with it."""
        ...

    def remove(self, path: PurePath, /) -> None:
        """A file goes, if it is there."""
        ...

    def own_folder(self) -> PurePath:
        """Folder of the person."""
        ...

    def user(self) -> str:
        """The person's account, with the domain where there is one."""
        ...

    def number(self) -> int:
        """The account's number where accounts have one."""
        ...


class Keeper(Protocol):
    """A system that keeps services."""

    def unit(self, service: Service) -> Unit:
        """What `install` would tell the system."""
        ...

    def install(self, service: Service) -> Standing:
        """The service runs now and after every start of the computer; raises ServiceRefused."""
        ...

    def standing(self, service: Service) -> Standing:
        """How it stands."""
        ...

    def remove(self, service: Service) -> None:
        """It ends and does not come back; raises ServiceRefused."""
        ...
