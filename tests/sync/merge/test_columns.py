"""MERGE_SPEC section 5: which column is which field, one case for each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from model.values import Value
from sync.merge.columns import Found, Headings, find_columns
from tests.sync.merge.told import DEALS

FIELDS = ("name", "phone", "amount", "stage")
COLUMNS = [c for c in DEALS.columns if c.key in FIELDS]
BEFORE = {"name": 1, "phone": 2, "amount": 3, "stage": 4}
TITLES = {n: f"«{key}»" for key, n in BEFORE.items()}
KEYS = {n: key for key, n in BEFORE.items()}
NUMBERS: tuple[Value, ...] = (Decimal(5), Decimal(7), None)


def found(
    keys: Mapping[int, str],
    labels: Mapping[int, str] = TITLES,
    values: Mapping[int, Sequence[Value]] | None = None,
    before: Mapping[str, int] = BEFORE,
) -> Found:
    under = values or {}
    return find_columns(
        Headings(COLUMNS, keys, labels, set(keys), lambda col: under.get(col, ()), before)
    )


PLACES = {
    "a heading changed, the key in place": ((KEYS, {**TITLES, 2: "Тел."}), BEFORE),
    "a column moved": (
        ({1: "name", 2: "stage", 3: "phone", 4: "amount"}, {}),
        {"name": 1, "stage": 2, "phone": 3, "amount": 4},
    ),
    "a person's column inserted": (
        ({1: "name", 3: "phone", 4: "amount", 5: "stage"}, {2: "Моё"}),
        {"name": 1, "phone": 3, "amount": 4, "stage": 5},
    ),
    "a column copied to the side stays where its neighbours are": (
        ({**KEYS, 9: "phone"}, TITLES),
        BEFORE,
    ),
    "a column cut and its copy left at the end": (
        ({1: "name", 2: "phone", 3: "name", 4: "amount", 5: "stage"}, TITLES),
        {"name": 1, "phone": 2, "amount": 4, "stage": 5},
    ),
    "a copy put before the original": (
        ({1: "stage", 2: "name", 3: "phone", 4: "amount", 5: "stage"}, TITLES),
        {"name": 2, "phone": 3, "amount": 4, "stage": 5},
    ),
    "a lost key is told by the heading": (({1: "name", 2: "phone", 4: "stage"}, TITLES), BEFORE),
    "in English too, in any case": (
        ({1: "name", 2: "phone", 4: "stage"}, {**TITLES, 3: " AMOUNT "}),
        BEFORE,
    ),
    "a column that is gone": (
        ({1: "name", 2: "phone", 4: "stage"}, {1: "«name»"}),
        {"name": 1, "phone": 2, "stage": 4},
    ),
    "a key of another field that the role has not": (({**KEYS, 5: "note"}, TITLES), BEFORE),
}


@pytest.mark.parametrize(("sheet", "places"), PLACES.values(), ids=PLACES)
def test_where_fields_stand(
    sheet: tuple[Mapping[int, str], Mapping[int, str]], places: Mapping[str, int]
) -> None:
    assert dict(found(*sheet).places) == places


def test_a_copied_column_is_the_persons_own() -> None:
    seen = found({**KEYS, 9: "phone"})
    assert seen.copies == {9: "phone"}
    assert (seen.gone, seen.unsure, seen.regained) == ((), (), {})


def test_without_a_memory_the_first_of_two_columns_counts() -> None:
    assert found({**KEYS, 9: "phone"}, before={}).places["phone"] == 2


def test_a_regained_column_gets_its_key_back() -> None:
    seen = found({1: "name", 2: "phone", 4: "stage"}, values={3: NUMBERS})
    assert seen.regained == {"amount": 3}


@pytest.mark.parametrize(
    ("labels", "values"),
    [
        pytest.param({**TITLES, 7: "«amount»"}, {3: NUMBERS}, id="the heading stands twice"),
        pytest.param(TITLES, {3: ("да", "нет", Decimal(1))}, id="the values are no numbers"),
    ],
)
def test_a_column_that_cannot_be_told_waits_alone(
    labels: Mapping[int, str], values: Mapping[int, Sequence[Value]]
) -> None:
    seen = found({1: "name", 2: "phone", 4: "stage"}, labels, values)
    assert seen.unsure == ("amount",)
    assert dict(seen.places) == {"name": 1, "phone": 2, "stage": 4}, "the others are merged"


def test_all_keys_lost_leaves_the_headings() -> None:
    assert dict(found({}).places) == BEFORE
