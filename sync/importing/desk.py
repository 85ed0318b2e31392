"""What bringing rows in needs: the store, the team as it stands, clients and people to link to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from model.blueprint import Kind, Owner, Table
from model.canon import canon
from model.keys import same_person
from model.records import Record, Stamped
from model.row_ids import text_id
from model.values import Value
from store import Writer
from sync.importing.arriving import Arrival, values_of
from sync.imports import ImportKind
from sync.imports.headings import SOURCE_ID
from sync.scene import Scene, fold
from sync.settle.clients import ClientBook

NAMES: Mapping[ImportKind, Mapping[str, str]] = {
    ImportKind.DEALS: {SOURCE_ID: "number", "created_at": "created_on"},
    ImportKind.LEADS: {SOURCE_ID: "number"},
    ImportKind.PAYMENTS: {"number": "document"},
    ImportKind.CALLS: {"sec": "seconds"},
}
"""Fields of an import that the sheet calls otherwise."""
TABLES: Mapping[ImportKind, str] = {
    ImportKind.CLIENTS: "clients",
    ImportKind.DEALS: "deals",
    ImportKind.LEADS: "leads",
    ImportKind.PAYMENTS: "payments",
    ImportKind.CALLS: "call_log",
    ImportKind.STAFF: "staff",
    ImportKind.COSTS: "costs",
    ImportKind.LETTERS: "letter_log",
}
"""Where the rows of an import go. `call_log` and `letter_log` stand in the store only; «Звонки»
shows the recent calls where it is switched on."""
SHAPES: Mapping[ImportKind, str] = {**TABLES, ImportKind.CALLS: "calls"}
TYPED = frozenset({Owner.PERSON, Owner.IMPORT})


@dataclass(slots=True)
class People:
    """The list of people; a name that is on nobody's row becomes a salesperson."""

    scene: Scene
    added: dict[str, dict[str, Value]] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    def of(self, name: Value) -> str | None:
        """The person meant, as the list spells the name; added when there is none."""
        words = " ".join(str(name).split()) if name is not None else ""
        if not words:
            return None
        key = fold(words)
        if key not in self._known:
            self._known[key] = self._find(words) or self._add(words)
        return self._known[key]

    def _find(self, name: str) -> str | None:
        everyone = [p.name for p in self.scene.people] + [
            str(v["fio"]) for v in self.added.values()
        ]
        exact = [p for p in everyone if fold(p) == fold(name)]
        alike = exact or [p for p in everyone if same_person(p, name)]
        if not alike and " " not in name:
            alike = [p for p in everyone if fold(p.split()[0]) == fold(name)]
        return alike[0] if len(alike) == 1 else None

    def _add(self, name: str) -> str:
        self.added[text_id((name,))] = {"fio": name, "role": "менеджер", "active": "да"}
        return name


@dataclass(frozen=True, slots=True)
class Desk:
    """One import at work."""

    writer: Writer
    scene: Scene
    clients: ClientBook
    people: People
    new_id: Callable[[], str]
    by: Stamped
    name: str
    """Of the file."""
    source: str = ""
    """Of the facts."""
    shapes: dict[ImportKind, Mapping[str, Kind]] = field(default_factory=dict)
    """Cells that an import may fill, looked up once for all its rows."""

    def cells(self, kind: ImportKind, values: Mapping[str, Value]) -> dict[str, Value]:
        """The values that have a place on the sheet, under its names; days without an hour."""
        names = NAMES.get(kind, {})
        named = {names.get(name, name): value for name, value in values.items()}
        kinds = self._kinds(kind)
        return {
            name: _day(value) if kinds[name] is Kind.DATE else value
            for name, value in named.items()
            if name in kinds and value is not None
        }

    def _kinds(self, kind: ImportKind) -> Mapping[str, Kind]:
        if kind not in self.shapes:
            columns = self.scene.blueprint.tables[SHAPES[kind]].columns
            self.shapes[kind] = {c.key: c.kind for c in columns if c.owner in TYPED}
        return self.shapes[kind]


@dataclass(slots=True)
class Brought:
    """What a kind of import made of its fresh rows."""

    ids: dict[str, str] = field(default_factory=dict)
    """Key of a fact -> the row it stands in."""
    matched: int = 0
    stood: frozenset[str] = frozenset()
    """Keys of payments that a row stood for already: their sums are not new."""
    new_clients: int = 0
    talks: int = 0


def blanks(record: Record, values: Mapping[str, Value]) -> dict[str, Value]:
    """The given values whose cells are empty in the row."""
    return {k: v for k, v in values.items() if record.values.get(k) in (None, "")}


@dataclass(frozen=True, slots=True)
class News:
    """What a fact's new content means for its row."""

    fills: Mapping[str, Value] = field(default_factory=dict)
    """Cells that nobody has touched since the fact: they take the new value."""
    listed: Mapping[str, Value] = field(default_factory=dict)
    """Cells that a person typed or cleared, and cells of a row that was taken off its sheet."""


def news_of(desk: Desk, kind: ImportKind, arrival: Arrival) -> News:
    """What became different in the fact; what stayed in it says nothing about later edits."""
    if arrival.before is None:
        return News()
    record = desk.writer.get(TABLES[kind], arrival.before.row_id)
    if record is None:
        return News()
    table = desk.scene.blueprint.tables[SHAPES[kind]]
    new = desk.cells(kind, arrival.row.values)
    old = desk.cells(kind, values_of(arrival.before.payload))
    moved = {
        name: value
        for name, value in new.items()
        if _differ(table, name, value, old.get(name))
        and _differ(table, name, value, record.values.get(name))
    }
    fills = {
        name: value
        for name, value in moved.items()
        if not record.deleted and is_untouched(table, name, record, old)
    }
    return News(fills, {name: value for name, value in moved.items() if name not in fills})


def is_untouched(table: Table, name: str, record: Record, old: Mapping[str, Value]) -> bool:
    """Whether a cell is as the fact left it: a fed one that holds it, or one both left blank."""
    held, before = record.values.get(name), old.get(name)
    if held in (None, ""):
        return before in (None, "")
    return table.column(name).owner is Owner.IMPORT and not _differ(table, name, held, before)


def _differ(table: Table, name: str, left: Value, right: Value) -> bool:
    kind = table.column(name).kind
    return canon(kind, left) != canon(kind, right)


def _day(value: Value) -> Value:
    return value.date() if isinstance(value, datetime) else value
