"""What a person's month holds for pay, with the rows behind every figure of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from formulas.calendar import Calendar
from formulas.pay.components import Around, Counted, TeamMonth, extras_of
from formulas.pay.parts import Member, Refund
from formulas.pay.scheme import CARD_QUALITY, LATE_STEP, Given, OpenDeal, Scheme
from formulas.pay.total import Correction
from model.figures import Measure, Period
from model.payslips import Piece
from model.records import Record
from store import Reader
from sync.figures.counting import Counting, counting, rule_of
from sync.figures.departments import History
from sync.figures.leading import led_by
from sync.figures.parts import Parts, piece
from sync.figures.plans import Quotas, money_measure
from sync.scene import Scene, amount, day, fold, text

DAY = timedelta(days=1)
ZERO = Decimal(0)
HUNDRED = Decimal(100)
RateAt = Callable[[str, date], Decimal]
"""Effective commission rate of a person in the month of a day."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all months of pay share."""

    reader: Reader
    scene: Scene
    calendar: Calendar
    quotas: Quotas
    parts: Parts
    late_now: Callable[[str], tuple[Piece, ...]]
    """Open steps of a person that are overdue today."""
    quality_now: Callable[[str], Decimal | None]
    """How full a person's cards and deals are today, in per cent."""
    history: History
    """The departments of each person, by days."""
    asof: date


@dataclass(frozen=True, slots=True)
class Carried:
    """What comes into a month from the months before it."""

    carry_in: Decimal = ZERO
    draw_balance: Decimal = ZERO
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Earned:
    """What a person's month holds for pay."""

    name: str
    fact: Decimal
    payments: int
    plan: Decimal | None
    worked: int
    norm: int
    first_payments: tuple[tuple[str, Decimal], ...]
    late_steps: int
    deals: tuple[OpenDeal, ...]
    asof: date
    to: date
    around: Around | None = None
    """Everything for the components beside base and commission."""
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    """Rows behind the figures, by code of the line; «basis» is what commission is counted from."""


def given_of(earned: Earned, scheme: Scheme | None = None) -> Given:
    """The month as the arithmetic takes it; components need the scheme."""
    given = Given(
        fact=earned.fact,
        plan=earned.plan,
        worked=earned.worked,
        norm=earned.norm,
        asof=earned.asof,
        to=earned.to,
        first_payments=tuple(value for _, value in earned.first_payments),
        penalty_counts={LATE_STEP: earned.late_steps},
        deals=earned.deals,
    )
    if scheme is None or earned.around is None:
        return given
    extras, notes = extras_of(scheme, earned.around)
    return replace(given, extras=extras, notes=notes)


def earn(  # noqa: PLR0913  # whose month, by which scheme, and what came before it
    ground: Ground,
    name: str,
    scheme: Scheme,
    period: Period,
    carried: Carried,
    rate_at: RateAt,
    *,
    deals: tuple[OpenDeal, ...] = (),
    closed: Around | None = None,
) -> Earned:
    """The month as its rows stand today; of a closed one plan and late steps are as they were."""
    scene, parts = ground.scene, ground.parts
    asof = min(ground.asof, period.end - DAY)
    upto = Period(period.start, asof + DAY)
    counted = counting(
        scene,
        parts,
        name,
        upto,
        rule_of(scene, scheme.basis),
        clawback=scheme.clawback_days is not None,
    )
    plan = ground.quotas.of(name, money_measure(scene), period)
    norm = ground.calendar.workdays(period.start, period.end - DAY)
    away, absences = absent(ground, name, period)
    firsts = tuple(piece(p) for p in parts.of(Measure.NEW_CLIENTS, name, upto))
    late, steps = _late(ground, name, period) if closed is None else (closed.late_steps, ())
    around = Around(
        person=name,
        fact=counted.basis,
        plan=plan if closed is None else closed.plan,
        measures=_measures(ground, name, scheme, upto, period, closed),
        late_steps=late,
        team=_team(ground, name, upto, closed) if scheme.team is not None else None,
        refunds=_refunds(scene, name, counted, rate_at),
        carry_in=carried.carry_in,
        draw_balance=carried.draw_balance,
        corrections=carried.corrections,
    )
    return Earned(
        name=name,
        fact=counted.basis,
        payments=len(counted.pieces),
        plan=around.plan,
        worked=norm - away,
        norm=norm,
        first_payments=tuple(_first(scene, one) for one in firsts),
        late_steps=late,
        deals=deals,
        asof=asof,
        to=period.end - DAY,
        around=around,
        pieces={
            "basis": counted.pieces,
            "held": counted.held,
            "base": absences,
            "new_clients": firsts,
            "penalty": steps,
            "clawback": tuple(piece(one.part) for one in counted.refunds),
            **dict(_behind(ground, name, scheme, upto)),
        },
    )


