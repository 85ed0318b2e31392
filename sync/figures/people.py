"""«Мой прогноз» of one person, assembled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from formulas.calendar import Calendar
from formulas.pay.outlook import Outlook, awaited_of, why_left_out
from formulas.pay.scheme import OpenDeal, Scheme
from formulas.pay.tiers import tiered
from formulas.periods import PeriodType, bounds
from formulas.rounding import ZERO, r2, r4
from model.figures import Counted, Measure, PayLine, Period, PersonFigures, PlanFact, Span, Step
from model.records import DayOutlook, OutlookLine, Record
from model.texts.numbers import money
from store import Reader
from sync.figures.forecast_words import changes, next_tier
from sync.figures.pay import Earned, block_of, open_deals, pay_outlook, scheme_of
from sync.figures.plans import SHOWN, Planner, money_measure
from sync.figures.replies import Reply, replies
from sync.figures.standing import KnownFigures, Standing, standing_of
from sync.planning.calendar import draft_note
from sync.remembered import Once
from sync.scene import Scene, StageKind, amount, day, fold, text
from sync.settle.inputs import Inputs, inputs_of
from sync.settle.payments import paid_by_deal

DAY = timedelta(days=1)
PROMISE_DAY = 12
STEPS_SHOWN = 60
REASONS = {
    "no_amount": "нет суммы",
    "no_date": "не вписано, когда ждём оплату",
    "past_date": "дата оплаты прошла",
    "after_period": "ждём после конца месяца",
    "no_step": "нет следующего шага",
    "undated_step": "у шага нет даты",
}


@dataclass(frozen=True, slots=True)
class Month:
    """What all people's figures of a pass share."""

    reader: Reader
    scene: Scene
    planner: Planner
    calendar: Calendar
    paid: Mapping[str, Decimal]
    period: Period
    lines: Mapping[Measure, tuple[PlanFact, ...]]
    """Month's plan against fact, by measure."""
    replies: Mapping[str, Reply]
    """Of every lead."""
    inputs: Inputs
    """What people typed into the figure sheets for this month."""
    standing: Standing
    overdue: tuple[tuple[Record, int, Decimal], ...]
    """Deals whose payment day passed: deal, days late, rest."""

    @property
    def last(self) -> date:
        """Last day of the month."""
        return self.period.end - DAY


def month_of(
    reader: Reader, scene: Scene, planner: Planner, calendar: Calendar, known: KnownFigures
) -> Month:
    """The month that holds the planner's day."""
    paid = known.paid.of(lambda: paid_by_deal(scene), scene.rows["payments"])
    standing = standing_of(scene, known)
    period = bounds(PeriodType.MONTH, planner.asof)
    wanted = {*SHOWN, money_measure(scene)}
    lines = {m: planner.lines(Span.MONTH, m) for m in wanted}
    whole = Period(period.start, period.end)
    answers = replies(scene, calendar)
    typed = inputs_of(reader, whole.start)
    return Month(
        reader=reader,
        scene=scene,
        planner=planner,
        calendar=calendar,
        paid=paid,
        period=whole,
        lines=lines,
        replies=answers,
        inputs=typed,
        standing=standing,
        overdue=tuple(_overdue(scene, standing, paid, planner.asof)),
    )


def _overdue(
    scene: Scene, standing: Standing, paid: Mapping[str, Decimal], asof: date
) -> Iterator[tuple[Record, int, Decimal]]:
    """Deals in the last open stage, or won, whose payment day passed (12.11 debt)."""
    open_stages = [s for s in scene.stages.values() if s.kind is StageKind.OPEN]
    if not open_stages:
        return
    last = max(open_stages, key=lambda s: s.order)
    for deal, stage in standing.kept:
        due, value = day(deal, "expected_on"), amount(deal, "amount")
        if due is None or due >= asof or value is None:
            continue
        rest = value - paid.get(deal.row_id, ZERO)
        if rest > 0 and (stage == last or stage.kind is StageKind.WON):
            yield deal, (asof - due).days, rest


def person_figures(month: Month, name: str, known: KnownFigures | None = None) -> PersonFigures:
    """Everything that «Мой прогноз» of a person shows; only the moment is always today's."""
    scene, reader, asof = month.scene, month.reader, month.planner.asof
    rows = scene.rows
    settled = (
        *("clients", "payments", "staff", "stages", "general", "plans", "pay_rules"),
        *("calendar", "rates"),
    )
    by_payments = money_measure(scene) is Measure.MONEY
    start = (month.period.start - DAY).replace(day=1)
    people = (known or KnownFigures()).people
    figures = people.setdefault(name, Once()).of(
        lambda: _person_figures(month, name),
        month.standing.of(name),
        None if by_payments else rows["deals"],
        *(rows.get(key) for key in (*settled, "absences")),
        *(reader.contributions_of(table) for table in ("deals", "payments")),
        *(lines for _, lines in sorted(month.lines.items(), key=lambda one: one[0].value)),
        repr(reader.outlooks(name, start, asof)),
        scene.owner,
        scene.helper,
    )
    return replace(figures, written_at=scene.now)


