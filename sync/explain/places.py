"""Where rows and figures stand in the books, as cells that a person can go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from model.blueprint import Blueprint, Identity
from model.explaining import Address
from model.snapshot import Snapshot
from model.values import Value
from sync.merge.rows import by_text
from sync.merge.sides import content_fields, is_content
from sync.scene import fold
from templates.live import letter

_Fits = Callable[[str, str], bool]


def _is_name(key: str) -> bool:
    return key.endswith(".name")


@dataclass(frozen=True, slots=True)
class Places:
    """The cells of books that were read; without a book nothing is found."""

    blueprint: Blueprint
    books: tuple[tuple[str, Snapshot], ...] = ()
    """Name of the file and what stands in it, the owner's first."""
    found: dict[tuple[int, str], Mapping[str, int]] = field(default_factory=dict, repr=False)
    """Rows of tables by id, once looked for."""

    def row(self, table: str, row_id: str, key: str) -> Address | None:
        """The cell of a field of a row, in the first book that shows it."""
        for at, (name, snapshot) in enumerate(self.books):
            read = snapshot.tables.get(table)
            if read is None or key not in read.places:
                continue
            row = self._rows(at, table).get(row_id)
            if row is not None:
                return Address(name, read.sheet, f"{letter(read.places[key])}{row}")
        return None

    def _rows(self, at: int, table: str) -> Mapping[str, int]:
        if (at, table) not in self.found:
            self.found[at, table] = self._of_table(at, table)
        return self.found[at, table]

    def _of_table(self, at: int, table: str) -> Mapping[str, int]:
        shape, read = self.blueprint.tables[table], self.books[at][1].tables[table]
        fields = content_fields(shape)
        rows = [row for row in read.rows if is_content(row, fields)]
        if shape.identity is Identity.TEXT:
            return {one.row_id: one.row.row for one in by_text(shape, rows)}
        return {row.row_id: row.row for row in rows if row.row_id}

    def slot(self, sheet: str, key: str) -> Address | None:
        """The cell of a grid with a key."""
        return self._slot(sheet, lambda slot_key, _: slot_key == key)

    def formula(self, sheet: str, part: str) -> Address | None:
        """The first cell of a grid whose formula shows exactly a name."""
        return self._slot(sheet, lambda _, formula: formula.rstrip(")").endswith(part))

    def beside(self, sheet: str, name: str, whose: str, ending: str) -> Address | None:
        """The cell `ending` of the line whose cell `name` holds a text: «payroll.3.gross»."""
        for at in range(len(self.books)):
            values = self._values(at, sheet)
            for key, value in values.items():
                if key.endswith(f".{name}") and fold(value) == fold(whose):
                    found = self.slot(sheet, f"{key.removesuffix(name)}{ending}")
                    if found is not None:
                        return found
        return None

    def line(self, sheet: str, whose: str, title: str) -> Address | None:
        """The sum of a line below a person's name: «payroll.3.line.2.amount»."""
        for at in range(len(self.books)):
            values = self._values(at, sheet)
            mine = next(
                (k for k, v in values.items() if _is_name(k) and fold(v) == fold(whose)), ""
            )
            head = f"{mine.removesuffix('name')}line."
            for key, value in values.items():
                if mine and key.startswith(head) and key.endswith(".title") and value == title:
                    return self.slot(sheet, f"{key.removesuffix('title')}amount")
        return None

    def value(self, sheet: str, key: str) -> Value:
        """What a keyed cell of a grid holds."""
        found = (self._values(at, sheet) for at in range(len(self.books)))
        return next((cells[key] for cells in found if key in cells), None)

    def _values(self, at: int, sheet: str) -> dict[str, Value]:
        grid = self.books[at][1].grids.get(sheet)
        if grid is None:
            return {}
        slots = (s for s in self.blueprint.sheets[sheet].slots if s.key)
        return {
            s.key: grid.cells[s.row, s.col].value for s in slots if (s.row, s.col) in grid.cells
        }

    def _slot(self, sheet: str, fits: _Fits) -> Address | None:
        for name, snapshot in self.books:
            grid = snapshot.grids.get(sheet)
            if grid is None:
                continue
            for slot in self.blueprint.sheets[sheet].slots:
                here = slot.row in grid.rows and slot.col in grid.cols
                if here and fits(slot.key, slot.formula):
                    cell = f"{letter(grid.cols[slot.col])}{grid.rows[slot.row]}"
                    return Address(name, grid.sheet, cell)
        return None
