"""«Оплаты клиентов» of a salesperson's book: payments of the person's own clients, to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from model.records import Record
from model.values import Value
from sync.card.belonging import Belonging
from sync.scene import Scene, fold, text

TABLE, SOURCE = "receipts", "payments"
Cells = dict[str, Value]


def owner_of(scene: Scene, joined: Mapping[str, str]) -> Callable[[Record], str]:
    """Whose client a payment is of, folded; empty for nobody's."""
    belonging = Belonging(scene, joined)

    def owner(payment: Record) -> str:
        client = scene.rows["clients"].get(belonging.client(payment) or "")
        return "" if client is None else fold(client.values.get("owner"))

    return owner


def receipt(scene: Scene, payment: Record, ours: Mapping[str, Value]) -> Cells:
    """A payment as a salesperson sees it; `ours` are its columns of the daemon."""
    client = scene.rows["clients"].get(payment.links.get("client_id", ""))
    return {
        "id": ours.get("id"),
        "date": payment.values.get("date"),
        "client": (None if client is None else text(client, "name")) or None,
        "state": ours.get("state"),
        "amount": payment.values.get("amount"),
        "purpose": payment.values.get("purpose"),
        "deal_id": scene.number("deals", payment.links.get("deal_id")) or None,
        "client_no": ours.get("client_no"),
        "card_key": ours.get("card_key"),
    }
