"""What stands in an open document, as bytes that are equal when nothing moved.

The same lines as those of a spreadsheet in Google (`sync.books.google.content`). The stamp of an
open document stands where that of a file stands, so it is listed among the names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from model.errors import NotAWorkbook
from model.snapshot import Stamp
from sync.books.google.content import Sheet, lines_of, parsed
from sync.books.stamp import NAME, parse_stamp
from sync.ooxml import SheetRef

MAGIC = b"sheetcrm live 1\n"


@dataclass(frozen=True)
class LiveFile:
    """One content of an open document; `name` is what messages call it."""

    raw: bytes
    name: str

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the bytes."""
        return hashlib.sha256(self.raw).hexdigest()

    @cached_property
    def _parsed(self) -> tuple[tuple[Sheet, ...], Mapping[str, str]]:
        return parsed(body_of(self.raw))

    @property
    def tabs(self) -> tuple[Sheet, ...]:
        """The tabs in their order."""
        return self._parsed[0]

    @property
    def names(self) -> Mapping[str, str]:
        """The stamp under its name; other names are the program's affair."""
        return self._parsed[1]

    @property
    def stamp(self) -> Stamp | None:
        """Whose book it is and which write it descends from."""
        return parse_stamp(self.names.get(NAME, ""))

    @cached_property
    def sheets(self) -> tuple[SheetRef, ...]:
        """The tabs as the pass asks for them."""
        return tuple(SheetRef(t.title, "", "hidden" if t.hidden else "visible") for t in self.tabs)

    @property
    def date1904(self) -> bool:
        """Days are counted from 1900: a program that counts otherwise is not written into."""
        return False

    def tables(self, _: str) -> tuple[()]:
        """Tables of the program's own grow with the file, not here."""
        return ()

    def tab(self, title: str) -> Sheet:
        """The tab of a title; raises KeyError."""
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise KeyError(title)


def opened(raw: bytes, *, name: str) -> LiveFile:
    """The content in the bytes; raises NotAWorkbook."""
    if not raw.startswith(MAGIC):
        raise NotAWorkbook(name=name, found="?")
    return LiveFile(raw, name)


def body_of(raw: bytes) -> bytes:
    """A content without the moment at which it was first seen."""
    return raw[len(MAGIC) :].partition(b"\n")[2]


def written_down(tabs: tuple[Sheet, ...], stamp: str, *, at: str) -> bytes:
    """The bytes of a content."""
    return MAGIC + lines_of(tabs, {NAME: stamp} if stamp else {}, at=at)
