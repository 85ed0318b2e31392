"""New letters of a mailbox, landed with the place that reading has reached.

A letter is known by its Message-ID with sender, day and subject, so that the same one in another
folder, or numbered anew by the server, counts once. The place is UIDVALIDITY and the last UID of a
folder; when the server numbers a folder anew, the letters of the last days are read again and add
nothing. What a letter says is looked at later, by the pass: here none is opened, so none can stop
the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import Protocol

from model.arrivals import Landed
from model.errors import CrmError
from model.texts import say
from store.landing import Landing
from sync.intake.sources import Mailbox, Source

LETTER = "message/rfc822"
TOO_LARGE = "message/rfc822-headers"
"""A letter of which only the head was fetched."""
MOST_BYTES = 25 * 1024 * 1024
TOGETHER = 20
"""Letters that land in one transaction."""


class Session(Protocol):
    """An open mailbox; every failure is a CrmError."""

    def choose(self, folder: str) -> str:
        """The folder's UIDVALIDITY; it is opened for reading only."""
        ...

    def letters(self, after: int, since: date | None) -> Sequence[tuple[int, int]]:
        """UID and size of each letter past a UID and not older than a day, in order."""
        ...

    def fetch(self, uid: int, *, head_only: bool) -> bytes:
        """The bytes of a letter, which stays unread; empty when it is gone meanwhile."""
        ...


class Post(Protocol):
    """Whoever opens mailboxes."""

    def opened(self, source: str, box: Mailbox) -> AbstractContextManager[Session]:
        """The mailbox of a source, logged in; raises NoMail."""
        ...


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at a mailbox gave."""

    letters: int = 0
    fault: str = ""
    """What went wrong, in words for people."""


def look(source: Source, post: Post, landing: Landing, now: datetime) -> Looked:
    """New letters of all folders landed; a failure is written down and the next look goes on."""
    if source.mailbox is None:
        return Looked()
    taken, fault = 0, ""
    try:
        with post.opened(source.name, source.mailbox) as session:
            for folder in source.mailbox.folders:
                for letters, place in _portions(source, session, folder, landing, now):
                    landing.land(letters, cursor=(source.name, folder, place))
                    taken += len(letters)
    except CrmError as failure:
        fault = say(failure.text, **failure.facts)
    landing.note_contact(source.name, now, fault)
    return Looked(taken, fault)


def _portions(
    source: Source, session: Session, folder: str, landing: Landing, now: datetime
) -> Iterator[tuple[list[Landed], str]]:
    """Letters to land together, each portion with the place that it reaches."""
    validity = session.choose(folder)
    was, _, last = landing.cursor(source.name, folder).partition(" ")
    after, since = (int(last), None) if was == validity else (0, _first_day(source, now))
    waiting = session.letters(after, since)
    for start in range(0, len(waiting), TOGETHER):
        portion = waiting[start : start + TOGETHER]
        letters = [_letter(source, session, uid, size, now) for uid, size in portion]
        yield [one for one in letters if one.raw], f"{validity} {portion[-1][0]}"


def _first_day(source: Source, now: datetime) -> date:
    days = source.mailbox.days if source.mailbox is not None else 0
    return now.date() - timedelta(days=days)


def _letter(source: Source, session: Session, uid: int, size: int, now: datetime) -> Landed:
    large = size > MOST_BYTES
    raw = session.fetch(uid, head_only=large)
    return Landed(source.name, key_of(raw), now, TOO_LARGE if large else LETTER, raw)


def key_of(raw: bytes) -> str:
    """What a letter is known by, wherever it lies: its Message-ID and head, else its bytes."""
    head = BytesHeaderParser(policy=compat32).parsebytes(raw)
    named = " ".join(str(head.get("message-id", "")).split())
    if not named:
        return f"raw:{hashlib.sha256(raw).hexdigest()[:32]}"
    about = "\0".join(str(head.get(name, "")) for name in ("from", "date", "subject"))
    digest = hashlib.sha256(about.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"mid:{named[:200]}:{digest}"
