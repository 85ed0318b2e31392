"""Books that a program of this machine has open and lets us into: LibreOffice, Excel.

The document in the program is newer than the file: it is read and written instead of the file as
long as it is open, and never saved by us. What was read of it is a content of the book like a save;
what was written becomes the file's with the person's next save.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from model.blueprint import Blueprint
from model.records import BookState
from sync.books.opened import Opened
from sync.looking import Look
from sync.ooxml import Patched
from sync.place import Written
from sync.world import World


@dataclass(frozen=True, slots=True)
class Reached:
    """A book that is open in a program which lets us in."""

    program: str
    session: str = ""
    """Which opening of the document it is."""
    modified: bool = False
    """Whether something in it was not saved yet."""
    waits: str = ""
    """Why nothing is written into it just now: «в ней печатают», «открыта только для чтения»."""

    def words(self) -> str:
        """«открыта в LibreOffice»; with the reason why it waits."""
        return ", ".join(filter(None, (f"открыта в {self.program}", self.waits)))


class Live(Protocol):
    """Documents of a team that programs of this machine have open; raises CrmError."""

    def see(
        self,
        world: World,
        state: BookState,
        path: PurePath,
        blueprint: Blueprint,
        *,
        last: bytes | None,
    ) -> tuple[Look, bytes] | None:
        """The open document as it stands: the very bytes `last` when nothing in it moved since.

        None when no program that we can reach has the book open for writing.
        """
        ...

    def write(
        self, world: World, before: Opened, patched: Patched, state: BookState, path: PurePath
    ) -> Written:
        """The planned content put into the open document, cell by cell, as one step to take back.

        Raises WorkbookBusy while the person types or a dialog is open, WorkbookChanged when a row
        or a cell that it speaks of moved: nothing was written then. Raises LiveUnsettled when
        nobody knows how far it came.
        """
        ...

    def moved(self, world: World, books: Mapping[str, PurePath]) -> bool:
        """Whether an open document seems to have moved since it was read or written last."""
        ...

    def reached(self) -> Mapping[str, Reached]:
        """The books that the last looks found open, by key."""
        ...

    def close(self) -> None:
        """Let go of the programs; what they have open stays open."""
        ...


@dataclass(frozen=True, slots=True)
class Programs:
    """Several programs as one: a book is where the first of them finds it."""

    each: tuple[Live, ...]

    def see(
        self,
        world: World,
        state: BookState,
        path: PurePath,
        blueprint: Blueprint,
        *,
        last: bytes | None,
    ) -> tuple[Look, bytes] | None:
        """The document in the first program that has it open."""
        for one in self.each:
            found = one.see(world, state, path, blueprint, last=last)
            if found is not None:
                return found
        return None

    def write(
        self, world: World, before: Opened, patched: Patched, state: BookState, path: PurePath
    ) -> Written:
        """Into the program in which it was seen."""
        holder = next((one for one in self.each if state.book in one.reached()), self.each[0])
        return holder.write(world, before, patched, state, path)

    def moved(self, world: World, books: Mapping[str, PurePath]) -> bool:
        """Whether any document moved; every program is asked, so that each knows its own."""
        moved = tuple(one.moved(world, books) for one in self.each)
        return any(moved)

    def reached(self) -> Mapping[str, Reached]:
        """The open books of all programs."""
        return dict(_pairs(self.each))

    def close(self) -> None:
        """Let go of all of them."""
        for one in self.each:
            one.close()


def _pairs(each: Iterable[Live]) -> list[tuple[str, Reached]]:
    return [pair for one in each for pair in one.reached().items()]
