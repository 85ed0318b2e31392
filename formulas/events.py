"""Activity of people: calls, meetings, contacts, offers and invoices (METRICS.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from formulas.owners import NOT_STATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from formulas.periods import Period

MIN_CALL_SECONDS = 10
"""Talk shorter than this is no call: nobody was reached."""


class EventKind(Enum):
    """What happened."""

    CALL = "call"
    MEETING = "meeting"
    MESSAGE = "message"
    OFFER = "offer"
    INVOICE = "invoice"


class EventMeasure(Enum):
    """What is counted."""

    CALLS = "calls"
    DIALS = "dials"
    CONTACTS = "contacts"
    OFFERS = "offers"
    INVOICES = "invoices"
    MEETINGS = "meetings"


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded event; `at` is local time of the workspace."""

    manager: str | None
    kind: EventKind
    at: datetime | None
    seconds: int = 0
    client: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Count by manager; the total of contacts counts a client once."""

    rows: dict[str, int]
    total: int


DOCUMENTS = {
    EventMeasure.OFFERS: EventKind.OFFER,
    EventMeasure.INVOICES: EventKind.INVOICE,
}


def count(
    events: Iterable[Event],
    measure: EventMeasure,
    period: Period,
    *,
    min_call_seconds: int = MIN_CALL_SECONDS,
) -> Activity:
    """How often the measure happened in the period, by the person recorded on the event."""
    dated = sorted(
        ((event.at, event) for event in events if event.at is not None), key=lambda known: known[0]
    )
    if measure in DOCUMENTS:
        first_sends = _first_sends(event for _, event in dated if event.kind is DOCUMENTS[measure])
        return _by_manager(_inside(first_sends, period))
    inside = _inside((event for _, event in dated), period)
    counted = [event for event in inside if _counts(measure, min_call_seconds)(event)]
    return _contacts(counted) if measure is EventMeasure.CONTACTS else _by_manager(counted)


def _counts(measure: EventMeasure, min_call_seconds: int) -> Callable[[Event], bool]:
    """The rule that says whether an event counts for a measure other than documents."""

    def is_call(event: Event) -> bool:
        return event.kind is EventKind.CALL and event.seconds >= min_call_seconds

    def is_contact(event: Event) -> bool:
        return is_call(event) or event.kind in {EventKind.MEETING, EventKind.MESSAGE}

    rules: dict[EventMeasure, Callable[[Event], bool]] = {
        EventMeasure.CALLS: is_call,
        EventMeasure.DIALS: lambda event: event.kind is EventKind.CALL,
        EventMeasure.CONTACTS: lambda event: event.client is not None and is_contact(event),
        EventMeasure.MEETINGS: lambda event: event.kind is EventKind.MEETING,
    }
    return rules[measure]


def _first_sends(events: Iterable[Event]) -> list[Event]:
    """Each document's first send; a send without a document number stands for itself."""
    seen: set[str] = set()
    firsts = []
    for event in events:
        if event.document is None or event.document not in seen:
            firsts.append(event)
            seen.update([event.document] if event.document else [])
    return firsts


def _inside(events: Iterable[Event], period: Period) -> list[Event]:
    return [event for event in events if event.at is not None and event.at.date() in period]


def _by_manager(events: Iterable[Event]) -> Activity:
    rows: dict[str, int] = {}
    for event in events:
        manager = event.manager or NOT_STATED
        rows[manager] = rows.get(manager, 0) + 1
    return Activity(rows, sum(rows.values()))


def _contacts(events: Iterable[Event]) -> Activity:
    rows: dict[str, set[str | None]] = {}
    for event in events:
        rows.setdefault(event.manager or NOT_STATED, set()).add(event.client)
    everyone = set().union(*rows.values())
    return Activity({manager: len(clients) for manager, clients in rows.items()}, len(everyone))
