"""What goes wrong on the way: answers that Google gives when it does not give the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the emulator sees it."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter."""
        return next((v for k, v in self.query if k == name), default)

    def every(self, name: str) -> list[str]:
        """All values of a repeated parameter."""
        return [v for k, v in self.query if k == name]

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: JSON, or text of another type."""

    status: int
    body: Any = None
    kind: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request that Google answers with an error."""

    def __init__(self, code: int, message: str, status: str, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.more = code, message, status, more

    def answer(self) -> Answer:
        """The body of the error."""
        error = {"code": self.code, "message": self.message, "status": self.status, **self.more}
        return Answer(self.code, {"error": error})


def invalid(message: str) -> Refused:
    """400, as for anything that cannot be carried out."""
    return Refused(400, message, "INVALID_ARGUMENT")


class Kind(Enum):
    """Ways in which a request ends without its answer."""

    QUOTA = "429"
    QUOTA_LATER = "429 with Retry-After"
    UNAVAILABLE = "503, nothing was done"
    UNAVAILABLE_DONE = "503, and it was done"
    CUT = "connection cut before the request arrived"
    CUT_DONE = "connection cut after it was done"
    TIMEOUT = "no answer, nothing was done"
    TIMEOUT_DONE = "no answer, and it was done"
    HTML = "502 in HTML"
    UNAUTHORISED = "401 once"
    FORBIDDEN = "403, the quota of the project is used up"
    INTERNAL = "500"


DONE = frozenset({Kind.UNAVAILABLE_DONE, Kind.CUT_DONE, Kind.TIMEOUT_DONE})
LOST = frozenset({Kind.CUT, Kind.CUT_DONE, Kind.TIMEOUT, Kind.TIMEOUT_DONE})
_HTML = "<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title></html>"


class Lost(Exception):
    """No answer comes: the connection is cut or stays silent."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(slots=True)
class Fault:
    """One failure to come: of the next call that `on` picks."""

    kind: Kind
    on: Callable[[Call], bool] = field(default=lambda _: True)


@dataclass(slots=True)
class Faults:
    """Failures in waiting, and what happens between two requests."""

    waiting: list[Fault] = field(default_factory=list)
    between: Callable[[Call], None] | None = None
    """Called before each request: other people work on."""
    struck: list[Kind] = field(default_factory=list)

    def add(self, kind: Kind, on: Callable[[Call], bool] = lambda _: True) -> None:
        """The next call that `on` picks fails this way."""
        self.waiting.append(Fault(kind, on))

    def take(self, call: Call) -> Kind | None:
        """The failure that this call meets."""
        for fault in self.waiting:
            if fault.on(call):
                self.waiting.remove(fault)
                self.struck.append(fault.kind)
                return fault.kind
        return None


def broken(kind: Kind) -> Answer:
    """The answer of a failure; raises Lost when there is none."""
    if kind in LOST:
        raise Lost(kind)
    match kind:
        case Kind.HTML:
            return Answer(502, _HTML, "text/html; charset=UTF-8")
        case Kind.UNAVAILABLE | Kind.UNAVAILABLE_DONE:
            error = Refused(503, "The service is currently unavailable.", "UNAVAILABLE")
        case Kind.UNAUTHORISED:
            error = Refused(
                401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"
            )
        case Kind.FORBIDDEN:
            reason = [{"domain": "usageLimits", "reason": "dailyLimitExceeded"}]
            error = Refused(403, "Daily Limit Exceeded", "PERMISSION_DENIED", errors=reason)
        case Kind.INTERNAL:
            error = Refused(500, "Internal error encountered.", "INTERNAL")
        case _:
            return quota(later=10 if kind is Kind.QUOTA_LATER else None)
    return error.answer()


def quota(*, later: int | None = None, metric: str = "Read requests") -> Answer:
    """429, with the seconds to wait when they are told."""
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute per user' of "
        "service 'sheets.googleapis.com' for consumer 'project_number:1'."
    )
    made = Refused(429, message, "RESOURCE_EXHAUSTED").answer()
    return Answer(429, made.body, headers={} if later is None else {"Retry-After": str(later)})
