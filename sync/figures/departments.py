"""Since when each person belongs to a department, by the history of «Сотрудники».

The first department that was ever written down holds for the past as well: payments of earlier
years came in with a list, the department was typed later. A move that was taken back never was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, tzinfo

from formulas.owners import DepartmentSince
from model.records import Change, Record, Source
from store import Reader
from sync.scene import fold, text

SINCE_EVER = date.min
History = Mapping[str, tuple[DepartmentSince, ...]]


def departments(reader: Reader, staff: Mapping[str, Record], zone: tzinfo | None) -> History:
    """The departments of each person of the list, oldest first."""
    moves: dict[str, list[Change]] = defaultdict(list)
    for change in reader.table_history("staff", "department"):
        moves[change.row_id].append(change)
    return {text(row, "fio"): _stays(moves[row_id], zone) for row_id, row in staff.items()}


def _stays(changes: list[Change], zone: tzinfo | None) -> tuple[DepartmentSince, ...]:
    stays: list[DepartmentSince] = []
    for change in changes:
        name = "" if change.after is None else " ".join(str(change.after).split())
        if change.source is Source.UNDO and _took_back(stays, name):
            continue
        day = change.at.astimezone(zone).date() if stays else SINCE_EVER
        stays.append(DepartmentSince(day, name))
    last_of_day = {stay.since: stay for stay in stays}
    return tuple(last_of_day.values())


def _took_back(stays: list[DepartmentSince], name: str) -> bool:
    """Whether the department of before stands again; what came after it is forgotten."""
    known = [at for at, stay in enumerate(stays[:-1]) if fold(stay.department) == fold(name)]
    if known:
        del stays[known[-1] + 1 :]
    return bool(known)