def _first(scene: Scene, one: Piece) -> tuple[str, Decimal]:
    payment = scene.rows[one.table][one.row_id]
    return client_name(scene, payment), amount(payment, "amount") or ZERO


def client_name(scene: Scene, record: Record) -> str:
    """Name of the client a row is linked to, else what stands in its cell or the payer."""
    client = scene.rows["clients"].get(record.links.get("client_id") or "")
    if client is not None:
        return text(client, "name")
    return text(record, "client_id") or text(record, "payer")


def absent(ground: Ground, name: str, period: Period) -> tuple[int, tuple[Piece, ...]]:
    """Working days of the month that «Отсутствия» takes away, and its rows."""
    last = period.end - DAY
    away, rows = 0, []
    for row_id, row in ground.scene.rows.get("absences", {}).items():
        start, end = day(row, "from"), day(row, "to")
        if fold(row.values.get("who")) != fold(name) or start is None:
            continue
        days = ground.calendar.workdays(max(start, period.start), min(end or start, last))
        if days:
            away += days
            rows.append(Piece("absences", row_id, start, Decimal(days), text(row, "kind")))
    return min(away, ground.calendar.workdays(period.start, last)), tuple(rows)


QUALITY_KEY, QUALITY_NORM = "Норма качества карточек, %", Decimal(85)
QUALITY_MARK = "~quality"
"""Code under which the forecast of a day remembers how full the cards were."""
LATE_MARK = "~late"
"""Code under which the forecast of a day remembers how many steps were late."""


def _late(ground: Ground, name: str, period: Period) -> tuple[int, tuple[Piece, ...]]:
    """Late steps: today's in the month that runs, else as the last day of the month left them."""
    if ground.asof in period:
        rows = ground.late_now(name)
        return len(rows), rows
    kept = ground.reader.outlooks(name, period.start, period.end - DAY)
    counts = [line.now for seen in kept[-1:] for line in seen.lines if line.code == LATE_MARK]
    return (int(counts[0]) if counts else 0), ()


def _wanted(scheme: Scheme) -> tuple[Measure, ...]:
    known = {measure.value for measure in Measure}
    said = (rule.measure for rules in (scheme.kpis, scheme.gates, scheme.prizes) for rule in rules)
    return tuple(dict.fromkeys(Measure(code) for code in said if code in known))


def _measures(  # one value a question
    ground: Ground,
    name: str,
    scheme: Scheme,
    upto: Period,
    period: Period,
    closed: Around | None,
) -> dict[str, Counted]:
    """Plan and fact of every measure that the scheme looks at."""
    out: dict[str, Counted] = {}
    for measure in _wanted(scheme):
        plan = ground.quotas.of(name, measure, period)
        if closed is not None and measure.value in closed.measures:
            plan = closed.measures[measure.value].plan
        out[measure.value] = Counted(fact_of(ground, measure, name, upto), plan)
    if looks_at_quality(scheme):
        out[CARD_QUALITY] = _quality(ground, name, period, closed)
    return out


def looks_at_quality(scheme: Scheme) -> bool:
    """Whether pay depends on how full the cards are."""
    said = (rule.measure for rules in (scheme.kpis, scheme.gates, scheme.prizes) for rule in rules)
    return CARD_QUALITY in said


