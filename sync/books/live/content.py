"""What stands in an open document, written down as `sync.books.written` says.

The stamp of an open document stands where that of a file stands, so it is listed among the names;
other names are the program's affair.
"""

from __future__ import annotations

from model.snapshot import Stamp
from sync.books.stamp import NAME, parse_stamp
from sync.books.written import Sheet, Written, lines_of


class LiveFile(Written):
    """One content of an open document."""

    MAGIC = b"sheetcrm live 1\n"

    @property
    def stamp(self) -> Stamp | None:
        """Whose book it is and which write it descends from."""
        return parse_stamp(self.names.get(NAME, ""))


def written_down(tabs: tuple[Sheet, ...], stamp: str, *, at: str) -> bytes:
    """The bytes of a content."""
    return LiveFile.MAGIC + lines_of(tabs, {NAME: stamp} if stamp else {}, at=at)
