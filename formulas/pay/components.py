"""The components of pay beside base and commission, from what was counted (METRICS 6.5-6.7, 6.10).

Each one comes with the facts of its line, so that it can be told and counted over again: for every
indicator six texts (measure, plan, fact, score, weight, roubles), for every condition four
(measure, needed, value, factor; only those not met), for every prize four (measure, number, above,
rate), for the team four (rate, money, mode, members; no mode for who leads it), for each refund
four (client, sum, rate, taken).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from formulas.pay.kpi import Indicator, kpi
from formulas.pay.parts import Gate, Member, Refund, clawback, gated, team_parts
from formulas.pay.scheme import LATE_STEP, Extras, GateRule, Scheme
from formulas.pay.total import Correction
from formulas.rounding import HUNDRED, ONE, ZERO, pct, r2
from model.values import plain

PLAN = "план"
"""Measure of a condition that looks at the attainment of the plan, in per cent."""
Facts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Plan and fact of one measure for one person in one month."""

    fact: Decimal
    plan: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TeamMonth:
    """The money of a team in a month, its members by name in the order of the list."""

    money: Decimal
    members: tuple[tuple[str, Member], ...]
    led: bool = False
    """Whether the month is of who leads the team: the part is whole, the members have their own."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a month holds for the components; carried sums are those of the month before."""

    person: str
    fact: Decimal
    plan: Decimal | None
    measures: Mapping[str, Counted] = field(default_factory=dict)
    late_steps: int = 0
    team: TeamMonth | None = None
    refunds: tuple[tuple[str, Refund], ...] = ()
    """With the client's name."""
    carry_in: Decimal = ZERO
    draw_balance: Decimal = ZERO
    corrections: tuple[Correction, ...] = ()


def extras_of(scheme: Scheme, around: Around) -> tuple[Extras, Facts]:
    """The components as the total takes them, and the facts of their lines by code."""
    bonus, of_kpi = _kpi(scheme, around)
    factor, of_gate = _gates(scheme, around)
    prize, of_prize = _prizes(scheme, around)
    part, of_team = _team(scheme, around)
    back, of_back = _refunds(scheme, around)
    extras = Extras(
        kpi=bonus,
        gate_factor=factor,
        spiff=prize,
        team=part,
        clawback=back,
        carry_in=around.carry_in if scheme.carry else ZERO,
        draw_balance=around.draw_balance,
        corrections=around.corrections,
    )
    facts = {
        "kpi": of_kpi,
        "gate": of_gate,
        "spiff": of_prize,
        "team": of_team,
        "clawback": of_back,
    }
    return extras, {code: said for code, said in facts.items() if said}


def _kpi(scheme: Scheme, around: Around) -> tuple[Decimal, tuple[str, ...]]:
    if not scheme.kpis:
        return ZERO, ()
    known = [around.measures.get(rule.measure, Counted(ZERO)) for rule in scheme.kpis]
    items = [
        Indicator(counted.plan, counted.fact, rule.weight, floor=rule.floor, cap=rule.cap)
        for rule, counted in zip(scheme.kpis, known, strict=True)
    ]
    result = kpi(sum((rule.fund for rule in scheme.kpis), ZERO), items)
    said: list[str] = []
    for rule, counted, score in zip(scheme.kpis, known, result.scores, strict=True):
        plan = "" if counted.plan is None else plain(counted.plan)
        shown = "" if score is None else plain(score)
        said += (rule.measure, plan, plain(counted.fact), shown)
        said += (plain(rule.weight), plain(rule.fund))
    return result.bonus, tuple(said)


def _gates(scheme: Scheme, around: Around) -> tuple[Decimal, tuple[str, ...]]:
    factor, said = ONE, list[str]()
    for rule in scheme.gates:
        gate = _gate(rule, around)
        if gated(ONE, [gate])[1]:
            factor *= rule.factor
            said += (rule.measure, plain(rule.minimum), _seen(rule, around), plain(rule.factor))
    return factor, tuple(said)


def _gate(rule: GateRule, around: Around) -> Gate:
    """A condition as one value against its least; of late steps fewer are better."""
    if rule.measure == LATE_STEP:
        return Gate(Decimal(-around.late_steps), -rule.minimum, rule.factor)
    if rule.measure != PLAN:
        return Gate(_count(rule.measure, around), rule.minimum, rule.factor)
    if around.plan is None or around.plan <= 0:
        return Gate(None, rule.minimum, rule.factor)
    return Gate(around.fact, rule.minimum * around.plan / HUNDRED, rule.factor)


def _seen(rule: GateRule, around: Around) -> str:
    if rule.measure == LATE_STEP:
        return str(around.late_steps)
    if rule.measure != PLAN:
        return plain(_count(rule.measure, around))
    share = pct(around.fact, around.plan)
    return "" if share is None else plain(share)


def _prizes(scheme: Scheme, around: Around) -> tuple[Decimal, tuple[str, ...]]:
    whole, said = ZERO, list[str]()
    for rule in scheme.prizes:
        count = _count(rule.measure, around)
        units = ONE if not rule.measure else max(count - rule.above, ZERO)
        whole += r2(Fraction(units) * Fraction(rule.rate))
        said += (rule.measure, plain(count), plain(rule.above), plain(rule.rate))
    return whole, tuple(said)


def _count(measure: str, around: Around) -> Decimal:
    counted = around.measures.get(measure)
    return ZERO if counted is None else counted.fact


def _team(scheme: Scheme, around: Around) -> tuple[Decimal, tuple[str, ...]]:
    rule, team = scheme.team, around.team
    if rule is None or team is None:
        return ZERO, ()
    pool = r2(Fraction(max(team.money, ZERO)) * Fraction(rule.rate))
    parts = team_parts(pool, rule.mode, [member for _, member in team.members])
    names = [name for name, _ in team.members]
    part = parts[names.index(around.person)] if around.person in names else ZERO
    if team.led:
        part = pool
    mode = "" if team.led else rule.mode.value
    said = (plain(rule.rate), plain(team.money), mode, str(len(names)))
    return part, said


def _refunds(scheme: Scheme, around: Around) -> tuple[Decimal, tuple[str, ...]]:
    if scheme.clawback_days is None:
        return ZERO, ()
    window = scheme.clawback_days
    whole = clawback((refund for _, refund in around.refunds), window)
    return whole, tuple(_refund_facts(around.refunds, window))


def _refund_facts(refunds: Iterable[tuple[str, Refund]], window: int) -> Iterable[str]:
    for client, refund in refunds:
        taken = clawback([refund], window)
        yield from (client, plain(refund.amount), plain(refund.rate), plain(taken))
