"""Light and staleness of one deal (METRICS.md section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from formulas.lights import Light

if TYPE_CHECKING:
    from collections.abc import Iterable

OPEN = "open"
ABANDON_DAYS = 14
"""Days without activity after which an open deal without a plan counts as abandoned."""


@dataclass(frozen=True, slots=True)
class Task:
    """A next step; a day without an hour is due at the end of that day."""

    due: date | datetime | None
    done: bool = False

    def overdue(self, now: datetime) -> bool:
        """Whether its time has passed."""
        if isinstance(self.due, datetime):
            return self.due < now
        return self.due is not None and self.due < now.date()


@dataclass(frozen=True, slots=True)
class Stale:
    """Whether the expected payment is past, and whether nobody works on the deal."""

    overdue: bool
    abandoned: bool


def deal_light(status: str, tasks: Iterable[Task], now: datetime) -> Light:
    """Red without a dated next step, yellow with an overdue one; none for a closed deal."""
    if status != OPEN:
        return Light.NONE
    planned = [task for task in tasks if not task.done and task.due is not None]
    if not planned:
        return Light.RED
    return Light.YELLOW if any(task.overdue(now) for task in planned) else Light.GREEN


def stale(
    status: str,
    asof: date,
    *,
    expected_on: date | None = None,
    last_activity: date | None = None,
    next_task: date | None = None,
    abandon_days: int = ABANDON_DAYS,
) -> Stale:
    """Whether an open deal is overdue or abandoned at the end of asof."""
    if status != OPEN:
        return Stale(overdue=False, abandoned=False)
    planned = next_task is not None and next_task >= asof
    idle = last_activity is not None and (asof - last_activity).days >= abandon_days
    return Stale(
        overdue=expected_on is not None and expected_on < asof,
        abandoned=idle and not planned,
    )
