"""What each row adds to the sums by manager, day and cut (METRICS section 3).

Money is in kopecks, counts in hundredths (a deal shared 60 to 40 counts as 0.6 and 0.4). Market,
product and channel are those of the deal. What the funnel counts is not shared: a deal is whole for
its manager there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from formulas.rounding import r2, split
from model.figures import Cut, Measure
from model.records import Contribution, Record
from model.values import Value
from sync.remembered import Kept, Once
from sync.scene import Scene, StageKind, amount, day, fold, owner_on, text

HUNDRED = 100
WHOLE = Decimal(100)
TALK_SECONDS = 10
Parts = Mapping[str, tuple[Contribution, ...]]
Cuts = tuple[tuple[Cut, str], ...]
OF_DEAL = (Cut.MARKET, Cut.PRODUCT, Cut.CHANNEL)
COUNTED = ("deals", "payments", "leads", "costs")
"""Tables whose rows are counted anew at every pass; calls are counted as they arrive."""


@dataclass(slots=True)
class KnownParts:
    """What rows added to the sums when they were last looked at."""

    deals: Kept[str, Record, tuple[Contribution, ...]] = field(default_factory=Kept)
    payments: Kept[str, Record, tuple[Contribution, ...]] = field(default_factory=Kept)
    leads: Kept[str, Record, tuple[Contribution, ...]] = field(default_factory=Kept)
    costs: Kept[str, Record, tuple[Contribution, ...]] = field(default_factory=Kept)
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
        "leads": known.leads.over(
            rows["leads"], lambda lead: _lead(scene, lead), around=(rows["staff"],)
        ),
        "costs": known.costs.over(rows.get("costs", {}), _cost, around=()),
    }


def _with_first(scene: Scene, payment: Record, *, first: bool) -> tuple[Contribution, ...]:
    cuts = _payment_cuts(scene, payment)
    parts = _payment(scene, payment, cuts)
    if first:
        on = day(payment, "date")
        shares = _shares(scene, payment, on)
        parts += _shared(Measure.NEW_CLIENTS, on, WHOLE, shares, cuts)
    return tuple(parts)


def _payment(scene: Scene, payment: Record, cuts: Cuts) -> list[Contribution]:
    value, on = amount(payment, "amount"), day(payment, "date")
    if value is None:
        return []
    shares = _shares(scene, payment, on)
    parts = _shared(Measure.MONEY, on, value * HUNDRED, shares, cuts)
    deal = scene.rows["deals"].get(payment.links.get("deal_id") or "")
    margin = None if deal is None else _margin(deal, value)
    if margin is not None:
        parts += _shared(Measure.MARGIN, on, margin * HUNDRED, shares, cuts)
    if value > 0:
        parts += _shared(Measure.INCOME, on, WHOLE, shares, cuts)
    return parts


def _margin(deal: Record, paid: Decimal) -> Decimal | None:
    """What of a payment is margin; None for a deal without a cost or an amount."""
    whole, cost = amount(deal, "amount"), amount(deal, "cost")
    if not whole or cost is None:
        return None
    return r2(Fraction(whole - cost) * Fraction(paid) / Fraction(whole))


def _payment_cuts(scene: Scene, payment: Record) -> Cuts:
    deal = scene.rows["deals"].get(payment.links.get("deal_id") or "")
    client = payment.links.get("client_id")
    of_deal = () if deal is None else deal_cuts(deal)
    return (*of_deal, (Cut.CLIENT, client)) if client else of_deal


def deal_cuts(deal: Record) -> Cuts:
    """Market, product and channel of a deal; blank ones are left out."""
    return tuple((cut, known) for cut in OF_DEAL if (known := text(deal, cut.value)))


def _deal(scene: Scene, deal: Record) -> tuple[Contribution, ...]:
    cuts = deal_cuts(deal)
    parts: list[Contribution] = []
    stage, closed, value = scene.stage(deal), day(deal, "closed_on"), amount(deal, "amount")
    if stage is not None and stage.kind is StageKind.WON:
        shares = deal_shares(scene, deal, closed)
        parts += _shared(Measure.DEALS, closed, WHOLE, shares, cuts)
        if value is not None:
            parts += _shared(Measure.WON, closed, value * HUNDRED, shares, cuts)
    offered, invoiced = day(deal, "offer_on"), day(deal, "invoice_on")
    parts += _shared(Measure.OFFERS, offered, WHOLE, deal_shares(scene, deal, offered), cuts)
    shares = deal_shares(scene, deal, invoiced)
    parts += _shared(Measure.INVOICES, invoiced, WHOLE, shares, cuts)
    if value is not None:
        parts += _shared(Measure.INVOICED, invoiced, value * HUNDRED, shares, cuts)
    return (*parts, *_way(scene, deal, cuts))


def _way(scene: Scene, deal: Record, cuts: Cuts) -> Iterator[Contribution]:
    """What the funnel counts: the start of a deal, its end, and how long it took."""
    who, made, stage = _known(scene, text(deal, "owner")), made_on(scene, deal), scene.stage(deal)
    value = amount(deal, "amount")
    if stage is None:
        return
    closed = None if stage.kind is StageKind.OPEN else day(deal, "closed_on")
    if closed is not None:
        yield from _end(deal, who, made, closed, (stage.kind, cuts))
    if made is None:
        return
    top = furthest(scene, deal)
    reached = (*cuts, (Cut.STAGE, top))
    if stage.kind is StageKind.LOST:
        reached = (*reached, (Cut.LOST_AT, top))
    yield Contribution(Measure.STARTED, who, made, HUNDRED, reached)
    if value is not None:
        yield Contribution(Measure.STARTED_SUM, who, made, int(value * HUNDRED), reached)
    if stage.kind is StageKind.OPEN or closed is not None:
        yield Contribution(Measure.OPEN, who, made, HUNDRED, cuts)
    if closed is not None:
        yield Contribution(Measure.OPEN, who, max(made, closed), -HUNDRED, cuts)


def _end(
    deal: Record, who: str, made: date | None, closed: date, how: tuple[StageKind, Cuts]
) -> Iterator[Contribution]:
    kind, cuts = how
    if kind is StageKind.LOST:
        reason = text(deal, "lost_reason")
        known = (*cuts, (Cut.REASON, reason)) if reason else cuts
        yield Contribution(Measure.LOST, who, closed, HUNDRED, known)
        return
    yield Contribution(Measure.FINISHED, who, closed, HUNDRED, cuts)
    value = amount(deal, "amount")
    if value is not None:
        yield Contribution(Measure.CHECK, who, closed, int(value * HUNDRED), cuts)
    if made is not None:
        yield Contribution(Measure.CYCLE, who, closed, max((closed - made).days, 0) * HUNDRED, cuts)


def made_on(scene: Scene, deal: Record) -> date | None:
    """The day a deal was created, else the local day on which its row was."""
    typed = day(deal, "created_on")
    if typed is not None or deal.created_at is None:
        return typed
    return deal.created_at.astimezone(scene.zone).date()


def furthest(scene: Scene, deal: Record) -> str:
    """The furthest stage of a deal: its own, of a lost one the stage that it fell from.

    A deal that was lost from nobody knows where fell from the first.
    """
    stage = scene.stage(deal)
    if stage is not None and stage.kind is not StageKind.LOST:
        return stage.name
    remembered = scene.stages.get(fold(deal.values.get("max_stage")))
    if remembered is not None and remembered.kind is not StageKind.LOST:
        return remembered.name
    ladder = (one for one in scene.stages.values() if one.kind is not StageKind.LOST)
    first = min(ladder, key=lambda one: one.order, default=None)
    return "" if first is None else first.name


def _lead(scene: Scene, lead: Record) -> tuple[Contribution, ...]:
    source = text(lead, "source")
    cuts = ((Cut.CHANNEL, source),) if source else ()
    on = day(lead, "at")
    shares = {_known(scene, owner_on(lead, on)): Decimal(1)}
    return tuple(_shared(Measure.LEADS, on, WHOLE, shares, cuts))


def _cost(cost: Record) -> tuple[Contribution, ...]:
    """What a row of «Расходы» adds to its channel; it belongs to nobody."""
    on, channel = day(cost, "date"), text(cost, "channel")
    if on is None:
        return ()
    cuts = ((Cut.CHANNEL, channel),) if channel else ()
    counted = ((Measure.AD_COST, "cost"), (Measure.AD_CLICKS, "clicks"))
    return tuple(
        Contribution(measure, "", on, int(r2(Fraction(value) * HUNDRED)), cuts)
        for measure, name in counted
        if (value := amount(cost, name)) is not None
    )


def call_parts(call: Mapping[str, Value]) -> tuple[Contribution, ...]:
    """What a call adds: a talk of at least ten seconds with its length, else an attempt."""
    at, seconds = call.get("at"), call.get("seconds")
    on = at.date() if isinstance(at, datetime) else at
    if not isinstance(on, date):
        return ()
    who = str(call.get("manager") or "")
    long = isinstance(seconds, Decimal) and seconds >= TALK_SECONDS
    if not (long and call.get("answered") is True):
        return (Contribution(Measure.TRIES, who, on, HUNDRED),)
    length = int(seconds) * HUNDRED if isinstance(seconds, Decimal) else 0
    return (
        Contribution(Measure.CALLS, who, on, HUNDRED),
        Contribution(Measure.TALK, who, on, length),
    )


def _shared(
    measure: Measure,
    on: date | None,
    whole: Decimal,
    shares: Mapping[str, Decimal],
    cuts: Cuts = (),
) -> list[Contribution]:
    """The whole split by shares; a row without a day belongs to no period."""
    if on is None:
        return []
    if len(shares) == 1:
        return [Contribution(measure, next(iter(shares)), on, int(whole), cuts)] if whole else []
    people = list(shares)
    parts = split(whole / HUNDRED, [shares[p] for p in people]) or ()
    return [
        Contribution(measure, person, on, int(part * HUNDRED), cuts)
        for person, part in zip(people, parts, strict=True)
        if part
    ]


def _shares(scene: Scene, payment: Record, on: date | None) -> dict[str, Decimal]:
    """Whose payment of a day it is: of the deal's people, else of the client's manager."""
    deal = scene.rows["deals"].get(payment.links.get("deal_id") or "")
    if deal is not None:
        return deal_shares(scene, deal, on)
    client = scene.rows["clients"].get(payment.links.get("client_id") or "")
    return {_known(scene, "" if client is None else owner_on(client, on)): Decimal(1)}


def deal_shares(scene: Scene, deal: Record, on: date | None) -> dict[str, Decimal]:
    """Weights of the people of a deal on a day, by name."""
    first, second = _known(scene, owner_on(deal, on)), text(deal, "second")
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
