"""Bytes of an arrival as rows of the trade, or the reason why they are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from zoneinfo import ZoneInfo

from model.arrivals import InboxRow
from model.emails import FREE_HOSTS
from model.errors import CrmError
from model.texts import say
from model.values import Value
from sync.imports import ImportKind, Incoming, Refused
from sync.intake.attached import attached
from sync.intake.formats import Reading, Wish, lead_row, letter_of, recognised
from sync.intake.formats.letters import letter_row, said_in
from sync.intake.formats.profiles import all_profiles
from sync.intake.formats.reading import Merging, source_of
from sync.intake.mail.reading import LETTER, TOO_LARGE
from sync.intake.sources import Source
from sync.settle.letters import IN, OUT

OLDEST, AHEAD = timedelta(days=400), timedelta(days=1)
"""Between these a letter's own date is believed."""
BULK = ("list-unsubscribe", "list-id", "x-mailgun-tag")
"""Headers of mailings: such a letter asks for nothing."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The rows of an arrival; without any, the reason and whether a person must look."""

    row: InboxRow
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    bad: bool = False
    personal: bool = False
    """A letter from a person, who may be one that we know: not a form that a site sent."""
    files: tuple[tuple[str, bytes], ...] = ()
    """For the folder: what a letter brings along."""


@dataclass(frozen=True, slots=True)
class Home:
    """What understanding needs to know of the team."""

    wish: Wish
    """Zone, stages and profiles."""
    addresses: frozenset[str] = frozenset()
    """E-mails of our own people."""

    def local(self, row: InboxRow) -> datetime:
        """When an arrival came, by the team's clocks."""
        at = row.received.astimezone(ZoneInfo(self.wish.zone))
        return at.replace(tzinfo=None, microsecond=0)


def understood(row: InboxRow, source: Source | None, home: Home) -> Understood:
    """What an arrival says."""
    try:
        if row.media == TOO_LARGE:
            return Understood(row, reason="письмо больше 25 МБ: прочитайте его в почте", bad=True)
        if row.media == LETTER:
            return _letter(row, source, home)
        return _request(row, source, home)
    except CrmError as error:
        return Understood(row, reason=say(error.text, **error.facts), bad=True)


def _request(row: InboxRow, source: Source | None, home: Home) -> Understood:
    found = recognised(row.raw, row.source, _wish(row, source, home))
    rows = tuple(found.rows)
    taken = tuple(one for one in rows if isinstance(one, Incoming))
    refused = [one for one in rows if isinstance(one, Refused)]
    reason = "; ".join(dict.fromkeys(one.reason for one in refused if one.reason))
    bad = any(one.ours for one in refused)
    readings = (replace(found, rows=taken),) if taken else ()
    return Understood(row, readings, reason, bad and not taken)


def _wish(row: InboxRow, source: Source | None, home: Home) -> Wish:
    wish = replace(home.wish, came=home.local(row))
    if source is None or not source.zone:
        return wish
    names = {profile.name for profile in all_profiles(wish.profiles)}
    return replace(wish, zones=dict.fromkeys(names, source.zone))


def _letter(row: InboxRow, source: Source | None, home: Home) -> Understood:
    """A letter of the log, and a lead when somebody asks for something in it."""
    letter = letter_of(row.raw)
    clock, came = home.wish.clock("mail"), home.local(row)
    way = OUT if is_ours(letter.sender, source, home) else IN
    kept = letter_row(1, letter, clock)
    if isinstance(kept, Refused):
        return Understood(row, reason=kept.reason, bad=True)
    at = _believed(kept.values.get("at"), came)
    log = _reading(ImportKind.LETTERS, _with(kept, at=at, dir=way))
    brought = attached(letter, row.raw, source)
    if brought.files or brought.reason:
        return Understood(row, (log,), brought.reason, files=brought.files)
    lead = None if way == OUT or _is_bulk(row.raw) else lead_row(1, letter, clock)
    if not isinstance(lead, Incoming):
        return Understood(row, (log,), lead.reason if lead is not None else "")
    asks = _with(lead, at=at)
    readings = (log, _reading(ImportKind.LEADS, asks))
    return Understood(row, readings, personal=not said_in(letter.text))


def _with(row: Incoming, **values: Value) -> Incoming:
    return replace(row, values={**row.values, **values})


def _believed(sent: object, came: datetime) -> datetime:
    """When a letter was sent, unless its date lies."""
    if isinstance(sent, datetime) and came - OLDEST <= sent <= came + AHEAD:
        return sent
    return came


def is_ours(address: str, source: Source | None, home: Home) -> bool:
    """Whether one of our own people wrote a letter."""
    address = address.casefold()
    if address in home.addresses:
        return True
    box = source.mailbox.user.casefold() if source is not None and source.mailbox else ""
    if not box:
        return False
    host, sender_host = box.partition("@")[2], address.partition("@")[2]
    return address == box or (bool(host) and host == sender_host and host not in FREE_HOSTS)


def _is_bulk(raw: bytes) -> bool:
    head: Message = BytesHeaderParser(policy=compat32).parsebytes(raw)
    precedence = str(head.get("precedence", "")).casefold()
    return precedence in {"bulk", "junk", "list"} or any(name in head for name in BULK)


def _reading(kind: ImportKind, row: Incoming) -> Reading:
    return Reading(
        kind=kind,
        format="eml",
        title="Письмо",
        source=source_of(kind, "mail"),
        rows=(row,),
        merging=Merging.JOINED,
    )
