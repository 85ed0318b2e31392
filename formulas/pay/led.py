"""The forecast of who is paid for the sales of others: what those still await grows the part.

METRICS 6.15 leaves the other components as they are; whose only pay is a part of the team's money
would see one sum in all three columns.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from formulas.pay.components import Around, extras_of
from formulas.pay.lines import MonthPay
from formulas.pay.outlook import Awaited, Outlook, columns, engine_of
from formulas.pay.scheme import Given, Scheme
from formulas.rounding import ZERO


def outlook_led(scheme: Scheme, given: Given, around: Around, awaited: Awaited) -> Outlook:
    """The three columns of a month, the team's money with what is awaited of the team.

    Raises ValueError when nobody is led in it.
    """
    team = around.team
    if team is None:
        raise ValueError(around.person)

    def pay(more: Decimal) -> MonthPay:
        grown = replace(around, team=replace(team, money=team.money + more))
        extras, notes = extras_of(scheme, grown)
        return engine_of(scheme, replace(given, extras=extras, notes=notes)).pay(given.fact)

    return columns(pay(ZERO), pay(awaited.weighted), pay(awaited.rest), awaited)
