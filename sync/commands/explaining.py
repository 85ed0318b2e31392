"""What `explain` says: a figure or a signal taken apart, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from model.errors import WrongPlace
from model.explaining import Address, Explanation, Source, Step
from model.figures import Measure, Period, PlanFact, Span
from model.records import Record
from model.texts import Text
from model.texts.numbers import day_year, money, number
from sync.columns import Columns
from sync.commands.as_of import month_as_of, person_named, places_of
from sync.commands.said import Said, plain_letters
from sync.explain.departments import explain_department
from sync.explain.plan import explain_plan
from sync.explain.quality import explain_card, explain_person
from sync.explain.salary import explain_salary
from sync.explain.signal import explain_signal
from sync.figures.month import Month
from sync.figures.plans import money_measure
from sync.quality.fields import CLIENTS, DEALS
from sync.reports.spans import month_of_text
from sync.scene import Scene, fold
from sync.team import Team
from sync.thinking import compute
from sync.world import World

DAY = timedelta(days=1)
SHOWN = 12
"""Rows behind a line that are listed; the rest are counted."""


class Why(StrEnum):
    """What can be explained."""

    SALARY = "salary"
    PLAN = "plan"
    SIGNAL = "signal"
    QUALITY = "quality"


def explain(
    team: Team, what: Why, whose: str, month: str | None, *, world: World, everything: bool = False
) -> Said:
    """The explanation; raises WrongPlace for a person or a deal that is not there."""
    period = month_of_text(month, world.now().date())
    found: tuple[Explanation, ...]
    if what is Why.SIGNAL:
        found = (_signal(team, whose, world),)
    elif what is Why.QUALITY:
        found = (_quality(team, whose, world),)
    elif what is Why.SALARY:
        found = (_salary(team, whose, period, world),)
    else:
        found = _plan(team, whose, period, world)
    lines = [line for one in found for line in _lines(one, everything=everything)]
    facts: Mapping[str, object] = {"explanations": found}
    return Said(tuple(map(plain_letters, lines)), facts)


def _salary(team: Team, whose: str, period: Period, world: World) -> Explanation:
    asof = min(period.end - DAY, world.now().date())
    with month_as_of(team, world, asof) as (month, _):
        person = person_named(month.scene, whose)
        paid = month.book.month(person.name, period.start)
        if paid is None:
            raise WrongPlace(what=Text.A_SCHEME, value=person.name)
        return explain_salary(month, paid, places_of(team, month.reader, person.name))


def _plan(team: Team, whose: str, period: Period, world: World) -> tuple[Explanation, ...]:
    asof = min(period.end - DAY, world.now().date())
    with month_as_of(team, world, asof) as (month, _):
        first = money_measure(month.scene)
        units = _of_department(month, whose, (first, *(m for m in month.lines if m is not first)))
        if units:
            places = places_of(team, month.reader)
            return tuple(explain_department(month, line, places) for line in units)
        person = person_named(month.scene, whose)
        places = places_of(team, month.reader, person.name)
        measures = (first, *(m for m in month.lines if m is not first))
        lines = [x for m in measures for x in month.lines[m] if x.who == person.name]
        shown = [x for x in lines if x.measure is first or x.plan is not None]
        return tuple(explain_plan(month, line, places) for line in shown)


def _of_department(month: Month, whose: str, measures: Iterable[Measure]) -> list[PlanFact]:
    """Lines of a department of that name; a person of the name goes before."""
    if month.scene.person(whose) is not None:
        return []
    lines = (line for m in measures for line in month.planner.departments(Span.MONTH, m))
    found = [line for line in lines if fold(line.who) == fold(whose)]
    return [line for line in found if line.fact or line.plan is not None] or found[:1]


def _signal(team: Team, number: str, world: World) -> Explanation:
    with team.store.read() as reader:
        places = places_of(team, reader)
    with month_as_of(team, world, world.now().date()) as (month, settled):
        deal = _deal(month.scene, number)
        columns: Columns = compute(month.reader, settled, settled.scene.asof).columns
        return explain_signal(month.scene, columns, deal, places)


def _quality(team: Team, whose: str, world: World) -> Explanation:
    """Of one card by its number, else of a person."""
    with month_as_of(team, world, world.now().date()) as (month, _):
        wanted = fold(whose).replace("-", "").replace(" ", "")
        for table in (CLIENTS, DEALS):
            for row_id, record in month.scene.rows[table].items():
                if fold(month.scene.number(table, row_id)).replace("-", "") == wanted:
                    return explain_card(month, record)
        return explain_person(month, person_named(month.scene, whose).name)


def _deal(scene: Scene, number: str) -> Record:
    wanted = fold(number).replace("-", "").replace(" ", "")
    for row_id, deal in scene.rows["deals"].items():
        shown = fold(scene.number("deals", row_id)).replace("-", "")
        if shown and wanted in {shown, str(deal.number)}:
            return deal
    raise WrongPlace(what=Text.A_DEAL, value=number)


def _lines(told: Explanation, *, everything: bool) -> Iterator[str]:
    where = ", ".join(_place(one) for one in told.at)
    yield f"{told.subject}. {told.title}: {told.shown or 'сигнала нет'}" + (
        f"   [{where}]" if where else ""
    )
    for step in told.steps:
        yield from _step(step, everything=everything, counted=told.counted)
    if told.chain:
        yield f"Сходится: {told.chain}"
    yield from told.notes


def _step(step: Step, *, everything: bool, counted: bool) -> Iterator[str]:
    shown = "" if step.amount is None else f": {_sum(step.amount, counted=counted)}"
    at = "" if step.at is None else f"   [{_place(step.at)}]"
    yield f"  {step.title}{shown}{at}"
    for part in (step.calc, "" if step.code.startswith("tier_") and step.amount else step.how):
        if part and part != step.title:
            yield f"      {part}"
    if step.rounding:
        yield f"      округление: {step.rounding}"
    for rule in step.rules:
        row = "" if rule.row is None else f", строка {rule.row}"
        yield f"      правило: «Мотивация»{row}: {rule.text}"
    rows = step.sources if everything else step.sources[:SHOWN]
    for source in rows:
        yield f"      {_source(source, counted=counted)}"
    if len(rows) < len(step.sources):
        yield f"      и ещё {len(step.sources) - len(rows)}: добавьте --all"


def _sum(value: Decimal, *, counted: bool) -> str:
    whole = value == value.to_integral_value()
    return number(value) if counted and whole else money(value, kopecks=True)


def _source(source: Source, *, counted: bool) -> str:
    day = "" if source.day is None else day_year(source.day)
    amount = "" if source.amount is None else _sum(source.amount, counted=counted)
    at = "" if source.at is None else f"[{_place(source.at)}]"
    parts = (source.number, source.what, day, amount, source.note, at)
    return "   ".join(part for part in parts if part)


def _place(at: Address) -> str:
    return f"{at.book}, «{at.sheet}»!{at.cell}"
