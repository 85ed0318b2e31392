"""When the value of a cell is the value that a plan means.

Excel keeps 15 digits and writes dates as numbers, so numbers are compared as it shows them and
moments to half a second.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from model.values import Value, to_serial
from sync.ooxml.cells import digits_kept

HALF_SECOND = Decimal("0.5") / 86_400


def same(found: Value, wanted: Value, *, date1904: bool) -> bool:
    """Whether a cell's value is the wanted one; an empty text is an empty cell."""
    if isinstance(wanted, date | time):
        wanted_number = to_serial(wanted, date1904=date1904)
        return _is_number(found) and abs(found - wanted_number) < HALF_SECOND  # type: ignore[operator]  # proven a number
    if isinstance(found, Decimal) and isinstance(wanted, Decimal):
        # rounded as decimals, 0.2360564363725315 would go up and the number read back down
        return found == wanted or digits_kept(found) == digits_kept(wanted)
    if found in {None, ""} and wanted in {None, ""}:
        return True
    return type(found) is type(wanted) and found == wanted


def _is_number(value: Value) -> bool:
    return isinstance(value, Decimal)
