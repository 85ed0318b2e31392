"""What a pass may change in a book that another program saved, and what it did beyond that."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from model.blueprint import (
    FIRST_ROW,
    ID_FIELD,
    KEY_ROW,
    STRIP_ROW,
    Blueprint,
    Owner,
    Role,
    RowMaker,
    Sheet,
    SlotKind,
    Table,
)
from tests.scenarios.compare import Cell, Change, Package, compare, letters

CALC_CHAIN = ("[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml")
OWN_PARTS = frozenset({"docProps/custom.xml", *CALC_CHAIN})
"""The stamp; and the order of calculation, dropped when formulas come or go."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Writes into people's cells that the story asks for: (table, row, field) and whole rows."""

    cells: Set[tuple[str, int, str]] = frozenset()
    rows: Set[tuple[str, int]] = frozenset()


def trespasses(
    saved: bytes | Path,
    written: bytes | Path,
    blueprint: Blueprint,
    role: Role,
    allowed: Allowed | None = None,
) -> list[str]:
    """Every change of a pass that is not its own to make; empty when all is well."""
    found = compare(saved, written)
    old, new = Package(saved), Package(written)
    judge = Judge(old, new, blueprint, role, allowed or Allowed())
    out = [f"part {name}" for name in found.parts if name not in OWN_PARTS]
    out += found.oddities
    out += [f"name {n}" for n in sorted(found.names) if not judge.own_name(n.partition("@")[0])]
    for sheet, cells in found.cells.items():
        for at, change in sorted(cells.items()):
            said = judge.verdict(sheet, at, change)
            if said:
                out.append(f"{sheet}!{letters(at[1])}{at[0]}: {said}: {change}")
    return out


class Judge:
    """Knows whose each cell is, by the hidden keys of the saved file."""

    def __init__(
        self, old: Package, new: Package, blueprint: Blueprint, role: Role, allowed: Allowed
    ) -> None:
        self.blueprint, self.allowed = blueprint, allowed
        self.old = {sheet: old.cells(sheet) for sheet in old.sheets}
        self.new = {sheet: new.cells(sheet) for sheet in new.sheets}
        self.keys: dict[str, dict[int, str]] = {}
        self.rows: dict[str, dict[int, str]] = {}
        for sheet in old.sheets:
            cells = self.old[sheet]
            self.keys[sheet] = {
                c: x.value for (r, c), x in cells.items() if r == KEY_ROW and x.value
            }
            self.rows[sheet] = {r: x.value for (r, c), x in cells.items() if c == 1 and x.value}
        self.homes = dict(self._homes(role))

    def _homes(self, role: Role) -> Iterator[tuple[str, Sheet]]:
        for key in self.blueprint.books[role].sheets:
            sheet = self.blueprint.sheets[key]
            for title, keys in self.keys.items():
                marks = set(keys.values())
                if f"{key}.grid" in marks or any(
                    m.partition(".")[0] in sheet.tables for m in marks
                ):
                    yield title, sheet

    def own_name(self, name: str) -> bool:
        """The stamp, and names over columns of the blueprint."""
        return name == "sheetcrm_stamp" or any(
            name == f"{t.key}_{c.key}" for t in self.blueprint.tables.values() for c in t.columns
        )

    def verdict(self, title: str, at: tuple[int, int], change: Change) -> str:
        """What is wrong with a change; empty for nothing."""
        before, after = change.before, change.after
        if after is None:
            return "gone"
        if before is not None and before.style != after.style:
            return "look"
        sheet = self.homes.get(title)
        if sheet is None:
            return "not our sheet"
        if before is None and not self._laid(title, at, after):
            return "look of a new cell"
        if sheet.slots:
            return "" if self._slot(sheet, title, at, change) else "not our slot"
        if at[0] == STRIP_ROW:
            return "" if _result_only(change) else "strip"
        return self._column(sheet, title, at, change)

    def _laid(self, title: str, at: tuple[int, int], after: Cell) -> bool:
        """A new cell looks like the first row of its column, or like the cell above it."""
        likes = (self.new[title].get((row, at[1])) for row in (FIRST_ROW, at[0] - 1))
        return at[0] > FIRST_ROW and any(c is not None and c.style == after.style for c in likes)

    def _slot(self, sheet: Sheet, title: str, at: tuple[int, int], change: Change) -> bool:
        row, col = self.rows[title].get(at[0]), self.keys[title].get(at[1])
        slot = next((s for s in sheet.slots if (s.row, s.col) == (row, col)), None)
        if slot is None or slot.kind is SlotKind.INPUT:
            return False
        return slot.kind is SlotKind.FACT or _result_only(change)

    def _column(self, sheet: Sheet, title: str, at: tuple[int, int], change: Change) -> str:
        row, (table_key, _, field) = at[0], self.keys[title].get(at[1], "").partition(".")
        if table_key not in sheet.tables:
            return "not our column"
        table = self.blueprint.tables[table_key]
        if row < FIRST_ROW:
            return "heading"
        column = table.column(field)
        if column.live is not None:
            return "" if _result_only(change) else "live formula"
        copied = sheet.service or table.makes_rows is RowMaker.DAEMON
        if copied or column.owner in {Owner.COMPUTED, Owner.SYSTEM}:
            return ""
        if (table_key, row, field) in self.allowed.cells or (table_key, row) in self.allowed.rows:
            return ""
        if column.owner is Owner.IMPORT and (
            change.before is None or not any(change.before.content)
        ):
            return ""
        return "" if self._is_new(title, row, table) else "a person's cell"

    def _is_new(self, title: str, row: int, table: Table) -> bool:
        """Whether the daemon placed a row of its own where nothing stood."""
        ours = {
            c: key.partition(".")[2]
            for c, key in self.keys[title].items()
            if key.startswith(f"{table.key}.")
        }
        dead = {key for key in ours.values() if table.column(key).live is not None}
        stood = any(
            (cell := self.old[title].get((row, c))) is not None and any(cell.content)
            for c, key in ours.items()
            if key not in dead
        )
        spot = next((c for c, key in ours.items() if key == ID_FIELD), 0)
        named = self.new[title].get((row, spot))
        return not stood and named is not None and bool(named.value)


def _result_only(change: Change) -> bool:
    """The formula stands, or came where none was."""
    before, after = change.before, change.after
    if after is None:
        return False
    return before is None or before.formula is None or before.formula == after.formula
