"""Plan in force, roll-up of plans, and plan against fact (METRICS.md section 4).

A missing plan is None; a plan of 0 is a real plan of zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.calendar import DAY, Calendar
from formulas.lights import GREEN_FROM, YELLOW_FROM, Thresholds
from formulas.owners import DepartmentSince, department_on
from formulas.progress import Summary, Unit, day_count, progress
from formulas.rounding import ZERO, Number, r2, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from formulas.periods import Period


class PlanMode(Enum):
    """What a plan changed inside the period means."""

    REPLACE = "replace"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan and the day it is in force from; the value may be left blank."""

    since: date
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Rollup:
    """A plan of several, and what of it is not given to anyone."""

    plan: Decimal | None
    children_sum: Decimal | None
    undistributed: Decimal | None
    missing: int


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A person's plan and the departments the person belonged to."""

    plan: Decimal | None
    history: tuple[DepartmentSince, ...]


def in_force(
    versions: Iterable[PlanVersion],
    period: Period,
    calendar: Calendar,
    *,
    mode: PlanMode = PlanMode.REPLACE,
    worked: Number | None = None,
) -> Decimal | None:
    """The plan of the period; prorated for absence when the days worked are given."""
    known = _up_to(versions, period.last)
    newest = known[-1].value if known else None
    if worked is None and (mode is PlanMode.REPLACE or not known):
        return for_days_worked(newest, None, 0)
    total = period.workdays(calendar)
    value: Number | None = newest
    if mode is not PlanMode.REPLACE and total and known:
        value = by_days(_days_in_force(known, period, calendar), total)
    return for_days_worked(value, worked, total)


def latest(versions: Iterable[PlanVersion], last: date) -> Decimal | None:
    """The value of the newest version that is in force on the last day of a period."""
    known = _up_to(versions, last)
    return known[-1].value if known else None


def by_days(parts: Sequence[tuple[Decimal | None, int]], total: int) -> Fraction | None:
    """Values by the share of working days each was in force; None if one of them is blank."""
    if total == 0 or any(days and value is None for value, days in parts):
        return None
    return sum((Fraction(value or 0) * days for value, days in parts), Fraction(0)) / total


def for_days_worked(value: Number | None, worked: Number | None, total: int) -> Decimal | None:
    """A plan to the kopeck, by the share of days worked when they are given."""
    if value is None:
        return None
    share = Fraction(1) if worked is None or total == 0 else Fraction(worked) / total
    return r2(Fraction(value) * share)


def by_department(
    people: Iterable[PersonPlan], period: Period, calendar: Calendar
) -> dict[str, Decimal]:
    """Plans of people given to the departments they worked in, by working days there."""
    rows: dict[str, Decimal] = {}
    for person in people:
        if person.plan is None:
            continue
        weights = _department_days(person.history, period, calendar)
        parts = split(person.plan, tuple(weights.values())) or (person.plan,)
        for department, part in zip(weights, parts, strict=False):  # no working day: the first one
            rows[department] = rows.get(department, ZERO) + part
    return rows


def roll_up(own: Decimal | None, children: Sequence[Decimal | None]) -> Rollup:
    """The own plan, or the sum of the children's where there is none."""
    known = [child for child in children if child is not None]
    children_sum = sum(known, ZERO) if known else None
    rest = None if own is None or children_sum is None else own - children_sum
    plan = children_sum if own is None else own
    return Rollup(plan, children_sum, rest, len(children) - len(known))


def summary(  # noqa: PLR0913 - one line of the sheet has this many inputs
    plan: Decimal | None,
    fact: Decimal | None,
    window: Period,
    asof: date,
    unit: Unit,
    calendar: Calendar,
    *,
    green: int | Decimal = GREEN_FROM,
    yellow: int | Decimal = YELLOW_FROM,
) -> Summary:
    """Every figure of a plan-fact line at the end of asof."""
    thresholds = Thresholds(Fraction(green), Fraction(yellow))
    return progress(plan, fact, day_count(window, asof, calendar), unit, thresholds)


def _up_to(versions: Iterable[PlanVersion], last: date) -> list[PlanVersion]:
    """Versions in force by a day, the newest last."""
    known = (version for version in versions if version.since <= last)
    return sorted(known, key=lambda version: version.since)


def _days_in_force(
    versions: Sequence[PlanVersion], period: Period, calendar: Calendar
) -> list[tuple[Decimal | None, int]]:
    """Each version's value and the working days of the period it was in force."""
    ends = [version.since for version in versions[1:]] + [period.end]
    return [
        (version.value, calendar.workdays(max(version.since, period.start), end - DAY))
        for version, end in zip(versions, ends, strict=True)
    ]


def _department_days(
    history: Iterable[DepartmentSince], period: Period, calendar: Calendar
) -> dict[str, int]:
    """Working days by department, in order of first appearance in the period."""
    rows = tuple(history)
    starts = sorted({period.start, *(row.since for row in rows if row.since in period)})
    weights: dict[str, int] = {}
    for start, end in zip(starts, [*starts[1:], period.end], strict=True):
        department = department_on(rows, start)
        weights[department] = weights.get(department, 0) + calendar.workdays(start, end - DAY)
    worked = {department: weight for department, weight in weights.items() if weight}
    return worked or weights
