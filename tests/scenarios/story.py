"""What every story ends with: one pass, nobody trespassed on, the next pass writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from model.blueprint import Role, SlotKind
from model.records import Change, Record
from model.snapshot import RowRead, TableRead
from model.values import Value
from sync.cycle import SHOWN, Memory, PassReport
from tests.scenarios.calc import Calc, Step
from tests.scenarios.compare import Package, letters, place
from tests.scenarios.ours import Allowed, trespasses
from tests.scenarios.team import BLUEPRINT, Scene, prints, quiet

EPOCH = date(1899, 12, 30)


def serial(day: date) -> int:
    """A day as a spreadsheet counts it."""
    return (day - EPOCH).days


@dataclass(slots=True)
class Story:
    """A team and the pass that follows what people did."""

    scene: Scene
    saved: dict[str, bytes] = field(default_factory=dict)

    def book(self, person: str) -> Path:
        """Path of a person's book."""
        return self.scene.book(person)

    def table(self, person: str, table: str) -> TableRead:
        """A table of a person's book as it stands."""
        return self.scene.table(person, table)

    def spot(self, person: str, table: str, field_key: str, row: int | str = "") -> str:
        """Letters of a field's column, with the row when one is given."""
        return f"{letters(self.table(person, table).places[field_key])}{row}"

    def row_of(self, person: str, table: str, row_id: str) -> RowRead:
        """Where a row stands in a book."""
        return next(r for r in self.table(person, table).rows if r.row_id == row_id)

    def ids(self, person: str, table: str) -> list[str | None]:
        """Row ids of a table in the order of the sheet."""
        return [r.row_id for r in self.table(person, table).rows]

    def typing(self, person: str, table: str, row: RowRead, **cells: object) -> list[Step]:
        """Steps of a person at LibreOffice who fills cells of a row."""
        read = self.table(person, table)
        return [
            {
                "do": "put",
                "sheet": read.sheet,
                "cell": f"{letters(read.places[key])}{row.row}",
                "value": "" if value is None else value,
            }
            for key, value in cells.items()
        ]

    def carried(self, person: str, *edits: tuple[str, str | None, str]) -> Allowed:
        """Cells (table, row id, field) of a book that follow what was typed in another one."""
        places = {
            table: {row.row_id: row.row for row in self.table(person, table).rows}
            for table in {table for table, _, _ in edits}
        }
        return Allowed(cells={(t, places[t][i], key) for t, i, key in edits})

    def standing(self, person: str, table: str, *row_ids: str | None) -> Allowed:
        """Rows of a book that leave it: their cells are cleared."""
        places = {row.row_id: row.row for row in self.table(person, table).rows}
        return Allowed(rows={(table, places[row_id]) for row_id in row_ids})

    def fresh(self, table: str, before: Collection[str]) -> list[Record]:
        """Rows of the store that were not there before."""
        return [row for i, row in self.scene.rows(table).items() if i not in before]

    def stored(self, table: str, row_id: str) -> Record:
        """A row of the store, buried or not."""
        return self.scene.rows(table, deleted=True)[row_id]

    def history(self, table: str, row_id: str, field_key: str) -> tuple[Change, ...]:
        """What happened to a cell, newest first."""
        with self.scene.team.store.read() as reader:
            return reader.history(table, row_id, field_key)

    def one_pass(
        self, allowed: Mapping[str, Allowed] | None = None, *, held: str = ""
    ) -> PassReport:
        """One pass after people's saves; then a second one, which must write nothing."""
        scene, allowed = self.scene, allowed or {}
        self.saved = {person: scene.book(person).read_bytes() for person in scene.states()}
        report = scene.run()
        for line in report.books:
            assert line.fault is None, (line.name, line.fault)
            assert bool(line.held) == (line.state.person == held), (line.name, line.held)
            assert line.refused == 0, line.name
        self.nobody_trespassed(allowed)
        self.nothing_follows()
        return report

    def nobody_trespassed(self, allowed: Mapping[str, Allowed]) -> None:
        """Books hold what was saved, but for the daemon's own cells and those allowed."""
        for person, state in self.scene.states().items():
            found = trespasses(
                self.saved[person],
                self.book(person),
                BLUEPRINT,
                Role(state.role),
                allowed.get(person),
            )
            assert found == [], f"{person}: {len(found)}: " + "\n".join(found[:12])

    def nothing_follows(self) -> None:
        """A daemon started anew, made to look at everything, writes nothing."""
        before = prints(self.scene)
        self.scene.memory = Memory()
        with self.scene.team.store.write() as writer:
            writer.set_meta(SHOWN, "")
        report = self.scene.run()
        assert quiet(report), [(b.name, b.planned) for b in report.books if b.written]
        assert not any(b.edits for b in report.books)
        assert prints(self.scene) == before

    def shows_fresh(self, calc: Calc, person: str) -> None:
        """LibreOffice, as it comes, shows in every formula of ours what it would calculate."""
        cells = self.formulas(person)
        order = {"do": "show", "sheets": sorted({sheet for sheet, _ in cells})}
        shown, fresh = calc.show(self.book(person), order, {**order, "recalculate": True})
        for sheet, seen in fresh.items():
            assert not seen["faults"], f"{sheet}: {seen['faults']}"
            assert not shown[sheet]["faults"], f"{sheet}: {shown[sheet]['faults']}"
        wrong = [
            (sheet, ref, pair)
            for sheet, ref in cells
            if not _alike(*(pair := (_at(shown[sheet], ref), _at(fresh[sheet], ref))))
        ]
        assert wrong == [], wrong[:12]

    def formulas(self, person: str) -> list[tuple[str, str]]:
        """Sheet and address of every formula in our columns and screens, the clock left out."""
        loaded = self.scene.loaded(person)
        clock = loaded.file.names["now"].replace("$", "").replace("'", "")
        return [
            (title, ref)
            for title in loaded.homes.values()
            for row, line in loaded.sheets[title].rows.items()
            for col, cell in line.items()
            if cell.formula is not None and f"{title}!{(ref := f'{letters(col)}{row}')}" != clock
        ]

    def figure(self, person: str, key: str) -> Value:
        """A figure that the daemon wrote on a screen, by its key."""
        loaded = self.scene.loaded(person)
        for sheet, grid in loaded.snapshot.grids.items():
            for slot in BLUEPRINT.sheets[sheet].slots:
                if slot.key == key and slot.kind is SlotKind.FACT:
                    cell = grid.cells.get((slot.row, slot.col))
                    return None if cell is None else cell.value
        raise KeyError(key)

    def named(self, person: str, name: str) -> Decimal:
        """The stored result of the cell behind a name, as the file has it."""
        package = Package(self.book(person))
        sheet, _, ref = self.scene.loaded(person).file.names[name].rpartition("!")
        cell = package.cells(sheet.strip("'"))[place(ref.replace("$", ""))]
        return Decimal(str(round(float(cell.value or 0), 4)))

    def pay_agrees(self, report: PassReport) -> None:
        """The live results of «Мой прогноз» are the figures that Python computed."""
        for figures in report.people:
            assert figures.pay is not None
            for name, own in zip(("now", "likely", "all"), figures.pay, strict=True):
                assert self.named(figures.name, f"fig_total_{name}") == own, (figures.name, name)


def _at(seen: Mapping[str, Any], ref: str) -> str | float:
    row, col = place(ref)
    found: str | float = seen["values"][row - 1][col - 1]
    return found


def _alike(a: str | float, b: str | float) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))
