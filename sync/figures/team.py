"""The owner's figures: plan against fact by every cut, lamps, funnel, money, payroll."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from formulas.pay.outlook import pay_fund
from formulas.periods import PeriodType, bounds
from formulas.plan import roll_up
from formulas.rounding import ZERO
from model.figures import (
    FunnelStage,
    Lamp,
    Light,
    Measure,
    MoneyBlock,
    MonthPoint,
    Period,
    PersonFigures,
    PlanFact,
    Span,
    TeamFigures,
)
from model.records import Question, QuestionKind, Record, Stance
from model.texts.numbers import short_company, thousands
from sync.figures.contribute import made_on
from sync.figures.earning import client_name
from sync.figures.month import DAY, Month
from sync.figures.payroll import approved_words, payroll_month, payroll_rows
from sync.figures.plans import METRICS, SHOWN, TEAM, Planner, money_measure
from sync.figures.replies import late_leads
from sync.plans.calendar import draft_note
from sync.scene import Scene, StageKind, amount, day, fold, text
from sync.settle.inputs import Input

ABANDONED_DAYS = 14
AGES = (30, 60, 90)
HISTORY_MONTHS = 12
TILE = 20
"""Characters that a line of a lamp's tile shows."""


def team_figures(
    month: Month,
    people: Sequence[PersonFigures],
    questions: Sequence[Question],
    faults: Sequence[str],
) -> TeamFigures:
    """Everything on the owner's figure sheets; `faults` are books that could not be kept."""
    scene, planner = month.scene, month.planner
    measures = tuple(dict.fromkeys((money_measure(scene), *SHOWN)))
    cuts = [(span, measure) for span in Span for measure in measures]
    payroll = payroll_rows(month, month.period.start, month.inputs)
    paid = _sum_of(month, Measure.MONEY, month.period)
    unlinked = [p for p in scene.rows["payments"].values() if not p.links.get("client_id")]
    return TeamFigures(
        month=month.period,
        asof=planner.asof,
        written_at=scene.now,
        money_measure=money_measure(scene),
        plan_fact={cut: planner.lines(*cut) for cut in cuts} | _reasoned(month),
        departments={cut: planner.departments(*cut) for cut in cuts},
        lamps=_lamps(month, questions, faults),
        pay_forecast={p.name: p.pay[1] for p in people if p.pay is not None},
        heads=_heads(month, people),
        funnel=_funnel(scene, month.period),
        money=_money(month, people, paid),
        payroll=payroll,
        history=_history(month),
        undistributed=_undistributed(month),
        plans_last_year=_last_year(month),
        unlinked_count=len(unlinked),
        unlinked_sum=sum((amount(p, "amount") or ZERO for p in unlinked), ZERO),
        no_amount_count=_no_amount(month),
        version=month.reader.version(),
        approved=approved_words(month, payroll, month.inputs),
        payroll_month=payroll_month(month),
        past=_before(month, measures, Planner.lines),
        past_departments=_before(month, measures, Planner.departments),
        days={span: planner.days(span) for span in Span},
        past_days={span: _then(planner, span).days(span) for span in Span},
        thresholds=planner.limits,
        draft=draft_note(month.calendar, month.period.start, date(planner.asof.year, 12, 31)),
    )


def _heads(month: Month, people: Sequence[PersonFigures]) -> tuple[str, ...]:
    """Who has pay and no line among those who sell."""
    shown = {line.who for line in month.lines[money_measure(month.scene)]}
    return tuple(p.name for p in people if p.pay is not None and p.name not in shown)


def _before(
    month: Month,
    measures: Sequence[Measure],
    lines: Callable[[Planner, Span, Measure], tuple[PlanFact, ...]],
) -> dict[tuple[Span, Measure], tuple[PlanFact, ...]]:
    """The same lines of the month, quarter, half and year before, whole, where there were any."""
    planner = month.planner
    out: dict[tuple[Span, Measure], tuple[PlanFact, ...]] = {}
    for span in Span:
        then = _then(planner, span)
        for measure in measures:
            found = lines(then, span, measure)
            if any(line.fact or line.plan is not None for line in found):
                out[span, measure] = found
    return out


def _then(planner: Planner, span: Span) -> Planner:
    """The planner on the last day of the period before."""
    return replace(planner, asof=bounds(PeriodType(span.value), planner.asof).start - DAY)


def _sum_of(month: Month, measure: Measure, period: Period) -> Decimal:
    return sum(month.planner.facts(measure, period).values(), ZERO)


