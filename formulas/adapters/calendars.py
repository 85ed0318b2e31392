"""Calendar, periods and answering times (METRICS.md sections 1, 2 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas import hours, periods, response
from formulas.metric import Answer, Measured, Metric, Rounding, Where

if TYPE_CHECKING:
    from formulas.adapters.reading import Reader

CALENDAR = ("calendar", "off", "work")
HOURS = ("day_start", "day_end", "lunch", "short", *CALENDAR)


def workdays(given: Reader) -> Answer:
    """`cal.workdays`."""
    return {"days": given.calendar().workdays(given.day("from"), given.day("to"))}


def minutes(given: Reader) -> Answer:
    """`cal.minutes`."""
    start, end = given.moment("start"), given.moment("end")
    return {"minutes": hours.minutes(start, end, given.calendar(), given.hours())}


def bounds(given: Reader) -> Answer:
    """`period.bounds`."""
    period = periods.bounds(given.choice(periods.PeriodType, "type"), given.day("date"))
    return {"from": period.start, "to": period.last}


def base(given: Reader) -> Answer:
    """`period.base`."""
    window = periods.base(
        given.choice(periods.PeriodType, "type"),
        given.day("asof"),
        given.choice(periods.BaseMode, "mode", periods.BaseMode.PREV),
        given.calendar(),
    )
    return {"from": window.first, "to": window.last}


def lead_response(given: Reader) -> object:
    """`lead.response`."""
    return _response(given, given.rows("leads"), "created", "responded")


def complaints(given: Reader) -> object:
    """`client.complaints`."""
    return _response(given, given.rows("items"), "opened", "closed")


def _response(
    given: Reader, rows: tuple[Reader, ...], asked: str, answered: str
) -> response.Response:
    known = [response.Asked(row.moment(asked), row.maybe_moment(answered)) for row in rows]
    return response.response(
        known,
        given.moment("now"),
        given.count("sla_minutes"),
        given.calendar(),
        given.hours(),
    )


METRICS = (
    Metric(
        "cal.workdays",
        ("from", "to", *CALENDAR),
        workdays,
        Measured.DAYS,
        Rounding.NONE,
        where=Where.BOTH,
    ),
    Metric("cal.minutes", ("start", "end", *HOURS), minutes, Measured.MINUTES, Rounding.NONE),
    Metric("period.bounds", ("type", "date"), bounds, Measured.DATE, Rounding.NONE),
    Metric("period.base", ("type", "asof", "mode", *CALENDAR), base, Measured.DATE, Rounding.NONE),
    Metric(
        "lead.response", ("leads", "now", "sla_minutes", *HOURS), lead_response, Measured.MINUTES
    ),
    Metric(
        "client.complaints", ("items", "now", "sla_minutes", *HOURS), complaints, Measured.MINUTES
    ),
)
