"""The last column of a table taken away again: its cells, its rule, its name, nothing else.

Nothing moves: what stands to the right of the table stays where it is. The result is proven before
it is handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model.errors import CrmError, OddWorkbook
from sync.ooxml import partpatch
from sync.ooxml.a1 import Area
from sync.ooxml.book import BookFile
from sync.ooxml.calculation import part_of, without_chain
from sync.ooxml.columns import without_width
from sync.ooxml.frame import Frame
from sync.ooxml.grid import Grid
from sync.ooxml.lines import Lines, read_lines
from sync.ooxml.sheetproof import damage
from sync.ooxml.tree import Node, Splice, parse, set_attribute, splice, well_formed

_RULES = ("dataValidation", "conditionalFormatting")


def narrowed(book: BookFile, sheet: str, table: str, name: str) -> BookFile:
    """The book without the last column of a table and the name over it; raises OddWorkbook."""
    found = next((t for t in book.tables(sheet) if t.name == table), None)
    if found is None or found.totals or len(found.columns) < 2:  # one must stay
        raise OddWorkbook(name=book.name, detail=f"у таблицы {table} столбец не убрать")
    area = Area.parse(found.ref)
    try:
        after = _written(book, sheet, found.part, area, name)
        _prove(book, after, sheet, found.part, area.right)
    except OddWorkbook:
        raise
    except (CrmError, ValueError, KeyError, IndexError) as error:
        raise OddWorkbook(name=book.name, detail=f"столбец не убрать: {error}") from error
    return after


def _written(book: BookFile, sheet: str, part: str, area: Area, name: str) -> BookFile:
    label, narrow = book.name, replace(area, right=area.right - 1)
    content, member, table = book.sheet_xml(sheet), book.member(sheet), book.package.find(part)
    if table is None:
        raise KeyError(part)
    frame = Frame.of(content, label=label, part=member.name)
    index = [ref.name for ref in book.sheets].index(sheet)
    listed = partpatch.filter_moved(book.workbook_xml, index, area, narrow, label=label)
    changed = {
        member.name: splice(content, _splices(Grid(content, frame, label=label), area)),
        table.name: _table(part_of(book, part), narrow, label),
        book.workbook.name: partpatch.unnamed(listed, {name}, label=label),
    }
    dropped = without_chain(book, changed)
    places = {m.name: i for i, m in enumerate(book.package.members)}
    raw = book.package.rebuild(
        {places[n]: c for n, c in changed.items()}, dropped=frozenset(places[n] for n in dropped)
    )
    return BookFile.open(raw, name=label)


def _splices(grid: Grid, area: Area) -> Iterator[Splice]:
    for number in grid.numbers:
        row = grid.row(number)
        for cell in grid.cells(row) if row is not None else ():
            if cell.col == area.right:
                yield Splice(cell.start, cell.end, b"")
    frame = grid.frame
    for change in (*without_width(frame, area.right), *_rules(frame, area)):
        yield Splice(frame.place(change.start), frame.place(change.end), change.new)


def _rules(frame: Frame, area: Area) -> Iterator[Splice]:
    """Validations and colours that reached over the column reach no more."""
    for node in frame.root.walk():
        old = node.attributes.get("sqref", "")
        if node.tag == "dataValidations":
            left = sum(bool(short_of(n, area.right)) for n in node.all("dataValidation"))
            if not left:
                yield Splice(node.start, node.end, b"")
            elif left != len(node.children):
                yield set_attribute(frame.content, node, "count", str(left))
        elif node.tag in _RULES and (new := short_of(node, area.right)) != old:
            if new:
                yield set_attribute(frame.content, node, "sqref", new)
            elif node.tag == "conditionalFormatting" or _others(frame, node, area):
                yield Splice(node.start, node.end, b"")


def _others(frame: Frame, node: Node, area: Area) -> bool:
    """Whether other validations stay in the list of one; else the whole list goes."""
    listed = frame.root.first("dataValidations")
    rules = list(listed.all("dataValidation")) if listed else []
    return any(short_of(n, area.right) for n in rules if n is not node)


def short_of(node: Node, col: int) -> str:
    """The areas of a rule without a column that is their last or only one."""
    kept = []
    for ref in node.attributes.get("sqref", "").split():
        area = Area.parse(ref)
        if area.left == area.right == col:
            continue
        kept.append(replace(area, right=col - 1).ref if area.right == col else ref)
    return " ".join(kept)


def _table(content: bytes, narrow: Area, label: str) -> bytes:
    root = parse(content, label=label, part="table")
    listed = root.first("tableColumns")
    if listed is None:
        raise KeyError("tableColumns")
    nodes = list(listed.all("tableColumn"))
    changes = [
        set_attribute(content, listed, "count", str(len(nodes) - 1)),
        Splice(nodes[-1].start, nodes[-1].end, b""),
    ]
    for node in (root, root.first("autoFilter")):
        if node is not None:
            area = Area.parse(node.attributes["ref"])
            ref = replace(area, right=narrow.right).ref
            changes.append(set_attribute(content, node, "ref", ref))
    return splice(content, changes)


def _prove(before: BookFile, after: BookFile, sheet: str, part: str, col: int) -> None:
    """Every other part is the same byte for byte, every other cell of the sheet is the same."""
    chain = {link.part.lower() for link in before.links if link.kind == "calcChain"}
    own = {before.member(sheet).name.lower(), part.lower(), before.workbook.name.lower()}
    directories = {n for n in _names(before) if n.endswith(".rels") or n.startswith("[content")}
    free = own | chain | (directories if chain else set())
    for member in before.package.members:
        if member.name.lower() not in free:
            twin = after.package.find(member.name)
            if twin is None or _packed(before, member.name) != _packed(after, member.name):
                raise damage(before.name, f"часть {member.name}")
    if _names(after) - _names(before) or _names(before) - _names(after) - chain:
        raise damage(before.name, "состав частей")
    well_formed(after.sheet_xml(sheet), label=before.name, part=sheet)
    was, now = read_lines(before, sheet), read_lines(after, sheet)
    if _cells(was, col) != _cells(now, col) or was.merged != now.merged:
        raise damage(before.name, f"лист «{sheet}»")
    if any(col in line for line in now.rows.values()):
        raise damage(before.name, f"лист «{sheet}», столбец остался")


def _cells(lines: Lines, col: int) -> dict[int, dict[int, object]]:
    rows = {n: {c: cell for c, cell in line.items() if c != col} for n, line in lines.rows.items()}
    return {n: line for n, line in rows.items() if line}  # type: ignore[misc]  # compared only


def _names(book: BookFile) -> set[str]:
    return {m.name.lower() for m in book.package.members}


def _packed(book: BookFile, name: str) -> bytes:
    member = book.package.find(name)
    return bytes(book.package.packed_bytes(member)) if member is not None else b""
