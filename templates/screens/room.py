"""How many lines each block of a screen holds, and what happens past that.

A block that may outgrow its rows says so in its last row («и ещё 12 на 3 400 000 руб.»); only the
blocks counted in people refuse, since a person must never vanish from a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Row = TypeVar("Row")

TIERS = 8
POINTS = 8
"""Points of a multiplier."""
LINES = 6
"""Lines of the pay scheme on the screen; more are folded into «Остальное»."""
METRICS = 7
STEPS = 6
LEFT_OUT = 6
COUNTED = 10
SENTENCES = 8
STAGES = 10
PERIODS = 8
"""Month, quarter, half, year and the one before of each."""
DEPARTMENTS = 5
LAMPS = 9
PAY_LINES = 8
PEOPLE_STEP = 8


class NoRoom(ValueError):
    """A block is too small for what it must show; the screen has to be drawn for more people."""


def people_room(people: int) -> int:
    """Rows for people: the next multiple of eight, so a new colleague fits without a redraw."""
    return max(1, -(-(people + 1) // PEOPLE_STEP)) * PEOPLE_STEP


def plan_fact_room(people: int) -> int:
    """Rows of the plan-fact block: every period and measure, people and departments, two totals."""
    return PERIODS * METRICS * (people_room(people) + DEPARTMENTS + 2)


def fit(rows: Sequence[Row], room: int) -> Sequence[Row]:
    """The rows themselves, or NoRoom when there are too many."""
    if len(rows) > room:
        raise NoRoom(f"{len(rows)} > {room}")
    return rows
