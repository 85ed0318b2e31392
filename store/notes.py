"""Small things to remember: settings of the store, done jobs, answers about pairs, forecasts."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from model.records import DayOutlook, OutlookLine
from model.values import plain
from store.codec import dump
from store.schema import jobs, meta, outlooks
from store.statements import put_line

_META = select(meta.c.value).where(meta.c.key == bindparam("key"))
"""Asked so often that making the statement would cost more than the answer."""


def meta_value(connection: Connection, key: str) -> str | None:
    """The text remembered under a key."""
    return connection.scalar(_META, {"key": key})


def metas(connection: Connection, start: str) -> dict[str, str]:
    """The texts of all keys that begin alike."""
    wanted = select(meta.c.key, meta.c.value).where(meta.c.key.between(start, f"{start}\uffff"))
    return {row.key: row.value for row in connection.execute(wanted.order_by(meta.c.key))}


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Remembers a text under a key."""
    put_line(connection, meta, {"key": key, "value": value})


def count_up(connection: Connection, key: str) -> None:
    """One more under a key that counts."""
    set_meta(connection, key, str(int(meta_value(connection, key) or 0) + 1))


def job_done(connection: Connection, job: str) -> datetime | None:
    """When a job was last done."""
    return connection.scalar(select(jobs.c.at).where(jobs.c.job == job))


def mark_job(connection: Connection, job: str, at: datetime) -> None:
    """Remembers that a job was done."""
    put_line(connection, jobs, {"job": job, "at": at})


def outlook(connection: Connection, person: str, day: date) -> DayOutlook | None:
    """The forecast of a person as it stood on a day."""
    wanted = select(outlooks).where(outlooks.c.person == person, outlooks.c.day == day)
    row = connection.execute(wanted).first()
    return _outlook(row) if row is not None else None


def outlooks_between(
    connection: Connection, person: str, first: date, last: date
) -> tuple[DayOutlook, ...]:
    """Forecasts of a person from the first day to the last, both included."""
    wanted = (
        select(outlooks)
        .where(outlooks.c.person == person, outlooks.c.day.between(first, last))
        .order_by(outlooks.c.day)
    )
    return tuple(_outlook(row) for row in connection.execute(wanted))


def remember_outlook(connection: Connection, seen: DayOutlook) -> None:
    """Remembers the forecast of a day; a later one of the same day replaces it."""
    lines = [
        [line.code, plain(line.now), plain(line.likely), plain(line.everything)]
        for line in seen.lines
    ]
    line = {
        "person": seen.person,
        "day": seen.day,
        "now": plain(seen.now),
        "likely": plain(seen.likely),
        "everything": plain(seen.everything),
        "lines": dump(lines),
    }
    put_line(connection, outlooks, line)


def _outlook(row: Row[Any]) -> DayOutlook:
    return DayOutlook(
        person=row.person,
        day=row.day,
        now=Decimal(row.now),
        likely=Decimal(row.likely),
        everything=Decimal(row.everything),
        lines=tuple(
            OutlookLine(code, Decimal(now), Decimal(likely), Decimal(everything))
            for code, now, likely, everything in json.loads(row.lines)
        ),
    )
