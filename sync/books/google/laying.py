"""A write plan laid into the content of a spreadsheet.

Google calculates formulas itself, so there are no results to write; tables have no end to move, and
prepared rows are those that hold our formulas already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal

from model.blueprint import SPARE_ROWS
from model.snapshot import Stamp, TableRead
from model.values import Fault, Value, plain, to_serial
from sync.books.google.content import GoogleFile, written_down
from sync.books.google.loading import STAMP_COL, STAMP_KEY, stamp_place
from sync.books.google.spelling import spelled
from sync.books.key_row import key_edits
from sync.books.stamp import stamp_text
from sync.books.written import Row, Sheet
from sync.books.xlsx import LOW_SPARE, Layer, live_templates, planned
from sync.ooxml import (
    CellKind,
    CellScan,
    Edit,
    Outcome,
    Patched,
    Receipt,
    Result,
    SetFormula,
    SetValue,
    col_letter,
    digits_kept,
    split_ref,
)
from sync.write_plan import WritePlan


def laid(layer: Layer, file: GoogleFile, plan: WritePlan, stamp: Stamp, *, at: str) -> Patched:
    """The content after a plan, with every edit that led there."""
    edits = (
        *planned(layer, plan),
        *_spare(layer, plan),
        *key_edits(layer.loaded.snapshot.tables),
        *_stamped(file, stamp),
    )
    raw = written_down(drafted(file.tabs, edits, plan, spelled), file.names, at=at)
    made = GoogleFile(raw, file.name)
    outcomes = tuple(Outcome(edit, Result.APPLIED) for edit in edits)
    return Patched(raw, Receipt(outcomes, (), file.sha256, made.sha256))


def drafted(
    tabs: tuple[Sheet, ...], edits: Iterable[Edit], plan: WritePlan, spell: Callable[[str], str]
) -> tuple[Sheet, ...]:
    """The tabs after the edits; `spell` writes a formula of ours as their program does."""
    sheets = {tab.title: _Draft(tab, spell) for tab in tabs}
    for edit in edits:
        if isinstance(edit, SetValue | SetFormula):
            sheets[edit.sheet].put(edit)
    for tab in plan.tabs:
        sheets[tab.sheet].hidden = tab.state != "visible"
    return tuple(sheets[tab.title].sheet() for tab in tabs)


class _Draft:
    """A tab in the making; rows that nobody touches stay the very objects."""

    def __init__(self, tab: Sheet, spell: Callable[[str], str]) -> None:
        self._tab, self._spell = tab, spell
        self._rows: dict[int, dict[int, CellScan]] = {}
        self.hidden = tab.hidden

    def put(self, edit: SetValue | SetFormula) -> None:
        """One more cell."""
        col, row = split_ref(edit.cell)
        line = self._rows.get(row)
        if line is None:
            line = self._rows[row] = {c.col: c for c in self._tab.rows.get(row, ())}
        if isinstance(edit, SetFormula):
            cell = _formula(col, self._spell(edit.formula))
        else:
            cell = scan(col, edit.new)
        if cell is None:
            line.pop(col, None)
        else:
            line[col] = cell

    def sheet(self) -> Sheet:
        """The tab as it will stand; its grid grows with what is written."""
        rows: dict[int, Row] = dict(self._tab.rows)
        for number, line in self._rows.items():
            rows[number] = tuple(line[col] for col in sorted(line))
        filled = [row[-1].col for row in rows.values() if row]
        tab = self._tab
        return Sheet(
            tab.id,
            tab.title,
            self.hidden,
            max(tab.height, max((n for n, row in rows.items() if row), default=0)),
            max(tab.width, max(filled, default=0)),
            tab.merged,
            rows,
        )


def _formula(col: int, formula: str) -> CellScan | None:
    return CellScan(col, CellKind.EMPTY, "", formula, None, cached=False)


def scan(col: int, value: Value | object) -> CellScan | None:
    """A value as the content holds it; numbers with the digits that are kept of them."""
    if isinstance(value, bool):
        return CellScan(col, CellKind.BOOL, str(int(value)))
    if isinstance(value, date | time):
        value = to_serial(value)
    if isinstance(value, Decimal):
        return CellScan(col, CellKind.NUMBER, plain(digits_kept(value)))
    if isinstance(value, Fault):
        return CellScan(col, CellKind.TEXT, value.text)
    return CellScan(col, CellKind.TEXT, str(value)) if value not in (None, "") else None


def _spare(layer: Layer, plan: WritePlan) -> Iterator[Edit]:
    """Our formulas reach a good way below the last row, for what people will type there."""
    for key, read in layer.loaded.snapshot.tables.items():
        live = live_templates(layer, read)
        if not live:
            continue
        added = [put.row for put in plan.rows if put.table == key]
        last = max([read.last_row, *added])
        prepared = _prepared(layer, read, live)
        if last > prepared - LOW_SPARE:
            rows = range(max(prepared, read.header_row) + 1, last + SPARE_ROWS + 1)
            yield from _formulas(read, live, (n for n in rows if n not in set(added)))


def _prepared(layer: Layer, read: TableRead, live: Mapping[int, str]) -> int:
    rows = layer.loaded.sheets[read.sheet].rows
    held = (n for n, line in rows.items() if any(c in line and line[c].formula for c in live))
    return max(held, default=read.header_row)


def _formulas(read: TableRead, live: Mapping[int, str], rows: Iterable[int]) -> Iterator[Edit]:
    for row in rows:
        for col, template in live.items():
            formula = template.replace("{row}", str(row))
            yield SetFormula(read.sheet, f"{col_letter(col)}{row}", formula, None)


def _stamped(file: GoogleFile, stamp: Stamp) -> Iterator[Edit]:
    found = stamp_place(file.tabs)
    if found is not None:
        tab, row = found
        cell = f"{col_letter(STAMP_COL)}{row}"
        yield SetValue(tab.title, cell, None, stamp_text(stamp))
        return
    for tab in file.tabs:
        first = tab.cell(1, 1)
        if first is not None and first.text == "_crm.grid":
            row = max(tab.rows) + 1
            yield SetValue(tab.title, f"A{row}", None, STAMP_KEY)
            yield SetValue(tab.title, f"{col_letter(STAMP_COL)}{row}", None, stamp_text(stamp))
