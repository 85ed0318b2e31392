"""Figures of people, departments and the team against a plain recount of random trade."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from model.blueprint import Blueprint
from model.figures import Light, Measure, Span
from model.records import Source
from model.values import Value
from sync.figures.contribute import contributions
from sync.scene import make_scene
from sync.thinking import Thought
from tests.sync.ledger import IVANOV, NOON, OWNER, SMIRNOVA, TODAY, Ledger

PEOPLE = (IVANOV, SMIRNOVA)
DEPARTMENTS = {IVANOV: "Опт", SMIRNOVA: "Розница"}
PLANS = {IVANOV: Decimal(1_200_000), SMIRNOVA: Decimal(900_000)}
OPEN = ("Новая", "КП отправлено", "Переговоры", "Договор", "Счёт выставлен")
STAGES = (*OPEN, "Успешно", "Отказ")
STARTS = {
    Span.MONTH: date(2026, 3, 1),
    Span.QUARTER: date(2026, 1, 1),
    Span.HALF: date(2026, 1, 1),
    Span.YEAR: date(2026, 1, 1),
}
MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}

Cells = dict[str, Value]


@dataclass
class Trade:
    """Random clients, deals and payments, as plain mappings."""

    chance: Random
    clients: dict[str, Cells] = field(default_factory=dict)
    deals: dict[str, Cells] = field(default_factory=dict)
    payments: dict[str, Cells] = field(default_factory=dict)
    links: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n in range(9):
            self.clients[f"k{n}"] = {
                "name": f"ООО «Фирма {n}»",
                "owner": self.chance.choice(PEOPLE),
            }
        for n in range(45):
            self._deal(f"d{n}")
        for n in range(60):
            self._payment(f"p{n}")

    def money(self) -> Decimal:
        """Whole kopecks that every share divides."""
        return Decimal(self.chance.randrange(5, 60_000_000, 5)) / 100

    def day(self, back: int, ahead: int) -> date:
        return TODAY + timedelta(days=self.chance.randint(-back, ahead))

    def maybe(self, value: Value, odds: float = 0.8) -> Value:
        return value if self.chance.random() < odds else None

    def _deal(self, row_id: str) -> None:
        owner = self.chance.choice(PEOPLE)
        other = PEOPLE[owner == IVANOV]
        shared = self.chance.random() < 0.3
        stage = self.chance.choice(STAGES)
        cells: Cells = {
            "stage": stage,
            "stage_seen": stage,
            "owner": owner,
            "second": other if shared else None,
            "split": Decimal(self.chance.choice((20, 40, 60))) if shared else None,
            "amount": self.maybe(self.money(), 0.9),
            "closed_on": self.day(90, 0) if stage in {"Успешно", "Отказ"} else None,
            "offer_on": self.maybe(self.day(90, 0), 0.5),
            "invoice_on": self.maybe(self.day(90, 0), 0.3),
            "expected_on": self.maybe(self.day(10, 40)),
            "next_step": self.maybe("Позвонить"),
            "step_on": self.maybe(self.day(6, 8)),
            "created_on": self.day(90, 0),
            "stage_on": self.day(20, 0),
        }
        self.deals[row_id] = {k: v for k, v in cells.items() if v is not None}
        self.links[row_id] = {"client_id": self.chance.choice(list(self.clients))}

    def _payment(self, row_id: str) -> None:
        sign = -1 if self.chance.random() < 0.1 else 1
        self.payments[row_id] = {"date": self.day(100, 3), "amount": self.money() * sign}
        if self.chance.random() < 0.5:
            deal = self.chance.choice(list(self.deals))
            self.links[row_id] = {**self.links[deal], "deal_id": deal}
        else:
            self.links[row_id] = {"client_id": self.chance.choice(list(self.clients))}

    def shares(self, deal: Cells) -> dict[str, Decimal]:
        split = deal.get("split")
        if not isinstance(split, Decimal):
            return {str(deal["owner"]): Decimal(1)}
        return {str(deal["owner"]): 1 - split / 100, str(deal["second"]): split / 100}

    def shares_of_payment(self, row_id: str) -> dict[str, Decimal]:
        links = self.links[row_id]
        if "deal_id" in links:
            return self.shares(self.deals[str(links["deal_id"])])
        return {str(self.clients[str(links["client_id"])]["owner"]): Decimal(1)}

    def facts(self, measure: Measure, first: date) -> dict[str, Decimal]:
        """What each person did from a day up to today."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for on, value, shares in self._events(measure):
            if isinstance(on, date) and first <= on <= TODAY and isinstance(value, Decimal):
                for who, share in shares.items():
                    found[who] += value * share
        return found

    def _events(self, measure: Measure) -> Iterator[tuple[Value, Value, dict[str, Decimal]]]:
        one = Decimal(1)
        for deal in self.deals.values():
            shares, won = self.shares(deal), deal["stage"] == "Успешно"
            match measure:
                case Measure.WON if won:
                    yield deal.get("closed_on"), deal.get("amount"), shares
                case Measure.DEALS if won:
                    yield deal.get("closed_on"), one, shares
                case Measure.OFFERS:
                    yield deal.get("offer_on"), one, shares
                case Measure.INVOICED:
                    yield deal.get("invoice_on"), deal.get("amount"), shares
        firsts = self.first_payments()
        for row_id, payment in self.payments.items():
            shares = self.shares_of_payment(row_id)
            if measure is Measure.MONEY:
                yield payment["date"], payment["amount"], shares
            elif measure is Measure.NEW_CLIENTS and row_id in firsts:
                yield payment["date"], one, shares

    def first_payments(self) -> set[str]:
        """The first money of each client that brought any."""
        firsts = set()
        for client in self.clients:
            mine = [
                (p["date"], n, i, p["amount"])
                for n, (i, p) in enumerate(self.payments.items())
                if self.links[i].get("client_id") == client
            ]
            gains = [line for line in mine if _number(line[3]) > 0]
            if gains and sum(_number(line[3]) for line in mine) > 0:
                firsts.add(min(gains, key=lambda line: (str(line[0]), line[1]))[2])
        return firsts

    def rest(self, deal: str) -> Decimal | None:
        """What of a deal is not paid yet."""
        value = self.deals[deal].get("amount")
        if value is None:
            return None
        paid = sum(
            _number(p["amount"])
            for i, p in self.payments.items()
            if self.links[i].get("deal_id") == deal
        )
        return max(_number(value) - paid, Decimal(0))


