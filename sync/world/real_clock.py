"""The clock of this machine, and chance that nobody can guess."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True, slots=True)
class RealClock:
    """The moment in a zone; `settle_seconds` is how long a file must stand still."""

    zone: tzinfo
    settle_seconds: float

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(self.zone)

    def settle(self) -> None:
        """Wait until a file stood still."""
        self.wait(self.settle_seconds)

    def wait(self, seconds: float, /) -> None:
        """Wait so many seconds."""
        threading.Event().wait(seconds)


@dataclass(frozen=True, slots=True)
class RealChance:
    """Chance of the operating system."""

    def random_bytes(self, count: int, /) -> bytes:
        """So many bytes."""
        return os.urandom(count)