def _quality(ground: Ground, name: str, period: Period, closed: Around | None) -> Counted:
    """How full the cards are: today in the month that runs, else as its last day left them.

    Cards have no past, so a closed month keeps what it was closed with. Nobody without cards, and
    no month of which nothing was remembered, is cut for it.
    """
    if closed is not None and CARD_QUALITY in closed.measures:
        return closed.measures[CARD_QUALITY]
    plan = quality_norm(ground.scene)
    if ground.asof in period:
        return Counted(_whole(ground.quality_now(name)), plan)
    kept = ground.reader.outlooks(name, period.start, period.end - DAY)
    seen = [line.now for one in kept[-1:] for line in one.lines if line.code == QUALITY_MARK]
    return Counted(_whole(seen[0] if seen else None), plan)


def _whole(share: Decimal | None) -> Decimal:
    return HUNDRED if share is None else share


def quality_norm(scene: Scene) -> Decimal:
    """«Норма качества карточек, %»: what counts as the whole plan of an indicator."""
    said = scene.general.get(fold(QUALITY_KEY), "").replace(",", ".").rstrip("% ")
    return Decimal(said) if said.isdecimal() and Decimal(said) > 0 else QUALITY_NORM


def fact_of(ground: Ground, measure: Measure, name: str, upto: Period) -> Decimal:
    """Fact of a person: of rows in the books, else of the sums (calls)."""
    if measure is Measure.CALLS:
        return Decimal(ground.reader.sums(measure, upto).get(name, 0)) / HUNDRED
    return ground.parts.sum(measure, name, upto)


def _behind(
    ground: Ground, name: str, scheme: Scheme, upto: Period
) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    for code, rules in (("kpi", scheme.kpis), ("gate", scheme.gates), ("spiff", scheme.prizes)):
        found: list[Piece] = []
        known = {measure.value: measure for measure in Measure}
        for rule in rules:
            if rule.measure in known:
                found += map(piece, ground.parts.of(known[rule.measure], name, upto))
        yield code, tuple(found)


def _team(ground: Ground, name: str, upto: Period, closed: Around | None) -> TeamMonth:
    """The salespeople of the person's department, of a closed month those of then."""
    scene, measure = ground.scene, money_measure(ground.scene)
    me = scene.person(name)
    if me is not None and not me.sells:
        return _led(ground, name, upto)
    people = [p.name for p in scene.sellers() if me is None or p.department == me.department]
    if closed is not None and closed.team is not None:
        people = [who for who, _ in closed.team.members]
    month = Period(upto.start, upto.end)
    norm = ground.calendar.workdays(month.start, month.end - DAY)
    members = tuple((who, _member(ground, measure, who, month, norm)) for who in people)
    return TeamMonth(sum((m.value for _, m in members), ZERO), members)


def _led(ground: Ground, name: str, upto: Period) -> TeamMonth:
    """The people whom a head leads, each with the money and the days of the stays there."""
    measure, members = money_measure(ground.scene), []
    for who, stays in led_by(ground.scene, ground.history, name, upto):
        value = sum((ground.parts.sum(measure, who, stay) for stay in stays), ZERO)
        days = sum(ground.calendar.workdays(stay.start, stay.end - DAY) for stay in stays)
        members.append((who, Member(value, days)))
    whole = sum((member.value for _, member in members), ZERO)
    return TeamMonth(whole, tuple(members), led=True)


def _member(ground: Ground, measure: Measure, who: str, month: Period, norm: int) -> Member:
    days = max(norm - absent(ground, who, month)[0], 0)
    return Member(ground.parts.sum(measure, who, month), days)


def _refunds(
    scene: Scene, name: str, counted: Counting, rate_at: RateAt
) -> tuple[tuple[str, Refund], ...]:
    out = []
    for one in counted.refunds:
        record = scene.rows[one.part.table][one.part.row_id]
        rate = rate_at(name, one.paid_on)
        refund = Refund(abs(one.part.amount), one.paid_on, one.part.day, rate)
        out.append((client_name(scene, record), refund))
    return tuple(out)
