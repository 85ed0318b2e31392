"""Which days a report is about: a month, a quarter, a year, or from one day to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from formulas.calendar import Calendar
from formulas.periods import BaseMode, PeriodType, base, bounds
from model.errors import WrongMonth, WrongPeriod
from model.figures import Period
from model.texts.numbers import GAP, day_year, month_dative, month_name

DAY = timedelta(days=1)
FIRST_YEAR = 2000
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-[QqКк]?([1-4])", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"\d{4}", re.ASCII)
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Asked:
    """The days as they were asked for; nothing at all means the current month."""

    month: str | None = None
    quarter: str | None = None
    year: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The days of a report, and those of them that have passed."""

    period: Period
    today: date
    kind: PeriodType | None = None
    """None: any days from one to another."""

    @property
    def asof(self) -> date:
        """Last day that counts: of the period, or today while it runs."""
        return min(self.period.end - DAY, self.today)

    @property
    def upto(self) -> Period:
        """The days that have passed."""
        return Period(self.period.start, self.asof + DAY)

    @property
    def is_over(self) -> bool:
        """Whether the last day has come."""
        return self.asof == self.period.end - DAY

    @property
    def title(self) -> str:
        """«март 2026», «I квартал 2026», «2026 год» or «с 01.02.2026 по 15.03.2026»."""
        start = self.period.start
        match self.kind:
            case PeriodType.MONTH:
                return month_name(start)
            case PeriodType.QUARTER:
                return f"{ROMAN[start.month // 3]} квартал {start.year}"
            case PeriodType.YEAR:
                return f"{start.year} год"
            case _:
                return f"с{GAP}{day_year(start)} по{GAP}{day_year(self.period.end - DAY)}"

    @property
    def slug(self) -> str:
        """The days in a file's name: «2026-03», «2026-Q1», «2026» or «2026-02-01..2026-03-15»."""
        start = self.period.start
        match self.kind:
            case PeriodType.MONTH:
                return f"{start:%Y-%m}"
            case PeriodType.QUARTER:
                return f"{start.year}-Q{start.month // 3 + 1}"
            case PeriodType.YEAR:
                return str(start.year)
            case _:
                return f"{start}..{self.period.end - DAY}"

    @property
    def before_title(self) -> str:
        """Heading of the comparison with the days just before."""
        if self.kind is PeriodType.MONTH:
            return f"К{GAP}{month_dative(self.period.start - DAY)}"
        return "К прошлому периоду"

    @property
    def year_ago_title(self) -> str:
        """Heading of the comparison with a year earlier."""
        if self.kind is PeriodType.MONTH:
            start = self.period.start
            return f"К{GAP}{month_dative(start)}{GAP}{start.year - 1}"
        return "К прошлому году"

    def window(self, mode: BaseMode, calendar: Calendar) -> Period | None:
        """The days of a fair comparison; None when there are none."""
        if self.kind is None:
            return self._moved(mode)
        found = base(self.kind, self.asof, mode, calendar)
        return None if found.last is None else Period(found.first, found.last + DAY)

    def _moved(self, mode: BaseMode) -> Period:
        length = self.upto.end - self.upto.start
        if mode is BaseMode.PREV:
            return Period(self.period.start - length, self.period.start)
        return Period(year_back(self.upto.start), year_back(self.upto.end - DAY) + DAY)


def year_back(day: date) -> date:
    """The same day a year earlier; a year back from 29 February is the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def chosen_of(asked: Asked, today: date) -> Chosen:
    """The days meant; raises WrongMonth or WrongPeriod, also for days that are not yet."""
    ways = [asked.month, asked.quarter, asked.year, asked.first or asked.last]
    if sum(way is not None for way in ways) > 1:
        raise WrongPeriod(value="два периода сразу")
    if asked.quarter is not None:
        return _quarter(asked.quarter, today)
    if asked.year is not None:
        return _year(asked.year, today)
    if asked.first is not None or asked.last is not None:
        return _between(asked.first, asked.last, today)
    return Chosen(month_of_text(asked.month, today), today, PeriodType.MONTH)


def month_of_text(value: str | None, today: date) -> Period:
    """The month of «2026-03», the current one for None; raises WrongMonth, also for the future."""
    if value is None:
        return _whole(PeriodType.MONTH, today)
    match = _MONTH.fullmatch(value.strip())
    if match is None or int(match[1]) < FIRST_YEAR or not 1 <= int(match[2]) <= 12:
        raise WrongMonth(value=value)
    first = date(int(match[1]), int(match[2]), 1)
    if first > today:
        raise WrongMonth(value=value)
    return _whole(PeriodType.MONTH, first)


def _quarter(value: str, today: date) -> Chosen:
    match = _QUARTER.fullmatch(value.strip())
    if match is None or int(match[1]) < FIRST_YEAR:
        raise WrongPeriod(value=value)
    return _of(PeriodType.QUARTER, date(int(match[1]), int(match[2]) * 3 - 2, 1), today, value)


def _year(value: str, today: date) -> Chosen:
    if _YEAR.fullmatch(value.strip()) is None or int(value) < FIRST_YEAR:
        raise WrongPeriod(value=value)
    return _of(PeriodType.YEAR, date(int(value), 1, 1), today, value)


def _of(kind: PeriodType, first: date, today: date, value: str) -> Chosen:
    if first > today:
        raise WrongPeriod(value=value)
    return Chosen(_whole(kind, first), today, kind)


def _between(first: date | None, last: date | None, today: date) -> Chosen:
    start, end = first or (last or today).replace(day=1), last or today
    if start > end or start > today or start.year < FIRST_YEAR:
        raise WrongPeriod(value=f"{day_year(start)} - {day_year(end)}")
    whole = Period(start, end + DAY)
    for kind in (PeriodType.MONTH, PeriodType.QUARTER, PeriodType.YEAR):
        if whole == _whole(kind, start):
            return Chosen(whole, today, kind)
    return Chosen(whole, today)


def _whole(kind: PeriodType, day: date) -> Period:
    found = bounds(kind, day)
    return Period(found.start, found.end)
