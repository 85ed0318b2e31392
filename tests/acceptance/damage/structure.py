"""Damage to the form of a real file, end to end: a book is spoilt with openpyxl, a pass follows.

Either the book is left alone (held, or not to be read, with words that say why), or the store
keeps every row and every value.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import FIRST_ROW, HEADER_ROW, KEY_ROW
from model.records import Record
from model.values import Value
from sync.commands.said import words_of
from sync.cycle import PassReport
from tests.scenarios.team import ROGOV, Scene, copy_team, found_team, today

CLIENTS, DEALS = "Клиенты", "Сделки"
Harm = Callable[[Worksheet, Mapping[str, int]], None]


@dataclass(frozen=True, slots=True)
class Structure:
    """One kind of damage to a sheet; `words` of the stop, nothing where all must be kept."""

    name: str
    sheet: str
    harm: Harm
    words: str = ""


def _blank(row: int) -> Harm:
    def harm(sheet: Worksheet, _: Mapping[str, int]) -> None:
        for col in range(1, sheet.max_column + 1):
            sheet.cell(row, col).value = None

    return harm


def _both(*harms: Harm) -> Harm:
    def harm(sheet: Worksheet, places: Mapping[str, int]) -> None:
        for one in harms:
            one(sheet, places)

    return harm


def _delete(row: int, count: int = 1) -> Harm:
    return lambda sheet, _: sheet.delete_rows(row, count)


def _insert(row: int, count: int = 1) -> Harm:
    return lambda sheet, _: sheet.insert_rows(row, count)


def _clear(field: str) -> Harm:
    def harm(sheet: Worksheet, places: Mapping[str, int]) -> None:
        for row in range(FIRST_ROW, sheet.max_row + 1):
            sheet.cell(row, places[field]).value = None

    return harm


def _errors(field: str) -> Harm:
    def harm(sheet: Worksheet, places: Mapping[str, int]) -> None:
        for row in range(FIRST_ROW, sheet.max_row + 1):
            if sheet.cell(row, places[field]).value is not None:
                sheet.cell(row, places[field]).value = "=#REF!"

    return harm


STRUCTURES = (
    Structure("строка заголовков стёрта", CLIENTS, _blank(HEADER_ROW)),
    Structure("строка ключей стёрта", DEALS, _blank(KEY_ROW)),
    Structure("строка ключей удалена", CLIENTS, _delete(KEY_ROW)),
    Structure("ключи и заголовки стёрты", CLIENTS, _both(_blank(KEY_ROW), _blank(HEADER_ROW)),
              "пропали скрытая первая строка и заголовки"),
    Structure("строки над заголовками", DEALS, _insert(HEADER_ROW - 1, 2)),
    Structure("все метки строк стёрты", DEALS, _clear("row_id")),
    Structure("лист очищен от строк", DEALS, _delete(FIRST_ROW, 500), "исчезли"),
    Structure("этапы стали ошибками", DEALS, _errors("stage")),
)  # fmt: skip


def struck(kinds: Sequence[Structure]) -> Iterator[tuple[str, str]]:
    """Each kind with what is wrong about how it was taken."""
    if not kinds:
        return
    with tempfile.TemporaryDirectory(prefix="damage-") as folder:
        place = Path(folder)
        now = today()
        found_team(place / "empty" / "team", place / "empty" / "states", now)
        scene = copy_team(place / "empty", place / "full", now)
        scene.run()
        scene.close()
        for number, kind in enumerate(kinds):
            copy = copy_team(place / "full", place / str(number), now)
            try:
                yield kind.name, _strike(copy, kind)
            finally:
                copy.close()


def _strike(scene: Scene, kind: Structure) -> str:
    before = _values(scene)
    path = scene.book(ROGOV)
    book = openpyxl.load_workbook(path)
    sheet = book[kind.sheet]
    places = {str(c.value).partition(".")[2]: c.column for c in sheet[KEY_ROW] if c.value}
    kind.harm(sheet, places)
    book.save(path)
    spoilt = path.read_bytes()
    report = scene.run()
    if _values(scene) != before:
        return f"the store moved: {_moved(before, _values(scene))}"
    said = _said(scene, report)
    if kind.words and kind.words not in said:
        return f"the words are others: {said or 'none'}"
    fault = any(line.fault for line in report.books if line.state.person == ROGOV)
    if fault and path.read_bytes() != spoilt:
        return "a book that cannot be read was written"
    return "" if kind.words or not said else f"stopped: {said}"


def _said(scene: Scene, report: PassReport) -> str:
    """Why the book stands still; empty when it does not."""
    line = next(book for book in report.books if book.state.person == ROGOV)
    if line.fault is not None:
        return words_of(line.fault)
    with suppress(StopIteration):
        return next(f"{q.wrong} {q.proposal}" for q in scene.questions() if line.held and q.red)
    return line.held


def _values(scene: Scene) -> dict[tuple[str, str], Mapping[str, Value]]:
    return {
        (table, i): _typed(scene, table, row)
        for table in ("clients", "deals")
        for i, row in scene.rows(table).items()
    }


def _typed(scene: Scene, table: str, row: Record) -> dict[str, Value]:
    shape = scene.team.blueprint.tables[table]
    kept = {c.key for c in shape.columns if c.owner.value in {"person", "import"}}
    return {k: v for k, v in row.values.items() if k in kept and v is not None}


def _moved(
    before: Mapping[tuple[str, str], Mapping[str, Value]],
    after: Mapping[tuple[str, str], Mapping[str, Value]],
) -> str:
    rows = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    first = min(rows)
    return f"{len(rows)} rows, first {first}: {before.get(first)} -> {after.get(first)}"
