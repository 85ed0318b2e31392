"""What stands in a spreadsheet, written down as `sync.books.written` says.

Results of our own formulas are left out, since the clock moves them.
"""

from __future__ import annotations

from collections.abc import Mapping

from sync.books.written import Sheet, Written, lines_of


class GoogleFile(Written):
    """One content of a spreadsheet; its names are the defined ones and where they lie."""

    MAGIC = b"sheetcrm google 1\n"


def written_down(tabs: tuple[Sheet, ...], names: Mapping[str, str], *, at: str) -> bytes:
    """The bytes of a content."""
    return GoogleFile.MAGIC + lines_of(tabs, names, at=at)
