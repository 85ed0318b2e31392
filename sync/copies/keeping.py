"""Copies kept in order: folded, let go of by the rule, the store among them, the night's work."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backups import Copy, Label, Retention
from backups.online import examined, online_copy
from backups.sealing import Key
from model.errors import CrmError, LeaseLost, NotRehearsed
from model.texts import say
from store import Writer
from sync.books.read import Loaded
from sync.copies.condition import SENT, TROUBLE
from sync.copies.place import send
from sync.copies.reading import report_of
from sync.copies.rehearsal import STORE, last_good, moment_of, rehearse
from sync.cycle import SHAPED
from sync.delivery import MEANWHILE
from sync.displaced import LATE, UNREADABLE
from sync.restoring import BEFORE
from sync.settings import Settings
from sync.team import Team
from sync.world import World

LOG = logging.getLogger("sheetcrm")
FOREVER = frozenset({SHAPED, BEFORE, MEANWHILE, LATE, UNREADABLE, "copy"})
"""Reasons of copies that a question or an action with a number may name."""
NIGHT = "copies:night"
"""Job of the store: when the copies were put in order last."""
STORE_TAKEN = "store"
"""Why of the daily copy of the store."""
TRUSTED = timedelta(days=7)
"""So long a good rehearsal lets old copies go."""
SEND_EVERY = timedelta(hours=1)
FOLDS_AT_ONCE = 4
"""Files folded between two looks at the books."""
WEEKLY = 6
"""Sunday: every copy is read."""


def rule_of(settings: Settings) -> Retention:
    """Which copies the team keeps."""
    return Retention(
        last=settings.copies_last,
        hours=settings.copies_hours,
        days=settings.copies_days,
        weeks=settings.copies_weeks,
        months=settings.copies_months,
        forever=FOREVER,
        zone=ZoneInfo(settings.zone),
    )


def fold_waiting(team: Team, *, most: int | None = None) -> int:
    """Number of files that were folded, the oldest ones first."""
    with team.backups.held():
        waiting = team.backups.waiting()
        return sum(team.backups.fold(token, whole=FOREVER) for token in waiting[:most])


def after_pass(team: Team, read: Iterable[Loaded]) -> None:
    """Fold what the pass kept and remember what stood in it; a fault here harms no book."""
    try:
        tell_read(team, read)
        fold_waiting(team, most=FOLDS_AT_ONCE)
    except CrmError as failure:
        LOG.warning("%s", say(failure.text, **failure.facts))


def tell_read(team: Team, read: Iterable[Loaded]) -> None:
    """Remember of each book that was just read what a rehearsal must find in its copy."""
    for loaded in read:
        token = loaded.file.sha256
        if team.backups.told(token) is None and team.backups.find(token) is not None:
            team.backups.tell(token, report_of(loaded.snapshot, team.blueprint))


def take_store(team: Team, now: datetime) -> Copy:
    """A copy of the store, taken while it works and found whole."""
    raw = online_copy(team.state / "store.sqlite3")
    counts = examined(raw, "store.sqlite3")
    copy = team.backups.take(STORE, raw, at=now.astimezone(UTC), why=STORE_TAKEN)
    team.backups.tell(copy.sha256, json.dumps(counts, sort_keys=True))
    return copy


@dataclass(frozen=True, slots=True)
class Pruned:
    """Copies that go, and for what reasons the others stay."""

    gone: tuple[Copy, ...]
    stay: Mapping[int, tuple[Label, ...]]


def prune(team: Team, now: datetime, *, dry_run: bool = False) -> Pruned:
    """Let go of what the rule does not keep; raises NotRehearsed."""
    good = last_good(team)
    if good is None or abs(now - good) > TRUSTED:
        since = "самого начала" if good is None else f"{good.astimezone(now.tzinfo):%d.%m.%Y}"
        raise NotRehearsed(since=since)
    rule = rule_of(team.settings)
    copies, stay = team.backups.list(), team.backups.stays(rule)
    if not dry_run:
        team.backups.prune(rule)
    return Pruned(tuple(copy for copy in copies if copy.id not in stay), stay)


def night(team: Team, world: World, key: Callable[[], Key | None]) -> None:
    """Once a night: fold, copy the store, rehearse, let old copies go, send to the second place."""
    now = world.now()
    if now.time() < time.fromisoformat(team.settings.copies_night) or _done(team, NIGHT, now):
        return
    steps: tuple[Callable[[], object], ...] = (
        lambda: fold_waiting(team),
        lambda: take_store(team, now),
        lambda: rehearse(team, world, everything=now.weekday() == WEEKLY),
        lambda: prune(team, now),
        lambda: fold_waiting(team),
        lambda: send_due(team, world, key, every=timedelta()),
    )
    troubles = [trouble for step in steps if (trouble := _tried(step))]
    with team.store.write() as writer:
        writer.mark_job(NIGHT, now.astimezone(UTC))
        writer.set_meta(TROUBLE, troubles[0] if troubles else "")


def send_due(
    team: Team, world: World, key: Callable[[], Key | None], *, every: timedelta = SEND_EVERY
) -> int:
    """Number of packs sent to the second place, when there is one and it is time."""
    if not team.settings.copies_place:
        return 0
    now = world.now()
    with team.store.read() as reader:
        last = moment_of(reader, SENT)
    if last is not None and abs(now - last) < every:
        return 0
    count = len(send(team, world, key()))
    with team.store.write() as writer:
        mark_sent(writer, now)
    return count


def mark_sent(writer: Writer, now: datetime) -> None:
    """The second place has everything from now on."""
    writer.set_meta(SENT, now.astimezone(UTC).isoformat())


def _done(team: Team, job: str, now: datetime) -> bool:
    with team.store.read() as reader:
        done = reader.job_done(job)
    return done is not None and done.astimezone(now.tzinfo).date() == now.date()


def _tried(step: Callable[[], object]) -> str:
    """What went wrong in a step, in words; the others are done all the same."""
    try:
        step()
    except LeaseLost:
        raise
    except CrmError as failure:
        words = say(failure.text, **failure.facts)
        LOG.warning("%s", words)
        return words
    return ""