def _no_amount(month: Month) -> int:
    return sum(
        stage.order > 0 and amount(deal, "amount") is None for deal, stage in month.standing.open
    )


def _reasoned(month: Month) -> dict[tuple[Span, Measure], tuple[PlanFact, ...]]:
    """The month's money lines with «Причина и что делаем»."""
    measure = money_measure(month.scene)
    lines = tuple(
        replace(line, reason=month.inputs.said(Input.REASON, line.who))
        for line in month.lines[measure]
    )
    return {(Span.MONTH, measure): lines}


def _funnel(scene: Scene, period: Period) -> tuple[FunnelStage, ...]:
    """Deals created in the period, by the furthest stage they reached."""
    ladder = sorted(
        (s for s in scene.stages.values() if s.kind is not StageKind.LOST), key=lambda s: s.order
    )
    reached = [0] * len(ladder)
    sums = [ZERO] * len(ladder)
    for deal in scene.rows["deals"].values():
        made = made_on(scene, deal)
        if made is None or made not in period:
            continue
        top = _furthest(scene, deal, [s.name for s in ladder])
        for place in range(top + 1):
            reached[place] += 1
            sums[place] += amount(deal, "amount") or ZERO
    onward: list[Decimal | None] = [
        None if i + 1 == len(ladder) or not reached[i] else Decimal(reached[i + 1]) / reached[i]
        for i in range(len(ladder))
    ]
    known = [value for value in onward if value is not None]
    worst = min(known) if known else None
    return tuple(
        FunnelStage(s.name, reached[i], sums[i], onward[i], worst=onward[i] == worst is not None)
        for i, s in enumerate(ladder)
    )


def _furthest(scene: Scene, deal: Record, ladder: Sequence[str]) -> int:
    """Place of the furthest stage; a lost deal counts by the stage it fell from."""
    stage = scene.stage(deal)
    remembered = scene.stages.get(fold(deal.values.get("max_stage")))
    name = stage.name if stage is not None and stage.kind is not StageKind.LOST else ""
    if not name and remembered is not None:
        name = remembered.name
    return ladder.index(name) if name in ladder else 0


def _money(month: Month, people: Sequence[PersonFigures], paid: Decimal) -> MoneyBlock:
    overdue = [ZERO] * (len(AGES) + 1)
    for _, late, rest in month.overdue:
        overdue[sum(late > age for age in AGES)] += rest
    fund, share = pay_fund((p.pay[1] for p in people if p.pay is not None), paid)
    return MoneyBlock(
        paid=paid,
        expected=sum((p.expected_rest for p in people), ZERO),
        overdue=(overdue[0], overdue[1], overdue[2], overdue[3]),
        fund=fund,
        fund_share=share,
    )


def _history(month: Month) -> tuple[MonthPoint, ...]:
    """Plan and fact of the team for the last twelve months, this one included."""
    measure = money_measure(month.scene)
    points: list[MonthPoint] = []
    start = month.period.start
    for _ in range(HISTORY_MONTHS):
        period = bounds(PeriodType.MONTH, start)
        whole = Period(period.start, period.end)
        fact = _sum_of(month, measure, whole)
        points.append(MonthPoint(start, _team_plan(month, measure, whole), fact))
        start = (start - DAY).replace(day=1)
    return tuple(reversed(points))


def _team_plan(month: Month, measure: Measure, period: Period) -> Decimal | None:
    quotas = month.planner.quotas
    own = quotas.of(TEAM, measure, period)
    return roll_up(own, [quotas.of(p.name, measure, period) for p in month.scene.sellers()]).plan


def _undistributed(month: Month) -> dict[Measure, Decimal]:
    quotas, out = month.planner.quotas, {}
    for measure in dict.fromkeys(METRICS.values()):
        children = [quotas.of(p.name, measure, month.period) for p in month.scene.sellers()]
        rest = roll_up(quotas.of(TEAM, measure, month.period), children).undistributed
        if rest:
            out[measure] = rest
    return out


def _last_year(month: Month) -> dict[tuple[str, str], tuple[Decimal | None, ...]]:
    """Money of the twelve months a year before the plans' year, by person and for the team."""
    year = month.planner.quotas.year - 1
    measure = money_measure(month.scene)
    months = [bounds(PeriodType.MONTH, date(year, m, 1)) for m in range(1, 13)]
    facts = [month.planner.facts(measure, Period(m.start, m.end)) for m in months]
    people = [p.name for p in month.scene.sellers()]
    out: dict[tuple[str, str], tuple[Decimal | None, ...]] = {
        (who, measure.value): tuple(f.get(who) for f in facts) for who in people
    }
    out[TEAM, measure.value] = tuple(sum(f.values(), ZERO) if f else None for f in facts)
    return out


