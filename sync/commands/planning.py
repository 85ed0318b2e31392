"""What `plan` says: the plan of a period, what to plan next, a plan down to calls a day, norms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from formulas.decompose import Decomposition
from formulas.periods import PeriodType, bounds
from formulas.plan import roll_up
from formulas.rounding import pct
from model.errors import NoSuchPerson, WrongMonth
from model.figures import Measure, Period, PlanFact, Span
from model.texts.numbers import delta_percent, money, month_name
from model.texts.values import shown
from sync.commands.said import Said, plain_letters, table
from sync.figures.month import Month
from sync.figures.plans import TEAM, Planner, money_measure
from sync.plans.calendar import draft_note
from sync.plans.cuts import cut_lines
from sync.plans.decomposing import Plan, taken_apart, window_of
from sync.plans.norming import Norming
from sync.plans.past import month_after
from sync.plans.suggesting import Suggested, suggested
from sync.reporting import settled_now
from sync.scene import fold, text
from sync.team import Team
from sync.thinking import make_month
from sync.world import World
from templates.screens.words import MEASURES

DAY = timedelta(days=1)
FIELDS = {"market": "Рынок", "product": "Товар", "channel": "Источник"}
STEPS = {"offers": "КП", "calls": "Звонки"}
Rows = list[tuple[str, ...]]
LIGHTS = {"green": "в норме", "yellow": "чуть ниже", "red": "отстаёт", "grey": "-", "none": "-"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: the month, the length of the period, and how it is cut."""

    month: str | None = None
    span: Span = Span.MONTH
    by: str = "people"


def show(team: Team, world: World, wish: Wish) -> Said:
    """Plan against fact of a period, with the comparison to the two before it."""
    with _month(team, world, wish.month) as month:
        measure = money_measure(month.scene)
        period = bounds(PeriodType(wish.span.value), month.planner.asof)
        whole = Period(period.start, period.end)
        if wish.by in FIELDS:
            return _shown_cut(month, measure, whole, wish.by)
        planner = month.planner
        by_people = wish.by == "people"
        lines = (planner.lines if by_people else planner.departments)(wish.span, measure)
        rest = _undistributed(planner, measure, whole)
        note = draft_note(month.calendar, whole.start, whole.end - DAY)
    rows: Rows = [("", "План", "Факт", "%", "Отклонение", "К прошлому", "К прошлому году")]
    rows += [_cells(line) for line in lines]
    said = [f"{MEASURES[measure]}, {_named(whole)}.", *table(rows, right=frozenset(range(1, 7)))]
    if rest is not None:
        said.append(f"Не распределено по людям: {money(rest)} руб. Допишите на листе «Планы».")
    facts = {"from": whole.start, "to": whole.end - DAY, "measure": measure, "lines": lines}
    return _said(said, note, {**facts, "undistributed": rest})


def suggest(team: Team, world: World, month: str | None) -> Said:
    """What to plan for a month: the next one unless another is named."""
    now = world.now().date()
    target = month_after(now) if month is None else _any_month(month)
    with _month(team, world, None) as known:
        measure = money_measure(known.scene)
        names = [TEAM, *(p.name for p in known.scene.sellers())]
        asked = [suggested(known.reader, measure, who, target.start) for who in names]
        note = draft_note(known.calendar, target.start, target.end - DAY)
    rows: Rows = [("", "Предлагаю", "Среднее за 3 месяца", "Сезон")]
    rows += [_suggestion(one) for one in asked]
    said = [
        f"{MEASURES[measure]}, {_named(target)}. Подсказка, в план сама не попадёт.",
        *table(rows, right=frozenset({1, 2, 3})),
    ]
    return _said(said, note, {"month": target.start, "measure": measure, "lines": asked})


def decompose(team: Team, world: World, who: str, month: str | None) -> Said:
    """A plan down to calls a day by own conversions of the three months before."""
    with _month(team, world, month) as known:
        name = _person(known, who)
        measure = money_measure(known.scene)
        whole = Period(known.period.start, known.period.end)
        line = next((x for x in known.lines[measure] if fold(x.who) == fold(name)), None)
        ahead = whole.start > world.now().date()
        first_left = whole.start if ahead else known.planner.asof + DAY
        days_left = known.calendar.workdays(first_left, known.last)
        plan = None if line is None else line.plan
        fact = Decimal(0) if line is None else line.fact
        found = taken_apart(known.reader, Plan(name, whole, plan, fact, days_left))
        note = draft_note(known.calendar, whole.start, known.last)
    facts: dict[str, object] = {
        "who": name,
        "month": whole.start,
        "plan": plan,
        "fact": fact,
        "days_left": days_left,
        "found": found,
    }
    if plan is None:
        none = f"{name}: плана на {_named(whole)} нет. Поставьте его на листе «Планы»."
        return _said([none], note, facts)
    rest = max(plan - fact, Decimal(0))
    window = window_of(whole.start)
    months = f"{month_name(window.start)} - {month_name(window.end - DAY)}"
    sums = f"план {money(plan)}, факт {money(fact)}, осталось {money(rest)} и {days_left} раб. дн."
    said = [
        f"{name}, {_named(whole)}: {sums}",
        *table(_chain(found), right=frozenset({1, 2, 3})),
        f"Переходы свои за {months}; пока своих мало, они ближе к средним по отделу.",
    ]
    return _said(said, note, facts)


