"""What differs between two xlsx files, cell by cell and part by part.

Written with the standard library alone, so that the patcher is not its own judge.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
GROWING = ("dataValidations", "conditionalFormatting")
"""Elements whose areas may grow over new rows, and in no other way."""
CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the file has it, its text resolved."""

    value: str | None
    formula: str | None
    style: str
    kind: str
    """`t` of the file, with shared and inline strings told as one: text."""

    @property
    def content(self) -> tuple[str | None, str | None]:
        """What it holds, looks aside."""
        return self.value, self.formula


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that differs; None where the file has no such cell."""

    before: Cell | None
    after: Cell | None


@dataclass(slots=True)
class Comparison:
    """Everything that differs."""

    cells: dict[str, dict[tuple[int, int], Change]] = field(default_factory=dict)
    """Sheet -> (row, column) -> what changed."""
    parts: list[str] = field(default_factory=list)
    """Parts added, lost or changed that are not sheets, tables or the workbook itself."""
    oddities: list[str] = field(default_factory=list)
    """Differences in sheets, tables and the workbook beside cells."""
    names: set[str] = field(default_factory=set)
    """Defined names whose text differs."""


class Package:
    """The parts of one file, with what is needed to read its cells."""

    def __init__(self, source: Path | bytes) -> None:
        raw = source.read_bytes() if isinstance(source, Path) else source
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.workbook = ET.fromstring(self.parts["xl/workbook.xml"])
        self.sheets = dict(self._sheets())
        self._strings = self._shared()

    def _sheets(self) -> Iterator[tuple[str, str]]:
        targets = {
            r.get("Id"): r.get("Target", "")
            for r in ET.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        }
        for sheet in self.workbook.iter(f"{{{MAIN}}}sheet"):
            target = targets[sheet.get(f"{{{REL}}}id")]
            path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            yield sheet.get("name", ""), path

    def _shared(self) -> list[str]:
        raw = self.parts.get("xl/sharedStrings.xml")
        if raw is None:
            return []
        return [_text(item) for item in ET.fromstring(raw)]

    def root(self, sheet: str) -> ET.Element:
        """The XML of a sheet."""
        return ET.fromstring(self.parts[self.sheets[sheet]])

    def cells(self, sheet: str) -> dict[tuple[int, int], Cell]:
        """The cells of a sheet by row and column."""
        return dict(self._cells(self.root(sheet)))

    def _cells(self, root: ET.Element) -> Iterator[tuple[tuple[int, int], Cell]]:
        for c in root.iter(f"{{{MAIN}}}c"):
            yield place(c.get("r", "")), self._cell(c)

    def _cell(self, c: ET.Element) -> Cell:
        kind = c.get("t", "n")
        formula, value = c.find(f"{{{MAIN}}}f"), c.find(f"{{{MAIN}}}v")
        text = None if value is None else value.text or ""
        if kind == "s" and text is not None:
            text = self._strings[int(text)]
        inline = c.find(f"{{{MAIN}}}is")
        if inline is not None:
            text = _text(inline)
        shown = None if formula is None else _formula(formula)
        return Cell(text, shown, c.get("s", "0"), "text" if kind in {"s", "inlineStr"} else kind)


def place(ref: str) -> tuple[int, int]:
    """(row, column) of an address."""
    match = CELL.fullmatch(ref)
    assert match is not None, ref
    col = 0
    for letter in match[1]:
        col = col * 26 + ord(letter) - 64
    return int(match[2]), col


def letters(col: int) -> str:
    """Letters of a column number."""
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


def _text(element: ET.Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{{{MAIN}}}t"))


def _formula(element: ET.Element) -> str:
    marks = "".join(f" {k}={v}" for k, v in sorted(element.attrib.items()) if k != "aca")
    return (element.text or "") + marks


def compare(before: Path | bytes, after: Path | bytes) -> Comparison:
    """Everything that differs between two files of one workbook."""
    old, new = Package(before), Package(after)
    found = Comparison()
    assert list(old.sheets) == list(new.sheets), "sheets were added, lost or moved"
    tables = {n for n in old.parts if n.startswith("xl/tables/")}
    told = {*old.sheets.values(), *tables, "xl/workbook.xml"}
    for name in sorted(old.parts.keys() | new.parts.keys()):
        if name not in told and old.parts.get(name) != new.parts.get(name):
            found.parts.append(name)
    for sheet in old.sheets:
        _compare_sheet(sheet, old, new, found)
    for name in sorted(tables):
        _compare_table(name, old.parts[name], new.parts.get(name, b"<gone/>"), found)
    _compare_workbook(old.workbook, new.workbook, found)
    return found


def _compare_sheet(sheet: str, old: Package, new: Package, found: Comparison) -> None:
    if old.parts[old.sheets[sheet]] == new.parts[new.sheets[sheet]]:
        return
    cells, fresh = old.cells(sheet), new.cells(sheet)
    changed = {
        at: Change(cells.get(at), fresh.get(at))
        for at in cells.keys() | fresh.keys()
        if cells.get(at) != fresh.get(at)
    }
    if changed:
        found.cells[sheet] = changed
    first, second = old.root(sheet), new.root(sheet)
    found.oddities += [f"{sheet}: {what}" for what in _rows(first, second)]
    found.oddities += [f"{sheet}: {what}" for what in _frame(first, second)]


def _rows(first: ET.Element, second: ET.Element) -> Iterator[str]:
    """Rows keep their looks; their numbers and their cells rise."""
    old = {r.get("r"): _row_marks(r) for r in first.iter(f"{{{MAIN}}}row")}
    new = {r.get("r"): _row_marks(r) for r in second.iter(f"{{{MAIN}}}row")}
    for number, marks in old.items():
        if new.get(number) != marks:
            yield f"row {number} was {marks}, is {new.get(number)}"
    order = [int(r.get("r", 0)) for r in second.iter(f"{{{MAIN}}}row")]
    if order != sorted(set(order)):
        yield "rows do not rise"
    for row in second.iter(f"{{{MAIN}}}row"):
        places = [place(c.get("r", "")) for c in row]
        if places != sorted(set(places)) or any(r != int(row.get("r", 0)) for r, _ in places):
            yield f"cells of row {row.get('r')} do not rise"


def _row_marks(row: ET.Element) -> dict[str, str]:
    return {k: v for k, v in row.attrib.items() if k != "spans"}


def _frame(first: ET.Element, second: ET.Element) -> Iterator[str]:
    """Everything of a sheet beside its rows."""
    skipped = {f"{{{MAIN}}}sheetData", f"{{{MAIN}}}dimension"}
    old = [e for e in first if e.tag not in skipped]
    new = [e for e in second if e.tag not in skipped]
    if [e.tag for e in old] != [e.tag for e in new]:
        yield f"elements {[_name(e) for e in old]} became {[_name(e) for e in new]}"
        return
    for was, now in zip(old, new, strict=True):
        if ET.tostring(was) != ET.tostring(now) and not _only_grown(was, now):
            yield f"{_name(was)} differs"


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _only_grown(was: ET.Element, now: ET.Element) -> bool:
    """Equal but for areas, each of which still covers all that it covered."""
    if _name(was) not in GROWING:
        return False
    olds, news = list(was.iter()), list(now.iter())
    if len(olds) != len(news):
        return False
    for a, b in zip(olds, news, strict=True):
        rest = {k: v for k, v in a.attrib.items() if k != "sqref"}
        if a.tag != b.tag or (a.text or "").strip() != (b.text or "").strip():
            return False
        if rest != {k: v for k, v in b.attrib.items() if k != "sqref"}:
            return False
        if not _covers(b.get("sqref", ""), a.get("sqref", "")):
            return False
    return True


def _covers(grown: str, areas: str) -> bool:
    wide = [_box(a) for a in grown.split()]
    return all(
        any(w[0] <= b[0] and w[1] <= b[1] and w[2] >= b[2] and w[3] >= b[3] for w in wide)
        for b in map(_box, areas.split())
    )


def _box(area: str) -> tuple[int, int, int, int]:
    first, _, last = area.partition(":")
    return (*place(first), *place(last or first))


def _compare_table(name: str, old: bytes, new: bytes, found: Comparison) -> None:
    """A native table may grow downwards, its filter with it."""
    if old == new:
        return
    was, now = ET.fromstring(old), ET.fromstring(new)
    for a, b in zip(was.iter(), now.iter(), strict=True):
        if a.tag != b.tag or _grown_marks(a) != _grown_marks(b):
            found.oddities.append(f"{name}: {_name(a)} differs")
    if not _covers(now.get("ref", ""), was.get("ref", "")):
        found.oddities.append(f"{name}: shrank")


def _grown_marks(element: ET.Element) -> Mapping[str, str]:
    marks = dict(element.attrib)
    if "ref" in marks:
        marks["ref"] = re.sub(r"\d+$", "", marks["ref"])
    return marks


def _compare_workbook(old: ET.Element, new: ET.Element, found: Comparison) -> None:
    """Beside names and the wish to be recalculated a workbook stays as it was."""
    names = f"{{{MAIN}}}definedNames", f"{{{MAIN}}}calcPr"
    first = [ET.tostring(e) for e in old if e.tag not in names]
    second = [ET.tostring(e) for e in new if e.tag not in names]
    if first != second:
        found.oddities.append("workbook.xml differs")
    before, after = _names(old), _names(new)
    found.names = {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}


def _names(workbook: ET.Element) -> dict[str, str]:
    return {
        f"{n.get('name')}@{n.get('localSheetId', '')}": f"{n.text}{n.get('hidden', '')}"
        for n in workbook.iter(f"{{{MAIN}}}definedName")
    }
