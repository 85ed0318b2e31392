"""A restore tried out: a copy by chance comes back in memory, is read, and must say what it said.

Only this says that copies are good; that they were written says nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from backups import Copy
from backups.online import examined
from model.errors import BackupDamaged, CrmError
from model.texts import say
from store import Reader
from sync.copies.reading import opened_copy, report_of
from sync.looking import token_of
from sync.team import Team
from sync.world import World

STORE = "#store"
"""Book key of the copies of the store."""
REHEARSED = "copies:rehearsed"
"""Meta key: the last rehearsal."""
GOOD = "copies:good"
"""Job: when a rehearsal was good last."""
CHANCE = 8
"""Bytes by which a copy is chosen."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it; `trouble` is empty when everything came back as it was."""

    at: datetime
    copy: int
    book: str
    read: int
    """How many copies were read."""
    trouble: str = ""
    damaged: tuple[int, ...] = ()


def rehearse(team: Team, world: World, *, everything: bool = False) -> Rehearsal:
    """Restore a copy chosen by chance and the newest copy of the store, compare, remember."""
    now = world.now()
    strange = team.backups.strange()
    copies = [copy for copy in team.backups.list() if copy.id not in strange]
    books = [copy for copy in copies if copy.book != STORE]
    chosen = books[int.from_bytes(world.random_bytes(CHANCE)) % len(books)] if books else None
    stores = [copy for copy in copies if copy.book == STORE][:1]
    troubles = [] if team.backups.is_sound() else [say(BackupDamaged.text, **_file(team))]
    looked = [copy for copy in (chosen, *stores) if copy is not None]
    troubles += [words for copy in looked if (words := _differs(team, copy))]
    damaged = tuple(c.id for c in copies if not team.backups.verify(c.id)) if everything else ()
    if damaged and not troubles:
        troubles.append(f"Копии повреждены: {', '.join(map(str, damaged))}")
    done = Rehearsal(
        now,
        chosen.id if chosen is not None else 0,
        chosen.book if chosen is not None else "",
        len(copies) if everything else len(looked),
        troubles[0] if troubles else "",
        damaged,
    )
    _remember(team, done)
    return done


def last_rehearsal(reader: Reader) -> Rehearsal | None:
    """The last one; None before the first."""
    found = reader.meta(REHEARSED)
    if not found:
        return None
    at, copy, book, read, trouble, damaged = json.loads(found)
    return Rehearsal(datetime.fromisoformat(at), copy, book, read, trouble, tuple(damaged))


def last_good(team: Team) -> datetime | None:
    """When everything came back as it was."""
    with team.store.read() as reader:
        return reader.job_done(GOOD)


def _remember(team: Team, done: Rehearsal) -> None:
    at = done.at.astimezone(UTC)
    words = [at.isoformat(), done.copy, done.book, done.read, done.trouble, done.damaged]
    with team.store.write() as writer:
        writer.set_meta(REHEARSED, json.dumps(words, ensure_ascii=False))
        if not done.trouble:
            writer.mark_job(GOOD, at)


def _differs(team: Team, copy: Copy) -> str:
    """What is not as it was in a copy, in words; empty when everything is."""
    try:
        raw = team.backups.read(copy.id)
        told = team.backups.told(copy.sha256)
        if copy.book == STORE:
            report = json.dumps(examined(raw, "store.sqlite3"), sort_keys=True)
        elif told is None:
            return "" if token_of(raw) == copy.sha256 else _readable(team, copy)
        else:
            report = report_of(opened_copy(team, copy).snapshot, team.blueprint)
    except CrmError as failure:
        return say(failure.text, **failure.facts)
    if told is not None and report != told:
        return f"Копия {copy.id} читается не так, как при записи"
    return ""


def _readable(team: Team, copy: Copy) -> str:
    """Empty when a copy without a report of its own can at least be read as a workbook."""
    opened_copy(team, copy)
    return ""


def _file(team: Team) -> dict[str, object]:
    return {"path": team.backups.path, "detail": "список копий"}
