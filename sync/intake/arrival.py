"""What becomes of arrivals: out of the landing file, understood, brought in.

Each step may be cut off and done again: the inbox knows each source and key, facts know each number
of a source. An arrival is settled last; what follows from its rows, the next pass finds. One that
cannot be understood goes into quarantine with its bytes and never holds up the others; one at which
the program itself fails is tried three times.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import PurePath
from traceback import extract_tb

from model.arrivals import InboxRow, InboxState
from model.errors import CannotWrite, LeaseLost, StoreBusy, StoreDamaged, WrongSetting
from model.records import BatchKind, Stamped
from model.records import Source as Origin
from model.row_ids import new_row_id
from store.landing import FILE, Landing
from sync.importing import bring_reading
from sync.importing.asking import wish_of
from sync.importing.desk import Desk, People
from sync.imports import ImportKind, Incoming
from sync.intake.attached import lay_down
from sync.intake.formats import Reading
from sync.intake.joining import join_leads, strangers
from sync.intake.sources import Source, read_sources
from sync.intake.understanding import Home, Understood, understood
from sync.known import Known
from sync.scene import make_scene, text
from sync.settle.clients import client_book
from sync.team import Team
from sync.world import World

LOG = logging.getLogger("sheetcrm")
MOVED_AT_ONCE = 500
TAKEN_AT_ONCE = 200
TABLES = ("clients", "leads", "staff", "stages", "general", "sheets")
"""What joining looks at."""
TRIES = 3
"""So often the program may fail at an arrival before a person must look."""
OF_THE_MACHINE = (LeaseLost, StoreBusy, StoreDamaged, CannotWrite, WrongSetting)
"""Not the fault of an arrival: it is taken in once the machine can."""
FAILED = "программа не справилась: {name}. Пришлите журнал тому, кто её настраивал"


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking in did."""

    moved: int = 0
    """Arrivals that were new to the store."""
    settled: int = 0
    quarantined: int = 0


def take_in(
    team: Team, world: World, landing: Landing | None = None, *, known: Known | None = None
) -> Taken:
    """Everything that has come in until now; without news nothing is written.

    `known` is what a running service has computed of single rows.

    Raises LeaseLost, and what a landing file or store that cannot be read raises.
    """
    moved = 0
    if landing is not None:
        moved = _moved(team, landing)
    elif world.disk.exists(team.state / FILE):
        landing = Landing.of(team.state)
        try:
            moved = _moved(team, landing)
        finally:
            landing.close()
    return replace(_settled(Desks(team, world, known or Known())), moved=moved)


def _moved(team: Team, landing: Landing) -> int:
    """Arrivals out of the landing file into the store."""
    count = 0
    while landed := landing.first(MOVED_AT_ONCE):
        with team.store.write() as writer:
            count += writer.take_arrivals(landed)
        landing.forget(landed[-1].number)
    return count


@dataclass(frozen=True, slots=True)
class Desks:
    """The team and the world of one call, and transactions over them."""

    team: Team
    world: World
    known: Known

    @contextmanager
    def desk(self, name: str) -> Iterator[Desk]:
        """One transaction and batch over the team as it stands; to be cancelled when in vain."""
        now, settings, known = self.world.now(), self.team.settings, self.known
        at = now.astimezone(UTC)
        with self.team.store.write() as writer:
            scene = make_scene(
                writer,
                self.team.blueprint,
                now=now,
                owner=settings.owner,
                helper=settings.helper,
                canonical=known.canonical,
                tables=TABLES,
            )
            batch = writer.start_batch(
                BatchKind.IMPORT, settings.owner, at, note=f"повторы: {name}"
            )
            clients = client_book(
                scene.rows["clients"],
                writer.joined("clients"),
                lambda row_id: scene.number("clients", row_id),
                known.client_keys,
            )
            yield Desk(
                writer=writer,
                scene=scene,
                clients=clients,
                people=People(scene),
                new_id=lambda: new_row_id(settings.family, self.world.random_bytes),
                by=Stamped(at, settings.owner, Origin.IMPORT, None, batch),
                name=name,
            )


def _settled(desks: Desks) -> Taken:
    """Waiting arrivals understood and brought in, a portion after another."""
    failed: set[int] = set()
    settled = quarantined = 0
    while rows := _waiting(desks.team, failed):
        bad = _portion(desks, rows, failed)
        settled, quarantined = settled + len(rows), quarantined + bad
    return Taken(settled=settled, quarantined=quarantined)


def _waiting(team: Team, failed: set[int]) -> list[InboxRow]:
    with team.store.read() as reader:
        rows = reader.waiting_arrivals(limit=TAKEN_AT_ONCE + len(failed))
    return [row for row in rows if row.number not in failed][:TAKEN_AT_ONCE]


