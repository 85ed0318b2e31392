"""Old and new pay of everybody over past months, on the same facts.

The old pay is the closed month as it was approved, else the month counted again. The new one takes
the same rows, plans, late steps and days; what is carried from month to month is its own. Dates of
the new rows do not matter: the latest of each component are taken for every month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from formulas.pay.rules import Doubt, Reading, RuleRow, read_rules, rows_of
from sync.figures.earning import Carried, earn
from sync.figures.month import Month
from sync.figures.paybook import PaidMonth, before, paid_month
from sync.figures.rules import DEFAULT_SCHEME
from sync.scene import Person, fold

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MonthPair:
    """One month of a person, both ways."""

    month: date
    old: Decimal
    new: Decimal
    approved: Decimal | None
    """What was approved for the month; None while it is open."""
    replayed: Decimal
    """The old scheme counted again."""


@dataclass(frozen=True, slots=True)
class PersonPair:
    """A person's months, both ways."""

    name: str
    months: tuple[MonthPair, ...]
    changed: bool
    """Whether the new scheme is for this person."""

    @property
    def old(self) -> Decimal:
        """Pay by the scheme in force."""
        return sum((one.old for one in self.months), ZERO)

    @property
    def new(self) -> Decimal:
        """Pay by the new one."""
        return sum((one.new for one in self.months), ZERO)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody, both ways, and rows of the new scheme that say nothing."""

    people: tuple[PersonPair, ...]
    months: tuple[date, ...]
    doubts: tuple[Doubt, ...]


def past_months(today: date, count: int) -> tuple[date, ...]:
    """First days of the last whole months, oldest first."""
    found, start = [], today.replace(day=1)
    for _ in range(count):
        start = before(start)
        found.append(start)
    return tuple(reversed(found))


def compare(month: Month, rows: Sequence[RuleRow], months: Sequence[date]) -> Comparison:
    """Both schemes over the months."""
    people = [person for person in month.earners() if person.active]
    known = {fold(p.scheme or DEFAULT_SCHEME) for p in people} | {fold(p.name) for p in people}
    strangers = not any(row.scheme in known for row in rows)
    pairs = []
    doubts: dict[tuple[str, str], Doubt] = {}
    for person in people:
        reading = _reading(rows, person, anybody=strangers)
        doubts |= {(d.row_id, d.column): d for d in (reading.doubts if reading else ())}
        pairs.append(_pair(month, person, reading, months))
    return Comparison(tuple(p for p in pairs if p.months), tuple(months), tuple(doubts.values()))


def _reading(rows: Sequence[RuleRow], person: Person, *, anybody: bool) -> Reading | None:
    """The new scheme of a person: by its name, else, where no name is known, anybody's."""
    scheme = fold(person.scheme or DEFAULT_SCHEME)
    named = [replace(row, scheme=scheme) for row in rows] if anybody else list(rows)
    mine = rows_of(named, scheme, fold(person.name), date.max)
    reading = read_rules(mine)
    return reading if reading.rows else None


def _pair(
    month: Month, person: Person, reading: Reading | None, months: Sequence[date]
) -> PersonPair:
    pairs, last = [], None
    first = month.book.first(person.name)
    for start in months:
        old = month.book.month(person.name, start)
        if old is None or first is None or start < first:
            continue
        again = month.book.as_of_today(old) if old.slip is not None else old
        new = old
        if reading is not None:
            new = last = _by(month, old, reading, last)
        approved = None if old.slip is None else old.slip.gross
        pairs.append(MonthPair(start, old.pay.pay, new.pay.pay, approved, _replayed(old, again)))
    return PersonPair(person.name, tuple(pairs), reading is not None)


def _replayed(old: PaidMonth, again: PaidMonth) -> Decimal:
    """The month counted again with the corrections that it carried."""
    return again.pay.total.gross + sum((c.amount for c in old.corrections), ZERO)


def _by(month: Month, old: PaidMonth, reading: Reading, last: PaidMonth | None) -> PaidMonth:
    """The month by another scheme."""
    total = None if last is None else last.pay.total
    carried = Carried(
        carry_in=ZERO if total is None else total.carry_out,
        draw_balance=ZERO if total is None else total.draw_balance,
        corrections=old.corrections,
    )
    book = month.book
    earned = earn(
        book.ground,
        old.name,
        reading.scheme,
        old.month,
        carried,
        book.rate_at,
        closed=old.around,
    )
    return paid_month(old.name, old.month, reading, earned)


def totals(people: Sequence[PersonPair]) -> Mapping[str, Decimal]:
    """Sums of everybody."""
    return {
        "old": sum((p.old for p in people), ZERO),
        "new": sum((p.new for p in people), ZERO),
    }
