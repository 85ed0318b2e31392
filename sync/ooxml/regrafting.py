"""A tab drawn anew: its part comes from another book, its place, name and state stay its own.

Where the tab stands, whether it is shown and what the book calls it are the book's; cells, looks,
widths, rules, charts and names over it are those of the source. Everything else in the book is
proven to be as it was.
"""

from __future__ import annotations

from model.errors import CrmError, OddWorkbook
from sync.ooxml import partpatch
from sync.ooxml.book import BookFile
from sync.ooxml.calculation import TYPES, part_of, without_chain
from sync.ooxml.edits import SetName
from sync.ooxml.grafting import Travel, sheets_in
from sync.ooxml.graftproof import prove_members, prove_sheet, prove_styles
from sync.ooxml.parts import rels_name
from sync.ooxml.sheetproof import damage
from sync.ooxml.tree import Splice, parse, set_attribute, splice
from sync.ooxml.ungrafting import own_parts

_LOCAL = "localSheetId"


def regrafted(book: BookFile, source: BookFile, sheet: str) -> BookFile:
    """The book with a tab as the source draws it; raises OddWorkbook where it cannot be."""
    if book.signed or all(ref.name != sheet for ref in book.sheets):
        raise OddWorkbook(name=book.name, detail=f"лист «{sheet}» не перерисовать")
    if book.tables(sheet) or source.tables(sheet):
        raise OddWorkbook(name=book.name, detail="на листе стоит таблица Excel")
    try:
        return _written(book, source, sheet)
    except OddWorkbook:
        raise
    except (CrmError, ValueError, KeyError, IndexError) as error:
        raise OddWorkbook(name=book.name, detail=f"лист не перерисовать: {error}") from error


def _written(book: BookFile, source: BookFile, sheet: str) -> BookFile:
    old = book.member(sheet).name
    gone = own_parts(book, old)
    work = Travel(book, source, sheet)
    part = work.take(source.member(sheet).name, "worksheet")
    index = [ref.name for ref in book.sheets].index(sheet)
    changed = work.changed
    changed[rels_name(book.workbook.name)] = _relinked(book, old, part)
    listed = _without_local(book, index)
    for edit, local in _names(book, source, sheet, work.added[part].decode(), index):
        listed = partpatch.named(listed, edit, label=book.name, index=local)
    changed[book.workbook.name] = partpatch.recalculated(listed, label=book.name)
    types = changed.get(TYPES) or part_of(book, TYPES)
    for name in gone:
        types = partpatch.without_type(types, name, label=book.name)
    changed[TYPES] = types
    work.dropped |= gone | without_chain(book, changed)
    work.dress()
    after = BookFile.open(work.rebuilt(), name=book.name)
    _prove(book, after, source, sheet, frozenset(work.added), frozenset(gone))
    return after


def _relinked(book: BookFile, old: str, part: str) -> bytes:
    """The links of the book, the tab's own leading to its new part."""
    rels = rels_name(book.workbook.name)
    content = part_of(book, rels)
    root = parse(content, label=book.name, part=rels)
    ids = {link.id for link in book.links if link.part.lower() == old.lower()}
    (node,) = (n for n in root.children if n.attributes.get("Id") in ids)
    return splice(content, [set_attribute(content, node, "Target", f"/{part}")])


def _without_local(book: BookFile, index: int) -> bytes:
    """The list of names without those that belong to the tab: print area, titles, filter."""
    root = parse(book.workbook_xml, label=book.name, part="workbook")
    listed = root.first("definedNames")
    nodes = list(listed.all("definedName")) if listed else []
    tied = [n for n in nodes if n.attributes.get(_LOCAL) == str(index)]
    if listed is not None and tied and len(tied) == len(nodes):
        return splice(book.workbook_xml, [Splice(listed.start, listed.end, b"")])
    return splice(book.workbook_xml, [Splice(n.start, n.end, b"") for n in tied])


def _names(
    book: BookFile, source: BookFile, sheet: str, used: str, index: int
) -> list[tuple[SetName, int | None]]:
    """Names over the tab as the source has them, its own ones, and those it uses and lacks here."""
    found: list[tuple[SetName, int | None]] = []
    place = [ref.name for ref in source.sheets].index(sheet)
    listed = source.workbook_tree.first("definedNames")
    for node in listed.all("definedName") if listed else ():
        name, local = node.attributes.get("name", ""), node.attributes.get(_LOCAL)
        hidden = node.attributes.get("hidden") in {"1", "true"}
        edit = SetName(name, node.text, hidden=hidden)
        if local is not None:
            if local == str(place):
                found.append((edit, index))
        elif sheet in sheets_in(node.text) or (name in used and name not in book.names):
            gone = set(sheets_in(node.text)) - {ref.name for ref in book.sheets}
            if gone:
                detail = f"имя {name} ссылается на лист «{min(gone)}», которого нет"
                raise OddWorkbook(name=book.name, detail=detail)
            found.append((edit, None))
    return found


def _prove(
    before: BookFile,
    after: BookFile,
    source: BookFile,
    sheet: str,
    added: frozenset[str],
    gone: frozenset[str],
) -> None:
    """Every part but the tab's own stands as it stood; the tab is the source's."""
    if [(r.name, r.state) for r in after.sheets] != [(r.name, r.state) for r in before.sheets]:
        raise damage(before.name, "список листов")
    over = {n for n, text in source.names.items() if sheet in sheets_in(text)}
    kept = {n: text for n, text in before.names.items() if n not in over}
    if any(after.names.get(name) != text for name, text in kept.items()):
        raise damage(before.name, "имена книги")
    prove_members(before, after, added, gone)
    prove_styles(before, after)
    prove_sheet(after, source, sheet)
