"""The lease of the daemon: who works with the team, under a number that only ever grows.

Order comes from the number. A holder that was thought dead and comes back carries an older number
than the row, and its next transaction fails before it has written anything.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from model.errors import LeaseLost
from model.records import Lease
from store.schema import leases
from store.statements import put_line

ONLY = 1
"""Key of the one line of the table."""


def current(connection: Connection) -> Lease | None:
    """The lease as it stands; None before the first one."""
    row = connection.execute(select(leases).where(leases.c.number == ONLY)).mappings().first()
    return Lease(**{k: v for k, v in row.items() if k != "number"}) if row is not None else None


def grant(connection: Connection, lease: Lease) -> Lease:
    """The lease under the next number; whoever held the earlier one is shut out from now on."""
    known = current(connection)
    granted = replace(lease, fence=known.fence + 1 if known is not None else 1, free=False)
    put_line(connection, leases, {"number": ONLY, **asdict(granted)})
    return granted


def check(connection: Connection, fence: int) -> None:
    """Nothing while the lease of that number stands; raises LeaseLost, naming the new holder."""
    known = current(connection)
    if known is None or known.fence != fence or known.free:
        raise LeaseLost(
            host=known.host if known is not None else "?",
            pid=known.pid if known is not None else "?",
            since=f"{known.since:%d.%m %H:%M}" if known is not None else "?",
        )


def beat(connection: Connection, at: datetime) -> None:
    """A sign of life of the holder: the counter moves on; the time is for people."""
    known = leases.c.number == ONLY
    connection.execute(update(leases).where(known).values(beat=leases.c.beat + 1, beat_at=at))


def release(connection: Connection) -> None:
    """Leaves the lease free for anybody; its number stays."""
    connection.execute(update(leases).where(leases.c.number == ONLY).values(free=True))
