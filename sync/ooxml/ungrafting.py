"""A tab taken out of a book with everything that only it uses; nothing else is moved.

Names that the book keeps for its tabs by their place are renumbered with the tabs. The result is
proven before it is handed out.
"""

from __future__ import annotations

from collections import Counter

from model.errors import CrmError, OddWorkbook
from sync.ooxml import partpatch
from sync.ooxml.book import BookFile
from sync.ooxml.calculation import TYPES, part_of, without_chain
from sync.ooxml.parts import links, rels_name
from sync.ooxml.sheetproof import damage
from sync.ooxml.tree import Splice, parse, set_attribute, splice

_LOCAL = "localSheetId"


def ungrafted(book: BookFile, sheet: str, names: frozenset[str]) -> BookFile:
    """The book without a tab and the given names over it; raises OddWorkbook where it cannot be."""
    shown = [ref.name for ref in book.sheets if ref.state == "visible"]
    if book.signed or shown == [sheet] or all(ref.name != sheet for ref in book.sheets):
        raise OddWorkbook(name=book.name, detail=f"лист «{sheet}» не убрать")
    try:
        after = _written(book, sheet, names)
        _prove(book, after, sheet)
    except OddWorkbook:
        raise
    except (CrmError, ValueError, KeyError, IndexError) as error:
        raise OddWorkbook(name=book.name, detail=f"лист не убрать: {error}") from error
    return after


def _written(book: BookFile, sheet: str, names: frozenset[str]) -> BookFile:
    part = book.member(sheet).name
    gone = own_parts(book, part)
    changed: dict[str, bytes] = {TYPES: part_of(book, TYPES)}
    for name in gone:
        changed[TYPES] = partpatch.without_type(changed[TYPES], name, label=book.name)
    rels = rels_name(book.workbook.name)
    changed[rels] = _unlinked(part_of(book, rels), book, part)
    listed = partpatch.unnamed(book.workbook_xml, names, label=book.name)
    changed[book.workbook.name] = _unlisted(listed, book, sheet)
    dropped = gone | without_chain(book, changed)
    places = {m.name: i for i, m in enumerate(book.package.members)}
    raw = book.package.rebuild(
        {places[n]: c for n, c in changed.items()}, dropped=frozenset(places[n] for n in dropped)
    )
    return BookFile.open(raw, name=book.name)


def own_parts(book: BookFile, part: str) -> set[str]:
    """The parts that nothing but the tab leads to, their directories with them."""
    users = Counter(
        link.part.lower()
        for member in book.package.members
        if not member.name.endswith(".rels")
        for link in links(book.package, member.name)
    )
    found: set[str] = set()
    waiting = [part]
    while waiting:
        member = book.package.find(waiting.pop())
        if member is None or member.name in found:
            continue
        found.add(member.name)
        rels = book.package.find(rels_name(member.name))
        if rels is not None:
            found.add(rels.name)
        ours = links(book.package, member.name)
        waiting += [link.part for link in ours if users[link.part.lower()] == 1]
    return found


def _unlinked(content: bytes, book: BookFile, part: str) -> bytes:
    root = parse(content, label=book.name, part="rels")
    ids = {link.id for link in book.links if link.part.lower() == part.lower()}
    nodes = [n for n in root.children if n.attributes.get("Id") in ids]
    return splice(content, [Splice(n.start, n.end, b"") for n in nodes])


def _unlisted(content: bytes, book: BookFile, sheet: str) -> bytes:
    """The list of tabs without the sheet; names and the open tab follow the new places."""
    root = parse(content, label=book.name, part="workbook")
    index = [ref.name for ref in book.sheets].index(sheet)
    tabs, listed = root.first("sheets"), root.first("definedNames")
    if tabs is None:
        raise KeyError("sheets")
    changes = [Splice(tabs.children[index].start, tabs.children[index].end, b"")]
    nodes = list(listed.all("definedName")) if listed else []
    tied = [n for n in nodes if n.attributes.get(_LOCAL) == str(index)]
    if listed is not None and nodes and len(tied) == len(nodes):
        changes.append(Splice(listed.start, listed.end, b""))
        nodes = tied = []
    for node in nodes:
        place = int(node.attributes.get(_LOCAL, "-1"))
        if node in tied:
            changes.append(Splice(node.start, node.end, b""))
        elif place > index:
            changes.append(set_attribute(content, node, _LOCAL, str(place - 1)))
    views = root.first("bookViews")
    for view in views.all("workbookView") if views else ():
        for name in ("activeTab", "firstSheet"):
            place = int(view.attributes.get(name, "0"))
            if name in view.attributes and place >= index:
                first = next(
                    i for i, ref in enumerate(book.sheets)
                    if ref.state == "visible" and i != index
                )  # fmt: skip
                to = place - 1 if place > index else first - (first > index)
                changes.append(set_attribute(content, view, name, str(to)))
    return splice(content, changes)


def _prove(before: BookFile, after: BookFile, sheet: str) -> None:
    """Every part that the tab shared with others stands as it stood."""
    if [r.name for r in after.sheets] != [r.name for r in before.sheets if r.name != sheet]:
        raise damage(before.name, "список листов")
    states = {r.name: r.state for r in before.sheets}
    if any(states[r.name] != r.state for r in after.sheets):
        raise damage(before.name, "вид листов")
    free = {TYPES.lower(), before.workbook.name.lower(), rels_name(before.workbook.name).lower()}
    kept = {m.name: bytes(after.package.packed_bytes(m)) for m in after.package.members}
    old = {m.name: bytes(before.package.packed_bytes(m)) for m in before.package.members}
    for name, packed in kept.items():
        if name.lower() not in free and old.get(name) != packed:
            raise damage(before.name, f"часть {name}")
    for ref in after.sheets:
        if after.package.find(ref.part) is None:
            raise damage(before.name, f"лист «{ref.name}»")
        for table in after.tables(ref.name):
            if after.package.find(table.part) is None:
                raise damage(before.name, f"таблица {table.name}")
    gone = {t.name for t in before.tables(sheet)}
    if any(_tables(after, ref.name) & gone for ref in after.sheets):
        raise damage(before.name, f"лист «{sheet}»")


def _tables(book: BookFile, sheet: str) -> set[str]:
    return {t.name for t in book.tables(sheet)}
