"""A sort that fell between two cells of a write damages no record."""

from __future__ import annotations

from sync.books.google.requests import Change
from sync.books.live.mending import mended
from sync.books.written import Sheet
from sync.ooxml import CellKind, CellScan

ID, NAME, PHONE = 1, 2, 3
Rows = dict[int, tuple[str, str, str]]


def tab(rows: Rows) -> Sheet:
    filled = {
        n: tuple(CellScan(c, CellKind.TEXT, t) for c, t in enumerate(texts, start=1) if t)
        for n, texts in rows.items()
    }
    return Sheet(0, "Клиенты", hidden=False, height=9, width=3, rows=filled)


def put(row: int, col: int, text: str, before: str = "") -> Change:
    old = CellScan(col, CellKind.TEXT, before) if before else None
    return Change(row, col, old, CellScan(col, CellKind.TEXT, text))


BEFORE: Rows = {4: ("a", "Альфа", "1"), 5: ("b", "Берёза", "2")}
NEW = (put(6, ID, "n"), put(6, NAME, "Новый"), put(6, PHONE, "9"))


def test_a_write_that_nobody_disturbed_needs_no_mending() -> None:
    done = mended(tab(BEFORE), tab({**BEFORE, 6: ("n", "Новый", "9")}), NEW, ID)
    assert (done.cells, done.undone) == ((), frozenset())


def test_cells_that_hit_another_record_go_back_and_the_new_row_gets_them() -> None:
    got = tab({4: ("n", "", ""), 5: ("a", "Альфа", "1"), 6: ("b", "Новый", "9")})
    done = mended(tab(BEFORE), got, NEW, ID)
    cells = {(c.row, c.col): None if c.after is None else c.after.text for c in done.cells}
    assert cells == {(6, NAME): "Берёза", (6, PHONE): "2", (4, NAME): "Новый", (4, PHONE): "9"}
    assert done.undone == frozenset()


def test_a_value_for_one_record_that_fell_on_another_goes_back_and_is_due_anew() -> None:
    got = tab({4: ("b", "Берёза", "7"), 5: ("a", "Альфа", "1")})
    done = mended(tab(BEFORE), got, (put(4, PHONE, "7", "1"),), ID)
    assert [(c.row, c.col, c.after and c.after.text) for c in done.cells] == [(4, PHONE, "2")]
    assert done.undone == {4}


def test_what_the_person_typed_meanwhile_stays() -> None:
    got = tab({4: ("b", "Берёза", "typed"), 5: ("a", "Альфа", "1")})
    assert mended(tab(BEFORE), got, (put(4, PHONE, "7", "1"),), ID).cells == ()
