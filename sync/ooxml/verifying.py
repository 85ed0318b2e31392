"""Proof that a patched workbook differs from the one before only where the edits say so.

The new bytes are opened from scratch. Members no edit may touch are equal byte for byte; a touched
sheet is equal byte for byte between its planned rows, its planned rows are equal cell for cell but
for the planned cells, and those read back as planned; the other touched parts are equal node for
node but for the named attributes. Anything else raises OddWorkbook, and the old file stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from model.errors import CrmError, OddWorkbook
from sync.ooxml.a1 import split_ref
from sync.ooxml.book import BookFile
from sync.ooxml.compare import same
from sync.ooxml.edits import (
    AppendRows,
    Edit,
    GrowTable,
    SetCache,
    SetFormula,
    SetName,
    SetProperty,
    SetSheetState,
    SetValue,
    SpareRows,
)
from sync.ooxml.frame import Frame
from sync.ooxml.grid import CellAt, Grid, RowAt
from sync.ooxml.markup import attributes
from sync.ooxml.parts import read_tree, rels_name
from sync.ooxml.tree import Node, well_formed
from sync.ooxml.xmltext import legal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from model.values import Value

_TYPES = "[Content_Types].xml"
_FREE_ROW_ATTRIBUTES = frozenset({"spans"})


@dataclass(slots=True)
class _SheetPlan:
    """What may differ in one sheet: values by place, spare rows, and whether it may be hidden."""

    values: dict[tuple[int, int], SetValue | SetFormula | SetCache] = field(default_factory=dict)
    spare: list[SpareRows] = field(default_factory=list)

    def rows(self) -> list[int]:
        """The rows that may differ, ascending."""
        spare = {row for edit in self.spare for row in edit.rows}
        return sorted({row for _, row in self.values} | spare)

    def may_add(self, row: int) -> bool:
        """Whether cells nobody named one by one may appear in a row."""
        return any(row in edit.rows for edit in self.spare)


def verify(
    before: BookFile,
    after: bytes,
    edits: Sequence[Edit],
    *,
    grids: Mapping[str, Grid] | None = None,
    tails: Mapping[str, bytes] | None = None,
) -> None:
    """Prove the new bytes against the old book and the applied edits; raises OddWorkbook.

    `grids` are sheets of the old book that somebody has looked through already, `tails` the
    markup of rows that must stand below the old ones.
    """
    try:
        new = BookFile.open(after, name=before.name)
        _Proof(before, new, edits, grids or {}, tails or {}).run()
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
    tails: Mapping[str, bytes]

    def run(self) -> None:
        touched = self._touchable()
        self._members(touched)
        for sheet, plan in self._plans().items():
            _SheetProof(self, sheet, plan).run()
        self._workbook()
        self._directories(touched)
        self._tables()
        self._properties()

    def fail(self, detail: str) -> OddWorkbook:
        return OddWorkbook(name=self.before.name, detail=f"проверка записи: {detail}")

    def _plans(self) -> dict[str, _SheetPlan]:
        plans: dict[str, _SheetPlan] = {}
        for edit in self.edits:
            match edit:
                case SetValue() | SetFormula() | SetCache():
                    plan = plans.setdefault(edit.sheet, _SheetPlan())
                    plan.values[split_ref(edit.cell)] = edit
                case SpareRows():
                    plans.setdefault(edit.sheet, _SheetPlan()).spare.append(edit)
                case SetSheetState() | AppendRows():
                    plans.setdefault(edit.sheet, _SheetPlan())
                case _:
                    pass
        return plans

    def _touchable(self) -> frozenset[str]:
        """The members that the edits may change, add or drop."""
        book = self.before
        names = {book.workbook.name, *(book.member(sheet).name for sheet in self._plans())}
        for edit in self.edits:
            match edit:
                case GrowTable():
                    names |= {t.part for t in book.tables(edit.sheet) if t.name == edit.table}
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
        grows = any(isinstance(e, GrowTable) for e in self.edits)
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
        kinds = {"calcChain", "custom-properties"}
        for name in (_TYPES, "_rels/.rels", rels_name(self.before.workbook.name)):
            if name.lower() in touched:
                trees = [_tree(book, name) for book in (self.before, self.after)]
                shapes = [list(_directory(tree, free, kinds)) for tree in trees]
                if shapes[0] != shapes[1]:
                    raise self.fail(f"часть {name}")

    def _tables(self) -> None:
        last: dict[tuple[str, str], int] = {}
        for edit in self.edits:
            if isinstance(edit, GrowTable):
                last[edit.sheet, edit.table] = edit.last_row
        for (sheet, name), row in last.items():
            was = next(t for t in self.before.tables(sheet) if t.name == name)
            now = next(t for t in self.after.tables(sheet) if t.name == name)
            trees = [_tree(book, was.part) for book in (self.before, self.after)]
            shapes = [list(_shape(tree, _TABLE_FREE)) for tree in trees]
            if shapes[0] != shapes[1] or not now.ref.endswith(f"{row}"):
                raise self.fail(f"таблица {name}")

    def _properties(self) -> None:
        wanted = {e.name: e.value for e in self.edits if isinstance(e, SetProperty)}
        if not wanted:
            return
        expected = {**self.before.properties, **{n: legal(v)[0] for n, v in wanted.items()}}
        if dict(self.after.properties) != expected:
            raise self.fail("свойства документа")


@dataclass(slots=True)
class _SheetProof:
    """One touched sheet, old and new side by side."""

    proof: _Proof
    sheet: str
    plan: _SheetPlan
    old: Grid = field(init=False)
    new: Grid = field(init=False)

    def __post_init__(self) -> None:
        before, after = self.proof.before, self.proof.after
        self.old = self.proof.grids.get(self.sheet) or self._grid(before)
        self.new = self._grid(after)

    def run(self) -> None:
        self._frames()
        # slices of bytes: views are compared byte by byte, ten times slower
        old, new = self.old.content, self.new.content
        at, now = self.old.frame.opened, self.new.frame.opened
        for number in self.plan.rows():
            was = self.old.row(number)
            gap = (was.start if was else self.old.insertion(number)) - at
            if old[at : at + gap] != new[now : now + gap]:
                raise self._differs(f"строки перед {number}")
            at, now = at + gap, now + gap
            row = self._row_at(number, now)
            if row is None and was is None:
                continue  # planned, but nothing had to be written
            if row is None:
                raise self._differs(f"строка {number} пропала")
            self._row(was, row)
            at, now = (was.end if was else at), row.end
        tail = self.proof.tails.get(self.sheet, b"")
        last = self.new.frame.closed
        end = last - len(tail)
        rest = old[at : self.old.frame.closed]
        if rest != new[now:end] or new[end:last] != tail:
            raise self._differs("строки в конце")
        if tail:
            well_formed(b"<r>" + tail + b"</r>", label=self.proof.before.name, part=self.sheet)

    def _grid(self, book: BookFile) -> Grid:
        content = book.sheet_xml(self.sheet)
        frame = Frame.of(content, label=book.name, part=book.member(self.sheet).name)
        return Grid(content, frame, label=book.name)

    def _row_at(self, number: int, at: int) -> RowAt | None:
        """The new row if it stands where it must: the halves before it are equal."""
        return self.new.row_from(at, number)

    def _row(self, was: RowAt | None, now: RowAt) -> None:
        if was is not None and _row_tag(was) != _row_tag(now):
            raise self._differs(f"строка {was.number}")
        old = {c.col: c for c in self.old.cells(was)} if was else {}
        new = {c.col: c for c in self.new.cells(now)}
        body = b"<r>" + self.new.content[now.opened : now.closed] + b"</r>"
        well_formed(body, label=self.proof.before.name, part=self.sheet)
        for col in old.keys() | new.keys():
            planned = self.plan.values.get((col, now.number))
            if planned is not None:
                self._planned(planned, old.get(col), new.get(col), now.number)
            elif col not in old:
                self._added(new[col], now.number)
            elif col not in new or self._bytes(self.old, old[col]) != self._bytes(
                self.new, new[col]
            ):
                raise self._differs(f"строка {now.number}, столбец {col}")

    def _planned(
        self,
        edit: SetValue | SetFormula | SetCache,
        was: CellAt | None,
        now: CellAt | None,
        row: int,
    ) -> None:
        if now is None:
            raise self._differs(f"ячейка {edit.cell}")
        after = self.proof.after
        # the shared strings are a member that nobody may touch: proven equal before
        scan = self.new.scan(now, row, self.proof.before.strings)
        wanted = _cleaned(edit.new if isinstance(edit, SetValue) else edit.cached)
        if not same(scan.value(), wanted, date1904=after.date1904):
            raise self._differs(f"ячейка {edit.cell}")
        if isinstance(edit, SetFormula) and scan.formula != edit.formula.removeprefix("="):
            raise self._differs(f"формула {edit.cell}")
        if isinstance(edit, SetValue) and scan.formula is not None:
            raise self._differs(f"формула {edit.cell}")
        if isinstance(edit, SetCache) and self._formula(self.old, was) != self._formula(
            self.new, now
        ):
            raise self._differs(f"формула {edit.cell}")
        if was is not None and attributes(was.tag).get("s") != attributes(now.tag).get("s"):
            raise self._differs(f"вид ячейки {edit.cell}")

    @staticmethod
    def _formula(grid: Grid, cell: CellAt | None) -> str:
        match = grid.words.formula.search(cell.body or "") if cell else None
        return match[0] if match else ""

    def _added(self, cell: CellAt, row: int) -> None:
        if not self.plan.may_add(row):
            raise self._differs(f"лишняя ячейка в строке {row}")
        known = any(row in e.rows and cell.col in e.formulas for e in self.plan.spare)
        if cell.body and not known:
            raise self._differs(f"лишнее значение в строке {row}")

    def _frames(self) -> None:
        free = _SHEET_FREE | (_REACH_FREE if self.plan.spare else frozenset())
        shapes = [list(_shape(grid.frame.root, free)) for grid in (self.old, self.new)]
        if shapes[0] != shapes[1]:
            raise self._differs("разметка вокруг строк")

    @staticmethod
    def _bytes(grid: Grid, cell: CellAt) -> bytes:
        return grid.content[cell.start : cell.end]

    def _differs(self, detail: str) -> OddWorkbook:
        return self.proof.fail(f"лист «{self.sheet}», {detail}")


_TABLE_FREE = frozenset({("table", "ref"), ("autoFilter", "ref")})
_SHEET_FREE = frozenset({("dimension", "ref"), ("sheetView", "tabSelected")})
_REACH_FREE = frozenset(
    {("dataValidation", "sqref"), ("conditionalFormatting", "sqref"), ("sqref", "")}
)


def _shape(node: Node, free: frozenset[tuple[str, str]]) -> Iterator[tuple[object, ...]]:
    """The nodes in order: tag, attributes and text, without what is free to differ."""
    for each in node.walk():
        kept = {n: v for n, v in each.attributes.items() if (each.tag, n) not in free}
        text = "" if (each.tag, "") in free else each.text.strip()
        yield each.uri, each.tag, kept, text


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


def _calc_chain(book: BookFile) -> set[str]:
    return {link.part for link in book.links if link.kind == "calcChain"}


def _tree(book: BookFile, part: str) -> Node:
    tree = read_tree(book.package, part)
    if tree is None:
        raise OddWorkbook(name=book.name, detail=f"нет части {part}")
    return tree


def _row_tag(row: RowAt) -> dict[str, str]:
    given = attributes(row.tag)
    return {n: v for n, v in given.items() if n not in _FREE_ROW_ATTRIBUTES}


def _cleaned(value: Value) -> Value:
    return legal(value)[0] if isinstance(value, str) else value
