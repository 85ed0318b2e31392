"""Formats of strangers' files and requests: bytes in, rows of one kind out.

`recognised(raw, name)` is the way in for bytes in hand (a request of known size); files and
attachments go through `sync.intake.apart.read_apart`, which does the same in a process of its own.
`sync.importing.bring_reading` puts a reading into the store.
"""

from __future__ import annotations

from sync.intake.formats.letters import Letter, is_letter, lead_row, letter_of
from sync.intake.formats.reading import Format, Merging, Reading, Row, Wish
from sync.intake.formats.recognising import recognised

__all__ = [
    "Format",
    "Letter",
    "Merging",
    "Reading",
    "Row",
    "Wish",
    "is_letter",
    "lead_row",
    "letter_of",
    "recognised",
]
