"""Exported rows as a file: csv that Excel opens at once, or a workbook. Texts stay texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from model.blueprint import Column
from model.values import Fault, Value

CSV, XLSX = ".csv", ".xlsx"
FORMATS = frozenset({CSV, XLSX})
_WAKING = ("=", "+", "-", "@", "\t", "\r")
"""First signs at which a spreadsheet takes a text for a formula."""
_PLAIN = frozenset("+-() 0123456789")
Rows = Sequence[dict[str, Value]]


def as_csv(columns: Sequence[Column], rows: Rows) -> bytes:
    """The rows under their headings, with semicolons, as the Russian Excel wants them."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title.ru for column in columns])
    writer.writerows([_said(row.get(column.key)) for column in columns] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, columns: Sequence[Column], rows: Rows, *, made: datetime) -> bytes:
    """The rows on one sheet of a workbook with a filter; the same rows give the same bytes."""
    stream = io.BytesIO()
    texts_stay = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    options = {"in_memory": True, **dict.fromkeys(texts_stay, False)}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": title, "created": made})
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.title.ru, bold)
        for line, row in enumerate(rows, start=1):
            for at, column in enumerate(columns):
                _write(sheet, line, at, row.get(column.key), (day, moment))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    return stream.getvalue()


def _write(sheet: Any, line: int, at: int, value: Value, looks: tuple[Any, Any]) -> None:
    match value:
        case None:
            return
        case bool() | str() | time() | Fault():
            sheet.write_string(line, at, _text(value))
        case Decimal():
            sheet.write_number(line, at, float(value))
        case datetime():
            sheet.write_datetime(line, at, value.replace(tzinfo=None), looks[1])
        case date():
            sheet.write_datetime(line, at, value, looks[0])


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "да" if value else "нет"
        case Decimal():
            return str(value).replace(".", ",")
        case datetime():
            return f"{value:%d.%m.%Y %H:%M}"
        case date():
            return f"{value:%d.%m.%Y}"
        case time():
            return f"{value:%H:%M}"
        case Fault():
            return value.text
        case _:
            return value


def _said(value: Value) -> str:
    text = _text(value)
    if isinstance(value, str) and text.startswith(_WAKING) and not set(text) <= _PLAIN:
        return f"'{text}"
    return text
