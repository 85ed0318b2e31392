"""The packet as one page of html that prints on A4, to be read together and signed."""

from __future__ import annotations

from decimal import Decimal

from model.texts.numbers import counted, money
from sync.handover.gathering import Packet
from sync.reports.html import render

PRESSING = 3
"""Points of risk from which a client is called first."""


def title_of(packet: Packet) -> str:
    """«Передача: Иванов Пётр - Петрова Анна»."""
    return f"Передача: {packet.giver} - {packet.taker}"


def file_name(packet: Packet) -> str:
    """Name of the page, without folder."""
    return f"{packet.day:%Y-%m-%d} {packet.giver} - {packet.taker}.html"


def pressing(packet: Packet) -> int:
    """How many clients must be called first."""
    return sum(held.risk >= PRESSING for held in packet.clients)


def verdict(packet: Packet) -> str:
    """What to do first, in a sentence."""
    count = pressing(packet)
    if not packet.clients and not packet.loose:
        return "Передавать нечего: открытых дел и клиентов нет."
    if not count:
        return "Срочного нет: обещания в срок, долгов нет."
    whom = counted(count, "клиенту", "клиентам", "клиентам")
    stake = sum((held.stake for held in packet.clients if held.risk >= PRESSING), Decimal(0))
    return f"Сначала позвоните {whom}: на кону {money(stake)} руб."


def render_packet(packet: Packet) -> str:
    """The page."""
    deals = [one for one in packet.promises if one.table == "deals"]
    note = "Эти сделки ведут другие; они остаются у своих менеджеров."
    return render(
        "handover.html",
        packet=packet,
        title=title_of(packet),
        verdict=verdict(packet),
        pressing=pressing(packet),
        deals=deals,
        deals_sum=sum((one.amount or Decimal(0) for one in deals), Decimal(0)),
        late=[one for one in packet.promises if one.late and one.table != "leads"],
        undated=sum(one.due is None for one in packet.promises),
        more=(
            ("Дела без клиента", packet.loose, ""),
            ("Второй менеджер в сделках", packet.seconds, note),
        ),
    )
