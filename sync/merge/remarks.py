"""What is wrong in a table as it stands, whatever was merged: seen again in every pass."""

from __future__ import annotations

from model.blueprint import Table
from model.problems import Code, Place, Problem, Severity
from model.snapshot import TableRead
from model.values import Fault, Value
from sync.merge.foreign import split_rows
from sync.merge.sides import COVERED, content_fields


def remarks_of(table: Table, read: TableRead) -> list[Problem]:
    """Rows that are none (R13), and cells of which the last good value is kept."""
    rows, foreign = split_rows(table, read)
    fields = content_fields(table)
    found = [_foreign(table, row.row) for row in foreign]
    for row in rows:
        for column in fields:
            value = row.value(column.key)
            if is_unknown(value):
                place = Place(table.key, row.row_id, column.key, row.row)
                words = (value.text,) if isinstance(value, Fault) else ()
                found.append(Problem(Code.FORMULA_FAULT, Severity.WARNING, place, words))
    return found


def is_unknown(value: Value) -> bool:
    """Whether a cell says nothing: an error, or a formula that nobody has calculated."""
    return isinstance(value, Fault) and value != COVERED


def _foreign(table: Table, row: int) -> Problem:
    return Problem(Code.FOREIGN_ROW, Severity.NOTICE, Place(table.key, row=row))
