"""«Мой прогноз» of one person, assembled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from formulas.owners import department_on
from formulas.pay.outlook import Awaited, awaited_of, why_left_out
from formulas.pay.scheme import OpenDeal
from formulas.pay.tiers import tiered
from formulas.rounding import ZERO, r2, r4
from model.figures import (
    Counted,
    Measure,
    PayLine,
    Period,
    PersonFigures,
    PlanFact,
    SchemeBlock,
    Span,
    Step,
)
from model.payslips import Piece, SlipLine
from model.records import DayOutlook, OutlookLine, Record
from model.texts.numbers import money
from sync.figures.earning import LATE_MARK, QUALITY_MARK, client_name, looks_at_quality
from sync.figures.forecast_words import changes, next_tier
from sync.figures.heads import led_month
from sync.figures.month import DAY, Month
from sync.figures.parts import piece
from sync.figures.pay import block_of, open_deals, pay_outlook, pay_outlook_led
from sync.figures.paybook import PaidMonth
from sync.figures.plans import SHOWN, TEAM, money_measure
from sync.figures.standing import KnownFigures
from sync.plans.calendar import draft_note
from sync.remembered import Once
from sync.scene import Scene, StageKind, day, fold, text

PROMISE_DAY = 12
MARKS = frozenset({LATE_MARK, QUALITY_MARK})
"""Lines of a day's forecast that are no money."""
STEPS_SHOWN = 60
REASONS = {
    "no_amount": "нет суммы",
    "no_date": "не вписано, когда ждём оплату",
    "past_date": "дата оплаты прошла",
    "after_period": "ждём после конца месяца",
    "no_step": "нет следующего шага",
    "undated_step": "у шага нет даты",
}


def person_figures(month: Month, name: str, known: KnownFigures | None = None) -> PersonFigures:
    """Everything that «Мой прогноз» of a person shows; only the moment is always today's."""
    scene, reader, asof = month.scene, month.reader, month.planner.asof
    rows = scene.rows
    settled = (
        *("clients", "payments", "staff", "stages", "general", "plans", "pay_rules"),
        *("calendar", "rates", "card_fields"),
    )
    by_payments = money_measure(scene) is Measure.MONEY and not month.book.wide
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
        month.book.rows,
        scene.owner,
        scene.helper,
    )
    return replace(figures, written_at=scene.now)


def _person_figures(month: Month, name: str) -> PersonFigures:
    scene, asof = month.scene, month.planner.asof
    paid = month.book.month(name, month.period.start)
    own = open_deals(month.standing, month.paid, name)
    led = led_month(month, name, paid)
    deals = own if led is None else led.deals
    awaited = awaited_of((d for _, d in deals), asof, month.last)
    pieces = _basis(month, name) if paid is None else paid.pieces["basis"]
    brought = sum((one.amount for one in pieces), ZERO)
    fact = brought if led is None else led.sold
    pay, lines = _pay_of(month, paid, own, awaited)
    before = _outlook_before(month, name)
    counted = _counted(month, paid, pieces)
    scheme = (
        None
        if paid is None
        else block_of(paid.reading.scheme, paid.given, leads=_leads(scene, name))
    )
    return PersonFigures(
        name=name,
        month=month.period,
        asof=asof,
        written_at=scene.now,
        scheme=scheme,
        basis=(
            fact,
            fact + r2(awaited.weighted),
            fact + awaited.rest,
        ),
        pay=pay,
        lines=lines,
        paid_count=len(pieces) if led is None else led.payments,
        expected_count=awaited.count,
        expected_rest=awaited.rest,
        expected_likely=r2(awaited.weighted),
        since_yesterday=None if before is None or pay is None else pay[0] - before.now,
        since_yesterday_why="" if before is None else _why(counted, before.day),
        plan_fact=_own_lines(month, name),
        days_total=month.calendar.workdays(month.period.start, month.last),
        days_left=month.calendar.workdays(asof + DAY, month.last),
        steps=_steps(month, name),
        not_counted=tuple(_left_out(month, deals)),
        counted=counted,
        changes=changes(_recent(month, name), lines, counted),
        next_tier=_next_tier(month, scheme, brought, own),
        promised=_promised(month, name),
        accrued_before=_accrued_before(month, name),
        last_month_pay=None,
        head=scene.owner,
        helper=scene.helper,
        thresholds=month.planner.limits,
        draft=draft_note(month.calendar, month.period.start, month.last),
        quality=_own_quality(month, name, paid),
    )


def _leads(scene: Scene, name: str) -> bool:
    """Whether somebody is paid for others' sales."""
    me = scene.person(name)
    return me is not None and not me.sells


def _own_quality(month: Month, name: str, paid: PaidMonth | None) -> Decimal | None:
    """How full the person's cards are, where the pay depends on it; else nobody asks."""
    if paid is None or not looks_at_quality(paid.reading.scheme):
        return None
    return month.quality().of(name)


