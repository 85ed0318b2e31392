"""Facts and activity by person or department (METRICS.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from formulas import events, facts, owners
from formulas.adapters.reading import WORKSPACE_ZONE, Reader, as_number
from formulas.metric import Measured, Metric, Rounding, Where
from formulas.rounding import ZERO

if TYPE_CHECKING:
    from collections.abc import Mapping


def fact(given: Reader) -> object:
    """`pf.fact`."""
    measure = given.choice(facts.Measure, "measure")
    period, owned = given.period(), _ownership(given)
    by = given.choice(facts.By, "by", facts.By.MANAGER)
    if measure in {facts.Measure.MONEY, facts.Measure.NEW_CLIENTS}:
        count = facts.money if measure is facts.Measure.MONEY else facts.new_clients
        return count([_payment(row) for row in given.rows("payments")], period, owned, by)
    of_deals = facts.won if measure is facts.Measure.WON else facts.won_count
    return of_deals([_deal(row) for row in given.rows("deals")], period, owned, by)


def activity(given: Reader) -> object:
    """`pf.events`."""
    zone = given.word("tz", WORKSPACE_ZONE)
    return events.count(
        [_event(row, zone) for row in given.rows("events")],
        given.choice(events.EventMeasure, "measure"),
        given.period(),
        min_call_seconds=given.count("min_call_seconds", events.MIN_CALL_SECONDS),
    )


def department_history(rows: tuple[Reader, ...]) -> tuple[owners.DepartmentSince, ...]:
    """Rows of a person's department history."""
    return tuple(
        owners.DepartmentSince(row.day("from"), row.word("department", owners.NOT_STATED))
        for row in rows
    )


def _ownership(given: Reader) -> owners.Ownership:
    shares: dict[str, tuple[owners.ShareSet, ...]] = {}
    for row in given.rows("shares"):
        deal = row.word("deal")
        parts = ((name, as_number(part) or ZERO) for name, part in row.mapping("parts").items())
        shares[deal] = (
            *shares.get(deal, ()),
            owners.ShareSet(row.day("from"), tuple(parts)),
        )
    departments: dict[str, tuple[owners.DepartmentSince, ...]] = {}
    for row in given.rows("history"):
        manager = row.word("manager")
        departments[manager] = departments.get(manager, ()) + department_history((row,))
    clients = cast("Mapping[str, str | None]", given.mapping("clients"))
    return owners.Ownership(
        deal_manager={row.word("id"): row.word("manager") for row in given.rows("deals")},
        client_manager={client: manager or "" for client, manager in clients.items()},
        shares=shares,
        departments=departments,
    )


def _payment(row: Reader) -> facts.Payment:
    return facts.Payment(
        row.text("client"), row.text("deal"), row.maybe_day("date"), row.number("amount")
    )


def _deal(row: Reader) -> facts.Deal:
    return facts.Deal(
        row.word("id"), row.word("status"), row.maybe_day("closed_on"), row.number("amount")
    )


def _event(row: Reader, zone: str) -> events.Event:
    return events.Event(
        manager=row.text("manager"),
        kind=row.choice(events.EventKind, "kind"),
        at=row.maybe_moment("at", zone),
        seconds=row.count("seconds"),
        client=row.text("client"),
        document=row.text("doc"),
    )


METRICS = (
    Metric(
        "pf.fact",
        ("measure", "from", "to", "by", "payments", "deals", "shares", "history", "clients"),
        fact,
        Measured.MONEY,
        where=Where.BOTH,
    ),
    Metric(
        "pf.events",
        ("measure", "from", "to", "min_call_seconds", "tz", "events"),
        activity,
        Measured.COUNT,
        Rounding.NONE,
    ),
)
