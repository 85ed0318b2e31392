"""Proof that one touched sheet differs from the one before only in its planned cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from model.errors import OddWorkbook
from model.values import Value
from sync.ooxml.a1 import Area
from sync.ooxml.book import BookFile
from sync.ooxml.cells import CellKind, CellScan, RowScan
from sync.ooxml.columns import NewColumn, node_facts, reaching, rule_facts, widths
from sync.ooxml.compare import same
from sync.ooxml.edits import AppendColumn, AppendRows, SetCache, SetFormula, SetValue, SpareRows
from sync.ooxml.frame import Frame
from sync.ooxml.grid import CellAt, Grid, RowAt
from sync.ooxml.markup import attributes
from sync.ooxml.markup_out import written
from sync.ooxml.reasons import Reason
from sync.ooxml.scan import read_rows
from sync.ooxml.sharing import Shared, shared_of
from sync.ooxml.tree import Node, well_formed
from sync.ooxml.xmltext import legal

_RULE = "dataValidation"
_COMPARED = 1 << 20
"""Bytes of two sheets that are compared in one go."""
_FREE_ROW_ATTRIBUTES = frozenset({"spans"})
_SHEET_FREE = frozenset({("dimension", "ref"), ("sheetView", "tabSelected")})
_REACH_FREE = frozenset(
    {("dataValidation", "sqref"), ("conditionalFormatting", "sqref"), ("sqref", "")}
)


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """A new column and the table, as it was, whose right edge it stands at."""

    edit: AppendColumn
    table: Area


@dataclass(slots=True)
class SheetPlan:
    """What may differ in one sheet: values by place, and new rows."""

    values: dict[tuple[int, int], SetValue | SetFormula | SetCache] = field(default_factory=dict)
    spare: list[SpareRows] = field(default_factory=list)
    blocks: dict[int, AppendRows] = field(default_factory=dict)
    """Whole rows that are new, by the first of them."""
    columns: dict[int, PlannedColumn] = field(default_factory=dict)
    """New columns by number."""
    reaches: dict[str, str] = field(default_factory=dict)
    """Areas of validations that move: old -> new."""
    homes: dict[tuple[int, int], Shared] = field(default_factory=dict)
    """Cells that become the home of a formula shared with a planned one, and its new sharing."""

    def rows(self) -> list[int]:
        """The rows that may differ, ascending, of a block the first."""
        spare = {row for edit in self.spare for row in edit.rows}
        single = {row for _, row in (*self.values, *self.homes)} | spare
        new = {row for b in self.blocks.values() for row in range(b.first, b.first + len(b.rows))}
        return sorted((single - new) | self.blocks.keys())

    def may_add(self, row: int) -> bool:
        """Whether cells nobody named one by one may appear in a row."""
        return any(row in edit.rows for edit in self.spare)


@dataclass(slots=True)
class SheetProof:
    """One touched sheet, old and new side by side; `grid` is the old one looked through already."""

    before: BookFile
    after: BookFile
    sheet: str
    plan: SheetPlan
    grid: Grid | None
    old: Grid = field(init=False)
    new: Grid = field(init=False)

    def __post_init__(self) -> None:
        self.old = self.grid or self._grid(self.before)
        self.new = self._grid(self.after)
        self.plan.homes.update(self._new_homes())

    def run(self) -> None:
        """Prove the sheet; raises OddWorkbook."""
        self._frames()
        keys = {c.edit.key_row for c in self.plan.columns.values() if c.edit.key}
        every = {*self.old.numbers, *keys} if self.plan.columns else set()
        old, new = self.old.content, self.new.content
        at, now = self.old.frame.opened, self.new.frame.opened
        for number in sorted({*self.plan.rows(), *every}):
            was = self.old.row(number)
            gap = (was.start if was else self.old.insertion(number)) - at
            if not _equal(old, at, new, now, gap):
                raise self._differs(f"строки перед {number}")
            at, now = at + gap, now + gap
            now = self._planned_row(number, was, now)
            at = was.end if was else at
        rest = self.old.frame.closed - at
        if rest != self.new.frame.closed - now or not _equal(old, at, new, now, rest):
            raise self._differs("строки в конце")

    def _planned_row(self, number: int, was: RowAt | None, now: int) -> int:
        """Where the row, or the block of rows, that begins at an offset ends."""
        block = self.plan.blocks.get(number)
        if block is not None and was is None:
            return self._block(block, now)
        row = self.new.row_from(now, number)
        if row is None and was is None:
            return now  # planned, but nothing had to be written
        if row is None:
            raise self._differs(f"строка {number} пропала")
        self._row(was, row)
        return row.end

    def _block(self, block: AppendRows, start: int) -> int:
        last = self.new.row(block.first + len(block.rows) - 1)
        if last is None:
            raise self._differs(f"строки с {block.first} не дописаны")
        tag = f"{self.new.words.prefix}sheetData>".encode()
        content = b"<" + tag + self.new.content[start : last.end] + b"</" + tag
        well_formed(content, label=self.before.name, part=self.sheet)
        found = list(read_rows(content, self.before.strings, label=self.before.name))
        if [r.row for r in found] != list(range(block.first, block.first + len(block.rows))):
            raise self._differs(f"строки с {block.first}")
        for place, row in enumerate(found):
            self._block_row(block, place, row)
        return last.end

    def _block_row(self, block: AppendRows, place: int, row: RowScan) -> None:
        results = block.results[place] if place < len(block.results) else {}
        wanted = {**block.rows[place], **{col: results.get(col, "") for col in block.formulas}}
        for cell in row.cells:
            value = wanted.pop(cell.col, None)
            template = block.formulas.get(cell.col)
            formula = template and template.replace("{row}", str(row.row)).removeprefix("=")
            if cell.formula != formula or not self._holds(cell, value):
                raise self._differs(f"строка {row.row}, столбец {cell.col}")
        if any(value is not None for value in wanted.values()):
            raise self._differs(f"строка {row.row} не дописана")

    def _holds(self, cell: CellScan, value: Value) -> bool:
        """Whether the cell shows the value; an empty one that value which no cell can hold."""
        if cell.kind is CellKind.TEXT and cell.text == value:
            return True
        date1904 = self.after.date1904
        if same(cell.value(), _cleaned(value), date1904=date1904):
            return True
        cached = cell.formula is not None
        made = written(value, prefix="", date1904=date1904, cached=cached)
        return isinstance(made, Reason) and cell.kind is CellKind.EMPTY

    def _grid(self, book: BookFile) -> Grid:
        content = book.sheet_xml(self.sheet)
        frame = Frame.of(content, label=book.name, part=book.member(self.sheet).name)
        return Grid(content, frame, label=book.name)

    def _row(self, was: RowAt | None, now: RowAt) -> None:
        if was is not None and _row_tag(was) != _row_tag(now):
            raise self._differs(f"строка {was.number}")
        old = {c.col: c for c in self.old.cells(was)} if was else {}
        new = {c.col: c for c in self.new.cells(now)}
        body = b"<r>" + self.new.content[now.opened : now.closed] + b"</r>"
        well_formed(body, label=self.before.name, part=self.sheet)
        for col in old.keys() | new.keys():
            planned = self.plan.values.get((col, now.number))
            if col in self.plan.columns:
                self._column_cell(col, now.number, old, new)
            elif planned is not None:
                self._planned(planned, old.get(col), new.get(col), now.number)
            elif col not in old:
                self._added(new[col], now.number)
            elif (col, now.number) in self.plan.homes and col in new:
                self._moved_home(old[col], new[col], now.number)
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
        # the shared strings are a member that nobody may touch: proven equal before
        scan = self.new.scan(now, row, self.before.strings)
        wanted = _cleaned(edit.new if isinstance(edit, SetValue) else edit.cached)
        if not same(scan.value(), wanted, date1904=self.after.date1904):
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

    def _new_homes(self) -> Iterator[tuple[tuple[int, int], Shared]]:
        """Where the texts of shared formulas must go whose homes are planned for something else."""
        written = {at for at, e in self.plan.values.items() if not isinstance(e, SetCache)}
        for col, row in written:
            shared = shared_of(self._formula_at(col, row), self.old.words)
            if shared is None or shared.area is None:
                continue
            for below in shared.below(row):
                theirs = shared_of(self._formula_at(col, below), self.old.words)
                if theirs and theirs.index == shared.index and (col, below) not in written:
                    area = Area(col, below, col, shared.area.bottom)
                    yield (col, below), Shared(shared.index, area)
                    break

    def _formula_at(self, col: int, row: int) -> str:
        at = self.old.row(row)
        cell = next((c for c in self.old.cells(at) if c.col == col), None) if at else None
        return self._formula(self.old, cell)

    def _column_cell(
        self, col: int, row: int, old: Mapping[int, CellAt], new: Mapping[int, CellAt]
    ) -> None:
        """A cell of a new column: the heading, the key, or one that looks like its pattern."""
        edit, top = self.plan.columns[col].edit, self.plan.columns[col].table.top
        wanted: Value = {top: edit.heading, edit.key_row: edit.key or None}.get(row)
        formula = None
        if row > top and edit.like in old and edit.formula:
            wanted = edit.results.get(row, "")
            formula = edit.formula.replace("{row}", str(row)).removeprefix("=")
        if col not in new:
            if wanted is not None or formula is not None or (row > top and edit.like in old):
                raise self._differs(f"строка {row}, столбец {col}")
            return
        scan = self.new.scan(new[col], row, self.before.strings)
        like = attributes(old[edit.like].tag).get("s") if edit.like in old else None
        if edit.looks and row >= top:
            like = str(edit.looks[row > top])
        if row > top or wanted is not None:
            dressed = attributes(new[col].tag).get("s") == like
        else:
            dressed = col in old and self._bytes(self.old, old[col]) == self._bytes(
                self.new, new[col]
            )
        if scan.formula != formula or not self._holds(scan, wanted) or not dressed:
            raise self._differs(f"строка {row}, столбец {col}")

    def _moved_home(self, was: CellAt, now: CellAt, row: int) -> None:
        """The same cell, its formula's text told in full."""
        strings = self.before.strings
        scans = self.old.scan(was, row, strings), self.new.scan(now, row, strings)
        bodies = [self.old.words.formula.sub("", c.body or "", count=1) for c in (was, now)]
        tags = attributes(was.tag), attributes(now.tag)
        sharing = shared_of(self._formula(self.new, now), self.new.words)
        if sharing != self.plan.homes[was.col, row]:
            raise self._differs(f"формула строки {row}, столбец {was.col}")
        if scans[0] != scans[1] or bodies[0] != bodies[1] or tags[0] != tags[1]:
            raise self._differs(f"строка {row}, столбец {was.col}")

    def _added(self, cell: CellAt, row: int) -> None:
        if not self.plan.may_add(row):
            raise self._differs(f"лишняя ячейка в строке {row}")
        known = any(row in e.rows and cell.col in e.formulas for e in self.plan.spare)
        if cell.body and not known:
            raise self._differs(f"лишнее значение в строке {row}")

    def _frames(self) -> None:
        plan = self.plan
        free = _SHEET_FREE | (_REACH_FREE if plan.spare or plan.blocks else frozenset())
        if plan.reaches:
            free |= {("dataValidation", "sqref")}
            reach = [
                [n.attributes.get("sqref", "") for n in grid.frame.root.walk() if n.tag == _RULE]
                for grid in (self.old, self.new)
            ]
            wanted = [plan.reaches.get(sqref, sqref) for sqref in reach[0]]
            if wanted != reach[1] and not (plan.spare or plan.blocks):
                raise self._differs("правила проверки")
        roots = [grid.frame.root for grid in (self.old, self.new)]
        if plan.columns:
            free |= {("conditionalFormatting", "sqref")}
            self._wide_frame(*roots)
            roots = [_pruned(root) for root in roots]
        if list(shape(roots[0], free)) != list(shape(roots[1], free)):
            raise self._differs("разметка вокруг строк")

    def _wide_frame(self, old: Node, new: Node) -> None:
        """The lists that a new column changes: widths, validations, what colours reach over."""
        last = max(self.old.last_row, *(c.table.bottom for c in self.plan.columns.values()))
        made = [
            NewColumn(
                Area(col, c.table.top + 1, col, last), c.edit.width, c.edit.hidden, c.edit.rule,
                c.table,
            )
            for col, c in self.plan.columns.items()
        ]  # fmt: skip
        wanted, found = widths(old), widths(new)
        for col, planned in self.plan.columns.items():
            given = {"width": f"{planned.edit.width:g}", "customWidth": "1"}
            wanted[col] = given | ({"hidden": "1"} if planned.edit.hidden else {})
        if wanted != found:
            raise self._differs("ширина столбцов")
        colours = [
            [n.attributes.get("sqref", "") for n in root.all("conditionalFormatting")]
            for root in (old, new)
        ]
        if [reaching(sqref, made) for sqref in colours[0]] != colours[1]:
            raise self._differs("условное форматирование")
        rules = [[*map(_rule_shape, _listed(root))] for root in (old, new)]
        added = [rule_facts(column) for column in made if column.rule is not None]
        facts = [node_facts(node) for node in _listed(new)[len(rules[0]) :]]
        if rules[1][: len(rules[0])] != rules[0] or facts != added:
            raise self._differs("правила проверки")

    @staticmethod
    def _bytes(grid: Grid, cell: CellAt) -> bytes:
        return grid.content[cell.start : cell.end]

    def _differs(self, detail: str) -> OddWorkbook:
        return damage(self.before.name, f"лист «{self.sheet}», {detail}")


