"""gspread's client with patience of our own.

A read may be repeated as long as there is patience. A write is repeated only after 429, which says
that nothing was done; after anything else it may have taken effect, and only a read can tell
(`Unknown`). All calls of one key share a bucket of tokens, since Google counts them together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from json import JSONDecodeError
from typing import Any

import gspread
import requests
from google.auth.exceptions import GoogleAuthError
from gspread.exceptions import APIError
from typing_extensions import override

from sync.world import World

TIMEOUT = (10.0, 60.0)
"""Seconds to connect and to wait for an answer; gspread itself would wait for ever."""
PATIENCE = 90.0
"""Seconds of waiting after which a read gives up."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 32.0
AGAIN = frozenset({408, 429, 500, 502, 503, 504})
TOO_MANY = 429
MINUTE = timedelta(minutes=1)
READS_A_MINUTE, WRITES_A_MINUTE = 54, 54
"""Google allows sixty of each to one account; some are left for its other programs."""
_USED_UP = frozenset({"dailyLimitExceeded", "quotaExceeded"})
"""Not today any more: waiting within a pass does not help."""
_LIMIT_WORDS = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})


class Unknown(Exception):
    """A write that may have taken effect; `reason` says how its answer was lost."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(Exception):
    """No answer within our patience, and nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Denied(Exception):
    """No rights, or no such spreadsheet."""


class Refused(Exception):
    """A request that Google will never carry out as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Bucket:
    """Calls of the last minute; `take` waits until one more is allowed."""

    most: int
    _taken: deque[datetime] = field(default_factory=deque)

    def take(self, world: World) -> float:
        """Seconds waited."""
        waited = 0.0
        while True:
            now = world.now()
            while self._taken and not timedelta(0) <= now - self._taken[0] < MINUTE:
                self._taken.popleft()
            if len(self._taken) < self.most:
                self._taken.append(now)
                return waited
            pause = (MINUTE - (now - self._taken[0])).total_seconds()
            world.clock.wait(pause)
            waited += pause

    def used(self, now: datetime) -> int:
        """Calls within the last minute."""
        return sum(timedelta(0) <= now - at < MINUTE for at in self._taken)


class PatientClient(gspread.HTTPClient):
    """Sends every request of gspread; `spent` counts them by kind."""

    def __init__(
        self, auth: Any, session: requests.Session | None = None, *, world: World, host: str = ""
    ) -> None:
        super().__init__(auth, session)
        self.set_timeout(TIMEOUT)
        self._world, self._host = world, host
        self.reads, self.writes = Bucket(READS_A_MINUTE), Bucket(WRITES_A_MINUTE)
        self.spent = {"reads": 0, "writes": 0}

    @override
    def request(self, method: str, endpoint: str, *given: Any, **named: Any) -> Any:
        """The answer; raises Away, Unknown, Denied or Refused."""
        is_read = method.casefold() == "get"
        if self._host:
            endpoint = f"{self._host}/{endpoint.partition('://')[2].partition('/')[2]}"
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            (self.reads if is_read else self.writes).take(self._world)
            self.spent["reads" if is_read else "writes"] += 1
            try:
                return super().request(method, endpoint, *given, **named)
            except APIError as error:
                told = _told(error)
                if not _may_repeat(told, is_read=is_read):
                    raise _final(told, is_read=is_read) from error
                after = told.after
            except (requests.RequestException, GoogleAuthError, JSONDecodeError) as error:
                if not is_read and not isinstance(error, GoogleAuthError):
                    raise Unknown(type(error).__name__) from error
                told, after = _Told(0, type(error).__name__, frozenset()), None
            wait = after if after is not None else self._jittered(pause)
            if waited + wait > PATIENCE:
                raise Away(told.message)
            self._world.clock.wait(wait)
            waited, pause = waited + wait, min(pause * 2, LONGEST_PAUSE)

    def _jittered(self, pause: float) -> float:
        """Between half and the whole of a pause, so that programs do not come back in step."""
        return pause * (0.5 + self._world.random_bytes(1)[0] / 510)


@dataclass(frozen=True, slots=True)
class _Told:
    """What an error answer says."""

    status: int
    message: str
    reasons: frozenset[str]
    after: float | None = None


def _told(error: APIError) -> _Told:
    """gspread says -1 for a body that is no JSON: the status of the answer is the truth."""
    response = error.response
    reasons = frozenset[str]()
    message = f"HTTP {response.status_code}"
    try:
        body = response.json().get("error", {})
        message = str(body.get("message") or message)
        reasons = frozenset(one.get("reason", "") for one in body.get("errors", ()))
    except (ValueError, AttributeError):
        pass
    after = response.headers.get("Retry-After", "")
    return _Told(response.status_code, message, reasons, float(after) if after.isdigit() else None)


def _may_repeat(told: _Told, *, is_read: bool) -> bool:
    limited = told.status == TOO_MANY or (told.status == 403 and bool(told.reasons & _LIMIT_WORDS))
    return limited or (is_read and told.status in AGAIN)


def _final(told: _Told, *, is_read: bool) -> Exception:
    if told.status == 403 and told.reasons & _USED_UP:
        return Away(told.message)
    if told.status in {401, 403, 404}:
        return Denied(told.message)
    if told.status >= 500 or told.status == 408:
        return Away(told.message) if is_read else Unknown(told.message)
    return Refused(told.message)


Host = Mapping[str, str]
Connect = Callable[[World], PatientClient]
"""Makes the client of a key, in front of the world that it waits in."""
