"""Books of every format side by side: each is known by how its bytes begin.

A workbook under a password is an xlsx workbook in a cover: taken out when it is opened, and put
back when it is written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from model.blueprint import Blueprint, Role
from model.errors import NoKeyring
from model.snapshot import Stamp
from sync.books.google.books import GoogleBooks
from sync.books.google.content import GoogleFile
from sync.books.live.books import LiveBooks
from sync.books.live.content import LiveFile
from sync.books.opened import Opened
from sync.books.passwords import Keyhole, covered, is_covered
from sync.books.port import Books, XlsxBooks
from sync.books.read import Loaded
from sync.books.xlsx import Layer
from sync.ooxml import BookFile, Patched
from sync.write_plan import WritePlan


@dataclass(frozen=True, slots=True)
class AnyBooks:
    """Workbooks of files, contents of spreadsheets and of open documents."""

    xlsx: XlsxBooks = field(default_factory=XlsxBooks)
    google: GoogleBooks = field(default_factory=GoogleBooks)
    live: LiveBooks = field(default_factory=LiveBooks)
    keyhole: Keyhole = field(default_factory=Keyhole)

    def open(self, raw: bytes, *, name: str, known: Opened | None = None) -> Opened:
        """A whole book of the format that its first bytes tell."""
        if is_covered(raw):
            before = known if isinstance(known, BookFile) else None
            return self.keyhole.open_book(raw, name=name, known=before)
        books: Books = self.xlsx
        if raw.startswith(GoogleFile.MAGIC):
            books = self.google
        elif raw.startswith(LiveFile.MAGIC):
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
        """As its format says; and when its cover is to be put on or taken off."""
        must = self._of(loaded.file).must_write(loaded, blueprint, seen=seen)
        return must or self._is_bare(loaded)

    def write(self, layer: Layer, plan: WritePlan, stamp: Stamp) -> Patched:
        """Its content after a plan, under the password that the book is to have."""
        file = layer.loaded.file
        patched = self._of(file).write(layer, plan, stamp)
        password = None
        if isinstance(file, BookFile):
            password = self.keyhole.passwords.wanted(stamp.book)
        if password is None or is_covered(patched.raw):
            return patched
        raw = covered(patched.raw, password, name=file.name)
        after = hashlib.sha256(raw).hexdigest()
        return replace(patched, raw=raw, receipt=replace(patched.receipt, sha_after=after))

    def lost_parts(self, before: bytes, after: bytes) -> tuple[str, ...]:
        """What one had and the other has no more of; between two formats nothing is told."""
        if any(raw.startswith((GoogleFile.MAGIC, LiveFile.MAGIC)) for raw in (before, after)):
            return ()
        plain = self.keyhole.plain(before), self.keyhole.plain(after)
        if plain[0] is None or plain[1] is None:
            return ()
        return self.xlsx.lost_parts(plain[0], plain[1])

    def _is_bare(self, loaded: Loaded) -> bool:
        """Whether a workbook lacks the cover that it should have, or has another one."""
        if not isinstance(loaded.file, BookFile):
            return False
        try:
            return not self.keyhole.fits(loaded.file, loaded.snapshot.book)
        except NoKeyring:
            return True  # the write will say so

    def _of(self, file: Opened) -> Books:
        if isinstance(file, LiveFile):
            return self.live
        return self.google if isinstance(file, GoogleFile) else self.xlsx
