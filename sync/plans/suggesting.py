"""`plan.suggest` for people and the team: what the months before say about the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from formulas.decompose import Suggestion, suggest
from model.figures import Measure
from store import Reader
from sync.plans.past import LOOK_BACK, by_month, months_before


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion of one line of «Планы»."""

    who: str
    measure: Measure
    found: Suggestion


def suggested(reader: Reader, measure: Measure, who: str, month: date) -> Suggested:
    """What `who` may plan for the month that begins on a day; a silent month counts as none."""
    known = by_month(reader, measure, who, months_before(month, LOOK_BACK))
    return Suggested(who, measure, suggest(known, (month.year, month.month)))
