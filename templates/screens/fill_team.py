"""Values for «План-факт», «Сводка», «Зарплата» and the hidden sheet behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from model.figures import Measure, PayrollMonth, PlanFact, Span, TeamFigures
from model.values import Value
from templates.screens import room, words
from templates.screens.blocks import numbered, or_dash
from templates.screens.fill_forecast import measured
from templates.screens.service_team import BLOCK, PERIOD_COLUMNS, TOTAL_CODE
from templates.screens.words import money

CUTS = ("по менеджерам", "по отделам")
TOTAL = "Отдел"
"""Name of the team's own line in the figures."""
Lines = Mapping[tuple[Span, Measure], tuple[PlanFact, ...]]


def fill_plan_fact(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of «План-факт»."""
    left = t.undistributed.get(t.money_measure)
    parts = [f"Не распределено по людям: {money(left)} руб."] if left is not None else []
    said = " ".join([*parts, *([t.draft] if t.draft else [])]) or None
    owners = reason_owners(t)
    people = room.people_room(team_size(t))
    filled: dict[str, Value] = {"plan_fact.undistributed": said}
    for number in range(1, people + 1):
        filled[f"plan_fact.reason_who.{number}"] = owners.get(f"plan_fact.reason.{number}")
    return filled


def reason_owners(t: TeamFigures) -> dict[str, str]:
    """Whose reason stands in each cell «Причина и что делаем», by the key of the cell."""
    lines = people_of(t, t.plan_fact.get((Span.MONTH, t.money_measure), ()))
    return {f"plan_fact.reason.{n}": line.who for n, line in enumerate(lines, start=1)}


def reasons(t: TeamFigures) -> dict[str, Value]:
    """What each of these cells must hold for the order of people of this pass."""
    lines = people_of(t, t.plan_fact.get((Span.MONTH, t.money_measure), ()))
    room_ = room.people_room(team_size(t))
    said: dict[str, Value] = {f"plan_fact.reason.{n}": None for n in range(1, room_ + 1)}
    return said | {
        f"plan_fact.reason.{n}": line.reason or None for n, line in enumerate(lines, start=1)
    }


def fill_service_team(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of the hidden figures sheet of the owner's book."""
    filled = _periods(t) | _measures(t)
    for number, cut in enumerate(CUTS, start=1):
        filled[f"fig.cut.{number}.label"] = cut
    green, yellow = t.thresholds
    filled |= {"fig.green": green, "fig.yellow": yellow}
    firsts = {"period": words.SPANS[Span.MONTH], "measure": _measure(t), "cut": CUTS[0]}
    filled |= {f"fig.first.{key}": value for key, value in firsts.items()}
    size = room.plan_fact_room(team_size(t))
    rows = room.fit(tuple(_block(t)), size)
    filled |= _rates(t)
    return filled | numbered("fig.pf", tuple(BLOCK), size, rows, dict)


def fill_rating(t: TeamFigures) -> dict[str, Value]:
    """Values of every written cell of «Рейтинг»."""
    return {"rating.title": f"Рейтинг · {words.month(t.month.start)}"}


def _rates(t: TeamFigures) -> dict[str, Value]:
    """Facts of people by measure, in the order of the selectors' list."""
    order = _order(t)
    facts: dict[str, dict[int, Decimal]] = {}
    for place, measure in enumerate(order, start=1):
        for line in people_of(t, t.plan_fact.get((Span.MONTH, measure), ())):
            facts.setdefault(line.who, {})[place] = line.fact
    people = room.people_room(team_size(t))
    filled: dict[str, Value] = {}
    for place in range(1, room.METRICS + 1):
        filled[f"fig.rate.weight.{place}"] = Decimal(int(place <= len(order)))
    names = sorted(facts)[:people]
    for number in range(1, people + 1):
        who = names[number - 1] if number <= len(names) else None
        filled[f"fig.rate.{number}.who"] = who
        filled[f"fig.rate.{number}.quality"] = t.quality.get(who or "")
        for place in range(1, room.METRICS + 1):
            known = facts.get(who or "", {})
            filled[f"fig.rate.{number}.v{place}"] = known.get(place)
    return filled


def team_size(t: TeamFigures) -> int:
    """How many people the screens must hold: in the comparison or on the payroll."""
    compared = (len(people_of(t, lines)) for lines in (*t.plan_fact.values(), *t.past.values()))
    return max(len(t.payroll), len(payroll_shown(t).rows), *compared, 0)


def payroll_shown(t: TeamFigures) -> PayrollMonth:
    """What «Зарплата» shows: the month that was picked, else that of the figures."""
    if t.payroll_month is not None:
        return t.payroll_month
    return PayrollMonth(t.month, t.payroll, t.approved or "Предварительно: месяц не утверждён")


def people_of(t: TeamFigures, lines: Sequence[PlanFact]) -> tuple[PlanFact, ...]:
    """The lines of persons: neither departments nor the team's total."""
    others = {line.who for rows in t.departments.values() for line in rows} | {TOTAL}
    return tuple(line for line in lines if line.who not in others)


def _measure(t: TeamFigures) -> str:
    return words.MEASURES[t.money_measure]


def _periods(t: TeamFigures) -> dict[str, Value]:
    """The four spans by their length, then the ones before by name."""
    rows: list[dict[str, Value]] = []
    for past in (False, True):
        for span in Span:
            start = _start(t, span, past=past)
            name = words.period_name(span, start)
            label = name if past else words.SPANS[span]
            days = (t.past_days if past else t.days).get(span)
            if not past or any(key[0] is span for key in t.past):
                rows.append(
                    {
                        "label": label,
                        "name": name,
                        "previous": words.to_previous(span, start),
                        "year": words.to_last_year(span, start),
                        "total": Decimal(days.total if days else 0),
                        "passed": Decimal(days.passed if days else 0),
                    }
                )
    return numbered("fig.period", PERIOD_COLUMNS, room.PERIODS, rows, dict)


def _start(t: TeamFigures, span: Span, *, past: bool) -> date:
    start = words.span_start(span, t.month.start)
    return words.span_before(span, start) if past else start


def _measures(t: TeamFigures) -> dict[str, Value]:
    """Measures that have figures, the money one first."""
    order = _order(t)
    rows = [{"label": words.MEASURES[m], "unit": words.unit(m)} for m in order]
    return numbered("fig.measure", ("label", "unit"), room.METRICS, rows, dict)


def _order(t: TeamFigures) -> list[Measure]:
    """Measures that have figures, the money one first."""
    known = {key[1] for key in (*t.plan_fact, *t.past)}
    return [t.money_measure, *(m for m in Measure if m in known and m is not t.money_measure)]


def _block(t: TeamFigures) -> Iterator[dict[str, Value]]:
    cuts: tuple[tuple[str, Lines, Lines], ...] = (
        (CUTS[0], t.plan_fact, t.past),
        (CUTS[1], t.departments, t.past_departments),
    )
    for cut, present, past in cuts:
        for block, is_past in ((present, False), (past, True)):
            for (span, measure), rows in block.items():
                start = _start(t, span, past=is_past)
                period = words.period_name(span, start) if is_past else words.SPANS[span]
                for number, line in enumerate(rows, start=1):
                    key = f"{period}|{words.MEASURES[measure]}|{cut}|{number}"
                    yield _block_row(key, line)


def _block_row(key: str, line: PlanFact) -> dict[str, Value]:
    return {
        "key": key,
        "who": line.who,
        **measured(line),
        "before": or_dash(line.before),
        "year_ago": or_dash(line.year_ago),
        "code": Decimal(TOTAL_CODE if line.who == TOTAL else 0),
    }
