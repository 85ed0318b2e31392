# ruff: noqa: E501 - the table of cases reads as a table
"""Which value stands where two cards are one client."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from model.blueprint import Column, Kind, Owner, Table, Title
from model.records import Change, Record, Source
from model.values import Value
from sync.duplicates import Side, Standing, Why, standing

COLUMNS = (
    ("name", Kind.NAME, Owner.PERSON),
    ("phone", Kind.PHONE, Owner.PERSON),
    ("email", Kind.EMAIL, Owner.PERSON),
    ("inn", Kind.INN, Owner.PERSON),
    ("kpp", Kind.KPP, Owner.PERSON),
    ("city", Kind.TEXT, Owner.PERSON),
    ("source", Kind.TEXT, Owner.IMPORT),
    ("owner", Kind.CHOICE, Owner.PERSON),
    ("stage", Kind.CHOICE, Owner.PERSON),
    ("debt", Kind.MONEY, Owner.COMPUTED),
)
TABLE = Table(
    "clients",
    Title("Клиенты", "Clients"),
    tuple(Column(key, Title(key, key), owner, kind) for key, kind, owner in COLUMNS),
    prefix="К",
)
PERSON, IMPORT, RULE = Source.PERSON, Source.IMPORT, Source.RULE
Cell = tuple[Value, Source, int]
INN, KPP = "7701234560", "770101001"


def side(row_id: str, **cells: Cell) -> Side:
    """A card whose cells were last changed from a source, on a day of May."""
    last = {
        key: Change(
            "clients",
            row_id,
            key,
            None,
            value,
            datetime(2026, 5, day, tzinfo=UTC),
            "Иванов",
            source,
            None,
            1,
        )
        for key, (value, source, day) in cells.items()
    }
    return Side(Record("clients", row_id, 1, {k: v for k, (v, _, _) in cells.items()}), last)


def stands(key: str, *cells: Cell | None) -> Standing:
    sides = [side(f"k{n}", **({key: cell} if cell else {})) for n, cell in enumerate(cells)]
    (found,) = standing(TABLE, sides)
    return found


@pytest.mark.parametrize(
    ("key", "main", "other", "value", "why"),
    [
        ("city", ("Пермь", PERSON, 1), None, "Пермь", Why.ONLY),
        ("city", None, ("Омск", IMPORT, 1), "Омск", Why.ONLY),
        ("phone", ("8 916 123-45-67", PERSON, 1), ("+79161234567", IMPORT, 2), "8 916 123-45-67", Why.SAME),
        ("city", ("Пермь", PERSON, 1), ("Омск", IMPORT, 9), "Пермь", Why.PERSON),
        ("city", ("Пермь", IMPORT, 9), ("Омск", PERSON, 1), "Омск", Why.PERSON),
        ("city", ("Пермь", RULE, 9), ("Омск", Source.ANSWER, 1), "Омск", Why.PERSON),
        ("city", ("Пермь", PERSON, 1), ("Омск", PERSON, 2), "Омск", Why.LATER),
        ("city", ("Пермь", PERSON, 3), ("Омск", PERSON, 2), "Пермь", Why.LATER),
        ("source", ("Сайт", IMPORT, 1), ("Звонок", IMPORT, 2), "Сайт", Why.MAIN),
        ("inn", ("7701234561", PERSON, 9), (INN, IMPORT, 1), INN, Why.CHECKED),
        ("kpp", ("77", PERSON, 9), (KPP, IMPORT, 1), KPP, Why.CHECKED),
        ("inn", ("5018123450", PERSON, 1), (INN, PERSON, 2), INN, Why.LATER),
        ("phone", ("8 916 123-45-67", PERSON, 1), ("8 495 123-45-67", IMPORT, 2), "8 916 123-45-67; 8 495 123-45-67", Why.BOTH),
        ("phone", ("8 916 123-45-67", PERSON, 1), ("89161234567, 84951234567", IMPORT, 2), "89161234567, 84951234567", Why.BOTH),
        ("phone", ("8 800 555-35-35", PERSON, 1), ("8 495 123-45-67", IMPORT, 2), "8 800 555-35-35; 8 495 123-45-67", Why.BOTH),
        ("phone", ("12-34-56", PERSON, 1), (Decimal(84951234567), IMPORT, 2), "12-34-56; 84951234567", Why.BOTH),
        ("email", ("a@v.ru", PERSON, 1), ("b@v.ru", PERSON, 2), "a@v.ru; b@v.ru", Why.BOTH),
        ("owner", ("Иванов", PERSON, 1), ("Смирнова", PERSON, 2), None, Why.ASK),
        ("stage", ("Новая", IMPORT, 1), ("Счёт", PERSON, 2), None, Why.ASK),
        ("owner", ("Иванов", PERSON, 1), None, "Иванов", Why.ONLY),
        ("owner", ("Иванов", PERSON, 1), ("Иванов", IMPORT, 2), "Иванов", Why.SAME),
    ],
)  # fmt: skip
def test_the_value_that_stands(key: str, main: Any, other: Any, value: Value, why: Why) -> None:
    found = stands(key, main, other)
    assert (found.value, found.why) == (value, why)


def test_columns_of_the_program_and_blank_ones_are_left_out() -> None:
    sides = [side("a", debt=(Decimal(5), RULE, 1), name=("Вектор", PERSON, 1)), side("b")]
    assert [one.column.key for one in standing(TABLE, sides)] == ["name"]


def test_a_value_without_history_is_no_persons() -> None:
    bare = Side(Record("clients", "a", 1, {"city": "Пермь"}), {})
    (found,) = standing(TABLE, [bare, side("b", city=("Омск", PERSON, 1))])
    assert (found.value, found.why) == ("Омск", Why.PERSON)


def test_what_a_person_typed_later_stands_in_any_order_of_three_cards() -> None:
    cards = [
        ("Пермь", PERSON, 1),
        ("Омск", PERSON, 7),
        ("Тула", IMPORT, 9),
    ]
    for order in permutations(cards):
        assert stands("city", *order).value == "Омск"
