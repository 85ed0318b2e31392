"""The books of a real team as the rule of the brake sees them: base, store, and a save to spoil."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench.demo import DEMO, found_demo
from model.blueprint import Blueprint, Column, Role
from model.records import BookState
from model.row_ids import new_row_id
from model.snapshot import CellRead, RowRead, TableRead
from model.values import Value
from store import Writer
from sync.absorb import Reader, sides_of
from sync.ask import of_hold
from sync.books.read import load
from sync.merge import Hold, Sides, TableMerge, merge_table
from sync.merge.sides import content_fields
from sync.ooxml import BookFile
from sync.opening import opened
from sync.team import Team, find_state

TABLES = ("clients", "deals")
MOMENT = datetime(2026, 3, 12, 11, 40, tzinfo=ZoneInfo("Europe/Moscow"))


@dataclass(frozen=True, slots=True)
class Ground:
    """One book: the sides of its tables before anybody saved, and what asks about a hold."""

    state: BookState
    blueprint: Blueprint
    sides: Mapping[str, Sides]

    def saved(self, table: str, read: TableRead) -> TableMerge:
        """What a save of one table means."""
        return merge_table(replace(self.sides[table], read=read))

    def columns(self, table: str) -> list[Column]:
        """Visible columns that people type in, as they stand in the book."""
        sides = self.sides[table]
        fields = content_fields(sides.table)
        return [c for c in fields if c.key in sides.read.places and not c.hidden]

    def words(self, hold: Hold) -> str:
        """What the person reads: what was seen, and what each answer does."""
        asked = of_hold(
            hold, self.blueprint, book=self.state.book, token="", at=MOMENT, whom=self.state.person
        )
        return f"{asked.about}. {asked.wrong}. {asked.proposal}"


@contextmanager
def grounds() -> Iterator[tuple[Ground, ...]]:
    """Every book of the demo team; nothing is written."""
    found_demo()
    with opened(find_state(DEMO / "team", DEMO / "state", Path.cwd())) as team:
        with team.store.read() as reader:
            states = [s for s in reader.books() if not s.book.endswith("#next")]
        with team.store.write() as writer:
            yield tuple(_ground(team, writer, state) for state in states)
            writer.cancel()


def _ground(team: Team, writer: Writer, state: BookState) -> Ground:
    path, role = team.path(state), Role(state.role)
    file = BookFile.open(path.read_bytes(), name=path.name)
    loaded = load(file, book=state.book, name=path.name, blueprint=team.blueprint, role=role)
    chance = Random(state.book)
    family = team.settings.family
    reader = Reader(
        team.blueprint, role, state.person, family, lambda: new_row_id(family, chance.randbytes)
    )
    bases = writer.bases(state.book)
    sides = {
        key: sides_of(
            writer, loaded.snapshot, reader, team.blueprint.tables[key], bases[key], state.person
        )
        for key in TABLES
    }
    return Ground(state, team.blueprint, sides)


def with_cells(row: RowRead, values: Mapping[str, Value]) -> RowRead:
    """The row with some cells typed over; None empties one."""
    cells = {**row.cells, **{key: CellRead(value) for key, value in values.items()}}
    return replace(row, cells={k: c for k, c in cells.items() if c.value is not None})


def changed(read: TableRead, change: Callable[[RowRead], Mapping[str, Value]]) -> TableRead:
    """Every row with what `change` types into it."""
    return replace(read, rows=tuple(with_cells(row, change(row)) for row in read.rows))


def placed(read: TableRead, rows: list[RowRead]) -> TableRead:
    """The table with these rows from the top, one below the other."""
    numbers = itertools.count(read.header_row + 1)
    laid = tuple(replace(row, row=number) for row, number in zip(rows, numbers, strict=False))
    return replace(read, rows=laid, last_row=laid[-1].row if laid else read.header_row)
