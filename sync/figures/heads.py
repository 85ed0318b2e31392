"""The month of who is paid for the sales of others: what those sold, and what they still await."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from formulas.pay.scheme import OpenDeal
from model.figures import Period
from model.records import Record
from sync.figures.leading import led_by
from sync.figures.month import DAY, Month
from sync.figures.pay import open_deals
from sync.figures.paybook import PaidMonth
from sync.figures.plans import money_measure


@dataclass(frozen=True, slots=True)
class LedMonth:
    """Sales of the led up to today, how many payments they are, and their open deals."""

    sold: Decimal
    payments: int
    deals: list[tuple[Record, OpenDeal]]


def led_month(month: Month, name: str, paid: PaidMonth | None) -> LedMonth | None:
    """What an open month of a head is counted from; None for everybody else."""
    team = None if paid is None or paid.slip is not None else paid.around.team
    if team is None or not team.led:
        return None
    measure, parts = money_measure(month.scene), month.book.ground.parts
    upto = Period(month.period.start, month.planner.asof + DAY)
    stays = led_by(month.scene, month.planner.history, name, upto)
    return LedMonth(
        sold=team.money,
        payments=sum(len(parts.of(measure, who, s)) for who, found in stays for s in found),
        deals=[
            one
            for who in _led_today(month, name)
            for one in open_deals(month.standing, month.paid, who)
        ],
    )


def _led_today(month: Month, name: str) -> tuple[str, ...]:
    today = Period(month.planner.asof, month.planner.asof + DAY)
    return tuple(who for who, _ in led_by(month.scene, month.planner.history, name, today))