def _number(value: Value) -> Decimal:
    assert isinstance(value, Decimal)
    return value


@dataclass(frozen=True)
class Counted:
    """A random trade and what the daemon made of it."""

    trade: Trade
    ledger: Ledger
    thought: Thought


@pytest.fixture(scope="module", params=[1, 2, 3])
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shape: Blueprint
) -> Iterator[Counted]:
    place: Path = tmp_path_factory.mktemp("figures")
    ledger = Ledger(place, shape, departments=("Опт", "Розница"))
    trade = Trade(Random(request.param))
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.IMPORT)
        for table in ("clients", "deals", "payments"):
            rows: Mapping[str, Cells] = getattr(trade, table)
            writer.put_many(table, rows, links={i: trade.links.get(i, {}) for i in rows}, by=by)
    # Links that the trade does not have are not looked for: what is counted is what was given.
    thought = ledger.thought()
    for row_id, record in ledger.rows("payments").items():
        trade.links[row_id] = dict(record.links)
    yield Counted(trade, ledger, thought)
    ledger.team.store.close()


@pytest.mark.parametrize("span", Span)
@pytest.mark.parametrize(
    "measure", [Measure.MONEY, Measure.DEALS, Measure.NEW_CLIENTS, Measure.OFFERS]
)
def test_facts_and_plans_are_those_of_a_plain_recount(
    counted: Counted, span: Span, measure: Measure
) -> None:
    facts = counted.trade.facts(measure, STARTS[span])
    lines = {line.who: line for line in counted.thought.team.plan_fact[span, measure]}
    assert {who: lines[who].fact for who in PEOPLE} == {who: facts[who] for who in PEOPLE}
    assert lines["Отдел"].fact == sum(facts.values())
    departments = {line.who: line for line in counted.thought.team.departments[span, measure]}
    assert {d: departments[d].fact for d in DEPARTMENTS.values()} == {
        DEPARTMENTS[who]: facts[who] for who in PEOPLE
    }
    if measure is not Measure.MONEY:
        assert {line.plan for line in lines.values()} == {None}
        return
    plans = {who: plan * MONTHS[span] for who, plan in PLANS.items()}
    assert {who: lines[who].plan for who in PEOPLE} == plans
    assert lines["Отдел"].plan == sum(plans.values())
    for who, plan in plans.items():
        pct = lines[who].pct
        assert pct is not None
        assert abs(pct - facts[who] / plan * 100) <= Decimal("0.05")


def test_worst_stand_first_and_the_team_last(counted: Counted) -> None:
    lines = counted.thought.team.plan_fact[Span.MONTH, Measure.MONEY]
    assert lines[-1].who == "Отдел"
    deviations = [line.deviation for line in lines[:-1]]
    assert deviations == sorted(deviations, key=lambda d: d or Decimal(0))


def test_sums_are_the_contributions_and_a_recount_changes_nothing(counted: Counted) -> None:
    ledger = counted.ledger
    with ledger.team.store.write() as writer:
        scene = make_scene(writer, ledger.team.blueprint, now=NOON, owner=OWNER, helper="")
        for table, parts in contributions(scene).items():
            known = writer.contributions_of(table)
            assert {i: tuple(p) for i, p in known.items() if p} == {
                i: p for i, p in parts.items() if p
            }
        assert writer.recount() == 0