def _portion(desks: Desks, rows: Sequence[InboxRow], failed: set[int]) -> int:
    """A portion together; when the program fails at it, one after another."""
    try:
        return _bring(desks, rows)
    except OF_THE_MACHINE:
        raise
    except Exception as failure:  # noqa: BLE001  # one arrival must not hold up the others
        told = _where(failure)  # not its words: they may quote what came in
        LOG.warning("taking in %s arrivals: %s", len(rows), told)
        if len(rows) > 1:
            return sum(_portion(desks, [row], failed) for row in rows)
        failed.add(rows[0].number)
        return _fallen(desks, rows[0], failure)


def _where(failure: Exception) -> str:
    """What went wrong and where, without the words of the failure: they may quote what came in."""
    frames = extract_tb(failure.__traceback__)
    places = " < ".join(f"{PurePath(f.filename).name}:{f.lineno}" for f in reversed(frames))
    return f"{type(failure).__name__} at {places}"


def _fallen(desks: Desks, row: InboxRow, failure: Exception) -> int:
    """One more try is over; whether the arrival is in quarantine now."""
    at = desks.world.now().astimezone(UTC)
    with desks.team.store.write() as writer:
        writer.tried_arrival(row.number)
        if row.tries + 1 < TRIES:
            return 0
        reason = FAILED.format(name=type(failure).__name__)
        writer.settle_arrival(row.number, InboxState.QUARANTINE, at=at, reason=reason)
    return 1


def _bring(desks: Desks, rows: Sequence[InboxRow]) -> int:
    """Arrivals understood, brought in and settled; how many nobody could understand."""
    home, sources = _home(desks.team, desks.world)
    heard = [understood(row, sources.get(row.source), home) for row in rows]
    for group in _groups(desks, heard).values():
        if group.reading.kind is ImportKind.LEADS:
            _bring_leads(desks, group)
        else:
            _bring_rows(desks, group, group.rows)
    for one in heard:
        lay_down(desks.world.disk, desks.team.settings.folder, one.files)
    at = desks.world.now().astimezone(UTC)
    with desks.team.store.write() as writer:
        for (bad, reason), numbers in _ended(heard).items():
            state = InboxState.QUARANTINE if bad else InboxState.DONE
            writer.settle_arrivals(numbers, state, at=at, reason=reason)
    for one in heard:
        if one.bad:
            LOG.info("intake %s: quarantine %s", one.row.source, one.row.number)
    return sum(one.bad for one in heard)


def _ended(heard: Sequence[Understood]) -> dict[tuple[bool, str], list[int]]:
    """Numbers of arrivals by how they ended."""
    found: dict[tuple[bool, str], list[int]] = {}
    for one in heard:
        found.setdefault((one.bad, one.reason), []).append(one.row.number)
    return found


def _home(team: Team, world: World) -> tuple[Home, Mapping[str, Source]]:
    with team.store.read() as reader:
        people = frozenset(
            text(row, "login").casefold()
            for row in reader.rows("staff").values()
            if "@" in text(row, "login")
        )
    sources = read_sources(world.disk, team.state)
    return Home(wish_of(team, world.disk), people), {one.name: one for one in sources}


@dataclass(slots=True)
class Group:
    """Rows of one kind and source that are brought in together."""

    reading: Reading
    name: str
    rows: list[Incoming] = field(default_factory=list)


def _groups(desks: Desks, heard: Sequence[Understood]) -> dict[tuple[ImportKind, str, str], Group]:
    """Readings of one kind, source of facts and merging put together, in order of arrival."""
    groups: dict[tuple[ImportKind, str, str], Group] = {}
    letters: list[Incoming] = []
    for one in heard:
        for reading in one.readings:
            rows = [row for row in reading.rows if isinstance(row, Incoming)]
            key = (reading.kind, reading.source, reading.merging.value)
            group = groups.setdefault(key, Group(reading, one.row.source))
            group.rows += rows
            if one.personal and reading.kind is ImportKind.LEADS:
                letters += rows
    if letters:
        _leave_out(desks, groups, letters)
    return groups


def _leave_out(
    desks: Desks,
    groups: Mapping[tuple[ImportKind, str, str], Group],
    letters: Sequence[Incoming],
) -> None:
    """Letters of people whom we know are no leads; those that became leads once stay theirs."""
    personal = {row.key for row in letters}
    with desks.desk("") as desk:
        asking = {row.key for row in strangers(desk, letters)}
        for group in groups.values():
            if group.reading.kind is ImportKind.LEADS:
                kept = asking | desk.writer.some_facts(group.reading.source, personal).keys()
                group.rows = [r for r in group.rows if r.key not in personal or r.key in kept]
        desk.writer.cancel()


def _bring_leads(desks: Desks, group: Group) -> None:
    """Leads, each person's requests one after another, so that the later ones find the first."""
    rows: Sequence[Incoming] = group.rows
    while rows:
        with desks.desk(group.name) as desk:
            found = join_leads(desk, group.reading.source, rows)
            if not found.joined:
                desk.writer.cancel()
        _bring_rows(desks, group, found.fresh)
        rows = found.again


def _bring_rows(desks: Desks, group: Group, rows: Sequence[Incoming]) -> None:
    if rows:
        reading = replace(group.reading, rows=tuple(rows))
        bring_reading(desks.team, reading, group.name, world=desks.world)
