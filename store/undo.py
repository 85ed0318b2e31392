"""Takes a whole batch back and leaves what people did after it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from model.errors import WrongPlace
from model.records import ROW_MARK, Stamped
from model.texts import Text
from store import batches
from store.history import Moves, batch_lines
from store.moves import BURIED, Wish, change, states_of
from store.schema import changes


def undo(connection: Connection, batch: int, *, by: Stamped) -> int:
    """Number of cells put back; raises WrongPlace for a batch that never was.

    A cell is put back while it still holds what the batch left in it. A row born in the batch is
    buried, unless something touched it later: then it stays whole, for the later edit would make
    no sense without it.
    """
    if batches.one(connection, batch) is None:
        raise WrongPlace(what=Text.A_BATCH, value=batch)
    count = 0
    for table, moved in _net_moves(connection, batch).items():
        states = states_of(connection, table, moved)
        later = _touched_later(connection, table, batch)
        wishes = {
            row_id: _wish_back(moves, states[row_id].cells, touched_later=row_id in later)
            for row_id, moves in moved.items()
        }
        change(connection, table, states, wishes, by=by)
        count += sum(len(wished) for wished in wishes.values())
    return count


def _net_moves(connection: Connection, batch: int) -> dict[str, dict[str, Moves]]:
    """Each cell with what stood before the batch and what the batch left in the end."""
    net = dict[str, dict[str, dict[str, tuple[str | None, str | None]]]]()
    for line in batch_lines(connection, batch):
        cells = net.setdefault(line.table, {}).setdefault(line.row_id, {})
        for cell, (before, after) in line.moves.items():
            first = cells[cell][0] if cell in cells else before
            cells[cell] = (first, after)
    return {table: dict(moved) for table, moved in net.items()}


def _wish_back(moves: Moves, now: dict[str, str], *, touched_later: bool) -> Wish:
    if ROW_MARK in moves and moves[ROW_MARK][0] is None:
        return {} if touched_later or now[ROW_MARK] == BURIED else {ROW_MARK: BURIED}
    return {
        cell: before
        for cell, (before, after) in moves.items()
        if now.get(cell) == after and before != after
    }


def _touched_later(connection: Connection, table: str, batch: int) -> set[str]:
    later = select(changes.c.row_id).where(changes.c.table_key == table, changes.c.batch > batch)
    return set(connection.scalars(later.distinct()))
