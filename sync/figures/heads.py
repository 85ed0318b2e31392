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
    scene, history, asof = month.scene, month.planner.history, month.planner.asof
    measure, parts = money_measure(scene), month.book.ground.parts
    stays = led_by(scene, history, name, Period(month.period.start, asof + DAY))
    today = led_by(scene, history, name, Period(asof, asof + DAY))
    return LedMonth(
        sold=team.money,
        payments=sum(len(parts.of(measure, who, s)) for who, found in stays for s in found),
        deals=[one for who, _ in today for one in open_deals(month.standing, month.paid, who)],
    )
