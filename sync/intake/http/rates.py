"""How many requests a source may send: so many a minute, a burst of as many at once."""

from __future__ import annotations

from dataclasses import dataclass, field

MINUTE = 60.0


@dataclass(slots=True)
class Rates:
    """What is left of each source's allowance."""

    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    """By source: requests left, and the moment when that was so."""

    def wait(self, source: str, per_minute: int, now: float) -> float:
        """Seconds until the next request is allowed; 0 counts this one."""
        left, since = self._left.get(source, (float(per_minute), now))
        left = min(per_minute, left + (now - since) * per_minute / MINUTE)
        if left < 1:
            self._left[source] = left, now
            return (1 - left) * MINUTE / per_minute
        self._left[source] = left - 1, now
        return 0.0
