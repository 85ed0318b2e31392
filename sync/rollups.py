"""What rows add to the sums, counted anew from the rows: to compare with what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from model.records import Contribution
from store import Reader, Writer
from sync.figures.contribute import call_parts, contributions
from sync.importing.desk import TABLES
from sync.imports import ImportKind
from sync.scene import make_scene
from sync.team import Team

CALLS = TABLES[ImportKind.CALLS]
Parts = Mapping[str, tuple[Contribution, ...]]


def counted_anew(team: Team, reader: Reader, now: datetime) -> dict[str, Parts]:
    """What each living row adds, by table; rows that add nothing are there too, empty."""
    settings = team.settings
    scene = make_scene(
        reader, team.blueprint, now=now, owner=settings.owner, helper=settings.helper
    )
    calls = {i: call_parts(r.values) for i, r in reader.rows(CALLS).items()}
    return {**contributions(scene), CALLS: calls}


def differing_parts(team: Team, reader: Reader, now: datetime) -> dict[str, Parts]:
    """The rows whose kept parts differ from what they add, with what they add; by table."""
    found: dict[str, Parts] = {}
    for table, parts in counted_anew(team, reader, now).items():
        kept = reader.contributions_of(table)
        wrong = {i: part for i, part in parts.items() if kept.get(i, ()) != part}
        if wrong:
            found[table] = wrong
    return found


def repair_parts(team: Team, writer: Writer, now: datetime) -> None:
    """Puts what rows add in place of what was kept of them."""
    for table, parts in differing_parts(team, writer, now).items():
        writer.set_contributions_many(table, parts)
