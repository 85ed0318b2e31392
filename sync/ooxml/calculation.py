"""Excel's order of calculation dropped: the program that opens the book makes it anew."""

from __future__ import annotations

from sync.ooxml import partpatch
from sync.ooxml.book import BookFile
from sync.ooxml.parts import read_text, rels_name

TYPES = "[Content_Types].xml"


def without_chain(book: BookFile, changed: dict[str, bytes]) -> set[str]:
    """Members to drop; `changed` gets the directories that name them no more."""
    dropped = set()
    rels = rels_name(book.workbook.name)
    for link in book.links:
        member = book.package.find(link.part)
        if link.kind == "calcChain" and member is not None:
            dropped.add(member.name)
            types = changed.get(TYPES) or part_of(book, TYPES)
            listed = changed.get(rels) or part_of(book, rels)
            changed[TYPES] = partpatch.without_type(types, member.name, label=book.name)
            changed[rels] = partpatch.without_link(listed, "calcChain", label=book.name)
    return dropped


def part_of(book: BookFile, name: str) -> bytes:
    """A part that every book has, in UTF-8; raises KeyError."""
    member = book.package.find(name)
    if member is None:
        raise KeyError(name)
    return read_text(book.package, member)
