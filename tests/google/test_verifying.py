"""Rows that somebody moved between our read and our write: what hit another record goes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.books.google.laying import scan
from sync.books.google.reading import sheets_of
from sync.books.google.requests import Change, cell_data
from sync.books.google.verifying import misplaced, stands
from sync.books.written import Sheet
from sync.ooxml import CellKind, CellScan

ID, NAME, NOTE = 1, 2, 3
IDS = frozenset({ID})
Rows = list[tuple[str, str, str]]


def sheet(rows: Rows) -> Sheet:
    """Rows of id, name and note from the fourth row on; empty texts are empty cells."""
    keys = tuple(
        CellScan(n, CellKind.TEXT, f"clients.{k}")
        for n, k in enumerate(("row_id", "name", "note"), start=1)
    )
    lines = {
        n: tuple(
            CellScan(col, CellKind.TEXT, text) for col, text in enumerate(row, start=1) if text
        )
        for n, row in enumerate(rows, start=4)
    }
    return Sheet(
        0, "Клиенты", False, 100, 3, (), {1: keys, **{n: c for n, c in lines.items() if c}}
    )


def text(col: int, word: str) -> CellScan | None:
    return CellScan(col, CellKind.TEXT, word) if word else None


def note(row: int, before: str, after: str) -> Change:
    return Change(row, NOTE, text(NOTE, before), text(NOTE, after))


def written(tab: Sheet, cells: tuple[Change, ...]) -> Sheet:
    """The tab with the cells written at their numbers, whatever stands there now."""
    rows = {n: {c.col: c for c in row} for n, row in tab.rows.items()}
    for one in cells:
        line = rows.setdefault(one.row, {})
        line.pop(one.col, None)
        if one.after is not None:
            line[one.col] = one.after
    told = {n: tuple(line[c] for c in sorted(line)) for n, line in rows.items() if line}
    return replace(tab, rows=told)


BASE: Rows = [("a", "Альфа", "1"), ("b", "Бета", "2"), ("c", "Вега", "3")]
WRITE = (note(5, "2", "наше"),)
NEW = tuple(
    Change(7, col, None, text(col, word)) for col, word in ((ID, "n"), (NAME, "Новый"), (NOTE, "4"))
)


def moved(how: Callable[[Rows], Rows]) -> Sheet:
    return sheet(how(list(BASE)))


@pytest.mark.parametrize(
    ("how", "back"),
    [
        (lambda rows: rows, []),
        (lambda rows: rows[::-1], []),  # the middle one stays in the middle
        (lambda rows: [rows[1], rows[0], rows[2]], [(5, "1")]),
        (lambda rows: [rows[0], ("", "", ""), *rows[1:]], [(5, "")]),
        (lambda rows: [rows[0], rows[2]], [(5, "3")]),
        (lambda rows: [("x", "Икс", ""), *rows], [(5, "1")]),
    ],
    ids=["nobody", "turned over", "two swapped", "inserted", "deleted", "pasted above"],
)
def test_a_cell_that_hit_another_record_gets_its_own_back(
    how: Callable[[Rows], Rows], back: list[tuple[int, str]]
) -> None:
    fresh, got = sheet(BASE), written(moved(how), WRITE)
    found = [
        (one.row, "" if cell.after is None else cell.after.text)
        for one in misplaced(fresh, got, WRITE, ID)
        for cell in one.back
    ]
    assert found == back


@pytest.mark.parametrize(
    ("how", "back"),
    [
        (lambda rows: rows, []),
        (lambda rows: rows[::-1], []),
        (lambda rows: rows[1:], []),  # a gap is left above, nothing was overwritten
        (lambda rows: [("", "", ""), *rows], [(7, {"c", "Вега", "3"})]),
    ],
    ids=["nobody", "turned over", "deleted above", "inserted above"],
)
def test_a_new_row_that_fell_on_the_last_one_makes_room_again(
    how: Callable[[Rows], Rows], back: list[tuple[int, set[str]]]
) -> None:
    fresh, got = sheet(BASE), written(moved(how), NEW)
    found = [
        (one.row, {cell.after.text for cell in one.back if cell.after is not None})
        for one in misplaced(fresh, got, NEW, ID)
    ]
    assert found == back


@pytest.mark.parametrize(
    ("how", "right"),
    [
        (lambda rows: rows, True),
        (lambda rows: [rows[1], rows[0], rows[2]], False),
        (lambda rows: [rows[0], ("b", "Бета", "занято"), rows[2]], False),
        (lambda rows: [("a", "Альфа и сын", "1"), *rows[1:]], True),
    ],
    ids=["nobody", "moved", "typed into", "typed elsewhere"],
)
def test_a_plan_stands_while_its_rows_and_cells_do(
    how: Callable[[Rows], Rows], right: bool
) -> None:
    assert stands(sheet(BASE), moved(how), WRITE, IDS) is right


def test_a_row_without_an_id_is_known_by_all_that_stands_in_it() -> None:
    known = sheet([*BASE, ("", "Новый", "")])
    give = (Change(7, ID, None, text(ID, "n")),)
    assert stands(known, known, give, IDS)
    assert not stands(known, sheet([*BASE, ("", "Другой", "")]), give, IDS)
    inserted = sheet([BASE[0], ("", "", ""), *BASE[1:], ("", "Новый", "")])
    (found,) = misplaced(known, written(inserted, give), give, ID)
    assert [(c.col, c.after.text if c.after else "") for c in found.back] == [(ID, "c")]


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_quotient_comes_back_from_google_as_it_was_laid(number: int, divisor: int) -> None:
    laid = scan(1, Decimal(number) / divisor)
    row = json.loads(json.dumps({"values": [cell_data(laid)]}))
    tab = {"properties": {"title": "Клиенты"}, "data": [{"rowData": [row]}]}
    (read,) = sheets_of({"sheets": [tab]})
    assert read.cell(1, 1) == laid
