"""Edits put into a workbook: only the parts they touch are written anew.

Edits are taken in their order, each seeing what those before it did. One that cannot be made is
told in the receipt and does not stop the others.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from model.errors import OddWorkbook
from sync.ooxml import partpatch
from sync.ooxml.a1 import MAX_ROW, Area
from sync.ooxml.edits import (
    AppendColumn,
    Edit,
    GrowTable,
    NameColumn,
    Outcome,
    Patched,
    Receipt,
    Result,
    SetName,
    SetProperty,
    SetReach,
    SetSheetState,
)
from sync.ooxml.mending import heading_of
from sync.ooxml.parts import read_text, rels_name
from sync.ooxml.reasons import Reason
from sync.ooxml.sheetpatch import Refusal, SheetPatch
from sync.ooxml.tree import parse, splice
from sync.ooxml.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sync.ooxml.book import BookFile
    from sync.ooxml.cells import TableRef

_STATES = frozenset({"visible", "hidden", "veryHidden"})


def patch(book: BookFile, edits: Sequence[Edit]) -> Patched:
    """The workbook with the edits made, proven by `verify`, and the fate of each.

    Raises OddWorkbook when the book is signed or too unusual to write into.
    """
    if book.signed:
        raise OddWorkbook(name=book.name, detail="книга подписана, запись разрушит подпись")
    desk = _Desk(book)
    try:
        outcomes = tuple(desk.fate(edit) for edit in edits)
        changes = desk.finish()
    except (ValueError, KeyError) as error:
        raise OddWorkbook(name=book.name, detail=f"разметка книги ({error})") from error
    raw = desk.rebuilt() if changes else book.raw
    applied = [o.edit for o in outcomes if o.result is Result.APPLIED]
    if changes:
        grids = {n: s.grid for n, s in desk.sheets.items()}
        verify(book, raw, applied, grids=grids)
    sha_after = hashlib.sha256(raw).hexdigest() if changes else book.sha256
    return Patched(raw, Receipt(outcomes, changes, book.sha256, sha_after))


@dataclass(slots=True)
class _Desk:
    """The parts that are being changed, by name, in UTF-8."""

    book: BookFile
    sheets: dict[str, SheetPatch] = field(default_factory=dict)
    _parts: dict[str, bytes] = field(default_factory=dict)
    _spliced: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    """Sheets, made when they are packed."""
    _dropped: set[str] = field(default_factory=set)

    def fate(self, edit: Edit) -> Outcome:
        try:
            return self._apply(edit)
        except Refusal as refusal:
            return Outcome(edit, Result.REFUSED, refusal.reason.value, refusal.found)

    def finish(self) -> tuple[str, ...]:
        """The names of the parts that differ, once everything that follows is done."""
        for name, sheet in self.sheets.items():
            splices = sheet.splices()
            if splices:
                part = self.book.member(name).name
                self._spliced[part] = partial(splice, sheet.content, splices)
        if any(sheet.values_changed for sheet in self.sheets.values()):
            self._change(self.book.workbook.name, partpatch.recalculated)
        if any(sheet.formulas_changed for sheet in self.sheets.values()):
            self._drop_calc_chain()
        return (*self._spliced, *self._parts, *sorted(self._dropped))

    def rebuilt(self) -> bytes:
        """The bytes of the new archive; the parts are let go, the proof reads its own."""
        package = self.book.package
        places = {member.name: index for index, member in enumerate(package.members)}
        changed: dict[int, bytes | Callable[[], bytes]] = {
            places[n]: content for n, content in self._parts.items() if n in places
        }
        changed |= {places[n]: content for n, content in self._spliced.items()}
        added = [(n, content) for n, content in self._parts.items() if n not in places]
        dropped = frozenset(places[name] for name in self._dropped)
        self._parts.clear()
        return package.rebuild(changed, dropped=dropped, added=added)

    def _apply(self, edit: Edit) -> Outcome:
        match edit:
            case GrowTable():
                return self._grow(edit)
            case NameColumn():
                return self._name_column(edit)
            case AppendColumn():
                return self._append_column(edit)
            case SetReach():
                moved = self._sheet(edit.sheet).reach(edit.old, edit.new)
                return Outcome(edit, Result.APPLIED if moved else Result.SAME)
            case SetProperty():
                return self._set_property(edit)
            case SetName():
                return self._set_name(edit)
            case SetSheetState():
                return self._set_state(edit)
            case _:
                return self._sheet(edit.sheet).apply(edit)

    def _sheet(self, name: str) -> SheetPatch:
        if name not in self.sheets:
            self._known(name)
            self.sheets[name] = SheetPatch(
                content=self.book.sheet_xml(name),
                label=self.book.name,
                part=self.book.member(name).name,
                strings=self.book.strings,
                date1904=self.book.date1904,
                headings=tuple(_headings(self.book.tables(name))),
                locks=self.book.locks.get(name, True),
            )
        return self.sheets[name]

    def _known(self, sheet: str) -> None:
        if all(ref.name != sheet for ref in self.book.sheets):
            raise Refusal(Reason.NO_SHEET)

    def _part(self, name: str) -> bytes:
        if name not in self._parts:
            member = self.book.package.find(name)
            if member is None:
                raise OddWorkbook(name=self.book.name, detail=f"нет части {name}")
            return read_text(self.book.package, member)
        return self._parts[name]

    def _put(self, name: str, content: bytes) -> bool:
        if content == self._part(name):
            return False
        member = self.book.package.find(name)
        self._parts[member.name if member else name] = content
        return True

    def _change(self, name: str, change: Callable[..., bytes]) -> bool:
        return self._put(name, change(self._part(name), label=self.book.name))

    def _grow(self, edit: GrowTable) -> Outcome:
        table, tables, name = self._table(edit.sheet, edit.table)
        old = self._room(table, tables, edit.last_row)
        content = partpatch.grown(self._part(name), edit.last_row, label=self.book.name, part=name)
        if not self._put(name, content):
            return Outcome(edit, Result.SAME)
        self._follow_filter(edit.sheet, old, replace(old, bottom=edit.last_row))
        return Outcome(edit, Result.APPLIED)

    def _table(self, sheet: str, name: str) -> tuple[TableRef, Sequence[TableRef], str]:
        """The table of that name, all of its sheet, and the part it stands in."""
        self._known(sheet)
        tables = self.book.tables(sheet)
        table = next((t for t in tables if t.name == name), None)
        if table is None:
            raise Refusal(Reason.NO_TABLE)
        part = self.book.package.find(table.part)
        return table, tables, part.name if part else table.part

    def _name_column(self, edit: NameColumn) -> Outcome:
        table, _, part = self._table(edit.sheet, edit.table)
        area = Area.parse(table.ref)
        index = edit.col - area.left
        if not table.headed or not 0 <= index < len(table.columns):
            raise Refusal(Reason.BAD_CELL)
        others = {n.casefold() for i, n in enumerate(table.columns) if i != index}
        if not edit.name or edit.name.casefold() in others:
            raise Refusal(Reason.HEADING_TAKEN)
        written = self._sheet(edit.sheet).head(edit.col, area.top, edit.name)
        content = self._part(part)
        label = self.book.name
        if heading_of(table.columns[index]) != edit.name:
            content = partpatch.column_named(content, index, edit.name, label=label, part=part)
        listed = self._put(part, content)
        return Outcome(edit, Result.APPLIED if written or listed else Result.SAME)

    def _append_column(self, edit: AppendColumn) -> Outcome:
        table, tables, part = self._table(edit.sheet, edit.table)
        area, listed = self._standing(part)
        label = self.book.name
        if table.totals:
            raise Refusal(Reason.TOTALS)
        names = {heading_of(n).casefold() for n in listed}
        if not table.headed or not edit.heading or edit.heading.casefold() in names:
            raise Refusal(Reason.HEADING_TAKEN)
        beside = replace(area, left=area.right + 1, right=area.right + 1)
        if any(beside.meets(Area.parse(t.ref)) for t in tables if t.name != table.name):
            raise Refusal(Reason.COLUMN_TAKEN)
        self._sheet(edit.sheet).append_column(edit, area)
        content = partpatch.column_added(self._part(part), edit.heading, label=label, part=part)
        self._put(part, content)
        self._follow_filter(edit.sheet, area, replace(area, right=area.right + 1))
        return Outcome(edit, Result.APPLIED)

    def _standing(self, part: str) -> tuple[Area, list[str]]:
        """The area of a table and its columns as edits before this one left them."""
        root = parse(self._part(part), label=self.book.name, part=part)
        listed = root.first("tableColumns")
        names = [n.attributes.get("name", "") for n in (listed.children if listed else ())]
        return Area.parse(root.attributes["ref"]), names

    def _follow_filter(self, sheet: str, old: Area, new: Area) -> None:
        index = [ref.name for ref in self.book.sheets].index(sheet)
        name = self.book.workbook.name
        moved = partpatch.filter_moved(self._part(name), index, old, new, label=self.book.name)
        self._put(name, moved)

    @staticmethod
    def _room(table: TableRef, tables: Sequence[TableRef], last_row: int) -> Area:
        area = Area.parse(table.ref)
        if table.totals:
            raise Refusal(Reason.TOTALS)
        if not area.top < last_row <= MAX_ROW:
            raise Refusal(Reason.TABLE_EDGE)
        new = replace(area, bottom=last_row)
        if any(new.meets(Area.parse(t.ref)) for t in tables if t.name != table.name):
            raise Refusal(Reason.TABLE_MEETS)
        return area

    def _set_property(self, edit: SetProperty) -> Outcome:
        name = self.book.properties_part
        label = self.book.name
        if self.book.package.find(name) is None and name not in self._parts:
            self._parts[name] = partpatch.new_properties(self._part("_rels/.rels"))
            self._put(
                "_rels/.rels",
                partpatch.with_properties_link(self._part("_rels/.rels"), name, label=label),
            )
            types = "[Content_Types].xml"
            self._put(types, partpatch.with_properties_type(self._part(types), name, label=label))
        try:
            content = partpatch.with_property(self._part(name), edit.name, edit.value, label=label)
        except OddWorkbook as error:
            raise Refusal(Reason.PROPERTIES) from error
        return Outcome(edit, Result.APPLIED if self._put(name, content) else Result.SAME)

    def _set_name(self, edit: SetName) -> Outcome:
        if not partpatch.valid_name(edit.name):
            raise Refusal(Reason.BAD_NAME)
        name = self.book.workbook.name
        content = partpatch.named(self._part(name), edit, label=self.book.name)
        return Outcome(edit, Result.APPLIED if self._put(name, content) else Result.SAME)

    def _set_state(self, edit: SetSheetState) -> Outcome:
        self._known(edit.sheet)
        if edit.state not in _STATES:
            raise Refusal(Reason.BAD_STATE)
        name = self.book.workbook.name
        content = partpatch.stated(self._part(name), edit.sheet, edit.state, label=self.book.name)
        if content is None:
            raise Refusal(Reason.LAST_SHEET)
        if not self._put(name, content):
            return Outcome(edit, Result.SAME)
        if edit.state != "visible":
            self._sheet(edit.sheet).unselect()
        return Outcome(edit, Result.APPLIED)

    def _drop_calc_chain(self) -> None:
        link = next((link for link in self.book.links if link.kind == "calcChain"), None)
        member = self.book.package.find(link.part) if link else None
        if member is None:
            return
        self._dropped.add(member.name)
        types = "[Content_Types].xml"
        label = self.book.name
        self._put(types, partpatch.without_type(self._part(types), member.name, label=label))
        rels = rels_name(self.book.workbook.name)
        self._put(rels, partpatch.without_link(self._part(rels), "calcChain", label=label))


def _headings(tables: Sequence[TableRef]) -> Iterator[Area]:
    for table in tables:
        if table.headed:
            area = Area.parse(table.ref)
            yield replace(area, bottom=area.top)
