"""What rows add to sums, and the sums by manager, day and cut that every change keeps up to date.

Only contributions of living rows count: burying a row takes its amounts out of the sums at once,
reviving it brings them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from sys import intern
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from model.figures import Measure, Period
from model.records import Contribution
from store import cuts
from store.notes import count_up
from store.schema import contributions, rollups, rows
from store.statements import chunks, upsert

T = TypeVar("T")
MARK = "sums"
"""Meta key: how often the sums were changed."""
_TOTALS = (
    select(rollups.c.manager, func.sum(rollups.c.amount))
    .where(
        rollups.c.measure == bindparam("measure"),
        rollups.c.day >= bindparam("first"),
        rollups.c.day < bindparam("end"),
    )
    .group_by(rollups.c.manager)
    .order_by(rollups.c.manager)
)
"""A pass asks it some three hundred times: making it costs more than the answer."""
Spot = tuple[str, str, date]
"""Measure, manager, day: the place of one rolled-up amount."""
Place = tuple[str, str, date, str]
"""The same with the packed cuts."""


def table(
    connection: Connection, measures: Collection[Measure], period: Period
) -> dict[tuple[Measure, str], int]:
    """Total of each manager in the period, of many measures at once."""
    wanted = (
        select(rollups.c.measure, rollups.c.manager, func.sum(rollups.c.amount))
        .where(
            rollups.c.measure.in_([measure.value for measure in measures]),
            rollups.c.day >= period.start,
            rollups.c.day < period.end,
        )
        .group_by(rollups.c.measure, rollups.c.manager)
    )
    return {(Measure(m), who): int(amount) for m, who, amount in connection.execute(wanted)}


def totals(connection: Connection, measure: Measure, period: Period) -> dict[str, int]:
    """Total of each manager in the period."""
    asked = {"measure": measure.value, "first": period.start, "end": period.end}
    return {manager: int(amount) for manager, amount in connection.execute(_TOTALS, asked)}


def by_day(
    connection: Connection, measure: Measure, manager: str | None, period: Period
) -> dict[date, int]:
    """Total of each day that has one; of all managers when none is named."""
    wanted = (
        select(rollups.c.day, func.sum(rollups.c.amount))
        .where(*_within(rollups, measure, period))
        .group_by(rollups.c.day)
        .order_by(rollups.c.day)
    )
    if manager is not None:
        wanted = wanted.where(rollups.c.manager == manager)
    return {day: int(amount) for day, amount in connection.execute(wanted)}


def parts(
    connection: Connection, measure: Measure, period: Period, manager: str | None
) -> tuple[tuple[str, str, Contribution], ...]:
    """The living rows behind a sum, oldest day first, each with what it adds."""
    wanted = (
        select(contributions)
        .where(*_within(contributions, measure, period), contributions.c.live)
        .order_by(contributions.c.day, contributions.c.seq)
    )
    if manager is not None:
        wanted = wanted.where(contributions.c.manager == manager)
    return tuple((line.table_key, line.row_id, _part(line)) for line in connection.execute(wanted))


def replace(
    connection: Connection, table: str, rows_parts: Mapping[str, Sequence[Contribution]]
) -> None:
    """Puts new contributions in place of all earlier ones of the rows."""
    if rows_parts:
        count_up(connection, mark_key(table))
    shift: Counter[Place] = Counter()
    buried = set[str]()
    for portion in chunks(rows_parts):
        shift.subtract(_live_amounts(connection, table, portion))
        connection.execute(delete(contributions).where(*_of_rows(contributions, table, portion)))
        buried.update(
            connection.scalars(
                select(rows.c.row_id).where(*_of_rows(rows, table, portion), rows.c.deleted)
            )
        )
    lines = [
        {
            "table_key": table,
            "row_id": row_id,
            "measure": part.measure.value,
            "manager": part.manager,
            "day": part.day,
            "amount": part.amount,
            "cuts": cuts.pack(part.cuts),
            "live": row_id not in buried,
        }
        for row_id, parts_of_row in rows_parts.items()
        for part in parts_of_row
    ]
    if lines:
        connection.execute(insert(contributions), lines)
    for portion in chunks(rows_parts):
        shift.update(_live_amounts(connection, table, portion))
    _shift(connection, shift)


def set_live(connection: Connection, table: str, row_ids: Collection[str], *, live: bool) -> None:
    """Lets the contributions of rows count, or takes them out of the sums."""
    shift: Counter[Place] = Counter()
    for portion in chunks(row_ids):
        shift.subtract(_live_amounts(connection, table, portion))
        connection.execute(
            update(contributions).where(*_of_rows(contributions, table, portion)).values(live=live)
        )
        shift.update(_live_amounts(connection, table, portion))
    _shift(connection, shift)


def differing(connection: Connection) -> tuple[Counter[Spot], Counter[cuts.CutSpot]]:
    """What is lacking in the rolled-up amounts, place by place; empty when all are right."""
    true = _amounts(connection, ())
    rolled = Counter(
        {
            (line.measure, line.manager, line.day): line.amount
            for line in connection.execute(select(rollups))
        }
    )
    plain, by_cut = _plain(true), cuts.spread(true.items())
    plain.subtract(rolled)
    by_cut.subtract(cuts.kept(connection))
    return _without_zeros(plain), _without_zeros(by_cut)


def recount(connection: Connection) -> int:
    """Number of rolled-up amounts that were wrong; they are right afterwards."""
    plain, by_cut = differing(connection)
    _shift_plain(connection, plain)
    cuts.shift(connection, by_cut)
    return len(plain) + len(by_cut)


def _without_zeros(spots: Counter[T]) -> Counter[T]:
    return Counter({spot: amount for spot, amount in spots.items() if amount})


def _plain(places: Counter[Place]) -> Counter[Spot]:
    found: Counter[Spot] = Counter()
    for (measure, manager, day, _), amount in places.items():
        found[measure, manager, day] += amount
    return found


def _live_amounts(connection: Connection, table: str, row_ids: Collection[str]) -> Counter[Place]:
    return _amounts(connection, _of_rows(contributions, table, row_ids))


def _amounts(connection: Connection, which: Sequence[ColumnElement[bool]]) -> Counter[Place]:
    place = (
        contributions.c.measure,
        contributions.c.manager,
        contributions.c.day,
        contributions.c.cuts,
    )
    wanted = (
        select(*place, func.sum(contributions.c.amount))
        .where(contributions.c.live, *which)
        .group_by(*place)
    )
    return Counter({tuple(line[:4]): int(line[4]) for line in connection.execute(wanted)})


def _shift(connection: Connection, shift: Counter[Place]) -> None:
    _shift_plain(connection, _plain(shift))
    cuts.shift(connection, cuts.spread(shift.items()))


def _shift_plain(connection: Connection, shift: Counter[Spot]) -> None:
    lines = [
        {"measure": measure, "manager": manager, "day": day, "amount": amount}
        for (measure, manager, day), amount in shift.items()
        if amount
    ]
    if not lines:
        return
    count_up(connection, MARK)
    adding = upsert(rollups)
    connection.execute(
        adding.on_conflict_do_update(
            index_elements=["measure", "day", "manager"],
            set_={"amount": rollups.c.amount + adding.excluded.amount},
        ),
        lines,
    )
    days: dict[str, list[date]] = {}
    for measure, _, day in shift:
        days.setdefault(measure, []).append(day)
    for measure, touched in days.items():
        connection.execute(
            delete(rollups).where(
                rollups.c.measure == measure,
                rollups.c.day.between(min(touched), max(touched)),
                rollups.c.amount == 0,
            )
        )


def _part(line: Row[Any]) -> Contribution:
    measure, known = Measure(line.measure), cuts.unpack(line.cuts)
    return Contribution(measure, intern(line.manager), line.day, line.amount, known)


def _within(table: Table, measure: Measure, period: Period) -> tuple[ColumnElement[bool], ...]:
    day = table.c.day
    return (table.c.measure == measure.value, day >= period.start, day < period.end)


def _of_rows(
    table: Table, table_key: str, row_ids: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    return (table.c.table_key == table_key, table.c.row_id.in_(row_ids))


def mark_key(table: str) -> str:
    """Meta key of the mark that is another one after every change of a table's contributions."""
    return f"contributions:{table}"


def of_table(connection: Connection, table: str) -> Mapping[str, tuple[Contribution, ...]]:
    """What each row of a table adds, in the order in which it was set."""
    return _found(connection, contributions.c.table_key == table)


def brought_up(
    connection: Connection,
    table: str,
    known: Mapping[str, tuple[Contribution, ...]],
    dirty: Mapping[str, Collection[str]],
) -> Mapping[str, tuple[Contribution, ...]]:
    """What each row adds after some rows were set anew; the others are the very ones."""
    found = dict(known)
    for portion in chunks(dirty[table]):
        fresh = _found(connection, *_of_rows(contributions, table, portion))
        for row_id in portion:
            found.pop(row_id, None)
        found |= fresh
    return found


def _found(
    connection: Connection, *which: ColumnElement[bool]
) -> dict[str, tuple[Contribution, ...]]:
    wanted = select(contributions).where(*which).order_by(contributions.c.seq)
    found: dict[str, list[Contribution]] = {}
    for row in connection.execute(wanted):
        found.setdefault(intern(row.row_id), []).append(_part(row))
    return {row_id: tuple(items) for row_id, items in found.items()}
