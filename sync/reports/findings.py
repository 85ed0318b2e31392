"""The few sentences of page one: what happened in the month and what waits for a decision.

Each rule gives at most one sentence; the order of rules is the order of weight, and the first
three sentences stay. A rule without its numbers says nothing rather than something vague.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from formulas.rounding import ZERO
from model.figures import FunnelStage, Light, Measure, PlanFact, Span, TeamFigures
from model.texts.numbers import GAP, delta_percent, money, month_word, number, percent, signed_money
from sync.reports import words

MOST = 3
"""Sentences a block may hold: more is not read (UX section 9)."""

LAMPS_FIRST = 2
"""Lamps that go before missing plans: they cost money every day."""
# Prepositional forms are needed in one phrase only.
MONTHS_IN = (
    "январе", "феврале", "марте", "апреле", "мае", "июне",
    "июле", "августе", "сентябре", "октябре", "ноябре", "декабре",
)  # fmt: skip

_Rule = Callable[[TeamFigures, TeamFigures | None], str]


def happened(team: TeamFigures, before: TeamFigures | None) -> tuple[str, ...]:
    """«Что произошло»: the funnel's worst step, who pulled and who lagged, new clients."""
    rules: tuple[_Rule, ...] = (_worst_step, _laggard, _new_clients, _leader, _payroll_growth)
    return _first(rule(team, before) for rule in rules)


def decide(team: TeamFigures) -> tuple[str, ...]:
    """«Что решить»: two red lamps, plans that are missing or do not add up, old debts."""
    lit = [lamp for lamp in team.lamps if lamp.count and lamp.level in {Light.RED, Light.YELLOW}]
    lit.sort(key=lambda lamp: lamp.level is Light.YELLOW)
    lamps = [words.lamp_sentence(lamp) for lamp in lit]
    gaps = (_no_plan(team), _unshared_plan(team), _unlinked(team), _old_debt(team))
    return _first((*lamps[:LAMPS_FIRST], *gaps, *lamps[LAMPS_FIRST:]))


def _first(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(sentence for sentence in sentences if sentence)[:MOST]


def _worst_step(team: TeamFigures, before: TeamFigures | None) -> str:
    stage = next((step for step in team.funnel if step.worst), None)
    if stage is None or stage.onward is None or stage.onward >= 1:
        return ""
    text = f"Больше всего теряем после «{stage.stage}»: дальше идут {_share(stage.onward)} сделок"
    past = _onward_before(stage, before)
    return f"{text}." if past is None else f"{text}, {_in_month(before)} {_share(past)}."


def _onward_before(stage: FunnelStage, before: TeamFigures | None) -> Decimal | None:
    steps = before.funnel if before else ()
    return next((step.onward for step in steps if step.stage == stage.stage), None)


def _laggard(team: TeamFigures, before: TeamFigures | None) -> str:
    del before
    late = [row for row in people(team) if row.light is Light.RED and row.pct is not None]
    if not late:
        return ""
    worst = min(late, key=lambda row: (row.pct or Decimal(0), row.who))
    missing = money((worst.plan or Decimal(0)) - worst.fact)
    text = f"{worst.who}: {words.attainment(worst.pct)} плана, до плана {missing}{GAP}руб."
    return f"{text}{_few_offers(team, worst.who)}"


def _few_offers(team: TeamFigures, who: str) -> str:
    """The activity that explains a lag: the one furthest below its own plan."""
    late = [
        row
        for measure in (Measure.OFFERS, Measure.CALLS)
        for row in team.plan_fact.get((Span.MONTH, measure), ())
        if row.who == who and row.light is Light.RED and row.plan
    ]
    if not late:
        return ""
    row = min(late, key=lambda line: line.fact / (line.plan or Decimal(1)))
    name = "КП" if row.measure is Measure.OFFERS else "Звонков"
    return f" {name}: {number(row.fact)} из{GAP}{number(row.plan)}."


def _new_clients(team: TeamFigures, before: TeamFigures | None) -> str:
    now = _total(team, Measure.NEW_CLIENTS)
    if now is None:
        return ""
    past = _total(before, Measure.NEW_CLIENTS) if before else None
    was = f" ({_in_month(before)} {_count(past)})" if past else ""
    plan = f" при плане {number(now.plan)}" if now.plan else ""
    return f"Новых клиентов {_count(now)}{was}{plan}."


def _leader(team: TeamFigures, before: TeamFigures | None) -> str:
    del before
    ahead = [row for row in people(team) if row.plan and row.fact > row.plan]
    if not ahead:
        return ""
    best = max(ahead, key=lambda row: (row.fact - (row.plan or Decimal(0)), row.who))
    over = signed_money(best.fact - (best.plan or Decimal(0)))
    return f"{best.who}: {words.attainment(best.pct)} плана, {over}{GAP}руб. сверх него."


def _payroll_growth(team: TeamFigures, before: TeamFigures | None) -> str:
    if before is None or not before.money.fund or not before.money.paid:
        return ""
    pay = (team.money.fund / before.money.fund - 1) * 100
    paid = (team.money.paid / before.money.paid - 1) * 100
    return f"Зарплата {delta_percent(pay)} при оплатах {delta_percent(paid)}."


def _old_debt(team: TeamFigures) -> str:
    debt = team.money.overdue[3]
    if debt <= 0:
        return ""
    return f"Долги старше 90 дней: {money(debt)}{GAP}руб. Решить, кто звонит и до какого числа."


def _no_plan(team: TeamFigures) -> str:
    names = sorted(row.who for row in people(team) if row.plan is None)
    if not names:
        return ""
    month = month_word(team.month.start)
    return f"Плана на{GAP}{month} нет: {_listed(names)}. Лист «Планы»."


def _listed(names: list[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" и ещё {more}" if more > 0 else "")


def _unshared_plan(team: TeamFigures) -> str:
    rest = team.undistributed.get(team.money_measure, Decimal(0))
    if not rest:
        return ""
    if rest < 0:
        return f"План по людям больше плана отдела на{GAP}{money(-rest)}{GAP}руб. Лист «Планы»."
    return f"Из плана не распределено по людям {money(rest)}{GAP}руб. Лист «Планы»."


def _unlinked(team: TeamFigures) -> str:
    if not team.unlinked_count:
        return ""
    found = f"{words.payments(team.unlinked_count)} на{GAP}{money(team.unlinked_sum)}{GAP}руб."
    return f"Чьи это деньги: {found} Лист «Вопросы»."


def people(team: TeamFigures) -> tuple[PlanFact, ...]:
    """Money lines of people alone: neither departments nor the total."""
    key = (Span.MONTH, team.money_measure)
    units = frozenset(row.who for row in team.departments.get(key, ())) | {words.TEAM}
    return tuple(row for row in team.plan_fact.get(key, ()) if row.who not in units)


def paid_beside(team: TeamFigures) -> tuple[PlanFact, ...]:
    """Lines of those who have pay and no plan: heads, whose pay is in the fund."""
    return tuple(
        PlanFact(who, team.money_measure, None, ZERO, *(None,) * 6, Light.GREY, None, None)
        for who in team.heads
    )


def _total(team: TeamFigures, measure: Measure) -> PlanFact | None:
    rows = team.plan_fact.get((Span.MONTH, measure), ())
    return next((row for row in rows if row.who == words.TEAM), None)


def _count(row: PlanFact) -> str:
    return words.amount(row.fact, row.measure)


def _share(ratio: Decimal) -> str:
    return percent(ratio * 100)


def _in_month(team: TeamFigures | None) -> str:
    return f"в{GAP}{MONTHS_IN[team.month.start.month - 1]}" if team else ""
