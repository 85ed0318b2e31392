"""A person's plan against fact taken apart: the plan's cell, the rows of the fact, the days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from model.explaining import Address, Explanation, Step
from model.figures import Measure, Period, PlanFact
from model.texts.numbers import money, month_name, number
from sync.explain.places import Places
from sync.explain.salary import short_chain
from sync.explain.sources import MEASURE_WORDS, plan_rows, sources
from sync.figures.month import Month
from sync.figures.parts import piece
from sync.figures.plans import MONEY, money_measure

DAY = timedelta(days=1)
ZERO = Decimal(0)


def explain_plan(month: Month, line: PlanFact, places: Places) -> Explanation:
    """Why plan and fact of a person stand where they do."""
    steps = tuple(_steps(month, line, places))
    parts = [one.amount for step in steps if step.adds for one in step.sources if one.amount]
    parts = parts or [s.amount for s in steps if s.adds and s.amount is not None]
    return told(month, line, steps, parts, at=_at(month, line, places))


def told(
    month: Month,
    line: PlanFact,
    steps: tuple[Step, ...],
    parts: Sequence[Decimal],
    *,
    at: tuple[Address, ...] = (),
    notes: tuple[str, ...] = (),
) -> Explanation:
    """A line of plan against fact with its steps; the parts add up to the fact."""
    return Explanation(
        kind="plan",
        subject=line.who,
        title=f"{MEASURE_WORDS[line.measure]}: план и факт, {month_name(month.period.start)}",
        figure=line.fact,
        shown=shown(line.fact, line.measure),
        steps=steps,
        month=month.period.start,
        chain=short_chain(parts, line.fact),
        counted=line.measure not in MONEY,
        at=at,
        notes=notes,
    )


def _at(month: Month, line: PlanFact, places: Places) -> tuple[Address, ...]:
    """The line of «Сводка»: it shows money, and the month that runs."""
    if line.measure is not money_measure(month.scene) or month.scene.asof not in month.period:
        return ()
    found = places.beside("dashboard", "who", line.who, "fact")
    return () if found is None else (found,)


def _steps(month: Month, line: PlanFact, places: Places) -> Iterator[Step]:
    scene, asof = month.scene, month.planner.asof
    upto = Period(month.period.start, min(month.period.end, asof + DAY))
    rows = plan_rows(scene, line.who, line.measure, month.period)
    key = f"m{month.period.start.month:02}"
    yield Step(
        "plan",
        "План",
        line.plan,
        how="" if rows else "на листе «Планы» не поставлен",
        sources=sources(scene, places, rows, field=key),
    )
    parts = month.book.ground.parts.of(line.measure, line.who, upto)
    known = sum((part.amount for part in parts), ZERO)
    yield Step(
        "fact",
        "Факт",
        known,
        calc=short_chain([part.amount for part in parts], known),
        how=f"по {asof:%d.%m.%Y} включительно",
        adds=True,
        sources=sources(scene, places, map(piece, parts)),
    )
    if line.fact != known:
        yield Step(
            "sums", "Из сумм по дням", line.fact - known, how="без строк в книгах", adds=True
        )
    yield from derived(month, line)


def derived(month: Month, line: PlanFact) -> Iterator[Step]:
    """What follows from plan, fact and the days."""
    first, last, asof = month.period.start, month.last, month.planner.asof
    total = month.calendar.workdays(first, last)
    passed = month.calendar.workdays(first, min(asof, last)) if asof >= first else 0
    plan, fact = shown(line.plan, line.measure), shown(line.fact, line.measure)
    left = total - passed
    uses = ("plan", "fact")
    yield Step("pct", "Выполнено, %", line.pct, f"100 × {fact} / {plan}", uses=uses)
    calc = f"{plan} × {passed} / {total} рабочих дней"
    yield Step("expected", "Надо к сегодня", line.expected, calc, uses=("plan",))
    expected = shown(line.expected, line.measure)
    yield Step("deviation", "Отклонение", line.deviation, f"{fact} - {expected}", uses=uses)
    yield Step("runrate", "Тем же темпом", line.runrate, f"{fact} × {total} / {passed}", uses=uses)
    calc = f"({plan} - {fact}) / {left} рабочих дней, не меньше нуля"
    yield Step("per_day", "Нужно в день", line.per_day, calc, uses=uses)


def shown(value: Decimal | None, measure: Measure) -> str:
    """A figure as sheets show it: roubles, or a count."""
    if measure in MONEY:
        return money(value, kopecks=True)
    whole = value is None or value == value.to_integral_value()
    return number(value, places=0 if whole else 2)
