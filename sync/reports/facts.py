"""What the pages of a report are made of: sums of the store for the chosen days, plans, people.

Each set of days is asked for once, all measures together; the pages only pick from it. Rows of
clients, deals and payments are not needed for figures, so the cost follows the days, not the past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from formulas.calendar import Calendar
from formulas.lights import Thresholds
from formulas.owners import NOT_STATED, DepartmentSince
from formulas.periods import BaseMode
from formulas.periods import Period as PlainPeriod
from formulas.progress import DayCount, day_count
from formulas.rounding import r2
from model.figures import Cut, Measure, Period
from store import Reader
from sync.figures.departments import stays_of, sums_of
from sync.figures.plans import Quotas, money_measure
from sync.reports.sheet import Cite
from sync.reports.spans import DAY, Chosen
from sync.scene import Scene, fold

HUNDRED = Decimal(100)
Sums = Mapping[str, Decimal]
"""By manager or by key of a cut."""
BY_CUT: Mapping[Cut, tuple[Measure, ...]] = {
    Cut.CHANNEL: (
        Measure.LEADS,
        Measure.DEALS,
        Measure.NEW_CLIENTS,
        Measure.MONEY,
        Measure.WON,
        Measure.INVOICED,
        Measure.MARGIN,
        Measure.AD_COST,
        Measure.AD_CLICKS,
    ),
    Cut.PRODUCT: (Measure.MONEY, Measure.WON, Measure.INVOICED, Measure.DEALS),
    Cut.MARKET: (Measure.MONEY, Measure.WON, Measure.INVOICED, Measure.DEALS),
    Cut.STAGE: (Measure.STARTED, Measure.STARTED_SUM),
    Cut.LOST_AT: (Measure.STARTED,),
    Cut.REASON: (Measure.LOST,),
}
"""What a page asks of a cut."""
NONE: Sums = {}


@dataclass(slots=True)
class Facts:
    """The chosen days of a team, or of one person of it."""

    reader: Reader
    scene: Scene
    chosen: Chosen
    calendar: Calendar
    quotas: Quotas
    thresholds: Thresholds
    manager: str | None = None
    departments: Mapping[str, tuple[DepartmentSince, ...]] = field(default_factory=dict)
    money: Measure = field(init=False)
    """What money is counted by."""
    days: Period = field(init=False)
    """The chosen days that have passed."""
    day_count: DayCount = field(init=False)
    """Working days of the whole period, and of those that have passed."""
    _sums: dict[Period, Mapping[Measure, Sums]] = field(default_factory=dict)
    _cuts: dict[Cut, Mapping[Measure, Sums]] = field(default_factory=dict)
    _stays: dict[str, tuple[tuple[str, Period], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.money = money_measure(self.scene)
        self.days = self.chosen.upto
        whole = PlainPeriod(self.chosen.period.start, self.chosen.period.end)
        self.day_count = day_count(whole, self.chosen.asof, self.calendar)

    def by_manager(self, measure: Measure, days: Period | None = None) -> Sums:
        """Sum of each manager in the chosen days or in others."""
        wanted = days or self.days
        if wanted not in self._sums:
            self._sums[wanted] = self._read(wanted)
        return self._sums[wanted].get(measure, NONE)

    def ever(self, measure: Measure) -> Sums:
        """Sum of each manager since ever, up to the end of the chosen days."""
        return self._of_measure(measure, Period(date.min, self.days.end))

    def _of_measure(self, measure: Measure, days: Period) -> Sums:
        return {
            who: Decimal(amount) / HUNDRED
            for (_, who), amount in self.reader.sums_of((measure,), days).items()
            if amount and self.manager in (None, who)
        }

    def total(self, measure: Measure, days: Period | None = None) -> Decimal:
        """Sum of everybody meant."""
        return sum(self.by_manager(measure, days).values(), Decimal(0))

    def by_key(self, cut: Cut, measure: Measure) -> Sums:
        """Sum of each key of a cut; what has none is «(не указано)»."""
        if cut not in self._cuts:
            self._cuts[cut] = self._read_cut(cut)
        known = self._cuts[cut].get(measure, NONE)
        if cut is Cut.LOST_AT:
            return known
        rest = self.total(measure) - sum(known.values(), Decimal(0))
        return {**known, NOT_STATED: rest} if rest else known

    def window(self, mode: BaseMode) -> Sums | None:
        """Money of each manager in the days of a fair comparison; None when there was none."""
        days = self.chosen.window(mode, self.calendar)
        if days is None:
            return None
        return self._of_measure(self.money, days) or None

    def people(self) -> tuple[str, ...]:
        """Salespeople in the order of the list, then others who have sums in the days."""
        listed = [person.name for person in self.scene.sellers()]
        found = {who for sums in self._sums_now().values() for who in sums if who}
        everybody = (*listed, *sorted(found - set(listed)))
        return everybody if self.manager is None else (self.manager,)

    def _sums_now(self) -> Mapping[Measure, Sums]:
        self.by_manager(self.money)
        return self._sums[self.days]

    def stays(self, who: str) -> tuple[tuple[str, Period], ...]:
        """The departments of a person in the chosen days, each with its own part of them."""
        if who not in self._stays:
            self._stays[who] = stays_of(self.departments, who, self.days)
        return self._stays[who]

    def by_department(self, measure: Measure) -> Sums:
        """Sum of each department by the days on which its people belonged to it."""
        return sums_of(self.departments, lambda days: self.by_manager(measure, days), self.days)

    def plan(self, who: str, measure: Measure) -> Decimal | None:
        """Plan of the chosen days: whole months, and of a part of a month its working days."""
        first, end = self.chosen.period.start, self.chosen.period.end
        found: list[Fraction] = []
        month = first.replace(day=1)
        while month < end:
            following = (month + 31 * DAY).replace(day=1)
            value = self.quotas.values.get((fold(who), measure, month.month))
            if value is not None and month.year == self.quotas.year:
                part = Period(max(month, first), min(following, end))
                found.append(Fraction(value) * self._part(part, Period(month, following)))
            month = following
        return r2(sum(found, Fraction(0))) if found else None

    def _part(self, part: Period, month: Period) -> Fraction:
        if part == month:
            return Fraction(1)
        whole = self.calendar.workdays(month.start, month.end - DAY)
        return Fraction(self.calendar.workdays(part.start, part.end - DAY), whole or 1)

    def cite(
        self,
        *measures: Measure,
        who: str | None = None,
        cut: Cut | None = None,
        keys: Sequence[str] = (),
    ) -> Cite:
        """The rows behind a sum of the chosen days."""
        stated = tuple("" if key == NOT_STATED else key for key in keys)
        person = who if who is not None else self.manager
        return Cite(measures, ((person, self.days),), cut, stated)

    def _read(self, days: Period) -> Mapping[Measure, Sums]:
        found: dict[Measure, dict[str, Decimal]] = defaultdict(dict)
        for (measure, who), amount in self.reader.sums_of(tuple(Measure), days).items():
            if amount and self.manager in (None, who):
                found[measure][who] = Decimal(amount) / HUNDRED
        return found

    def _read_cut(self, cut: Cut) -> Mapping[Measure, Sums]:
        found: dict[Measure, dict[str, Decimal]] = defaultdict(dict)
        sums = self.reader.sums_by(cut, BY_CUT[cut], self.days, self.manager)
        for (measure, key), amount in sums.items():
            if amount:
                found[measure][key] = Decimal(amount) / HUNDRED
        return found
