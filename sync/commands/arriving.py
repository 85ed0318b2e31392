"""What `status` says of sources that send by themselves: last arrival, lag, quarantine, faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from model.arrivals import SourceHealth
from store.landing import FILE, Landing
from sync.commands.said import table
from sync.intake.sources import Source, SourceKind, read_sources
from sync.reports import words
from sync.team import Team
from sync.world import World

MINUTE = timedelta(minutes=1)
SILENT = timedelta(minutes=10)
"""A mailbox that was not looked at for so long is not being read."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands."""

    source: str
    kind: str = ""
    """Empty for a source that was dropped."""
    last: datetime | None = None
    waiting: int = 0
    lag: timedelta = timedelta()
    """Age of the oldest arrival that no pass has taken in."""
    quarantined: int = 0
    fault: str = ""


def source_statuses(team: Team, world: World) -> tuple[SourceStatus, ...]:
    """Every source that is connected or ever sent something."""
    sources = {one.name: one for one in read_sources(world.disk, team.state)}
    with team.store.read() as reader:
        health = {one.source: one for one in reader.arrival_health()}
    landed, contacts = _landed(team, world)
    names = dict.fromkeys([*sources, *health, *landed])
    now = world.now()
    return tuple(
        replace(
            _counted(name, health.get(name), landed.get(name), now),
            kind=sources[name].kind.value if name in sources else "",
            fault=_fault(sources.get(name), contacts.get(name), now),
        )
        for name in names
    )


def _landed(
    team: Team, world: World
) -> tuple[Mapping[str, tuple[int, datetime]], Mapping[str, tuple[datetime, str]]]:
    if not world.disk.exists(team.state / FILE):
        return {}, {}
    landing = Landing.of(team.state)
    try:
        return landing.counts(), landing.contacts()
    finally:
        landing.close()


def _counted(
    name: str, health: SourceHealth | None, landed: tuple[int, datetime] | None, now: datetime
) -> SourceStatus:
    """What came and what waits, in the store and in the landing file."""
    known = health or SourceHealth(name, now, 0, None, 0)
    count, since = landed or (0, None)
    oldest = [at for at in (known.oldest_waiting, since) if at is not None]
    last = [at for at in (health.last if health else None, since) if at is not None]
    return SourceStatus(
        name,
        last=max(last, default=None),
        waiting=known.waiting + count,
        lag=max(now - min(oldest), timedelta()) if oldest else timedelta(),
        quarantined=known.quarantined,
    )


def _fault(source: Source | None, contact: tuple[datetime, str] | None, now: datetime) -> str:
    if source is None or source.kind is not SourceKind.MAIL:
        return ""
    if contact is None:
        return "ещё не читали: запустите sheetcrm sync --watch"
    at, fault = contact
    if not fault and now - at > SILENT:
        return f"не читаем с {at.astimezone(now.tzinfo):%d.%m %H:%M}"
    return fault


def source_lines(statuses: tuple[SourceStatus, ...], now: datetime) -> tuple[str, ...]:
    """The same for people."""
    if not statuses:
        return ()
    rows = [("Приходит само", "Последнее", "Отстаёт", "Карантин")]
    rows += [
        (
            one.source,
            words.when(None if one.last is None else one.last.astimezone(now.tzinfo), now.date()),
            _lag(one),
            str(one.quarantined or "нет"),
        )
        for one in statuses
    ]
    faults = [f"«{one.source}»: {one.fault}" for one in statuses if one.fault]
    more = (
        ["Разобрать карантин: sheetcrm intake list"] if any(s.quarantined for s in statuses) else []
    )
    return (*table(rows), *faults, *more)


def _lag(one: SourceStatus) -> str:
    if not one.waiting:
        return "нет"
    minutes = one.lag // MINUTE
    return f"{minutes} мин., ждёт {one.waiting}" if minutes else f"ждёт {one.waiting}"
