"""What counts, when and for whom: money, won deals, new clients (METRICS.md section 3).

A payment counts on its own date whatever its deal's status is; a record with a blank date belongs
to no period, one with a blank amount is left out and counted in `missing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from formulas.rounding import HUNDRED, ZERO, quotient, r2, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from formulas.owners import Ownership
    from formulas.periods import Period

WON = "won"


class Measure(Enum):
    """What is counted."""

    MONEY = "money"
    WON = "won"
    DEALS = "deals"
    NEW_CLIENTS = "new_clients"


class By(Enum):
    """Whose row a record goes into."""

    MANAGER = "manager"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received; a refund is negative."""

    client: str | None
    deal: str | None
    paid_on: date | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Deal:
    """What a fact needs to know of a deal; its current status wins."""

    id: str
    status: str
    closed_on: date | None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Value by manager or department; keys without a record are absent."""

    rows: dict[str, Decimal]
    total: Decimal
    missing: int


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that counts: its day, what it belongs to, its amount (None: count it as one)."""

    day: date
    deal: str | None
    client: str | None
    amount: Decimal | None = None


def money(payments: Iterable[Payment], period: Period, owned: Ownership, by: By) -> Fact:
    """Payments by payment date."""
    inside = [paid for paid in payments if paid.paid_on is not None and paid.paid_on in period]
    records = [
        Record(paid.paid_on, paid.deal, paid.client, paid.amount)
        for paid in inside
        if paid.paid_on is not None and paid.amount is not None
    ]
    return _roll_up(records, owned, by, missing=len(inside) - len(records))


def won(deals: Iterable[Deal], period: Period, owned: Ownership, by: By) -> Fact:
    """Amounts of won deals by closing date."""
    inside = _won_in(deals, period)
    records = [
        Record(day, deal.id, None, deal.amount) for day, deal in inside if deal.amount is not None
    ]
    return _roll_up(records, owned, by, missing=len(inside) - len(records))


def won_count(deals: Iterable[Deal], period: Period, owned: Ownership, by: By) -> Fact:
    """Number of won deals by closing date; a shared deal counts by its shares."""
    records = [Record(day, deal.id, None) for day, deal in _won_in(deals, period)]
    return _roll_up(records, owned, by, missing=0)


def new_clients(payments: Iterable[Payment], period: Period, owned: Ownership, by: By) -> Fact:
    """Clients whose first positive payment lies in the period and is not all paid back in it."""
    known = tuple(payments)
    missing = sum(
        paid.amount is None and paid.paid_on is not None and paid.paid_on in period
        for paid in known
    )
    by_client: dict[str, list[tuple[date, Decimal, str | None]]] = {}
    for paid in known:
        if paid.client and paid.amount is not None and paid.paid_on and paid.paid_on < period.end:
            own = by_client.setdefault(paid.client, [])
            own.append((paid.paid_on, paid.amount, paid.deal))
    firsts = [_first_payment(client, own) for client, own in by_client.items()]
    records = [first for first in firsts if first is not None and first.day in period]
    return _roll_up(records, owned, by, missing=missing)


def _won_in(deals: Iterable[Deal], period: Period) -> list[tuple[date, Deal]]:
    return [
        (deal.closed_on, deal)
        for deal in deals
        if deal.status == WON and deal.closed_on is not None and deal.closed_on in period
    ]


def _first_payment(
    client: str, payments: Iterable[tuple[date, Decimal, str | None]]
) -> Record | None:
    """The client's first positive payment; None when nothing remains paid at the end."""
    known = tuple(payments)
    if sum((amount for _, amount, _ in known), ZERO) <= 0:
        return None
    positive = [paid for paid in known if paid[1] > 0]
    day, _, deal = min(positive, key=lambda paid: paid[0])
    return Record(day, deal, client)


def _roll_up(records: Iterable[Record], owned: Ownership, by: By, *, missing: int) -> Fact:
    rows: dict[str, Decimal] = {}
    for record in records:
        owners = owned.owners(record.day, record.deal, record.client)
        for (manager, _), part in zip(owners, _parts(record, owners), strict=True):
            key = manager if by is By.MANAGER else owned.department(manager, record.day)
            rows[key] = rows.get(key, ZERO) + part
    return Fact(rows, sum(rows.values(), ZERO), missing)


def _parts(record: Record, owners: Sequence[tuple[str, Decimal]]) -> Sequence[Decimal]:
    percents = [percent for _, percent in owners]
    if record.amount is None:
        return [r2(quotient(percent, HUNDRED) or 0) for percent in percents]
    return split(record.amount, percents) or ()
