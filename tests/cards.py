"""«Карточка» as LibreOffice shows it, beside what the daemon and the rows of the book say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from model.blueprint import HEADER_ROW, KEY_ROW
from model.values import Value, to_serial
from sync.card.collect import ClientCard, Line
from templates.screens.card import Placed, placed
from templates.screens.card_blocks import TIMELINE, Form
from tests.scenarios.calc import Calc

SHEET = "Карточка"
PICKER = "C3"
TITLE, HINT = (2, 2), (3, 6)
FIGURES = {"paid": (6, 2), "debt": (6, 4), "in_work": (6, 6), "touched": (6, 10), "hour": (6, 12)}
COUNTED = ("deals", "payments", "tasks", "calls", "contacts", "documents", "letters", "complaints")
APART = 1e-4
"""A moment in a cell is a binary float of days; two that differ do so by a second."""
Values = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The card as a program shows it."""

    values: Values
    faults: str = ""

    def at(self, row: int, col: int) -> Any:
        """What a cell shows; nothing beyond the last one."""
        line = self.values[row - 1] if row <= len(self.values) else []
        return line[col - 1] if col <= len(line) else ""

    def figure(self, key: str) -> Any:
        """One of the five figures on top."""
        return self.at(*FIGURES[key])

    def count(self, key: str) -> int:
        """How many rows a block says that there are."""
        place = placed()[key]
        return int(self.at(place.top, place.hidden) or 0)


def shown_cards(calc: Calc, path: Path, picks: Sequence[str]) -> list[Seen]:
    """The card for each text typed into the yellow cell."""
    steps: list[dict[str, Any]] = []
    for pick in picks:
        steps.append({"do": "put", "sheet": SHEET, "cell": PICKER, "value": pick})
        steps.append({"do": "show", "sheets": [SHEET]})
    seen = calc.show(path, *steps)[1::2]
    return [Seen(one[SHEET]["values"], one[SHEET]["faults"]) for one in seen]


def differences(seen: Seen, card: ClientCard) -> Iterator[str]:
    """Where the sheet and the daemon say different things of one client."""
    if seen.faults:
        yield f"{card.number}: formulas fail in {seen.faults}"
    pairs: list[tuple[str, Any, Any]] = [
        ("title", seen.at(*TITLE), f"{card.name}   ·   {card.number}"),
        ("paid", seen.figure("paid"), card.paid),
        ("debt", seen.figure("debt"), card.debt),
        ("in_work", seen.figure("in_work"), card.in_work),
        ("touched", seen.figure("touched"), card.touched or "нет"),
    ]
    hour = card.hour
    told = "нет данных" if hour is None else f"{hour.starts}:00 - {hour.starts + 1}:00"
    pairs.append(("hour", seen.figure("hour"), told))
    for key, place in placed().items():
        pairs += _lines(seen, place, card) if key != TIMELINE.key else _events(seen, place, card)
    for what, there, here in pairs:
        if not same(there, here):
            yield f"{card.number}, {what}: {there!r} on the sheet, {here!r} computed"


def _lines(seen: Seen, place: Placed, card: ClientCard) -> Iterator[tuple[str, Any, Any]]:
    part = card.part(place.block.key)
    total = min(part.total, place.block.lines) if part.block.key == "refusals" else part.total
    yield f"{part.block.key} count", seen.count(part.block.key), total
    for number in range(place.block.lines):
        line = part.lines[number] if number < len(part.lines) else None
        if line is None and number == 0:
            continue  # the words that there is nothing
        for field in place.block.fields:
            there = seen.at(place.row(number), place.column(field.key))
            here = _cell(line, field.key)
            if field.form is Form.LINK and str(here).startswith("http"):
                here = field.word
            yield f"{part.block.key} {number + 1} {field.key}", there, here


def _events(seen: Seen, place: Placed, card: ClientCard) -> Iterator[tuple[str, Any, Any]]:
    for number in range(place.block.lines):
        event = card.events[number] if number < len(card.events) else None
        if event is None and number == 0:
            continue
        row = place.row(number)
        day = None if event is None else event.at.date()
        yield f"event {number + 1} day", seen.at(row, place.column("at")), day
        words = None if event is None else event.words
        yield f"event {number + 1}", seen.at(row, place.column("words")), words
        money = None if event is None else event.money
        yield f"event {number + 1} money", seen.at(row, place.column("money")), money


def _cell(line: Line | None, key: str) -> Value:
    return None if line is None else line.cells.get(key)


def same(there: Any, here: Any) -> bool:
    """Whether a cell shows a value: days as numbers, blanks as empty texts."""
    if here is None or here == "":
        return there in ("", None)
    if isinstance(here, date | datetime):
        here = float(to_serial(here))
        return isinstance(there, float) and abs(there - here) < APART
    if isinstance(here, Decimal | int) and not isinstance(here, bool):
        return isinstance(there, float | int) and abs(float(there) - float(here)) < 0.005
    return str(there).strip() == str(here).strip()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table of a book as an outsider reads them: by key, from the file alone."""

    rows: tuple[Mapping[str, Any], ...]

    def of(self, client: str) -> list[Mapping[str, Any]]:
        """Rows of a client."""
        return [row for row in self.rows if row.get("client_no") == client]


def tables(path: Path) -> dict[str, Table]:
    """Every table of a book, by the hidden keys of its columns."""
    book = CalamineWorkbook.from_path(path)
    found: dict[str, Table] = {}
    for name in book.sheet_names:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if len(lines) <= HEADER_ROW or "." not in str(lines[KEY_ROW - 1][0]):
            continue
        keys = [str(cell).rpartition(".")[2] for cell in lines[KEY_ROW - 1]]
        table = str(lines[KEY_ROW - 1][0]).partition(".")[0]
        rows = [dict(zip(keys, line, strict=True)) for line in lines[HEADER_ROW:]]
        found[table] = Table(tuple(row for row in rows if row.get("row_id")))
    return found


def recounted(book: Mapping[str, Table], client: str, today: date) -> dict[str, float]:
    """The figures of a card added up from the rows behind them, by an outsider's arithmetic."""
    money = book["payments" if "payments" in book else "receipts"].of(client)
    deals = book["deals"].of(client)
    opened = [deal for deal in deals if deal.get("stage_kind") == "open"]
    figures = {
        "paid": _total(money, "amount"),
        "in_work": _total(opened, "amount"),
        "debt": sum((_owed(deal, today) for deal in deals), 0.0),
        "deals": float(len(deals)),
        "payments": float(len(money)),
    }
    for key in ("tasks", "calls", "contacts", "documents", "letters", "complaints"):
        figures[key] = float(len(book[key].of(client))) if key in book else 0.0
    return figures


def _total(rows: Sequence[Mapping[str, Any]], key: str) -> float:
    return sum((row[key] for row in rows if isinstance(row.get(key), float | int)), 0.0)


def _owed(deal: Mapping[str, Any], today: date) -> float:
    """What a deal owes whose payment day passed: it is won, or its invoice was sent."""
    due, amount = deal.get("expected_on"), deal.get("amount")
    if not isinstance(due, date) or due >= today or not isinstance(amount, float | int):
        return 0.0
    late = deal.get("stage_kind") == "won" or deal.get("stage") == "Счёт выставлен"
    return max(amount - _total([deal], "paid"), 0.0) if late else 0.0
