"""What a row is checked against: the day, the lists, the people, the other rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from model.records import Record
from sync.scene import Scene, Stage, fold, text


@dataclass(frozen=True, slots=True)
class Context:
    """Facts around a row; all of them are of one pass."""

    asof: date
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """By folded name."""
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    staff: tuple[str, ...] = ()
    clients: Mapping[str, Record] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    """Row id -> row number as the person sees it."""
    city: str = ""
    """Telephone code of the team's town, for short numbers."""


def context_of(scene: Scene, places: Mapping[str, int] | None = None) -> Context:
    """The context of a pass; `places` are the rows of the book that is being checked."""
    return Context(
        asof=scene.asof,
        stages=scene.stages,
        lists={name: _texts(scene, place) for name, place in scene.blueprint.lists.items()},
        staff=tuple(p.name for p in scene.people),
        clients=scene.rows.get("clients", {}),
        places=places or {},
        city="".join(c for c in scene.general.get(fold("Код города"), "") if c.isdigit()),
    )


def _texts(scene: Scene, place: str) -> tuple[str, ...]:
    table, _, key = place.partition(".")
    rows = scene.rows.get(table, {})
    return tuple(name for name in (text(r, key) for r in rows.values()) if name)