def _lamps(month: Month, questions: Sequence[Question], faults: Sequence[str]) -> tuple[Lamp, ...]:
    """The nine lamps of METRICS section 8; those without a source say so."""
    scene, asof = month.scene, month.planner.asof
    deals = month.standing.open
    no_step = [d for d, _ in deals if day(d, "step_on") is None]
    late = [d for d, _ in deals if (day(d, "step_on") or asof) < asof]
    debts = month.overdue
    owing = {d.row_id for d, _, _ in debts}
    stuck = [d for d, s in deals if d.row_id not in owing and _stuck(d, s.norm_days, asof)]
    leads = late_leads(scene, month.replies)
    red = [x for x in month.lines[money_measure(scene)] if x.light is Light.RED and x.who != TEAM]
    waiting = [
        q for q in questions if q.stance is Stance.OPEN and q.kind is not QuestionKind.PROBLEM
    ]
    holds = sum(q.kind is QuestionKind.HOLD for q in waiting)
    return (
        _deal_lamp(month, "Без следующего шага", no_step, Light.RED),
        _deal_lamp(month, "Просрочены шаги", late, Light.YELLOW),
        _lead_lamp(scene, leads),
        Lamp(
            "Просрочена оплата",
            len(debts),
            _lit(debts, Light.RED),
            _debt_words(scene, debts),
            "deals",
        ),
        _deal_lamp(month, "Зависли", stuck, Light.YELLOW),
        Lamp(
            "Отстают от плана",
            len(red),
            _lit(red, Light.YELLOW),
            tuple(x.who for x in red[:2]),
            "plan_fact",
        ),
        Lamp("Не перезвонили", None, Light.GREY, (), ""),
        Lamp(
            "Ждут ответа",
            len(waiting),
            Light.RED if holds else _lit(waiting, Light.YELLOW),
            (f"{holds} стоп",) if holds else (),
            "questions",
        ),
        Lamp("Копии и связь", len(faults), _lit(faults, Light.RED), tuple(faults[:1]), ""),
    )


def _stuck(deal: Record, norm: int | None, asof: date) -> bool:
    """Over the stage's norm, abandoned, or past its payment day."""
    entered = day(deal, "stage_on") or asof
    touched = max(entered, day(deal, "created_on") or entered)
    expected = day(deal, "expected_on")
    over = norm is not None and (asof - entered).days > norm
    abandoned = (asof - touched).days >= ABANDONED_DAYS and (
        day(deal, "step_on") or date.min
    ) < asof
    return over or abandoned or (expected is not None and expected < asof)


def _lit(things: Sequence[object], level: Light) -> Light:
    return level if things else Light.GREEN


def _deal_lamp(month: Month, title: str, deals: Sequence[Record], level: Light) -> Lamp:
    rest = sum(
        (max((amount(d, "amount") or ZERO) - month.paid.get(d.row_id, ZERO), ZERO) for d in deals),
        ZERO,
    )
    detail = (thousands(rest), _worst(deals)) if deals else ()
    return Lamp(title, len(deals), _lit(deals, level), detail, "deals")


def _worst(deals: Sequence[Record]) -> str:
    """«Петрова 9»: the surname with the most of them."""
    counts = Counter(text(d, "owner").partition(" ")[0] for d in deals)
    name, count = counts.most_common(1)[0]
    return f"{name or 'без менеджера'} {count}"


def _lead_lamp(scene: Scene, leads: Sequence[Record]) -> Lamp:
    if not scene.rows["leads"]:
        return Lamp("Заявки без ответа", None, Light.GREY, (), "leads")
    detail = (_worst(leads),) if leads else ()
    return Lamp("Заявки без ответа", len(leads), _lit(leads, Light.RED), detail, "leads")


def _debt_words(scene: Scene, debts: Sequence[tuple[Record, int, Decimal]]) -> tuple[str, ...]:
    if not debts:
        return ()
    by_client: dict[str, Decimal] = defaultdict(Decimal)
    for deal, _, rest in debts:
        by_client[client_name(scene, deal)] += rest
    name, worst = max(by_client.items(), key=lambda item: item[1])
    sum_ = thousands(worst).removesuffix("тыс.").rstrip()
    return (
        thousands(sum(by_client.values(), ZERO)),
        f"{short_company(name, TILE - len(sum_) - 1)} {sum_}",
    )
