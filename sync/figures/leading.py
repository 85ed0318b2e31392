"""Whom somebody leads on each day of a month: whom the pay of a head is counted from.

Who stands under «Руководитель» of a person leads that one all the time; else whose department
of the month's end the person belonged to on that day. The owner leads everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from formulas.owners import department_on
from model.blueprint import Role
from model.figures import Period
from sync.figures.departments import History, stays_of
from sync.rights import role_of
from sync.scene import Scene, fold, text

Stays = tuple[Period, ...]


def led_by(scene: Scene, history: History, head: str, days: Period) -> Iterator[tuple[str, Stays]]:
    """Salespeople with the days on which the head led them, in the order of the list."""
    me, owner = fold(head), fold(scene.owner)
    mine = next((row for row in scene.rows["staff"].values() if fold(text(row, "fio")) == me), None)
    last = days.end - timedelta(days=1)
    place = department_on(history.get(text(mine, "fio") if mine else head, ()), last)
    for row in scene.rows["staff"].values():
        who, named = text(row, "fio"), fold(row.values.get("head"))
        if fold(who) == me or role_of(row.values, scene.owner) is not Role.MANAGER:
            continue
        stays = tuple(part for name, part in stays_of(history, who, days) if name == place)
        if me in {owner, named}:
            yield who, (days,)
        elif stays and named in {"", owner}:
            yield who, stays
