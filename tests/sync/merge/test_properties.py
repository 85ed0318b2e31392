"""What holds for any three sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.blueprint import Kind, Owner
from model.canon import canon
from model.snapshot import CellRead, RowRead, TableRead
from model.values import Fault, Value
from sync.merge import Sides, TableMerge, merge_table
from sync.merge.foreign import is_foreign
from tests.sync.merge.told import DEALS, after

TYPED = {c.key: c.kind for c in DEALS.columns if c.owner in {Owner.PERSON, Owner.IMPORT}}
COMPUTED = {"paid": Kind.MONEY}
FIELDS = (*TYPED, *COMPUTED)
Row = dict[str, Value]

values: st.SearchStrategy[Value] = st.sampled_from(
    [None, Decimal(100), Decimal(120), "КП", "Счёт", "8 916 000-00-01", "=1"]
)
faults = st.sampled_from([Fault("#N/A"), Fault("merged")])
stored_rows: st.SearchStrategy[Row] = st.dictionaries(
    st.sampled_from(FIELDS), values.filter(lambda v: v is not None)
)
ids = st.sampled_from(["Д-1", "Д-2", "Д-3", "Д-4"])
tables = st.dictionaries(ids, stored_rows, max_size=4)
cells = st.dictionaries(st.sampled_from(FIELDS), st.one_of(values, values, faults))
read_rows = st.lists(st.tuples(st.one_of(st.none(), ids, st.just("?X")), cells), max_size=5)
present = st.sets(st.sampled_from(FIELDS)).map(lambda gone: set(FIELDS) - gone)


@st.composite
def sides_of(draw: st.DrawFn) -> Sides:
    places = draw(present)
    rows = tuple(
        RowRead(
            at, row_id, {k: CellRead(v) for k, v in read.items() if v is not None and k in places}
        )
        for at, (row_id, read) in enumerate(draw(read_rows), start=4)
    )
    base, store, dead = draw(tables), draw(tables), draw(tables)
    return make_sides(rows, places, base, {**base, **store} if draw(st.booleans()) else store, dead)


def make_sides(
    rows: tuple[RowRead, ...],
    places: set[str],
    base: Mapping[str, Row],
    store: Mapping[str, Row],
    dead: Mapping[str, Row],
) -> Sides:
    count = iter(range(1, 100))
    read = TableRead(
        "deals", "Сделки", {f: i for i, f in enumerate(sorted(places))}, {}, rows, len(rows) + 3, 3
    )
    live = {
        i: {k: v for k, v in values.items() if k in TYPED}
        for i, values in store.items()
        if i not in dead
    }
    return Sides(DEALS, read, base, live, dead, lambda _: False, lambda: f"+{next(count)}")


def as_rows(seen: Mapping[str, Mapping[str, Value]]) -> tuple[RowRead, ...]:
    return tuple(
        RowRead(at, row_id, {k: CellRead(v) for k, v in values.items()})
        for at, (row_id, values) in enumerate(seen.items(), start=4)
    )


@given(sides_of())
def test_no_edit_is_lost_for_any_three_sides(sides: Sides) -> None:
    merge = merge_table(sides)
    rows = {row.row: row for row in sides.read.rows}
    store = after(sides, merge)
    edited = {(e.row_id, e.field): e.after for e in merge.edits}
    fresh = {n.row_id: n.values for n in merge.new}
    typed_over = {
        (c.row_id, c.field): c.other for c in merge.clashes if c.kind.value == "typed_over"
    }
    for number, row_id in merge.rows:
        base = sides.base.get(row_id, sides.dead.get(row_id, {}))
        for key, cell in rows[number].cells.items():
            kind = TYPED.get(key) or COMPUTED[key]
            if isinstance(cell.value, Fault) or canon(kind, cell.value) == canon(
                kind, base.get(key)
            ):
                continue
            if key in COMPUTED:
                new = row_id in fresh
                assert new or typed_over[row_id, key] == cell.value
            else:
                assert edited.get((row_id, key), fresh.get(row_id, {}).get(key)) == cell.value
                assert store[row_id][key] == cell.value


@given(sides_of())
def test_every_row_with_content_stands_somewhere_and_ids_are_unique(sides: Sides) -> None:
    merge = merge_table(sides)
    given_ids = [row_id for _, row_id in merge.rows]
    assert len(given_ids) == len(set(given_ids))
    typed = [c for c in DEALS.columns if c.key in TYPED]
    covered = {Fault("merged")}
    wanted = [
        r.row
        for r in sides.read.rows
        if any(r.value(k) is not None for k in TYPED)
        and (r.row_id or {c.value for c in r.cells.values()} != covered)
        and not is_foreign(r, typed, sides.read.titles)
    ]
    assert [row for row, _ in merge.rows] == wanted
    assert len(set(merge.deleted)) == len(merge.deleted)
    assert not set(merge.deleted) & set(given_ids)
    assert {n.row_id for n in merge.new} >= {i for i in given_ids if i.startswith("+")}


@given(sides_of())
def test_what_another_side_wanted_is_in_the_store_or_on_the_list(sides: Sides) -> None:
    merge = merge_table(sides)
    store = after(sides, merge)
    listed = {(c.row_id, c.field): c.other for c in merge.clashes}
    for row_id, row in sides.store.items():
        base = sides.base.get(row_id)
        if base is None or row_id in merge.deleted:
            continue
        for key, value in row.items():
            kind = TYPED[key]
            if canon(kind, value) in (None, canon(kind, base.get(key))):
                continue
            stands = canon(kind, store[row_id].get(key)) == canon(kind, value)
            assert stands or listed[row_id, key] == value


def settled(merge: TableMerge, sides: Sides) -> Sides:
    """The sides once the outcome stands everywhere."""
    store = after(sides, merge)
    seen = {i: merge.seen.get(i, {}) for i in store if i in merge.seen}
    shown = {
        i: {**{k: v for k, v in s.items() if k in COMPUTED}, **store[i]} for i, s in seen.items()
    }
    return make_sides(as_rows(shown), set(FIELDS), shown, store, {})


@given(sides_of())
def test_a_second_merge_of_what_stands_says_nothing(sides: Sides) -> None:
    again = settled(merge_table(sides), sides)
    merge = merge_table(again)
    assert (merge.edits, merge.new, merge.clashes, merge.revived) == ((), (), (), ())
    assert [i for _, i in merge.rows] == [i for i, r in again.base.items() if set(r) & set(TYPED)]


@given(sides_of(), st.randoms(use_true_random=False))
def test_a_merge_of_equals_in_any_order_is_a_no_op(sides: Sides, chance: Random) -> None:
    store = {i: dict(r) for i, r in sides.store.items() if r}
    rows = list(as_rows(store))
    chance.shuffle(rows)
    equal = make_sides(tuple(rows), set(FIELDS), store, store, {})
    merge = merge_table(equal)
    assert (merge.edits, merge.new, merge.deleted, merge.clashes) == ((), (), (), ())
    assert dict(merge.seen) == store


@given(sides_of())
def test_the_merge_is_pure(sides: Sides) -> None:
    count = iter(range(1, 100))
    again = replace(sides, new_id=lambda: f"+{next(count)}")
    assert merge_table(sides) == merge_table(again)


@pytest.mark.parametrize("sign", ["=1+1", "+7 тел.", "-скидка", "@все", "\tтаб", "\rвозврат"])
def test_a_text_with_a_formula_sign_is_kept_as_it_was_typed(sign: str) -> None:
    base: Row = {"note": "было"}
    row = RowRead(4, "Д-1", {"note": CellRead(sign)})
    merge = merge_table(make_sides((row,), set(FIELDS), {"Д-1": base}, {"Д-1": base}, {}))
    assert [e.after for e in merge.edits] == [sign]


def run(sides: Sides) -> tuple[dict[str, dict[str, Value]], TableMerge]:
    merge = merge_table(sides)
    return after(sides, merge), merge


@st.composite
def disjoint(draw: st.DrawFn) -> tuple[dict[str, Row], dict[str, Row], dict[str, Row], set[str]]:
    """A base, and what two people and an import make of different cells of it."""
    base = draw(st.dictionaries(ids, stored_rows.filter(set(TYPED).intersection), min_size=1))
    spots = [(i, key) for i in base for key in TYPED]
    moved = draw(st.lists(st.tuples(st.sampled_from(spots), values), max_size=6))
    first, second = ({i: dict(row) for i, row in base.items()} for _ in range(2))
    done: set[tuple[str, str]] = set()
    for n, ((row_id, key), value) in enumerate(moved):
        if (row_id, key) not in done:
            done.add((row_id, key))
            (first if n % 2 else second)[row_id][key] = value
    gone = set() if draw(st.booleans()) else {draw(ids)} & set(base)
    return base, first, second, {i for i in gone if first[i] == base[i] == second[i]}


def typed_only(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {
        i: {k: v for k, v in row.items() if k in TYPED and v is not None} for i, row in rows.items()
    }


@given(disjoint())
def test_disjoint_edits_give_the_same_store_in_any_order(
    case: tuple[dict[str, Row], dict[str, Row], dict[str, Row], set[str]],
) -> None:
    base, first, second, gone = case
    outcomes = []
    for order in ((first, second), (second, first)):
        store: dict[str, Row] = typed_only(base)
        dead: dict[str, Row] = {}
        for n, book in enumerate(order):
            shown = {i: row for i, row in book.items() if not (n == 0 and i in gone)}
            sides = make_sides(as_rows(typed_only(shown)), set(TYPED), typed_only(base), store, {})
            sides = replace(sides, store=store, dead=dead, brake=False)
            now, merge = run(sides)
            dead |= {i: store[i] for i in merge.deleted}
            store = now
            assert not [c for c in merge.clashes if c.kind.value == "two_people"]
        outcomes.append(store)
    content = [{i for i, row in typed_only(book).items() if row} for book in (first, second)]
    if content[0] == content[1] == set(base):
        assert outcomes[0] == outcomes[1]


@given(sides_of(), st.randoms(use_true_random=False))
def test_moving_rows_and_columns_changes_nothing_that_is_merged(
    sides: Sides, chance: Random
) -> None:
    """Rows with ids of their own in any order mean the same edits (I7)."""
    named = [r for r in sides.read.rows if r.row_id and not r.row_id.startswith("?")]
    rows = list({r.row_id: r for r in named}.values())
    same = replace(sides, read=replace(sides.read, rows=tuple(rows)))
    chance.shuffle(rows)
    mixed = replace(sides, read=replace(sides.read, rows=tuple(rows)))
    first, second = run(same)[1], run(mixed)[1]
    assert {(e.row_id, e.field, str(e.after)) for e in first.edits} == {
        (e.row_id, e.field, str(e.after)) for e in second.edits
    }
    assert set(first.deleted) == set(second.deleted)
    assert set(first.revived) == set(second.revived)
