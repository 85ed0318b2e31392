"""How a full own book opens in LibreOffice, and how soon an edit is answered.

`python -m bench.opening` builds a salesperson's book with 5,000 deals, their live signals, today's
list and the forecast, and the same book with values only. LibreOffice opens both in turn; `ratio:`
is live to values (at most 2.0), `edit_ms:` the time from typing a step's day until the signal of
its row, the strip and the forecast show it (at most 10), without what reading these cells through
the bridge takes. Exit 1 past either.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, KEY_ROW, STRIP_ROW, Role
from templates.blueprint import load
from templates.build import build_book
from templates.live import cell_formula
from tests.office import SYSTEM_PYTHON, missing, office, tool

DEALS = 5_000
ROUNDS = 5
MOST_RATIO, MOST_EDIT_MS = 2.0, 10.0
SPARE = 500
TODAY = date(2026, 3, 12)
STAGES = (
    *(("Новая", 10, None), ("КП отправлено", 40, None), ("Переговоры", 50, None)),
    *(("Договор", 80, None), ("Счёт выставлен", 90, None)),
    *(("Успешно", 100, "успешно"), ("Отказ", 0, "отказ")),
)
FORECAST = "Мой прогноз"


def main(arguments: Sequence[str]) -> int:
    """Builds, measures, prints; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--deals", type=int, default=DEALS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args(arguments)
    lacking = missing(("soffice", "uno"))
    if lacking:
        print(f"not on this machine: {', '.join(lacking)} (make system)")
        return 1
    with tempfile.TemporaryDirectory(prefix="opening-") as folder:
        live, values, edit = books(Path(folder), options.deals)
        seen = measured(Path(folder), live, values, edit, options.rounds)
    ratio = statistics.median(seen["live"]) / statistics.median(seen["values"])
    edit_ms = (statistics.median(seen["edit"]) - statistics.median(seen["idle"])) * 1000
    print(f"deals: {options.deals}")
    print(f"live_s: {statistics.median(seen['live']):.3f}")
    print(f"values_s: {statistics.median(seen['values']):.3f}")
    print(f"ratio: {ratio:.2f}")
    print(f"edit_ms: {edit_ms:.1f}")
    return 0 if ratio <= MOST_RATIO and edit_ms <= MOST_EDIT_MS else 1


def books(folder: Path, deals: int) -> tuple[Path, Path, dict[str, object]]:
    """The live book, the same with values only, and the edit to make in the live one."""
    book = load_workbook(io.BytesIO(build_book(load(), Role.MANAGER, stamp="bench")))
    sheet = _sheet_with(book, "deals")
    places = _places(sheet, "deals")
    _lists(book)
    _service(book)
    _fill(sheet, places, deals)
    _widen(book, deals)
    live = _stored(book, folder / "live.xlsx", recalc=True)
    shown, plain = load_workbook(live, data_only=True), load_workbook(live)
    for page in plain.worksheets:
        for line in page.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = shown[page.title].cell(cell.row, cell.column).value
    values = _stored(plain, folder / "values.xlsx", recalc=False)
    row = FIRST_ROW + deals // 2
    look = [
        [sheet.title, sheet.cell(row, places["signal"]).coordinate],
        [sheet.title, f"A{STRIP_ROW}"],
        *([FORECAST, f"{column}{line}"] for column in "DEF" for line in (10, 17)),
    ]
    edited = sheet.cell(row, places["step_on"]).coordinate
    return live, values, {"sheet": sheet.title, "cell": edited, "look": look}


def measured(
    folder: Path, live: Path, values: Path, edit: Mapping[str, object], rounds: int
) -> dict[str, list[float]]:
    """Seconds of every opening of both books and of every edit."""
    order = {"live": str(live), "values": str(values), "edit": edit, "rounds": rounds}
    order["day"] = (TODAY - date(1899, 12, 30)).days
    hand = Path(__file__).with_name("opening_hand.py")
    command = [SYSTEM_PYTHON, str(hand), str(folder / "profile"), str(tool("soffice"))]
    done = subprocess.run(
        command, input=json.dumps(order), capture_output=True, text=True, check=True, timeout=900
    )
    seen: dict[str, list[float]] = json.loads(done.stdout)
    return seen


def _stored(book: Workbook, path: Path, *, recalc: bool) -> Path:
    """The book as LibreOffice stores it, with the results beside the formulas."""
    source = path.with_name(f"source-{path.name}")
    book.save(source)
    office().convert(source, "xlsx", path.parent / path.stem, recalc=recalc)
    return path.parent / path.stem / source.name


def _fill(sheet: Worksheet, places: Mapping[str, int], deals: int) -> None:
    table, dice = load().tables["deals"], random.Random(5)
    live = [table.column(key) for key in places if table.has(key)]
    for number in range(deals):
        row, name, _, outcome = (
            FIRST_ROW + number,
            *dice.choice([(s[0], s[1], s[2]) for s in STAGES]),
        )
        typed: dict[str, object] = {
            "id": f"С-{number + 1}",
            "client_id": f"Клиент {number % 2000}",
            "stage": name,
            "amount": dice.randint(10, 900) * 1000,
            "paid": 0,
            "next_step": dice.choice([None, "Перезвонить", "Созвон по КП"]),
            "step_on": dice.choice([None, TODAY + timedelta(days=dice.randint(-9, 30))]),
            "expected_on": dice.choice([None, TODAY + timedelta(days=dice.randint(-5, 40))]),
            "stage_days": dice.randint(0, 40),
            "stage_norm": 7,
            "idle_days": dice.randint(0, 30),
            "lost_reason": "Дорого" if outcome == "отказ" else None,
        }
        for key, value in typed.items():
            sheet.cell(row, places[key]).value = value  # type: ignore[assignment]
        for column in live:
            if column.live is not None:
                formula = f"={cell_formula(column, places, row)}"
                sheet.cell(row, places[column.key]).value = formula


def _widen(book: Workbook, deals: int) -> None:
    """Names over the deals reach as far as the daemon sets them: 500 rows past the last."""
    for name, defined in book.defined_names.items():
        if name.startswith("deals_"):
            start, _, _ = str(defined.attr_text).rpartition("$")
            defined.attr_text = f"{start}${FIRST_ROW + deals + SPARE}"


def _lists(book: Workbook) -> None:
    sheet = _sheet_with(book, "stages")
    places = _places(sheet, "stages")
    for row, (name, share, outcome) in enumerate(STAGES, start=FIRST_ROW):
        for key, value in (("name", name), ("prob", share), ("outcome", outcome)):
            sheet.cell(row, places[key]).value = value


def _service(book: Workbook) -> None:
    """The day of the figures; `now` stays the live clock that a book has."""
    sheet = book["_crm"]
    rows = {str(cell.value): cell.row for cell in sheet["A"] if cell.value}
    moment = datetime.combine(TODAY, datetime.min.time())
    for key, value in (("asof", TODAY), ("written_at", moment), ("plan_year", 2026)):
        sheet.cell(rows[key], 3).value = value


def _sheet_with(book: Workbook, table: str) -> Worksheet:
    return next(s for s in book.worksheets if _places(s, table))


def _places(sheet: Worksheet, table: str) -> dict[str, int]:
    keys = ((sheet.cell(KEY_ROW, c).value, c) for c in range(1, sheet.max_column + 1))
    start = f"{table}."
    return {str(k).removeprefix(start): c for k, c in keys if str(k).startswith(start)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
