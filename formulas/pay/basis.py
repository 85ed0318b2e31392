"""The sum that commission is counted from (METRICS.md section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.facts import WON
from formulas.rounding import ONE, ZERO, r2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from formulas.periods import Period


class BasisKind(Enum):
    """What commission is counted from."""

    PAID = "paid"
    SHIPPED = "shipped"
    MARGIN = "margin"
    WON = "won"
    INVOICED = "invoiced"


@dataclass(frozen=True, slots=True)
class BasisDeal:
    """What the basis needs to know of a deal."""

    amount: Decimal | None
    margin: Decimal | None
    status: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class BasisRecord:
    """A payment, shipment or invoice; `vat` is a fraction."""

    deal: str | None
    day: date | None
    amount: Decimal | None
    vat: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Basis:
    """What counts this month, and what waits until its deal is won."""

    basis: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class BasisRule:
    """Which payments count, and how much of each."""

    kind: BasisKind
    requires_won: bool = False
    net_of_vat: bool = False


def of_payments(
    rule: BasisRule,
    period: Period,
    deals: Mapping[str, BasisDeal],
    payments: Iterable[BasisRecord],
) -> Basis:
    """Basis of the kinds PAID and MARGIN; what is held is measured like the basis itself."""
    counted = held = ZERO
    for payment in payments:
        if payment.day is None or payment.amount is None:
            continue
        deal = deals.get(payment.deal or "")
        day = counts_on(rule, payment.day, deal, period)
        if day is None:
            held += value_of(rule, payment, deal) if payment.day < period.end else ZERO
        elif day in period:
            counted += value_of(rule, payment, deal)
    return Basis(counted, held)


def of_records(period: Period, records: Iterable[BasisRecord]) -> Basis:
    """Basis of the kinds SHIPPED and INVOICED: records dated in the period."""
    return Basis(
        sum(
            (
                record.amount
                for record in records
                if record.amount is not None and record.day is not None and record.day in period
            ),
            ZERO,
        ),
        ZERO,
    )


def of_won_deals(period: Period, deals: Iterable[BasisDeal]) -> Basis:
    """Basis of the kind WON: amounts of deals won in the period."""
    return of_records(
        period,
        (BasisRecord(None, deal.closed_on, deal.amount) for deal in deals if deal.status == WON),
    )


def counts_on(
    rule: BasisRule, paid_on: date, deal: BasisDeal | None, period: Period
) -> date | None:
    """The day the payment counts on; None while it is held."""
    if not rule.requires_won:
        return paid_on
    if deal is None or deal.status != WON or deal.closed_on is None:
        return None
    return max(paid_on, deal.closed_on) if deal.closed_on < period.end else None


def value_of(rule: BasisRule, payment: BasisRecord, deal: BasisDeal | None) -> Decimal:
    """What the payment adds to the basis: itself, without the tax, or its part of the margin."""
    amount = payment.amount or ZERO
    if rule.net_of_vat:
        amount = r2(Fraction(amount) / Fraction(ONE + payment.vat))
    return _margin_of(amount, deal) if rule.kind is BasisKind.MARGIN else amount


def _margin_of(amount: Decimal, deal: BasisDeal | None) -> Decimal:
    """Part of the deal's margin that the payment brings; 0 for a deal without an amount."""
    if deal is None or not deal.amount or deal.margin is None:
        return ZERO
    return r2(Fraction(deal.margin) * Fraction(amount) / Fraction(deal.amount))
