"""Reads plain inputs (text, numbers, dates, lists) as the values the formulas take.

Blank text is None. A moment with an offset becomes local time of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from formulas.calendar import Calendar
from formulas.hours import Hours
from formulas.periods import Period
from formulas.rounding import ZERO
from formulas.russia import seed

WORKSPACE_ZONE = "Europe/Moscow"
BUILT_IN = "RU"
SEEDED_YEARS = range(2015, 2041)
"""Years of the built-in calendar: everything a team may still compare or plan."""
DATE_LENGTH = len("2026-03-31")

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class Reader:
    """Typed access to one mapping of inputs."""

    given: Mapping[str, object]

    def value(self, name: str) -> object:
        """The input as it was given; None when blank or absent."""
        found = self.given.get(name)
        return None if isinstance(found, str) and not found.strip() else found

    def has(self, name: str) -> bool:
        """Whether the input was given at all."""
        return name in self.given

    def text(self, name: str) -> str | None:
        """The input as text."""
        return as_text(self.value(name))

    def word(self, name: str, default: str = "") -> str:
        """The input as text, or the default."""
        return self.text(name) or default

    def number(self, name: str) -> Decimal | None:
        """The input as a number."""
        return as_number(self.value(name))

    def amount(self, name: str, default: Decimal = ZERO) -> Decimal:
        """The input as a number, or the default."""
        found = self.number(name)
        return default if found is None else found

    def count(self, name: str, default: int = 0) -> int:
        """The input as a whole number, or the default."""
        return int(self.amount(name, Decimal(default)))

    def maybe_count(self, name: str) -> int | None:
        """The input as a whole number."""
        found = self.number(name)
        return None if found is None else int(found)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """The input as yes or no."""
        found = self.value(name)
        return default if found is None else as_text(found) in {"True", "true", "1"}

    def choice(self, kind: type[Choice], name: str, default: Choice | None = None) -> Choice:
        """The input as a member of an enumeration; raises ValueError for an unknown one."""
        found = self.value(name)
        return default if found is None and default is not None else kind(found)

    def day(self, name: str) -> date:
        """The input as a day; raises ValueError when it is missing."""
        return needed(self.maybe_day(name), name)

    def maybe_day(self, name: str) -> date | None:
        """The input as a day."""
        found = self.value(name)
        return None if found is None else as_day(found)

    def moment(self, name: str) -> datetime:
        """The input as a local moment; raises ValueError when it is missing."""
        return needed(self.maybe_moment(name), name)

    def maybe_moment(self, name: str, zone: str = WORKSPACE_ZONE) -> datetime | None:
        """The input as a local moment."""
        found = self.value(name)
        return None if found is None else as_moment(found, zone)

    def due(self, name: str) -> date | datetime | None:
        """The input as a day, or as a moment when it has an hour."""
        found = self.value(name)
        text = found.isoformat() if isinstance(found, date) else as_text(found)
        whole_day = text is not None and len(text) == DATE_LENGTH
        return self.maybe_day(name) if whole_day else self.maybe_moment(name)

    def rows(self, name: str) -> tuple[Reader, ...]:
        """The input as a list of mappings."""
        found = cast("Iterable[Mapping[str, object]]", self.value(name) or ())
        return tuple(Reader(row) for row in found)

    def part(self, name: str) -> Reader:
        """The input as a mapping of its own."""
        return Reader(self.mapping(name))

    def mapping(self, name: str) -> Mapping[str, object]:
        """The input as a mapping; empty when it is absent."""
        return cast("Mapping[str, object]", self.value(name) or {})

    def each(self, name: str) -> tuple[object, ...]:
        """The input as a list of plain values."""
        return tuple(cast("Iterable[object]", self.value(name) or ()))

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        """The input as a list of numbers; blanks are skipped."""
        known = (as_number(value) for value in self.each(name))
        return tuple(number for number in known if number is not None)

    def period(self) -> Period:
        """The period of the inputs `from` and `to`, both included."""
        return Period.between(self.day("from"), self.day("to"))

    def calendar(self) -> Calendar:
        """The built-in calendar if it is asked for, with the days off and at work listed."""
        base = _built_in() if self.text("calendar") == BUILT_IN else Calendar()
        return Calendar(
            off=base.off | self._days("off"),
            work=base.work | self._days("work"),
            short=base.short | self._days("short"),
            draft_years=base.draft_years,
        )

    def hours(self) -> Hours:
        """Working hours of the inputs `day_start`, `day_end` and `lunch`."""
        usual = Hours()
        lunch = [_clock(value) for value in self.each("lunch")]
        return Hours(
            start=_clock(self.value("day_start")) if self.has("day_start") else usual.start,
            end=_clock(self.value("day_end")) if self.has("day_end") else usual.end,
            lunch=(lunch[0], lunch[1]) if lunch else None,
        )

    def _days(self, name: str) -> frozenset[date]:
        return frozenset(as_day(value) for value in self.each(name))


Known = TypeVar("Known")


def needed(value: Known | None, name: str) -> Known:
    """The value; raises ValueError with the input's name when there is none."""
    if value is None:
        raise ValueError(name)
    return value


def as_text(value: object) -> str | None:
    """Text of a plain value."""
    return None if value is None else str(value)


def as_number(value: object) -> Decimal | None:
    """Number of a plain value; None for a blank, and for words where a number is due."""
    text = as_text(value)
    try:
        return None if text is None or not text.strip() else Decimal(text)
    except InvalidOperation:
        return None


def as_day(value: object) -> date:
    """Day of a date, a moment or ISO text."""
    return as_moment(value).date()


def as_moment(value: object, zone: str = WORKSPACE_ZONE) -> datetime:
    """Local moment of a date, a moment or ISO text; an offset is converted to the zone."""
    moment = value
    if not isinstance(moment, datetime):
        day_or_text = moment.isoformat() if isinstance(moment, date) else str(moment)
        moment = datetime.fromisoformat(day_or_text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return moment


def plain_answer(value: object) -> object:
    """A result as plain mappings, lists, texts, numbers and days in ISO form."""
    match value:
        case Enum():
            return plain_answer(value.value)
        case date():
            return value.isoformat()
        case Mapping():
            return {key: plain_answer(part) for key, part in value.items()}
        case list() | tuple():
            return [plain_answer(part) for part in value]
    if is_dataclass(value):
        return {one.name: plain_answer(getattr(value, one.name)) for one in fields(value)}
    return value


@cache
def _built_in() -> Calendar:
    """The built-in calendar; a constant that takes a moment to make."""
    return seed(SEEDED_YEARS)


def _clock(value: object) -> timedelta:
    """Time from midnight of a text like 09:00; YAML reads an unquoted one as minutes."""
    if isinstance(value, int):
        return timedelta(minutes=value)
    hour, _, minute = str(value).partition(":")
    return timedelta(hours=int(hour), minutes=int(minute or 0))
