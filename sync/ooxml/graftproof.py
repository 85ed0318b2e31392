"""Proof that a book with a grafted sheet is the book before and that sheet, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.errors import OddWorkbook
from sync.ooxml.graftsheet import looks_of
from sync.ooxml.lines import Lines, read_lines
from sync.ooxml.looks import look
from sync.ooxml.parts import read_tree, rels_name
from sync.ooxml.sheetproof import damage, shape
from sync.ooxml.tree import Node, well_formed

if TYPE_CHECKING:
    from sync.ooxml.book import BookFile

_TYPES = "[Content_Types].xml"
_BOXES = frozenset({"numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs"})


def prove(
    before: BookFile, after: BookFile, source: BookFile, sheet: str, added: frozenset[str]
) -> None:
    """Prove the new book against the old one and the source of the sheet; raises OddWorkbook."""
    prove_members(before, after, added)
    if after.sheets[:-1] != before.sheets or after.sheets[-1].name != sheet:
        raise damage(before.name, "список листов")
    _workbook(before, after)
    prove_styles(before, after)
    prove_sheet(after, source, sheet)


def prove_sheet(after: BookFile, source: BookFile, sheet: str) -> None:
    """The sheet of the book is the source's, cell by cell and look by look."""
    old, new = read_lines(source, sheet), read_lines(after, sheet)
    if _shown(old) != _shown(new) or old.merged != new.merged:
        raise damage(after.name, f"лист «{sheet}»")
    _dressed(source, after, sheet)


def prove_members(
    before: BookFile, after: BookFile, added: frozenset[str], gone: frozenset[str] = frozenset()
) -> None:
    """Every part but those that came or went stands as it stood, and what came is well formed."""
    chain = {link.part.lower() for link in before.links if link.kind == "calcChain"}
    styles = {link.part.lower() for link in before.links if link.kind == "styles"}
    part = before.workbook.name
    free = {_TYPES.lower(), part.lower(), rels_name(part).lower(), *chain, *styles}
    free |= {name.lower() for name in gone}
    kept = [m for m in before.package.members if m.name.lower() not in free]
    found = [m for m in after.package.members if m.name.lower() not in free and m.name not in added]
    if [m.raw_name for m in kept] != [m.raw_name for m in found]:
        raise damage(before.name, "состав частей")
    for was, now in zip(kept, found, strict=True):
        if bytes(before.package.packed_bytes(was)) != bytes(after.package.packed_bytes(now)):
            raise damage(before.name, f"часть {was.name}")
    for name in added:
        member = after.package.find(name)
        if member is None:
            raise damage(before.name, f"часть {name}")
        if name.endswith((".xml", ".rels")):
            well_formed(after.package.read(member), label=before.name, part=name)


def _workbook(before: BookFile, after: BookFile) -> None:
    count = len(before.sheets)
    names = _names(before)
    if _names(after)[: len(names)] != names:
        raise damage(before.name, "имена книги")
    shapes = [
        [list(shape(n, frozenset())) for n in _kept(book.workbook_tree)] for book in (before, after)
    ]
    listed = [book.workbook_tree.first("sheets") for book in (before, after)]
    tabs = [[list(shape(n, frozenset())) for n in (b.children if b else [])] for b in listed]
    if shapes[0] != shapes[1] or tabs[0] != tabs[1][:count]:
        raise damage(before.name, "книга")


def _kept(root: Node) -> Iterator[Node]:
    return (n for n in root.children if n.tag not in {"sheets", "definedNames", "calcPr"})


def _names(book: BookFile) -> list[list[tuple[object, ...]]]:
    listed = book.workbook_tree.first("definedNames")
    return [list(shape(n, frozenset())) for n in (listed.children if listed else [])]


def prove_styles(before: BookFile, after: BookFile) -> None:
    """Every look of before stands at its number; what came stands behind."""
    old, new = _style_tree(before), _style_tree(after)
    for node in old.children:
        twin = new.first(node.tag)
        was = [list(shape(n, frozenset())) for n in node.children]
        now = [list(shape(n, frozenset())) for n in (twin.children if twin else [])]
        if now[: len(was)] != was or (node.tag not in _BOXES and len(now) != len(was)):
            raise damage(before.name, f"вид ячеек, {node.tag}")


def _style_tree(book: BookFile) -> Node:
    part = next((link.part for link in book.links if link.kind == "styles"), "")
    tree = read_tree(book.package, part)
    if tree is None:
        raise OddWorkbook(name=book.name, detail="нет части с видом ячеек")
    return tree


def _shown(lines: Lines) -> list[tuple[int, list[tuple[object, ...]]]]:
    return [
        (n, [(c.col, c.kind, c.text, c.formula, c.cached) for c in line.values()])
        for n, line in lines.rows.items()
    ]


def _dressed(source: BookFile, after: BookFile, sheet: str) -> None:
    """Every cell of the sheet looks as it did: the looks compared in full, by value."""
    theirs, ours = _style_tree(source), _style_tree(after)
    rows = [list(book.rows(sheet)) for book in (source, after)]
    pairs = {
        (was.style or 0, now.style or 0)
        for old, new in zip(*rows, strict=True)
        for was, now in zip(old.cells, new.cells, strict=True)
    }
    if any(look(theirs, was) != look(ours, now) for was, now in pairs):
        raise damage(after.name, f"вид ячеек листа «{sheet}»")
    used = looks_of(after.sheet_xml(sheet).decode())
    box = ours.first("cellXfs")
    if max(used, default=0) >= len(box.children if box else []):
        raise damage(after.name, f"вид строк листа «{sheet}»")
