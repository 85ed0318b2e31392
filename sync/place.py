"""Books that stand elsewhere than in a file of the team folder.

The pass asks a place for three things: the bytes of a book as it stands, a write that took place,
and whether anything moved. Files answer through `sync.looking` and `sync.exchange`; a spreadsheet
in Google answers through `Online`. Everything between, from the merge to the plan, does not know
where a book stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from model.blueprint import Blueprint
from model.records import BookState
from model.snapshot import Stamp
from sync.books.opened import Opened
from sync.looking import Look
from sync.ooxml import Patched
from sync.world import World

SCHEME = "google:"
"""Start of the path of a book that is a spreadsheet: `google:KEY/Visible name`."""


ROLES = {
    "owner": "владелец",
    "organizer": "владелец",
    "writer": "редактор",
    "commenter": "комментатор",
    "reader": "читатель",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who can open a book; an empty address: whoever has the link."""

    email: str
    role: str

    def words(self) -> str:
        """«ivanov@example.com, редактор»."""
        return f"{self.email or 'любой, у кого есть ссылка'}, {ROLES.get(self.role, self.role)}"


def strangers(found: Iterable[Access], known: Collection[str]) -> tuple[Access, ...]:
    """Accesses of nobody we know: not the owner of the file, not the program, not its person."""
    names = {email.casefold() for email in known}
    return tuple(
        one
        for one in found
        if one.role not in {"owner", "organizer"} and one.email.casefold() not in names
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A write that took place; `undone` are places that had to be put back: tab, row."""

    undone: frozenset[tuple[str, int]] = frozenset()


class Online(Protocol):
    """Spreadsheets of a team that are reached over the network; raises CrmError."""

    @property
    def robot(self) -> str:
        """Address of the program among those who can open them."""
        ...

    def see(
        self, world: World, state: BookState, blueprint: Blueprint, *, last: bytes | None
    ) -> tuple[Look, bytes]:
        """The book as it stands: the very bytes `last` when nothing in it moved since."""
        ...

    def write(
        self, world: World, before: Opened, patched: Patched, state: BookState, blueprint: Blueprint
    ) -> Written:
        """The planned content put into the live book, cell by cell, in one atomic batch.

        Raises WorkbookChanged when a row or a cell that it speaks of moved: nothing was written
        then. Raises GoogleUnsettled when nobody knows whether it was.
        """
        ...

    def found(self, world: World, key: str, stamp: Stamp, raw: bytes) -> str:
        """An empty spreadsheet gets the form of the workbook in the bytes; its title.

        One with our stamp of the same team and book stays as it is. Raises NotOurWorkbook for a
        spreadsheet with anything of somebody else in it.
        """
        ...

    def accesses(self, world: World, state: BookState) -> tuple[Access, ...]:
        """Everybody who can open a book."""
        ...

    def exported(self, world: World, state: BookState) -> bytes:
        """A book as a workbook."""
        ...

    def moved(self, world: World, states: Iterable[BookState]) -> bool:
        """Whether a book seems to have moved; asks seldom for quiet ones, at once for busy ones."""
        ...


def is_file(state: BookState) -> bool:
    """Whether a book is a file of the team folder."""
    return not state.path.startswith(SCHEME)


def key_of(state: BookState) -> str:
    """Key of the spreadsheet that a book is; empty for a file."""
    if is_file(state):
        return ""
    return state.path.removeprefix(SCHEME).partition("/")[0]


def path_to(key: str, title: str) -> str:
    """The path of a book that is a spreadsheet."""
    return f"{SCHEME}{key}/{title.replace('/', '_')}"


def files_of(states: Iterable[BookState]) -> tuple[BookState, ...]:
    """The books that are files."""
    return tuple(state for state in states if is_file(state))
