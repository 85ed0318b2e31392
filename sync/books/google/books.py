"""Spreadsheets in Google as the pass knows formats (`sync.books.port.Books`)."""

from __future__ import annotations

from dataclasses import dataclass

from model.blueprint import Blueprint, Role
from model.snapshot import Stamp
from sync.books.google.content import GoogleFile
from sync.books.google.laying import laid
from sync.books.google.loading import load, stamp_of
from sync.books.key_row import key_edits
from sync.books.opened import Opened
from sync.books.read import Loaded
from sync.books.xlsx import Layer
from sync.ooxml import Patched
from sync.write_plan import WritePlan


@dataclass(frozen=True, slots=True)
class GoogleBooks:
    """Contents of spreadsheets, as `content` writes them down."""

    def open(self, raw: bytes, *, name: str, known: Opened | None = None) -> GoogleFile:  # noqa: ARG002  # as the port
        """A content; parts of it are parsed when they are asked for."""
        return GoogleFile.of(raw, name=name)

    def stamp(self, file: Opened) -> Stamp | None:
        """The stamp on the service sheet."""
        return stamp_of(_own(file))

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
        """Its cells and the snapshot made of them."""
        return load(_own(file), book=book, name=name, blueprint=blueprint, role=role, known=known)

    def must_write(self, loaded: Loaded, blueprint: Blueprint, *, seen: bool) -> bool:  # noqa: ARG002  # as the port
        """Whether keys of columns are missing."""
        return bool(key_edits(loaded.snapshot.tables))

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        """The content after a plan; the place sends what differs."""
        at = f"write {stamp.generation} at {layer.now}"
        return laid(layer, _own(layer.loaded.file), plan, stamp, at=at)

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:  # noqa: ARG002  # as the port
        """Only cells are looked at: nothing is missed."""
        return ()


def _own(file: Opened) -> GoogleFile:
    assert isinstance(file, GoogleFile)  # noqa: S101  # by what `open` was given
    return file
