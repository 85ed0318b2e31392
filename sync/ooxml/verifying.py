"""Proof that a patched workbook differs from the one before only where the edits say so.

The new bytes are opened from scratch. Members no edit may touch are equal byte for byte; a touched
sheet is equal byte for byte between its planned rows, its planned rows are equal cell for cell but
for the planned cells, and those read back as planned; the other touched parts are equal node for
node but for the named attributes. Anything else raises OddWorkbook, and the old file stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model.errors import CrmError, OddWorkbook
from sync.ooxml.a1 import Area, col_letter, split_ref
from sync.ooxml.book import BookFile
from sync.ooxml.edits import (
    ANY,
    AppendColumn,
    AppendRows,
    Edit,
    GrowTable,
    NameColumn,
    SetCache,
    SetFormula,
    SetName,
    SetProperty,
    SetReach,
    SetSheetState,
    SetValue,
    SpareRows,
)
from sync.ooxml.mending import heading_of
from sync.ooxml.parts import read_tree, rels_name
from sync.ooxml.sheetproof import PlannedColumn, SheetPlan, SheetProof, damage, shape
from sync.ooxml.xmltext import legal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sync.ooxml.cells import TableRef
    from sync.ooxml.grid import Grid
    from sync.ooxml.tree import Node

_TYPES = "[Content_Types].xml"
_TableEdit = GrowTable | NameColumn | AppendColumn


def verify(
    before: BookFile,
    after: bytes,
    edits: Sequence[Edit],
    *,
    grids: Mapping[str, Grid] | None = None,
) -> None:
    """Prove the new bytes against the old book and the applied edits; raises OddWorkbook.

    `grids` are sheets of the old book that somebody has looked through already.
    """
    try:
        new = BookFile.open(after, name=before.name)
        _Proof(before, new, edits, grids or {}).run()
    except OddWorkbook:
        raise
    except (CrmError, ValueError, KeyError, IndexError) as error:
        raise OddWorkbook(name=before.name, detail=f"проверка записи: {error}") from error


@dataclass(slots=True)
class _Proof:
    before: BookFile
    after: BookFile
    edits: Sequence[Edit]
    grids: Mapping[str, Grid]

    def run(self) -> None:
        touched = self._touchable()
        self._members(touched)
        for sheet, plan in self._plans().items():
            SheetProof(self.before, self.after, sheet, plan, self.grids.get(sheet)).run()
        self._workbook()
        self._directories(touched)
        self._tables()
        self._properties()

    def fail(self, detail: str) -> OddWorkbook:
        return damage(self.before.name, detail)

    def _plans(self) -> dict[str, SheetPlan]:
        plans: dict[str, SheetPlan] = {}
        for edit in self.edits:
            match edit:
                case SetValue() | SetFormula() | SetCache():
                    plan = plans.setdefault(edit.sheet, SheetPlan())
                    plan.values[split_ref(edit.cell)] = edit
                case SpareRows():
                    plans.setdefault(edit.sheet, SheetPlan()).spare.append(edit)
                case AppendRows():
                    plans.setdefault(edit.sheet, SheetPlan()).blocks[edit.first] = edit
                case SetSheetState():
                    plans.setdefault(edit.sheet, SheetPlan())
                case SetReach():
                    plan = plans.setdefault(edit.sheet, SheetPlan())
                    plan.reaches[edit.old] = edit.new
                case NameColumn():
                    table = self._table(self.before, edit)
                    cell = f"{col_letter(edit.col)}{Area.parse(table.ref).top}"
                    plan = plans.setdefault(edit.sheet, SheetPlan())
                    plan.values[split_ref(cell)] = SetValue(edit.sheet, cell, ANY, edit.name)
                case AppendColumn():
                    plan = plans.setdefault(edit.sheet, SheetPlan())
                    area = Area.parse(self._table(self.before, edit).ref)
                    grown = sum(c.edit.table == edit.table for c in plan.columns.values())
                    plan.columns[area.right + grown + 1] = PlannedColumn(edit, area)
                case _:
                    pass
        return plans

    @staticmethod
    def _table(book: BookFile, edit: _TableEdit) -> TableRef:
        return next(t for t in book.tables(edit.sheet) if t.name == edit.table)

    def _touchable(self) -> frozenset[str]:
        """The members that the edits may change, add or drop."""
        book = self.before
        names = {book.workbook.name, *(book.member(sheet).name for sheet in self._plans())}
        for edit in self.edits:
            match edit:
                case GrowTable() | NameColumn() | AppendColumn():
                    names.add(self._table(book, edit).part)
                case SetProperty():
                    names |= {book.properties_part, "_rels/.rels", _TYPES}
                case SetValue() | SetFormula() | SpareRows() | AppendRows():
                    names |= {_TYPES, rels_name(book.workbook.name), *_calc_chain(book)}
                case _:
                    pass
        return frozenset(name.lower() for name in names)

    def _members(self, touchable: frozenset[str]) -> None:
        old = [m for m in self.before.package.members if m.name.lower() not in touchable]
        new = [m for m in self.after.package.members if m.name.lower() not in touchable]
        if [m.raw_name for m in old] != [m.raw_name for m in new]:
            raise self.fail("состав частей")
        for was, now in zip(old, new, strict=True):
            same_content = (was.crc, was.size, was.method) == (now.crc, now.size, now.method)
            packed = self.before.package.packed_bytes(was), self.after.package.packed_bytes(now)
            if not same_content or bytes(packed[0]) != bytes(packed[1]):
                raise self.fail(f"часть {was.name}")

    def _workbook(self) -> None:
        if self.before.workbook_xml == self.after.workbook_xml:
            return
        hidden = frozenset(e.sheet for e in self.edits if isinstance(e, SetSheetState))
        names = frozenset(e.name for e in self.edits if isinstance(e, SetName))
        grows = any(isinstance(e, GrowTable | AppendColumn) for e in self.edits)
        shapes = [
            list(_workbook_shape(book.workbook_tree, hidden, names, grows=grows))
            for book in (self.before, self.after)
        ]
        if shapes[0] != shapes[1]:
            raise self.fail("книга")
        for edit in self.edits:
            if isinstance(edit, SetName) and edit.name not in self.after.names:
                raise self.fail(f"имя {edit.name}")

    def _directories(self, touched: frozenset[str]) -> None:
        """Content types and relationships: only those of the dropped or added part may differ."""
        free = {f"/{part}" for part in _calc_chain(self.before)}
        free |= {f"/{self.before.properties_part}"}
        kinds = {"calcChain", "custom-properties", "customProperties"}
        for name in (_TYPES, "_rels/.rels", rels_name(self.before.workbook.name)):
            if name.lower() in touched:
                trees = [_tree(book, name) for book in (self.before, self.after)]
                shapes = [list(_directory(tree, free, kinds)) for tree in trees]
                if shapes[0] != shapes[1]:
                    raise self.fail(f"часть {name}")

    def _tables(self) -> None:
        touched: dict[tuple[str, str], list[_TableEdit]] = {}
        for edit in self.edits:
            if isinstance(edit, GrowTable | NameColumn | AppendColumn):
                touched.setdefault((edit.sheet, edit.table), []).append(edit)
        for edits in touched.values():
            was, now = self._table(self.before, edits[0]), self._table(self.after, edits[0])
            self._table_part(was, edits)
            area, names = Area.parse(was.ref), [heading_of(n) for n in was.columns]
            for edit in edits:
                match edit:
                    case GrowTable():
                        area = replace(area, bottom=edit.last_row)
                    case NameColumn():
                        names[edit.col - area.left] = edit.name
                    case AppendColumn():
                        area = replace(area, right=area.right + 1)
                        names.append(edit.heading)
            if now.ref != area.ref or [heading_of(n) for n in now.columns] != names:
                raise self.fail(f"таблица {was.name}")

    def _table_part(self, was: TableRef, edits: Sequence[_TableEdit]) -> None:
        trees = [_tree(book, was.part) for book in (self.before, self.after)]
        free = _TABLE_FREE
        if any(isinstance(e, NameColumn) for e in edits):
            free |= {("tableColumn", "name")}
        if any(isinstance(e, AppendColumn) for e in edits):
            free |= {("tableColumns", "count")}
            trees = [_with_columns(tree, len(was.columns)) for tree in trees]
        if list(shape(trees[0], free)) != list(shape(trees[1], free)):
            raise self.fail(f"таблица {was.name}")

    def _properties(self) -> None:
        wanted = {e.name: e.value for e in self.edits if isinstance(e, SetProperty)}
        if not wanted:
            return
        expected = {**self.before.properties, **{n: legal(v)[0] for n, v in wanted.items()}}
        if dict(self.after.properties) != expected:
            raise self.fail("свойства документа")


_TABLE_FREE = frozenset({("table", "ref"), ("autoFilter", "ref")})


def _workbook_shape(
    root: Node, hidden: frozenset[str], names: frozenset[str], *, grows: bool
) -> Iterator[tuple[object, ...]]:
    filters = "_xlnm._FilterDatabase"
    for node in root.walk():
        given = node.attributes
        free = set()
        match node.tag:
            case "calcPr":
                free = {"fullCalcOnLoad"}
                if given.keys() <= free:
                    continue
            case "workbookView" if hidden:
                free = {"activeTab"}
            case "sheet" if given.get("name") in hidden:
                free = {"state"}
            case "definedName" if given.get("name") in names and "localSheetId" not in given:
                continue
            case "definedNames" if names:
                continue
            case _:
                pass
        loose = grows and node.tag == "definedName" and given.get("name") == filters
        text = "" if loose else node.text.strip()
        yield node.uri, node.tag, {n: v for n, v in given.items() if n not in free}, text


def _directory(root: Node, free: set[str], kinds: set[str]) -> Iterator[dict[str, str]]:
    for node in root.children:
        given = node.attributes
        kind = given.get("Type", "").rpartition("/")[2]
        if given.get("PartName") not in free and kind not in kinds:
            yield given


def _with_columns(table: Node, count: int) -> Node:
    """The tree of a table with only its first columns listed."""
    return replace(
        table,
        children=[
            replace(n, children=n.children[:count]) if n.tag == "tableColumns" else n
            for n in table.children
        ],
    )


def _calc_chain(book: BookFile) -> set[str]:
    return {link.part for link in book.links if link.kind == "calcChain"}


def _tree(book: BookFile, part: str) -> Node:
    tree = read_tree(book.package, part)
    if tree is None:
        raise OddWorkbook(name=book.name, detail=f"нет части {part}")
    return tree