def _pay_of(
    month: Month,
    paid: PaidMonth | None,
    own: Sequence[tuple[Record, OpenDeal]],
    awaited: Awaited,
) -> tuple[tuple[Decimal, Decimal, Decimal] | None, tuple[PayLine, ...]]:
    """Now, likely, everything, and the lines; a closed month is one sum in all three."""
    if paid is None:
        return None, ()
    if paid.slip is not None:
        return (paid.slip.gross,) * 3, tuple(map(as_closed, paid.slip.lines))
    given, scheme = replace(paid.given, deals=tuple(d for _, d in own)), paid.reading.scheme
    names, team = names_of(month.scene, paid), paid.around.team
    if team is not None and team.led:
        result, lines = pay_outlook_led(scheme, given, paid.around, awaited, names)
    else:
        result, lines = pay_outlook(scheme, given, names)
    return (result.pay.now, result.pay.likely, result.pay.all), lines


def names_of(scene: Scene, paid: PaidMonth) -> tuple[str, ...]:
    """Names of the new clients of a month."""
    rows = (scene.rows[one.table].get(one.row_id) for one in paid.pieces.get("new_clients", ()))
    return tuple(client_name(scene, row) for row in rows if row is not None)


def as_closed(line: SlipLine) -> PayLine:
    """A line of a closed month as screens show lines."""
    sums = (line.amount,) * 3
    return PayLine(line.code, line.title, *sums, line.how, line.rate)


def _basis(month: Month, name: str) -> tuple[Piece, ...]:
    """What the person brought in, where no scheme says what counts."""
    upto = Period(month.period.start, min(month.period.end, month.planner.asof + DAY))
    found = month.book.ground.parts.of(money_measure(month.scene), name, upto)
    return tuple(map(piece, found))


def _own_lines(month: Month, name: str) -> tuple[PlanFact, ...]:
    """The person's line of each measure that has a plan, a fact or a source."""
    first = money_measure(month.scene)
    order = [first, *(m for m in SHOWN if m is not Measure.MONEY)]
    found = [line for measure in order for line in month.lines[measure] if line.who == name]
    if not found and _leads(month.scene, name):
        found = _lines_led(month, name, order)
    return tuple(x for x in found if x.plan is not None or x.fact or x.measure is first)


def _lines_led(month: Month, name: str, measures: Sequence[Measure]) -> list[PlanFact]:
    """Of a head who sells nothing the lines of the department, where there is none of the team."""
    planner = month.planner
    history = planner.history.get(name, ())
    place = department_on(history, planner.asof)
    units = [x for m in measures for x in planner.departments(Span.MONTH, m) if x.who == place]
    return units or [x for m in measures for x in month.lines[m] if x.who == TEAM]


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
    month: Month, paid: PaidMonth | None, pieces: tuple[Piece, ...]
) -> tuple[Counted, ...]:
    """Rows of the month that entered the pay, newest first, each with what it added."""
    scene = month.scene
    out: list[Counted] = []
    before = earned = ZERO
    for one in pieces:
        before += one.amount
        total = ZERO
        if paid is not None:
            total = tiered(before, paid.given.plan, paid.reading.scheme.rule.scale).commission
        added, earned = total - earned, total
        record = scene.rows[one.table].get(one.row_id)
        if record is not None:
            rate = r4(added / one.amount) if paid is not None and one.amount else None
            pay = None if paid is None else added
            name = client_name(scene, record)
            out.append(Counted(one.day, name, one.amount, "", rate=rate, pay=pay))
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
    kept = month.reader.outlooks(name, asof - 10 * DAY, asof)
    return tuple(
        replace(seen, lines=tuple(line for line in seen.lines if line.code not in MARKS))
        for seen in kept
    )


def _next_tier(
    month: Month,
    scheme: SchemeBlock | None,
    fact: Decimal,
    deals: Sequence[tuple[Record, OpenDeal]],
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
    return next_tier(scheme, fact, awaited)


def _promised(month: Month, name: str) -> Decimal | None:
    """What «likely» said on the 12th of the month before, or on the working day before it."""
    last = month.period.start - DAY
    kept = month.reader.outlooks(name, last.replace(day=1), last.replace(day=PROMISE_DAY))
    return kept[-1].likely if kept else None


def _accrued_before(month: Month, name: str) -> Decimal | None:
    """Pay of the month before, as its last day that was seen left it."""
    last = month.period.start - DAY
    closed = month.book.slips.get((fold(name), last.replace(day=1)))
    if closed is not None:
        return closed.gross
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
    late = Decimal(sum(step.due < figures.asof for step in figures.steps))
    marked = (*lines, OutlookLine(LATE_MARK, late, late, late))
    if figures.quality is not None:
        marked = (*marked, OutlookLine(QUALITY_MARK, *(figures.quality,) * 3))
    return DayOutlook(figures.name, figures.asof, now, likely, everything, marked)
