"""Lives of generated teams: ten go on from one founded team, each from its own seed.

Founding and the first writing of all books cost most, and are the same work for every team. What a
person must not see moves afterwards: new clients come, rows change hands, a seller changes the
department. So each life begins with a copy of a team's folder, store and copies.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from sync.cycle import Memory
from sync.settings import FILE_NAME, read_settings, write_settings
from sync.team import open_team
from tests.access.teams import HEADS, Firm, Rooms, client_of, lead_of
from tests.access.trials import Move, moved

LIVES = 10
"""Teams that go on from one founded team."""
RESETTLED = 3
"""In one of so many teams a seller changes the department."""
AGAIN = 5
"""In one of so many teams rows go on from hand to hand."""


def branched(firm: Firm, place: Path, seed: int) -> Firm:
    """The same team elsewhere, which goes on by itself; its files are known as they were read."""
    team = firm.team
    state = place / "state" / team.state.name
    shutil.copytree(team.state, state)
    shutil.copytree(team.settings.folder, place / "team")
    settings = read_settings(state / FILE_NAME)
    write_settings(state / FILE_NAME, settings.model_copy(update={"folder": place / "team"}))
    return Firm(
        open_team(state, team.blueprint),
        random.Random(f"life {seed}"),
        dict(firm.departments),
        deepcopy(firm.bundles),
        deepcopy(firm.leads),
        firm.pay,
        firm.costs,
        firm.now,
        Memory(loaded=dict(firm.memory.loaded)),
        by_hand=firm.by_hand,
    )


def days(firm: Firm, seed: int) -> Iterator[tuple[Move, ...]]:
    """What happens on each day of a life, before the books are synced."""
    for _ in range(2 if seed % AGAIN == 0 else 1):
        first = moved(firm)
        moves = (first, moved(firm, but=first.bundle))
        grown(firm)
        if seed % RESETTLED == 0:
            resettled(firm)
        yield moves


def grown(firm: Firm) -> None:
    """A seller gets a new client with all that hangs on it, and a new lead."""
    owner = firm.chance.choice(sellers(firm))
    rooms = Rooms.of(firm)
    fresh = [client_of(rooms, owner)], [lead_of(rooms, owner)]
    with firm.writing() as (writer, by):
        for table, rows in rooms.tables.items():
            writer.put_many(table, rows.values, links=rows.links, by=by)
    firm.bundles += fresh[0]
    firm.leads += fresh[1]


def resettled(firm: Firm) -> None:
    """A seller goes to another department, and all rows with the seller."""
    name = firm.chance.choice(sellers(firm))
    other = next(place for place in HEADS if place != firm.departments[name])
    with firm.writing() as (writer, by):
        lines = writer.rows("staff")
        (row_id,) = [i for i, r in lines.items() if r.values["fio"] == name]
        writer.put("staff", row_id, {"department": other}, by=by)
    firm.left.setdefault(firm.departments[name], set()).add(name)
    firm.departments[name] = other


def sellers(firm: Firm) -> list[str]:
    """Everybody who sells."""
    return sorted(name for name in firm.pay if len(firm.pay[name]) > 1)
