"""The one way by which rows change: `move` makes cells what is wished, history has every move.

Burying keeps a row whole, out of sight and out of the sums. A visible number is never given twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from model.records import ROW_MARK, Record, Stamped
from model.values import Value, encode
from store import history, sums
from store.codec import Cells, Unpacker, dump
from store.history import JOINED_MARK, LINK_MARK, Moves
from store.rows import chain, direct_joins
from store.schema import counters, rows
from store.statements import chunks, put_line

ALIVE = "b:1"
BURIED = "b:0"

Wish = Mapping[str, str | None]
"""Cell, field or mark, to the encoded value it shall have; None empties it."""


@dataclass(slots=True)
class State:
    """A row as the database holds it, fields and marks in one mapping."""

    number: int
    created_at: datetime
    changed_at: datetime
    cells: Cells


def wish(values: Mapping[str, Value], links: Mapping[str, str | None]) -> Wish:
    """What `move` shall do so that fields and references become these; others stay."""
    wished = {field: encode(value) for field, value in values.items()}
    wished.update({LINK_MARK + field: encode(target) for field, target in links.items()})
    return wished


def move(
    connection: Connection,
    table: str,
    wishes: Mapping[str, Wish],
    *,
    by: Stamped,
    numbers: Mapping[str, int] | None = None,
) -> dict[str, Record]:
    """Rows after their cells were made what is wished.

    An unknown row is born with the next number, or with the one asked for while it is free.
    """
    states = states_of(connection, table, wishes)
    born = [row_id for row_id in wishes if row_id not in states]
    for row_id, number in _give_numbers(connection, table, born, numbers or {}).items():
        states[row_id] = State(number, by.at, by.at, {})
    change(connection, table, states, wishes, by=by, born=born)
    unpacker = Unpacker()
    return {row_id: _record(table, row_id, states[row_id], unpacker) for row_id in wishes}


def change(  # a step of `move`
    connection: Connection,
    table: str,
    states: Mapping[str, State],
    wishes: Mapping[str, Wish],
    *,
    by: Stamped,
    born: Collection[str] = (),
) -> None:
    """Brings rows from the states they are in to what is wished; states follow."""
    moved = dict[str, Moves]()
    for row_id, wished in wishes.items():
        birth = {} if ROW_MARK in states[row_id].cells else {ROW_MARK: ALIVE}
        if moves := _apply(states[row_id], {**birth, **wished}, by.at):
            moved[row_id] = moves
    _save(connection, table, {row_id: states[row_id] for row_id in moved}, new=born)
    history.remember(connection, table, moved, by=by)
    _let_count(connection, table, moved)


def bury(connection: Connection, table: str, row_id: str, *, by: Stamped) -> None:
    """Hides a row and takes it out of the sums; an unknown id is left alone."""
    _mark(connection, table, row_id, {ROW_MARK: BURIED}, by=by)


def revive(connection: Connection, table: str, row_id: str, *, by: Stamped) -> None:
    """Brings a buried row back with its cells, links and sums."""
    _mark(connection, table, row_id, {ROW_MARK: ALIVE}, by=by)


def join(connection: Connection, table: str, loser: str, main: str, *, by: Stamped) -> None:
    """Lets a row stand for another one from now on; raises ValueError for a circle."""
    if loser in chain(direct_joins(connection, table), main):
        raise ValueError(f"{loser} would stand for itself")
    _mark(connection, table, loser, {JOINED_MARK: encode(main)}, by=by)


def part(connection: Connection, table: str, loser: str, *, by: Stamped) -> None:
    """Takes a join back."""
    _mark(connection, table, loser, {JOINED_MARK: None}, by=by)


def states_of(connection: Connection, table: str, row_ids: Iterable[str]) -> dict[str, State]:
    """Rows that exist, fields and marks encoded."""
    found = dict[str, State]()
    for portion in chunks(row_ids):
        wanted = select(rows).where(rows.c.table_key == table, rows.c.row_id.in_(portion))
        for row in connection.execute(wanted):
            cells: Cells = {ROW_MARK: BURIED if row.deleted else ALIVE, **json.loads(row.cells)}
            for field, target in json.loads(row.links).items():
                cells[LINK_MARK + field] = f"s:{target}"
            if row.joined is not None:
                cells[JOINED_MARK] = f"s:{row.joined}"
            found[row.row_id] = State(row.number, row.created_at, row.changed_at, cells)
    return found


def _mark(connection: Connection, table: str, row_id: str, marks: Wish, *, by: Stamped) -> None:
    if states_of(connection, table, [row_id]):
        move(connection, table, {row_id: marks}, by=by)


def _apply(state: State, wished: Wish, at: datetime) -> Moves:
    moves = {
        cell: (state.cells.get(cell), after)
        for cell, after in wished.items()
        if state.cells.get(cell) != after
    }
    for cell, (_, after) in moves.items():
        if after is None:
            del state.cells[cell]
        else:
            state.cells[cell] = after
    if moves:
        state.changed_at = at
    return moves


def _give_numbers(
    connection: Connection, table: str, born: Sequence[str], asked: Mapping[str, int]
) -> dict[str, int]:
    if not born:
        return {}
    taken = _taken(connection, table, asked)
    last = connection.scalar(select(counters.c.last).where(counters.c.table_key == table)) or 0
    given = dict[str, int]()
    for row_id in born:
        number = asked.get(row_id)
        if number is not None and number > 0 and number not in taken:
            given[row_id] = number
            taken.add(number)
    last = max(last, *given.values(), 0)
    for row_id in born:
        if row_id not in given:
            last += 1
            given[row_id] = last
    put_line(connection, counters, {"table_key": table, "last": last})
    return given


def _taken(connection: Connection, table: str, asked: Mapping[str, int]) -> set[int]:
    if not asked:
        return set()
    return set(connection.scalars(select(rows.c.number).where(rows.c.table_key == table)))


def _save(
    connection: Connection, table: str, states: Mapping[str, State], *, new: Collection[str]
) -> None:
    fresh = set(new)
    inserts = [_line(table, row_id, state) for row_id, state in states.items() if row_id in fresh]
    updates = [
        {"its_table": table, "its_id": row_id} | _line(table, row_id, state)
        for row_id, state in states.items()
        if row_id not in fresh
    ]
    if inserts:
        connection.execute(insert(rows), inserts)
    if updates:
        its_row = (
            rows.c.table_key == bindparam("its_table"),
            rows.c.row_id == bindparam("its_id"),
        )
        connection.execute(update(rows).where(*its_row), updates)


def _line(table: str, row_id: str, state: State) -> dict[str, object]:
    fields, links = _split(state.cells)
    joined_under = state.cells.get(JOINED_MARK)
    return {
        "table_key": table,
        "row_id": row_id,
        "number": state.number,
        "cells": dump(fields),
        "links": dump(links),
        "joined": joined_under and joined_under.removeprefix("s:"),
        "deleted": state.cells[ROW_MARK] == BURIED,
        "created_at": state.created_at,
        "changed_at": state.changed_at,
    }


def _split(cells: Cells) -> tuple[Cells, dict[str, str]]:
    fields = {cell: text for cell, text in cells.items() if not cell.startswith("~")}
    links = {
        cell.removeprefix(LINK_MARK): text.removeprefix("s:")
        for cell, text in cells.items()
        if cell.startswith(LINK_MARK)
    }
    return fields, links


def _let_count(connection: Connection, table: str, moved: Mapping[str, Moves]) -> None:
    for before, after in ((ALIVE, BURIED), (BURIED, ALIVE)):
        turn = (before, after)
        turned = [row_id for row_id, moves in moved.items() if moves.get(ROW_MARK) == turn]
        if turned:
            sums.set_live(connection, table, turned, live=after == ALIVE)


def _record(table: str, row_id: str, state: State, unpacker: Unpacker) -> Record:
    fields, links = _split(state.cells)
    return Record(
        table=table,
        row_id=row_id,
        number=state.number,
        values=unpacker.decoded(fields),
        links=links,
        deleted=state.cells[ROW_MARK] == BURIED,
        created_at=state.created_at,
        changed_at=state.changed_at,
    )
