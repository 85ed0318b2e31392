"""Rows that a program shows without the ids they got: found again, and told from new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from model.snapshot import CellRead, RowRead, TableRead
from model.values import Value
from sync.merge.bases import (
    Content,
    Distance,
    as_joined,
    content_of,
    distance,
    nearest,
    standing,
    sure,
    with_nameless,
)
from sync.merge.rows import found_again
from sync.merge.sides import AT, SHOWN, content_fields
from tests.sync.merge.test_bases import kept
from tests.sync.merge.told import DEALS

PLACES = {"row_id": 1, "name": 2, "stage": 3, "amount": 4, "inn": 5}
Cells = Mapping[str, Value]


def row(number: int, row_id: str | None, **cells: Value) -> RowRead:
    return RowRead(number, row_id, {key: CellRead(value) for key, value in cells.items()})


def read(*rows: RowRead) -> TableRead:
    return TableRead(
        "deals", "Сделки", PLACES, {k: k for k in PLACES}, rows, len(rows) + 3, header_row=3
    )


def found(base: Mapping[str, Cells], *rows: RowRead) -> dict[int, str]:
    """Row numbers with the ids that were found for them."""
    fields = [c for c in content_fields(DEALS) if c.key in PLACES]
    ids = found_again(DEALS, [(r, None) for r in rows], [*base], base, fields)
    return {r.row: ids[id(r)] for r in rows if id(r) in ids}


ALFA: Cells = {"name": "Альфа", "stage": "КП", "amount": Decimal(5), AT: Decimal(7)}


def test_a_row_that_moved_and_was_typed_over_is_the_one_that_holds_most_of_it() -> None:
    moved = row(4, None, name="Альфа", stage="Договор", amount=Decimal(5))
    copied = row(9, None, name="Альфа", stage="Договор", amount=Decimal(9))
    assert found({"a": ALFA}, moved, copied) == {4: "a"}


def test_of_two_rows_that_hold_as_much_of_it_the_nearer_is_the_old_one() -> None:
    one = row(4, None, name="Альфа", stage="Договор", amount=Decimal(5))
    other = row(9, None, name="Альфа", stage="КП", amount=Decimal(6))
    assert found({"a": ALFA}, one, other) == {9: "a"}


def test_of_two_rows_that_seek_one_who_shares_more_of_it_has_it() -> None:
    """The upper one was deleted, the lower one typed on; both held the same stage and amount."""
    upper: Cells = {"name": "Бета", "stage": "КП", "amount": Decimal(5), AT: Decimal(6)}
    left = row(6, None, name="Альфа и Ко", stage="КП", amount=Decimal(5))
    alfa = {**ALFA, "inn": "7701234560"}
    assert found({"b": upper, "a": alfa}, left) == {6: "b"}, "they share as much: the place tells"
    told = row(6, None, name="Альфа и Ко", stage="КП", amount=Decimal(5), inn="7701234560")
    assert found({"b": upper, "a": alfa}, told) == {6: "a"}


def test_a_row_that_holds_little_of_it_is_new() -> None:
    assert found({"a": ALFA}, row(4, None, name="Бета", stage="КП", amount=Decimal(9))) == {}


def test_many_rows_that_moved_are_found_by_what_they_hold() -> None:
    base: dict[str, Cells] = {
        f"i{n}": {"name": f"Фирма {n}", "stage": "КП", AT: Decimal(4 + n)} for n in range(300)
    }
    rows = [row(5 + n, None, name=f"Фирма {n}", stage="КП") for n in range(300)]
    assert found(base, *rows) == {5 + n: f"i{n}" for n in range(300)}


def test_a_kept_row_goes_by_the_id_that_it_was_given() -> None:
    """The store knows more of it by now, and the copy shows the id of its original."""
    seen = read(row(4, "a", name="Альфа"), row(5, None, name="Бета"), row(6, "a", name="Копия"))
    stored: dict[str, Cells] = {"b": {"name": "Бета и сыновья", "stage": "КП"}, "a": {}, "c": {}}
    known = content_of(DEALS, seen, stored, given={5: "b", 6: "c"})
    assert dict(known.rows) == {
        "a": {"name": "Альфа"},
        "b": {"name": "Бета", AT: 5},
        "c": {"name": "Копия", AT: 6},
    }


def test_a_kept_row_over_another_goes_by_its_own_id_and_remembers_which_it_shows() -> None:
    seen = read(row(4, "a", name="Альфа"), row(5, "b", name="Бета"), row(6, "Q1", name="Зет"))
    known = content_of(DEALS, seen, {}, lambda row_id: row_id != "Q1", given={4: "n", 6: "z"})
    assert dict(known.rows) == {
        "n": {"name": "Альфа", AT: 4, SHOWN: "a"},
        "b": {"name": "Бета"},
        "z": {"name": "Зет", AT: 6},
    }


def test_a_save_that_still_shows_another_id_beside_a_row_is_near_what_says_so() -> None:
    """And one that shows the very id of the row by now is no more so than any other."""
    wrote = Content({"a": {"name": "Альфа"}}, ("a",))
    seen = Content({"n": {"name": "Бета", AT: Decimal(4), SHOWN: "a"}}, ("n",))
    still, named = read(row(4, "a", name="Бета")), read(row(4, "n", name="Бета"))
    assert distance(DEALS, still, seen) == Distance(cells=0, rows=0, total=1, own=1)
    assert distance(DEALS, still, wrote).cells == 1
    assert distance(DEALS, named, seen).own == 0
    assert standing(DEALS, seen.rows, still) == {"n"}


def test_a_copy_with_the_id_of_its_original_is_known_by_its_own() -> None:
    """In whichever order they stand; before, it counted as a row that is gone."""
    was: Cells = {"name": "Альфа", "stage": "КП"}
    seen = Content({"a": was, "c": {**was, "stage": "Счёт", AT: Decimal(5)}}, ("a", "c"))
    twins = row(4, "a", name="Альфа", stage="Счёт"), row(5, "a", name="Альфа", stage="КП")
    for rows in (twins, twins[::-1]):
        now = read(*rows)
        assert distance(DEALS, now, seen) == Distance(cells=0, rows=0, total=2, own=1)
        assert standing(DEALS, seen.rows, now) == {"a", "c"}
        base = Content({"a": was}, ("a",))
        assert with_nameless(DEALS, base, [seen], now).rows == seen.rows


def test_a_row_that_was_made_one_with_what_it_stands_over_goes_by_the_id_it_shows() -> None:
    over: Cells = {"name": "Бета", AT: Decimal(4), SHOWN: "a"}
    elsewhere: Cells = {"name": "Гамма", AT: Decimal(5)}
    seen = Content({"n": over, "m": elsewhere, "b": {"name": "Зет"}}, ("n", "m", "b"))
    assert as_joined(seen, {}) is seen
    assert as_joined(seen, {"b": "x"}) is seen, "that one shows its id"
    one = as_joined(seen, {"n": "a", "m": "c"})
    assert one.rows == {"a": {"name": "Бета"}, "c": elsewhere, "b": {"name": "Зет"}}
    assert one.order == ("a", "c", "b")


def test_rows_of_its_own_make_no_content_certain_that_is_out_of_reach() -> None:
    """Without a stamp: an old content shows one such row, the newest one differs in a cell."""
    first, second = reversed(kept("6 seen a", "6 wrote b"))
    far = Distance(cells=180, rows=28, total=7, own=1)
    near = Distance(cells=1, rows=1, total=33, own=0)
    assert sure([(second, near), (first, far)], []) is second
    assert sure([(second, near), (first, replace(far, rows=2))], []) is first


def test_a_content_that_shows_the_programs_own_row_is_nearest() -> None:
    """The other has fewer differing cells: a row of it was deleted since."""
    gone: Cells = {"name": "Длинная", "stage": "КП", "amount": Decimal(1), "inn": "7701234560"}
    wrote = Content({"x": {"name": "Икс"}}, ("x",))
    saved = Content({"x": {"name": "Икс"}, "y": gone, "a": ALFA}, ("x", "y", "a"))
    now = read(row(4, "x", name="Икс"), row(5, None, name="Альфа", stage="КП", amount=Decimal(5)))
    first, second = reversed(kept("6 wrote a", "6 seen b"))
    ranked = [(second, distance(DEALS, now, saved)), (first, distance(DEALS, now, wrote))]
    assert ranked[0][1].cells > ranked[1][1].cells
    assert nearest(ranked) is second


def test_a_base_takes_the_rows_that_other_contents_show_nameless() -> None:
    base = Content({"x": {"name": "Икс"}}, ("x",))
    other = Content({"a": ALFA, "z": {"name": "Зет", AT: Decimal(9)}}, ("a", "z"))
    now = read(row(4, "x", name="Икс"), row(7, None, name="Альфа", stage="КП", amount=Decimal(6)))
    taken = with_nameless(DEALS, base, [other], now)
    assert taken.rows == {"x": {"name": "Икс"}, "a": ALFA}, "what is not there is no deletion"
    assert taken.order == ("x", "a")


def test_a_nameless_row_stands_though_it_was_handed_over() -> None:
    now = read(row(4, "x", name="Икс"), row(7, None, name="Альфа", stage="КП", amount=Decimal(6)))
    assert standing(DEALS, {"a": ALFA, "b": {"name": "Альфа"}}, now) == {"x", "a"}