def _person_figures(month: Month, name: str) -> PersonFigures:
    scene, asof = month.scene, month.planner.asof
    scheme = scheme_of(scene, name, month.period.start)
    deals = open_deals(month.standing, month.paid, name)
    earned = _earned(month, name, tuple(d for _, d in deals))
    awaited = awaited_of(earned.deals, asof, month.last)
    result: Outlook | None = None
    lines: tuple[PayLine, ...] = ()
    if scheme is not None:
        result, lines = pay_outlook(scheme, earned)
    before = _outlook_before(month, name)
    counted = _counted(month, name, scheme, earned.plan)
    return PersonFigures(
        name=name,
        month=month.period,
        asof=asof,
        written_at=scene.now,
        scheme=None if scheme is None or result is None else block_of(scheme, earned),
        basis=(
            earned.fact,
            earned.fact + r2(awaited.weighted),
            earned.fact + awaited.rest,
        ),
        pay=None if result is None else (result.pay.now, result.pay.likely, result.pay.all),
        lines=lines,
        paid_count=earned.payments,
        expected_count=awaited.count,
        expected_rest=awaited.rest,
        expected_likely=r2(awaited.weighted),
        since_yesterday=None if before is None or result is None else result.pay.now - before.now,
        since_yesterday_why="" if before is None else _why(counted, before.day),
        plan_fact=_own_lines(month, name),
        days_total=month.calendar.workdays(month.period.start, month.last),
        days_left=month.calendar.workdays(asof + DAY, month.last),
        steps=_steps(month, name),
        not_counted=tuple(_left_out(month, deals)),
        counted=counted,
        changes=changes(_recent(month, name), lines, counted),
        next_tier=_next_tier(month, scheme, earned, deals),
        promised=_promised(month, name),
        accrued_before=_accrued_before(month, name),
        last_month_pay=None,
        head=scene.owner,
        helper=scene.helper,
        thresholds=month.planner.limits,
        draft=draft_note(month.calendar, month.period.start, month.last),
    )


def _own_lines(month: Month, name: str) -> tuple[PlanFact, ...]:
    """The person's line of each measure that has a plan, a fact or a source."""
    first = money_measure(month.scene)
    order = [first, *(m for m in SHOWN if m is not Measure.MONEY)]
    out = []
    for measure in order:
        for line in month.lines[measure]:
            has = line.plan is not None or line.fact or measure is first
            if line.who == name and has:
                out.append(line)
    return tuple(out)


def _earned(month: Month, name: str, deals: tuple[OpenDeal, ...]) -> Earned:
    scene = month.scene
    measure = money_measure(scene)
    upto = Period(month.period.start, min(month.period.end, month.planner.asof + DAY))
    parts = month.reader.contributions(measure, upto, name)
    plan = month.planner.quotas.of(name, measure, month.period)
    norm = month.calendar.workdays(month.period.start, month.last)
    return Earned(
        name=name,
        fact=sum((Decimal(c.amount) / 100 for _, _, c in parts), Decimal(0)),
        payments=len(parts),
        plan=plan,
        worked=norm - _absent(month, name),
        norm=norm,
        first_payments=_firsts(month, upto, name),
        late_steps=_late_steps(month, name),
        deals=deals,
        asof=month.planner.asof,
        to=month.last,
    )


def _absent(month: Month, name: str) -> int:
    """Working days of the month that «Отсутствия» takes away."""
    away = 0
    for row in month.scene.rows.get("absences", {}).values():
        first, last = day(row, "from"), day(row, "to")
        if fold(row.values.get("who")) != fold(name) or first is None:
            continue
        last = last or first
        away += month.calendar.workdays(max(first, month.period.start), min(last, month.last))
    return min(away, month.calendar.workdays(month.period.start, month.last))


def _firsts(month: Month, upto: Period, name: str) -> tuple[tuple[str, Decimal], ...]:
    """First payments of new clients credited to the person: client and sum."""
    scene = month.scene
    out = []
    for _, row_id, _ in month.reader.contributions(Measure.NEW_CLIENTS, upto, name):
        payment = scene.rows["payments"].get(row_id)
        if payment is not None:
            out.append((client_name(scene, payment), amount(payment, "amount") or Decimal(0)))
    return tuple(out)


def client_name(scene: Scene, record: Record) -> str:
    """Name of the client a row is linked to, else what stands in its cell or the payer."""
    client = scene.rows["clients"].get(record.links.get("client_id") or "")
    if client is not None:
        return text(client, "name")
    return text(record, "client_id") or text(record, "payer")


