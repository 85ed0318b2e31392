"""An upgrade of a spreadsheet taken back: its columns and tabs, while nobody works with them.

As in files, what people typed or look at with a formula stays and is told. Only columns behind
everything else leave, so that nothing of anybody moves; they go with their names, for a name left
without cells would say that a person took the column away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from model.blueprint import Role
from model.blueprint import Sheet as BlueprintSheet
from model.errors import WorkbookChanged
from model.records import BookState
from model.snapshot import TableRead
from store import Writer
from sync.books.google.content import GoogleFile
from sync.books.google.place import Place
from sync.books.google.reading import sheets_of
from sync.books.google.requests import Request
from sync.books.read import Loaded
from sync.books.written import Sheet, body_of
from sync.cycle import SHAPED
from sync.looking import token_of
from sync.online import online_of, see_online
from sync.ooxml import BookFile
from sync.team import Team
from sync.upgrade.lacking import without
from sync.upgrade.online import absent_in
from sync.upgrade.steps import Did, Left, Step, Why
from sync.upgrade.traces import Written, column_traces, names_over, tab_traces
from sync.world import World


def back_online(  # one spreadsheet, everything it needs
    team: Team,
    world: World,
    state: BookState,
    steps: Sequence[Step],
    fresh: BookFile,
    *,
    dry_run: bool,
) -> tuple[tuple[Step, ...], tuple[Left, ...]]:
    """What was taken back, and what stays; raises WorkbookChanged and whatever Google says."""
    place, role, name = online_of(team), Role(state.role), state.path.rpartition("/")[2]
    assert isinstance(place, Place)  # noqa: S101  # the only kind that there is
    _, seen = see_online(team, world, state)
    if token_of(seen) != state.token:
        raise WorkbookChanged(name=name, frozen=())
    file = team.books.open(seen, name=name)
    assert isinstance(file, GoogleFile)  # noqa: S101  # by its path
    blueprint = without(team.blueprint, role, absent_in(file, team.blueprint, role))
    loaded = team.books.load(file, book=state.book, name=name, blueprint=blueprint, role=role)
    answer = place.read(world, state)
    work = _Back(team, loaded, sheets_of(answer), answer.get("namedRanges", ()), fresh)
    for step in reversed(steps):
        work.take(step)
    if dry_run or not work.back:
        return tuple(work.back), tuple(work.left)
    _, again = place.see(world, state, team.blueprint, last=None)
    if body_of(again) != body_of(seen):
        raise WorkbookChanged(name=name, frozen=())
    team.backups.take(state.book, seen, at=world.now().astimezone(UTC), why=SHAPED)
    with team.store.write() as writer:
        work.forget(writer, state.book)
    place.reshape(world, state, work.requests())
    return tuple(work.back), tuple(work.left)


@dataclass(slots=True)
class _Back:
    """One spreadsheet while steps are taken back."""

    team: Team
    loaded: Loaded
    sheets: tuple[Sheet, ...]
    """All that stands there, tabs of people included."""
    named: Sequence[Mapping[str, Any]]
    """Its named ranges, as Google tells them."""
    fresh: BookFile
    back: list[Step] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    cols: list[tuple[int, int]] = field(default_factory=list)
    """Columns that go, by the id of their tab."""
    tabs: list[Sheet] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def take(self, step: Step) -> None:
        """Take one step back, or say why it stays; what is gone already is no step."""
        if step.did is Did.COLUMN:
            read = self.loaded.snapshot.tables.get(step.table)
            if read is not None and step.field in read.places:
                self._done(step, self._column(step, read))
            return
        key = next((k for k, s in self._known().items() if s.title.ru == step.sheet), "")
        if key in self.loaded.homes:
            self._done(step, self._tab(self._known()[key]))

    def _known(self) -> Mapping[str, BlueprintSheet]:
        return self.team.blueprint.sheets

    def _done(self, step: Step, why: Why | None) -> None:
        if why is None:
            self.back.append(step)
        else:
            self.left.append(Left(step, why))

    def _column(self, step: Step, read: TableRead) -> Why | None:
        tab, col = self._titled(read.sheet), read.places[step.field]
        gone = {at for one, at in self.cols if one == tab.id}
        if any(c.col > col and c.col not in gone for row in tab.rows.values() for c in row):
            return Why.NOT_LAST
        shape = self.team.blueprint.tables[step.table]
        why = column_traces(self.loaded, self._formulas(), shape, step.field)
        if why is None:
            self.cols.append((tab.id, col))
            self.names.add(f"{step.table}_{step.field}")
        return why

    def _tab(self, sheet: BlueprintSheet) -> Why | None:
        own = set(names_over(self.fresh, sheet.title.ru))
        here = self._titled(self.loaded.homes[sheet.key])
        others = (
            f"'{here.title}'!"
            for one in self.named
            if one["name"] not in own and one.get("range", {}).get("sheetId", 0) == here.id
        )
        known = self.team.blueprint
        why = tab_traces(self.loaded, self._formulas(), others, sheet, known, self.fresh)
        if why is None:
            self.tabs.append(here)
            self.names |= own
        return why

    def _titled(self, title: str) -> Sheet:
        return next(tab for tab in self.sheets if tab.title == title)

    def _formulas(self) -> Iterator[Written]:
        """Formulas of the tabs and columns that stay."""
        for tab in self.sheets:
            if tab in self.tabs:
                continue
            for number, row in tab.rows.items():
                for cell in row:
                    if cell.formula is not None and (tab.id, cell.col) not in self.cols:
                        yield tab.title, number, cell

    def forget(self, writer: Writer, book: str) -> None:
        """What leaves the spreadsheet leaves its base: nobody took it away."""
        fields: dict[str, set[str]] = {}
        for step in self.back:
            if step.did is Did.COLUMN:
                fields.setdefault(step.table, set()).add(step.field)
        bases = writer.bases(book)
        for table, gone in fields.items():
            rows = bases.get(table, {}).items()
            kept = {i: {k: v for k, v in row.items() if k not in gone} for i, row in rows}
            writer.set_base(book, table, kept)
        homes = {title: key for key, title in self.loaded.homes.items()}
        for tab in self.tabs:
            for table in self.team.blueprint.sheets[homes[tab.title]].tables:
                writer.set_base(book, table, dict.fromkeys(bases.get(table, {})), [])

    def requests(self) -> Iterator[Request]:
        """Names first, then columns from the right, then tabs."""
        for one in self.named:
            if one["name"] in self.names:
                yield {"deleteNamedRange": {"namedRangeId": one["namedRangeId"]}}
        for tab_id, col in sorted(self.cols, key=lambda one: -one[1]):
            span = {"dimension": "COLUMNS", "startIndex": col - 1, "endIndex": col}
            yield {"deleteDimension": {"range": {"sheetId": tab_id, **span}}}
        for tab in self.tabs:
            yield {"deleteSheet": {"sheetId": tab.id}}
