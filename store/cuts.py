"""How the cuts of a contribution travel, and the sums that are kept by cut.

A contribution without a key in a cut adds nothing there: what is not stated is the rest of the
whole sum, so the keys and the rest always add up to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from sys import intern

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select

from model.figures import Cut, Measure, Period
from store.codec import dump
from store.schema import cut_rollups
from store.statements import upsert

CutSpot = tuple[str, str, date, str, str]
"""Cut, measure, day, key, manager: the place of one amount."""
Cuts = tuple[tuple[Cut, str], ...]


def pack(cuts: Cuts) -> str:
    """The text of a contribution's cuts; empty for none."""
    return dump({cut.value: key for cut, key in cuts}) if cuts else ""


@lru_cache(maxsize=10_000)
def unpack(text: str) -> Cuts:
    """The cuts that `pack` wrote."""
    found = json.loads(text).items() if text else ()
    return tuple((Cut(cut), intern(key)) for cut, key in found)


def spread(spots: Iterable[tuple[tuple[str, str, date, str], int]]) -> Counter[CutSpot]:
    """Amounts by cut out of amounts by measure, manager, day and packed cuts."""
    found: Counter[CutSpot] = Counter()
    for (measure, manager, day, packed), amount in spots:
        if packed:
            for cut, key in json.loads(packed).items():
                found[cut, measure, day, key, manager] += amount
    return found


def kept(connection: Connection) -> Counter[CutSpot]:
    """Every amount as it is kept."""
    columns = cut_rollups.c
    wanted = select(columns.cut, columns.measure, columns.day, columns.key, columns.manager)
    lines = connection.execute(wanted.add_columns(columns.amount))
    return Counter({tuple(line[:5]): line.amount for line in lines})


def shift(connection: Connection, moved: Counter[CutSpot]) -> None:
    """Adds to the kept amounts; what becomes nothing goes."""
    lines = [
        {
            "cut": cut,
            "measure": measure,
            "day": day,
            "key": key,
            "manager": manager,
            "amount": amount,
        }
        for (cut, measure, day, key, manager), amount in moved.items()
        if amount
    ]
    if not lines:
        return
    adding = upsert(cut_rollups)
    connection.execute(
        adding.on_conflict_do_update(
            index_elements=["cut", "measure", "day", "key", "manager"],
            set_={"amount": cut_rollups.c.amount + adding.excluded.amount},
        ),
        lines,
    )
    days: dict[tuple[str, str], list[date]] = {}
    for spot in moved:
        days.setdefault(spot[:2], []).append(spot[2])
    for (cut, measure), touched in days.items():
        connection.execute(
            delete(cut_rollups).where(
                cut_rollups.c.cut == cut,
                cut_rollups.c.measure == measure,
                cut_rollups.c.day.between(min(touched), max(touched)),
                cut_rollups.c.amount == 0,
            )
        )


def totals(
    connection: Connection,
    cut: Cut,
    measures: Collection[Measure],
    period: Period,
    manager: str | None,
) -> dict[tuple[Measure, str], int]:
    """Total of each key of a cut by measure; of one manager when one is named."""
    columns = cut_rollups.c
    wanted = (
        select(columns.measure, columns.key, func.sum(columns.amount))
        .where(*_within(cut, measures, period, manager))
        .group_by(columns.measure, columns.key)
    )
    return {(Measure(m), key): int(total) for m, key, total in connection.execute(wanted)}


@dataclass(frozen=True, slots=True)
class Habit:
    """When and how often a key of a cut was counted up to a day."""

    key: str
    first: date
    last: date
    recent: int
    """Amount within the window."""
    was: bool
    """Counted within the earlier of two spans."""
    is_now: bool
    """Counted within the later one."""


@dataclass(frozen=True, slots=True)
class Spans:
    """The days that habits look at; nothing after the end of `now` is seen."""

    was: Period
    now: Period
    window: Period


def habits(
    connection: Connection, cut: Cut, measure: Measure, spans: Spans, manager: str | None
) -> list[Habit]:
    """The habit of each key that was ever counted."""
    columns = cut_rollups.c
    ever = Period(date.min, spans.now.end)
    wanted = (
        select(
            columns.key,
            func.min(columns.day),
            func.max(columns.day),
            func.sum(case((_day_in(spans.window), columns.amount), else_=0)),
            func.max(case((_day_in(spans.was), 1), else_=0)),
            func.max(case((_day_in(spans.now), 1), else_=0)),
        )
        .where(*_within(cut, (measure,), ever, manager))
        .group_by(columns.key)
    )
    return [
        Habit(key, first, last, int(recent), bool(was), bool(now))
        for key, first, last, recent, was, now in connection.execute(wanted)
    ]


def _day_in(days: Period) -> ColumnElement[bool]:
    return and_(cut_rollups.c.day >= days.start, cut_rollups.c.day < days.end)


def _within(
    cut: Cut, measures: Collection[Measure], period: Period, manager: str | None
) -> tuple[ColumnElement[bool], ...]:
    columns = cut_rollups.c
    where: tuple[ColumnElement[bool], ...] = (
        columns.cut == cut.value,
        columns.measure.in_([measure.value for measure in measures]),
        columns.day >= period.start,
        columns.day < period.end,
    )
    return where if manager is None else (*where, columns.manager == manager)
