"""Numbers of any length are what they were written as when they are read again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.values import plain
from sync.ooxml.cells import number_of
from sync.ooxml.compare import same

WHOLE = st.integers(1, 10**9)


@given(WHOLE, WHOLE, st.booleans())
@example(2360564363725315, 10**16, True)  # a tie of the sixteenth digit: once no book was written
def test_a_quotient_is_read_as_it_was_written(number: int, divisor: int, as_float: bool) -> None:
    value = Decimal(repr(number / divisor)) if as_float else Decimal(number) / divisor
    assert same(number_of(plain(value)), value, date1904=False)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("0.123456789012345", "0.123456789012346"),
        ("1", "1.00000000000001"),
        ("99999999999999.9", "100000000000000"),
    ],
)
def test_fifteen_digits_tell_numbers_apart(found: str, wanted: str) -> None:
    assert not same(Decimal(found), Decimal(wanted), date1904=False)
