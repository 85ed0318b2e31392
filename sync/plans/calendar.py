"""The working calendar in force: the owner's table, seeded from the official one year by year.

A year is seeded once; from then on only the table says which of its days are not what their weekday
says. Years that were never seeded are the built-in ones, with the table's days over them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from formulas.calendar import Calendar, days
from formulas.russia import seed
from model.records import Record
from model.values import Value
from store import Reader
from sync.scene import day, fold, text

TABLE = "calendar"
SEEDED = "calendar:years"
"""Meta key: the years whose days stand in the table."""
YES, NO = "да", "нет"
OFFICIAL, DRAFT = "официальный", "черновик"
WEEKEND = 5


def years_of(said: str | None) -> frozenset[int]:
    """Years that the table speaks for, as the store remembers them."""
    return frozenset(int(year) for year in (said or "").split())


def calendar_of(reader: Reader, year: int) -> Calendar:
    """The calendar in force around a year."""
    return in_force(reader.rows(TABLE), years_of(reader.meta(SEEDED)), year)


@cache
def built_in_around(year: int) -> Calendar:
    """The official calendar from two years back, for comparisons, to one ahead."""
    return seed(range(year - 2, year + 2))


def years_to_seed(today: date) -> tuple[int, ...]:
    """Years whose days the owner may want to change: the one before, this one, the next."""
    return (today.year - 1, today.year, today.year + 1)


def seed_rows(year: int) -> Iterator[Mapping[str, Value]]:
    """Rows of the table for a year: weekdays off, working weekends, short days."""
    known = seed((year,))
    source = DRAFT if year in known.draft_years else OFFICIAL
    for one in days(date(year, 1, 1), date(year, 12, 31)):
        unusual = known.working(one) != (one.weekday() < WEEKEND)
        if unusual or one in known.short:
            yield {
                "day": one,
                "working": YES if known.working(one) else NO,
                "short": YES if one in known.short else None,
                "source": source,
            }


def in_force(rows: Mapping[str, Record], seeded: frozenset[int], year: int) -> Calendar:
    """The calendar around a year, as the table says and the built-in one for the other years."""
    built_in = built_in_around(year)
    marked = [(on, record) for record in rows.values() if (on := day(record, "day")) is not None]
    said = {on for on, _ in marked}

    def kept(known: frozenset[date]) -> set[date]:
        return {on for on in known if on.year not in seeded and on not in said}

    return Calendar(
        off=frozenset(kept(built_in.off) | {on for on, r in marked if _says(r, "working", NO)}),
        work=frozenset(kept(built_in.work) | {on for on, r in marked if _says(r, "working", YES)}),
        short=frozenset(kept(built_in.short) | {on for on, r in marked if _says(r, "short", YES)}),
        draft_years=_drafts(built_in, seeded, marked),
    )


def _drafts(
    built_in: Calendar, seeded: frozenset[int], marked: list[tuple[date, Record]]
) -> frozenset[int]:
    """Years without a published decree; in the table the word «черновик» says so."""
    drafts = {on.year for on, record in marked if _says(record, "source", DRAFT)}
    return frozenset(drafts | (built_in.draft_years - seeded))


def draft_note(calendar: Calendar, first: date, last: date) -> str:
    """What to say of a figure over these days; empty when its calendar is the official one."""
    years = sorted(y for y in calendar.draft_years if first.year <= y <= last.year)
    if not years:
        return ""
    named = ", ".join(map(str, years))
    return f"Календарь {named} - черновик: указа о переносах ещё нет, дни могут измениться"


def _says(record: Record, field: str, word: str) -> bool:
    return fold(text(record, field)) == word
