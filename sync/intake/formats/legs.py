"""Legs of a telephone exchange joined into calls: one call is many rows of its log.

A call was talked when a person's leg was; a machine that answers is not a person. Legs of one call
need not stand together, so calls stay open for a while; a leg that comes later makes a second piece
of the same call, which the store joins by its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sync.imports import Incoming, Refused
from sync.intake.formats.reading import Row, row_of

IN, OUT = "входящий", "исходящий"
OPEN = 20_000
"""Calls that wait for their other legs: more than a busy exchange begins within hours."""
LEG = "leg"
"""Of an incoming row: how long the person talked, and who it was; the longest talk tells."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One row of a log of calls."""

    line: int
    call: str
    """The number that all legs of the call share."""
    at: datetime
    """Local to the team."""
    number: str
    """Of the other side, as the log writes it."""
    way: str
    person: str = ""
    """Extension or name of the one who talked or was called."""
    talk: int = 0
    """Seconds that a person talked."""
    record: str = ""
    inner: bool = False
    """Between two of our own."""


@dataclass(slots=True)
class Call:
    """The legs of one call so far."""

    first: Leg
    at: datetime
    number: str
    talk: int = 0
    person: str = ""
    rung: str = ""
    """Somebody whose telephone rang, should nobody have talked."""
    record: str = ""
    inner: bool = True

    def add(self, leg: Leg) -> None:
        """Takes a leg in; the order of legs does not matter."""
        if (leg.at, -leg.line) < (self.at, -self.first.line) or not self.number:
            self.number = leg.number or self.number
        self.at = min(self.at, leg.at)
        if (leg.talk, leg.person) > (self.talk, self.person) and leg.talk:
            self.talk, self.person = leg.talk, leg.person or self.person
        self.rung = max(self.rung, leg.person)
        self.record = max(self.record, leg.record)
        self.inner = self.inner and leg.inner


def joined(legs: Iterable[Leg | Refused]) -> Iterator[Row]:
    """One row a call, in the order in which calls began; refused lines as they come."""
    calls: dict[str, Call] = {}
    for leg in legs:
        if isinstance(leg, Refused):
            yield leg
            continue
        call = calls.get(leg.call)
        if call is None:
            call = calls[leg.call] = Call(leg, leg.at, leg.number)
        call.add(leg)
        if len(calls) > OPEN:
            yield _row(calls.pop(next(iter(calls))))
    for call in calls.values():
        yield _row(call)


def _row(call: Call) -> Row:
    if call.inner:
        return Refused(call.first.line, (call.first.call,), "внутренний звонок", ours=False)
    if not call.number:
        return Refused(call.first.line, (call.first.call,), "нет номера", ours=False)
    return call_row(
        call.first.line,
        call.first.call,
        {
            "at": call.at,
            "dir": call.first.way,
            "number": call.number,
            "sec": str(call.talk),
            "answered": call.talk > 0,
            "record_url": call.record,
        },
        person=call.person or call.rung,
        talk=call.talk,
    )


def call_row(
    line: int,
    call: str,
    values: dict[str, str | bool | datetime],
    *,
    person: str,
    talk: int,
) -> Incoming:
    """A call as a row; pieces of it that come apart agree on whose it was by the longest talk."""
    extra = {LEG: f"{talk:06}|{person}"} if person else {}
    return row_of(line, f"id:{call}", {"source_id": call, "manager": person, **values}, extra=extra)
