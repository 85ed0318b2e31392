"""A department's plan against fact taken apart: each person for the days spent there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from model.explaining import Explanation, Step
from model.figures import Period, PlanFact
from model.texts.numbers import day_month
from sync.explain.places import Places
from sync.explain.plan import derived, told
from sync.explain.salary import short_chain
from sync.explain.sources import plan_rows, sources
from sync.figures.departments import stays_of
from sync.figures.month import DAY, Month
from sync.figures.parts import piece

ZERO = Decimal(0)


def explain_department(month: Month, line: PlanFact, places: Places) -> Explanation:
    """Why plan and fact of a department stand where they do."""
    steps = (*_plan(month, line, places), *_facts(month, line, places), *derived(month, line))
    parts = [step.amount for step in steps if step.adds and step.amount is not None]
    note = "Отдел - тот, в котором человек был в день продажи: переход не меняет прошлого."
    return told(month, line, steps, parts, notes=(note,))


def _plan(month: Month, line: PlanFact, places: Places) -> Iterator[Step]:
    """The plan, and each person's part of it."""
    parted = month.planner.parted_plans(line.measure, month.period)
    mine = [(who, parts) for who, parts in parted if line.who in parts]
    calc = short_chain([parts[line.who] for _, parts in mine], line.plan or ZERO)
    yield Step("plan", "План", line.plan, calc=calc if mine else "", how="по рабочим дням в отделе")
    key = f"m{month.period.start.month:02}"
    for who, parts in mine:
        rows = plan_rows(month.scene, who, line.measure, month.period)
        found = sources(month.scene, places, rows, field=key)
        how = _when(month, who, line.who)
        yield Step(f"plan_{who}", f"План: {who}", parts[line.who], how=how, sources=found)


def _facts(month: Month, line: PlanFact, places: Places) -> Iterator[Step]:
    planner = month.planner
    upto = Period(month.period.start, min(month.period.end, planner.asof + DAY))
    people = {*planner.history, *planner.facts(line.measure, upto)}
    for who in sorted(people):
        days = [part for name, part in stays_of(planner.history, who, upto) if name == line.who]
        parts = [p for part in days for p in month.book.ground.parts.of(line.measure, who, part)]
        known = sum((planner.facts(line.measure, part).get(who, ZERO) for part in days), ZERO)
        if known or parts:
            yield Step(
                code=f"fact_{who}",
                title=f"Факт: {who}",
                amount=known,
                calc=short_chain([part.amount for part in parts], known) if parts else "",
                how=_when(month, who, line.who) if parts else "из сумм по дням",
                adds=True,
                sources=sources(month.scene, places, map(piece, parts)),
            )


def _when(month: Month, who: str, department: str) -> str:
    """«в отделе с 10.03 по 31.03» of somebody who was not there all the month."""
    stays = stays_of(month.planner.history, who, month.period)
    if len(stays) == 1:
        return ""
    parts = (
        f"с {day_month(days.start)} по {day_month(days.end - DAY)}"
        for name, days in stays
        if name == department
    )
    return f"в отделе {', '.join(parts)}"
