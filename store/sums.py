"""What rows add to sums, and the sums by manager and day that every change keeps up to date.

Only contributions of living rows count: burying a row takes its amounts out of the sums at once,
reviving it brings them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from model.figures import Measure, Period
from model.records import Contribution
from store.notes import count_up
from store.schema import contributions, rollups, rows
from store.statements import chunks, upsert

MARK = "sums"
"""Meta key: how often the sums were changed."""
Spot = tuple[str, str, date]
"""Measure, manager, day: the place of one rolled-up amount."""


def totals(connection: Connection, measure: Measure, period: Period) -> dict[str, int]:
    """Total of each manager in the period."""
    wanted = (
        select(rollups.c.manager, func.sum(rollups.c.amount))
        .where(*_within(rollups, measure, period))
        .group_by(rollups.c.manager)
        .order_by(rollups.c.manager)
    )
    return {manager: int(amount) for manager, amount in connection.execute(wanted)}


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
    return tuple(
        (line.table_key, line.row_id, Contribution(measure, line.manager, line.day, line.amount))
        for line in connection.execute(wanted)
    )


def replace(
    connection: Connection, table: str, rows_parts: Mapping[str, Sequence[Contribution]]
) -> None:
    """Puts new contributions in place of all earlier ones of the rows."""
    if rows_parts:
        count_up(connection, mark_key(table))
    shift: Counter[Spot] = Counter()
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
    shift: Counter[Spot] = Counter()
    for portion in chunks(row_ids):
        shift.subtract(_live_amounts(connection, table, portion))
        connection.execute(
            update(contributions).where(*_of_rows(contributions, table, portion)).values(live=live)
        )
        shift.update(_live_amounts(connection, table, portion))
    _shift(connection, shift)


def recount(connection: Connection) -> int:
    """Number of rolled-up amounts that were wrong; they are right afterwards."""
    kept = {
        (line.measure, line.manager, line.day): line.amount
        for line in connection.execute(select(rollups))
    }
    true = _amounts(connection, ())
    shift = Counter({spot: true[spot] - kept.get(spot, 0) for spot in true.keys() | kept.keys()})
    _shift(connection, shift)
    return sum(1 for amount in shift.values() if amount)


def _live_amounts(connection: Connection, table: str, row_ids: Collection[str]) -> Counter[Spot]:
    return _amounts(connection, _of_rows(contributions, table, row_ids))


def _amounts(connection: Connection, which: Sequence[ColumnElement[bool]]) -> Counter[Spot]:
    place = (contributions.c.measure, contributions.c.manager, contributions.c.day)
    wanted = (
        select(*place, func.sum(contributions.c.amount))
        .where(contributions.c.live, *which)
        .group_by(*place)
    )
    return Counter(
        {(measure, who, day): int(sum_) for measure, who, day, sum_ in connection.execute(wanted)}
    )


def _shift(connection: Connection, shift: Counter[Spot]) -> None:
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
    connection.execute(delete(rollups).where(rollups.c.amount == 0))


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
        part = Contribution(Measure(row.measure), row.manager, row.day, row.amount)
        found.setdefault(row.row_id, []).append(part)
    return {row_id: tuple(items) for row_id, items in found.items()}
