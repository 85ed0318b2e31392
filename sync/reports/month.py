"""The monthly report as a value: what page one says and what stands behind it.

Numbers stay numbers, so that html, xlsx and the terminal print the same report; sentences are
whole. Nothing here is computed anew: shares, pay and pace come from `formulas` through the
figures. The only arithmetic is the verdict's «without one payment» and sums of shown rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from model.figures import (
    FunnelStage,
    Light,
    Measure,
    MoneyBlock,
    MonthPoint,
    PayrollRow,
    Period,
    PersonFigures,
    PlanFact,
    Span,
    TeamFigures,
)
from model.texts.numbers import GAP, delta_percent, money, month_name, month_word, percent, plural
from sync.reports import findings, words
from sync.reports.sheet import Cell, Document

MONTHS_SHOWN = 12
ALL_COUNTED = "Вошло всё: каждая оплата привязана, у каждой сделки есть сумма."
OPEN = "Предварительный: месяц не закрыт"
NO_PAGES = Document("", (), {}, (), 0)


class Unit(Enum):
    """How the figure of a card is printed."""

    MONEY = "money"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class Card:
    """One of the four figures of page one."""

    title: str
    value: Decimal | None
    unit: Unit
    note: str

    @property
    def shown(self) -> str:
        """The figure in words: «5 914 000» or «+31 %»."""
        return money(self.value) if self.unit is Unit.MONEY else delta_percent(self.value)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the people table; `total` is the line of the whole team."""

    name: str
    plan: Decimal | None
    fact: Decimal
    pct: Decimal | None
    light: Light
    to_previous: Decimal | None
    to_last_year: Decimal | None
    pay: Decimal | None
    total: bool = False


@dataclass(frozen=True, slots=True)
class MonthReport:
    """Everything the report of a month shows, in the order of its pages."""

    month: Period
    measure: Measure
    """What money is counted by: payments, closed deals or invoices."""
    title: str
    status: str
    approved: bool
    source: str
    """What it was made from: «Считали по оплатам, данные на 31.03.2026, версия 1 482.»"""
    written_at: datetime
    verdict: str
    light: Light
    cards: tuple[Card, ...]
    previous_title: str
    last_year_title: str
    people: tuple[PersonRow, ...]
    """Largest fact first, then departments when there are several, the total last."""
    months: tuple[MonthPoint, ...]
    happened: tuple[str, ...]
    decide: tuple[str, ...]
    accuracy: tuple[str, ...]
    funnel: tuple[FunnelStage, ...]
    money: MoneyBlock
    activity: tuple[PlanFact, ...]
    """Team totals of the other measures."""
    payroll: tuple[PayrollRow, ...]
    persons: tuple[PersonFigures, ...]
    pages: Document
    """Managers, funnel, channels, clients, activity, and the rows behind their figures."""

    def fact_of(self, row: PersonRow) -> Cell | None:
        """The figure on a later page that a person's fact equals, with the rows behind it."""
        lines = (line for sheet in self.pages.sheets[:1] for line in sheet.tables[0].lines)
        return next((line.cells[1] for line in lines if line.name == row.name), None)


def month_report(  # what the month was and what it is compared with
    team: TeamFigures,
    people: Sequence[PersonFigures] = (),
    *,
    largest: tuple[str, Decimal] | None = None,
    before: TeamFigures | None = None,
    seconds: Decimal | None = None,
    pages: Document = NO_PAGES,
) -> MonthReport:
    """The report of the month of `team`; `before` is the month before, `seconds` its making."""
    rows = _month_rows(team)
    total = next((row for row in rows if row.who == words.TEAM), None)
    verdict, light = verdict_of(team, total, largest)
    return MonthReport(
        month=team.month,
        measure=team.money_measure,
        title=f"Отчёт за{GAP}{month_name(team.month.start)}",
        status=team.approved or OPEN,
        approved=bool(team.approved),
        source=_source(team),
        written_at=team.written_at,
        verdict=verdict,
        light=light,
        cards=_cards(team, total, before),
        previous_title=words.to_previous_title(team.month),
        last_year_title=words.to_last_year_title(team.month),
        people=_people(team, rows),
        months=team.history[-MONTHS_SHOWN:],
        happened=findings.happened(team, before),
        decide=findings.decide(team),
        accuracy=_accuracy(team, seconds),
        funnel=team.funnel,
        money=team.money,
        activity=_activity(team),
        payroll=team.payroll,
        persons=tuple(people),
        pages=pages,
    )


def verdict_of(
    team: TeamFigures, total: PlanFact | None, largest: tuple[str, Decimal] | None
) -> tuple[str, Light]:
    """The line of the month and its colour: how far the plan is, and what it hangs on."""
    name = words.TITLES[team.money_measure]
    if total is None:
        return f"{name}: данных за этот месяц нет.", Light.GREY
    if total.plan is None or total.pct is None:
        month = month_word(team.month.start)
        return f"Плана на{GAP}{month} нет. {name}: {money(total.fact)}{GAP}руб.", Light.GREY
    share = words.attainment(total.pct)
    if not _is_over(team):
        return f"Пока {share} плана: {_of_plan(total)}{_pace(total)}", total.light
    hangs = _without(total, largest)
    return f"План выполнен на{GAP}{share}: {_of_plan(total)}{_short(total)}{hangs}", total.light


def _is_over(team: TeamFigures) -> bool:
    return team.asof >= team.month.end - timedelta(days=1)


def _of_plan(total: PlanFact) -> str:
    return f"{words.plan_line(total)}{GAP}руб."


