"""Rounding, percentages, splitting, means."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.averages import mean, median, p90
from formulas.rounding import ceil, pct, percent, r0, r1, r2, r4, ratio, split

amounts = st.decimals(-(10**12), 10**12, places=2)
numbers = st.decimals(-(10**9), 10**9, places=9)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-0.005", "-0.01"),
        ("0.005", "0.01"),
        ("2.675", "2.68"),
        ("1.0049995", "1.01"),  # six places first: 1.005000
        ("1.00499949", "1.00"),
        ("0", "0.00"),
        ("99999999999999999999999999999999.995", "100000000000000000000000000000000.00"),
    ],
)
def test_r2_rounds_half_away_from_zero_after_six_places(value, expected):
    assert str(r2(Decimal(value))) == expected


def test_the_other_roundings():
    assert [str(r0(Decimal("2.5"))), str(r1(Decimal("-0.25"))), str(r4(Fraction(1, 3)))] == [
        "3",
        "-0.3",
        "0.3333",
    ]


@given(numbers)
def test_r2_is_symmetric(value):
    assert r2(-value) == -r2(value)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_r2_agrees_with_the_decimal_module_up_to_six_places(value):
    assert r2(value) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("value", "expected"), [("4", 4), ("4.0000004", 4), ("4.000001", 5), ("-0.5", 0), ("0", 0)]
)
def test_ceil_forgives_noise_below_six_places(value, expected):
    assert ceil(Decimal(value)) == expected


@pytest.mark.parametrize(("part", "whole"), [(None, 5), (5, None), (5, 0), (5, -1), (None, None)])
def test_a_percentage_without_a_positive_whole_is_undefined(part, whole):
    assert pct(part, whole) is None
    assert percent(part, whole) is None
    assert ratio(part, whole) is None


def test_percent_is_exact_and_pct_is_printed():
    assert percent(1, 3) == Fraction(100, 3)
    assert pct(1, 3) == Decimal("33.33")
    assert ratio(1, 3) == Decimal("0.3333")


@given(amounts, st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=8))
def test_split_parts_add_up_to_the_amount(amount, weights):
    parts = split(amount, weights)
    if not any(weights):
        assert parts is None
        return
    assert parts is not None
    assert sum(parts) == amount
    assert len(parts) == len(weights)
    exact = [Fraction(amount) * Fraction(weight) / Fraction(sum(weights)) for weight in weights]
    gap = Fraction(len(parts), 100)
    assert all(abs(Fraction(part) - share) <= gap for part, share in zip(parts, exact, strict=True))


def test_the_odd_kopeck_goes_to_the_largest_weight():
    assert split(Decimal(100), [1, 1, 1]) == (Decimal("33.34"), Decimal("33.33"), Decimal("33.33"))
    assert split(Decimal("0.05"), [1, 2, 2]) == (Decimal("0.01"), Decimal("0.02"), Decimal("0.02"))
    assert split(Decimal("0.02"), [1, 2, 1]) == (Decimal("0.01"), Decimal("0.00"), Decimal("0.01"))
    assert split(Decimal(1), []) is None


@given(st.lists(st.integers(-1000, 1000), min_size=1))
def test_median_has_as_many_below_as_above(values):
    middle = median(values)
    assert middle is not None
    assert sum(value < middle for value in values) <= len(values) / 2
    assert sum(value > middle for value in values) <= len(values) / 2


def test_means_of_nothing_are_undefined():
    assert (mean([]), median([]), p90([])) == (None, None, None)


def test_p90_is_the_nearest_rank():
    assert p90(list(range(1, 11))) == 9
    assert p90(list(range(1, 12))) == 10
    assert p90([7]) == 7
