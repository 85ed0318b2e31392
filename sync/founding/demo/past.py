"""What the forecast of the demo said on earlier days, so that «со вчера» has something to compare.

The rows are those of today, the payments those up to the day: close enough for a team that never
was, and the same arithmetic as on any other day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from model.blueprint import Blueprint
from store import Writer
from sync.figures.contribute import contributions
from sync.figures.people import PROMISE_DAY, day_outlook, person_figures
from sync.founding.demo.world import DAY
from sync.founding.founding import Founding
from sync.scene import make_scene
from sync.thinking import make_month

DAYS_BACK = (10, 7, 4, 2, 1)


def look_back(writer: Writer, blueprint: Blueprint, founding: Founding, now: datetime) -> None:
    """Bring the sums up to date and remember the forecasts of the days that screens look at."""
    scene = make_scene(writer, blueprint, now=now, owner=founding.owner, helper=founding.helper)
    for table, parts in contributions(scene).items():
        writer.set_contributions_many(table, parts)
    for day in _days(now.date()):
        then = now - timedelta(days=(now.date() - day).days)
        month = make_month(writer, replace(scene, asof=day, now=then), day)
        for person in scene.sellers():
            seen = day_outlook(person_figures(month, person.name))
            if seen is not None:
                writer.remember_outlook(seen)


def _days(today: date) -> Iterator[date]:
    """The promise and the end of the month before, then the days that just were."""
    last = today.replace(day=1) - DAY
    yield last.replace(day=PROMISE_DAY)
    recent = [today - number * DAY for number in DAYS_BACK]
    if last not in recent:
        yield last
    yield from recent
