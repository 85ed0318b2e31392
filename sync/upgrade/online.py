"""Spreadsheets brought to the form of a newer blueprint, before the pass reads them.

What is lacking follows from the keys that stand there, as in files. One batch gives a spreadsheet
its new tabs and columns behind everything that stands in it; the pass that comes after fills them.
A column that a person took away left its name behind without cells, or rows on which both sides
agreed: it does not come back. `back_online` takes such steps back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

from model.blueprint import Blueprint, Column, Role, Sheet, Table
from model.errors import CrmError, NotOurWorkbook, WorkbookChanged
from model.records import BookState
from store import Reader
from sync.books.google.content import GoogleFile
from sync.books.google.place import Place
from sync.books.google.reforming import NewForm, reformed
from sync.books.read import Loaded, carries
from sync.books.written import body_of
from sync.cycle import SHAPED
from sync.online import online_of
from sync.place import is_file
from sync.team import Team
from sync.upgrade.lacking import column_step, gone, without
from sync.upgrade.steps import BookUpgrade, Did, Left, Step, Why
from sync.world import World

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Lacks:
    """What parts a spreadsheet from the blueprint."""

    blueprint: Blueprint
    loaded: Loaded
    sheets: tuple[Sheet, ...]
    columns: tuple[tuple[Table, Column], ...]
    left: tuple[Left, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """What would be done."""
        made = [column_step(self.loaded, table, column) for table, column in self.columns]
        titles = [sheet.title.ru for sheet in self.sheets]
        return (*made, *(Step(Did.SHEET, title, title) for title in titles))


def upgrade_online(
    team: Team, world: World, fresh: Callable[[Role], bytes], *, dry_run: bool
) -> Iterator[BookUpgrade]:
    """Every spreadsheet of the team given what it lacks; one that cannot be reached says why."""
    with team.store.read() as reader:
        states = [s for s in reader.books() if not is_file(s) and "#" not in s.book]
    for state in states:
        name = state.path.rpartition("/")[2]
        try:
            yield _one(team, world, state, fresh, dry_run=dry_run)
        except CrmError as fault:
            yield BookUpgrade(name, state, (), (), written=False, fault=fault)


def lacks_online(
    team: Team, state: BookState, file: GoogleFile, reader: Reader, names: Collection[str]
) -> Lacks:
    """Everything that a spreadsheet lacks of the blueprint; `names` are all that it ever had."""
    role, blueprint = Role(state.role), team.blueprint
    absent = absent_in(file, blueprint, role)
    loaded = team.books.load(
        file,
        book=state.book,
        name=file.name,
        blueprint=without(blueprint, role, absent),
        role=role,
    )
    columns: list[tuple[Table, Column]] = []
    left = list(_unlike(loaded, blueprint))
    for key in loaded.snapshot.tables:
        held = {field for row in reader.bases(state.book).get(key, {}).values() for field in row}
        held |= {name.removeprefix(f"{key}_") for name in names if name.startswith(f"{key}_")}
        for column in gone(loaded, blueprint, role, key):
            table = blueprint.tables[key]
            why = _reason(loaded, blueprint, table, column, held)
            if why is None:
                columns.append((table, column))
            else:
                left.append(Left(column_step(loaded, table, column), why))
    return Lacks(blueprint, loaded, absent, tuple(columns), tuple(left))


def absent_in(file: GoogleFile, blueprint: Blueprint, role: Role) -> tuple[Sheet, ...]:
    """The sheets of a role that a spreadsheet does not have."""
    sheets = (blueprint.sheets[key] for key in blueprint.books[role].sheets)
    return tuple(sheet for sheet in sheets if _is_absent(file, sheet))


def _is_absent(file: GoogleFile, sheet: Sheet) -> bool:
    if not sheet.tables and not sheet.slots:
        return False
    titles = {sheet.title.ru, sheet.title.en}
    return not any(
        tab.title in titles
        or carries(sheet, {n: {cell.col: cell for cell in row} for n, row in tab.rows.items()})
        for tab in file.tabs
    )


def _reason(
    loaded: Loaded, blueprint: Blueprint, table: Table, column: Column, held: set[str]
) -> Why | None:
    """Why a column cannot come; None when it can."""
    read = loaded.snapshot.tables[table.key]
    if column.key in held:
        return Why.REMOVED
    heads = loaded.sheets[read.sheet].rows.get(read.header_row, {})
    titles = {column.title.ru.casefold(), column.title.en.casefold()}
    if any(cell.text.strip().casefold() in titles for cell in heads.values()):
        return Why.LABELLED
    return Why.BLOCK if len(blueprint.sheet_of(table.key).tables) > 1 else None


def _one(
    team: Team, world: World, state: BookState, fresh: Callable[[Role], bytes], *, dry_run: bool
) -> BookUpgrade:
    place = online_of(team)
    assert isinstance(place, Place)  # noqa: S101  # the only kind that there is
    name = state.path.rpartition("/")[2]
    _, seen = place.see(world, state, team.blueprint, last=None)
    file = team.books.open(seen, name=name)
    assert isinstance(file, GoogleFile)  # noqa: S101  # by its path
    stamp = team.books.stamp(file)
    if stamp is None or (stamp.family, stamp.book) != (team.settings.family, state.book):
        raise NotOurWorkbook(name=name)
    dead = place.dead_names(state)
    with team.store.read() as reader:
        lack = lacks_online(team, state, file, reader, {*file.names, *dead})
    told = BookUpgrade(name, state, lack.steps, lack.left, written=False, held=bool(state.held))
    if dry_run or state.held or not lack.steps:
        return told
    team.backups.take(state.book, seen, at=world.now().astimezone(UTC), why=SHAPED)
    raw = fresh(Role(state.role))
    requests = reformed(raw, file, _form(lack, dead), _titles(lack))
    _, again = place.see(world, state, team.blueprint, last=None)
    if body_of(again) != body_of(seen):
        raise WorkbookChanged(name=name, frozen=())
    place.reshape(world, state, requests)
    with team.store.write() as writer:
        for table in (key for sheet in lack.sheets for key in sheet.tables):
            known = writer.bases(state.book).get(table, {})
            writer.set_base(state.book, table, dict.fromkeys(known), [])
    return BookUpgrade(name, state, lack.steps, lack.left, written=True)


def _form(lack: Lacks, dead: Mapping[str, str]) -> NewForm:
    tables = lack.loaded.snapshot.tables
    columns = tuple(
        (_fresh_title(lack, table), tables[table.key].sheet, f"{table.key}.{column.key}")
        for table, column in lack.columns
    )
    return NewForm(tuple(sheet.title.ru for sheet in lack.sheets), columns, dead)


def _fresh_title(lack: Lacks, table: Table) -> str:
    return lack.blueprint.sheet_of(table.key).title.ru


def _titles(lack: Lacks) -> dict[str, str]:
    """How tabs of a fresh workbook are called here, where somebody gave them another name."""
    named = {lack.blueprint.sheets[key].title.ru: here for key, here in lack.loaded.homes.items()}
    return {fresh: here for fresh, here in named.items() if fresh != here}


def _unlike(loaded: Loaded, blueprint: Blueprint) -> Iterator[Left]:
    """Screens that lack rows or columns; rows that only repeat others for more people may lack."""
    for key, grid in loaded.snapshot.grids.items():
        slots = blueprint.sheets[key].slots
        rows = {_NUMBER.sub("", s.row) for s in slots} - {_NUMBER.sub("", r) for r in grid.rows}
        if rows or {s.col for s in slots} - grid.cols.keys():
            yield Left(Step(Did.SHEET, grid.sheet, grid.sheet), Why.UNLIKE)
