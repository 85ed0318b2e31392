"""What is wrong in a table as it stands, whatever was merged: seen again in every pass."""

from __future__ import annotations

from model.blueprint import Table
from model.problems import Code, Place, Problem, Severity
from model.snapshot import TableRead
from sync.merge.foreign import look_over
from sync.merge.known import KnownTable, Standing


def remarks_of(table: Table, read: TableRead, known: KnownTable | None = None) -> list[Problem]:
    """Rows that are none (R13), and cells of which the last good value is kept."""
    looked = look_over(table, read, known or KnownTable())
    found = [_foreign(table, n) for n, row in looked.items() if row.standing is Standing.FOREIGN]
    return found + [problem for row in looked.values() for problem in row.problems]


def _foreign(table: Table, row: int) -> Problem:
    return Problem(Code.FOREIGN_ROW, Severity.NOTICE, Place(table.key, row=row))
