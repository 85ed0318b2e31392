"""Since when each person belongs to a department, by the history of «Сотрудники».

The first department that was ever written down holds for the past as well: payments of earlier
years came in with a list, the department was typed later. A move that was taken back never was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from decimal import Decimal

from formulas.owners import NOT_STATED, DepartmentSince, department_on
from model.figures import Period
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
    return {
        text(row, "fio"): _stays(moves[row_id], zone) or _of_today(row)
        for row_id, row in staff.items()
    }


def _of_today(row: Record) -> tuple[DepartmentSince, ...]:
    """What stands in the list, where history holds no word of it."""
    return (DepartmentSince(SINCE_EVER, text(row, "department") or NOT_STATED),)


def _stays(changes: list[Change], zone: tzinfo | None) -> tuple[DepartmentSince, ...]:
    stays: list[DepartmentSince] = []
    for change in changes:
        name = "" if change.after is None else " ".join(str(change.after).split())
        if change.source is Source.UNDO and _took_back(stays, name):
            continue
        day = change.at.astimezone(zone).date() if stays else SINCE_EVER
        stays.append(DepartmentSince(day, name or NOT_STATED))
    last_of_day = {stay.since: stay for stay in stays}
    return tuple(last_of_day.values())


def _took_back(stays: list[DepartmentSince], name: str) -> bool:
    """Whether the department of before stands again; what came after it is forgotten."""
    was = fold(name or NOT_STATED)
    known = [at for at, stay in enumerate(stays[:-1]) if fold(stay.department) == was]
    if known:
        del stays[known[-1] + 1 :]
    return bool(known)


def stays_of(history: History, who: str, days: Period) -> tuple[tuple[str, Period], ...]:
    """The departments of a person in a period, each with its own part of it."""
    known = history.get(who, ())
    starts = [days.start, *sorted({s.since for s in known if days.start < s.since < days.end})]
    ends = [*starts[1:], days.end]
    return tuple(
        (department_on(known, start), Period(start, end))
        for start, end in zip(starts, ends, strict=True)
    )


def sums_of(
    history: History, sums: Callable[[Period], Mapping[str, Decimal]], days: Period
) -> dict[str, Decimal]:
    """Sum of each department by the days on which its people belonged to it.

    `sums` gives the sums of people in any days; only of who moved other days are asked for.
    """
    out: dict[str, Decimal] = defaultdict(Decimal)
    for who, whole in sums(days).items():
        stays = stays_of(history, who, days)
        for name, part in stays:
            out[name] += whole if len(stays) == 1 else sums(part).get(who, Decimal(0))
    for who, known in history.items():
        if len(known) > 1 and who not in sums(days):  # what cancels out over the whole
            for name, part in stays_of(history, who, days):
                out[name] += sums(part).get(who, Decimal(0))
    return {name: amount for name, amount in out.items() if amount}
