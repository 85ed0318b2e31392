"""Pay (METRICS.md section 6)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.adapters.reading import Reader
from formulas.lights import Better
from formulas.metric import Answer, Measured, Metric, Rounding, Where
from formulas.pay import basis, kpi, ndfl, outlook, parts, tiers, total
from formulas.pay.lines import CommissionRule
from formulas.pay.scheme import NO_STEP_NEEDED, OpenDeal
from formulas.rounding import ONE

if TYPE_CHECKING:
    from decimal import Decimal


def base(given: Reader) -> Answer:
    """`pay.base`."""
    salary, worked, norm = (given.amount(name) for name in ("salary", "worked", "norm"))
    return {"amount": parts.base_pay(salary, worked, norm)}


def commission_basis(given: Reader) -> object:
    """`pay.basis`."""
    kind = given.choice(basis.BasisKind, "kind")
    period = given.period()
    deals = {row.word("id"): _basis_deal(row) for row in given.rows("deals")}
    if kind is basis.BasisKind.WON:
        return basis.of_won_deals(period, deals.values())
    if kind in {basis.BasisKind.SHIPPED, basis.BasisKind.INVOICED}:
        name = "shipments" if kind is basis.BasisKind.SHIPPED else "invoices"
        return basis.of_records(period, [_basis_record(row) for row in given.rows(name)])
    rule = basis.BasisRule(
        kind,
        requires_won=given.flag("requires_won"),
        net_of_vat=given.flag("net_of_vat"),
    )
    payments = [_basis_record(row) for row in given.rows("payments")]
    return basis.of_payments(rule, period, deals, payments)


def tiered(given: Reader) -> object:
    """`pay.tiered`."""
    return tiers.tiered(given.amount("amount"), given.number("plan"), _scale(given))


def multiplier(given: Reader) -> Answer:
    """`pay.multiplier`."""
    attained = given.number("attainment")
    mode = given.choice(tiers.MultiplierMode, "mode", tiers.MultiplierMode.STEP)
    exact = None if attained is None else Fraction(attained)
    return {"k": tiers.multiplier(exact, _points(given.rows("points")), mode)}


def kpi_bonus(given: Reader) -> object:
    """`pay.kpi`."""
    indicators = [
        kpi.Indicator(
            row.number("plan"),
            row.number("fact"),
            row.amount("weight"),
            row.choice(Better, "better", Better.MORE),
            row.amount("floor"),
            row.amount("cap", kpi.CAP),
        )
        for row in given.rows("items")
    ]
    return kpi.kpi(given.amount("fund"), indicators)


def gate(given: Reader) -> Answer:
    """`pay.gate`."""
    gates = [
        parts.Gate(row.number("value"), row.amount("min"), row.amount("factor"))
        for row in given.rows("gates")
    ]
    amount, failed = parts.gated(given.amount("amount"), gates)
    return {"amount": amount, "failed": failed}


def team(given: Reader) -> Answer:
    """`pay.team`."""
    members = given.rows("members")
    shares = parts.team_parts(
        given.amount("pool"),
        given.choice(parts.TeamMode, "mode"),
        [parts.Member(row.amount("value"), row.count("days")) for row in members],
    )
    return {"parts": {row.word("id"): part for row, part in zip(members, shares, strict=True)}}


def new_clients(given: Reader) -> Answer:
    """`pay.new_clients`."""
    count, amount = parts.new_client_bonus(
        given.numbers("first_payments"), given.amount("bonus"), given.amount("min_payment")
    )
    return {"count": count, "amount": amount}


def penalty(given: Reader) -> object:
    """`pay.penalty`."""
    return parts.penalty(
        given.amount("base"),
        given.amount("variable"),
        _penalties(given),
        given.amount("max_drop_pct", parts.MAX_DROP_PCT),
    )


def clawback(given: Reader) -> Answer:
    """`pay.clawback`."""
    refunds = [
        parts.Refund(
            row.amount("amount"), row.day("paid_on"), row.day("refunded_on"), row.amount("rate")
        )
        for row in given.rows("refunds")
    ]
    window = given.count("window_days", parts.CLAWBACK_DAYS)
    return {"amount": parts.clawback(refunds, window)}


def income_tax(given: Reader) -> object:
    """`pay.ndfl`."""
    return ndfl.ndfl(
        given.amount("income"), given.amount("regional"), given.amount("deductions"), _year(given)
    )


def month_total(given: Reader) -> object:
    """`pay.total`."""
    return total.total(given.amount("commission"), _tally(given))


def forecast(given: Reader) -> Answer:
    """`pay.forecast`."""
    engine = _engine(given.part("scheme"), given.number("plan"))
    deals = [(row.amount("rest"), row.amount("p")) for row in given.rows("deals")]
    known = outlook.forecast_basis(
        given.amount("fact"),
        deals,
        given.amount("commit", outlook.COMMIT),
        given.amount("upside", outlook.UPSIDE),
    )
    pay = outlook.Forecast(
        engine.simple_pay(known.pess),
        engine.simple_pay(known.likely),
        engine.simple_pay(known.opt),
    )
    return {"basis": known, "pay": pay}


def what_if(given: Reader) -> Answer:
    """`pay.what_if`."""
    engine = _engine(given.part("scheme"), given.number("plan"))
    fact = given.amount("fact")
    known = outlook.WhatIf(engine.simple_pay(fact), engine.simple_pay(fact + given.amount("add")))
    return {"before": known.before, "after": known.after, "gain": known.gain}


def three_columns(given: Reader) -> object:
    """`pay.outlook`."""
    engine = _engine(given.part("scheme"), given.number("plan"), given.part("other"))
    deals = [_open_deal(row) for row in given.rows("deals")]
    awaited = outlook.awaited_of(deals, given.day("asof"), given.day("to"))
    return outlook.three_columns(engine, given.amount("fact"), awaited)


def fund(given: Reader) -> Answer:
    """`pay.fund`."""
    whole, share = outlook.pay_fund(given.numbers("pays"), given.number("payments"))
    return {"fund": whole, "share": share}


def _engine(scheme: Reader, plan: Decimal | None, other: Reader | None = None) -> outlook.Engine:
    """The scheme of a case; its base may stand in the scheme or among the other inputs."""
    points, mode = _multiplier_of(scheme)
    tally = _tally(Reader({"base": scheme.amount("base"), **(other.given if other else {})}))
    own_plan = scheme.number("plan") if plan is None else plan
    return outlook.Engine(own_plan, CommissionRule(_scale(scheme), points, mode), tally, {})


def _multiplier_of(
    scheme: Reader,
) -> tuple[tuple[tiers.Point, ...], tiers.MultiplierMode]:
    """Points of a scheme: a list, or a mapping with points and mode."""
    if isinstance(scheme.value("multiplier"), dict):
        known = scheme.part("multiplier")
        rows, mode = known.rows("points"), known.text("mode")
    else:
        rows, mode = scheme.rows("multiplier"), scheme.text("multiplier_mode")
    return _points(rows), tiers.MultiplierMode(mode or "step")


def _points(rows: tuple[Reader, ...]) -> tuple[tiers.Point, ...]:
    return tuple(tiers.Point(row.amount("at"), row.amount("k")) for row in rows)


def _scale(given: Reader) -> tiers.Scale:
    return tiers.Scale(
        tuple(tiers.Tier(row.amount("from"), row.amount("rate")) for row in given.rows("scale")),
        given.choice(tiers.ScaleBy, "by", tiers.ScaleBy.AMOUNT),
        given.choice(tiers.ScaleMode, "mode", tiers.ScaleMode.MARGINAL),
        given.number("no_plan_rate"),
    )


def _penalties(given: Reader) -> tuple[parts.PenaltyItem, ...]:
    return tuple(
        parts.PenaltyItem(row.count("count"), row.amount("each"), row.count("free"))
        for row in given.rows("items")
    )


def _tally(given: Reader) -> total.Tally:
    cut, tax = given.part("penalty"), given.part("ndfl")
    return total.Tally(
        base=given.amount("base"),
        multiplier=given.amount("multiplier", ONE),
        gate_factor=given.amount("gate_factor", ONE),
        kpi=given.amount("kpi"),
        new_clients=given.amount("new_clients"),
        spiff=given.amount("spiff"),
        team=given.amount("team"),
        clawback=given.amount("clawback"),
        carry_in=given.amount("carry_in"),
        cap=given.number("cap"),
        penalties=_penalties(cut),
        max_drop_pct=cut.amount("max_drop_pct", parts.MAX_DROP_PCT),
        guarantee=given.amount("guarantee"),
        draw=given.choice(total.Draw, "draw", total.Draw.NONE),
        draw_balance=given.amount("draw_balance"),
        regional=given.amount("regional", ONE),
        tax_year=_year(tax) if tax.given else None,
        tax_deductions=tax.amount("deductions"),
    )


def _year(given: Reader) -> ndfl.TaxYear:
    return ndfl.TaxYear(
        year=given.count("year"),
        income=given.amount("ytd_income"),
        withheld=given.number("ytd_withheld"),
        regional=given.amount("ytd_regional"),
        regional_withheld=given.number("ytd_regional_withheld"),
        deductions=given.amount("ytd_deductions"),
        resident=given.flag("resident", default=True),
    )


def _basis_deal(row: Reader) -> basis.BasisDeal:
    return basis.BasisDeal(
        row.number("amount"), row.number("margin"), row.word("status"), row.maybe_day("closed_on")
    )


def _basis_record(row: Reader) -> basis.BasisRecord:
    return basis.BasisRecord(
        row.text("deal"), row.maybe_day("date"), row.number("amount"), row.amount("vat")
    )


def _open_deal(row: Reader) -> OpenDeal:
    step = row.maybe_day("step_on") if row.has("step_on") else NO_STEP_NEEDED
    return OpenDeal(row.number("rest"), row.amount("p"), row.maybe_day("expected_on"), step)


METRICS = (
    Metric("pay.base", ("salary", "worked", "norm"), base, Measured.MONEY),
    Metric(
        "pay.basis",
        (
            *("kind", "requires_won", "net_of_vat", "from", "to"),
            *("deals", "payments", "shipments", "invoices"),
        ),
        commission_basis,
        Measured.MONEY,
    ),
    Metric(
        "pay.tiered",
        ("amount", "plan", "scale", "by", "mode", "no_plan_rate"),
        tiered,
        Measured.MONEY,
    ),
    Metric(
        "pay.multiplier", ("attainment", "points", "mode"), multiplier, Measured.RATIO, Rounding.R4
    ),
    Metric("pay.kpi", ("fund", "items"), kpi_bonus, Measured.MONEY),
    Metric("pay.gate", ("amount", "gates"), gate, Measured.MONEY),
    Metric("pay.team", ("pool", "mode", "members"), team, Measured.MONEY),
    Metric(
        "pay.new_clients", ("first_payments", "bonus", "min_payment"), new_clients, Measured.MONEY
    ),
    Metric("pay.penalty", ("base", "variable", "items", "max_drop_pct"), penalty, Measured.MONEY),
    Metric("pay.clawback", ("refunds", "window_days"), clawback, Measured.MONEY),
    Metric(
        "pay.ndfl",
        (
            *("year", "income", "ytd_income", "ytd_withheld", "regional", "ytd_regional"),
            *("ytd_regional_withheld", "deductions", "ytd_deductions", "resident"),
        ),
        income_tax,
        Measured.MONEY,
        Rounding.R0,
    ),
    Metric(
        "pay.total",
        (
            *("base", "commission", "multiplier", "gate_factor", "kpi", "new_clients", "spiff"),
            *("team", "clawback", "carry_in", "cap", "penalty", "guarantee", "draw"),
            *("draw_balance", "regional", "ndfl"),
        ),
        month_total,
        Measured.MONEY,
    ),
    Metric(
        "pay.forecast", ("fact", "deals", "scheme", "commit", "upside"), forecast, Measured.MONEY
    ),
    Metric("pay.what_if", ("fact", "add", "scheme"), what_if, Measured.MONEY),
    Metric(
        "pay.outlook",
        ("fact", "asof", "to", "deals", "plan", "scheme", "other"),
        three_columns,
        Measured.MONEY,
    ),
    Metric("pay.fund", ("pays", "payments"), fund, Measured.MONEY, where=Where.BOTH),
)
