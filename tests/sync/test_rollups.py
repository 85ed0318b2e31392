"""Whatever happens to deals, payments and people: the kept sums are those of a plain recount.

The recount is METRICS section 3 over the rows as they stand (`formulas.facts`), with a history of
departments that the test keeps itself; nothing of the store's sums is used in it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from formulas.facts import By, Deal, Fact, Payment, money, won, won_count
from formulas.owners import NOT_STATED, Ownership, ShareSet
from formulas.periods import Period as PlainPeriod
from model.blueprint import Blueprint
from model.figures import Cut, Measure, Period
from model.records import Record
from store import Writer
from sync.reporting import facts_of
from sync.reports.facts import Facts
from sync.reports.spans import Chosen
from sync.rollups import differing_parts
from sync.scene import amount, day, make_scene, text
from tests.sync.ledger import NOON, OWNER, Ledger
from tests.sync.trade_life import START, Life

PERIODS = (
    Period(START, date(2026, 2, 1)),
    Period(date(2026, 1, 15), date(2026, 4, 9)),
    Period(START, date(2027, 1, 1)),
)


class Recount:
    """METRICS section 3 over the rows as they stand."""

    def __init__(self, life: Life, writer: Writer) -> None:
        ledger = life.ledger
        self.scene = make_scene(
            writer, ledger.team.blueprint, now=ledger.now, owner=OWNER, helper=""
        )
        self.deals = self.scene.rows["deals"]
        self.payments = self.scene.rows["payments"]
        self.owned = Ownership(
            deal_manager={i: text(d, "owner") for i, d in self.deals.items()},
            client_manager={i: text(c, "owner") for i, c in self.scene.rows["clients"].items()},
            shares={i: (ShareSet(date.min, self._shares(d)),) for i, d in self.deals.items()},
            departments={who: tuple(stays) for who, stays in life.departments.items()},
        )

    @staticmethod
    def _shares(deal: Record) -> tuple[tuple[str, Decimal], ...]:
        owner, second, share = text(deal, "owner"), text(deal, "second"), amount(deal, "split")
        if not second or share is None or second == owner:
            return ((owner, Decimal(100)),)
        if share == 100:
            return ((second, Decimal(100)),)
        return ((owner, 100 - share), (second, share))

    def fact(self, measure: Measure, period: Period, by: By) -> Fact:
        days = PlainPeriod(period.start, period.end)
        if measure is Measure.MONEY:
            paid = (
                Payment(
                    p.links.get("client_id"),
                    p.links.get("deal_id"),
                    day(p, "date"),
                    amount(p, "amount"),
                )
                for p in self.payments.values()
            )
            return money(paid, days, self.owned, by)
        deals = (
            Deal(
                i,
                "won" if text(d, "stage") == "Успешно" else "",
                day(d, "closed_on"),
                amount(d, "amount"),
            )
            for i, d in self.deals.items()
        )
        return (won if measure is Measure.WON else won_count)(deals, days, self.owned, by)

    def by_key(self, cut: Cut, measure: Measure, period: Period) -> dict[str, Decimal]:
        """The whole sums of each attribute: shares do not change them."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        if measure is Measure.MONEY:
            for payment in self.payments.values():
                on, value = day(payment, "date"), amount(payment, "amount")
                deal = self.deals.get(payment.links.get("deal_id", ""))
                if on is not None and on in period and value is not None:
                    key = text(deal, cut.value) if deal is not None else ""
                    found[key or NOT_STATED] += value
        for deal in self.deals.values() if measure is not Measure.MONEY else ():
            on, value = day(deal, "closed_on"), amount(deal, "amount")
            if text(deal, "stage") == "Успешно" and on is not None and on in period:
                one = Decimal(1) if measure is Measure.DEALS else value
                found[text(deal, cut.value) or NOT_STATED] += one or Decimal(0)
        return dict(found)


def kept(writer: Writer, life: Life, recount: Recount, period: Period) -> Facts:
    return facts_of(writer, recount.scene, Chosen(period, date(2027, 1, 1)))


def nonzero(sums) -> dict[str, Decimal]:
    return {key: value for key, value in sums.items() if value}


@pytest.mark.parametrize("seed", range(6))
def test_kept_sums_are_a_plain_recount_after_any_history(
    tmp_path: Path, shape: Blueprint, seed: int
) -> None:
    ledger = Ledger(tmp_path, shape, departments=("Опт", "Розница"))
    ledger.now = NOON.replace(month=1, day=5)
    life = Life(ledger, seed)
    for _ in range(4):
        life.live(25)
        life.settle()
        with ledger.team.store.write() as writer:
            recount = Recount(life, writer)
            for period in PERIODS:
                facts = kept(writer, life, recount, period)
                for measure in (Measure.MONEY, Measure.WON, Measure.DEALS):
                    people = recount.fact(measure, period, By.MANAGER)
                    assert nonzero(facts.by_manager(measure)) == nonzero(people.rows)
                    parts = recount.fact(measure, period, By.DEPARTMENT)
                    assert nonzero(facts.by_department(measure)) == nonzero(parts.rows)
                    for cut in (Cut.PRODUCT, Cut.MARKET):
                        wanted = recount.by_key(cut, measure, period)
                        assert nonzero(facts.by_key(cut, measure)) == nonzero(wanted)
            assert writer.wrong_sums() == 0
            assert writer.recount() == 0
            assert differing_parts(ledger.team, writer, ledger.now) == {}
    assert life.count > 20
    ledger.team.store.close()
