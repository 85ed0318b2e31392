"""Whose money came: a payment finds its client by INN, then by name, and its deal by what is open.

Import-fed cells are filled only while nobody has touched them; anything unsure is a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from model.records import Question, QuestionKind, Record, Source
from model.texts.numbers import day_month, money
from model.texts.questions import payment_unknown, payment_without_deal
from model.values import Value
from sync.scene import Scene, StageKind, amount, day, fold, text
from sync.settle.clients import ClientBook
from sync.settle.deals import CLIENT, Settler, retyped

DEAL = "deal_id"


@dataclass(slots=True)
class Fills:
    """What the daemon found of payments, to be written in one step."""

    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    links: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def add(self, payment: Record, name: str, target: str, shown: str | None) -> None:
        """Whose a payment is; the name is shown where nobody typed one."""
        if shown is not None and not text(payment, name):
            self.values.setdefault(payment.row_id, {})[name] = shown
        self.links.setdefault(payment.row_id, {})[name] = target

    def write(self, settler: Settler) -> None:
        """Put everything into the store."""
        rows = {row_id: self.values.get(row_id, {}) for row_id in self.links}
        settler.writer.put_many("payments", rows, links=self.links, by=settler.by)


def settle_payments(settler: Settler, touched: Collection[str]) -> list[Question]:
    """Link every payment that has no client or no deal yet; the questions to ask."""
    loose = [
        payment
        for row_id, payment in settler.scene.rows["payments"].items()
        if row_id in touched or CLIENT not in payment.links or DEAL not in payment.links
    ]
    return link_payments(settler, loose, touched)


def link_payments(
    settler: Settler, loose: Collection[Record], touched: Collection[str]
) -> list[Question]:
    """Link some payments; the questions to ask. The scene holds those and all of their deals."""
    if not loose:
        return []
    fills, questions = Fills(), list[Question]()
    paid, deals = paid_by_deal(settler.scene), _deals_by_client(settler.scene)
    for known in loose:
        payment = _loosened(settler, known, paid) if known.row_id in touched else known
        questions += _linked(settler, payment, deals, paid, fills)
    fills.write(settler)
    return questions


def _linked(
    settler: Settler,
    payment: Record,
    deals: Mapping[str, Sequence[Record]],
    paid: defaultdict[str, Decimal],
    fills: Fills,
) -> Iterator[Question]:
    scene = settler.scene
    client = payment.links.get(CLIENT)
    if client is None:
        client = find_payer(settler.clients, payment)
        if client is None:
            yield _unknown(scene, payment)
            return
        fills.add(payment, CLIENT, client, text(scene.rows["clients"][client], "name"))
    if payment.links.get(DEAL) is None:
        of_client = [deal for deal in deals.get(client, ()) if _was_kept(scene, deal)]
        yield from _find_deal(scene, payment, of_client, paid, fills)


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


def find_payer(clients: ClientBook, payment: Record) -> str | None:
    """The one client that the typed text, the INN or the payer's name means."""
    for name in (CLIENT, "payer_inn", "payer"):
        if text(payment, name):
            fits = clients.fits(payment.values[name])
            if len(fits) == 1:
                return fits[0]
    return None


def _find_deal(
    scene: Scene,
    payment: Record,
    deals: Sequence[Record],
    paid: defaultdict[str, Decimal],
    fills: Fills,
) -> Iterator[Question]:
    typed, value = fold(payment.values.get(DEAL)), amount(payment, "amount")
    if typed:
        named = [d for d in deals if fold(scene.number("deals", d.row_id)) == typed]
        if named:
            fills.add(payment, DEAL, named[0].row_id, None)
            paid[named[0].row_id] += value or 0
        return
    due = [d for d in deals if (amount(d, "amount") or 0) > paid[d.row_id]]
    exact = [d for d in due if (amount(d, "amount") or 0) - paid[d.row_id] == value]
    best = exact if len(exact) == 1 else due
    if len(best) == 1:
        fills.add(payment, DEAL, best[0].row_id, scene.number("deals", best[0].row_id))
        paid[best[0].row_id] += value or 0
    elif len(due) > 1:
        yield _without_deal(scene, payment, due)


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