def test_a_change_of_one_payment_moves_the_sums_by_it(counted: Counted) -> None:
    ledger, trade = counted.ledger, counted.trade
    row_id = next(
        i
        for i, p in trade.payments.items()
        if isinstance(on := p["date"], date) and date(2026, 1, 1) <= on <= TODAY
    )
    before = trade.payments[row_id]["amount"]
    try:
        ledger.type("payments", row_id, amount=_number(before) + Decimal("0.05"))
        facts = dict(trade.facts(Measure.MONEY, date(2026, 1, 1)))
        trade.payments[row_id]["amount"] = _number(before) + Decimal("0.05")
        again = trade.facts(Measure.MONEY, date(2026, 1, 1))
        thought = ledger.thought()
        lines = {x.who: x for x in thought.team.plan_fact[Span.YEAR, Measure.MONEY]}
        assert {w: lines[w].fact for w in PEOPLE} == {w: again[w] for w in PEOPLE} != facts
    finally:
        ledger.type("payments", row_id, amount=before)
        trade.payments[row_id]["amount"] = before


@pytest.mark.parametrize("who", PEOPLE)
def test_lines_of_pay_add_up_to_the_pay(counted: Counted, who: str) -> None:
    person = counted.thought.of(who)
    assert person is not None
    assert person.pay is not None
    sums = [
        sum((getattr(line, column) for line in person.lines), Decimal(0))
        for column in ("now", "likely", "everything")
    ]
    assert sums == list(person.pay)
    assert person.pay[0] <= person.pay[1] <= person.pay[2]


@pytest.mark.parametrize("who", PEOPLE)
def test_the_percent_is_that_of_the_steps_of_the_scheme(counted: Counted, who: str) -> None:
    person = counted.thought.of(who)
    assert person is not None
    fact = counted.trade.facts(Measure.MONEY, STARTS[Span.MONTH])[who]
    assert person.basis[0] == fact
    first, above = min(fact, Decimal(1_000_000)), max(fact - 1_000_000, Decimal(0))
    cent = Decimal("0.01")
    wanted = (max(first, Decimal(0)) * 3 / 100).quantize(cent) + (above * 4 / 100).quantize(cent)
    percent = sum((x.now for x in person.lines if x.code.startswith("tier_")), Decimal(0))
    assert abs(percent - wanted) <= cent
    counted_pay = sum((c.pay or Decimal(0) for c in person.counted), Decimal(0))
    assert abs(counted_pay - percent) <= cent


@pytest.mark.parametrize("who", PEOPLE)
def test_each_open_deal_is_expected_or_named_with_its_reason(counted: Counted, who: str) -> None:
    trade, person = counted.trade, counted.thought.of(who)
    assert person is not None
    month_end = date(2026, 3, 31)
    expected, left = Decimal(0), Counter[str]()
    count = 0
    for row_id, deal in trade.deals.items():
        rest, due, step = trade.rest(row_id), deal.get("expected_on"), deal.get("step_on")
        if deal["owner"] != who or deal["stage"] == "Отказ" or rest == 0:
            continue
        if rest is None:
            left["нет суммы"] += 1
        elif not isinstance(due, date):
            left["не вписано, когда ждём оплату"] += 1
        elif due < TODAY:
            left["дата оплаты прошла"] += 1
        elif due > month_end:
            left["ждём после конца месяца"] += 1
        elif deal["stage"] != "Успешно" and step is None:
            left["у шага нет даты" if deal.get("next_step") else "нет следующего шага"] += 1
        else:
            expected, count = expected + rest, count + 1
    assert Counter(c.note for c in person.not_counted) == left
    assert (person.expected_rest, person.expected_count) == (expected, count)


def test_lamps_count_what_is_wrong(counted: Counted) -> None:
    trade = counted.trade
    lamps = {lamp.title: lamp for lamp in counted.thought.team.lamps}
    alive = {i: d for i, d in trade.deals.items() if d["stage"] in OPEN}
    steps = [d.get("step_on") for d in alive.values()]
    assert lamps["Без следующего шага"].count == sum(step is None for step in steps)
    late = sum(isinstance(step, date) and step < TODAY for step in steps)
    assert lamps["Просрочены шаги"].count == late
    owing = [
        i
        for i, d in trade.deals.items()
        if d["stage"] in {"Счёт выставлен", "Успешно"}
        and isinstance(due := d.get("expected_on"), date)
        and due < TODAY
        and trade.rest(i)
    ]
    assert lamps["Просрочена оплата"].count == len(owing)
    assert sum(counted.thought.team.money.overdue) == sum(trade.rest(i) or 0 for i in owing)
    assert lamps["Заявки без ответа"].level is Light.GREY, "no leads yet: nothing to say"
    assert lamps["Копии и связь"].level is Light.GREEN
