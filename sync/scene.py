"""The team as one pass sees it: its rows, people, stages, rules and the day.

Everything is taken from the store once a pass; nothing here reads a workbook.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from operator import is_

from model.blueprint import Blueprint
from model.canon import canon
from model.records import Record
from model.values import Value
from store import Reader
from sync.remembered import Once

LOADED = (
    "clients",
    "deals",
    "leads",
    "payments",
    "tasks",
    "contacts",
    "documents",
    "letters",
    "complaints",
    "plans",
    "staff",
    "stages",
    "reasons",
    "general",
    "pay_rules",
    "absences",
    "sheets",
    "norms",
    "calendar",
    "rates",
    "costs",
    "sources",
    "routing",
    "card_fields",
)
STEP_DAY, STEP_SAID, STEP_MEANT, STEP_HOUR = "step_on", "step_said", "step_meant", "step_hour"
"""The day of a deal's step as typed; the words that were understood, and what they mean."""
PROBABLE = Decimal("0.01")


PAST_OWNERS = "owners_past"
"""Who had a row that was handed over, each with the day from which it was another's:
«2026-03-12 Иванов Пётр;2026-05-01 …»."""


class StageKind(Enum):
    """Whether a deal in the stage is still being worked on."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the pipeline; probability as a fraction."""

    name: str
    order: int
    kind: StageKind
    probability: Decimal
    norm_days: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """One row of «Сотрудники»."""

    name: str
    role: str
    department: str
    scheme: str
    active: bool

    @property
    def sells(self) -> bool:
        """Whether the person has an own-rows book and a plan."""
        return self.role.casefold() in {"менеджер", "manager", ""}


@dataclass(frozen=True, slots=True)
class Scene:
    """Rows by table and what follows from the settings rows."""

    blueprint: Blueprint
    rows: Mapping[str, Mapping[str, Record]]
    people: tuple[Person, ...]
    stages: Mapping[str, Stage]
    """By folded name."""
    general: Mapping[str, str]
    owner: str
    helper: str
    asof: date
    now: datetime
    """Local time of the team."""
    zone: tzinfo
    as_typed: dict[str, Stage | None] = field(default_factory=dict, compare=False, repr=False)
    """Stages by every spelling that was asked for."""

    def person(self, name: Value) -> Person | None:
        """The employee of that name, in any case."""
        key = fold(name)
        return next((p for p in self.people if fold(p.name) == key), None)

    def sellers(self) -> tuple[Person, ...]:
        """Active salespeople in the order of the list."""
        return tuple(p for p in self.people if p.sells and p.active)

    def stage(self, deal: Record) -> Stage | None:
        """The stage of a deal; None when the text is not on the list."""
        typed = deal.values.get("stage")
        if not isinstance(typed, str):
            return self.stages.get(fold(typed))
        if typed not in self.as_typed:
            self.as_typed[typed] = self.stages.get(fold(typed))
        return self.as_typed[typed]

    def number(self, table: str, row_id: str | None) -> str:
        """The visible number: К-123; empty for no row."""
        record = self.rows.get(table, {}).get(row_id or "")
        if record is None or record.number is None:
            return ""
        return f"{self.blueprint.tables[table].prefix}-{record.number}"


def fold(value: Value) -> str:
    """A text as it is compared: trimmed, single spaces, any case."""
    return " ".join(str(value).split()).casefold() if value is not None else ""


def text(record: Record, field: str) -> str:
    """A field as trimmed text, empty when blank."""
    value = record.values.get(field)
    return "" if value is None else str(value).strip()


def owner_on(record: Record, on: date | None) -> str:
    """Whose a row was on a day: what was earned before a handover stays with who had it then."""
    said = text(record, PAST_OWNERS)
    if said and on is not None:
        for part in said.split(";"):
            until, _, who = part.partition(" ")
            if on < date.fromisoformat(until):
                return who
    return text(record, "owner")


def amount(record: Record, field: str) -> Decimal | None:
    """A field as a number; None when blank or unreadable."""
    value = record.values.get(field)
    return value if isinstance(value, Decimal) else None


def day(record: Record, field: str) -> date | None:
    """A field as a day; None when blank or unreadable."""
    value = record.values.get(field)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


