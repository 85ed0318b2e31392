"""Whatever happens to deals, payments and people: the kept sums are those of a plain recount.

The recount is METRICS section 3 over the rows as they stand (`formulas.facts`), with a history of
departments that the test keeps itself; nothing of the store's sums is used in it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from formulas.facts import By, Deal, Fact, Payment, money, won, won_count
from formulas.owners import NOT_STATED, DepartmentSince, Ownership, ShareSet
from formulas.periods import Period as PlainPeriod
from model.blueprint import Blueprint
from model.figures import Cut, Measure, Period
from model.records import Record, Source
from model.values import Value
from store import Writer
from sync.reporting import facts_of
from sync.reports.facts import Facts
from sync.reports.spans import Chosen
from sync.rollups import differing_parts
from sync.scene import amount, day, make_scene, text
from sync.settle.everything import settle
from tests.sync.ledger import IVANOV, NOON, OWNER, SMIRNOVA, Ledger

PEOPLE = (IVANOV, SMIRNOVA)
STAGES = ("Новая", "Переговоры", "Успешно", "Успешно", "Отказ")
PRODUCTS, MARKETS, CHANNELS = ("Фанера", "Брус", None), ("Опт", None), ("Сайт", "Выставка", None)
START = date(2026, 1, 1)
PERIODS = (
    Period(START, date(2026, 2, 1)),
    Period(date(2026, 1, 15), date(2026, 4, 9)),
    Period(START, date(2027, 1, 1)),
)


class Life:
    """A team that random things happen to, a few of them each day."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger, self.chance, self.count = ledger, Random(seed), 0
        self.deals: list[str] = []
        self.payments: list[str] = []
        self.buried: set[str] = set()
        self.batches: list[int] = []
        self.departments = {
            who: [DepartmentSince(date.min, name)]
            for who, name in zip(PEOPLE, ("Опт", "Розница"), strict=True)
        }
        self.moves: list[tuple[int, str, list[DepartmentSince]]] = []

    def live(self, steps: int) -> None:
        """So many events; days go by between them."""
        ways = (self.deal, self.deal, self.payment, self.payment, self.edit, self.edit)
        rare = (self.bury, self.move, self.undo_move, self.undo)
        for _ in range(steps):
            if self.chance.random() < 0.3:
                self.ledger.now += timedelta(days=self.chance.randint(1, 9))
            with self.ledger.team.store.write() as writer:
                self.chance.choice((*ways, *rare))(writer)

    def some_day(self) -> date:
        return START + timedelta(days=self.chance.randrange(120))

    def sum(self) -> Decimal:
        sign = -1 if self.chance.random() < 0.2 else 1
        return Decimal(sign * self.chance.randrange(1, 50_000_000)) / 100

    def batch(self, writer: Writer, source: Source = Source.PERSON):
        by = self.ledger.stamp(writer, source)
        self.batches.append(by.batch)
        return by

    def cells(self) -> dict[str, Value]:
        stage = self.chance.choice(STAGES)
        final = stage in {"Успешно", "Отказ"}
        second = self.chance.random() < 0.3
        return {
            "stage": stage,
            "owner": self.chance.choice(PEOPLE),
            "second": self.chance.choice(PEOPLE) if second else None,
            "split": Decimal(self.chance.choice((30, 45, 100))) if second else None,
            "amount": abs(self.sum()) if self.chance.random() < 0.9 else None,
            "closed_on": self.some_day() if final else None,
            "created_on": self.some_day() if self.chance.random() < 0.9 else None,
            "product": self.chance.choice(PRODUCTS),
            "market": self.chance.choice(MARKETS),
            "channel": self.chance.choice(CHANNELS),
            "cost": Decimal(10_000) if self.chance.random() < 0.5 else None,
        }

    def deal(self, writer: Writer) -> None:
        self.count += 1
        row_id = f"d{self.count}"
        writer.put("deals", row_id, self.cells(), by=self.batch(writer))
        self.deals.append(row_id)

    def payment(self, writer: Writer) -> None:
        if not self.deals:
            return
        self.count += 1
        row_id = f"p{self.count}"
        values: dict[str, Value] = {
            "date": self.some_day(),
            "amount": self.sum(),
            "payer": "ООО «Рассвет»",
        }
        links = {"deal_id": self.chance.choice(self.deals)}
        writer.put("payments", row_id, values, links=links, by=self.batch(writer))
        self.payments.append(row_id)

    def edit(self, writer: Writer) -> None:
        if self.chance.random() < 0.5 and self.deals:
            cells = self.cells()
            some = self.chance.sample(sorted(cells), 4)
            values = {key: cells[key] for key in some}
            writer.put("deals", self.chance.choice(self.deals), values, by=self.batch(writer))
        elif self.payments:
            fresh: dict[str, Value] = {"amount": self.sum(), "date": self.some_day()}
            key = self.chance.choice(sorted(fresh))
            row_id = self.chance.choice(self.payments)
            writer.put("payments", row_id, {key: fresh[key]}, by=self.batch(writer))

    def bury(self, writer: Writer) -> None:
        if not self.payments:
            return
        row_id = self.chance.choice(self.payments)
        by = self.batch(writer)
        if row_id in self.buried:
            writer.revive("payments", row_id, by=by)
            self.buried.discard(row_id)
        else:
            writer.bury("payments", row_id, by=by)
            self.buried.add(row_id)

    def move(self, writer: Writer) -> None:
        who = self.chance.choice(PEOPLE)
        row_id = next(i for i, r in writer.rows("staff").items() if text(r, "fio") == who)
        name = self.chance.choice(("Опт", "Розница", "Сети"))
        if name == self.departments[who][-1].department:
            return
        by = self.batch(writer)
        writer.put("staff", row_id, {"department": name}, by=by)
        self.moves.append((by.batch, who, list(self.departments[who])))
        stays, today = self.departments[who], self.ledger.now.date()
        if stays[-1].since == today:
            stays.pop()
        stays.append(DepartmentSince(today if stays else date.min, name))

    def undo_move(self, writer: Writer) -> None:
        """Only the newest move of a person: later edits would be kept."""
        if not self.moves:
            return
        number, who, before = self.moves.pop()
        writer.undo(number, by=self.batch(writer, Source.UNDO))
        self.departments[who] = before
        self.batches.remove(number)
        self.batches.pop()

    def undo(self, writer: Writer) -> None:
        own = [n for n in self.batches if n not in {number for number, _, _ in self.moves}]
        if own:
            number = self.chance.choice(own[-8:])
            writer.undo(number, by=self.batch(writer, Source.UNDO))
            self.batches.remove(number)
            living = writer.rows("payments")
            self.buried = {i for i in self.payments if i not in living}
            self.deals = [i for i in self.deals if i in writer.rows("deals")]
            self.payments = [i for i in self.payments if writer.get("payments", i) is not None]


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
                Payment(None, p.links.get("deal_id"), day(p, "date"), amount(p, "amount"))
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
        with ledger.team.store.write() as writer:
            by = ledger.stamp(writer, Source.RULE)
            settle(ledger.team, writer, ledger.now, {}, lambda: next(ledger.ids), by)
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
