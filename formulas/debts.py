"""What a client owes: open invoices, overdue ones by age, advances (METRICS.md, `client.debt`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from formulas.lights import Light
from formulas.rounding import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

AGES = (("1-30", 30), ("31-60", 60), ("61-90", 90))
OLDEST = "90+"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice; without a due date it is paid last and has no light."""

    id: str
    due: date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DebtPayment:
    """A payment of the client, for an invoice or without naming one; a refund is negative."""

    invoice: str | None
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Debt:
    """Open sums; the advance is never netted in the debt."""

    debt: Decimal
    overdue: Decimal
    expected: Decimal
    advance: Decimal
    ageing: dict[str, Decimal]
    lights: dict[str, Light]


def debt(
    invoices: Sequence[Invoice], payments: Iterable[DebtPayment], asof: date, period_to: date
) -> Debt:
    """The debt at the end of asof; excess and unaddressed money pay the oldest due first."""
    known = [payment for payment in payments if payment.day <= asof]
    rest, spare = _addressed(invoices, known)
    for invoice in sorted(invoices, key=lambda one: one.due or date.max):
        paid = min(rest[invoice.id], spare)
        rest[invoice.id] -= paid
        spare -= paid
    opened = [invoice for invoice in invoices if rest[invoice.id] > 0]
    lights = {invoice.id: _light(invoice, asof, period_to) for invoice in opened}
    return Debt(
        debt=sum(rest.values(), ZERO),
        overdue=_sum_of(Light.RED, lights, rest),
        expected=_sum_of(Light.YELLOW, lights, rest),
        advance=spare,
        ageing=_ageing(opened, rest, asof),
        lights=lights,
    )


def _addressed(
    invoices: Sequence[Invoice], payments: Sequence[DebtPayment]
) -> tuple[dict[str, Decimal], Decimal]:
    """Rest of each invoice after the payments that name it, and the money left for others."""
    rest = {invoice.id: invoice.amount for invoice in invoices}
    spare = sum((paid.amount for paid in payments if paid.invoice not in rest), ZERO)
    for invoice in invoices:
        paid = sum((one.amount for one in payments if one.invoice == invoice.id), ZERO)
        used = min(max(paid, ZERO), invoice.amount)
        rest[invoice.id] -= used
        spare += max(paid, ZERO) - used
    return rest, max(spare, ZERO)


def _light(invoice: Invoice, asof: date, period_to: date) -> Light:
    if invoice.due is None or invoice.due > period_to:
        return Light.NONE
    return Light.RED if invoice.due < asof else Light.YELLOW


def _sum_of(light: Light, lights: Mapping[str, Light], rest: Mapping[str, Decimal]) -> Decimal:
    return sum((rest[name] for name, shown in lights.items() if shown is light), ZERO)


def _ageing(
    opened: Iterable[Invoice], rest: Mapping[str, Decimal], asof: date
) -> dict[str, Decimal]:
    sums = dict.fromkeys([*(name for name, _ in AGES), OLDEST], ZERO)
    for invoice in opened:
        if invoice.due is not None and invoice.due < asof:
            age = (asof - invoice.due).days
            name = next((name for name, limit in AGES if age <= limit), OLDEST)
            sums[name] += rest[invoice.id]
    return sums