def _equal(old: bytes, at: int, new: bytes, now: int, size: int) -> bool:
    """Whether two stretches of a size are the same bytes."""
    # slices of bytes: views are compared byte by byte, ten times slower
    return all(
        old[at + done : at + min(done + _COMPARED, size)]
        == new[now + done : now + min(done + _COMPARED, size)]
        for done in range(0, size, _COMPARED)
    )


def damage(name: str, detail: str) -> OddWorkbook:
    """The error of a write that would harm the book."""
    return OddWorkbook(name=name, detail=f"проверка записи: {detail}")


def shape(node: Node, free: frozenset[tuple[str, str]]) -> Iterator[tuple[object, ...]]:
    """The nodes in order: tag, attributes and text, without what is free to differ."""
    for each in node.walk():
        kept = {n: v for n, v in each.attributes.items() if (each.tag, n) not in free}
        text = "" if (each.tag, "") in free else each.text.strip()
        yield each.uri, each.tag, kept, text


def _row_tag(row: RowAt) -> dict[str, str]:
    given = attributes(row.tag)
    return {n: v for n, v in given.items() if n not in _FREE_ROW_ATTRIBUTES}


def _cleaned(value: Value) -> Value:
    return legal(value)[0] if isinstance(value, str) else value


def _pruned(root: Node) -> Node:
    """The root without the lists that `_wide_frame` proves."""
    kept = [n for n in root.children if n.tag not in {"cols", "dataValidations"}]
    return replace(root, children=kept)


def _listed(root: Node) -> list[Node]:
    box = root.first("dataValidations")
    return list(box.all(_RULE)) if box else []


def _rule_shape(node: Node) -> list[tuple[object, ...]]:
    return list(shape(node, frozenset()))