def norms(team: Team, world: World) -> Said:
    """Every norm against what was done this month."""
    with _month(team, world, None) as month:
        whole = Period(month.period.start, month.period.end)
        norming = Norming(month.reader, month.scene, month.calendar, month.planner.asof, whole)
        known = norming.all()
        note = draft_note(month.calendar, whole.start, month.last)
    if not known:
        return Said(("Нормативов нет. Впишите их на листе «Нормативы».",), {"norms": []})
    rows: Rows = [("Показатель", "Кто", "Норма", "Надо", "Факт", "Отклонение", "%", "Свет")]
    for one in known:
        r, c = one.record, one.found
        norm = f"{shown(r.values.get('norm'))} {text(r, 'unit')} / {text(r, 'per') or 'месяц'}"
        figures = (c.expected, one.fact, c.deviation, c.pct)
        cells = tuple("-" if value is None else shown(value) for value in figures)
        who, light = text(r, "who") or "все", LIGHTS[c.light.value]
        rows.append((text(r, "metric"), who, norm, *cells, light))
    facts = [
        {
            "metric": text(n.record, "metric"),
            "who": text(n.record, "who"),
            "fact": n.fact,
            "worked": n.worked,
            "check": n.found,
        }
        for n in known
    ]
    return _said(list(table(rows, right=frozenset({3, 4, 5, 6}))), note, {"norms": facts})


def _shown_cut(month: Month, measure: Measure, whole: Period, field: str) -> Said:
    upto = Period(whole.start, min(whole.end, month.planner.asof + DAY))
    quotas = month.planner.quotas
    lines = cut_lines(month.reader, month.scene, quotas, measure, upto, field)
    rows = [(FIELDS[field], "План", "Факт", "%")]
    for line in lines:
        share = pct(line.fact, line.plan)
        cells = money(line.plan), money(line.fact), "-" if share is None else money(share)
        rows.append((line.name, *cells))
    said = [f"{MEASURES[measure]}, {_named(whole)}.", *table(rows, right=frozenset({1, 2, 3}))]
    note = draft_note(month.calendar, whole.start, whole.end - DAY)
    return _said(said, note, {"from": whole.start, "to": whole.end - DAY, "lines": lines})


def _undistributed(planner: Planner, measure: Measure, whole: Period) -> Decimal | None:
    own = planner.quotas.of(TEAM, measure, whole)
    children = [planner.quotas.of(p.name, measure, whole) for p in planner.scene.sellers()]
    return roll_up(own, children).undistributed or None


def _cells(line: PlanFact) -> tuple[str, ...]:
    figures = (line.plan, line.fact, line.pct, line.deviation)
    changes = (line.to_previous, line.to_last_year)
    return (line.who, *map(money, figures), *map(delta_percent, changes))


def _suggestion(one: Suggested) -> tuple[str, ...]:
    season = "-" if one.found.season is None else shown(one.found.season)
    return (one.who, money(one.found.suggest), money(one.found.mean3), season)


def _chain(found: Decomposition) -> list[tuple[str, ...]]:
    def number(value: int | None) -> str:
        return "-" if value is None else str(value)

    rows: Rows = [("", "Нужно", "В день", "Переход")]
    check = f"чек {money(found.check)}"
    rows.append(("Сделки", number(found.deals), number(found.deals_per_day), check))
    for name, step in found.steps.items():
        share = "-" if step.conv is None else f"{money(step.conv * 100)} %"
        rows.append((STEPS.get(name, name), number(step.need), number(step.per_day), share))
    return rows


def _person(month: Month, who: str) -> str:
    """A seller by the beginning of the name, or the team; raises NoSuchPerson."""
    names = [TEAM, *(p.name for p in month.scene.sellers())]
    found = [name for name in names if fold(name).startswith(fold(who))]
    if len(found) != 1:
        raise NoSuchPerson(value=who, known=", ".join(names))
    return found[0]


@contextmanager
def _month(team: Team, world: World, month: str | None) -> Iterator[Month]:
    """A month with everything its figures need; nothing of it stays in the store."""
    now = world.now()
    today = now.date()
    asof = today
    if month is not None:
        asked = _any_month(month)
        asof = max(asked.start, min(asked.end - DAY, today))
    with team.store.write() as writer:
        settled = settled_now(team, writer, world, now)
        yield make_month(writer, settled.scene, asof, settled.known.figures)
        writer.cancel()


def _any_month(value: str) -> Period:
    """The month of «2026-03», past or to come; raises WrongMonth."""
    year, dash, month = value.strip().partition("-")
    if not (dash and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12):
        raise WrongMonth(value=value)
    found = bounds(PeriodType.MONTH, date(int(year), int(month), 1))
    return Period(found.start, found.end)


def _named(period: Period) -> str:
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    if months > 1:
        return f"{period.start:%d.%m.%y} - {period.end - DAY:%d.%m.%y}"
    return month_name(period.start)


def _said(lines: Sequence[str], note: str, facts: dict[str, object]) -> Said:
    every = [*lines, *([note + "."] if note else [])]
    return Said(tuple(map(plain_letters, every)), {**facts, "draft_calendar": bool(note)})
