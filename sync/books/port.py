"""What the pass asks of the format of its workbooks: reading, writing, what got lost in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from model.blueprint import Blueprint, Role
from model.snapshot import Stamp
from sync.books.key_row import key_edits
from sync.books.opened import Opened
from sync.books.read import Loaded, load
from sync.books.stamp import stamp_of
from sync.books.xlsx import Layer, lay, results_lost
from sync.locks import locked_again, taken_off
from sync.lost_parts import lost_parts
from sync.ooxml import BookFile, Patched, SetSheetState, patch
from sync.write_plan import WritePlan


class Books(Protocol):
    """Workbooks of one format; raises CrmError for what cannot be read or written."""

    def open(self, raw: bytes, *, name: str, known: Opened | None = None) -> Opened:
        """A whole workbook, not yet understood; parts that `known` has are not parsed again."""
        ...

    def stamp(self, file: Opened) -> Stamp | None:
        """Whose book it is and which write it descends from; None without a stamp."""
        ...

    def load(
        self,
        file: Opened,
        *,
        book: str,
        name: str,
        blueprint: Blueprint,
        role: Role,
        known: Loaded | None = None,
    ) -> Loaded:
        """What stands in the workbook; what `known` has is not read again."""
        ...

    def must_write(self, loaded: Loaded, blueprint: Blueprint, *, seen: bool) -> bool:
        """Whether the file wants a write whatever the plan says; `seen`: a person just saved it."""
        ...

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        """The bytes of the workbook after a plan; all that it does not name stays."""
        ...

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:
        """Names of what the first file had and the second has no more of."""
        ...


@dataclass(slots=True)
class XlsxBooks:
    """Files of Excel and LibreOffice. Tabs that a pass unpacks stay so until it has written them.

    A pass opens all its books before it writes the first one.
    """

    password: str = ""
    """Of the locks of sheets."""
    unpacked: list[BookFile] = field(default_factory=list)
    wrote: bool = False
    """Since a book was opened."""

    def open(self, raw: bytes, *, name: str, known: Opened | None = None) -> BookFile:
        """A workbook whose package is whole."""
        if self.wrote:
            self._let_go()
        before = known if isinstance(known, BookFile) else None
        return BookFile.open(raw, name=name, known=before)

    def stamp(self, file: Opened) -> Stamp | None:
        """The stamp, if both its places agree."""
        return stamp_of(_workbook(file))

    def load(
        self,
        file: Opened,
        *,
        book: str,
        name: str,
        blueprint: Blueprint,
        role: Role,
        known: Loaded | None = None,
    ) -> Loaded:
        """Its cells and the snapshot made of them."""
        read = _workbook(file)
        loaded = load(read, book=book, name=name, blueprint=blueprint, role=role, known=known)
        if read.holds():
            self.unpacked.append(read)
        return loaded

    def must_write(self, loaded: Loaded, blueprint: Blueprint, *, seen: bool) -> bool:
        """Whether cached results, locks or keys of columns are missing."""
        lost = seen and (results_lost(loaded, blueprint) or bool(taken_off(loaded, blueprint)))
        return lost or bool(key_edits(loaded.snapshot.tables))

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        """The members that the plan moves, patched and verified; the others as they were."""
        shown = (SetSheetState(tab.sheet, tab.state) for tab in plan.tabs)
        keys = key_edits(layer.loaded.snapshot.tables)
        edits = (*lay(layer, plan, stamp), *shown, *keys)
        book = locked_again(layer.loaded, layer.blueprint, layer.role, self.password)
        done = patch(book, edits)
        for held in (book, layer.loaded.workbook):
            held.let_go()
        self.wrote = True
        return done

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:
        """Charts, pictures, rules and the like that another program dropped."""
        return lost_parts(before, after)

    def _let_go(self) -> None:
        """Books of an earlier pass that had nothing to be written."""
        for book in self.unpacked:
            book.let_go()
        self.unpacked, self.wrote = [], False


def _workbook(file: Opened) -> BookFile:
    assert isinstance(file, BookFile)  # noqa: S101  # by what `open` gave
    return file
