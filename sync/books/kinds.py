"""Books of every format side by side: each is known by how its bytes begin."""

from __future__ import annotations

from dataclasses import dataclass, field

from model.blueprint import Blueprint, Role
from model.snapshot import Stamp
from sync.books.google.books import GoogleBooks
from sync.books.google.content import MAGIC, GoogleFile
from sync.books.live.books import LiveBooks
from sync.books.live.content import MAGIC as OPEN_MAGIC
from sync.books.live.content import LiveFile
from sync.books.opened import Opened
from sync.books.port import Books, XlsxBooks
from sync.books.read import Loaded
from sync.books.xlsx import Layer
from sync.ooxml import Patched
from sync.write_plan import WritePlan


@dataclass(frozen=True, slots=True)
class AnyBooks:
    """Workbooks of files, contents of spreadsheets and of open documents."""

    xlsx: XlsxBooks = field(default_factory=XlsxBooks)
    google: GoogleBooks = field(default_factory=GoogleBooks)
    live: LiveBooks = field(default_factory=LiveBooks)

    def open(self, raw: bytes, *, name: str, known: Opened | None = None) -> Opened:
        """A whole book of the format that its first bytes tell."""
        books: Books = self.xlsx
        if raw.startswith(MAGIC):
            books = self.google
        elif raw.startswith(OPEN_MAGIC):
            books = self.live
        return books.open(raw, name=name, known=known)

    def stamp(self, file: Opened) -> Stamp | None:
        """Its stamp."""
        return self._of(file).stamp(file)

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
        """Its cells and the snapshot made of them; a book that changed its format is read anew."""
        if known is not None and type(known.file) is not type(file):
            known = None
        return self._of(file).load(
            file, book=book, name=name, blueprint=blueprint, role=role, known=known
        )

    def must_write(self, loaded: Loaded, blueprint: Blueprint, *, seen: bool) -> bool:
        """As its format says."""
        return self._of(loaded.file).must_write(loaded, blueprint, seen=seen)

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        """Its content after a plan."""
        return self._of(layer.loaded.file).write(layer, plan, stamp)

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:
        """What one had and the other has no more of; between two formats nothing is told."""
        if any(raw.startswith((MAGIC, OPEN_MAGIC)) for raw in (before, after)):
            return ()
        return self.xlsx.lost_parts(before, after)

    def _of(self, file: Opened) -> Books:
        if isinstance(file, LiveFile):
            return self.live
        return self.google if isinstance(file, GoogleFile) else self.xlsx
