"""MERGE_SPEC section 7 line by line: from which content a save descends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from model.records import Kept, KeptKind
from model.snapshot import CellRead, RowRead, Stamp, TableRead
from model.values import Fault, Value
from sync.merge import Edit
from sync.merge.bases import (
    Content,
    Descent,
    Distance,
    Moved,
    alike,
    content_of,
    contents_of,
    descent,
    distance,
    nearest,
    second_editor,
    sure,
)
from sync.merge.sides import AT
from tests.sync.merge.told import DEALS, STAGES

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
HOME = Stamp("команда", "книга", 7)


def kept(*words: str) -> tuple[Kept, ...]:
    """«6 wrote a», oldest first; a fourth word is how many minutes ago."""
    out = []
    for number, line in enumerate(words, start=1):
        generation, kind, token, *ago = line.split()
        at = NOON - timedelta(minutes=int(ago[0]) if ago else 600 - number)
        out.append(Kept(number, "книга", int(generation), token, KeptKind(kind), at))
    return tuple(reversed(out))


ALL = ("6 wrote a", "6 seen b", "7 wrote c", "7 seen d")
STAMP = Stamp("команда", "книга", 7)
OLD = Stamp("команда", "книга", 6)
DESCENTS = {
    "the current stamp": (STAMP, "x", ALL, Descent.NEWEST),
    "a stamp ahead of a store that was put back": (
        Stamp("команда", "книга", 9),
        "x",
        ALL,
        Descent.NEWEST,
    ),
    "an older write byte for byte": (OLD, "a", ALL, Descent.RESTORED),
    "an older save byte for byte": (OLD, "b", ALL, Descent.RESTORED),
    "an earlier save of the current stamp": (STAMP, "c", ALL, Descent.RESTORED),
    "an old file without its stamp, byte for byte": (None, "a", ALL, Descent.RESTORED),
    "a second return": (OLD, "a", (*ALL, "6 returned a 50"), Descent.RESTORED),
    "a third return within the hour": (
        OLD,
        "a",
        (*ALL, "6 returned a 50", "6 returned a 9"),
        Descent.FIGHT,
    ),
    "a third return after an hour": (
        OLD,
        "a",
        (*ALL, "6 returned a 90", "6 returned a 9"),
        Descent.RESTORED,
    ),
    "returns on a clock that was put back": (
        OLD,
        "a",
        (*ALL, "6 returned a -50", "6 returned a -9"),
        Descent.FIGHT,
    ),
    "an older stamp with new content": (OLD, "x", ALL, Descent.OLDER),
    "an older stamp of which nothing is kept": (
        Stamp("команда", "книга", 3),
        "x",
        ALL,
        Descent.LOST,
    ),
    "no stamp": (None, "x", ALL, Descent.LOST),
    "another team": (Stamp("чужая", "книга", 7), "x", ALL, Descent.STRANGER),
    "another book of ours": (Stamp("команда", "другая", 7), "x", ALL, Descent.STRANGER),
    "another team with bytes that we know": (
        Stamp("чужая", "книга", 7),
        "a",
        ALL,
        Descent.STRANGER,
    ),
    "bytes known only from a copy beside": (STAMP, "k", (*ALL, "6 copy k"), Descent.NEWEST),
}


@pytest.mark.parametrize(("stamp", "token", "known", "way"), DESCENTS.values(), ids=DESCENTS)
def test_what_a_save_descends_from(
    stamp: Stamp | None, token: str, known: tuple[str, ...], way: Descent
) -> None:
    assert descent(stamp, token, kept(*known), home=HOME, now=NOON) is way


def test_contents_of_a_stamp_are_each_named_once_the_newest_first() -> None:
    known = kept(*ALL, "6 returned a", "6 copy k", "6 seen a")
    assert [k.token for k in contents_of(6, known)] == ["a", "b"]
    assert [k.number for k in contents_of(6, known)] == [7, 2]


def row(number: int, row_id: str | None, **values: Value) -> RowRead:
    return RowRead(number, row_id, {k: CellRead(v) for k, v in values.items()})


def read(*rows: RowRead, table: str = "deals") -> TableRead:
    fields = ("name", "amount", "stage", "paid", "prob")
    places = {key: n for n, key in enumerate(fields, start=1)}
    return TableRead(table, "Лист", places, {}, rows, len(rows) + 3, 3)


def test_a_kept_content_gives_rows_without_an_id_the_one_they_got_since() -> None:
    stored: Mapping[str, Mapping[str, Value]] = {
        "Д-1": {"name": "Альфа"},
        "Д-9": {"name": "Бета", "amount": Decimal(5), "stage": "КП"},
    }
    found = content_of(
        DEALS,
        read(
            row(4, "Д-1", name="Альфа", amount=Fault("#N/A"), paid=Decimal(3)),
            row(5, None, name="Бета", amount=Decimal(5), stage="КП"),
            row(6, None, name="Гамма"),
            row(7, None),
            row(8, "Д-1", name="копия"),
        ),
        stored,
    )
    assert dict(found.rows) == {
        "Д-1": {"name": "Альфа", "paid": 3},
        "Д-9": {"name": "Бета", "amount": 5, "stage": "КП", AT: 5},
    }
    assert found.order == ("Д-1", "Д-9")


def test_a_kept_list_is_known_by_its_texts() -> None:
    seen = read(row(4, None, name="КП", prob=Decimal(40)), table="stages")
    found = content_of(STAGES, seen, {})
    assert dict(found.rows) == {"кп": {"name": "КП", "prob": 40}}
    assert distance(STAGES, seen, found) == Distance(0, 0, 1)


def content(**rows: Mapping[str, Value]) -> Content:
    return Content(rows, tuple(rows))


def test_the_distance_counts_cells_rows_and_lost_rows() -> None:
    base = content(
        a={"name": "Альфа", "amount": Decimal(1)},
        b={"name": "Бета", "amount": Decimal(2), "paid": Decimal(9)},
        c={"name": "Гамма"},
    )
    seen = read(row(4, "a", name="Альфа", amount="1,00"), row(5, "b", name="Бета", stage="КП"))
    assert distance(DEALS, seen, base) == Distance(cells=3, rows=2, total=3)
    assert distance(DEALS, seen, base) + Distance(1, 1, 1) == Distance(4, 3, 4)


def test_a_row_typed_anew_is_as_far_as_its_cells_and_no_row_that_differs() -> None:
    """A content that has the row already is nearer, even when the row was typed on since."""
    first: dict[str, dict[str, Value]] = {"a": {"name": "Альфа"}}
    later: dict[str, dict[str, Value]] = {
        **first,
        "b": {"name": "Бета", "stage": "КП", "amount": Decimal(2), AT: Decimal(5)},
    }
    new = row(5, None, name="Бета", stage="КП", amount=Decimal(3), paid=Decimal(1))
    seen = read(row(4, "a", name="Альфа"), new)
    assert distance(DEALS, seen, content(**first)) == Distance(cells=3, rows=0, total=1)
    assert distance(DEALS, seen, content(**later)) == Distance(cells=1, rows=1, total=2)


def ranked(**cells: int) -> list[tuple[Kept, Distance]]:
    known = {k.token: k for k in kept(*(f"6 seen {token}" for token in cells))}
    return [(known[token], Distance(n, n, 40)) for token, n in reversed(cells.items())]


NEAR = {
    "the fewest differing cells": ({"a": 5, "b": 2, "c": 9}, "b", "b"),
    "a tie": ({"a": 2, "b": 9, "c": 2}, "c", "a"),
    "nothing kept": ({}, None, None),
}


@pytest.mark.parametrize(("cells", "newest", "oldest"), NEAR.values(), ids=NEAR)
def test_the_nearest_content(cells: dict[str, int], newest: str, oldest: str) -> None:
    for wanted, first in ((newest, True), (oldest, False)):
        best = nearest(ranked(**cells), newest=first)
        assert (None if best is None else best.token) == wanted


SURE = {
    "one is nearest and near": ({"a": 5, "b": 2}, [], "b"),
    "two are as near and hold different things": ({"a": 2, "b": 2}, [], None),
    "two are as near and hold the same": ({"a": 2, "b": 2}, [{1, 2}], "b"),
    "the nearest is past the brake": ({"a": 21}, [], None),
    "as much as the brake allows": ({"a": 20}, [], "a"),
    "nothing is kept": ({}, [], None),
}


@pytest.mark.parametrize(("cells", "same", "token"), SURE.values(), ids=SURE)
def test_a_file_without_a_stamp_is_matched_when_it_is_certain(
    cells: dict[str, int], same: list[set[int]], token: str | None
) -> None:
    best = sure(ranked(**cells), [frozenset(numbers) for numbers in same])
    assert (None if best is None else best.token) == token


def test_contents_that_differ_in_computed_cells_only_are_alike() -> None:
    one, two, three = kept("6 seen a", "6 seen b", "6 seen c")
    contents = [
        (one, {"deals": content(a={"name": "Альфа", "paid": Decimal(1)})}),
        (two, {"deals": content(a={"name": "Альфа", "paid": Decimal(2)})}),
        (three, {"deals": content(a={"name": "Бета"})}),
    ]
    assert alike(contents, {"deals": DEALS}) == [{3, 2}, {1}]


LAST = tuple(Moved("deals", "a", f, Decimal(1), Decimal(2)) for f in ("x", "y", "z"))
BACK = [Edit("a", f, Decimal(2), Decimal(1)) for f in ("x", "y", "z")]
OTHER = Edit("b", "x", None, Decimal(5))
SECOND = {
    "all are back and others moved": (LAST, [*BACK, OTHER], 3),
    "all are back and nothing else": (LAST, BACK, 0),
    "one of them stayed": (LAST, [*BACK[:2], OTHER], 0),
    "one of them became something else": (
        LAST,
        [*BACK[:2], Edit("a", "z", Decimal(2), Decimal(3)), OTHER],
        0,
    ),
    "two cells are too few": (LAST[:2], [*BACK[:2], OTHER], 0),
    "nothing was done before": ((), [OTHER], 0),
}


@pytest.mark.parametrize(("last", "edits", "count"), SECOND.values(), ids=SECOND)
def test_a_second_editor_is_known_by_what_it_takes_back(
    last: tuple[Moved, ...], edits: list[Edit], count: int
) -> None:
    assert len(second_editor(last, {"deals": edits})) == count
