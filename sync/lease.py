"""The lease on a team's store: one daemon at a time, whatever machine it runs on.

The lock of the operating system binds one machine. The lease binds all who share the store: each
holder gets the next number, and every transaction of a holder checks that its number still stands
(`Store.fence`). A holder is believed dead when its counter stands still while we watch it for as
long as `EXPIRES`; clocks of two machines are never compared for that, they only spare the waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from model.errors import AlreadyRunning, CrmError
from model.records import Lease
from store import Store

EXPIRES = 180.0
"""Seconds without a sign of life; the daemon gives one every minute."""
LOOKS = 6
"""So often the counter of a silent holder is looked at meanwhile."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who wants the lease: the account, the machine, the process."""

    who: str
    host: str
    pid: int


@contextmanager
def leased(
    store: Store, holder: Holder, now: datetime, *, pause: Callable[[float], object]
) -> Iterator[Lease]:
    """The lease as long as the block runs; raises AlreadyRunning (facts host, pid, since).

    Called under the machine's own lock, so a lease of this machine is of a process that died.
    `pause` waits real seconds.
    """
    with store.read() as reader:
        known = reader.lease()
    if known is not None and not known.free and known.host != holder.host:
        _see_it_silent(store, known, now, pause)
    at = now.astimezone(UTC)
    with store.write() as writer:
        found = writer.lease()
        if found is not None and found != known:  # a third one was quicker
            raise _running(found, now)
        lease = writer.grant(Lease(holder.who, holder.host, holder.pid, since=at, beat_at=at))
    store.fence = lease.fence
    try:
        yield lease
    finally:
        with suppress(CrmError), store.write() as writer:  # a lost lease is not ours to free
            writer.release()
        store.fence = None


def beat(store: Store, now: datetime) -> None:
    """A sign of life; raises LeaseLost when another has taken over. Without a lease: nothing."""
    if store.fence is not None:
        with store.write() as writer:
            writer.beat(now.astimezone(UTC))


def _see_it_silent(
    store: Store, known: Lease, now: datetime, pause: Callable[[float], object]
) -> None:
    """Returns once the holder gave no sign for as long as a lease lasts; else AlreadyRunning."""
    if abs((now - known.beat_at).total_seconds()) < EXPIRES:
        raise _running(known, now)
    for _ in range(LOOKS):
        pause(EXPIRES / LOOKS)
        with store.read() as reader:
            if reader.lease() != known:
                raise _running(reader.lease() or known, now)


def _running(lease: Lease, now: datetime) -> AlreadyRunning:
    since = lease.since.astimezone(now.tzinfo)
    return AlreadyRunning(pid=lease.pid, host=lease.host, since=f"{since:%d.%m %H:%M}")
