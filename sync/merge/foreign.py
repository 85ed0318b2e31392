"""R13: totals, notes and second headings inside a table, recognised by what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal

from model.blueprint import Column, Kind, RowMaker, Table
from model.canon import canon
from model.problems import Code, Place, Problem, Severity
from model.snapshot import RowRead, TableRead
from model.values import Fault, Value
from sync.merge.known import KnownTable, Looked, Standing
from sync.merge.sides import COVERED, content_fields, is_content

TOTALS = ("итого", "всего", "total", "сумма итого")
SAME_TITLES = 2
"""So many cells that repeat their own heading make a second heading."""
_ENOUGH_DIGITS = 5
"""Fewer digits are no phone, INN or KPP: a remark that stands in their column."""


def split_rows(
    table: Table, read: TableRead, known: KnownTable | None = None
) -> tuple[list[RowRead], list[RowRead]]:
    """Rows that are records, and those that only stand among them (R12, R13)."""
    looked = look_over(table, read, known or KnownTable())
    rows = [row for row in read.rows if looked[row.row].standing is Standing.RECORD]
    foreign = [row for row in read.rows if looked[row.row].standing is Standing.FOREIGN]
    return rows, foreign


def look_over(table: Table, read: TableRead, known: KnownTable) -> Mapping[int, Looked]:
    """What each row of the sheet is; only rows that are others than before are looked at."""
    fields = content_fields(table)
    return known.looked.over(
        known.by_number.of(lambda: {row.row: row for row in read.rows}, read.rows),
        lambda row: _look(table, fields, read.titles, row),
        around=(table, str(read.titles)),
    )


def _look(
    table: Table, fields: Sequence[Column], titles: Mapping[str, str], row: RowRead
) -> Looked:
    content = is_content(row, fields) and (row.row_id or not _is_covered(row))
    if not content and not (table.makes_rows is RowMaker.DAEMON and row.row_id):
        return Looked(Standing.NOTHING)
    if is_foreign(row, fields, titles):
        return Looked(Standing.FOREIGN)
    return Looked(Standing.RECORD, tuple(_unknown(table, fields, row)))


def _unknown(table: Table, fields: Sequence[Column], row: RowRead) -> Iterator[Problem]:
    """Cells of which the last good value is kept."""
    for column in fields:
        value = row.value(column.key)
        if is_unknown(value):
            place = Place(table.key, row.row_id, column.key, row.row)
            words = (value.text,) if isinstance(value, Fault) else ()
            yield Problem(Code.FORMULA_FAULT, Severity.WARNING, place, words)


def is_unknown(value: Value) -> bool:
    """Whether a cell says nothing: an error, or a formula that nobody has calculated."""
    return isinstance(value, Fault) and value != COVERED


def _is_covered(row: RowRead) -> bool:
    """Whether nothing but the shade of a merged range stands in the row."""
    return all(cell.value == COVERED for cell in row.cells.values())


def is_foreign(row: RowRead, fields: Sequence[Column], titles: Mapping[str, str]) -> bool:
    """Whether a row is nobody's record: a total, a note or a heading; a row with an id never is."""
    if row.row_id:
        return False
    return _is_total(row, fields) or _is_heading(row, fields, titles) or _is_note(row, fields)


def _texts(row: RowRead, fields: Sequence[Column]) -> dict[str, str]:
    return {c.key: v for c in fields if isinstance(v := row.value(c.key), str)}


def _is_total(row: RowRead, fields: Sequence[Column]) -> bool:
    first = next(iter(_texts(row, fields).values()), "").strip().casefold().rstrip(":")
    return first in TOTALS


def _is_heading(row: RowRead, fields: Sequence[Column], titles: Mapping[str, str]) -> bool:
    texts = _texts(row, fields).items()
    same = sum(1 for key, text in texts if text.strip() == titles.get(key, "").strip() != "")
    return same >= SAME_TITLES


def _is_note(row: RowRead, fields: Sequence[Column]) -> bool:
    """Every value fails the type of its column."""
    cells = [(c.kind, v) for c in fields if (v := row.value(c.key)) not in (None, "")]
    return not any(fits(kind, value) for kind, value in cells)


def fits(kind: Kind, value: Value) -> bool:
    """Whether a value can stand for its kind; a name, a note or a list takes any text."""
    return kind not in _FITS or _FITS[kind](canon(kind, value))


def _has_digits(value: Value) -> bool:
    return sum(c.isdigit() for c in str(value)) >= _ENOUGH_DIGITS


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal)


def _is_day(value: Value) -> bool:
    return isinstance(value, date)


_FITS: Mapping[Kind, Callable[[Value], bool]] = {
    **dict.fromkeys((Kind.INN, Kind.KPP, Kind.PHONE), _has_digits),
    **dict.fromkeys((Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.PERCENT), _is_number),
    **dict.fromkeys((Kind.DATE, Kind.MOMENT), _is_day),
    Kind.TIME: lambda value: isinstance(value, time),
}
"""Kinds whose text can fail them."""
