"""Words of the questions about what does not agree: payments, calls, invoices, won deals."""

from __future__ import annotations

from model.texts.numbers import counted
from model.texts.questions import Words


def payment_of_no_deal(amount: str, client: str, when: str) -> Words:
    """A payment of a known client who has nothing to pay for."""
    return Words(
        "Оплата без сделки",
        f"{amount} от {client}, {when}: сделки, к которой её отнести, нет",
        "Завести закрытую сделку на эту сумму?",
    )


def payments_of_no_deals(count: int, of: int, amount: str, days: int) -> Words:
    """Most payments are of clients without a deal: one answer for all of them."""
    alone = counted(count, "оплата", "оплаты", "оплат")
    return Words(
        "Оплаты без сделок",
        f"За {days} дней {alone} из {of} - от клиентов, у которых сделки нет, на {amount} руб.",
        "Вы так и ведёте? Да - больше об этом не спрошу, Нет - спрошу о каждой",
    )


def unknown_caller(number: str, calls: int, talks: int, who: str, last: str) -> Words:
    """Calls with a number that is nobody's."""
    with_whom = f", {who}" if who else ""
    talked = f", разговоров {talks}" if talks else ", не дозвонились"
    return Words(
        "Звонки с незнакомым номером",
        f"{number}: {counted(calls, 'звонок', 'звонка', 'звонков')}{with_whom}{talked}, "
        f"последний {last}. В клиентах и заявках такого номера нет",
        "Завести заявку?",
    )


def invoice_of_nobody(deal: str, amount: str, payer: str, number: str) -> Words:
    """A deal with an invoice and no client; a payment of that sum may tell whose it is."""
    wrong = f"{deal}, {amount}: счёт выставлен, а клиента в сделке нет"
    if payer:
        return Words(
            "Счёт без клиента", f"{wrong}. Такую сумму заплатил {payer}", f"Это {number} {payer}?"
        )
    return Words("Счёт без клиента", wrong, "Впишите клиента: название, ИНН или телефон")


def won_without_money(deal: str, amount: str, days: int, payment: str) -> Words:
    """A won deal for which nobody paid; a loose payment of that sum may belong to it."""
    wrong = f"{deal}, {amount}: закрыта успешно {days} дн. назад, оплат нет"
    if payment:
        return Words("Закрыта без оплаты", wrong, f"Отнести сюда оплату {payment}?")
    return Words("Закрыта без оплаты", wrong, "Проверьте оплату, этап или впишите, когда ждём")
