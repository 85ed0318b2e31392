"""What a pass may do in a book of LibreOffice beyond its own cells: prepare rows, let filters grow.

Sessions showed no other kind: cells without content in rows where nothing stood, in the look of a
cell above them, which a person may have coloured; cells of columns that nobody sees; and the hidden
name of a filter whose table grew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from model.blueprint import FIRST_ROW
from tests.scenarios.compare import MAIN, Cell, Package, place

Cells = Callable[[str], Mapping[tuple[int, int], Cell]]
"""The cells of a sheet."""
CELL = re.compile(r"(?P<sheet>.+)!(?P<ref>[A-Z]+\d+): (?P<why>[^:]+): Change\(before=None, .*")
LAID = frozenset({"look of a new cell", "a person's cell", "not our column"})
FILTER = "name _xlnm._FilterDatabase@"
AREA = re.compile(r"(.*!\$?[A-Z]+\$?\d+:\$?[A-Z]+)\$?(\d+)")


def unexcused(found: Sequence[str], saved: bytes, written: Path) -> list[str]:
    """What was found and is no prepared or unseen cell, and no filter that grew with its table."""
    if not found:
        return []
    old, new = Package(saved), Package(written)
    before, after = cache(old.cells), cache(new.cells)
    left = [said for said in found if not _is_prepared(said, before, after)]
    left = [said for said in left if not _is_unseen(said, new)]
    return [said for said in left if not _grew(said, old, new)]


def _is_prepared(said: str, old: Cells, new: Cells) -> bool:
    """Whether an empty cell came into a row where nothing stood, looking like one above."""
    match = CELL.fullmatch(said)
    if match is None or match["why"] not in LAID:
        return False
    before, after = old(match["sheet"]), new(match["sheet"])
    row, col = place(match["ref"])
    above = {after[n, col].style for n in range(FIRST_ROW, row) if (n, col) in after}
    cell = after[row, col]
    empty = not any(cell.content)
    held = any(any(was.content) for (number, _), was in before.items() if number == row)
    return empty and not held and cell.style in above


def _is_unseen(said: str, new: Package) -> bool:
    """Whether only the look of a new cell is strange, and its column is hidden."""
    match = CELL.fullmatch(said)
    if match is None or match["why"] != "look of a new cell":
        return False
    _, col = place(match["ref"])
    return any(
        node.get("hidden") in {"1", "true"}
        and int(node.get("min", 0)) <= col <= int(node.get("max", 0))
        for node in new.root(match["sheet"]).iter(f"{{{MAIN}}}col")
    )


def _grew(said: str, old: Package, new: Package) -> bool:
    """Whether the area of a filter kept its place and columns and reaches further down."""
    if not said.startswith(FILTER):
        return False
    number = said.removeprefix(FILTER)
    areas = [AREA.fullmatch(_filter(package, number)) for package in (old, new)]
    if areas[0] is None or areas[1] is None:
        return False
    return areas[0][1] == areas[1][1] and int(areas[0][2]) < int(areas[1][2])


def _filter(package: Package, number: str) -> str:
    names = package.workbook.iter(f"{{{MAIN}}}definedName")
    return next(
        (
            name.text or ""
            for name in names
            if (name.get("name"), name.get("localSheetId")) == ("_xlnm._FilterDatabase", number)
        ),
        "",
    )