def _late_steps(month: Month, name: str) -> int:
    """Open steps of the person that are overdue today."""
    return sum(1 for step in _steps(month, name) if step.due < month.planner.asof)


def _steps(month: Month, name: str) -> tuple[Step, ...]:
    scene, asof = month.scene, month.planner.asof
    found = []
    for deal, stage in month.standing.of(name):
        due = day(deal, "step_on") if stage.kind is StageKind.OPEN else None
        if due is None or due > asof:
            continue
        late = (asof - due).days
        when = f"Просрочено на {late} дн." if late else "Сегодня"
        what = f"{client_name(scene, deal)}: {text(deal, 'next_step') or 'шаг без названия'}"
        found.append(Step(when, what, scene.number("deals", deal.row_id), due))
    return tuple(sorted(found, key=lambda s: (s.due, s.text)))


def _left_out(month: Month, deals: list[tuple[Record, OpenDeal]]) -> list[Counted]:
    """Open deals outside the forecast, the largest first, each with its first reason."""
    out = []
    for record, deal in deals:
        why = why_left_out(deal, month.planner.asof, month.last)
        if why is not None:
            note = REASONS[why.value]
            out.append(Counted(None, client_name(month.scene, record), deal.rest, note))
    return sorted(out, key=lambda c: -(c.amount or Decimal(0)))


def _counted(
    month: Month, name: str, scheme: Scheme | None, plan: Decimal | None
) -> tuple[Counted, ...]:
    """Payments of the month that entered the pay, newest first, each with what it added."""
    scene = month.scene
    upto = Period(month.period.start, min(month.period.end, month.planner.asof + DAY))
    out: list[Counted] = []
    before = earned = ZERO
    for table, row_id, part in month.reader.contributions(money_measure(scene), upto, name):
        value = Decimal(part.amount) / 100
        before += value
        total = ZERO if scheme is None else tiered(before, plan, scheme.rule.scale).commission
        added, earned = total - earned, total
        record = scene.rows[table].get(row_id)
        if record is not None:
            rate = r4(added / value) if scheme is not None and value else None
            pay = None if scheme is None else added
            out.append(Counted(part.day, client_name(scene, record), value, "", rate=rate, pay=pay))
    return tuple(reversed(out))


def _outlook_before(month: Month, name: str) -> DayOutlook | None:
    """The month's last forecast before today: on a Monday, Friday's."""
    kept = month.reader.outlooks(name, month.period.start, month.planner.asof - DAY)
    return kept[-1] if kept else None


def _why(counted: tuple[Counted, ...], since: date) -> str:
    """«Орион Плюс, 490 000», the largest payment since the day that today is compared with."""
    fresh = [c for c in counted if c.day is not None and c.day >= since]
    if not fresh:
        return ""
    best = max(fresh, key=lambda c: c.amount or Decimal(0))
    return f"{best.client}, {money(best.amount)}"


def _recent(month: Month, name: str) -> tuple[DayOutlook, ...]:
    """What the last ten days showed."""
    asof = month.planner.asof
    return tuple(month.reader.outlooks(name, asof - 10 * DAY, asof))


def _next_tier(
    month: Month, scheme: Scheme | None, earned: Earned, deals: list[tuple[Record, OpenDeal]]
) -> str:
    """The next tier and the deals awaited this month that would reach it."""
    if scheme is None:
        return ""
    asof, last = month.planner.asof, month.last
    awaited = [
        (client_name(month.scene, record), deal.rest or ZERO)
        for record, deal in deals
        if why_left_out(deal, asof, last) is None
    ]
    return next_tier(block_of(scheme, earned), earned.fact, awaited)


def _promised(month: Month, name: str) -> Decimal | None:
    """What «likely» said on the 12th of the month before, or on the working day before it."""
    last = month.period.start - DAY
    kept = month.reader.outlooks(name, last.replace(day=1), last.replace(day=PROMISE_DAY))
    return kept[-1].likely if kept else None


def _accrued_before(month: Month, name: str) -> Decimal | None:
    """Pay of the month before, as its last day that was seen left it."""
    last = month.period.start - DAY
    kept = month.reader.outlooks(name, last.replace(day=1), last)
    return kept[-1].now if kept else None


def day_outlook(figures: PersonFigures) -> DayOutlook | None:
    """What the store remembers of the day; None without a scheme."""
    if figures.pay is None:
        return None
    now, likely, everything = figures.pay
    lines = tuple(
        OutlookLine(line.code, line.now, line.likely, line.everything) for line in figures.lines
    )
    return DayOutlook(figures.name, figures.asof, now, likely, everything, lines)
