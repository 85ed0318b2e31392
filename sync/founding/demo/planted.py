"""How many mistakes of each kind the demo holds at size S; a smaller team has fewer, never one."""

from __future__ import annotations

from sync.founding.demo.world import Size

SAME_INN, SAME_PHONE, ALIKE = 12, 10, 6
BAD_INN, SHORT_PHONE, BAD_EMAIL = 12, 15, 5
NO_STEP, NO_DATE, STUCK = 14, 4, 24
LATE_STEPS = (5, 4, 2, 9, 6)
"""Overdue steps of each person."""
LATE_MONEY, HALF_PAID, UNLINKED = 6, 4, 3
NO_REASON, TYPO, TEXT_AMOUNT, NO_AMOUNT = 9, 3, 6, 3


def spare_clients(size: Size) -> int:
    """Clients that are kept without deals, to be made wrong: one for each mistake."""
    kinds = (SAME_INN, SAME_PHONE, ALIKE, BAD_INN, SHORT_PHONE, BAD_EMAIL)
    return sum(size.flaws(count) for count in kinds)
