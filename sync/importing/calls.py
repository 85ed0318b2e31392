"""Calls of a telephone exchange: rows of the store, and talks in the sums.

Books show the recent ones where «Звонки» is switched on. A talk is a call of at least ten seconds
that was answered (METRICS section 3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal

from model.figures import Measure
from model.records import Contribution
from model.values import Value
from sync.figures.contribute import call_parts
from sync.importing.arriving import Arrival
from sync.importing.desk import SHAPES, TABLES, Brought, Desk
from sync.imports import ImportKind
from sync.quality.daily import look_again
from sync.scene import fold, text
from sync.settle.calls import SHEET, show_calls
from sync.tabs import is_on

MISSED = (
    "no answer",
    "noanswer",
    "busy",
    "failed",
    "пропущ",
    "не отвеч",
    "нет",
    "no",
    "0",
    "отмен",
)
"""Beginnings of what exchanges call a call that nobody took."""
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})", re.ASCII)


def bring_calls(desk: Desk, fresh: Sequence[Arrival]) -> Brought:
    """New calls and the talks among them."""
    rows: dict[str, dict[str, Value]] = {}
    parts: dict[str, tuple[Contribution, ...]] = {}
    out, people = Brought(), _people(desk)
    for arrival in fresh:
        values = _call(desk, people, arrival.row.values)
        out.ids[arrival.key] = row_id = desk.new_id()
        rows[row_id] = values
        parts[row_id] = call_parts(values)
    table = TABLES[ImportKind.CALLS]
    desk.writer.put_many(table, rows, by=desk.by)
    if is_on(desk.scene, SHEET):
        show_calls(desk.writer, desk.scene, desk.clients, rows, desk.by)
    look_again(desk.writer, desk.by.at)
    if parts:
        desk.writer.set_contributions_many(table, parts)
    out.talks = sum(any(p.measure is Measure.CALLS for p in own) for own in parts.values())
    return out


def change_calls(desk: Desk, changed: Sequence[Arrival]) -> None:
    """Calls of which another piece came: the log and the sums follow, and the sheet where nobody
    has typed over it."""
    table, sheet = TABLES[ImportKind.CALLS], SHAPES[ImportKind.CALLS]
    people = _people(desk)
    now = {
        a.before.row_id: _call(desk, people, a.row.values) for a in changed if a.before is not None
    }
    was = desk.writer.some(table, now)
    living = {i: values for i, values in now.items() if i in was and not was[i].deleted}
    desk.writer.put_many(table, living, by=desk.by)
    desk.writer.set_contributions_many(table, {i: call_parts(v) for i, v in living.items()})
    shown = desk.writer.some(sheet, living)
    fills = {
        row_id: {
            name: value
            for name, value in living[row_id].items()
            if record.values.get(name) in {None, was[row_id].values.get(name)}
        }
        for row_id, record in shown.items()
        if not record.deleted
    }
    desk.writer.put_many(sheet, fills, by=desk.by)


def _call(desk: Desk, people: Mapping[str, str], given: Mapping[str, Value]) -> dict[str, Value]:
    values = desk.cells(ImportKind.CALLS, given)
    seconds = seconds_of(values.get("seconds"))
    values["answered"] = _answered(values.get("answered"), seconds)
    if seconds is not None:
        values["seconds"] = Decimal(seconds)
    said = fold(values.get("manager"))
    if said:  # a stranger's name stays as it is
        values["manager"] = people.get(said, str(values["manager"]).strip())
    return values


def _people(desk: Desk) -> dict[str, str]:
    """Names by extension and by name, as calls say them; of doubled extensions the first."""
    found: dict[str, str] = {}
    for row in desk.scene.rows["staff"].values():
        for said in (row.values.get("ext"), row.values.get("fio")):
            found.setdefault(fold(said), text(row, "fio"))
    return found


def seconds_of(value: Value) -> int | None:
    """How long a call was: «125», «2:05», «0:02:05» or a time of the workbook."""
    if isinstance(value, Decimal):
        return int(value if value >= 1 else value * 86_400)
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if not isinstance(value, str):
        return None
    if value.strip().isdecimal():
        return int(value)
    match = _CLOCK.fullmatch(value.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _answered(said: Value, seconds: int | None) -> bool:
    if isinstance(said, bool):
        return said
    words = fold(said)
    return bool(seconds) if not words else not words.startswith(MISSED)
