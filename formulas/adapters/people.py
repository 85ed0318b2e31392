"""Ratings, channels and clients (METRICS.md sections 7, 10 and 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas import cards, channels, clients, debts, ratings
from formulas.adapters.reading import Reader, as_day, as_number
from formulas.lights import Better
from formulas.metric import Answer, Measured, Metric, Rounding, Where

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

SUMS = (
    *("cost", "clicks", "leads", "deals", "new_clients", "revenue", "margin"),
    "client_month_margin",
)


def rank(given: Reader) -> Answer:
    """`rating.rank`."""
    return {"ranks": ratings.rank(_values(given), _better(given))}


def score(given: Reader) -> Answer:
    """`rating.score`."""
    measures = [
        ratings.Contested(row.amount("weight"), _values(row), _better(row))
        for row in given.rows("measures")
    ]
    return {"scores": ratings.score(measures)}


def prizes(given: Reader) -> Answer:
    """`contest.prizes`."""
    awards = given.numbers("prizes")
    return {"prizes": ratings.prizes(_values(given), awards, given.number("min"))}


def economy(given: Reader) -> object:
    """`channel.econ`."""
    return channels.economy(channels.ChannelSums(*(given.number(name) for name in SUMS)))


def attribute(given: Reader) -> Answer:
    """`channel.attribute`."""
    touches = [channels.Touch(row.text("channel"), row.day("at")) for row in given.rows("touches")]
    return {
        "parts": channels.attribute(
            given.choice(channels.Attribution, "mode"),
            given.amount("revenue"),
            touches,
            given.day("won_at"),
            given.count("window_days", channels.WINDOW_DAYS),
        )
    }


def rfm(given: Reader) -> object:
    """`client.rfm`."""
    payments = [
        (row.day("date"), row.amount("amount"))
        for row in given.rows("payments")
        if row.value("date") is not None and row.value("amount") is not None
    ]
    limits = clients.RfmBounds(
        given.numbers("m"),
        _ints(given, "r") or clients.RECENCY,
        _ints(given, "f") or clients.FREQUENCY,
        given.count("window_days", clients.WINDOW_DAYS),
    )
    return clients.rfm(payments, given.day("asof"), limits)


def audit(given: Reader) -> object:
    """`client.audit`."""
    known = given.part("clients")
    paid = {name: [as_day(day) for day in known.each(name)] for name in known.given}
    active = given.count("active_days", clients.AUDIT_ACTIVE_DAYS)
    return clients.audit(paid, given.period(), active)


def lifetime_value(given: Reader) -> object:
    """`client.ltv`."""
    names = ("revenue", "margin", "payments_n", "clients_n", "months", "churn_month")
    return clients.lifetime_value(clients.ClientSums(*(given.number(name) for name in names)))


def lifetime(given: Reader) -> Answer:
    """`client.lifetime`."""
    lives = [(row.day("first"), row.day("last")) for row in given.rows("clients")]
    active = given.count("active_days", clients.AUDIT_ACTIVE_DAYS)
    return {"months": clients.lifetime(lives, given.day("asof"), active)}


def card(given: Reader) -> object:
    """`client.card`."""
    fields = given.part("fields")
    return cards.card(
        {name: _field(fields.part(name)) for name in fields.given}, given.text("kind")
    )


def debt(given: Reader) -> object:
    """`client.debt`."""
    invoices = [
        debts.Invoice(row.word("id"), row.maybe_day("due"), row.amount("amount"))
        for row in given.rows("invoices")
        if row.value("amount") is not None
    ]
    payments = [
        debts.DebtPayment(row.text("invoice"), row.day("date"), row.amount("amount"))
        for row in given.rows("payments")
        if row.value("date") is not None and row.value("amount") is not None
    ]
    return debts.debt(invoices, payments, given.day("asof"), given.day("period_to"))


def survey(given: Reader) -> Answer:
    """`client.survey`."""
    return {
        "csat": cards.csat(int(mark) for mark in given.numbers("csat")),
        "nps": cards.nps(int(mark) for mark in given.numbers("nps")),
    }


def chain(given: Reader) -> object:
    """`mail.chain`."""
    names = ("sent", "delivered", "opened", "clicked", "replied", "deals")
    return cards.chain(
        [cards.Letter(*(row.count(name) for name in names)) for row in given.rows("steps")]
    )


def _values(given: Reader) -> Mapping[str, Decimal | None]:
    return {name: as_number(value) for name, value in given.mapping("values").items()}


def _better(given: Reader) -> Better:
    return given.choice(Better, "better", Better.MORE)


def _ints(given: Reader, name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in given.numbers(name))


def _field(row: Reader) -> cards.CardField:
    kinds = tuple(str(kind) for kind in row.each("required_for"))
    return cards.CardField(
        weight=row.amount("weight"),
        value=row.text("value"),
        required_for=kinds if row.has("required_for") else None,
        valid=row.flag("valid", default=True),
    )


METRICS = (
    Metric(
        "rating.rank", ("values", "better"), rank, Measured.POINTS, Rounding.NONE, where=Where.BOTH
    ),
    Metric("rating.score", ("measures",), score, Measured.POINTS, where=Where.BOTH),
    Metric("contest.prizes", ("values", "prizes", "min"), prizes, Measured.MONEY, where=Where.BOTH),
    Metric("channel.econ", SUMS, economy, Measured.MONEY, where=Where.CELL),
    Metric(
        "channel.attribute",
        ("mode", "revenue", "touches", "won_at", "window_days"),
        attribute,
        Measured.MONEY,
    ),
    Metric(
        "client.rfm",
        ("asof", "payments", "r", "f", "m", "window_days"),
        rfm,
        Measured.POINTS,
        Rounding.NONE,
    ),
    Metric(
        "client.audit",
        ("from", "to", "active_days", "clients"),
        audit,
        Measured.COUNT,
        Rounding.NONE,
    ),
    Metric(
        "client.ltv",
        ("revenue", "margin", "payments_n", "clients_n", "months", "churn_month"),
        lifetime_value,
        Measured.MONEY,
        where=Where.CELL,
    ),
    Metric("client.lifetime", ("asof", "active_days", "clients"), lifetime, Measured.MONTHS),
    Metric("client.card", ("fields", "kind"), card, Measured.PERCENT, where=Where.CELL),
    Metric("client.debt", ("asof", "period_to", "invoices", "payments"), debt, Measured.MONEY),
    Metric("client.survey", ("csat", "nps"), survey, Measured.PERCENT, where=Where.CELL),
    Metric("mail.chain", ("steps",), chain, Measured.RATIO, Rounding.R4),
)
