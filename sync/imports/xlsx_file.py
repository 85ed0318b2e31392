"""Workbooks of others: the sheet with most rows, every cell with the type that the file gives it.

Only cells that exist are walked, by our own reader: a single cell in the last corner of a sheet
makes other readers ask for the memory of the whole rectangle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time
from decimal import Decimal

from model.errors import HostileWorkbook, UnreadableInput
from model.values import Value, from_serial
from sync.imports.raw import MAX_CELLS, Line, RawTable, head_and_rows, is_blank
from sync.ooxml import BookFile, CellScan, RowScan, col_letter

_WIDEST = 500
"""Columns to the right of this hold no table."""
_DEEPEST = 500_000
"""A row below this with a cell to the right of that is no table, but a trap."""
_LONGEST = 32_767
"""Characters that a cell can hold; longer ones come from no honest program."""


def read_xlsx(raw: bytes, *, name: str) -> RawTable:
    """The largest visible table of a workbook; raises CrmError with the reason."""
    book = BookFile.open(raw, name=name)
    outside = next((m.name for m in book.package.members if ".." in m.name.split("/")), None)
    if outside is not None:
        raise HostileWorkbook(name=name, detail=f"часть {outside} указывает за пределы архива")
    best: tuple[int, str, Sequence[Line]] = (0, "", ())
    for sheet in book.sheets:
        if sheet.state == "visible" and book.package.find(sheet.part) is not None:
            lines = _lines(book, sheet.name)
            filled = sum(not is_blank(cell) for line in lines for cell in line.cells)
            best = max(best, (filled, sheet.name, lines), key=lambda found: found[0])
    headers, rows = head_and_rows(best[2])
    if not headers:
        raise UnreadableInput(name=name, reason="в книге нет листа с таблицей")
    return RawTable(name, headers, rows, sheet=best[1])


def _lines(book: BookFile, sheet: str) -> Sequence[Line]:
    lines: list[Line] = []
    cells = 0
    for row in book.rows(sheet):
        _refuse_far(book, row)
        values = {c.col: _value(book, c) for c in row.cells if c.col <= _WIDEST}
        cells += len(values)
        if cells > MAX_CELLS:
            raise UnreadableInput(name=book.name, reason=f"больше {MAX_CELLS} ячеек")
        if any(isinstance(v, str) and len(v) > _LONGEST for v in values.values()):
            reason = f"строка {row.row}: в ячейке больше {_LONGEST} знаков"
            raise UnreadableInput(name=book.name, reason=reason)
        lines.append(Line(row.row, tuple(_spread(values))))
    return lines


def _refuse_far(book: BookFile, row: RowScan) -> None:
    """A cell in the last corner of a sheet is a trap for readers of rectangles."""
    far = next((c for c in row.cells if c.col > _WIDEST and row.row > _DEEPEST), None)
    if far is not None:
        place = f"{col_letter(far.col)}{row.row}"
        reason = f"ячейка {place} стоит далеко за таблицей: удалите её и сохраните файл"
        raise UnreadableInput(name=book.name, reason=reason)


def _spread(values: dict[int, Value]) -> Iterator[Value]:
    for col in range(1, max(values, default=0) + 1):
        yield values.get(col)


def _value(book: BookFile, cell: CellScan) -> Value:
    value = cell.value()
    if not isinstance(value, Decimal) or not book.is_date_style(cell.style):
        return value
    if 0 < value < 1:
        return _clock(value)
    moment = from_serial(value, date1904=book.date1904)
    if moment is None:
        return value
    return moment.date() if moment.time() == time() else moment


def _clock(value: Decimal) -> Value:
    moment = from_serial(value)
    return moment.time() if moment else value
