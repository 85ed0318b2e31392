"""Open documents as the pass knows formats (`sync.books.port.Books`)."""

from __future__ import annotations

from dataclasses import dataclass

from model.blueprint import Blueprint, Role
from model.snapshot import Stamp
from sync.books.google.laying import drafted
from sync.books.google.loading import sheet_cells
from sync.books.key_row import key_edits
from sync.books.live.content import LiveFile, written_down
from sync.books.opened import Opened
from sync.books.read import Loaded, understood
from sync.books.stamp import stamp_text
from sync.books.xlsx import Layer, planned
from sync.ooxml import Outcome, Patched, Receipt, Result
from sync.write_plan import WritePlan


@dataclass(frozen=True, slots=True)
class LiveBooks:
    """Contents of open documents, as `content` writes them down."""

    def open(self, raw: bytes, *, name: str, known: Opened | None = None) -> LiveFile:  # noqa: ARG002  # as the port
        """A content; parts of it are parsed when they are asked for."""
        return LiveFile.of(raw, name=name)

    def stamp(self, file: Opened) -> Stamp | None:
        """The stamp of the document."""
        return _own(file).stamp

    def load(  # as the port
        self,
        file: Opened,
        *,
        book: str,
        name: str,
        blueprint: Blueprint,
        role: Role,
        known: Loaded | None = None,
    ) -> Loaded:
        """Its cells and the snapshot made of them; raises SheetGone or KeysLost."""
        own = _own(file)
        return understood(
            own,
            {tab.title: sheet_cells(tab, known) for tab in own.tabs},
            own.stamp,
            book=book,
            name=name,
            blueprint=blueprint,
            role=role,
            known=known,
        )

    def must_write(self, loaded: Loaded, blueprint: Blueprint, *, seen: bool) -> bool:  # noqa: ARG002  # as the port
        """Whether keys of columns are missing."""
        return bool(key_edits(loaded.snapshot.tables))

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        """The content after a plan; the program calculates, and prepared rows are for the file."""
        file = _own(layer.loaded.file)
        edits = (*planned(layer, plan), *key_edits(layer.loaded.snapshot.tables))
        tabs = drafted(file.tabs, edits, plan, str)
        at = f"write {stamp.generation} at {layer.now}"
        made = LiveFile(written_down(tabs, stamp_text(stamp), at=at), file.name)
        outcomes = tuple(Outcome(edit, Result.APPLIED) for edit in edits)
        return Patched(made.raw, Receipt(outcomes, (), file.sha256, made.sha256))

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:  # noqa: ARG002  # as the port
        """Only cells are looked at: nothing is missed."""
        return ()


def _own(file: Opened) -> LiveFile:
    assert isinstance(file, LiveFile)  # noqa: S101  # by what `open` was given
    return file
