"""What LibreOffice leaves behind when a column is put into a table, and the edits that mend it.

It spreads the validation of the neighbour over the new column, so that nobody can type there, and
lists the column in the table under a name that its empty heading does not say: Excel offers to
repair such a book. A heading that a person typed counts; an empty one gets a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sync.ooxml.a1 import Area
from sync.ooxml.cells import CellKind, CellScan, TableRef
from sync.ooxml.edits import NameColumn, SetReach

if TYPE_CHECKING:
    from sync.ooxml.book import BookFile

UNNAMED = "Столбец {number}"


def mends(
    book: BookFile, sheet: str, rows: Mapping[int, Mapping[int, CellScan]], keyed: frozenset[int]
) -> tuple[NameColumn | SetReach, ...]:
    """The edits that mend a sheet, none for a sound one; `keyed` are the columns of the program."""
    named = (
        edit
        for table in book.tables(sheet)
        if table.headed
        for edit in _headings(table, rows.get(Area.parse(table.ref).top, {}))
    )
    return (*named, *_rules(book, sheet, keyed))


def heading_of(name: str) -> str:
    """The heading that a column's name in the table's list stands for."""
    return name.replace("_x000a_", "\n").replace("_x000A_", "\n")


def _headings(table: TableRef, line: Mapping[int, CellScan]) -> Iterator[NameColumn]:
    area = Area.parse(table.ref)
    if area.right - area.left + 1 != len(table.columns):
        return
    taken = {line[col].text.casefold() for col in range(area.left, area.right + 1) if col in line}
    for col, listed in enumerate(table.columns, start=area.left):
        cell = line.get(col)
        if cell is not None and cell.formula is not None:
            continue
        typed = cell.text if cell is not None else ""
        sound = cell is not None and cell.kind is CellKind.TEXT and typed == heading_of(listed)
        if sound:
            continue
        name = typed or _unused(UNNAMED.format(number=col - area.left + 1), taken)
        taken.add(name.casefold())
        yield NameColumn(table.sheet, table.name, col, name)


def _unused(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found.casefold() in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _rules(book: BookFile, sheet: str, keyed: frozenset[int]) -> Iterator[SetReach]:
    listed = book.frame(sheet).root.first("dataValidations")
    for node in listed.all("dataValidation") if listed else ():
        sqref = node.attributes.get("sqref", "")
        areas = [Area.parse(ref) for ref in sqref.split()]
        columns = {col for a in areas for col in range(a.left, a.right + 1)}
        if columns & keyed and columns - keyed:
            kept = " ".join(part.ref for area in areas for part in _kept(area, keyed))
            yield SetReach(sheet, sqref, kept)


def _kept(area: Area, keyed: frozenset[int]) -> Iterator[Area]:
    """The runs of the program's own columns inside an area."""
    start = None
    for col in range(area.left, area.right + 2):
        own = col in keyed and col <= area.right
        if own and start is None:
            start = col
        elif not own and start is not None:
            yield Area(start, area.top, col - 1, area.bottom)
            start = None
