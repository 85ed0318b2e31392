"""Whose money came: a payment finds its client by INN, then by name, and its deal by what is open.

Import-fed cells are filled only while nobody has touched them; anything unsure is a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from model.records import Question, QuestionKind, Record, Source
from model.texts.numbers import day_month, money
from model.texts.questions import payment_unknown, payment_without_deal
from model.values import Value
from sync.scene import Scene, StageKind, amount, day, fold, text
from sync.settle.deals import CLIENT, Settler, retyped

DEAL = "deal_id"


def settle_payments(settler: Settler, touched: Collection[str]) -> Iterator[Question]:
    """Link every payment that has no client or no deal yet; yields the questions to ask."""
    scene = settler.scene
    loose = [
        payment
        for row_id, payment in scene.rows["payments"].items()
        if row_id in touched or CLIENT not in payment.links or DEAL not in payment.links
    ]
    if not loose:
        return
    paid = paid_by_deal(scene)
    deals = _deals_by_client(scene)
    for known in loose:
        payment = _loosened(settler, known, paid) if known.row_id in touched else known
        client = payment.links.get(CLIENT)
        if client is None:
            client = _find_client(settler, payment)
            if client is None:
                yield _unknown(scene, payment)
                continue
            _fill(settler, payment, CLIENT, client, text(scene.rows["clients"][client], "name"))
        if payment.links.get(DEAL) is None:
            of_client = [deal for deal in deals.get(client, ()) if _was_kept(scene, deal)]
            yield from _find_deal(settler, payment, of_client, paid)


def _loosened(settler: Settler, payment: Record, paid: defaultdict[str, Decimal]) -> Record:
    """The payment without the links whose text a person has typed anew.

    Another client's payment leaves the deal, too; the deal's number goes if the daemon wrote it.
    """
    typed = {f for f in (CLIENT, DEAL) if payment.links.get(f) and retyped(settler, payment, f)}
    loose = {CLIENT, DEAL} & payment.links.keys() if CLIENT in typed else typed
    if not loose:
        return payment
    if DEAL in loose:
        paid[payment.links[DEAL]] -= amount(payment, "amount") or 0
    number = settler.writer.history("payments", payment.row_id, DEAL, limit=1)
    ours = DEAL in loose - typed and number and number[0].source is Source.RULE
    values: dict[str, Value] = {DEAL: None} if ours else {}
    settler.writer.put(
        "payments", payment.row_id, values, links=dict.fromkeys(loose), by=settler.by
    )
    return replace(
        payment,
        values={**payment.values, **values},
        links={f: i for f, i in payment.links.items() if f not in loose},
    )


def paid_by_deal(scene: Scene) -> defaultdict[str, Decimal]:
    """Sum of payments of each deal."""
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for payment in scene.rows["payments"].values():
        deal, value = payment.links.get(DEAL), amount(payment, "amount")
        if deal is not None and value is not None:
            paid[deal] += value
    return paid


def _deals_by_client(scene: Scene) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for deal in scene.rows["deals"].values():
        client = deal.links.get(CLIENT)
        if client:
            found[client].append(deal)
    return found


def _was_kept(scene: Scene, deal: Record) -> bool:
    stage = scene.stage(deal)
    return stage is not None and stage.kind is not StageKind.LOST


def _find_client(settler: Settler, payment: Record) -> str | None:
    """The one client that the typed text, the INN or the payer's name means."""
    for field in (CLIENT, "payer_inn", "payer"):
        if text(payment, field):
            fits = settler.clients.fits(payment.values[field])
            if len(fits) == 1:
                return fits[0]
    return None


def _find_deal(
    settler: Settler, payment: Record, deals: Sequence[Record], paid: defaultdict[str, Decimal]
) -> Iterator[Question]:
    scene = settler.scene
    typed, value = fold(payment.values.get(DEAL)), amount(payment, "amount")
    if typed:
        named = [d for d in deals if fold(scene.number("deals", d.row_id)) == typed]
        if named:
            _fill(settler, payment, DEAL, named[0].row_id, None)
            paid[named[0].row_id] += value or 0
        return
    due = [d for d in deals if (amount(d, "amount") or 0) > paid[d.row_id]]
    exact = [d for d in due if (amount(d, "amount") or 0) - paid[d.row_id] == value]
    best = exact if len(exact) == 1 else due
    if len(best) == 1:
        _fill(settler, payment, DEAL, best[0].row_id, scene.number("deals", best[0].row_id))
        paid[best[0].row_id] += value or 0
    elif len(due) > 1:
        yield _without_deal(scene, payment, due)


def _fill(settler: Settler, payment: Record, field: str, target: str, shown: str | None) -> None:
    values: dict[str, Value] = {} if shown is None or text(payment, field) else {field: shown}
    settler.writer.put("payments", payment.row_id, values, links={field: target}, by=settler.by)


def _unknown(scene: Scene, payment: Record) -> Question:
    seller = next(iter(scene.sellers()), None)
    when = day(payment, "date")
    words = payment_unknown(
        money(amount(payment, "amount"), kopecks=True),
        text(payment, "payer"),
        text(payment, "payer_inn"),
        "" if when is None else day_month(when),
        "" if seller is None else seller.name,
    )
    return Question(
        key=f"payment|{payment.row_id}",
        kind=QuestionKind.PAYMENT,
        about=words.about,
        where=f"«Оплаты», {scene.number('payments', payment.row_id)}",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=scene.owner,
        red=True,
        money=amount(payment, "amount"),
        table="payments",
        row_id=payment.row_id,
        column=CLIENT,
        payload={"person": "" if seller is None else seller.name},
    )


def _without_deal(scene: Scene, payment: Record, due: Sequence[Record]) -> Question:
    best = scene.number("deals", due[0].row_id)
    client = scene.rows["clients"].get(payment.links.get(CLIENT) or "")
    when = day(payment, "date")
    words = payment_without_deal(
        money(amount(payment, "amount"), kopecks=True),
        "" if client is None else text(client, "name"),
        "" if when is None else day_month(when),
        len(due),
        best,
    )
    return Question(
        key=f"payment-deal|{payment.row_id}",
        kind=QuestionKind.PAYMENT,
        about=words.about,
        where=f"«Оплаты», {scene.number('payments', payment.row_id)}",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=scene.owner,
        money=amount(payment, "amount"),
        table="payments",
        row_id=payment.row_id,
        column=DEAL,
        payload={"deal": due[0].row_id},
    )
