"""A built book with rows typed into it, the way a person and the daemon would, and its results."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from copy import copy

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, HEADER_ROW, KEY_ROW, Role
from templates.blueprint import load
from templates.build import build_book
from templates.live import cell_formula
from tests.templates.screens import sample
from tests.templates.screens.sample import ASOF, NOW

STAMP = "f0000|b1|0|00000000"
Row = Mapping[str, object]


def built(role: Role, **more: object) -> Workbook:
    """An empty book of a role as openpyxl reads it."""
    return load_workbook(io.BytesIO(build_book(load(), role, stamp=STAMP, **more)))  # type: ignore[arg-type]


def keys(sheet: Worksheet) -> dict[str, int]:
    """Field key -> column number."""
    row = range(1, sheet.max_column + 1)
    return {str(value): col for col in row if (value := sheet.cell(KEY_ROW, col).value)}


def sheet_with(book: Workbook, table: str) -> Worksheet:
    """The sheet whose hidden keys name a table."""
    for sheet in book.worksheets:
        if any(key.startswith(f"{table}.") for key in keys(sheet)):
            return sheet
    raise KeyError(table)


def put(book: Workbook, table: str, rows: Sequence[Row], *, first: int = FIRST_ROW) -> None:
    """Write rows of fields into a table, over no formula, and grow its native table."""
    for sheet in book.worksheets:
        places = keys(sheet)
        if not any(key.startswith(f"{table}.") for key in places):
            continue
        for number, row in enumerate(rows, start=first):
            _prepare(sheet, table, number, places)
            for field, value in row.items():
                column = places.get(f"{table}.{field}")
                if column is not None:
                    sheet.cell(number, column).value = value  # type: ignore[assignment]
        native = sheet.tables.get(f"tbl_{table}")
        if native is not None and rows:
            right = get_column_letter(max(places.values()))
            native.ref = f"A{HEADER_ROW}:{right}{first + len(rows) - 1}"
            native.autoFilter.ref = native.ref


def _prepare(sheet: Worksheet, table: str, row: int, places: Mapping[str, int]) -> None:
    """A new row looks and answers like the first one, as the daemon lays it."""
    mine = {
        key.partition(".")[2]: col for key, col in places.items() if key.startswith(f"{table}.")
    }
    sheet.row_dimensions[row].height = sheet.row_dimensions[FIRST_ROW].height
    for field, col in mine.items():
        known = load().tables[table].column(field)
        cell = sheet.cell(row, col)
        cell._style = copy(sheet.cell(FIRST_ROW, col)._style)  # type: ignore[union-attr]
        if known.live is not None and cell.value is None:
            cell.value = "=" + cell_formula(known, mine, row)


def set_clock(book: Workbook, **values: object) -> None:
    """Fill the service sheet and stop the clock, so that results do not depend on the day."""
    sheet = book["_crm"]
    known = {"now": NOW, "asof": ASOF, "written_at": NOW, "reply_minutes": 30, "plan_year": 2026}
    rows = {str(c.value): c.row for c in sheet["A"] if c.value}
    for key, value in {**known, "helper": "Олег, 8 916 000-00-00", **values}.items():
        sheet.cell(rows[key], 3).value = value  # type: ignore[assignment]


def column(book: Workbook, table: str, field: str, count: int) -> list[object]:
    """Values of a field, from the first row on."""
    sheet = sheet_with(book, table)
    place = keys(sheet)[f"{table}.{field}"]
    return [sheet.cell(row, place).value for row in range(FIRST_ROW, FIRST_ROW + count)]


STAGES: Sequence[Row] = (
    {"name": "Новая", "prob": 10, "norm_days": 2},
    {"name": "КП отправлено", "prob": 40, "norm_days": 5},
    {"name": "Переговоры", "prob": 50, "norm_days": 14},
    {"name": "Договор", "prob": 80, "norm_days": 7},
    {"name": "Счёт выставлен", "prob": 90, "norm_days": 10},
    {"name": "Успешно", "prob": 100, "outcome": "успешно"},
    {"name": "Отказ", "prob": 0, "outcome": "отказ"},
)
REASONS: Sequence[Row] = tuple(
    {"name": text}
    for text in (
        "Дорого",
        "Выбрали других",
        "Нет бюджета",
        "Нет потребности",
        "Не отвечает",
        "Не наш профиль",
        "Спам",
    )
)


def deals() -> list[dict[str, object]]:
    """The rows of UX.md section 5 and one of each signal."""
    out: list[dict[str, object]] = []
    for number, row in enumerate(sample.deals(), start=97):
        values = dict(zip(sample.DEAL_FIELDS, row, strict=True))
        del values["prob"]  # the daemon's
        out.append(values | {"paid": values["paid"] or 0, "id": f"С-{number}"})
    out[0]["note"] = "Ждут скидку 5 %"
    out[4] |= {"note": "ЛПР в отпуске до 15.03", "stage_days": 24, "stage_norm": 14}
    return out
