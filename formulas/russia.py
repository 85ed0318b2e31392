"""First contents of the calendar table: Russia's public holidays and transfers (`holidays`).

The package knows the dates; short days it does not, so they are listed by hand. A year is a draft
until its transfer decree is published and its months add up to the official totals.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import holidays

from formulas.calendar import Calendar
from formulas.periods import PeriodType, bounds

if TYPE_CHECKING:
    from collections.abc import Iterable

OFFICIAL_WORKDAYS = MappingProxyType(
    {
        2023: (17, 18, 22, 20, 20, 21, 21, 23, 21, 22, 21, 21),
        2024: (17, 20, 20, 21, 20, 19, 23, 22, 21, 23, 21, 21),
        2025: (17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22),
        2026: (15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22),
        2027: (15, 19, 22, 22, 19, 21, 22, 22, 22, 21, 20, 22),
    }
)
"""Working days by month of the official production calendars with a published decree."""

SHORT_DAYS = frozenset(
    date.fromisoformat(text)
    for text in (
        *("2023-02-22", "2023-03-07", "2023-11-03"),
        *("2024-02-22", "2024-03-07", "2024-05-08", "2024-06-11", "2024-11-02"),
        *("2025-03-07", "2025-04-30", "2025-06-11", "2025-11-01"),
        *("2026-04-30", "2026-05-08", "2026-06-11", "2026-11-03"),
        *("2027-02-20", "2027-04-30", "2027-06-11", "2027-11-03"),
    )
)
"""Working days one hour shorter (Labour Code, article 95); a working Saturday may be one too."""


def seed(years: Iterable[int]) -> Calendar:
    """The calendar of these years ; those without a published decree are marked as drafts."""
    wanted = frozenset(years)
    russian = holidays.country_holidays("RU", years=wanted)
    calendar = Calendar(
        off=frozenset(russian),
        work=frozenset(russian.weekend_workdays),
        short=frozenset(day for day in SHORT_DAYS if day.year in wanted),
    )
    drafts = frozenset(year for year in wanted if not is_official(calendar, year))
    return Calendar(calendar.off, calendar.work, calendar.short, drafts)


def is_official(calendar: Calendar, year: int) -> bool:
    """Whether the months of the year add up to its published production calendar."""
    return month_totals(calendar, year) == OFFICIAL_WORKDAYS.get(year)


def month_totals(calendar: Calendar, year: int) -> tuple[int, ...]:
    """Working days of the twelve months of a year."""
    months = (bounds(PeriodType.MONTH, date(year, month, 1)) for month in range(1, 13))
    return tuple(month.workdays(calendar) for month in months)
