"""Looks of cells that a book lacks, taken over from another one before anything wears them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from model.errors import OddWorkbook
from sync.ooxml.book import BookFile
from sync.ooxml.graftproof import prove_styles
from sync.ooxml.looks import Looks
from sync.ooxml.parts import read_text, read_tree
from sync.ooxml.tree import parse, splice


def take_looks(
    book: BookFile, source: BookFile, looks: Iterable[int]
) -> tuple[BookFile, Mapping[int, int]]:
    """The book with the looks of another, and their numbers here; raises OddWorkbook."""
    part = _styles(book)
    member = book.package.find(part)
    other = read_tree(source.package, _styles(source))
    if member is None or other is None:
        raise OddWorkbook(name=book.name, detail="нет части с видом ячеек")
    content = read_text(book.package, member)
    taken = Looks(content, parse(content, label=book.name, part=part), other)
    numbers = {index: taken.cell(index) for index in looks}
    splices = list(taken.splices())
    if not splices:
        return book, numbers
    place = book.package.members.index(member)
    raw = book.package.rebuild({place: splice(content, splices)})
    after = BookFile.open(raw, name=book.name)
    prove_styles(book, after)
    return after, numbers


def _styles(book: BookFile) -> str:
    return next((link.part for link in book.links if link.kind == "styles"), "")
