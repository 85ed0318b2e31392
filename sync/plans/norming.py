"""«Нормативы»: what each norm is measured by this month, and how it compares.

The cells of the sheet are live over the fact and the days worked that the daemon writes; the same
comparison is made here for the terminal and the report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from formulas.calendar import Calendar
from formulas.lights import Better
from formulas.norms import Norm, NormCheck, Per, check
from model.figures import Measure, Period
from model.records import Record
from model.values import Value
from store import Reader
from sync.figures.plans import METRICS
from sync.plans.past import total_of
from sync.scene import Scene, amount, day, fold, text

DAY = timedelta(days=1)
SHIPPED = "отгружено"
"""Quantity of won deals, in the unit of the norm."""
PER = {"день": Per.DAY, "неделя": Per.WEEK, "месяц": Per.MONTH}
EVERYONE = frozenset({"", "все", "отдел"})


@dataclass(frozen=True, slots=True)
class Normed:
    """One norm of the sheet in the running month."""

    record: Record
    fact: Decimal | None
    worked: int
    month_days: int
    found: NormCheck


@dataclass(frozen=True, slots=True)
class Norming:
    """What norms are measured by."""

    reader: Reader
    scene: Scene
    calendar: Calendar
    asof: date
    month: Period

    def all(self) -> tuple[Normed, ...]:
        """Every norm of the sheet, in its order."""
        rows = self.scene.rows.get("norms", {}).values()
        return tuple(self.of(record) for record in rows if text(record, "metric"))

    def of(self, record: Record) -> Normed:
        """One norm: its fact over the days it was in force, and the comparison."""
        window = self._window(record)
        people = self._people(record)
        worked = sum(self._worked(name, window) for name in people) if people else 0
        fact = self._fact(record, people, window)
        month_days = self.calendar.workdays(self.month.start, self.month.end - DAY)
        better = Better.LESS if fold(text(record, "better")) == "меньше" else Better.MORE
        per = PER.get(fold(text(record, "per")), Per.MONTH)
        norm = Norm(amount(record, "norm"), per, month_days=month_days, better=better)
        found = check(norm, fact, Decimal(worked))
        return Normed(record, fact, worked, month_days, found)

    def columns(self, record: Record) -> dict[str, Value]:
        """What the daemon writes beside a norm."""
        known = self.of(record)
        return {
            "fact": known.fact,
            "worked": Decimal(known.worked),
            "month_days": Decimal(known.month_days),
        }

    def _window(self, record: Record) -> Period:
        since, until = day(record, "since"), day(record, "until")
        start = max(since, self.month.start) if since else self.month.start
        last = min(until, self.asof) if until else self.asof
        return Period(start, max(start, last + DAY))

    def _people(self, record: Record) -> tuple[str, ...]:
        """Whom the norm is for: one person, a department, or all who sell."""
        who, sellers = fold(text(record, "who")), self.scene.sellers()
        if who in EVERYONE:
            return tuple(p.name for p in sellers)
        return tuple(
            p.name for p in sellers if who in {fold(p.name), fold(p.department), fold(p.role)}
        )

    def _worked(self, name: str, window: Period) -> int:
        last = window.end - DAY
        days = self.calendar.workdays(window.start, last)
        for row in self.scene.rows.get("absences", {}).values():
            first, to = day(row, "from"), day(row, "to")
            if fold(row.values.get("who")) == fold(name) and first is not None:
                days -= self.calendar.workdays(max(first, window.start), min(to or first, last))
        return max(days, 0)

    def _fact(self, record: Record, people: Sequence[str], window: Period) -> Decimal | None:
        named = fold(text(record, "metric"))
        if named == SHIPPED:
            return self._quantity(fold(text(record, "unit")), people, window)
        measure = METRICS.get(named)
        return None if measure is None else total_of(self.reader, measure, people, window)

    def _quantity(self, unit: str, people: Sequence[str], window: Period) -> Decimal:
        """Quantity of the deals won in the window; units are never mixed."""
        deals = self.scene.rows["deals"]
        total = Decimal(0)
        for name in people:
            for _, row_id, part in self.reader.contributions(Measure.DEALS, window, name):
                deal = deals.get(row_id)
                if deal is not None and fold(deal.values.get("unit")) == unit:
                    share = Decimal(part.amount) / 100
                    total += (amount(deal, "qty") or Decimal(0)) * share
        return total


def columns_of(norming: Norming | None) -> Callable[[Record], dict[str, Value]]:
    """The daemon's columns of a norm; none while nothing was measured."""
    return (lambda _: {}) if norming is None else norming.columns
