"""What each row adds to the sums by manager and day (METRICS section 3).

Money is in kopecks, counts in hundredths (a deal shared 60 to 40 counts as 0.6 and 0.4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from formulas.rounding import split
from model.figures import Measure
from model.records import Contribution, Record
from sync.remembered import Kept, Once
from sync.scene import Scene, StageKind, amount, day, text

HUNDRED = 100
WHOLE = Decimal(100)
Parts = Mapping[str, tuple[Contribution, ...]]


@dataclass(slots=True)
class KnownParts:
    """What rows added to the sums when they were last looked at."""

    deals: Kept[str, Record, tuple[Contribution, ...]] = field(default_factory=Kept)
    payments: Kept[str, Record, tuple[Contribution, ...]] = field(default_factory=Kept)
    firsts: Once[frozenset[str]] = field(default_factory=Once)


def contributions(scene: Scene, known: KnownParts | None = None) -> dict[str, Parts]:
    """Table -> row id -> what the row adds; rows that add nothing are there too, empty."""
    known, rows = known or KnownParts(), scene.rows
    around = rows["staff"], rows["stages"]
    firsts = known.firsts.of(lambda: _first_payments(scene), rows["payments"])
    deals, clients = rows["deals"], rows["clients"]

    def beside(payment: Record) -> tuple[object, ...]:
        links = payment.links
        return (
            deals.get(links.get("deal_id", "")),
            clients.get(links.get("client_id", "")),
            payment.row_id in firsts,
        )

    return {
        "deals": known.deals.over(deals, lambda deal: _deal(scene, deal), around=around),
        "payments": known.payments.over(
            rows["payments"],
            lambda payment: _with_first(scene, payment, first=payment.row_id in firsts),
            around=around,
            beside=beside,
        ),
    }


def _with_first(scene: Scene, payment: Record, *, first: bool) -> tuple[Contribution, ...]:
    parts = list(_payment(scene, payment))
    if first:
        parts += _shared(Measure.NEW_CLIENTS, day(payment, "date"), WHOLE, _shares(scene, payment))
    return tuple(parts)


def _payment(scene: Scene, payment: Record) -> Iterable[Contribution]:
    value = amount(payment, "amount")
    if value is None:
        return ()
    return _shared(Measure.MONEY, day(payment, "date"), value * HUNDRED, _shares(scene, payment))


def _deal(scene: Scene, deal: Record) -> tuple[Contribution, ...]:
    shares = deal_shares(scene, deal)
    parts: list[Contribution] = []
    stage, closed, value = scene.stage(deal), day(deal, "closed_on"), amount(deal, "amount")
    if stage is not None and stage.kind is StageKind.WON:
        parts += _shared(Measure.DEALS, closed, WHOLE, shares)
        if value is not None:
            parts += _shared(Measure.WON, closed, value * HUNDRED, shares)
    parts += _shared(Measure.OFFERS, day(deal, "offer_on"), WHOLE, shares)
    if value is not None:
        parts += _shared(Measure.INVOICED, day(deal, "invoice_on"), value * HUNDRED, shares)
    return tuple(parts)


def _shared(
    measure: Measure, on: date | None, whole: Decimal, shares: Mapping[str, Decimal]
) -> list[Contribution]:
    """The whole split by shares; a row without a day belongs to no period."""
    if on is None:
        return []
    if len(shares) == 1:
        return [Contribution(measure, next(iter(shares)), on, int(whole))] if whole else []
    people = list(shares)
    parts = split(whole / HUNDRED, [shares[p] for p in people]) or ()
    return [
        Contribution(measure, person, on, int(part * HUNDRED))
        for person, part in zip(people, parts, strict=True)
        if part
    ]


def _shares(scene: Scene, payment: Record) -> dict[str, Decimal]:
    """Whose payment it is: of the deal's people, else of the client's manager."""
    deal = scene.rows["deals"].get(payment.links.get("deal_id") or "")
    if deal is not None:
        return deal_shares(scene, deal)
    client = scene.rows["clients"].get(payment.links.get("client_id") or "")
    return {_known(scene, "" if client is None else text(client, "owner")): Decimal(1)}


def deal_shares(scene: Scene, deal: Record) -> dict[str, Decimal]:
    """Weights of the people of a deal, by name."""
    first, second = _known(scene, text(deal, "owner")), text(deal, "second")
    share = amount(deal, "split")
    if not second or share is None or not 0 < share <= HUNDRED:
        return {first: Decimal(1)}
    part = share if share > 1 else share * HUNDRED
    if part >= HUNDRED:
        return {_known(scene, second): Decimal(1)}
    return {first: WHOLE - part, _known(scene, second): part}


def _known(scene: Scene, name: str) -> str:
    """The name as it stands on the list of people, so that spelling does not split sums."""
    person = scene.person(name) if name else None
    return person.name if person is not None else name


def _first_payments(scene: Scene) -> frozenset[str]:
    """Ids of payments that are the first positive one of a client whose total is above zero."""
    by_client: dict[str, list[tuple[date, str, Decimal]]] = defaultdict(list)
    for row_id, payment in scene.rows["payments"].items():
        client, on, value = (
            payment.links.get("client_id"),
            day(payment, "date"),
            amount(payment, "amount"),
        )
        if client and on and value is not None:
            by_client[client].append((on, row_id, value))
    firsts = set()
    for rows in by_client.values():
        positive = sorted(row for row in rows if row[2] > 0)
        if positive and sum(value for _, _, value in rows) > 0:
            firsts.add(positive[0][1])
    return frozenset(firsts)
