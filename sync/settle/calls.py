"""Calls on the sheet «Звонки», where the owner has switched it on.

All calls stand in the call log of the store, and the figures count them there. The sheet shows
those of the last weeks: a year of calls would burden every book for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from model.records import Stamped
from model.values import Value
from store import Writer
from sync.scene import Scene, text
from sync.settle.clients import ClientBook

LOG, SHEET = "call_log", "calls"
SHOWN_DAYS = timedelta(days=31)
CLIENT = "client_id"
Rows = Mapping[str, Mapping[str, Value]]


def show_logged(writer: Writer, scene: Scene, clients: ClientBook, by: Stamped) -> None:
    """Put what the log already holds on the sheet that was just switched on."""
    logged = {i: r.values for i, r in writer.rows(LOG).items()}
    show_calls(writer, scene, clients, logged, by)


def show_calls(
    writer: Writer, scene: Scene, clients: ClientBook, logged: Rows, by: Stamped
) -> None:
    """Put recent calls on the sheet, each with the one client of its number; none twice."""
    known = writer.rows(SHEET, deleted=True)
    rows: dict[str, Mapping[str, Value]] = {}
    links: dict[str, dict[str, str | None]] = {}
    for row_id, values in logged.items():
        on = _day(values.get("at"))
        if row_id in known or on is None or on < scene.asof - SHOWN_DAYS:
            continue
        fits = clients.fits(values.get("number"))
        client = scene.rows["clients"].get(fits[0]) if len(fits) == 1 else None
        rows[row_id] = dict(values)
        if client is not None:
            rows[row_id] = {**values, CLIENT: text(client, "name")}
            links[row_id] = {CLIENT: client.row_id}
    if rows:
        writer.put_many(SHEET, rows, links=links, by=by)


def _day(at: Value) -> date | None:
    if isinstance(at, datetime):
        return at.date()
    return at if isinstance(at, date) else None
