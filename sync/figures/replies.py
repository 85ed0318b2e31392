"""By when each lead must be answered, and how long the answer took, in working minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from formulas.calendar import Calendar
from formulas.hours import Hours, deadline, minutes
from model.records import Record
from sync.scene import Scene, fold

PROMISED = 30
"""Minutes, until the owner says otherwise."""
_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a lead's answer looks like against the promise."""

    due: datetime | None
    """Local, as cells hold it; None where it is not known when the lead came."""
    spent: int | None = None
    """Working minutes to the first answer; None while there is none."""


def promised_minutes(scene: Scene) -> int:
    """«Срок ответа на заявку, мин.»."""
    said = scene.general.get(fold("Срок ответа на заявку, мин."), "")
    return int(said) if said.isdecimal() else PROMISED


def hours_of(scene: Scene) -> Hours:
    """«Часы работы»; nine to six where they cannot be read."""
    match = _HOURS.fullmatch(scene.general.get(fold("Часы работы"), "").strip())
    if match is None:
        return Hours()
    start, end = (timedelta(hours=int(match[n]), minutes=int(match[n + 1])) for n in (1, 3))
    return Hours(start, end) if start < end else Hours()


def replies(scene: Scene, calendar: Calendar) -> dict[str, Reply]:
    """The reply of every lead, by row id."""
    promised, hours = promised_minutes(scene), hours_of(scene)
    out: dict[str, Reply] = {}
    for row_id, lead in scene.rows["leads"].items():
        came, answered = _came(scene, lead), _moment(lead, "first_reply")
        if came is None:
            out[row_id] = Reply(None)
            continue
        spent = None if answered is None else minutes(came, answered, calendar, hours)
        out[row_id] = Reply(deadline(came, promised, calendar, hours), spent)
    return out


def late_leads(scene: Scene, known: Mapping[str, Reply]) -> list[Record]:
    """Leads that nobody answered in time and nobody has answered since."""
    now = scene.now.replace(tzinfo=None)
    return [
        lead
        for row_id, lead in scene.rows["leads"].items()
        if fold(lead.values.get("state")) in {"", "новая"}
        and lead.values.get("first_reply") is None
        and (due := known[row_id].due) is not None
        and due < now
    ]


def _came(scene: Scene, lead: Record) -> datetime | None:
    """When the lead came, else when its row was made."""
    typed = _moment(lead, "at")
    if typed is not None or lead.created_at is None:
        return typed
    return lead.created_at.astimezone(scene.zone).replace(tzinfo=None, microsecond=0)


def _moment(lead: Record, field: str) -> datetime | None:
    value = lead.values.get(field)
    return value if isinstance(value, datetime) else None
