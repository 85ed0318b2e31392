"""Arrivals: bytes of strangers, each source and key once, until a pass has understood them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from model.arrivals import InboxRow, InboxState, Landed, SourceHealth
from store.schema import inbox
from store.statements import upsert

BY_CONTENT = "body:"
"""Start of the key of an arrival that names nothing to know it by: only its content does."""
SENT_AGAIN = timedelta(minutes=10)
"""The same nameless content within this time is the same thing sent again."""


def take(connection: Connection, landed: Sequence[Landed]) -> int:
    """Number of arrivals that were new; what is known already adds nothing."""
    taken = 0
    for nameless, run in groupby(landed, lambda one: one.key.startswith(BY_CONTENT)):
        if not nameless:
            taken += _add(connection, list(run))
            continue
        for one in run:  # each may be the one before it, sent again
            dated = _dated(connection, one)
            taken += 0 if dated is None else _add(connection, [dated])
    return taken


def _add(connection: Connection, landed: Sequence[Landed]) -> int:
    lines = [
        {
            "source": one.source,
            "key": one.key,
            "received": one.received,
            "media": one.media,
            "raw": one.raw,
            "state": InboxState.WAITING.value,
            "reason": "",
            "tries": 0,
        }
        for one in landed
    ]
    return connection.execute(upsert(inbox).on_conflict_do_nothing(), lines).rowcount


def _dated(connection: Connection, one: Landed) -> Landed | None:
    """A nameless arrival under a key with its time; None when it is the last one sent again."""
    same = select(func.max(inbox.c.received)).where(
        inbox.c.source == one.source,
        inbox.c.key >= f"{one.key}@",
        inbox.c.key < f"{one.key}A",
    )
    last = connection.scalar(same)
    if last is not None and abs(one.received - last) <= SENT_AGAIN:
        return None
    return replace(one, key=f"{one.key}@{one.received.isoformat()}")


def waiting(connection: Connection, limit: int) -> list[InboxRow]:
    """Arrivals that nobody has looked at yet, oldest first."""
    return _rows(connection, InboxState.WAITING, limit)


def quarantined(connection: Connection, limit: int) -> list[InboxRow]:
    """Arrivals that could not be understood, oldest first."""
    return _rows(connection, InboxState.QUARANTINE, limit)


def _rows(connection: Connection, state: InboxState, limit: int) -> list[InboxRow]:
    wanted = select(inbox).where(inbox.c.state == state.value)
    return [_row(row) for row in connection.execute(wanted.order_by(inbox.c.number).limit(limit))]


def one(connection: Connection, number: int) -> InboxRow | None:
    """An arrival by its number."""
    row = connection.execute(select(inbox).where(inbox.c.number == number)).first()
    return None if row is None else _row(row)


def settle(
    connection: Connection, numbers: Sequence[int], state: InboxState, at: datetime, reason: str
) -> None:
    """Writes down what became of arrivals; putting them back to wait lets them be tried anew."""
    content = {
        "state": state.value,
        "reason": reason,
        "settled_at": None if state is InboxState.WAITING else at,
    }
    connection.execute(update(inbox).where(inbox.c.number.in_(numbers)).values(content))


def tried(connection: Connection, number: int) -> None:
    """One more failure of ours with an arrival."""
    fallen = update(inbox).where(inbox.c.number == number).values(tries=inbox.c.tries + 1)
    connection.execute(fallen)


def health(connection: Connection) -> list[SourceHealth]:
    """How each source fares that ever sent anything, by name."""
    is_waiting = inbox.c.state == InboxState.WAITING.value
    wanted = select(
        inbox.c.source,
        func.max(inbox.c.received).label("last"),
        func.sum(case((is_waiting, 1), else_=0)).label("waiting"),
        func.min(case((is_waiting, inbox.c.received))).label("oldest"),
        func.sum(case((inbox.c.state == InboxState.QUARANTINE.value, 1), else_=0)).label("bad"),
    ).group_by(inbox.c.source)
    return [
        SourceHealth(row.source, row.last, row.waiting, row.oldest, row.bad)
        for row in connection.execute(wanted.order_by(inbox.c.source))
    ]


def _row(row: Row[Any]) -> InboxRow:
    return InboxRow(
        number=row.number,
        source=row.source,
        key=row.key,
        received=row.received,
        media=row.media,
        raw=row.raw,
        state=InboxState(row.state),
        reason=row.reason,
        tries=row.tries,
        settled_at=row.settled_at,
    )
