"""How fast leads and complaints are answered, in working minutes (METRICS.md section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from formulas.averages import median, p90
from formulas.hours import Hours, minutes
from formulas.rounding import r2_or_none, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from formulas.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Asked:
    """When somebody asked, and when the first answer went out."""

    created: datetime
    responded: datetime | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """Minutes to each answer, their middle and tail, and how many kept the promise."""

    minutes: tuple[int | None, ...]
    median: Decimal | None
    p90: int | None
    in_sla: Decimal | None
    late: int


def response(
    asked: Iterable[Asked], now: datetime, sla_minutes: int, calendar: Calendar, hours: Hours
) -> Response:
    """Answering times; what waits longer than the promise already counts as late."""
    known = tuple(asked)
    taken = tuple(
        None if one.responded is None else minutes(one.created, one.responded, calendar, hours)
        for one in known
    )
    answered = [spent for spent in taken if spent is not None]
    waiting = sum(
        minutes(one.created, now, calendar, hours) > sla_minutes
        for one in known
        if one.responded is None
    )
    in_time = sum(spent <= sla_minutes for spent in answered)
    decided = len(answered) + waiting
    return Response(
        minutes=taken,
        median=r2_or_none(median(answered)),
        p90=p90(answered),
        in_sla=ratio(in_time, decided),
        late=decided - in_time,
    )