def _pace(total: PlanFact) -> str:
    if total.runrate is None or not total.plan:
        return ""
    share = words.attainment(total.runrate * 100 / total.plan)
    return f" Тем же темпом выйдет {money(total.runrate)} ({share})."


def _short(total: PlanFact) -> str:
    missing = (total.plan or total.fact) - total.fact
    return f" Не хватило {money(missing)}." if missing > 0 else ""


def _without(total: PlanFact, largest: tuple[str, Decimal] | None) -> str:
    if largest is None or not total.plan or largest[1] <= 0:
        return ""
    name, amount = largest
    share = words.attainment((total.fact - amount) * 100 / total.plan)
    one = words.WITHOUT_ONE[total.measure]
    return f" Без{GAP}{one} ({name}, {money(amount)}) было бы {share}."


def _month_rows(team: TeamFigures) -> tuple[PlanFact, ...]:
    return team.plan_fact.get((Span.MONTH, team.money_measure), ())


def _people(team: TeamFigures, rows: Sequence[PlanFact]) -> tuple[PersonRow, ...]:
    found = team.departments.get((Span.MONTH, team.money_measure), ())
    persons = sorted(findings.people(team), key=lambda row: (-row.fact, row.who))
    heads = findings.paid_beside(team)
    units = [row for row in found if row.who != words.TEAM]
    departments = units if len(units) > 1 else []
    totals = [row for row in rows if row.who == words.TEAM]
    pays = {row.name: row.gross for row in team.payroll}
    lines = [
        _person_row(row, _pay(team, pays, row.who)) for row in [*persons, *heads, *departments]
    ]
    return (*lines, *(_person_row(row, team.money.fund, total=True) for row in totals))


def _pay(team: TeamFigures, accrued: dict[str, Decimal], name: str) -> Decimal | None:
    """What stands as pay: accrued once the month is approved, the likely forecast before."""
    forecast = team.pay_forecast.get(name)
    return accrued.get(name, forecast) if team.approved else forecast


def _person_row(row: PlanFact, pay: Decimal | None, *, total: bool = False) -> PersonRow:
    return PersonRow(
        name=row.who,
        plan=row.plan,
        fact=row.fact,
        pct=row.pct,
        light=row.light,
        to_previous=row.to_previous,
        to_last_year=row.to_last_year,
        pay=pay,
        total=total,
    )


def _cards(
    team: TeamFigures, total: PlanFact | None, before: TeamFigures | None
) -> tuple[Card, ...]:
    overdue = sum(team.money.overdue, Decimal(0))
    return (
        Card(
            title=words.measure_title(team.money_measure),
            value=total.fact if total else None,
            unit=Unit.MONEY,
            note=words.to_previous(total.to_previous if total else None, team.month),
        ),
        Card(
            title=words.to_last_year_title(team.month),
            value=total.to_last_year if total else None,
            unit=Unit.DELTA,
            note=_last_year_note(team),
        ),
        Card(
            title="Зарплата отдела" if team.approved else "Зарплата отдела, прогноз",
            value=team.money.fund,
            unit=Unit.MONEY,
            note=_fund_note(team),
        ),
        Card(
            title="Просрочено",
            value=overdue,
            unit=Unit.MONEY,
            note=_overdue_note(team.money, before),
        ),
    )


def _last_year_note(team: TeamFigures) -> str:
    facts = team.plans_last_year.get((words.TEAM, team.money_measure.value), ())
    place = team.month.start.month - 1
    fact = facts[place] if len(facts) > place else None
    if fact is None:
        return "год назад данных нет"
    return f"{'было' if _is_over(team) else 'весь месяц:'} {money(fact)}"


def _fund_note(team: TeamFigures) -> str:
    if team.money.fund_share is None:
        return "доля не считается"
    return f"{percent(team.money.fund_share, places=1)} {words.OF_MONEY[team.money_measure]}"


def _overdue_note(now: MoneyBlock, before: TeamFigures | None) -> str:
    if before is not None:
        return f"было {money(sum(before.money.overdue, Decimal(0)))}"
    return f"больше 90 дней: {money(now.overdue[3])}"


def _source(team: TeamFigures) -> str:
    by = words.BY_MONEY[team.money_measure]
    version = money(Decimal(team.version))
    return f"Считали {by}, данные на{GAP}{team.asof:%d.%m.%Y}, версия{GAP}{version}."


def _accuracy(team: TeamFigures, seconds: Decimal | None) -> tuple[str, ...]:
    left_out = []
    if team.unlinked_count:
        found = f"{words.payments(team.unlinked_count)} на{GAP}{money(team.unlinked_sum)}{GAP}руб."
        tied = plural(team.unlinked_count, "привязана", "привязаны", "привязаны")
        left_out.append(f"{found} не{GAP}{tied}")
    if team.no_amount_count:
        left_out.append(f"{words.deals(team.no_amount_count)} без суммы")
    lines = [f"Не вошло: {', '.join(left_out)}." if left_out else ALL_COUNTED]
    if not team.approved:
        lines.append("Зарплата - прогноз: «скорее всего», до утверждения месяца.")
    if seconds is not None:
        lines.append(f"Собран за{GAP}{_seconds(seconds)}.")
    return tuple(lines)


def _seconds(seconds: Decimal) -> str:
    return f"{money(max(seconds, Decimal(1)))}{GAP}с"


def _activity(team: TeamFigures) -> tuple[PlanFact, ...]:
    lines: list[PlanFact] = []
    for measure in Measure:
        rows = team.plan_fact.get((Span.MONTH, measure), ())
        if measure is not team.money_measure:
            lines.extend(row for row in rows if row.who == words.TEAM)
    return tuple(lines)