@dataclass(slots=True)
class Canonical:
    """The rows of scenes in canonical form, kept from one scene to the next."""

    tables: dict[str, tuple[Mapping[str, Record], Mapping[str, Record]]] = field(
        default_factory=dict
    )
    """As they came from the store, and their canonical forms."""
    stages: Once[dict[str, Stage]] = field(default_factory=Once)

    def rows(
        self, blueprint: Blueprint, key: str, found: Mapping[str, Record]
    ) -> Mapping[str, Record]:
        """Canonical rows of a table: the very mapping of before when no row moved."""
        raw, known = self.tables.setdefault(key, ({}, {}))
        if len(raw) != len(found) or not all(map(is_, raw.values(), found.values())):
            known = {
                i: known[i] if raw.get(i) is r else _canonical(blueprint, key, r)
                for i, r in found.items()
            }
            self.tables[key] = found, known
        return known


def make_scene(  # noqa: PLR0913  # the settings of the team and what was canonical already
    reader: Reader,
    blueprint: Blueprint,
    *,
    now: datetime,
    owner: str,
    helper: str,
    canonical: Canonical | None = None,
    tables: Collection[str] = LOADED,
) -> Scene:
    """The scene of the store at a moment; `now` is aware, in the team's zone.

    Other tables than asked for are not there. `canonical` belongs to the blueprint; it is used and
    brought up to date.
    """
    kept = Canonical() if canonical is None else canonical
    rows = {
        key: kept.rows(blueprint, key, reader.rows(key))
        for key in LOADED
        if key in blueprint.tables and key in tables
    }
    zone = now.tzinfo
    if zone is None:
        raise ValueError("now must carry its zone")
    return Scene(
        blueprint=blueprint,
        rows=rows,
        people=tuple(_person(r) for r in rows["staff"].values() if text(r, "fio")),
        stages=kept.stages.of(lambda: _stages(rows["stages"]), rows["stages"]),
        general={fold(r.values.get("key")): text(r, "value") for r in rows["general"].values()},
        owner=owner,
        helper=helper,
        asof=now.date(),
        now=now,
        zone=zone,
    )


def _canonical(blueprint: Blueprint, key: str, record: Record) -> Record:
    """A record with typed values: «300 000» in a money cell is a number here."""
    table = blueprint.tables[key]
    kinds = {c.key: c.kind for c in table.columns}
    typed = {
        f: canon(kinds[f], v) if isinstance(v, str) and f in kinds else v
        for f, v in record.values.items()
    }
    if isinstance(typed.get(STEP_DAY), str) and record.values.get(STEP_SAID) == typed[STEP_DAY]:
        typed[STEP_DAY] = typed.get(STEP_MEANT)
        if typed.get("step_at") is None and typed.get(STEP_HOUR) is not None:
            typed["step_at"] = typed[STEP_HOUR]
    if len(typed) == len(record.values) and all(map(is_, typed.values(), record.values.values())):
        return record  # as it stands already: most rows, and no second copy of them
    return Record(
        record.table,
        record.row_id,
        record.number,
        typed,
        record.links,
        record.deleted,
        record.created_at,
        record.changed_at,
    )


def _person(record: Record) -> Person:
    active = fold(record.values.get("active"))
    return Person(
        name=text(record, "fio"),
        role=text(record, "role"),
        department=text(record, "department"),
        scheme=text(record, "scheme"),
        active=active not in {"нет", "no", "false"},
    )


def _stages(rows: Mapping[str, Record]) -> dict[str, Stage]:
    stages: dict[str, Stage] = {}
    for order, record in enumerate(rows.values()):
        name = text(record, "name")
        norm, prob = amount(record, "norm_days"), amount(record, "prob")
        kind = {"успешно": StageKind.WON, "отказ": StageKind.LOST}.get(
            fold(record.values.get("outcome"))
        )
        stages[fold(name)] = Stage(
            name=name,
            order=order,
            kind=kind or StageKind.OPEN,
            probability=(prob or Decimal(0)) * PROBABLE,
            norm_days=None if norm is None else int(norm),
        )
    return stages
