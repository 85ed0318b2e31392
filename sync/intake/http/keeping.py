"""Arrivals written down together: what came while the disk was busy goes in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from model.arrivals import Landed
from store.landing import Landing


@dataclass(slots=True)
class Together:
    """Keeps arrivals in a landing file; one writing at a time, each of all that wait."""

    landing: Landing
    landed: Callable[[], object] = lambda: None
    """Called when something has come in: once for all that was written together."""
    _waiting: list[tuple[Landed, asyncio.Future[None]]] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None

    async def keep(self, one: Landed) -> None:
        """Returns when the arrival is on the disk; raises CrmError when it cannot be."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self.landing.land, [one for one, _ in batch])
            except Exception as failure:  # noqa: BLE001  # told to each that waits for it
                _finish(batch, failure)
            else:
                _finish(batch, None)
                self.landed()


def _finish(batch: list[tuple[Landed, asyncio.Future[None]]], failure: Exception | None) -> None:
    for _, done in batch:
        if done.cancelled():
            continue
        if failure is None:
            done.set_result(None)
        else:
            done.set_exception(failure)
