"""The stamp that tells whose workbook this is and which write of ours it descends from.

It stands twice, as a custom document property and as a hidden defined name; when the two disagree
it counts as missing (MERGE_SPEC section 2). The check keeps a hand-edited stamp from passing.
"""

from __future__ import annotations

import hashlib

from model.snapshot import Stamp
from sync.ooxml import BookFile, SetName, SetProperty

PROPERTY = "sheetcrm"
NAME = "sheetcrm_stamp"


def stamp_text(stamp: Stamp) -> str:
    """`family|book|generation|check`."""
    body = f"{stamp.family}|{stamp.book}|{stamp.generation}"
    return f"{body}|{hashlib.sha256(body.encode()).hexdigest()[:8]}"


def parse_stamp(text: str) -> Stamp | None:
    """The stamp that `stamp_text` wrote; None for anything else."""
    parts = text.split("|")
    if len(parts) != 4 or not parts[2].isdecimal():
        return None
    stamp = Stamp(parts[0], parts[1], int(parts[2]))
    return stamp if stamp_text(stamp) == text else None


def stamp_of(file: BookFile) -> Stamp | None:
    """The stamp of a workbook; None when it has none or its two copies disagree."""
    by_property = file.properties.get(PROPERTY)
    by_name = file.names.get(NAME)
    texts = {t for t in (by_property, None if by_name is None else by_name.strip('"')) if t}
    return parse_stamp(texts.pop()) if len(texts) == 1 else None


def stamp_edits(stamp: Stamp) -> tuple[SetProperty, SetName]:
    """The edits that put a stamp into a workbook."""
    text = stamp_text(stamp)
    return SetProperty(PROPERTY, text), SetName(NAME, f'"{text}"', hidden=True)
