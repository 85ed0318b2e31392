"""One payment that two sources tell of: a table and a statement, or a person and a statement.

Day and sum must be equal, the document's number and the payer's INN too where both have them, and
either the INNs or the payers' names must agree. A row that a fact of the same source made already
stands for another payment, so equal payments of one day stay as many as there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from model.keys import company_key
from model.records import Record
from model.values import Value
from sync.identity import inn_keys
from sync.importing.arriving import Arrival
from sync.importing.desk import TABLES, Desk
from sync.imports import ImportKind
from sync.scene import fold

TABLE = TABLES[ImportKind.PAYMENTS]
Cells = Mapping[str, Value]
When = tuple[date, Decimal]


def standing(desk: Desk, fresh: Sequence[Arrival]) -> dict[str, Record]:
    """Key of a fact -> the row that stands for its payment already; each row for one of them."""
    given = {one.key: desk.cells(ImportKind.PAYMENTS, one.row.values) for one in fresh}
    rows = desk.writer.paid({when for cells in given.values() if (when := _when(cells))})
    ours = desk.writer.fact_rows(desk.source, rows)
    free = _by_moment(row for row_id, row in rows.items() if row_id not in ours)
    found: dict[str, Record] = {}
    for key, cells in given.items():
        when = _when(cells)
        there = free.get(when, []) if when else []
        same = next((row for row in there if _is_same(row.values, cells)), None)
        if same is not None:
            there.remove(same)
            found[key] = same
    return found


def _by_moment(rows: Iterable[Record]) -> dict[When, list[Record]]:
    found: dict[When, list[Record]] = defaultdict(list)
    for row in rows:
        when = _when(row.values)
        if when:
            found[when].append(row)
    return found


def _when(cells: Cells) -> When | None:
    day, amount = cells.get("date"), cells.get("amount")
    return (day, amount) if isinstance(day, date) and isinstance(amount, Decimal) else None


def _is_same(one: Cells, other: Cells) -> bool:
    numbers = [fold(cells.get("document")) for cells in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    inns = [{*inn_keys(cells.get("payer_inn"))} for cells in (one, other)]
    if all(inns):
        return bool(inns[0] & inns[1])
    names = [company_key(str(cells.get("payer") or "")).core for cells in (one, other)]
    return bool(names[0]) and names[0] == names[1]
