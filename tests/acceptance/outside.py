"""Two states of a workbook compared by readers that are not ours."""

from __future__ import annotations

import io
import pickle
import posixpath
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.acceptance.asked import Asked

_CHILD = """
import pickle, sys
from python_calamine import CalamineWorkbook
book, found = CalamineWorkbook.from_path(sys.argv[1]), {}
for name in book.sheet_names:
    try:
        found[name] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except Exception as error:
        found[name] = type(error).__name__
sys.stdout.buffer.write(pickle.dumps(found))
"""
Values = dict[str, list[list[object]] | str]


def lost_parts(before: bytes, after: bytes, asked: Asked) -> list[str]:
    """What the package held before and holds no more, and what stands out of order."""
    old, new = _members(before), _members(after)
    chain = {name for name in old if posixpath.basename(name).lower() == "calcchain.xml"}
    if any(name in new for name in chain) or not _formula_touched(asked):
        chain = set()
    found = [f"part {name}" for name in old.keys() - new.keys() - chain]
    found += [f"{what}" for what in _facts(old, chain) - _facts(new, chain)]
    required = _elements(old, chain) - _elements_of_cells(old, asked)
    found += [
        f"element {tag} x{count}" for tag, count in (required - _elements(new, set())).items()
    ]
    listing = ("[Content_Types].xml", ".rels")
    touched = {n for n in old if old[n] != new.get(n, old[n]) and not n.endswith(listing)}
    found += [f"order in {name}" for name in touched if not _in_order(old[name], new[name])]
    return sorted(found)


def changed_values(before: Path, after: Path, asked: Asked) -> list[str] | str:
    """Cells whose value calamine reads differently but for the edited; why if it cannot read."""
    old = _values(before)
    if isinstance(old, str):
        return old
    new = _values(after)
    if isinstance(new, str):
        return [f"calamine cannot read it any more: {new}"]
    found = [f"sheet {name}" for name in old.keys() ^ new.keys()]
    for name in old.keys() & new.keys():
        found += _different(name, old[name], new[name], asked)
    return found


def _different(
    sheet: str, old: list[list[object]] | str, new: list[list[object]] | str, asked: Asked
) -> Iterator[str]:
    if isinstance(old, str) or isinstance(new, str):
        if old != new:
            yield f"{sheet}: {old!s:.40} -> {new!s:.40}"
        return
    cells = [
        {(r, c): v for r, row in enumerate(grid, 1) for c, v in enumerate(row, 1) if v != ""}
        for grid in (old, new)
    ]
    for row, col in cells[0].keys() | cells[1].keys():
        was, now = cells[0].get((row, col)), cells[1].get((row, col))
        if was != now and (sheet, f"{_letters(col)}{row}") not in asked.places:
            yield f"{sheet}!{_letters(col)}{row}: {was!r} -> {now!r}"


def _letters(col: int) -> str:
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


def _values(path: Path) -> Values | str:
    command = [sys.executable, "-c", _CHILD, str(path)]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    if done.returncode:
        return done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "it ended"
    values: Values = pickle.loads(done.stdout)
    return values


def _members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {info.filename.replace("\\", "/"): archive.read(info) for info in archive.infolist()}


def _trees(members: dict[str, bytes], chain: set[str]) -> Iterator[tuple[str, ET.Element]]:
    for name, content in members.items():
        if name in chain or not name.lower().endswith((".xml", ".rels", ".vml")):
            continue
        try:
            yield name, ET.fromstring(content)
        except ET.ParseError:
            continue


def _facts(members: dict[str, bytes], chain: set[str]) -> set[str]:
    """Content types and relationships, one text each."""
    found = set()
    for name, root in _trees(members, set()):
        if name == "[Content_Types].xml" or name.endswith(".rels"):
            for node in root:
                targets = {node.get("PartName", ""), node.get("Target", "")}
                if not any(t and c.endswith(posixpath.basename(t)) for t in targets for c in chain):
                    found.add(f"{name}: {sorted(node.items())}")
    return found


def _elements(members: dict[str, bytes], chain: set[str]) -> Counter[str]:
    skip = ("[Content_Types].xml", ".rels")
    return Counter(
        node.tag
        for name, root in _trees(members, chain)
        if not name.endswith(skip)
        for node in root.iter()
    )


def _elements_of_cells(members: dict[str, bytes], asked: Asked) -> Counter[str]:
    """What stands inside the edited cells: their content is replaced by choice."""
    refs = {ref for _, ref in asked.places}
    found: Counter[str] = Counter()
    for name, root in _trees(members, set()):
        if "sheets/" in name:
            for cell in root.iter():
                if cell.tag.endswith("}c") and cell.get("r", "A1") in refs:
                    found.update(node.tag for node in list(cell.iter())[1:])
    return found


def _in_order(before: bytes, after: bytes) -> bool:
    """Whether the children of the root kept their order, and rows and cells ascend as before."""
    try:
        old, new = ET.fromstring(before), ET.fromstring(after)
    except ET.ParseError:
        return False
    order = [node.tag for node in old]
    kept = [node.tag for node in new if node.tag in order]
    return order == kept and (_ascending(new) or not _ascending(old))


def _ascending(root: ET.Element) -> bool:
    rows = [int(row.get("r", "0")) for row in root.iter() if row.tag.endswith("}row")]
    return rows == sorted(set(rows)) or 0 in rows


def _formula_touched(asked: Asked) -> bool:
    return any(type(edit).__name__ == "SetFormula" for edit in asked.edits)
