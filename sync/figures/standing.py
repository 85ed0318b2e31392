"""Deals by person and by what may still happen to them: looked through once for all figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from formulas.calendar import Calendar
from formulas.pay.ndfl import Rates, TaxYear
from model.figures import Measure, Period, PersonFigures, PlanFact
from model.payslips import Slip
from model.records import Record
from sync.quality.scoring import KnownScores
from sync.remembered import Kept, Once
from sync.scene import Scene, Stage, StageKind, fold

if TYPE_CHECKING:
    from sync.figures.parts import KnownParts

Staged = tuple[Record, Stage]
"""A deal and its stage."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Deals whose stage is on the list, each list in the order of their numbers."""

    open: tuple[Staged, ...]
    kept: tuple[Staged, ...]
    """All that were not lost."""
    kept_by_person: Mapping[str, tuple[Staged, ...]]
    """By folded name."""

    def of(self, person: str) -> tuple[Staged, ...]:
        """A person's deals that were not lost."""
        return self.kept_by_person.get(fold(person), ())


@dataclass(slots=True)
class KnownFigures:
    """What figures were made of in the last pass."""

    owners: Kept[str, Record, str] = field(default_factory=Kept)
    standing: Once[Standing] = field(default_factory=Once)
    by_person: dict[str, tuple[Staged, ...]] = field(default_factory=dict)
    people: dict[str, Once[PersonFigures]] = field(default_factory=dict)
    """By name, the figures of the day."""
    paid: Once[Mapping[str, Decimal]] = field(default_factory=Once)
    facts: dict[tuple[Measure, Period], Once[dict[str, Decimal]]] = field(default_factory=dict)
    lines: dict[tuple[object, ...], Once[tuple[PlanFact, ...]]] = field(default_factory=dict)
    suggested: Once[Mapping[tuple[str, Measure], Decimal | None]] = field(default_factory=Once)
    calendar: Once[Calendar] = field(default_factory=Once)
    rates: Once[tuple[Rates, ...]] = field(default_factory=Once)
    """Scales of income tax."""
    years: dict[tuple[str, date], Once[TaxYear]] = field(default_factory=dict)
    """By name and month, what the year held before it."""
    parts: KnownParts | None = None
    slips: Once[dict[tuple[str, date], Slip]] = field(default_factory=Once)
    wide: Once[list[bool]] = field(default_factory=Once)
    """Whether schemes look further than at one person's payments."""
    months: dict[tuple[str, date], Once[Any]] = field(default_factory=dict)
    """Pay of past months by folded name and first day."""
    scores: KnownScores = field(default_factory=KnownScores)
    """How full cards and deals are."""
    asof: date = date.min
    """The day of the facts and lines."""

    def turn_to(self, asof: date) -> None:
        """Facts and lines of another day are let go, so that no day leaves anything behind."""
        if asof != self.asof:
            self.asof = asof
            self.facts.clear()
            self.lines.clear()
            self.people.clear()
            self.months.clear()
            self.years.clear()


def standing_of(scene: Scene, known: KnownFigures) -> Standing:
    """The deals of a scene; made anew only when one of them moved."""
    deals = scene.rows["deals"]
    return known.standing.of(lambda: _standing(scene, known), deals, scene.rows["stages"])


def _standing(scene: Scene, known: KnownFigures) -> Standing:
    deals = scene.rows["deals"]
    owners = known.owners.over(deals, lambda d: fold(d.values.get("owner")), around=())
    staged = [(d, s) for d in deals.values() if (s := scene.stage(d)) is not None]
    kept = tuple(one for one in staged if one[1].kind is not StageKind.LOST)
    by_person: dict[str, list[Staged]] = {}
    for one in kept:
        by_person.setdefault(owners[one[0].row_id], []).append(one)
    known.by_person = {
        name: _the_same(known.by_person.get(name, ()), mine) for name, mine in by_person.items()
    }
    return Standing(
        open=tuple(one for one in kept if one[1].kind is StageKind.OPEN),
        kept=kept,
        kept_by_person=known.by_person,
    )


def _the_same(before: tuple[Staged, ...], now: list[Staged]) -> tuple[Staged, ...]:
    """A person's deals: the very tuple of before when none of them moved."""
    still = len(before) == len(now) and all(
        was[0] is deal and was[1] == stage for was, (deal, stage) in zip(before, now, strict=True)
    )
    return before if still else tuple(now)
