"""Plan against fact of people, departments and the team, for a month, quarter, half and year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from formulas.calendar import Calendar
from formulas.lights import Light as PlainLight
from formulas.lights import Thresholds
from formulas.periods import BaseMode, PeriodType, base, bounds, compare
from formulas.periods import Period as PlainPeriod
from formulas.plan import PersonPlan, PlanMode, PlanVersion, by_department, in_force, roll_up
from formulas.progress import Unit, day_count, progress
from model.figures import Days, Light, Measure, Period, PlanFact, Span
from model.records import Record
from store import Reader
from sync.figures.departments import History, sums_of
from sync.figures.standing import KnownFigures
from sync.remembered import Once
from sync.scene import Scene, amount, day, fold, text

TEAM = "Отдел"
UNASSIGNED = "(не указано)"
METRICS = {
    "оплаты": Measure.MONEY,
    "оплаты, руб.": Measure.MONEY,
    "закрытые сделки, руб.": Measure.WON,
    "счета, руб.": Measure.INVOICED,
    "выигранные сделки": Measure.DEALS,
    "новые клиенты": Measure.NEW_CLIENTS,
    "звонки": Measure.CALLS,
    "звонки от 10 секунд": Measure.CALLS,
    "кп отправлено": Measure.OFFERS,
}
MONEY = frozenset({Measure.MONEY, Measure.WON, Measure.INVOICED})
SHOWN = (Measure.MONEY, Measure.DEALS, Measure.NEW_CLIENTS, Measure.CALLS, Measure.OFFERS)
BASIS = {
    "оплатам": Measure.MONEY,
    "закрытым сделкам": Measure.WON,
    "счетам": Measure.INVOICED,
}
HUNDRED = Decimal(100)


def money_measure(scene: Scene) -> Measure:
    """Which measure stands as money: «Продажи считать по»."""
    return BASIS.get(fold(scene.general.get(fold("Продажи считать по"))), Measure.MONEY)


@dataclass(frozen=True, slots=True)
class Quotas:
    """Plans by (who folded, measure, month number), of the one year that «Планы» shows."""

    year: int
    values: Mapping[tuple[str, Measure, int], Decimal]
    by_cut: Mapping[tuple[str, Measure, tuple[str, str], int], Decimal] = field(
        default_factory=dict
    )
    """The same by market, product or channel: (field, value folded) after the measure."""

    def of_cut(self, name: str, measure: Measure, period: Period) -> dict[str, Decimal]:
        """Plans of a period by the values of a field, of the team or of all people together."""
        if period.start.year != self.year:
            return {}
        months = range(period.start.month, _last_month(period) + 1)
        team: dict[str, Decimal] = {}
        people: dict[str, Decimal] = {}
        for (who, planned, (field_, value), month), plan in self.by_cut.items():
            if planned is measure and field_ == name and month in months:
                sums = team if who == fold(TEAM) else people
                sums[value] = sums.get(value, Decimal(0)) + plan
        return people | team

    def of(self, who: str, measure: Measure, period: Period) -> Decimal | None:
        """Sum of the months of a period; None when no month of it has a plan."""
        if period.start.year != self.year:
            return None
        months = range(period.start.month, _last_month(period) + 1)
        known = [self.values.get((fold(who), measure, month)) for month in months]
        given = [value for value in known if value is not None]
        return sum(given, Decimal(0)) if given else None


def _last_month(period: Period) -> int:
    return 12 if period.end.month == 1 else period.end.month - 1


CUTS = ("market", "product", "channel")
"""Fields of a deal that a plan may be set by."""
Versions = dict[int, list[PlanVersion]]
"""By month number, what was planned for it and from which day on."""
CHANGED_IN_MONTH = "План, изменённый в месяце"
"""Setting: «по дням» weighs the versions by their working days; else the last one replaces."""


def quotas(scene: Scene, calendar: Calendar) -> Quotas:
    """The plans of the sheet «Планы»."""
    said = scene.general.get(fold("Год планов"), "")
    year = int(said) if said.isdecimal() else scene.asof.year
    by_days = fold(scene.general.get(fold(CHANGED_IN_MONTH))).startswith("по дн")
    mode = PlanMode.WEIGHTED if by_days else PlanMode.REPLACE
    whole: dict[tuple[str, Measure], Versions] = {}
    cut: dict[tuple[str, Measure, tuple[str, str]], Versions] = {}
    for record in scene.rows["plans"].values():
        measure = METRICS.get(fold(record.values.get("metric")))
        if measure is None:
            continue
        who = fold(text(record, "who"))
        parts = [(name, fold(text(record, name))) for name in CUTS if text(record, name)]
        if not parts:
            _add(whole.setdefault((who, measure), {}), record, year)
        for part in parts[:1]:
            _add(cut.setdefault((who, measure, part), {}), record, year)

    def in_month(versions: Versions) -> dict[int, Decimal]:
        out = {}
        for month, known in versions.items():
            found = in_force(
                known, bounds(PeriodType.MONTH, date(year, month, 1)), calendar, mode=mode
            )
            if found is not None:
                out[month] = found
        return out

    by_cut = {(*key, m): v for key, versions in cut.items() for m, v in in_month(versions).items()}
    values = _summed(by_cut)
    values |= {
        (*key, m): v for key, versions in whole.items() for m, v in in_month(versions).items()
    }
    return Quotas(year, values, by_cut)


def _add(versions: Versions, record: Record, year: int) -> None:
    """The months of a row; a month left blank says nothing."""
    since = day(record, "since")
    for month in range(1, 13):
        value = amount(record, f"m{month:02}")
        if value is not None:
            start = since or date(year, month, 1)
            versions.setdefault(month, []).append(PlanVersion(start, value))


def _summed(
    by_cut: Mapping[tuple[str, Measure, tuple[str, str], int], Decimal],
) -> dict[tuple[str, Measure, int], Decimal]:
    """Who has no plan of the whole has the sum of the parts, of the first field they are set by."""
    fields: dict[tuple[str, Measure], str] = {}
    for who, measure, (name, _), _ in by_cut:
        known = fields.get((who, measure), name)
        fields[who, measure] = min(known, name, key=CUTS.index)
    out: dict[tuple[str, Measure, int], Decimal] = {}
    for (who, measure, (name, _), month), value in by_cut.items():
        if fields[who, measure] == name:
            out[who, measure, month] = out.get((who, measure, month), Decimal(0)) + value
    return out


Facts = Callable[[Measure, Period], dict[str, Decimal]]
"""Facts of a measure in any days: of people, or of departments."""


@dataclass(frozen=True, slots=True)
class Planner:
    """What every line of plan against fact needs."""

    reader: Reader
    scene: Scene
    calendar: Calendar
    quotas: Quotas
    asof: date
    thresholds: Thresholds
    known: KnownFigures = field(default_factory=KnownFigures)
    only: frozenset[str] | None = None
    """Folded names of a department's people; None for the whole team."""
    history: History = field(default_factory=dict)
    """The departments of each person, by days."""

    def facts(self, measure: Measure, period: Period) -> dict[str, Decimal]:
        """Fact of each manager: roubles, or whole and part counts."""
        sums = self.reader.sums(measure, period)
        return self.known.facts.setdefault((measure, period), Once()).of(
            lambda: {
                who: Decimal(total) / HUNDRED
                for who, total in sums.items()
                if self.only is None or fold(who) in self.only
            },
            sums,
        )

    def year_ago(self) -> dict[tuple[str, Measure], Decimal]:
        """What each person, folded, and the team brought in the whole of this month last year."""
        start = self.asof.replace(year=self.asof.year - 1, day=1)
        month = bounds(PeriodType.MONTH, start)
        out: dict[tuple[str, Measure], Decimal] = {}
        for measure in dict.fromkeys(METRICS.values()):
            facts = self.facts(measure, Period(month.start, month.end))
            out |= {(fold(who), measure): fact for who, fact in facts.items() if who}
            if facts:
                out[fold(TEAM), measure] = _sum(facts, None)
        return out

    def days(self, span: Span) -> Days:
        """Working days of the period that holds the day."""
        period = bounds(PeriodType(span.value), self.asof)
        known = day_count(period, self.asof, self.calendar)
        return Days(known.total, known.passed)

    @property
    def limits(self) -> tuple[Decimal, Decimal]:
        """Per cent of the pace from which a light is green and yellow."""
        green, yellow = self.thresholds.green, self.thresholds.yellow
        return Decimal(green.numerator) / green.denominator, Decimal(
            yellow.numerator
        ) / yellow.denominator

    def lines(self, span: Span, measure: Measure) -> tuple[PlanFact, ...]:
        """People worst first, then the team's total."""
        table = self._windows(span, measure)
        return self._once("people", span, measure, lambda: self._lines(measure, table), table)

    def _lines(self, measure: Measure, table: Windows) -> tuple[PlanFact, ...]:
        people = [p.name for p in self.scene.sellers()]
        extra = sorted(set(table.now) - set(people) - {""})
        plans = {who: self.quotas.of(who, measure, table.period) for who in people}
        rows = [self._line(who, measure, plans.get(who), table, [who]) for who in [*people, *extra]]
        rows = [r for r in rows if r.who in people or r.fact]
        rows.sort(key=lambda r: (r.deviation is None, r.deviation or Decimal(0), r.who))
        own = self.quotas.of(TEAM, measure, table.period)
        plan = roll_up(own, list(plans.values())).plan
        return (*rows, self._line(TEAM, measure, plan, table, None))

    def departments(self, span: Span, measure: Measure) -> tuple[PlanFact, ...]:
        """One line a department, by the days on which its people belonged to it."""
        table = self._windows(span, measure, self._facts_of_departments)
        once = self.known.lines.setdefault(("parts", span, measure, table.period), Once())
        settings = self._settings()
        return once.of(lambda: self._parts(measure, table), self.asof, repr(table), *settings)

    def _once(
        self,
        what: str,
        span: Span,
        measure: Measure,
        make: Callable[[], tuple[PlanFact, ...]],
        table: Windows,
    ) -> tuple[PlanFact, ...]:
        once = self.known.lines.setdefault((what, span, measure, table.period), Once())
        settings = self._settings()
        return once.of(make, self.asof, table.now, table.before, table.year_ago, *settings)

    def _settings(self) -> tuple[object, ...]:
        rows = self.scene.rows
        return rows["plans"], rows["staff"], rows["general"], rows.get("calendar")

    def _parts(self, measure: Measure, table: Windows) -> tuple[PlanFact, ...]:
        """Departments of today in the order of the list of people, then those of before."""
        plans = self.plans_of_departments(measure, table.period)
        today = dict.fromkeys(p.department or UNASSIGNED for p in self.scene.sellers())
        others = set() if self.only is not None else {*plans, *table.now} - set(today)
        names = [*today, *sorted(others)]
        return tuple(self._line(name, measure, plans.get(name), table, [name]) for name in names)

    def plans_of_departments(self, measure: Measure, period: Period) -> dict[str, Decimal]:
        """Plans of people, each month of who moved in it parted by the working days in each."""
        out: dict[str, Decimal] = {}
        for _, plan in self.parted_plans(measure, period):
            for department, part in plan.items():
                out[department] = out.get(department, Decimal(0)) + part
        return out

    def parted_plans(
        self, measure: Measure, period: Period
    ) -> Iterator[tuple[str, dict[str, Decimal]]]:
        """Of each salesperson with a plan, its parts by department."""
        for person in self.scene.sellers():
            history = self.history.get(person.name, ())
            parts: dict[str, Decimal] = {}
            for month in _months(period) if len(history) > 1 else (period,):
                plan = PersonPlan(self.quotas.of(person.name, measure, month), history)
                whole = PlainPeriod(month.start, month.end)
                for department, part in by_department([plan], whole, self.calendar).items():
                    parts[department] = parts.get(department, Decimal(0)) + part
            if parts:
                yield person.name, parts

    def _facts_of_departments(self, measure: Measure, period: Period) -> dict[str, Decimal]:
        return sums_of(self.history, lambda days: self.facts(measure, days), period)

    def _windows(self, span: Span, measure: Measure, facts: Facts | None = None) -> Windows:
        known = self.facts if facts is None else facts
        kind = PeriodType(span.value)
        period = bounds(kind, self.asof)
        month = Period(period.start, period.end)
        upto = Period(period.start, min(period.end, date.fromordinal(self.asof.toordinal() + 1)))
        before, year_ago = (
            None if days is None else known(measure, days) or None
            for days in (self._window(kind, BaseMode.PREV), self._window(kind, BaseMode.LAST_YEAR))
        )
        return Windows(month, known(measure, upto), before, year_ago)

    def _window(self, kind: PeriodType, mode: BaseMode) -> Period | None:
        """The days that are compared with."""
        window = base(kind, self.asof, mode, self.calendar)
        if window.last is None:
            return None
        return Period(window.first, date.fromordinal(window.last.toordinal() + 1))

    def _line(
        self,
        who: str,
        measure: Measure,
        plan: Decimal | None,
        table: Windows,
        names: Sequence[str] | None,
    ) -> PlanFact:
        fact = _sum(table.now, names)
        unit = Unit.MONEY if measure in MONEY else Unit.COUNT
        span = PlainPeriod(table.period.start, table.period.end)
        days = day_count(span, self.asof, self.calendar)
        summary = progress(plan, fact, days, unit, self.thresholds)
        return PlanFact(
            who=who,
            measure=measure,
            plan=plan,
            fact=fact,
            pct=summary.pct,
            expected=summary.expected,
            deviation=summary.deviation,
            runrate=summary.runrate,
            per_day=summary.per_day,
            now_per_day=summary.now_per_day,
            light=_light(summary.light),
            to_previous=_change(fact, table.before, names),
            to_last_year=_change(fact, table.year_ago, names),
            before=None if table.before is None else _sum(table.before, names),
            year_ago=None if table.year_ago is None else _sum(table.year_ago, names),
        )


@dataclass(frozen=True, slots=True)
class Windows:
    """Facts of the period so far and of the two windows it is compared with."""

    period: Period
    now: Mapping[str, Decimal]
    before: Mapping[str, Decimal] | None
    year_ago: Mapping[str, Decimal] | None


def _months(period: Period) -> Iterator[Period]:
    start = period.start
    while start < period.end:
        month = bounds(PeriodType.MONTH, start)
        yield Period(month.start, month.end)
        start = month.end


def _sum(facts: Mapping[str, Decimal], names: Sequence[str] | None) -> Decimal:
    values = facts.values() if names is None else (facts.get(n, Decimal(0)) for n in names)
    return sum(values, Decimal(0))


def _change(
    fact: Decimal, window: Mapping[str, Decimal] | None, names: Sequence[str] | None
) -> Decimal | None:
    return None if window is None else compare(fact, _sum(window, names)).delta_pct


def _light(light: PlainLight) -> Light:
    return Light(light.value)
