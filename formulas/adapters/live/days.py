"""Working days between two days, over the days that are not what their weekday says.

`cal_change` beside each such day is -1 for a weekday off, 1 for a working weekend, else 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas.adapters.live.kit import PICKED
from formulas.adapters.reading import as_day
from formulas.calendar import CalendarDay, calendar_of
from formulas.metric import Answer, Measured, Metric, Rounding

if TYPE_CHECKING:
    from formulas.adapters.reading import Reader

SPECIAL = ("cal_date", "cal_change")


def weekdays_up_to(day: str) -> str:
    """Mondays to Fridays from the first Monday of the serial numbers to a day."""
    return f"(INT(({day}-1)/7)*5+MIN(5,MOD({day}-1,7)))"


def working(first: str, last: str) -> str:
    """Working days from the first to the last, both included; 0 when they stand the other way."""
    special = f'SUMIFS({{cal_change}},{{cal_date}},">="&{first},{{cal_date}},"<="&{last})'
    whole = f"{weekdays_up_to(last)}-{weekdays_up_to(f'({first}-1)')}+{special}"
    return f"IF({first}>{last},0,{whole})"


def workdays(given: Reader) -> Answer:
    """`cal.workdays` over the special days."""
    changes = zip(given.each("cal_date"), given.numbers("cal_change"), strict=True)
    known = (CalendarDay(as_day(day), change > 0) for day, change in changes if change)
    calendar = calendar_of(known)
    return {PICKED: calendar.workdays(given.day("from"), given.day("to"))}


METRICS = (
    Metric(
        "cal.workdays.days",
        ("from", "to", *SPECIAL),
        workdays,
        Measured.DAYS,
        Rounding.NONE,
        cell=f"={working('{from}', '{to}')}",
    ),
)
